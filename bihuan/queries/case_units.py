"""The units of a case (主办、协办单位): what part each has in it, which steps it has open, each with its clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bihuan.queries.case_header import OpenedCase
from bihuan.queries.case_waits import OpenTaskRow
from bihuan.queries.words import PARTS
from bihuan.store.unit_of_work import Row

LEADS: Final = frozenset({"lead", "rework"})
OF_KIND: Final = {
    "platform": "受理平台",
    "supervision": "督办",
    "leaders": "领导",
    "province": "上级平台",
    "audit": "审计",
}
FORMER, OTHERWISE = "原主办", "参与"
_ORDER: Final = (PARTS["lead"], PARTS["rework"], PARTS["supporting"], PARTS["supervising"])


@dataclass(frozen=True, slots=True)
class UnitPart:
    """One unit's part in the case. No open step: nothing is with it at present."""

    unit: str
    name: str
    part: str
    open: tuple[OpenTaskRow, ...]
    done: int
    late: int
    """Of the steps done, those that were late."""
    last_done_at: datetime | None


def units_of(case: OpenedCase, tasks: list[Row], open_now: tuple[OpenTaskRow, ...]) -> tuple[UnitPart, ...]:
    """Every unit that has had a step of the case: who leads first, then who supports and supervises, then others."""
    found = [_unit(case, unit, [row for row in tasks if _unit_of(row) == unit], open_now) for unit in _units(tasks)]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.part) if one.part in _ORDER else len(_ORDER)))


def _units(tasks: list[Row]) -> Iterable[str]:
    return dict.fromkeys(map(_unit_of, tasks))


def _unit_of(row: Row) -> str:
    return str(row["group_key"]).partition(":")[0]


def _unit(case: OpenedCase, unit: str, tasks: list[Row], open_now: tuple[OpenTaskRow, ...]) -> UnitPart:
    done = [row for row in tasks if row["state"] == "completed"]
    return UnitPart(
        unit, case.deployment.locality.unit_name(unit), _part(case, unit, tasks),
        tuple(one for one in open_now if one.group_key.partition(":")[0] == unit), len(done),
        sum(row["due_at"] is not None and row["ended_at"] >= row["due_at"] for row in done),
        max((row["ended_at"] for row in done), default=None),
    )  # fmt: skip


def _part(case: OpenedCase, unit: str, tasks: list[Row]) -> str:
    """By its steps, the one that counts most first; a unit that led before a redispatch led once."""
    parts = {row["part"] for row in tasks}
    if unit == case.row["handling_unit"]:
        return PARTS["rework"] if "rework" in parts else PARTS["lead"]
    if parts & LEADS:
        return FORMER
    if "supporting" in parts:
        return PARTS["supporting"]
    known = case.deployment.locality.organisation.units.get(unit)
    if known is None:
        return OTHERWISE
    return OF_KIND.get(known.kind, PARTS["supporting"] if case.row["handling_unit"] else OTHERWISE)
