"""Rules about scenarios: what they name is on the diagrams, in the forms and in organisation.toml.

That they hold is for whoever plays them; a name that nothing bears is a fault of the file, and none that deploys.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bihuan.locality.rules.drawn import Drawn, Fault
from bihuan.locality.rules.needs import ORDER_FORM, PORTAL_FORM

COMPANY, SYSTEM = "企业", "系统"
CLAIM, REVEAL = "签收", "查看企业身份"
"""Deeds that no diagram draws, as people call them."""
NAMED: Final = {"open": "task", "sent": "notice", "record": "element"}
"""The lists of a step that name elements, and under which key."""
PEOPLE: Final = {"open": "of", "sent": "to", "record": "by"}

Step = Mapping[str, Any]


def plain(name: str) -> str:
    """A name without the line breaks and blanks that a drawing needs."""
    return "".join(name.split())


@dataclass(frozen=True, slots=True)
class Known:
    """All that a scenario may name: people and units, elements, and the fields of the forms on elements of a name."""

    people: frozenset[str]
    fields: Mapping[str, frozenset[str]]
    opening: frozenset[str]

    def faults(self, file: str, scenario: Mapping[str, Any]) -> Iterator[Fault]:
        """What a scenario names and nothing bears."""
        given, steps = scenario.get("given"), _tables(scenario.get("step"))
        openings = [*([given] if isinstance(given, dict) else []), *_tables(scenario.get("also"))]
        deeds = [deed for one in openings for deed in _tables(one.get("done"))]
        for name in _texts(one.get("who") for one in (*openings, *deeds, *steps)):
            yield from self._person(file, name)
        for one in (*deeds, *steps):
            yield from self._deed(file, one)
        for step in steps:
            yield from self._expected(file, step)
        for one in openings:
            for key in _keys(one.get("request")) - self.opening:
                yield Fault(file, key, "", "提出诉求、开办事项的表单中没有这一项", "按表单中的 key 写")

    def _deed(self, file: str, deed: Step) -> Iterator[Fault]:
        does = deed.get("does")
        if not isinstance(does, str) or does in (CLAIM, REVEAL):
            return
        if plain(does) not in self.fields:
            yield _undrawn(file, does)
            return
        for key in sorted(_keys(deed.get("with")) - self.fields[plain(does)]):
            yield Fault(file, f"{does}.{key}", "", f"“{does}”的表单中没有 {key}", "按表单中的 key 写，或删去")

    def _expected(self, file: str, step: Step) -> Iterator[Fault]:
        names = [*_texts(step.get("buttons", ())), *_texts(step.get("jobs", ()))]
        people = []
        for listed, key in NAMED.items():
            rows = _tables(step.get(listed))
            names += _texts(row.get(key) for row in rows)
            people += _texts(row.get(PEOPLE[listed]) for row in rows)
        told = [text.partition(":") for text in _texts(step.get("no", ()))]
        names += [name for kind, _, name in told if kind in ("task", "notice")]
        for name in names:
            if plain(name) not in self.fields:
                yield _undrawn(file, name)
        for person in people:
            yield from self._person(file, person)

    def _person(self, file: str, name: str) -> Iterator[Fault]:
        if name not in self.people:
            yield Fault(
                file, name, "", f"机构设置中没有 {name}", "写单位名称，或单位名称、空格、角色名称，见 organisation.toml"
            )


def known(drawn: Drawn) -> Known:
    """What the scenarios of a folder may name."""
    organisation = drawn.locality.organisation
    units = [unit.name for unit in organisation.units.values()]
    roles = [f"{unit} {role}" for unit in units for role in organisation.roles.values()]
    fields: dict[str, frozenset[str]] = {}
    for place in drawn.places.values():
        fields[plain(place.node.name)] = fields.get(plain(place.node.name), frozenset()) | _fields(drawn, place.form)
    begun = {place.form for place in drawn.places.values() if place.node.tag == "startEvent"}
    opening = frozenset[str]().union(*(_fields(drawn, form) for form in {PORTAL_FORM, ORDER_FORM, *begun}))
    return Known(frozenset({COMPANY, SYSTEM, *units, *roles}), fields, opening)


def _fields(drawn: Drawn, form: str) -> frozenset[str]:
    found = drawn.locality.forms.get(form)
    return frozenset(field.key for field in found.fields) if found else frozenset()


def _undrawn(file: str, name: str) -> Fault:
    return Fault(file, name, "", f"流程图中没有“{name}”", "按流程图上的名称写")


def _tables(found: object) -> Sequence[Step]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(found: object) -> list[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, Iterator | list | tuple) else []


def _keys(found: object) -> frozenset[str]:
    return frozenset(found) if isinstance(found, dict) else frozenset()
