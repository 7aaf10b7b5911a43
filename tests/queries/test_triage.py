"""研判分办 on 开化: the stream of what waits, duplicates with their reason, grounds, suggestions, who may."""

from datetime import datetime, timedelta

import pytest

from bihuan.bootstrap import App
from bihuan.domain.clock import BEIJING, MovableClock
from bihuan.domain.errors import NotAllowed
from bihuan.play.life import Handed, Life, Play
from bihuan.play.stage import Stage
from bihuan.queries.foresight import Foreseen, foresee
from bihuan.queries.task_page import TaskPage, task_page
from bihuan.queries.triage import PAGE, Aid, aid_for, triage_stream
from tests.people import files_of

SHUTTLE = {
    "subject": "园区早晚班公交停运，职工上下班不便",
    "body": "园区通往县城的早晚班公交停运后，三百多名职工自行包车，夜班尤其困难。希望恢复班次。",
    "category": "park",
    "source": "qr_code",
}
COMPANY = {"name": "余经理", "phone": "0570-6010000", "organisation": "某某硅业有限公司"}
OTHER = {"name": "江经理", "phone": "0570-6020000", "organisation": "某某茶业有限公司"}
MORNING = datetime(2026, 11, 18, 9, 30, tzinfo=BEIJING)


@pytest.fixture
def kaihua(app: App, clock: MovableClock) -> Play:
    """开化 on an empty database, a Wednesday morning."""
    stage = Stage(app, clock)
    stage.go_to(MORNING)
    return Play(stage, stage.deploy(files_of("kaihua")).locality)


def handed_in(play: Play, identity: dict[str, str] | None = None, **answers: str) -> Life:
    return play.hand_in(Handed("portal", SHUTTLE | answers, identity or COMPANY))


def page_of(play: Play, life: Life) -> TaskPage:
    (task,) = life.tasks()
    with play.stage.app.read() as reader:
        found = task_page(reader, play.stage.app.vault, play.cast.officer("platform"), task.id)
    assert isinstance(found, TaskPage)
    return found


def aid_of(play: Play, life: Life) -> Aid:
    page = page_of(play, life)
    with play.stage.app.read() as reader:
        found = aid_for(reader, play.stage.app.vault, play.cast.officer("platform"), page)
    assert found is not None
    return found


def foreseen(play: Play, life: Life, **answers: str) -> Foreseen:
    (task,) = life.tasks()
    with play.stage.app.read() as reader:
        return foresee(reader, play.stage.app.vault, play.cast.officer("platform"), task.id, answers)


def test_the_stream_lists_what_waits_with_the_likely_duplicate_and_its_reason(kaihua: Play) -> None:
    first = handed_in(kaihua, identity=OTHER)
    again = handed_in(kaihua, subject="再次反映园区公交停运")
    with kaihua.stage.app.read() as reader:
        found = triage_stream(reader, kaihua.stage.app.vault, kaihua.cast.officer("platform"))
    rows = {row.case_no: row for row in found.rows}

    assert set(rows) == {first.case_no, again.case_no}
    row = rows[again.case_no]
    assert row.like is not None
    assert (row.like.case_no, row.like.same_complainant) == (first.case_no, False)
    assert row.like.percent > 80
    assert row.step == "核实研判"
    assert row.excerpt.startswith("园区通往县城")


def test_the_stream_has_pages_and_loses_nothing_between_them(kaihua: Play) -> None:
    numbers = [handed_in(kaihua).case_no for _ in range(PAGE + 3)]
    officer, vault = kaihua.cast.officer("platform"), kaihua.stage.app.vault
    with kaihua.stage.app.read() as reader:
        first = triage_stream(reader, vault, officer)
        second = triage_stream(reader, vault, officer, first.following)

    assert len(first.rows) == PAGE
    assert sorted(row.case_no for row in (*first.rows, *second.rows)) == sorted(numbers)
    assert second.following is None


def test_only_those_who_sit_at_the_desk_see_the_stream(kaihua: Play) -> None:
    handed_in(kaihua)
    for group in ("supervision_office", "discipline", "business_office", "platform:administrator"):
        with kaihua.stage.app.read() as reader, pytest.raises(NotAllowed):
            triage_stream(reader, kaihua.stage.app.vault, kaihua.cast.officer(group))


def test_a_task_says_its_grounds_for_declining_with_what_the_company_is_told(kaihua: Play) -> None:
    life = handed_in(kaihua)

    grounds = aid_of(kaihua, life).grounds

    assert [(one.code, one.text, one.repeated) for one in grounds] == [
        ("unrelated", "非营商环境问题", False),
        ("unclear", "问题描述不清", False),
        ("repeated", "问题重复", True),
    ]
    assert grounds[2].told == f"诉求 {life.case_no} 与已收到的诉求重复"


def test_who_finds_a_request_repeated_has_the_form_begun_and_decides_it(kaihua: Play) -> None:
    first = handed_in(kaihua)
    again = handed_in(kaihua)
    aid = aid_of(kaihua, again)

    assert aid.repeating(first.case_no) == {"filtered_as": "repeated", "opinion": f"与 {first.case_no} 重复。"}
    assert aid.repeating("KHQH202699999") == {}, "only one that is on the page"
    assert [task.name for task in again.tasks()] == ["核实研判"], "nothing is decided by likeness"


def test_declining_is_foreseen_with_its_end_and_its_notice(kaihua: Play) -> None:
    life = handed_in(kaihua)

    found = foreseen(kaihua, life, filtered_as="repeated", departments="1", opinion="与前件重复。")

    assert found.exit == "declined"
    assert found.tasks == ()
    assert [(one.recipient, one.subject) for one in found.notices] == [
        ("诉求人", f"诉求 {life.case_no} 与已收到的诉求重复")
    ]
    assert "《开化县“企呼我应”涉企问题高效闭环处置机制实施方案》二（二）1" in found.notices[0].body


def test_units_are_suggested_by_the_duty_table_and_by_requests_alike(kaihua: Play) -> None:
    before = handed_in(kaihua, identity=OTHER)
    for answers in ({"filtered_as": "none", "departments": 1}, {"handling_unit": "economy"}):
        (task,) = before.tasks()
        before.complete(task, answers)
    life = handed_in(kaihua)
    (task,) = life.tasks()
    kaihua.stage.stand_at(kaihua.stage.now + timedelta(minutes=30))
    life.complete(task, {"filtered_as": "none", "departments": 2})

    aid = aid_of(kaihua, life)

    assert [(one.unit, one.why) for one in aid.suggestions] == [
        ("park_community", "职责分工表建议"),
        ("economy", f"承办相似工单 {before.case_no}"),
    ]
    assert aid.lead is not None
    units = ["handling_unit", "second_unit", "third_unit", "fourth_unit", "fifth_unit"]
    assert [aid.lead.key, *(one.key for one in aid.supporting)] == units


def test_the_class_and_its_limit_are_known_before_dispatch_is_confirmed(kaihua: Play) -> None:
    life = handed_in(kaihua)
    (task,) = life.tasks()
    before = foreseen(kaihua, life, filtered_as="none", departments="2", opinion="已向企业核实。")
    assert (before.decided, before.suggested) == (("“2”一般问题",), "经开区企业社区")
    life.complete(task, {"filtered_as": "none", "departments": 2})
    with kaihua.stage.app.read() as reader:
        (row,) = triage_stream(reader, kaihua.stage.app.vault, kaihua.cast.officer("platform")).rows
    assert (row.step, row.suggested_unit) == ("交办", "经开区企业社区")

    found = foreseen(kaihua, life, handling_unit="economy", second_unit="park_community")

    due = [one.due_at for one in found.deadlines if not one.internal]
    assert datetime(2026, 11, 21, tzinfo=BEIJING) in due, "two working days, to the end of Friday"
    assert {one.group for one in found.tasks} >= {"县经信局 联络员"}
