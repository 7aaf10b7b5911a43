"""Plays the samples of a demonstration: each from the day it began until now, by the real commands.

They are played before the bell first looks, at instants that lie in the past; what is there already is left alone.
"""

from binascii import crc32
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BihuanError
from bihuan.domain.workdays import Calendar, month, workday_of_month
from bihuan.engine import Schedule
from bihuan.locality.deployments import calendar_of
from bihuan.locality.procedures import procedure_of
from bihuan.play.beside import Beside
from bihuan.play.deeds import Doing
from bihuan.play.life import Life, Play, carry, pass_time
from bihuan.play.naming import Names
from bihuan.play.opening import open_case
from bihuan.play.samples import NO_MONTH, Sample, SampleDeed
from bihuan.play.scenario import Deed
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled

WORKDAY = "workday"
THERE = compiled(
    sa.select(tables.request.c.submission_id).where(
        tables.request.c.submission_id == sa.any_(sa.bindparam("ids", type_=tables.IDS))
    )
)


@dataclass(frozen=True, slots=True)
class Played:
    """How many samples were new, and which of them could not be played to their end, each with the reason."""

    new: int
    stuck: tuple[str, ...]


def play_samples(play: Play, samples: list[Sample], now: datetime) -> Played:
    """Play the samples that are not there yet, up to `now`; a month's of which any is there not at all."""
    with play.stage.app.read() as reader:
        row = locality_row(reader, play.locality)
        calendar = calendar_of(reader, play.locality, row["calendar_version"] if row else 0)
        listed = {_submission(play.locality, sample): sample for sample in samples}
        there = {listed[found["submission_id"]].key for found in reader.all(THERE, ids=list(listed))}
    new, stuck = 0, list[str]()
    for together in _together(samples):
        if not any(sample.key in there for sample in together):
            new += len(together)
            stuck += _Past(play, together, calendar, now).live()
    return Played(new, tuple(stuck))


def _together(samples: Sequence[Sample]) -> list[list[Sample]]:
    """The samples that are played together: those of a month, each other one by itself."""
    months = {sample.month for sample in samples} - {NO_MONTH}
    alone = [[sample] for sample in samples if sample.month == NO_MONTH]
    return alone + [[sample for sample in samples if sample.month == month] for month in sorted(months)]


def _submission(locality: str, sample: Sample) -> UUID:
    return uuid5(NAMESPACE_URL, f"bihuan:{locality}:sample:{sample.key}")


@dataclass(frozen=True, slots=True)
class _Days:
    """What day a sample's numbers mean: working days after a day, or those of the month that it begins."""

    calendar: Calendar
    zero: datetime
    """The day counted as 0; for a month, its last working day before the first."""

    def instant(self, number: int, at: str) -> datetime:
        if number:
            return self.calendar.workdays(number, since=self.zero, at=at).due_at
        return self.calendar.on(self.zero.astimezone(BEIJING).date(), at=at).due_at

    def dated(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answers, with `{ workday = 5 }` as the date of that day."""
        return {key: self._date(value) if isinstance(value, dict) else value for key, value in given.items()}

    def _date(self, value: Mapping[str, int]) -> str:
        return self.instant(value[WORKDAY], "12:00").astimezone(BEIJING).date().isoformat()


def _month_before(calendar: Calendar, now: datetime, workday: int) -> _Days:
    """The working days of the newest month whose `workday`-th is over."""
    over = workday_of_month(calendar, workday, of=month(now)).due_at <= now
    period = month(now) if over else month(now, months=-1)
    return _Days(calendar, workday_of_month(calendar, -1, of=period, months=-1, at="12:00").due_at)


class _Past:
    """Samples that live together, from the first that began until now."""

    def __init__(self, play: Play, samples: Sequence[Sample], calendar: Calendar, now: datetime) -> None:
        self._play, self._calendar, self._now = play, calendar, now
        self._names = Names(play.deployment)
        self._lives: dict[str, Life] = {}
        self._stuck: set[str] = set()
        self._moments = sorted(
            (moment for sample in samples for moment in self._of(sample)), key=lambda moment: moment[0]
        )

    def _of(self, sample: Sample) -> Iterator[tuple[datetime, Sample, Deed | None]]:
        """When it begins, and when each of its deeds is done."""
        if sample.month:
            days = _month_before(self._calendar, self._now, sample.month)
            begun = self._by_calendar(sample, days.zero) or days.instant(sample.begun, sample.at)
        else:
            begun, ago = self._now, sample.begun
            if ago:
                begun = self._calendar.workdays(-ago, since=self._now, at=sample.at).due_at
            days = _Days(self._calendar, begun)
        opening = replace(sample.opening, at=begun, answers=days.dated(sample.opening.answers))
        yield begun, replace(sample, opening=opening), None
        for one in sample.deeds:
            yield days.instant(one.after, one.at), sample, self._dated(one, days)

    def _by_calendar(self, sample: Sample, near: datetime) -> datetime | None:
        """When the calendar begins such a case, in the month of `near`."""
        if sample.opening.origin or sample.opening.who:
            return None
        procedure = procedure_of(self._play.deployment, sample.opening.process)
        return Schedule.parse(procedure.timer or "").due_at(procedure.period_at(near), self._calendar)

    @staticmethod
    def _dated(one: SampleDeed, days: _Days) -> Deed:
        return replace(one.deed, answers=days.dated(one.deed.answers))

    def live(self) -> Iterator[str]:
        """Play it all; a deed that is refused ends its sample there, and is told."""
        self._play.stage.go_to(self._moments[0][0])
        for at, sample, deed in self._moments:
            if at > self._now or (deed and at == self._now):
                break
            if sample.key in self._stuck:
                continue
            self._pass_time(at)
            try:
                self._take(sample, deed)
            except BihuanError as refusal:
                self._stuck.add(sample.key)
                yield f"{sample.key}：{f'{deed.who} {deed.does}' if deed else '提出'}：{refusal.chinese}"
        self._pass_time(self._now)

    def _pass_time(self, instant: datetime) -> None:
        if self._lives:
            pass_time(list(self._lives.values()), instant)

    def _take(self, sample: Sample, deed: Deed | None) -> None:
        if deed is None:
            self._lives[sample.key] = open_case(
                self._play, sample.file, sample.opening, self._names,
                submission_id=_submission(self._play.locality, sample),
                external_no=f"演示{crc32(sample.key.encode()):010}", company=sample.company,
            )  # fmt: skip
        else:
            self._do(sample.file, self._lives[sample.key], deed)
        if len(self._lives) > 1:
            carry(list(self._lives.values()))

    def _do(self, file: str, life: Life, deed: Deed) -> None:
        beside = Beside(file, life, self._names)
        if beside.does(deed.does):
            beside.do(deed.who, deed.does, deed.answers)
        else:
            Doing(file, life, self._names).do(deed)
