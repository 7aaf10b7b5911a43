"""Inbox and supervision lists: the nearest limit first, page after page, and only what is the reader's."""

from dataclasses import replace

import psycopg
import pytest

from bihuan.domain.errors import NotAllowed
from bihuan.queries.inbox import inbox
from bihuan.queries.inbox_statements import PAGE
from bihuan.queries.supervision import supervision
from tests.people import Town

SPREAD = """
    update task set group_key = (array['platform', 'commerce', 'taxation'])[1 + mod(n, 3)],
        due_at = case when mod(n, 7) > 0 then due_at + mod(n, 5) * interval '1 day' end
    from (select id, row_number() over (order by md5(id::text))::int as n from task) as numbered
    where numbered.id = task.id
"""
NEAREST = "select id from task where state = 'open' order by due_at nulls last, id"


def test_the_inbox_goes_on_where_the_page_before_ended(town: Town, database: tuple[str, str]) -> None:
    """Keyset paging: every task once, in order, over the desks of three groups, among equal limits and without any."""
    for _ in range(PAGE + 13):
        town.order()
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute(SPREAD)
        expected = [row[0] for row in owner.execute(NEAREST)]
    desks = frozenset((unit, "officer") for unit in ("platform", "commerce", "taxation"))
    officer = replace(town.officer("platform"), memberships=desks)
    with town.app.read() as reader:
        first = inbox(reader, town.app.vault, officer)
        assert first.following is not None
        second = inbox(reader, town.app.vault, officer, after=first.following)
    assert len(first.rows) == PAGE
    assert [row.id for row in (*first.rows, *second.rows)] == expected
    assert second.following is None
    assert (first.counts["all"], first.counts["unclaimed"], first.counts["mine"]) == (PAGE + 13, PAGE + 13, 0)


def test_the_inbox_holds_no_other_desks_tasks(town: Town) -> None:
    """Neither another unit's nor, within a unit, the principal's."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    with town.app.read() as reader:
        for unit, role, expected in (
            ("commerce", "officer", 1),
            ("commerce", "principal", 0),
            ("taxation", "officer", 0),
        ):
            found = inbox(reader, town.app.vault, town.officer(unit, role))
            assert len(found.rows) == found.counts["all"] == expected, (unit, role)


def test_supervision_lists_what_is_late_and_where_the_office_stepped_in(town: Town) -> None:
    """Late from the very instant; the unit behind it; cases taken over while anything of them is open."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    office = town.officer("supervision_office")
    town.at("2026-10-09T11:59")
    with town.app.read() as reader:
        assert not supervision(reader, town.app.vault, office).rows
        assert [row.case_no for row in supervision(reader, town.app.vault, office, "soon").rows] == [opened.case_no]
    town.at("2026-10-09T12:00")
    with town.app.read() as reader:
        late = supervision(reader, town.app.vault, office)
        assert [(row.case_no, row.step) for row in late.rows] == [(opened.case_no, "回复初步处理情况")]
        assert [(row.id, row.load.late) for row in late.heat.rows] == [("commerce", 1)]
        assert late.counts["taken_over"] == 0
        assert not supervision(reader, town.app.vault, office, unit="taxation").rows
    town.at("2026-11-02T12:00")
    with town.app.read() as reader:
        taken_over = supervision(reader, town.app.vault, office, "taken_over")
        assert [row.case_no for row in taken_over.rows] == [opened.case_no], "one case, of which two steps are open"
        assert (taken_over.counts["taken_over"], taken_over.counts["with_office"]) == (1, 0)
        assert len(town.open_tasks(opened.case_id)) > 1


def test_a_case_that_the_office_has_done_again_is_not_taken_over(town: Town) -> None:
    """Two roads to the supervision office: 转督办 when a case drags on, 责成重新办理 when it was not handled well."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.do(opened.case_id, "first_reply", progress="已与企业联系，正在核实", contacted="yes")
    town.do(
        opened.case_id, "resolve", outcome="resolved", reply_to_company="所反映的事项已经办妥", replied_by="phone",
        report_to_platform="已经办结并答复企业",
    )  # fmt: skip
    town.do(
        opened.case_id, "verify", follow_up_method="phone", follow_up_record="企业表示没有办好", sound=False,
        opinion="办理不到位",
    )  # fmt: skip
    office = town.officer("supervision_office")
    with town.app.read() as reader:
        found = supervision(reader, town.app.vault, office, "with_office")
    assert [(row.case_no, row.step) for row in found.rows] == [(opened.case_no, "责成重新办理")]
    assert (found.counts["taken_over"], found.counts["with_office"]) == (0, 1)


def test_nobody_else_supervises(town: Town) -> None:
    """Not the units, not the auditors."""
    with town.app.read() as reader:
        for officer in (town.officer("commerce"), town.officer("audit_office", "auditor")):
            with pytest.raises(NotAllowed):
                supervision(reader, town.app.vault, officer)
