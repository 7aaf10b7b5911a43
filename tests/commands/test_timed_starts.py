"""Timed starts: a case once a period, at its own instant, also after an outage; planned anew when they change."""

from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.commands.declare_days import declare_days
from bihuan.commands.deploy import deploy
from bihuan.commands.open_timed import open_timed
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine
from bihuan.domain.clock import BEIJING, MovableClock
from bihuan.locality.holiday_notice import Declaration
from bihuan.queries.doctor import examine
from bihuan.queries.due import next_due_at
from bihuan.queries.history import history, verify
from bihuan.store import tables
from bihuan.store.starts import timed_start
from bihuan.store.statement import compiled
from tests.commands.fair import REQUEST, SESSION, SUBJECT, URGE, choice
from tests.engine.diagrams import TERMINATE, end, flows, limit, message, process, start, timer, user
from tests.engine.play import local
from tests.locality.a_folder import a_field, a_folder, a_form
from tests.people import Town

ROWS = compiled(sa.select(timed_start).order_by(timed_start.c.due_at))
CASES = compiled(
    sa.select(tables.case_file.c.id, tables.case_file.c.case_no, tables.case_file.c.opened_at, tables.request.c.subject)
    .join(tables.request, tables.request.c.case_id == tables.case_file.c.id)
    .order_by(tables.case_file.c.opened_at)
)
LAST_WORKDAY, QUARTERLY = 'monthly(workday=-1, at="09:00")', 'quarterly(month=3, workday=-1, at="09:00")'


def bulletin(rule: str, *, due: str = "workday_of_month(3, of=period, months=1)") -> str:
    """A bulletin (通报) that the calendar opens."""
    return process(
        "bulletin",
        start("begun", timer(rule), milestone="begun")
        + user("draw_up", form="draw_up") + limit("draw_up_due", "draw_up", due)
        + end("draw_up_late", message("notice"), payload=URGE) + end("issued", TERMINATE, exit="closed")
        + flows("begun draw_up issued", "draw_up_due draw_up_late"),
        messages="notice",
    )  # fmt: skip


def folder(diagram: str | None) -> dict[str, bytes]:
    sessions = choice("session", "2026-11")
    return a_folder(
        **{
            "zibo/request.bpmn": REQUEST,
            "zibo/session.bpmn": SESSION,
            "zibo/bulletin.bpmn": diagram,
            "zibo/forms/register.form": a_form(sessions, choice("weight", "heavy")),
            "zibo/forms/open_session.form": a_form(SUBJECT, sessions),
            "zibo/forms/sit.form": a_form(a_field("textarea", "minutes")),
            "zibo/forms/draw_up.form": a_form(a_field("textarea", "text")),
        }
    )


class Calendared(Town):
    """The locality on a test's database."""

    def deploy(self, diagram: str | None) -> None:
        with self.app.begin(Machine("test")) as work:
            deploy(work, folder(diagram), note="")

    def rows(self) -> list[dict[str, Any]]:
        with self.app.read() as reader:
            return reader.all(ROWS)

    def planned(self) -> list[tuple[str, str]]:
        """What waits: period and instant."""
        return [(row["period"], local(row["due_at"])) for row in self.rows() if row["state"] == "waiting"]

    def opened(self) -> list[tuple[str, str]]:
        """What the calendar opened: subject and instant."""
        with self.app.snapshot() as reader:
            rows = reader.all(CASES)
            assert all(verify(reader, row["id"]).ok for row in rows)
        return [(row["subject"], local(row["opened_at"])) for row in rows]

    def sleep_until(self, moment: str) -> None:
        """The machine is off until this Beijing time."""
        self.clock.move_to(datetime.fromisoformat(moment).replace(tzinfo=BEIJING))


@pytest.fixture
def town(app: App, clock: MovableClock) -> Calendared:
    found = Calendared(app, clock)
    found.deploy(bulletin(LAST_WORKDAY))
    return found


def test_a_deployment_plans_the_next_period_and_the_bell_wakes_for_it(town: Calendared) -> None:
    assert town.planned() == [("2026-09", "2026-09-30 09:00")]
    with town.app.read() as reader:
        due = next_due_at(reader)
    assert due is not None
    assert local(due) == "2026-09-30 09:00"


def test_the_calendar_opens_a_case_at_its_instant_and_plans_the_next(town: Calendared) -> None:
    town.sleep_until("2026-09-30 08:59")
    town.ring()
    assert town.opened() == []

    town.sleep_until("2026-09-30 09:00")
    town.ring()

    assert town.opened() == [("bulletin 2026年9月", "2026-09-30 09:00")]
    assert town.planned() == [("2026-10", "2026-10-30 09:00")]


def test_a_day_declared_off_moves_what_is_still_to_be_opened_and_loses_no_period(town: Calendared) -> None:
    off = {date(2026, 9, 30): Declaration("holiday", "全市停工一天")}
    with town.app.begin(Machine("test")) as work:
        declare_days(work, "zibo", off, source="市政府通知")
    assert town.planned() == [("2026-09", "2026-09-29 09:00")], "the last workday is over by now"

    town.ring()

    assert town.opened() == [("bulletin 2026年9月", "2026-09-29 09:00")]
    assert town.planned() == [("2026-10", "2026-10-30 09:00")]


def test_it_knows_its_period_and_number_and_counts_from_its_own_month(town: Calendared) -> None:
    town.sleep_until("2026-09-30 09:00")
    town.ring()

    with town.app.read() as reader:
        (case,) = reader.all(CASES)
        control = next(e.detail["control"] for e in history(reader, case["id"]) if e.kind == "path_taken")
    assert (control["period"], control["case_no"], control["origin"]) == ("2026-09", case["case_no"], "calendar")
    assert local(town.open_tasks(case["id"])["draw_up"]["due_at"]) == "2026-10-11 00:00"


def test_after_an_outage_each_missed_period_is_opened_in_order_as_of_its_own_instant(town: Calendared) -> None:
    town.sleep_until("2026-12-05 12:00")

    town.ring()

    assert town.opened() == [
        ("bulletin 2026年9月", "2026-09-30 09:00"),
        ("bulletin 2026年10月", "2026-10-30 09:00"),
        ("bulletin 2026年11月", "2026-11-30 09:00"),
    ]
    assert town.planned() == [("2026-12", "2026-12-31 09:00")]
    with town.app.read() as reader:
        first = reader.all(CASES)[0]["id"]
    assert town.notices(first) == [("urge", "supervision_office")], "what was due since then followed at once"


def test_a_period_is_opened_once_however_often_it_is_rung_for(town: Calendared) -> None:
    town.sleep_until("2026-09-30 09:00")
    (row,) = town.rows()
    for _ in range(3):
        errands.open_timed(town.app, row["id"])
    town.ring()

    assert len(town.opened()) == 1
    assert town.planned() == [("2026-10", "2026-10-30 09:00")]


def test_a_kill_before_the_commit_leaves_the_period_to_the_next_lease(town: Calendared) -> None:
    town.sleep_until("2026-09-30 09:00")
    (row,) = town.rows()

    def killed() -> None:
        with town.app.begin(errands.CLOCK) as work:
            open_timed(work, row["id"])
            raise KeyboardInterrupt

    with town.app.begin(Machine("bell")) as work:
        assert take_due(work).starts == (row["id"],)
    with pytest.raises(KeyboardInterrupt):
        killed()
    assert town.opened() == []
    with town.app.begin(Machine("bell")) as work:
        assert not take_due(work)

    town.clock.move_to(town.clock.now() + timedelta(minutes=2))
    town.ring()

    assert town.opened() == [("bulletin 2026年9月", "2026-09-30 09:00")]


def test_a_start_that_fails_is_told_tried_again_and_holds_the_later_ones_back(town: Calendared) -> None:
    town.deploy(bulletin(LAST_WORKDAY, due="workdays(3, since=begun_at) if category > 1 else on(period)"))
    town.sleep_until("2026-11-01 09:00")
    town.ring()
    assert town.opened() == []
    (found,) = [one for one in findings(town) if one.kind == "starts"]
    assert found.wrong
    assert found.examples[0].startswith("zibo bulletin 2026-09（")

    town.deploy(bulletin(LAST_WORKDAY))
    town.clock.move_to(town.clock.now() + timedelta(hours=1))
    town.ring()

    assert [subject for subject, _ in town.opened()] == ["bulletin 2026年9月", "bulletin 2026年10月"]
    assert [one.kind for one in findings(town)] == []


def test_a_changed_expression_plans_anew_and_no_period_comes_twice(town: Calendared) -> None:
    town.sleep_until("2026-09-30 09:00")
    town.ring()

    town.deploy(bulletin('monthly(day=15, at="08:00")'))
    assert town.planned() == [("2026-10", "2026-10-15 08:00")]
    town.deploy(bulletin('monthly(workday=-1, at="17:00")'))
    assert town.planned() == [("2026-10", "2026-10-30 17:00")], "September was opened already"
    town.deploy(bulletin(QUARTERLY))
    assert town.planned() == [("2026Q4", "2026-12-31 09:00")]


def test_a_period_that_is_due_already_is_opened_as_it_was_planned(town: Calendared) -> None:
    town.sleep_until("2026-10-05 12:00")

    town.deploy(bulletin(QUARTERLY))
    town.ring()

    assert town.opened() == [("bulletin 2026年9月", "2026-09-30 09:00")]
    assert town.planned() == [("2026Q4", "2026-12-31 09:00")]


def test_a_procedure_that_is_no_longer_drawn_is_opened_no_more(town: Calendared) -> None:
    town.deploy(None)
    assert town.planned() == []
    town.sleep_until("2026-12-05 12:00")
    town.ring()
    assert town.opened() == []

    town.deploy(bulletin(LAST_WORKDAY))
    assert town.planned() == [("2026-12", "2026-12-31 09:00")]


def test_the_look_for_what_is_due_reads_its_index(town: Calendared, database: tuple[str, str]) -> None:
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("set enable_seqscan = off")
        plan = owner.execute(
            "explain select id from timed_start where state = 'waiting' and due_at <= now() order by due_at limit 10"
        ).fetchall()
    assert "timed_start_waiting" in str(plan)


def test_a_day_that_the_locality_declares_moves_what_is_planned_after_it(town: Calendared) -> None:
    with town.app.begin(Machine("test")) as work:
        work.add(
            tables.calendar_override,
            {
                "locality": "zibo", "version": 1, "day": date(2026, 10, 30), "kind": "holiday", "reason": "台风停工",
                "entered_by": "test", "entered_at": work.now,
            },
        )  # fmt: skip
    with town.app.begin(Machine("test")) as work:
        work.do(compiled(sa.update(tables.locality).values(calendar_version=1)))
    town.sleep_until("2026-09-30 09:00")
    town.ring()

    assert town.planned() == [("2026-10", "2026-10-29 09:00")]


def findings(town: Calendared) -> list[Any]:
    with town.app.read() as reader:
        return [one for one in examine(reader) if one.kind not in ("bell", "messages")]
