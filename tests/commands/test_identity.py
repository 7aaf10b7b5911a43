"""Who complained: sealed, shown for a reason to those who must answer, never to the unit complained about."""

import time
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from bihuan.commands.open_case import Opened, receive_order, submit_request
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.commands.strike_out import strike_out
from bihuan.domain.access import Officer, Visitor, may_reveal_identity
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.identity import struck_out
from bihuan.domain.ids import AccountId, CaseId
from bihuan.queries.history import history
from tests.commands.test_life import dispatched
from tests.people import COMPANY, REQUEST, Town

TELLING = (*COMPANY.values(), "13812345678")


def reveal(town: Town, case: CaseId, by: Officer, reason: str = "reply") -> dict[str, str]:
    with town.app.begin(by) as work:
        return reveal_identity(work, case, reason)


def test_the_handling_unit_sees_it_for_a_reason_and_leaves_an_event(town: Town) -> None:
    case = dispatched(town)
    assert reveal(town, case, town.officer("commerce"))["name"] == COMPANY["name"]
    with town.app.read() as reader:
        event = history(reader, case)[-1]
    assert (event.kind, event.actor) == ("identity_revealed", town.officer("commerce").ref)
    assert event.detail == {"reason": "reply"}


def test_without_a_reason_nobody_sees_it(town: Town) -> None:
    case = dispatched(town)
    with pytest.raises(InvalidAnswers):
        reveal(town, case, town.officer("platform"), reason="")


@pytest.mark.parametrize("unit", ["taxation", "supervision_office", "province", "audit_office", "city_leaders"])
def test_others_never_see_it(town: Town, unit: str) -> None:
    case = dispatched(town)
    with pytest.raises(NotAllowed):
        reveal(town, case, town.officer(unit))


@pytest.mark.parametrize(
    ("memberships", "complained_of", "may"),
    [
        ([("supervision_office", "officer")], [], True),
        ([("supervision_office", "officer")], ["supervision_office"], False),
        ([("supervision_office", "officer"), ("commerce", "officer")], ["commerce"], False),
        ([("supervision_office", "officer"), ("commerce", "administrator")], ["taxation", "commerce"], False),
        ([("supervision_office", "administrator")], [], False),
        ([("taxation", "officer")], [], False),
    ],
)
def test_a_unit_that_answers_people_may_unless_it_is_complained_about(
    memberships: list[tuple[str, str]], complained_of: list[str], may: bool
) -> None:
    """CS-15: the locality says which; whoever is also of the unit complained about stays barred."""
    officer = Officer(AccountId(uuid4()), "", "changshu", frozenset(memberships))
    for answering, expected in ((frozenset({"supervision_office"}), may), (frozenset[str](), False)):
        seen = may_reveal_identity(
            officer, locality="changshu", handling_unit=None, complained_of=complained_of, answering=answering
        )
        assert seen is expected


@pytest.mark.parametrize("role", ["administrator", "process_owner"])
@pytest.mark.parametrize("unit", ["platform", "commerce"])
def test_whoever_only_keeps_the_house_running_never_sees_it(town: Town, unit: str, role: str) -> None:
    case = dispatched(town)
    with pytest.raises(NotAllowed):
        reveal(town, case, town.officer(unit, role))


def test_the_unit_complained_about_never_sees_it_also_when_it_handles_the_case(town: Town) -> None:
    case = dispatched(town, complained_of_unit="commerce")
    assert town.open_tasks(case)["first_reply"]["group_key"] == "commerce"
    for role in ("officer", "principal"):
        with pytest.raises(NotAllowed):
            reveal(town, case, town.officer("commerce", role))
    assert reveal(town, case, town.officer("platform"))["phone"] == COMPANY["phone"]


def test_no_row_but_the_sealed_one_says_who_complained(town: Town) -> None:
    case = dispatched(town)
    town.do(case, "first_reply", progress="已联系企业，正在核实。")
    reveal(town, case, town.officer("commerce"))
    with psycopg.connect(town.app.settings.owner_database_url or "") as owner:
        names = [row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'")]
        for name in names:
            text = "\n".join(str(row) for row in owner.execute(f'select t::text from "{name}" t'))  # type: ignore[arg-type]
            for telling in TELLING:
                assert telling not in text, f"table {name} says {telling}"


def test_a_sealed_identity_belongs_to_its_case_alone(town: Town) -> None:
    one, other = dispatched(town), dispatched(town)
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute(
            "update identity set (key_id, nonce, sealed) = "
            "(select key_id, nonce, sealed from identity where case_id = %s) where case_id = %s",
            (one, other),
        )
    from bihuan.domain.errors import Misconfigured

    with pytest.raises(Misconfigured):
        reveal(town, other, town.officer("platform"))


def test_only_the_platform_strikes_out_and_the_original_stays(town: Town) -> None:
    case = dispatched(town)
    with pytest.raises(NotAllowed), town.app.begin(town.officer("commerce")) as work:
        strike_out(work, case, subject="甲", body="乙")
    with town.app.begin(town.officer("platform")) as work:
        strike_out(work, case, subject="开办餐饮店", body="许可迟迟未办结。")
    with town.app.read() as reader:
        assert history(reader, case)[-1].kind == "text_struck_out"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("联系人手机13812345678。", "联系人手机〔手机号已隐去〕。"),
        ("电话0533-3160802转2", "电话〔固定电话已隐去〕转2"),
        ("身份证37030219900307123X请查", "身份证〔身份证号已隐去〕请查"),
        ("信用代码91370300MA3C4D5E6F", "信用代码〔统一社会信用代码已隐去〕"),
        ("邮箱a.b@example.com", "邮箱〔电子邮箱已隐去〕"),
        ("138 1234 5678", "〔手机号已隐去〕"),
        ("2026年10月26日前办结15个工作日", "2026年10月26日前办结15个工作日"),
        ("罚款20000元，文号370300202600012", "罚款20000元，文号370300202600012"),
    ],
)
def test_telling_numbers_in_free_text_are_struck_out(written: str, seen: str) -> None:
    assert struck_out(written) == seen


@pytest.mark.parametrize("letter", ["a", "1", "%", "a-"])
def test_no_text_takes_long_to_be_struck_out(letter: str) -> None:
    """A page looks through many texts: what took the square of its length let one company stop a desk's pages."""
    text = f"{'x' * 100}@example.com {letter * 30_000}"
    began = time.perf_counter()
    assert "example.com" not in struck_out(text)
    assert time.perf_counter() - began < 1


def test_requests_and_orders_come_in_by_the_own_platform_alone(town: Town) -> None:
    elsewhere = replace(town.officer("platform"), locality="kaihua")
    for actor in (elsewhere, town.officer("commerce"), Visitor("kaihua")):
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            submit_request(work, "zibo", REQUEST, COMPANY, submission_id=uuid4())
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            receive_order(work, "zibo", REQUEST, COMPANY, submission_id=uuid4(), external_no="SD-1")


def test_the_query_code_is_the_same_for_a_repeat_and_kept_nowhere(town: Town) -> None:
    once = uuid4()

    def submit() -> Opened:
        with town.app.begin(Visitor("zibo")) as work:
            return submit_request(work, "zibo", REQUEST, COMPANY, submission_id=once)

    first, again = submit(), submit()
    assert first == again
    with psycopg.connect(town.app.settings.owner_database_url or "") as owner:
        assert owner.execute("select count(*) from case_file").fetchone() == (1,)
        rows = "\n".join(str(row) for row in owner.execute("select t::text from request t"))
    assert first.query_code not in rows
