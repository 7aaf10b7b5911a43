"""How each rule (规则) of a locality's document stands: carried by what, shown by which scenarios, or why not.

1. *shown* (已演示): a diagram's element, a report or a part of the folder carries it, and a scenario cites it;
2. *configured* (已公布): the document states it as a fact, which stands on the public page;
3. *waived* (不作要求): nothing here can carry it, for the reason that rules.toml gives;
4. *open* (未落实): none of these.

What is declared is told; whether the scenarios hold is for those who play them.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from bihuan.engine import Definition
from bihuan.locality.folder import Locality, Settings
from bihuan.locality.rulebook import Rule

SHOWN, CONFIGURED, WAIVED, OPEN = "shown", "configured", "waived", "open"
STATUSES: Final = (SHOWN, CONFIGURED, WAIVED, OPEN)
FIRST_TABLE: Final = re.compile(r"^\[", re.MULTILINE)
NOTHING_CARRIES, NO_SCENARIO = "没有流程元素、报表或设置落实它", "没有情景引用它"


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a rule: `request/first_reply`, `report:monthly`, `form:accept`, with its Chinese name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Citing:
    """A scenario that cites a rule."""

    id: str
    title: str
    file: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule and how it stands. `reason`: why it is waived or open; of a configured one, what is published."""

    rule: Rule
    status: str
    carriers: tuple[Carrier, ...]
    scenarios: tuple[Citing, ...]
    reason: str


def standings(locality: Locality, definition: Definition) -> tuple[Standing, ...]:
    """Every rule of the locality's document, in its order."""
    carried, cited = _carried(locality, definition), cited_by(locality.scenarios)
    facts = {fact.rule: f"{fact.name}：{fact.text}" for fact in locality.settings.facts}
    return tuple(
        _standing(rule, tuple(carried.get(rule.id, ())), tuple(cited.get(rule.id, ())), facts.get(rule.id, ""))
        for rule in locality.rulebook.rules.values()
    )


def parts(locality: Locality) -> Mapping[str, str]:
    """What of a folder may carry a rule without citing it, and what it is called."""
    settings = {f"setting:{field.name}": field.name for field in fields(Settings)}
    forms = {f"form:{form.id}": f"表单 {form.id}" for form in locality.forms.values()}
    notices = {f"notice:{name}": f"通知 {name}" for name in locality.notices}
    documents = {f"document:{name}": f"文书 {name}" for name in locality.documents}
    return {"organisation": "机构设置", **settings, **forms, **notices, **documents}


def cited_by(scenarios: Mapping[str, bytes]) -> Mapping[str, list[Citing]]:
    """The scenarios (path -> bytes) that cite each rule."""
    found: dict[str, list[Citing]] = {}
    for path, content in sorted(scenarios.items()):
        for rule, citing in _citations(path, content):
            found.setdefault(rule, []).append(citing)
    return found


def _standing(rule: Rule, carriers: tuple[Carrier, ...], citing: tuple[Citing, ...], fact: str) -> Standing:
    if carriers and citing:
        return Standing(rule, SHOWN, carriers, citing, "")
    if fact:
        return Standing(rule, CONFIGURED, carriers, citing, fact)
    if rule.waived:
        return Standing(rule, WAIVED, carriers, citing, rule.waived)
    return Standing(rule, OPEN, carriers, citing, NO_SCENARIO if carriers else NOTHING_CARRIES)


def _carried(locality: Locality, definition: Definition) -> Mapping[str, list[Carrier]]:
    found: dict[str, list[Carrier]] = {}
    for element in definition.elements():
        for clause in element.clause.split():
            found.setdefault(clause, []).append(Carrier(f"{element.process}/{element.id}", element.name))
    for report in locality.reports.values():
        for rule in report.rules:
            found.setdefault(rule, []).append(Carrier(f"report:{report.id}", f"报表 {report.title}"))
    names = parts(locality)
    for one in locality.rulebook.rules.values():
        found.setdefault(one.id, []).extend(Carrier(part, names.get(part, part)) for part in one.carriers)
    return found


def _citations(path: str, content: bytes) -> Iterator[tuple[str, Citing]]:
    """Of a scenario only what it cites, which stands before its first table; the rest is judged by whoever plays it."""
    try:
        table = tomllib.loads(FIRST_TABLE.split(content.decode("utf-8"), maxsplit=1)[0])
    except (ValueError, RecursionError):
        return
    rules = table.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        yield str(rule), Citing(str(table.get("id", "")), str(table.get("title", "")), path)
