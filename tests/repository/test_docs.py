"""The documents of the repository: every link leads somewhere, and one that names a function names one that exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.repository.sources import ROOT, files

LINK = re.compile(r"\[(?P<text>[^\]\[]*)\]\((?P<target>[^()\s]+)\)")
PAGES = files(endings=(".md",))


def links(page: Path) -> list[tuple[str, str]]:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return [(found["text"], found["target"]) for found in LINK.finditer(text)]


def definitions(module: Path) -> set[str]:
    """The functions, classes and methods of a module: `advance`, `Form`, `validate`, `Form.validate`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return found


def headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+\s+(.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken(page: Path, text: str, target: str) -> str | None:
    """What is wrong with a link, if anything."""
    if re.match(r"[a-z]+:", target):
        return None
    path, _, fragment = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return f"{target}: no such file"
    if fragment and file.suffix == ".py":
        named = text.strip("`")
        wanted = {fragment} | ({named} if re.fullmatch(r"[A-Z]\w*\.\w+", named) else set())
        missing = wanted - definitions(file)
        return f"{target}: no {', '.join(sorted(missing))}" if missing else None
    if fragment and file.suffix == ".md" and fragment not in headings(file):
        return f"{target}: no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    faults = [fault for text, target in links(page) if (fault := broken(page, text, target))]

    assert faults == []


def test_the_life_of_a_case_is_linked_to_its_functions() -> None:
    page = ROOT / "docs" / "lifecycle.md"
    linked = [target for _, target in links(page) if ".py#" in target]

    assert len(linked) >= 25


def test_a_link_to_what_is_gone_would_be_found() -> None:
    page = ROOT / "docs" / "lifecycle.md"

    assert broken(page, "x", "../bihuan/none.py")
    assert broken(page, "x", "../bihuan/locality/forms.py#none")
    assert broken(page, "`Answers.validate`", "../bihuan/locality/forms.py#validate")
    assert broken(page, "x", "../../outside")
