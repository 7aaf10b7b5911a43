"""`drive`: messages played through 淄博's whole procedure in virtual time, every deed durable.

`BIHUAN_BENCH_MESSAGES` names a table of real ones (id, subject, body, sent_at, replied_at); without it, messages are
made up: sent twenty a day, answered after one to thirty days.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock
from uuid import UUID

from bench import harness
from bench.harness import Result, Seconds
from bench.rows import Rows
from bench.step import Steps
from bench.town import before, town
from bihuan.bootstrap import App
from bihuan.domain.access import Actor, Officer
from bihuan.domain.clock import BEIJING, MovableClock
from bihuan.locality.files import read_folder
from bihuan.play.drive import drive
from bihuan.play.life import Play
from bihuan.play.messages import Message, read_messages
from bihuan.play.stage import Stage
from bihuan.store import cases
from bihuan.store.unit_of_work import UnitOfWork

ZIBO = Path(__file__).parents[1] / "processes/zibo"
MADE_UP, QUICK = 400, 20
FEW = 100


class Watched(App):
    """An application that notes how long each officer's deed took, from BEGIN to COMMIT."""

    deeds: list[Seconds]

    @contextmanager
    def begin(
        self, actor: Actor, *, now: datetime | None = None, job_id: UUID | None = None, wake: bool = True
    ) -> Iterator[UnitOfWork]:
        """The transaction of one deed, timed."""
        begun = time.perf_counter()
        with super().begin(actor, now=now, job_id=job_id, wake=wake) as work:
            yield work
        if isinstance(actor, Officer):
            self.deeds.append(time.perf_counter() - begun)


def measure(quick: bool) -> Result:
    """Play, and compare the first deeds with the last."""
    messages = _messages(quick)
    states: list[int] = []
    keep = cases.write

    def weighed(work: UnitOfWork, case: cases.LockedCase) -> None:
        states.append(len(case.state))
        keep(work, case)

    clock = MovableClock(min(message.sent_at for message in messages))
    ends: list[float] = []
    with harness.scratch_settings() as settings, mock.patch.object(cases, "write", weighed):
        with Watched(settings, clock=clock, most_connections=1) as app:
            app.deeds = []
            stage = Stage(app, clock)
            play = Play(stage, stage.deploy(read_folder(ZIBO)).locality)
            refused = drive(play, messages, done=lambda: ends.append(time.perf_counter()))
        with harness.scratch_settings() as other, town(other, cases=before(quick)) as where:
            rows = Rows(other, where.app.clock)
            unit = harness.interleaved({"rows": Steps(where, rows).rows}, rounds=1 if quick else 10)["rows"]
            rows.close()
    share = min(FEW * 10, len(app.deeds) // 3)
    first, last = app.deeds[share // 10 : share], app.deeds[-share:]
    return {
        "drive_last_over_first": round(statistics.median(last) / statistics.median(first), 3),
        "drive_deed_over_rows": harness.ratio(app.deeds, unit),
        "state_median_bytes": round(statistics.median(states)),
        "state_largest_bytes": max(states),
        "figures": {
            "cases": len(messages) - len(refused),
            "deeds": len(app.deeds),
            "deed_ms": harness.milliseconds(app.deeds),
            "deed_p95_ms": harness.percentile(app.deeds, 0.95),
            "rows_ms": harness.milliseconds(unit),
            "cases_per_s": round(len(ends) / (ends[-1] - ends[0]), 1),
        },
    }


def _messages(quick: bool) -> list[Message]:
    if file := os.environ.get("BIHUAN_BENCH_MESSAGES"):
        found = [message for message in read_messages(Path(file))[0] if message.replied_at is not None]
        return found[:QUICK] if quick else found
    chance, sent = Random(18), datetime(2025, 3, 3, 9, 0, tzinfo=BEIJING)
    return [_message(number, sent, chance) for number in range(QUICK if quick else MADE_UP)]


def _message(number: int, since: datetime, chance: Random) -> Message:
    sent = since + timedelta(minutes=72 * number + chance.randrange(60))
    answered: Any = sent + timedelta(minutes=chance.randrange(24 * 60, 30 * 24 * 60))
    return Message(
        row=number + 2, id=f"M{number}", author="王先生", subject=f"办理证照迟迟没有结果（{number}）",
        body="我公司申请办理相关证照已满一个月，窗口称仍在流转，请协调尽快办结并答复。", sent_at=sent,
        replied_at=answered,
    )  # fmt: skip


if __name__ == "__main__":
    harness.main("drive", measure, __doc__)
