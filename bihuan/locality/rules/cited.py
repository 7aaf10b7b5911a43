"""Rules about the rules of the document: whatever cites one, cites one that there is."""

from collections.abc import Iterator

from bihuan.locality.rules.drawn import Drawn, Fault
from bihuan.locality.standing import cited_by, parts

CURE = "核对编号；规则都列在 rules.toml 中"


def cited_rules_are_known(drawn: Drawn) -> Iterator[Fault]:
    """Diagrams, facts, reports and scenarios name no rule of the locality's document that it does not have."""
    locality, book = drawn.locality, drawn.locality.rulebook
    for place in drawn.places.values():
        for clause in place.node.properties.get("clause", "").split():
            if book.is_misspelt(clause):
                yield place.fault(f"依据文件没有规则 {clause}", CURE)
    for file, rule in (*_facts(drawn), *_reports(drawn), *_scenarios(drawn)):
        if book.is_misspelt(rule):
            yield Fault(file, rule, "", f"依据文件没有规则 {rule}", CURE)
    yield from _own_rules_nobody_cites(drawn)
    known = parts(locality)
    for one in book.rules.values():
        for part in one.carriers:
            if part not in known:
                cure = "写作 form:表单、notice:通知、document:文书、setting:设置项 或 organisation"
                yield Fault(f"{locality.id}/rules.toml", one.id, "", f"没有 {part}，不能落实规则", cure)


def _own_rules_nobody_cites(drawn: Drawn) -> Iterator[Fault]:
    cited = {clause for place in drawn.places.values() for clause in place.node.properties.get("clause", "").split()}
    for rule in sorted(drawn.locality.rulebook.own.keys() - cited):
        yield Fault(
            f"{drawn.locality.id}/rules.toml", rule, "", "没有流程用到这条自定规则", "删去，或写在落实它的元素上"
        )


def _facts(drawn: Drawn) -> Iterator[tuple[str, str]]:
    for fact in drawn.locality.settings.facts:
        yield f"{drawn.locality.id}/locality.toml", fact.rule


def _reports(drawn: Drawn) -> Iterator[tuple[str, str]]:
    for report in drawn.locality.reports.values():
        if report.file.startswith(f"{drawn.locality.id}/"):
            yield from ((report.file, rule) for rule in report.rules)


def _scenarios(drawn: Drawn) -> Iterator[tuple[str, str]]:
    for rule, citing in cited_by(drawn.locality.scenarios).items():
        yield from ((one.file, rule) for one in citing)
