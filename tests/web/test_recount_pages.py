"""试算、重算 on the page: a notice's file handed in, what would move told first, moved by a worker, seen in the log."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask.testing import FlaskClient

from bihuan import recounting
from bihuan.commands import recount_slice
from bihuan.commands.ask_recount import recount_limits, retry_recount, try_recount
from bihuan.commands.declare_days import declare_days
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Machine
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed, Refused
from bihuan.domain.ids import CaseId
from bihuan.locality.holiday_notice import Declaration
from bihuan.queries import recount_page as queries
from bihuan.queries.administrative_log import log_page
from bihuan.queries.history import history, verify
from bihuan.queries.recount_page import RecountPage, changes_of, recount_page, standing
from bihuan.recounting import recount_next
from tests.notices import NOTICE
from tests.people import Town
from tests.web.conftest import Enter

TYPHOON = Declaration("holiday", "台风停工")


def dispatched(town: Town) -> CaseId:
    case = town.order().case_id
    town.do(case, "dispatch", handling_unit="commerce")
    return case


def hand_in(client: FlaskClient, text: str | bytes, name: str = "2027.toml") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post("/calendar/notice", data={"notice": (BytesIO(content), name)})


def seen(town: Town, *, trial: bool) -> RecountPage:
    with town.app.read() as reader:
        found = recount_page(reader, town.officer("platform", "administrator"), trial=trial)
    assert found is not None
    return found


def confirm(client: FlaskClient, town: Town, **changed: str) -> Any:
    given = {
        "trial": str(seen(town, trial=True).recount.id),
        "reason": "国务院通知已公布",
        "submission_id": str(uuid4()),
    }
    return client.post("/calendar/recount", data=given | changed)


def due_at(town: Town, case: CaseId) -> datetime:
    found: datetime = town.open_tasks(case)["first_reply"]["due_at"]
    return found


def typhoon(town: Town, day: str = "2026-09-30") -> None:
    with town.app.begin(town.officer("platform", "administrator")) as work:
        declare_days(work, "zibo", {date.fromisoformat(day): TYPHOON}, source="市政府通知")


def test_a_notice_is_told_in_full_before_it_is_in_force_and_then_moves_what_it_said(town: Town, enter: Enter) -> None:
    town.clock.move_to(datetime(2026, 12, 28, 2, tzinfo=UTC))
    case = dispatched(town)
    before = due_at(town, case)
    client = enter(town.officer("platform", "administrator"))
    assert hand_in(client, NOTICE).location == "/calendar/trial"
    assert "正在试算" in client.get("/calendar/trial").get_data(as_text=True)
    assert confirm(client, town).status_code == 422, "nobody has told yet what would move"
    town.ring()

    page = client.get("/calendar/trial").get_data(as_text=True)
    assert "2027-02-05 至 2027-02-12" in page
    assert "2027-01-31 周日" in page
    assert "导入后，涉及2027年的时限由暂定转为确定" in page
    foreseen = seen(town, trial=True)
    assert foreseen.sums["confirmed"] + foreseen.sums.get("moved", 0) == len(foreseen.changes) > 0
    assert due_at(town, case) == before
    assert "尚未录入" in client.get("/calendar?year=2027").get_data(as_text=True), "nothing is in force yet"
    assert confirm(client, town, reason=" ").status_code == 422

    submission = str(uuid4())
    given = {"trial": str(foreseen.recount.id), "reason": "通知已公布", "submission_id": submission}
    for _ in range(2):  # a second click
        assert client.post("/calendar/recount", data=given).location == "/calendar/recount"
    town.ring()
    assert seen(town, trial=False).changes == foreseen.changes
    assert "尚未录入" not in client.get("/calendar?year=2027").get_data(as_text=True)
    with town.app.snapshot() as reader:
        assert verify(reader, case).faults == ()
        log = log_page(reader, town.officer("platform", "administrator"))
        assert log.verdict.ok
    assert [row.kind for row in log.rows][:3] == ["limits_recounted", "recount_asked", "days_declared"]
    assert {row.reason for row in log.rows[:3]} == {"通知已公布"}
    assert log.rows[0].by == "系统"
    assert "依据：国务院办公厅" in log.rows[2].changes[1][1]
    assert "还没有试算过" in client.get("/calendar/trial").get_data(as_text=True)


def test_a_declared_day_is_counted_again_from_the_page(
    town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, client = dispatched(town), enter(town.officer("platform", "administrator"))
    assert 'id="behind"' not in client.get("/calendar").get_data(as_text=True)
    typhoon(town)
    assert 'id="behind"' in client.get("/calendar").get_data(as_text=True)
    assert client.post("/calendar/trial").location == "/calendar/trial"
    tried = seen(town, trial=True).recount.id
    client.post("/calendar/trial")
    assert seen(town, trial=True).recount.id == tried, "a second click"
    town.ring()
    with monkeypatch.context() as short:
        short.setattr(queries, "PAGE", 2)
        pages = [client.get(f"/calendar/trial?page={number}").get_data(as_text=True) for number in ("1", "2", "9")]
    assert [page.count('class="subject no"') for page in pages] == [2, 1, 1]
    assert "下一页" in pages[0]
    assert "上一页" in pages[2]
    assert "2026-09-30 台风停工（原为工作日）" in client.get("/calendar/trial").get_data(as_text=True)
    confirm(client, town)
    looking = client.get("/calendar/recount", headers={"HX-Request": "true"})
    assert "正在重算" in looking.get_data(as_text=True)
    assert "<html" not in looking.get_data(as_text=True)
    assert "正在重算" in client.get("/calendar").get_data(as_text=True)
    town.ring()
    assert client.get("/calendar/recount", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert due_at(town, case) == datetime(2026, 10, 10, 12, tzinfo=BEIJING)
    with town.app.read() as reader:
        assert {event.actor for event in history(reader, case) if event.kind == "deadline_moved"} == {"calendar"}
    assert 'id="behind"' not in client.get("/calendar").get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (NOTICE.replace("2027-01-31", "2027-02-06"), ("2027-02-06", "不是假期之外的周末", "调休上班只写周末")),
        ("year = ", ("2027.toml", "不是有效的 TOML：写法有误或没有写完")),
        ("放假通知", ("不是有效的 TOML：第 1 行第 1 列有误",)),
        (b"\x00\xff" * 100, ("不是 UTF-8 编码的文本",)),
        (
            NOTICE[: NOTICE.index("[[holiday]]", 99)],
            ("通知缺少春节、清明节、劳动节、端午节、中秋节、国庆节，不能导入", "写全这一年的各个假期"),
        ),
        (
            NOTICE.replace("国务院办公厅关于2027年部分节假日安排的通知", "x"),
            ("通知的名称 &#39;x&#39; 不能用", "写通知的全称"),
        ),
        ("#" * 70_000, ("超过 64 KB",)),
        (NOTICE.partition("[[workday]]")[0].replace("2027", "2031"), ("2030年的通知还没有录入", "先导入上一年的通知")),
        ("", ("年份 空 不能用",)),
    ],
)
def test_of_a_faulty_file_place_fault_and_cure_are_told_and_nothing_is_done(
    text: str | bytes, told: tuple[str, ...], town: Town, enter: Enter
) -> None:
    client = enter(town.officer("platform", "administrator"))
    answer = hand_in(client, text)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in told:
        assert words in page
    assert "还没有试算过" in client.get("/calendar/trial").get_data(as_text=True)


def test_a_year_in_force_is_an_example_that_declares_nothing(town: Town, enter: Enter) -> None:
    client = enter(town.officer("platform", "administrator"))
    example = client.get("/calendar/notice-2026.toml")
    assert example.mimetype == "application/toml"
    answer = hand_in(client, example.get_data())
    assert "现行日历与这份通知一致" in answer.get_data(as_text=True)
    assert client.post("/calendar/notice", data={}).status_code == 422
    assert client.get("/calendar/notice-1999.toml").status_code == 404


def test_it_is_done_by_slices_and_goes_on_where_it_was_broken_off(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "SLICE", 2)
    cases = [dispatched(town) for _ in range(5)]
    typhoon(town)
    with town.app.begin(Machine("command-line")) as work:
        recount_limits(work, "zibo", reason="台风")
    with town.app.begin(Machine("bell")) as work:
        (leased,) = take_due(work, reports=True).recounts
    assert recount_next(town.app, leased)
    assert (seen(town, trial=False).recount.cases_done, seen(town, trial=False).recount.cases) == (2, 5)

    def killed(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("the server went away")

    with monkeypatch.context() as broken:
        broken.setattr(recount_slice, "end_slice", killed)
        with pytest.raises(psycopg.OperationalError):
            recount_next(town.app, leased)
    town.clock.move_to(town.clock.now() + timedelta(minutes=3))
    town.ring()  # the lease has ended: once more, from there
    found = seen(town, trial=False)
    assert (found.recount.state, found.recount.cases_done) == ("done", 5)
    moved = {due_at(town, case) for case in cases}
    assert moved == {datetime(2026, 10, 10, 12, tzinfo=BEIJING)}
    with town.app.read() as reader:
        assert len({one.case_no for one in changes_of(reader, leased)}) == 5
        kinds = [event.kind for event in history(reader, cases[3])]
    assert kinds.count("deadline_moved") == found.sums["moved"] / 5, "once each"


def test_a_second_wish_starts_no_second_and_a_calendar_that_changes_meanwhile_is_counted_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "SLICE", 1)
    cases, administrator = [dispatched(town) for _ in range(2)], town.officer("platform", "administrator")
    typhoon(town)
    with town.app.begin(administrator) as work:
        recount_limits(work, "zibo", reason="台风")
    first = seen(town, trial=False).recount.id
    recount_next(town.app, first)
    typhoon(town, "2026-10-08")
    with town.app.begin(administrator) as work:
        recount_limits(work, "zibo", reason="又一天")
    with pytest.raises(Refused), town.app.begin(administrator) as work:
        try_recount(work, "zibo")
    town.ring()
    found = seen(town, trial=False)
    assert (found.recount.id, found.recount.calendar_version) == (first, 2)
    assert {due_at(town, case) for case in cases} == {datetime(2026, 10, 12, 12, tzinfo=BEIJING)}
    with town.app.read() as reader:
        kinds = [row.kind for row in log_page(reader, administrator).rows]
        assert not standing(reader, administrator).behind
    assert (kinds.count("recount_asked"), kinds.count("limits_recounted")) == (1, 1)


def test_after_three_attempts_it_is_given_up_and_told_and_goes_on_when_asked(
    town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, client = dispatched(town), enter(town.officer("platform", "administrator"))
    typhoon(town)

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    client.post("/calendar/trial")
    with monkeypatch.context() as fault:
        fault.setattr(recounting, "cases_following", broken)
        for _ in range(4):
            recount_next(town.app, seen(town, trial=True).recount.id)
    assert "试算没有完成" in client.get("/calendar/trial").get_data(as_text=True)
    assert confirm(client, town).status_code == 422
    assert client.post("/calendar/retry", data={"which": "trial"}).location == "/calendar/trial"
    town.ring()
    assert seen(town, trial=True).recount.state == "done"
    assert due_at(town, case) == datetime(2026, 10, 9, 12, tzinfo=BEIJING)


def test_a_case_that_cannot_be_counted_is_told_leaves_an_incident_and_holds_up_nobody(
    town: Town, enter: Enter, database: tuple[str, str]
) -> None:
    broken, sound = dispatched(town), dispatched(town)
    with psycopg.connect(database[0], autocommit=True) as spoils:
        spoils.execute("update case_file set state = 'x' where id = %s", [broken])
    typhoon(town)
    with town.app.begin(town.officer("platform", "administrator")) as work:
        recount_limits(work, "zibo", reason="台风")
    town.ring()
    assert seen(town, trial=False).sums["fault"] == 1
    assert due_at(town, sound) == datetime(2026, 10, 10, 12, tzinfo=BEIJING)
    client = enter(town.officer("platform", "administrator"))
    page = client.get("/calendar/recount").get_data(as_text=True)
    assert "无法重算 <strong>1</strong> 件" in page
    assert re.search(r"ZBJS\d+", client.get("/incidents").get_data(as_text=True))


def test_what_was_tried_by_another_calendar_is_not_confirmed(town: Town, enter: Enter) -> None:
    client = enter(town.officer("platform", "administrator"))
    hand_in(client, NOTICE)
    town.ring()
    typhoon(town)
    assert "试算之后日历又有变动" in client.get("/calendar/trial").get_data(as_text=True)
    assert confirm(client, town).status_code == 422
    tried = str(seen(town, trial=True).recount.id)
    client.post("/calendar/trial")
    assert confirm(client, town, trial=tried).status_code == 404, "another one stands in its place"


def test_nobody_else_tries_or_counts_again(town: Town) -> None:
    for who in (("platform",), ("platform", "process_owner"), ("audit_office", "auditor")):
        officer = town.officer(*who)
        with pytest.raises(NotAllowed), town.app.begin(officer) as work:
            try_recount(work, "zibo", ("a", NOTICE.encode()))
        with pytest.raises(NotAllowed), town.app.begin(officer) as work:
            recount_limits(work, "zibo", reason="日历调整")
        with pytest.raises(NotAllowed), town.app.begin(officer) as work:
            retry_recount(work, "zibo", trial=True)
        with pytest.raises(NotAllowed), town.app.read() as reader:
            recount_page(reader, officer, trial=True)
