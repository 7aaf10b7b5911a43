"""督办: what is late or about to be, by rung; where the supervision office stepped in; applications for more time;
cases in which nobody does anything; cases that go from unit to unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed
from bihuan.domain.workdays import Calendar
from bihuan.locality.deployments import Deployment, InForce, current
from bihuan.queries.heat import RUNGS, Heat, Ladder
from bihuan.queries.inbox import Place
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.open_steps import NAME, open_steps
from bihuan.queries.orders import STANDING
from bihuan.queries.signature_chains import Link, chains_of, units_of
from bihuan.queries.supervision_lists import PAGE, SILENCES, SILENT, UNPAGED, List, list_of
from bihuan.queries.veil import veils_of
from bihuan.store.counted import READ
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault


@dataclass(frozen=True, slots=True)
class SupervisedTask:
    """One open step on a supervision list."""

    id: UUID
    case_no: str
    procedure: str
    """Its name, when it is not the main one."""
    subject: str
    step: str
    group: str
    handling_unit: str | None
    clause: str
    opened_at: datetime
    dispatched_at: datetime | None
    nearness: Nearness
    silent_workdays: int
    """Whole working days since it has waited."""
    chain: tuple[Link, ...] = ()
    """Of an application for more time: who has signed, and whose turn it is."""
    units: tuple[str, ...] = ()
    """Of a case that went from unit to unit: which, in order."""


@dataclass(frozen=True, slots=True)
class ToKeep:
    """A count to keep for those who look within a minute."""

    key: Mapping[str, Any]
    as_of: datetime
    sums: Any


@dataclass(frozen=True, slots=True)
class Supervision:
    """One list, the size of each, and the strip of units and steps."""

    which: List
    unit: str
    unit_name: str
    step: str
    silence: int
    rows: tuple[SupervisedTask, ...]
    counts: Mapping[str, int]
    heat: Heat
    as_of: datetime
    """When strip and sizes were counted; the list is of now."""
    cut: bool
    """There are more tasks than are shown."""
    following: Place | None
    """Where the next page begins."""
    to_keep: ToKeep | None = field(repr=False)
    """The count, when it was made just now and is to be kept."""


def supervision(
    reader: Reader, vault: Vault, actor: Officer, which: List = "late", unit: str = "", step: str = "",
    silence: int = SILENT, after: Place | None = None, in_force: InForce | None = None,
) -> Supervision:  # fmt: skip
    """A supervision list of the officer's locality. Raises NotAllowed for all but supervision office and platform.

    `unit`: with whom the step lies; `step`: its name; `silence`: working days without a deed, one of SILENCES;
    `after`: where the page begins; `in_force`: in the officer's locality, when the caller has read it already.
    """
    if access.supervising_unit(actor, locality=actor.locality) is None:
        raise NotAllowed(f"Expected {actor.ref} to supervise, but it is of {sorted(actor.units)}")
    silence = silence if silence in SILENCES else SILENT
    now = current(reader, actor.locality, in_force)
    deployment, calendar = now.deployment, now.calendar
    gauge = Gauge.of(calendar, deployment.locality.settings, reader.now)
    ladder = Ladder.of(calendar, reader.now, gauge.thresholds.amber_until)
    values: dict[str, Any] = {**ladder.values, "silent_since": _silent_since(calendar, reader.now, silence)}
    key = {
        "locality": actor.locality, "deployment": deployment.hash, "report": NAME, "period": str(silence),
        "calendar_version": now.calendar_version,
    }  # fmt: skip
    values |= {**key, "groups": deployment.locality.organisation.groups_of(unit), "step": step}
    values |= {"after_due": after[0], "after_id": after[1]} if after else {}
    listed = list_of(which, of_unit=bool(unit), of_step=bool(step), later=after is not None)
    rows, kept, (orders,) = reader.each(listed, READ, STANDING, **values)
    counted = open_steps(reader, deployment.locality, kept[0] if kept else None, values)
    shown = _Rows(reader, vault, actor, deployment, calendar, gauge).shown(which, rows[:PAGE])
    load, more = counted.heat.load, len(rows) > PAGE
    late = {"all": load.open, "late": load.late} | {rung: getattr(load, rung) for rung in RUNGS}
    return Supervision(
        which, unit, deployment.locality.unit_name(unit) if unit else "", step, silence, shown,
        {**late, **counted.sizes, **orders}, counted.heat, counted.as_of, more,
        _place(which, rows[PAGE - 1]) if more and which not in UNPAGED else None,
        ToKeep(key, counted.as_of, counted.sums) if counted.sums else None,
    )  # fmt: skip


def _place(which: List, last: Row) -> Place:
    """Where the page ends: by the instant that its list is in the order of."""
    return last["opened_at" if which == "silent" else "due_at"], last["id"]


def _silent_since(calendar: Calendar, now: datetime, workdays: int) -> datetime:
    """So many working days ago, at this time of day."""
    return calendar.workdays(-workdays, since=now, at=f"{now.astimezone(BEIJING):%H:%M}").due_at


class _Rows:
    """Puts the rows of a list into words for one reader."""

    def __init__(
        self, reader: Reader, vault: Vault, actor: Officer, deployment: Deployment, calendar: Calendar, gauge: Gauge
    ) -> None:
        self._reader, self._vault, self._actor = reader, vault, actor
        self._deployment, self._calendar, self._gauge = deployment, calendar, gauge

    def shown(self, which: List, rows: Sequence[Row]) -> tuple[SupervisedTask, ...]:
        """The list as it is shown, with what is particular to it."""
        cases = list(dict.fromkeys(row["case_id"] for row in rows))
        veils = veils_of(
            self._reader, self._vault, self._actor, ((row["case_id"], row["complained_of"]) for row in rows)
        )
        locality = self._deployment.locality
        chains = chains_of(self._reader, cases, locality) if which == "extensions" else {}
        units = units_of(self._reader, cases, locality) if which == "handed_on" else {}
        return tuple(
            self._row(
                row, veils[row["case_id"]].over_request(row["subject"], row["struck_subject"]),
                chains.get(row["case_id"], ()), units.get(row["case_id"], ()),
            )
            for row in rows
        )  # fmt: skip

    def _row(self, row: Row, subject: str, chain: tuple[Link, ...], units: tuple[str, ...]) -> SupervisedTask:
        name = self._deployment.locality
        opened_on, today = (at.astimezone(BEIJING).date() for at in (row["opened_at"], self._gauge.now))
        return SupervisedTask(
            row["id"], row["case_no"], self._deployment.procedure_name(row["process"]), subject, row["name"],
            name.group_name(row["group_key"]), name.unit_name(row["handling_unit"]) if row["handling_unit"] else None,
            row["clause"] or "", row["opened_at"], row["dispatched_at"], self._gauge.nearness(row["due_at"]),
            self._calendar.count_workdays(opened_on, today), chain, units,
        )  # fmt: skip
