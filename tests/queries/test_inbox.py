"""我的待办 by view: what each holds and counts, whose part it is, what reminds of it, and what narrows it down."""

from datetime import timedelta

import pytest

from bihuan.commands.assign_task import assign_task
from bihuan.commands.claim_task import claim_task
from bihuan.commands.remind import remind
from bihuan.commands.watch_case import unwatch_case, watch_case
from bihuan.domain.access import Complainant, Machine, Officer
from bihuan.domain.errors import NotAllowed
from bihuan.domain.ids import Key, TaskId
from bihuan.locality.deployments import current
from bihuan.locality.part import part_of
from bihuan.queries.inbox import Inbox, Narrowing, inbox, pulse, whole_view
from bihuan.queries.inbox_choices import choices
from bihuan.queries.inbox_statements import PAGE, VIEWS, View
from tests.commands.test_life import dispatched, first_reply, found, resolve
from tests.people import COMPANY, Town


def view(town: Town, officer: Officer, which: View = "all", **narrowing: str) -> Inbox:
    with town.app.read() as reader:
        return inbox(reader, town.app.vault, officer, which, narrowing=Narrowing(**narrowing))


def steps(town: Town, officer: Officer, which: View) -> list[str]:
    """Of a view; its count must say the same."""
    seen = view(town, officer, which)
    assert seen.counts[which] == len(seen.rows), which
    return [row.step for row in seen.rows]


def test_each_view_holds_what_it_counts(town: Town) -> None:
    case, officer = dispatched(town), town.officer("commerce")
    assert {which: len(steps(town, officer, which)) for which in VIEWS} == {
        "all": 1, "unclaimed": 1, "mine": 0, "today": 0, "soon": 0, "overdue": 0, "supporting": 0, "rework": 0,
        "watched": 0,
    }  # fmt: skip
    with town.app.begin(officer) as work:
        claim_task(work, TaskId(town.open_tasks(case)["first_reply"]["id"]))
    assert (steps(town, officer, "unclaimed"), steps(town, officer, "mine")) == ([], ["回复初步处理情况"])
    assert steps(town, town.officer("taxation"), "all") == []


def test_the_cut_off_parts_today_from_overdue_to_the_second(town: Town) -> None:
    dispatched(town)
    officer = town.officer("commerce")
    for moment, expected in (
        ("2026-10-08T12:00", ([], ["回复初步处理情况"], [])),
        ("2026-10-09T00:00", (["回复初步处理情况"], ["回复初步处理情况"], [])),
        ("2026-10-09T11:59:59", (["回复初步处理情况"], ["回复初步处理情况"], [])),
        ("2026-10-09T12:00", ([], [], ["回复初步处理情况"])),
    ):
        town.clock.move_to(town.clock.now() + timedelta(seconds=1))
        town.at(moment)
        assert tuple(steps(town, officer, which) for which in ("today", "soon", "overdue")) == expected, moment


def test_a_missed_limit_reminds_the_unit_of_what_it_has_open_and_nobody_else(town: Town) -> None:
    dispatched(town)
    town.at("2026-10-09T11:59")
    assert [row.reminders for row in view(town, town.officer("commerce")).rows] == [0]
    town.at("2026-10-09T12:00")
    assert [row.reminders for row in view(town, town.officer("commerce")).rows] == [1]
    assert not [row for row in view(town, town.officer("supervision_office")).rows if row.reminders]


def test_a_complainant_who_reminds_is_counted_with_every_desk_that_has_a_step(town: Town) -> None:
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    for _ in range(2):
        town.clock.move_to(town.clock.now() + timedelta(minutes=1))
        with town.app.begin(Complainant(opened.case_id)) as work:
            remind(work, opened.case_id)
    assert [row.reminders for row in view(town, town.officer("commerce")).rows] == [1], "once a day"


def test_what_was_not_good_enough_comes_back_as_rework(town: Town) -> None:
    case, officer = dispatched(town), town.officer("commerce")
    assert [row.part for row in view(town, officer).rows] == ["lead"]
    first_reply(town, case)
    resolve(town, case)
    assert [row.part for row in view(town, town.officer("platform")).rows] == [None]
    found(town, case, sound=False)
    assert [row.part for row in view(town, town.officer("supervision_office")).rows] == ["supervising"]
    town.do(case, "order_rework", order="答复意见不完整，请重新办理。", direction="补充依据后重新答复企业。")
    assert [row.part for row in view(town, officer, "rework").rows] == ["rework"]
    assert view(town, officer).counts["rework"] == 1


def test_a_case_that_is_watched_is_listed_by_what_it_waits_for_next(town: Town) -> None:
    """Also for somebody who has no step of it; no longer when it is no longer theirs to read."""
    case, platform = dispatched(town), town.officer("platform")
    with town.app.begin(platform) as work:
        watch_case(work, case)
        watch_case(work, case)
    seen = view(town, platform, "watched")
    assert seen.counts["watched"] == 1
    assert [(row.step, row.id is None, row.channel) for row in seen.rows] == [("回复初步处理情况", False, "上级平台")]
    first_reply(town, case)
    assert [row.step for row in view(town, platform, "watched").rows] == ["解决或服务确认"]
    with town.app.begin(platform) as work:
        unwatch_case(work, case)
    assert view(town, platform, "watched").rows == ()


def test_narrowing_asks_number_step_channel_and_matter_and_never_what_was_written(town: Town) -> None:
    first, second = town.order(category="trade"), town.request(category="tax")
    platform = town.officer("platform")
    numbers = {first.case_no, second.case_no}
    assert {row.case_no for row in view(town, platform).rows} == numbers
    for narrowing, expected in (
        ({"number": second.case_no[-4:]}, {second.case_no}),
        ({"channel": "province"}, {first.case_no}),
        ({"matter": "tax"}, {second.case_no}),
        ({"matter": "request"}, numbers),
        ({"step": "分办"}, numbers),
        ({"step": "重新分办"}, set()),
        ({"number": COMPANY["phone"][:5]}, set()),
        ({"number": "餐饮"}, set()),
        ({"number": "%"}, set()),
    ):
        seen = view(town, platform, "all", **narrowing)
        assert {row.case_no for row in seen.rows} == expected, narrowing
        assert seen.counts["all"] == 2, "counts are of the whole view"


def test_a_step_is_offered_to_the_desks_it_may_come_to(town: Town) -> None:
    with town.app.read() as reader:
        platform, unit = (choices(reader, town.officer(one)).steps for one in ("platform", "commerce"))
    assert {"分办", "审核并回访"} <= set(platform)
    assert {"回复初步处理情况", "重新办理"} <= set(unit)
    assert not {"分办", "督查室确认"} & set(unit)


@pytest.mark.parametrize("which", VIEWS)
def test_the_pulse_tells_the_lamps_and_counts_of_the_same_page(town: Town, which: View) -> None:
    officer = town.officer("platform")
    with town.app.begin(officer) as work:
        watch_case(work, town.order().case_id)
    for _ in range(2):
        town.order()
    with town.app.read() as reader:
        page = inbox(reader, town.app.vault, officer, which)
        beat = pulse(reader, officer, which, None)
    assert beat.counts == page.counts
    assert [lamp for _, lamp in beat.lamps] == [row.nearness for row in page.rows]


def test_a_whole_view_goes_beyond_a_page_and_what_leaves_the_house_names_nobody(town: Town) -> None:
    for _ in range(PAGE + 2):
        town.request(subject=f"{COMPANY['name']}的{COMPANY['organisation']}许可未办")
    platform = town.officer("platform")
    with town.app.read() as reader:
        kept, cut = whole_view(reader, town.app.vault, platform, "all", leaves_house=False)
        taken, _ = whole_view(reader, town.app.vault, platform, "all", leaves_house=True)
    assert (len(kept), len(taken), cut) == (PAGE + 2, PAGE + 2, False)
    assert all(COMPANY["name"] in row.subject for row in kept)
    assert not [row for row in taken if COMPANY["name"] in row.subject or COMPANY["organisation"] in row.subject]


def test_a_task_assigned_is_the_colleague_s_in_hand(town: Town) -> None:
    case, officer, principal = dispatched(town), town.officer("commerce"), town.officer("commerce", "principal")
    colleague = town.colleague("commerce")
    with town.app.begin(officer) as work:
        assign_task(work, TaskId(town.open_tasks(case)["first_reply"]["id"]), colleague.account_id)
    assert steps(town, colleague, "mine") == ["回复初步处理情况"]
    assert (steps(town, officer, "mine"), steps(town, officer, "all")) == ([], ["回复初步处理情况"])
    assert steps(town, principal, "all") == []


def test_the_part_follows_unit_item_and_milestones(town: Town) -> None:
    with town.app.read() as reader:
        locality = current(reader, "zibo").deployment.locality
    for key, group, milestones, expected in (
        ("request/resolve/1", "commerce", (), "lead"),
        ("request/resolve/2", "commerce", ("resolved", "second_dispatched"), "rework"),
        ("aftercare/rework/1", "commerce", (), "rework"),
        ("extension/sign_principal/1", "commerce:principal", (), "lead"),
        ("request/assist/1/taxation", "taxation", (), "supporting"),
        ("request/assist/1/taxation", "housing", (), None),
        ("request/supervise/1", "supervision_office", ("rework_ordered",), "supervising"),
        ("request/verify/1", "platform", ("rework_ordered",), None),
    ):
        part = part_of(locality, Key.parse(key), group, handling_unit="commerce", milestones=milestones)
        assert part == expected, (key, group)
    assert part_of(locality, Key.parse("bulletin/report_in/1/tax"), "tax", handling_unit=None, milestones=()) is None


def test_machines_watch_nothing(town: Town) -> None:
    case = dispatched(town)
    with pytest.raises(NotAllowed), town.app.begin(Machine("bell")) as work:
        watch_case(work, case)
