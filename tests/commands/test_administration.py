"""Administration (系统管理): every change has a reason and an entry in a log that nobody alters unseen."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from bihuan.commands.accounts import create_account, end_sessions, set_active, set_password, unlock
from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.commands.change_account import change_details, change_memberships
from bihuan.commands.change_notice_text import change_notice_text
from bihuan.commands.change_own_password import change_own_password
from bihuan.commands.change_unit import change_unit
from bihuan.commands.declare_days import declare_days
from bihuan.commands.deploy import deploy
from bihuan.commands.notices import prepare
from bihuan.commands.revoke_stand_in import revoke_stand_in
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import AlreadyDone, InvalidAnswers, NotAllowed, NotFound
from bihuan.locality.deployments import current
from bihuan.locality.holiday_notice import Declaration
from bihuan.queries.accounts import person_page
from bihuan.queries.administrative_log import LogRow, log_page, verify_log
from bihuan.queries.people import account, log_in
from bihuan.queries.stand_ins import stand_ins
from bihuan.store import tables
from bihuan.store.administration import log
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork
from tests.conftest import START
from tests.people import PASSWORD, Town, files_of

DRAWN = "abcd-efgh-jkmn"


@pytest.fixture
def administrator(town: Town) -> Officer:
    return town.officer("platform", "administrator")


def entries(town: Town, administrator: Officer) -> list[LogRow]:
    """The log, the latest first."""
    with town.app.snapshot() as reader:
        page = log_page(reader, administrator)
    assert page.verdict.ok, page.verdict.fault
    return list(page.rows)


def may_log_in(town: Town, login: str, password: str) -> bool:
    with town.app.read() as reader:
        return log_in(reader, login, password) is not None


def test_what_is_done_to_an_account_stands_in_the_log_with_its_reason(town: Town, administrator: Officer) -> None:
    with town.app.begin(administrator) as work:
        create_account(work, "zibo", "wangwu", "王五", DRAWN, [("commerce", "officer")], drawn=True, reason="新入职")
    with town.app.begin(administrator) as work:
        change_memberships(work, "wangwu", {("commerce", "principal"), ("housing", "officer")}, reason="任职调整")
    with town.app.begin(administrator) as work:
        change_details(work, "wangwu", name="王武", email="", phone="05333160802", reason="姓名登记有误")
    with town.app.begin(administrator) as work:
        set_active(work, "wangwu", False, reason="离岗")
    found = entries(town, administrator)[:4]
    assert [(one.kind, one.reason) for one in reversed(found)] == [
        ("account_created", "新入职"), ("memberships_changed", "任职调整"), ("account_changed", "姓名登记有误"),
        ("account_closed", "离岗"),
    ]  # fmt: skip
    assert {one.by for one in found} == {administrator.name}
    assert found[2].changes == (("市商务局 承办人", "市商务局 主要负责同志；市住房城乡建设局 承办人"),)
    assert "3160802" not in repr(found), "of a telephone the log says only that it changed"


def test_without_a_reason_nothing_is_changed(town: Town, administrator: Officer) -> None:
    town.officer("commerce")
    deeds: list[Callable[[UnitOfWork], object]] = [
        lambda work: set_password(work, "commerce_officer", DRAWN, reason=""),
        lambda work: set_active(work, "commerce_officer", False, reason=" "),
        lambda work: end_sessions(work, "commerce_officer", reason="x"),
        lambda work: unlock(work, "commerce_officer", reason="长" * 201),
        lambda work: change_memberships(work, "commerce_officer", {("housing", "officer")}, reason=""),
        lambda work: change_details(work, "commerce_officer", name="某", email="", phone="", reason=""),
        lambda work: change_unit(work, "zibo", "commerce", phone="05333160802", email="", reason=""),
        lambda work: change_notice_text(work, "zibo", "receipt", subject="回执", body="已收到。", reason=""),
    ]
    before = len(entries(town, administrator))
    for deed in deeds:
        with pytest.raises(InvalidAnswers) as refused, town.app.begin(administrator) as work:
            deed(work)
        assert "reason" in refused.value.errors
    assert len(entries(town, administrator)) == before
    assert may_log_in(town, "commerce_officer", PASSWORD)


@pytest.mark.parametrize("role", ["officer", "auditor", "process_owner"])
def test_nobody_but_an_administrator_of_the_locality_administers(town: Town, role: str) -> None:
    town.officer("commerce")
    others = [town.officer("platform", role)]
    with town.app.read() as reader:
        known = account(reader, town.officer("platform", "administrator").account_id)
    assert known is not None
    others.append(Officer(known.officer.account_id, "外地管理员", "kaihua", known.officer.memberships))
    for actor in others:
        with pytest.raises((NotAllowed, NotFound)), town.app.begin(actor) as work:
            set_password(work, "commerce_officer", DRAWN, reason="试试看")
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            change_unit(work, "zibo", "commerce", phone="05333160802", email="", reason="试试看")
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            change_notice_text(work, "zibo", "receipt", subject="回执", body="已收到。", reason="试试看")


def test_an_administrator_neither_closes_nor_promotes_themselves(town: Town, administrator: Officer) -> None:
    with pytest.raises(NotAllowed), town.app.begin(administrator) as work:
        set_active(work, "platform_administrator", False, reason="不干了")
    with pytest.raises(NotAllowed), town.app.begin(administrator) as work:
        change_memberships(work, "platform_administrator", {("platform", "officer")}, reason="想看工单")


def test_a_change_of_roles_holds_at_once(town: Town, administrator: Officer) -> None:
    officer = town.officer("commerce")
    with town.app.begin(administrator) as work:
        change_memberships(work, "commerce_officer", {("housing", "officer")}, reason="调动")
    with town.app.read() as reader:
        found = account(reader, officer.account_id)
    assert found is not None
    assert found.officer.units == {"housing"}
    with pytest.raises(InvalidAnswers), town.app.begin(administrator) as work:
        change_memberships(work, "commerce_officer", {("navy", "officer")}, reason="调动")
    with pytest.raises(InvalidAnswers), town.app.begin(administrator) as work:
        change_memberships(work, "commerce_officer", set(), reason="调动")


def test_a_given_password_is_good_once_and_for_three_days(town: Town, administrator: Officer) -> None:
    officer = town.officer("commerce")
    with town.app.begin(administrator) as work:
        set_password(work, "commerce_officer", DRAWN, drawn=True, one_time=True, reason="忘记密码")
    assert not may_log_in(town, "commerce_officer", PASSWORD)
    with town.app.read() as reader:
        found = log_in(reader, "commerce_officer", DRAWN)
    assert found is not None
    assert found.must_change
    town.clock.move_to(START + timedelta(hours=72))
    assert not may_log_in(town, "commerce_officer", DRAWN)
    with town.app.begin(officer) as work:
        change_own_password(work, DRAWN, "a password of my own")
    with town.app.read() as reader:
        found = log_in(reader, "commerce_officer", "a password of my own")
    assert found is not None
    assert not found.must_change


def test_ones_own_password_needs_the_old_one(town: Town) -> None:
    officer = town.officer("commerce")
    for old, new, wrong in (
        (DRAWN, "a password of my own", "old"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "x", "password"),
    ):
        with pytest.raises(InvalidAnswers) as refused, town.app.begin(officer) as work:
            change_own_password(work, old, new)
        assert wrong in refused.value.errors


def test_the_same_form_twice_is_one_change(town: Town, administrator: Officer) -> None:
    town.officer("commerce")
    submission, before = uuid4(), len(entries(town, administrator))
    for _ in range(2):
        with town.app.begin(administrator) as work:
            end_sessions(work, "commerce_officer", reason="手机丢失", submission_id=submission)
    assert len(entries(town, administrator)) == before + 1
    again = uuid4()
    with town.app.begin(administrator) as work:
        set_password(work, "commerce_officer", DRAWN, reason="忘记密码", submission_id=again)
    with pytest.raises(AlreadyDone), town.app.begin(administrator) as work:
        set_password(work, "commerce_officer", "another-drawn-one", reason="忘记密码", submission_id=again)
    assert may_log_in(town, "commerce_officer", DRAWN)


def test_what_several_change_in_one_deed_is_one_chain(town: Town, administrator: Officer) -> None:
    with town.app.begin(Machine("command-line")) as work:
        for number in range(3):
            create_account(work, "zibo", f"new_{number}", "新人", DRAWN, [("commerce", "officer")], drawn=True)
    assert [one.kind for one in entries(town, administrator)[:3]] == ["account_created"] * 3


@pytest.mark.parametrize(
    "forgery",
    [
        "update administrative_entry set reason = '另一个理由' where no = 2",
        "update administrative_entry set payload = '{}' where no = 2",
        "delete from administrative_entry where no = 2",
        "delete from administrative_entry where no = (select max(no) from administrative_entry)",
        "insert into administrative_entry (locality, no, kind, actor, at, subject, reason, payload, hash) "
        "select locality, no + 1, kind, actor, at, subject, reason, payload, hash from administrative_entry "
        "order by no desc limit 1",
    ],
)
def test_a_forged_log_is_noticed(town: Town, administrator: Officer, forgery: str) -> None:
    town.officer("commerce")
    town.officer("housing")
    with town.app.snapshot() as reader:
        assert verify_log(reader, "zibo").ok
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(forgery)
    with town.app.snapshot() as reader:
        assert not verify_log(reader, "zibo").ok


def test_days_and_deployments_stand_in_the_log_too(town: Town, administrator: Officer) -> None:
    day = START.date().replace(month=11, day=3)
    with town.app.begin(administrator) as work:
        declare_days(work, "zibo", {day: Declaration("holiday", "台风停工")}, source="市政府通知")
    found = entries(town, administrator)
    assert (found[0].kind, found[0].subject, found[0].reason) == ("days_declared", "日历第 1 版", "台风停工")
    assert found[0].changes == (("", "2026-11-03 休息（台风停工）"), ("", "依据：市政府通知"))
    assert found[-1].kind == "deployed"


def test_a_units_notices_go_to_whom_it_has_on_duty(town: Town, administrator: Officer) -> None:
    duty = "duty@example.gov.cn"
    with town.app.begin(administrator) as work:
        change_unit(work, "zibo", "commerce", phone="05333160802", email=duty, reason="值班安排")
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.at("2026-10-10 12:00")  # the first reply is late: the unit is chased
    notice = compiled(
        tables.notice.select().where(tables.notice.c.case_id == opened.case_id, tables.notice.c.recipient == "commerce")
    )
    with town.app.read() as reader:
        rows = reader.all(notice)
    assert rows
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("update notice set state = 'waiting' where id = %s", (rows[0]["id"],))
    with town.app.begin(Machine("worker")) as work:
        letter = prepare(work, rows[0]["id"])
    assert letter is not None
    assert (duty in letter.emails, "05333160802" in letter.phones) == (True, True)


CHANGED = {"subject": "您的诉求 ${case_no} 我们收到了", "body": "您的诉求已由${locality}受理。"}


def reword(town: Town, administrator: Officer, template: str = "receipt", **changed: str) -> None:
    with town.app.begin(administrator) as work:
        change_notice_text(work, "zibo", template, **{**CHANGED, "reason": "改用新的称呼", **changed})


def text_in_force(town: Town, template: str = "receipt") -> str:
    with town.app.read() as reader:
        return current(reader, "zibo").deployment.locality.notice(template).subject


def test_a_changed_text_is_a_new_version_for_new_cases_alone(town: Town, administrator: Officer) -> None:
    before = town.request()
    reword(town, administrator)
    after = town.request()
    with town.app.read() as reader:
        rows = reader.all(compiled(tables.case_file.select().order_by(tables.case_file.c.case_no)))
        written = {
            row["case_id"]: row["subject"]
            for row in reader.all(compiled(tables.notice.select()))
            if row["template"] == "receipt"
        }
    assert rows[0]["deployment"] != rows[1]["deployment"]
    assert written[after.case_id] == f"您的诉求 {after.case_no} 我们收到了"
    assert written[before.case_id] == f"诉求 {before.case_no} 已收到"
    entry = entries(town, administrator)[0]
    assert entry.subject == "您的诉求我们收到了", "no file's name"
    assert entry.rewritten is not None
    assert entry.rewritten.before.subject == "诉求 ${case_no} 已收到"
    assert entry.rewritten.after == (CHANGED["subject"], f"{CHANGED['body']}\n")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "长" * 121}, "subject"),
        ({"body": " "}, "body"),
        ({"body": "尊敬的${name}："}, "body"),
        ({"body": "没写完的${case_no"}, "body"),
        ({"body": "长" * 4001}, "body"),
    ],
)
def test_a_text_that_cannot_be_is_refused(
    town: Town, administrator: Officer, changed: dict[str, str], wrong: str
) -> None:
    before = text_in_force(town)
    with pytest.raises(InvalidAnswers) as refused:
        reword(town, administrator, **changed)
    assert wrong in refused.value.errors
    assert "C10" not in str(refused.value.errors)
    assert "zibo/" not in str(refused.value.errors)
    assert text_in_force(town) == before


def test_a_log_of_before_it_kept_texts_and_kinds_of_days_is_read_still(town: Town, administrator: Officer) -> None:
    digests = {"path": "zibo/notices/receipt.txt", "before": "ef04bf3f4158", "after": "b48c94a4fe15"}
    with town.app.begin(administrator) as work:
        log(work, "zibo", "notice_text_changed", "notice:receipt", reason="改用新的称呼", detail=digests)
    with town.app.begin(administrator) as work:
        log(work, "zibo", "days_declared", "calendar:1", reason="市政府通知", detail={"days": ["2026-11-03"]})
    days, text = entries(town, administrator)[:2]
    assert (days.changes, text.rewritten) == ((("", "2026-11-03"),), None)


def test_of_a_stand_in_the_log_says_from_when_until_when(town: Town, administrator: Officer) -> None:
    absent, colleague = town.officer("commerce"), town.colleague("commerce")
    with town.app.begin(administrator) as work:
        appoint_stand_in(
            work, "commerce_colleague", stands_for="commerce_officer", until=START + timedelta(days=2), reason="出差"
        )
    with town.app.read() as reader:
        (appointed,) = stand_ins(reader, absent.account_id).for_me
    with town.app.begin(administrator) as work:
        revoke_stand_in(work, appointed.id, reason="提前返岗")
    said = [one.changes[0][1] for one in entries(town, administrator)[:2]]
    today, last = START.date(), (START + timedelta(days=2)).date()
    assert said == [f"由{colleague.name}代理，原定至{last}", f"由{colleague.name}代理，自{today}至{last}"]


def test_a_folder_that_is_behind_does_not_undo_a_text(town: Town, administrator: Officer) -> None:
    reword(town, administrator)
    folder = files_of("zibo")
    with town.app.begin(Machine("command-line")) as work:
        found = deploy(work, folder, note="")
    assert (found.changed, found.kept_texts) == (False, ("zibo/notices/receipt.txt",))
    folder = {**folder, "zibo/notices/reply.txt": "另一处修改\n正文。\n".encode()}
    with town.app.begin(Machine("command-line")) as work:
        assert deploy(work, folder, note="").changed
    assert (text_in_force(town), text_in_force(town, "reply")) == (CHANGED["subject"], "另一处修改")


def test_a_folder_with_another_text_has_the_last_word(town: Town, administrator: Officer) -> None:
    reword(town, administrator)
    folder = {**files_of("zibo"), "zibo/notices/receipt.txt": "目录里的新标题\n正文。\n".encode()}
    with town.app.begin(Machine("command-line")) as work:
        assert deploy(work, folder, note="").kept_texts == ()
    assert text_in_force(town) == "目录里的新标题"


def test_a_person_of_another_locality_is_not_there(town: Town, administrator: Officer) -> None:
    with town.app.begin(Machine("test")) as work:
        deploy(work, files_of("kaihua"), note="")
    with town.app.begin(Machine("test")) as work:
        create_account(work, "kaihua", "stranger", "外地人", DRAWN, [("platform", "officer")], drawn=True)
    with pytest.raises(NotFound), town.app.read() as reader:
        person_page(reader, administrator, "stranger")
    with pytest.raises(NotFound), town.app.begin(administrator) as work:
        set_password(work, "stranger", DRAWN, reason="试试看")
