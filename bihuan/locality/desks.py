"""Desks (工作台) that a locality sets up in locality.toml: who triages what (研判分办), and its sessions (坐诊).

Nothing here names a locality's own forms or fields: the folder says which of its forms, fields and messages mean what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bihuan.domain.access import Officer
from bihuan.locality.faults import Notes
from bihuan.locality.tables import Table

_NAME: Final = r"[A-Za-z_]\w{0,63}"
_OPTIONAL: Final = rf"({_NAME})?"
_HOURS: Final = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"
_FORM: Final = "填写表单的名称"


@dataclass(frozen=True, slots=True)
class Triage:
    """研判分办: the tasks that come to the desk, by their forms, and what in these forms means what."""

    desks: tuple[str, ...] = ()
    """Group keys of those who sit at it."""
    forms: tuple[str, ...] = ()
    lead: str = ""
    """The field that chooses the lead unit (主办)."""
    supporting: tuple[str, ...] = ()
    """The fields that choose supporting units (协办)."""
    declined_by: str = ""
    """The choice by which a request is declined."""
    grounds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Its values that decline, each with the notice that tells why (empty: none of its own)."""
    repeated: str = ""
    """The ground that says the request repeats another."""
    repeated_note: str = ""
    """Where the number of the other is written."""

    def seats(self, officer: Officer) -> bool:
        """Whether this officer sits at the desk."""
        return not officer.groups.isdisjoint(self.desks)


@dataclass(frozen=True, slots=True)
class Sessions:
    """坐诊: where sessions are set, booked (挂号), called up (叫号) and recorded.

    A session's form fields begin with its id: `main_on`, `main_half`, `main_unit`. Ids and names are the options of
    `field` in the form `arrange`.
    """

    name: str
    place: str
    procedure: str
    """What the case of a period is called: 次月安排."""
    booked: str
    """The message that a request throws to its period when it is booked; its key is the period."""
    announced: str
    """The message by which a period tells its requests the sessions, under the same key."""
    schedule: str
    arrange: str
    field: str
    call_up: str
    record: str
    document: str
    """The record sheet (记录表)."""
    order: str
    """What a table decides by which those booked are ordered, before their numbers; empty: by number alone."""
    hours: Mapping[str, tuple[str, str]]
    """When each part of a day begins and ends."""
    joint: Mapping[str, tuple[str, ...]]
    """Of a session that several departments hold together (联合) the fields of `schedule` that name the others."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of a booked request that the desk shows."""
        return self.arrange, self.call_up, self.record


def read_triage(table: Table, notes: Notes) -> Triage:
    """The desk in [triage]; none when the locality sets up none."""
    if not table.names():
        return Triage()
    grounds = table.table("grounds")
    declining = {name: _optional(grounds, name) for name in grounds.names()}
    found = Triage(
        table.texts("desks"), table.texts("forms"), _optional(table, "lead"),
        table.texts("supporting", default=()), _optional(table, "declined_by"),
        MappingProxyType(declining),
        _optional(table, "repeated"), _optional(table, "repeated_note"),
    )  # fmt: skip
    if found.repeated and found.repeated not in found.grounds:
        notes.add("triage.repeated", "不是不予受理的情形", "写在 [triage.grounds] 中")
    table.close()
    return found


def read_sessions(table: Table) -> Sessions | None:
    """The sessions in [sessions]; none when the locality holds none."""
    if not table.names():
        return None
    hours, joint = table.table("hours"), table.table("joint")
    found = Sessions(
        table.text("name", pattern=r".{1,20}"), table.text("place", pattern=r".{1,100}"),
        table.text("procedure", pattern=_NAME), table.text("booked", pattern=_NAME),
        table.text("announced", pattern=_NAME), table.text("schedule", pattern=_NAME, cure=_FORM),
        table.text("arrange", pattern=_NAME, cure=_FORM), table.text("field", pattern=_NAME),
        table.text("call_up", pattern=_NAME, cure=_FORM), table.text("record", pattern=_NAME, cure=_FORM),
        table.text("document", pattern=r".{1,60}"), _optional(table, "order"),
        {name: _span(hours.text(name, pattern=_HOURS, cure="写作 09:00-12:00")) for name in hours.names()},
        joint.each_texts(),
    )  # fmt: skip
    table.close()
    return found


def _optional(table: Table, name: str) -> str:
    return table.text(name, default="", pattern=_OPTIONAL)


def _span(text: str) -> tuple[str, str]:
    begins, _, ends = text.partition("-")
    return begins, ends
