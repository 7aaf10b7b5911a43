"""Supervision orders (督办单): issued, answered, returned and closed beside the diagram; every word is kept."""

from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest

from bihuan.commands.issue_order import issue_order
from bihuan.commands.open_case import Opened
from bihuan.commands.reply_to_order import reply_to_order
from bihuan.commands.settle_order import settle_order
from bihuan.domain.access import Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound, TaskNotOpen
from bihuan.queries.history import history, verify
from bihuan.queries.orders import OrderView, listed_orders, orders_of
from tests.people import COMPANY, Town

DEMAND = "请说明迟迟未办结的原因，并报送办理计划。"


@pytest.fixture
def late(town: Town) -> Opened:
    """A case that lies with 市商务局, late."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.at("2026-10-10 09:00")
    return opened


def issue(town: Town, opened: Opened, *, by: Officer | None = None, unit: str = "commerce", on: date | None = None,
          demand: str = DEMAND, submission_id: UUID | None = None) -> None:  # fmt: skip
    with town.app.begin(by or town.officer("supervision_office")) as work:
        issue_order(
            work, opened.case_id, unit=unit, demand=demand, due_on=on or date(2026, 10, 14),
            submission_id=submission_id or uuid4(),
        )  # fmt: skip


def orders(town: Town, opened: Opened, reader: Officer | None = None) -> tuple[OrderView, ...]:
    with town.app.read() as reading:
        return orders_of(reading, town.app.vault, reader or town.officer("supervision_office"), opened.case_no).orders


def reply(town: Town, order: OrderView, text: str = "已约谈经办人，10月16日前办结。", unit: str = "commerce") -> None:
    with town.app.begin(town.officer(unit)) as work:
        reply_to_order(work, order.id, text)


def settle(town: Town, order: OrderView, accepted: bool, *, by: Officer | None = None) -> None:
    with town.app.begin(by or town.officer("supervision_office")) as work:
        settle_order(
            work, order.id, accepted=accepted, opinion="答复属实，同意。" if accepted else "没有时间表，请重报。"
        )


def test_an_order_is_answered_returned_answered_again_and_closed(town: Town, late: Opened) -> None:
    issue(town, late)
    before = set(town.open_tasks(late.case_id))
    (order,) = orders(town, late)
    assert (order.no, order.unit, order.state) == (f"{late.case_no}-督1", "市商务局", "open")
    reply(town, order)
    settle(town, order, False)
    reply(town, order, "10月15日办结，责任人已明确。")
    settle(town, order, True)

    (closed,) = orders(town, late)
    assert closed.state == "closed"
    assert [entry.kind for entry in closed.entries] == ["demand", "reply", "return", "reply", "closing"]
    assert set(town.open_tasks(late.case_id)) == before, "the diagram has not moved"
    with town.app.snapshot() as reader:
        assert verify(reader, late.case_id).ok
        kinds = [event.kind for event in history(reader, late.case_id) if event.kind.startswith("order_")]
    assert kinds == ["order_issued", "order_replied", "order_returned", "order_replied", "order_closed"]


def test_history_knows_what_was_written_by_its_hash_alone(town: Town, late: Opened) -> None:
    issue(town, late)
    with town.app.read() as reader:
        (event,) = [one for one in history(reader, late.case_id) if one.kind == "order_issued"]
    assert set(event.detail) == {"order", "unit", "due_at", "sha256"}
    assert DEMAND not in event.payload


def test_the_unit_and_the_supervisors_are_told(town: Town, late: Opened) -> None:
    issue(town, late)
    (order,) = orders(town, late)
    reply(town, order)
    told = [one for one in town.notices(late.case_id) if one[0].startswith("order_")]
    assert sorted(told) == [("order_issued", "commerce"), ("order_replied", "supervision_office")]


def test_the_same_form_twice_is_one_order(town: Town, late: Opened) -> None:
    submission = uuid4()
    for _ in range(2):
        issue(town, late, submission_id=submission)
    issue(town, late)
    assert [order.no[-2:] for order in orders(town, late)] == ["督1", "督2"]


@pytest.mark.parametrize("unit", ["commerce", "taxation", "audit_office"])
def test_who_does_not_supervise_issues_none_and_settles_none(town: Town, late: Opened, unit: str) -> None:
    officer = town.officer(unit, "auditor" if unit == "audit_office" else "officer")
    with pytest.raises(NotAllowed):
        issue(town, late, by=officer)
    issue(town, late)
    (order,) = orders(town, late)
    reply(town, order)
    with pytest.raises(NotAllowed):
        settle(town, order, True, by=officer)


def test_nobody_else_answers_for_the_unit_that_was_ordered(town: Town, late: Opened) -> None:
    issue(town, late)
    (order,) = orders(town, late)
    for unit in ("taxation", "supervision_office"):
        with pytest.raises(NotFound):
            reply(town, order, unit=unit)


def test_an_order_is_settled_once_and_only_when_answered(town: Town, late: Opened) -> None:
    issue(town, late)
    (order,) = orders(town, late)
    with pytest.raises(TaskNotOpen):
        settle(town, order, True)
    reply(town, order)
    with pytest.raises(TaskNotOpen):
        reply(town, order)
    settle(town, order, True)
    with pytest.raises(TaskNotOpen):
        settle(town, order, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": "taxation"}, "unit"), ({"unit": "supervision_office"}, "unit"), ({"unit": ""}, "unit"),
        ({"on": date(2026, 10, 9)}, "due_on"), ({"on": date(2026, 10, 17)}, "due_on"),
        ({"on": date(9999, 1, 1)}, "due_on"),
        ({"demand": "  快办 "}, "demand"), ({"demand": "长" * 4001}, "demand"),
    ],
)  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused_in_words(
    town: Town, late: Opened, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        issue(town, late, **wrong)  # type: ignore[arg-type]
    assert set(refused.value.errors) == {field}
    assert orders(town, late) == ()


def test_a_reply_after_its_day_is_late(town: Town, late: Opened) -> None:
    issue(town, late)
    (order,) = orders(town, late)
    town.at("2026-10-15 00:00")
    assert orders(town, late)[0].late
    reply(town, order)
    assert orders(town, late)[0].late
    with town.app.read() as reader:
        assert history(reader, late.case_id)[-1].detail["late"] is True


def test_the_unit_complained_about_reads_its_own_orders_without_the_complainant(town: Town) -> None:
    """Whatever a supervisor wrote into them; and nothing of what another unit was ordered or wrote."""
    opened = town.request(complained_of_unit="commerce")
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.at("2026-09-29 16:05")
    town.press(
        opened.case_id, "send_back", by=town.officer("commerce"), reason="不属于我单位职责。", basis="三定方案。"
    )
    town.at("2026-09-29 16:06")
    town.do(opened.case_id, "decide_send_back", agreed=True, opinion="同意退回。")
    town.at("2026-09-29 16:07")
    town.do(opened.case_id, "redispatch", handling_unit="taxation", note="改由你单位办理。")
    told = f"{COMPANY['name']}（{COMPANY['phone']}）多次反映，请说明情况。"
    for unit in ("commerce", "taxation"):
        issue(town, opened, unit=unit, demand=told)

    (seen,) = orders(town, opened, town.officer("commerce"))
    assert seen.unit == "市商务局"
    assert seen.entries[0].body.startswith("〔姓名已隐去〕（〔电话已隐去〕）")
    assert len(orders(town, opened)) == 2


def test_standing_orders_are_the_units_own_or_all_for_the_supervisors(town: Town, late: Opened) -> None:
    issue(town, late)
    with town.app.read() as reader:
        for unit, role, expected in (
            ("commerce", "officer", 1), ("taxation", "officer", 0), ("supervision_office", "officer", 1),
            ("audit_office", "auditor", 1),
        ):  # fmt: skip
            found = listed_orders(reader, town.app.vault, town.officer(unit, role))
            assert len(found.rows) == expected, unit
    (order,) = orders(town, late)
    reply(town, order)
    settle(town, order, True)
    with town.app.read() as reader:
        assert not listed_orders(reader, town.app.vault, town.officer("commerce")).rows


def test_what_was_written_to_an_order_is_never_changed(town: Town, late: Opened, database: tuple[str, str]) -> None:
    issue(town, late)
    with psycopg.connect(database[0]) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("update supervision_entry set body = 'x'")
    with psycopg.connect(database[1]) as owner, pytest.raises(psycopg.errors.RaiseException):
        owner.execute("delete from supervision_entry")
