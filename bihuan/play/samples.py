"""The requests of a demonstration: each played from the day it was handed in until today, by the real commands.

A locality brings its own in samples.toml beside its settings (docs/scenarios.md): in various states, told as scenarios
are, but counted in working days before today. They are played before the bell first looks, at instants that lie in the
past; what is there already is left alone.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput, BihuanError
from bihuan.domain.workdays import Calendar
from bihuan.locality.deployments import calendar_of
from bihuan.locality.files import SAMPLES
from bihuan.play.deeds import Doing
from bihuan.play.life import FORMS, Play
from bihuan.play.naming import Names
from bihuan.play.opening import open_case
from bihuan.play.scenario import Deed, Opening
from bihuan.play.strict import Strict
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled

MORNING = "09:30"
NOT_YET = datetime.max.replace(tzinfo=BEIJING)
"""Stands for the instant of an opening until it is known what day today is."""

THERE = compiled(
    sa.select(tables.request.c.submission_id).where(
        tables.request.c.submission_id == sa.any_(sa.bindparam("ids", type_=tables.IDS))
    )
)


@dataclass(frozen=True, slots=True)
class SampleDeed:
    """A deed so many working days after the case began."""

    after: int
    at: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Sample:
    """One case: how it began, how many working days ago, and what was done since."""

    file: str
    key: str
    begun: int
    at: str
    opening: Opening
    deeds: tuple[SampleDeed, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """How many samples were new, and which of them could not be played to their end, each with the reason."""

    new: int
    stuck: tuple[str, ...]


def read_samples(folder: Path) -> list[Sample]:
    """The samples of a locality's folder, the earliest begun first; none without a file. Raises BadInput."""
    file, path = f"{folder.name}/{SAMPLES}", folder / SAMPLES
    if not path.is_file():
        return []
    try:
        table = Strict(file, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadInput(file, "", f"不是有效的 TOML（{fault}）", "按所指的行改正") from fault
    found = [one.closing(_sample(file, one)) for one in table.tables("sample")]
    table.close()
    return sorted(found, key=lambda sample: -sample.begun)


def _sample(file: str, one: Strict) -> Sample:
    opening = Opening(
        NOT_YET, one.values("request"), one.maybe_choice("origin", tuple(FORMS)) or "", one.maybe_text("process"),
        one.maybe_text("who"),
    )  # fmt: skip
    return Sample(
        file, one.text("key"), one.whole("begun"), one.maybe_text("at") or MORNING, opening,
        tuple(deed.closing(_deed(deed)) for deed in one.tables("deeds")),
    )  # fmt: skip


def _deed(one: Strict) -> SampleDeed:
    deed = Deed(one.text("who"), one.text("does"), one.values("with"), one.flag("signed"), one.maybe_text("task"))
    return SampleDeed(one.whole("after"), one.text("at"), deed)


def play_samples(play: Play, samples: list[Sample], now: datetime) -> Played:
    """Play the samples that are not there yet, up to `now`."""
    listed = {_submission(play.locality, sample): sample for sample in samples}
    with play.stage.app.read() as reader:
        row = locality_row(reader, play.locality)
        calendar = calendar_of(reader, play.locality, row["calendar_version"] if row else 0)
        there = {found["submission_id"] for found in reader.all(THERE, ids=list(listed))}
    missing = {submission: sample for submission, sample in listed.items() if submission not in there}
    stuck = [why for submission, sample in missing.items() for why in _play(play, sample, submission, calendar, now)]
    return Played(len(missing), tuple(stuck))


def _submission(locality: str, sample: Sample) -> UUID:
    return uuid5(NAMESPACE_URL, f"bihuan:{locality}:sample:{sample.key}")


def _play(play: Play, sample: Sample, submission: UUID, calendar: Calendar, now: datetime) -> Iterator[str]:
    """Play one; a deed that is refused ends it there, and is told."""
    begun = calendar.workdays(-sample.begun, since=now, at=sample.at).due_at if sample.begun else now
    play.stage.go_to(begun)
    names, opening = Names(play.deployment), replace(sample.opening, at=begun)
    life = open_case(
        play, sample.file, opening, names, submission_id=submission, external_no=f"DEMO-{play.locality}-{sample.key}"
    )
    doing = Doing(sample.file, life, names)
    for one in sample.deeds:
        instant = _later(calendar, begun, one.after, one.at)
        if instant >= now:
            break
        life.pass_time(instant)
        try:
            doing.do(one.deed)
        except BihuanError as refusal:
            yield f"{sample.key}：{one.deed.who} {one.deed.does}：{refusal.chinese}"
            break
    life.pass_time(now)


def _later(calendar: Calendar, begun: datetime, days: int, at: str) -> datetime:
    if days:
        return calendar.workdays(days, since=begun, at=at).due_at
    return calendar.on(begun.astimezone(BEIJING).date(), at=at).due_at
