"""One word for one thing: the glossary has each term once, and the milestones that the diagrams really set."""

import re

from tests.repository.sources import ROOT, files

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def rows() -> list[list[str]]:
    lines = [
        line for line in GLOSSARY.splitlines() if line.startswith("| ") and not line.startswith(("| 中文", "| ---"))
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_chinese_term_stands_once() -> None:
    terms = [term for row in rows() for term in re.split(r"、| / |；", row[0])]

    assert len(terms) > 100
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_the_milestones_of_the_diagrams_are_in_the_glossary() -> None:
    drawn = {
        milestone
        for path in files("processes", endings=(".bpmn",))
        for found in re.findall(r'name="milestone" value="([^"]*)"', path.read_text("utf-8"))
        for milestone in found.split()
    }
    listed = set(re.findall(r"`(\w+)`", GLOSSARY.partition("## Milestones of 淄博")[2]))

    assert drawn
    assert drawn <= listed
