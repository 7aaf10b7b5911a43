"""坐诊 on 云南: a month's sessions, who is booked in which order, call-ups and record sheets, and the calendar file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.domain.access import Machine, Officer
from bihuan.domain.clock import BEIJING, MovableClock
from bihuan.domain.errors import NotAllowed, NotFound
from bihuan.locality.fields import StaticText
from bihuan.locality.procedures import procedure_of
from bihuan.play.life import Handed, Life, Play, carry, pass_time
from bihuan.play.stage import Stage
from bihuan.queries.case_page import case_page
from bihuan.queries.session_calendar import feed, feed_token, session_calendar
from bihuan.queries.session_desk import SessionDesk, session_desk
from bihuan.queries.task_page import TaskPage, button_page, task_page
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.people import files_of
from web.wording import sentence, who_or_whom

MONTH = "2026-09"
END_SESSIONS = compiled(
    sa.update(tables.account)
    .where(tables.account.c.id == sa.bindparam("account_id", type_=tables.ID))
    .values(session_version=tables.account.c.session_version + 1)
)
"""As a new password does."""
COMPANY = {"name": "罗经理", "phone": "0871-63110000", "organisation": "滇中某某铝业有限公司"}
SCHEDULE = {
    "main_on": "2026-09-24", "main_half": "am", "main_unit": "industry",
    "special_1_on": "2026-09-28", "special_1_half": "pm", "special_1_unit": "market_regulation",
    "special_2_on": "2026-09-29", "special_2_half": "day", "special_2_unit": "market_regulation",
}  # fmt: skip


@dataclass
class Clinic:
    """云南 in September 2026: the month's own case, and requests booked for it."""

    play: Play
    month: Life
    requests: list[Life]

    def at(self, moment: str) -> None:
        pass_time([self.month, *self.requests], datetime.fromisoformat(moment).replace(tzinfo=BEIJING))

    def do(self, life: Life, moment: str, element: str, **given: object) -> None:
        """Complete the open task of this element at a Beijing time."""
        self.at(moment)
        task = next(one for one in life.tasks() if one.key.split("/")[1] == element)
        life.complete(task, given)
        carry([self.month, *self.requests])

    def book(self, moment: str, subject: str, category: str) -> Life:
        self.at(moment)
        body = f"{subject}，已向有关部门反映多次，请协调。"
        answers = {"subject": subject, "body": body, "category": category, "request_type": "service"}
        life = self.play.hand_in(Handed("portal", answers, COMPANY))
        self.requests.append(life)
        carry([self.month, *self.requests])
        return life

    def take_in(self, life: Life, day: str, unit: str, second: str | None = None) -> None:
        self.do(life, f"{day} 10:00", "accept")
        self.do(life, f"{day} 10:10", "triage", clustered=False)
        self.do(life, f"{day} 10:20", "assign", handling_unit=unit, **({"second_unit": second} if second else {}))
        for _ in range(2 if second else 1):
            self.do(life, f"{day} 11:00", "respond")
        self.do(life, f"{day} 15:00", "verify")

    def told(self, life: Life, element: str, who: str) -> list[str]:
        """What the texts of the form of an open task tell."""
        app = self.play.stage.app
        (task,) = [one for one in life.tasks() if one.key.split("/")[1] == element]
        with app.read() as reader:
            page = task_page(reader, app.vault, self.play.cast.officer(who), task.id)
        assert isinstance(page, TaskPage)
        return [part.text for part in page.form.components if isinstance(part, StaticText)]

    def desk(self, officer: Officer | str, month: str = "") -> SessionDesk:
        officer = self.play.cast.officer(officer) if isinstance(officer, str) else officer
        with self.play.stage.app.read() as reader:
            return session_desk(reader, self.play.stage.app.vault, officer, month)


@pytest.fixture
def clinic(app: App, clock: MovableClock) -> Clinic:
    """Announced, booked and taken in; no session is set yet."""
    stage = Stage(app, clock)
    stage.go_to(datetime(2026, 8, 27, 9, tzinfo=BEIJING))
    play = Play(stage, stage.deploy(files_of("yunnan")).locality)
    found = Clinic(play, play.open_by_calendar(procedure_of(play.deployment, "monthly")), [])
    found.do(
        found.month,
        "2026-08-27 10:00",
        "draft",
        publish_on="2026-08-31",
        booking_from="2026-09-01",
        booking_until="2026-09-07",
    )
    for element in ("publish_online", "publish_offline"):
        found.do(found.month, "2026-08-31 09:30", element)
    return found


def booked_three(clinic: Clinic) -> Sequence[Life]:
    """Three requests: the first and last of 市场监管, the second of two departments."""
    one = clinic.book("2026-09-01 09:00", "专利质押登记时间过长", "market_order")
    two = clinic.book("2026-09-01 10:00", "用电增容没有方案", "energy")
    three = clinic.book("2026-09-02 09:00", "信用贷款要求追加抵押", "finance")
    clinic.take_in(one, "2026-09-03", "market_regulation")
    clinic.take_in(two, "2026-09-04", "industry", "market_regulation")
    clinic.take_in(three, "2026-09-07", "market_regulation")
    return one, two, three


def set_sessions(clinic: Clinic) -> None:
    clinic.do(clinic.month, "2026-09-16 10:00", "list_items")
    clinic.do(clinic.month, "2026-09-17 10:00", "schedule", **SCHEDULE)


def test_before_sessions_are_set_those_booked_wait_in_the_order_of_their_numbers(clinic: Clinic) -> None:
    one, two, three = booked_three(clinic)

    desk = clinic.desk("platform")

    assert (desk.month, desk.sessions) == (MONTH, ())
    assert [booking.case_no for booking in desk.waiting] == [one.case_no, two.case_no, three.case_no]


def test_the_desk_shows_the_month_that_runs_though_the_next_is_booked_already(clinic: Clinic) -> None:
    clinic.book("2026-09-02 09:00", "信用贷款要求追加抵押", "finance")
    clinic.book("2026-09-10 09:00", "用电增容没有方案", "energy")  # after the window: for October

    desk = clinic.desk("platform")

    assert (desk.month, desk.months) == (MONTH, ("2026-10", MONTH))


def test_a_month_has_its_sessions_at_their_hours_under_their_departments(clinic: Clinic) -> None:
    set_sessions(clinic)

    sessions = clinic.desk("platform").sessions

    assert [(one.id, one.name, one.unit) for one in sessions] == [
        ("main", "主场", "省工业和信息化厅"),
        ("special_1", "专场（一）", "省市场监管局"),
        ("special_2", "专场（二）", "省市场监管局"),
    ]
    assert sessions[0].begins_at == datetime(2026, 9, 24, 9, tzinfo=BEIJING)
    assert sessions[1].begins_at == datetime(2026, 9, 28, 14, tzinfo=BEIJING)
    assert sessions[2].ends_at == datetime(2026, 9, 29, 17, tzinfo=BEIJING)
    assert "穿金路199号" in sessions[0].place


def test_a_session_held_jointly_names_every_department_each_once_at_the_desk_and_in_a_calendar(clinic: Clinic) -> None:
    clinic.do(clinic.month, "2026-09-16 10:00", "list_items")
    joint = {"joint_second": "market_regulation", "joint_third": "central_bank"}
    second = {"with_main_2": True, "main_2_on": "2026-09-30", "main_2_half": "am", "main_2_unit": "market_regulation"}
    clinic.do(clinic.month, "2026-09-17 10:00", "schedule", **SCHEDULE, **joint, **second)

    held = {one.id: one.units for one in clinic.desk("platform").sessions}
    officer = clinic.play.cast.officer("industry")
    with clinic.play.stage.app.read() as reader:
        told = session_calendar(reader, officer, MONTH, "main").replace("\r\n ", "")

    assert held == {
        "main": ("省工业和信息化厅", "省市场监管局", "中国人民银行云南省分行"),
        "special_1": ("省市场监管局",),
        "special_2": ("省市场监管局",),
        "main_2": ("省市场监管局", "中国人民银行云南省分行"),
    }
    assert "省工业和信息化厅、省市场监管局、中国人民银行云南省分行" in told


def test_whoever_calls_a_company_reads_on_the_task_for_which_session_on_which_day(clinic: Clinic) -> None:
    one, *_ = booked_three(clinic)
    set_sessions(clinic)
    clinic.at("2026-09-17 14:00")

    arranging = clinic.told(one, "arrange", "market_regulation")
    clinic.do(one, "2026-09-17 14:00", "arrange", session="special_1")
    calling = clinic.told(one, "call_up", "market_regulation")

    assert "主场：2026年9月24日（周四）上午（半天），各部门联合“坐诊”。" in arranging
    assert "专场（一）：2026年9月28日（周一）下午（半天），省市场监管局主持。" in arranging
    assert not [text for text in arranging if "加诊：" in text]  # there is none this month
    assert calling[0].startswith("本件场次：专场（一），2026年9月28日（周一）下午2:00至5:00。地点：云南省政务服务中心")


def test_whoever_holds_a_session_reads_which_on_the_task_and_on_its_button(clinic: Clinic) -> None:
    set_sessions(clinic)
    clinic.at("2026-09-24 09:00")
    told = "本场：主场，2026年9月24日（周四）上午9:00至12:00。"

    assert clinic.told(clinic.month, "host_main", "industry:principal")[0].startswith(told)
    (button,) = [one for one in clinic.month.waits().buttons if one.key.element == "delegate"]
    with clinic.play.stage.app.read() as reader:
        head, vault = clinic.play.cast.officer("industry:principal"), clinic.play.stage.app.vault
        form = button_page(reader, vault, head, clinic.month.case_no, str(button.key)).form
    assert next(part.text for part in form.components if isinstance(part, StaticText)).startswith(told)


def test_a_day_that_was_waited_for_has_come_and_is_not_late(clinic: Clinic) -> None:
    app = clinic.play.stage.app
    with app.read() as reader:
        page = case_page(reader, app.vault, clinic.play.cast.officer("platform"), clinic.month.case_no)

    assert [(one.name, one.outcome) for one in page.deadlines if one.state == "passed"] == [
        ("发布日9:00，两处同步", "came")
    ]
    (event,) = [one for one in page.events if one.kind == "deadline_passed"]
    assert sentence(event) == "时间到：发布日9:00，两处同步"
    assert who_or_whom(event) == "系统 · 8月31日（周一）09:00"


def test_bookings_stand_in_their_session_by_band_then_number_with_call_up_and_record_sheet(clinic: Clinic) -> None:
    one, two, three = booked_three(clinic)
    set_sessions(clinic)
    for life, hour in ((one, "14"), (three, "15")):
        clinic.do(life, f"2026-09-17 {hour}:00", "arrange", session="special_1")
    clinic.do(one, "2026-09-23 10:00", "call_up")
    clinic.at("2026-09-28 13:00")

    desk = clinic.desk("platform")
    (session,) = [found for found in desk.sessions if found.id == "special_1"]

    assert [(booking.case_no, booking.queue_band) for booking in session.bookings] == [
        (three.case_no, "B"), (one.case_no, "C")
    ]  # fmt: skip
    assert (session.called_up, session.recorded) == (1, 0)
    assert session.bookings[0].call_up.nearness is not None
    assert session.bookings[0].call_up.nearness.late
    assert [booking.case_no for booking in desk.waiting] == [two.case_no]

    clinic.at("2026-09-28 14:00")
    clinic.do(one, "2026-09-28 14:30", "hear", settled=True)
    (session,) = [found for found in clinic.desk("platform").sessions if found.id == "special_1"]

    assert [booking.document for booking in session.bookings] == ["工作记录表"]


def test_a_department_sees_the_calendar_and_only_its_own_requests(clinic: Clinic) -> None:
    _, two, _ = booked_three(clinic)
    set_sessions(clinic)

    desk = clinic.desk("industry")

    assert len(desk.sessions) == 3
    assert [booking.case_no for booking in desk.waiting] == [two.case_no]
    assert desk.hidden == 2
    assert desk.arranged_in == ""
    assert clinic.desk("platform").arranged_in == clinic.month.case_no


def test_whoever_takes_no_part_in_casework_has_no_desk_and_other_places_hold_no_sessions(clinic: Clinic) -> None:
    with pytest.raises(NotAllowed):
        clinic.desk("platform:administrator")
    with pytest.raises(NotFound):
        clinic.desk("platform", "2031-01")

    kaihua = clinic.play.stage.deploy(files_of("kaihua")).locality
    with pytest.raises(NotFound):
        clinic.desk(Play(clinic.play.stage, kaihua).cast.officer("platform"))


def test_the_calendar_file_says_when_and_where_and_nothing_of_any_request(clinic: Clinic) -> None:
    booked_three(clinic)
    set_sessions(clinic)
    officer, vault = clinic.play.cast.officer("market_regulation"), clinic.play.stage.app.vault
    with clinic.play.stage.app.read() as reader:
        one = session_calendar(reader, officer, MONTH, "special_1").replace("\r\n ", "")
        every = feed(reader, vault, officer.account_id, feed_token(reader, vault, officer)).replace("\r\n ", "")

    assert "DTSTART:20260928T060000Z" in one
    assert "省市场监管局" in one
    assert every.count("BEGIN:VEVENT") == 3
    for told in (*COMPANY.values(), *(life.case_no for life in clinic.requests), "专利质押"):
        assert told not in every


def test_a_feed_opens_to_its_own_token_alone_and_closes_with_the_account(clinic: Clinic) -> None:
    set_sessions(clinic)
    app, officer = clinic.play.stage.app, clinic.play.cast.officer("market_regulation")
    with app.begin(Machine("test")) as work:
        industry = [("industry", "officer")]
        other = create_account(work, "yunnan", "somebody_else", "别人", "correct horse battery", industry)
    with app.read() as reader:
        token = feed_token(reader, app.vault, officer)
        for account_id, tried in ((other, token), (officer.account_id, token[:-1] + "x"), (officer.account_id, "")):
            with pytest.raises(NotFound):
                feed(reader, app.vault, account_id, tried)
    with app.begin(Machine("test")) as work:
        work.do(END_SESSIONS, account_id=officer.account_id)
    with app.read() as reader, pytest.raises(NotFound):
        feed(reader, app.vault, officer.account_id, token)
