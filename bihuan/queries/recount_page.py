"""试算、重算: what counting running limits again would move, moves or has moved; for administrators of the locality."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.locality.holiday_notice import HolidayNotice, declared_by, read_holiday_notice
from bihuan.queries.people import names_of
from bihuan.queries.recounting import Change
from bihuan.store import recounts
from bihuan.store.deployments import locality_row
from bihuan.store.unit_of_work import Reader, Row

PAGE = 50


@dataclass(frozen=True, slots=True)
class Recount:
    """One of them, as it stands."""

    id: UUID
    trial: bool
    state: str
    calendar_version: int
    reason: str
    by: str
    """Whose wish it was; empty: the command line's."""
    asked_at: datetime
    ended_at: datetime | None
    cases: int
    cases_done: int

    @property
    def waiting(self) -> bool:
        """Whether a worker is still at it."""
        return self.state == "waiting"

    @property
    def failed(self) -> bool:
        """Whether it was given up."""
        return self.state == "failed"


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day that a notice changes: what it is called now and then, and whether it is worked."""

    on: date
    was: str
    becomes: str
    works: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A notice that is tried: what it says, and what of the calendar in force changes by it."""

    notice: HolidayNotice
    days: tuple[ChangedDay, ...]
    announces: bool
    """Whether limits in its year become certain by it."""


@dataclass(frozen=True, slots=True)
class RecountPage:
    """A page of what it moves."""

    recount: Recount
    proposal: Proposal | None
    stale: bool
    """A trial: the calendar has changed since, so that it can no longer be confirmed."""
    sums: Mapping[str, int]
    changes: tuple[Change, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What was tried and counted again last, and whether the calendar has changed since."""

    trial: Recount | None
    recount: Recount | None
    behind: bool


def standing(reader: Reader, actor: Officer) -> Standing:
    """What the calendar's page says of it. Raises NotAllowed for all but administrators."""
    access.require_administrator(actor, actor.locality)
    found = {row["trial"]: _recount(reader, row) for row in reader.all(recounts.BOTH, of_locality=actor.locality)}
    last, place = found.get(False), locality_row(reader, actor.locality)
    counted = last.calendar_version if last else 0
    return Standing(found.get(True), last, place is not None and place["calendar_version"] > counted)


def recount_page(reader: Reader, actor: Officer, *, trial: bool, page: int = 1) -> RecountPage | None:
    """The last one of this kind, if anybody ever asked. Raises NotAllowed for all but administrators."""
    access.require_administrator(actor, actor.locality)
    row = reader.one(recounts.STANDING, of_locality=actor.locality, of_trial=trial)
    if row is None:
        return None
    sums = sums_of(reader, row["id"])
    pages = max(1, -(-sum(sums.values()) // PAGE))
    page = min(max(page, 1), pages)
    place = locality_row(reader, actor.locality)
    stale = place is None or place["calendar_version"] != row["calendar_version"]
    return RecountPage(
        _recount(reader, row), _proposal(reader, row), stale, sums,
        tuple(changes_of(reader, row["id"], PAGE, (page - 1) * PAGE)), page, pages,
    )  # fmt: skip


def last_recount(reader: Reader, locality: str) -> Row | None:
    """The row of what was counted again last, or is being counted; for whoever counts."""
    return reader.one(recounts.STANDING, of_locality=locality, of_trial=False)


def sums_of(reader: Reader, recount_id: UUID) -> Mapping[str, int]:
    """How many limits it moves, confirms, leaves, and how many cases it could not count."""
    return {row["what"]: row["number"] for row in reader.all(recounts.SUMS, recount_id=recount_id)}


def changes_of(reader: Reader, recount_id: UUID, most: int | None = None, skipped: int = 0) -> list[Change]:
    """What it moves, the faults first."""
    return [Change(**row) for row in reader.all(recounts.CHANGES, recount_id=recount_id, most=most, skipped=skipped)]


def _recount(reader: Reader, row: Row) -> Recount:
    _, colon, account = row["asked_by"].partition(":")
    by = names_of(reader, [UUID(account)]).get(UUID(account), "") if colon else ""
    return Recount(
        row["id"], row["trial"], row["state"], row["calendar_version"], row["reason"], by, row["due_at"],
        row["ended_at"], max(row["cases"], row["cases_done"]), row["cases_done"],
    )  # fmt: skip


def _proposal(reader: Reader, row: Row) -> Proposal | None:
    if row["notice"] is None:
        return None
    notice = read_holiday_notice("", row["notice"].encode())
    calendar, days = declared_by(reader, row["locality"], row["calendar_version"], notice)
    changed = (
        ChangedDay(day, calendar.kind(day).name, one.reason, notice.works(day))
        for day, one in sorted(days.items())
        if calendar.is_workday(day) != notice.works(day)
    )
    return Proposal(notice, tuple(changed), notice.year > calendar.last_announced_year)
