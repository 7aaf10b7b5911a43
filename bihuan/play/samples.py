"""The requests of a demonstration: each played from the day it was handed in until today, by the real commands.

Samples are requests in various states: just handed in, on time, late, taken over, waiting to be rated, closed. They are
played before the bell first looks, at instants that lie in the past; what is there already is left alone.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from bihuan import errands
from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import Calendar
from bihuan.locality.deployments import calendar_of
from bihuan.play import view
from bihuan.play.filling import FAVOURABLE
from bihuan.play.life import Handed, Life, Play
from bihuan.store import tables
from bihuan.store.deployments import locality_row
from bihuan.store.statement import compiled

FILE = Path(__file__).with_name("samples.toml")
HANDED_IN_AT = "09:30"
COMPANY: Mapping[str, str] = {"name": "赵经理", "phone": "0533-2180001", "organisation": "某某机械有限公司"}
"""Who hands in: nobody there is."""

THERE = compiled(
    sa.select(tables.request.c.submission_id).where(
        tables.request.c.submission_id == sa.any_(sa.bindparam("ids", type_=tables.IDS))
    )
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: what it says, when it was handed in, and when each next thing was done."""

    key: str
    origin: str
    category: str
    subject: str
    body: str
    begun: int
    deeds: tuple[tuple[int, str], ...]
    complained: bool = False


def samples() -> list[Sample]:
    """All samples, the earliest handed in first."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["sample"]
    listed = [Sample(**{**one, "deeds": tuple((days, at) for days, at in one["deeds"])}) for one in found]
    return sorted(listed, key=lambda sample: -sample.begun)


def play_samples(play: Play, now: datetime) -> int:
    """Play the samples that are not there yet, up to `now`; how many that were."""
    listed = {_submission(play.locality, sample): sample for sample in samples()}
    with play.stage.app.read() as reader:
        row = locality_row(reader, play.locality)
        calendar = calendar_of(reader, play.locality, row["calendar_version"] if row else 0)
        there = {found["submission_id"] for found in reader.all(THERE, ids=list(listed))}
    missing = {submission: sample for submission, sample in listed.items() if submission not in there}
    for submission, sample in missing.items():
        _play(play, sample, submission, calendar, now)
    return len(missing)


def _submission(locality: str, sample: Sample) -> UUID:
    return uuid5(NAMESPACE_URL, f"bihuan:{locality}:sample:{sample.key}")


def _play(play: Play, sample: Sample, submission: UUID, calendar: Calendar, now: datetime) -> None:
    begun = calendar.workdays(-sample.begun, since=now, at=HANDED_IN_AT).due_at if sample.begun else now
    play.stage.begin_at(begun)
    category, unit = _subject_matter(play, sample)
    answers = {"subject": sample.subject, "body": sample.body, "category": category}
    if sample.complained:
        answers["complained_of_unit"] = unit
    handed = Handed(sample.origin, answers, COMPANY, external_no=f"DEMO-{sample.key}", submission_id=submission)
    life = play.hand_in(handed)
    for days, at in sample.deeds:
        instant = _later(calendar, begun, days, at)
        if instant >= now:
            break
        life.pass_time(instant)
        _do_next(life, unit)
    life.pass_time(now)


def _subject_matter(play: Play, sample: Sample) -> tuple[str, str]:
    """The sample's category if the locality has it, and the handling unit whose turn it is with that category."""
    categories = [str(option.value) for option in play.options["categories"]]
    units = [str(option.value) for option in play.options["handling_units"]]
    category = sample.category if sample.category in categories else categories[0]
    return category, units[categories.index(category) % len(units)]


def _later(calendar: Calendar, begun: datetime, days: int, at: str) -> datetime:
    if days:
        return calendar.workdays(days, since=begun, at=at).due_at
    return calendar.on(begun.astimezone(BEIJING).date(), at=at).due_at


def _do_next(life: Life, unit: str) -> None:
    """The next thing that is asked of anybody, done well; the unit it is dispatched to before others."""
    answers = {**FAVOURABLE, "handling_unit": life.waits().control.get("suggested_unit") or unit}
    if answers["handling_unit"] not in {option.value for option in life.play.options["handling_units"]}:
        answers["handling_unit"] = unit
    tasks = sorted(life.tasks(), key=lambda task: task.group_key != life.seen().handling_unit)
    if tasks:
        life.complete(tasks[0], {}, otherwise=answers)
    elif buttons := life.waits().buttons:
        first = buttons[0]
        life.press(str(first.key), first.form, {}, actor=life.member(first.audience[0]), otherwise=answers)
    with life.play.stage.app.read() as reader:
        jobs = view.waiting_jobs(reader, life.case_id)
    for job_id in jobs:
        errands.run_job(life.play.stage.app, job_id)
