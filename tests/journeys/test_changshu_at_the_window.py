"""常熟: somebody comes to the “办不成事” window; the patrol officer settles it that day; called back, filed, closed.

By hand: Monday 2026-11-02; what is ordinary ends by 17:00 that day, the call comes before the end of the fifth working
day, Monday 2026-11-09.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Calendar, Processes
from tests.journeys.people import Journey, living

SUBJECT = "继承过户材料两次退回，没有说清缺什么"
WINDOW, PATROL, COUNTER = (
    "市政务服务管理办公室 “办不成事”窗口工作人员",
    "市政务服务管理办公室 大厅巡导员",
    "不动产登记窗口",
)


@pytest.fixture
def journey(browser: Browser, processes: Processes, calendar: Calendar) -> Iterator[Journey]:
    """Monday morning, the hall has opened."""
    with living("changshu", "2026-11-02T09:00", browser, processes, calendar) as found:
        yield found


def test_what_could_not_be_done_is_done_the_same_day(journey: Journey) -> None:
    _the_window_fills_in_for_somebody(journey)
    _the_patrol_officer_judges_and_coordinates(journey)
    _the_counter_does_it(journey)
    _the_window_calls_back_and_files(journey)


def _the_window_fills_in_for_somebody(journey: Journey) -> None:
    desk = journey.desk("guying")
    desk.get_by_role("link", name="窗口代填").click()
    expect(desk.get_by_text("替诉求人填写")).to_be_visible()
    desk.get_by_label("诉求标题").fill(SUBJECT)
    desk.get_by_label("具体问题诉求").fill("办理继承过户，窗口说姓名对不上，让回去开证明，派出所说不开这种证明。")
    desk.get_by_role("button", name="下一步").click()
    desk.get_by_label("诉求类型").select_option(label="办事难")
    desk.get_by_label("依申请权力事项").check()
    journey.picture(desk, "window")
    desk.get_by_role("button", name="下一步").click()
    desk.get_by_label("联系人姓名").fill("陆小芳")
    desk.get_by_label("联系电话").fill("13851212345")
    desk.get_by_role("button", name="下一步").click()
    desk.get_by_role("button", name="代为提交").click()
    expect(desk.locator("#case-no")).to_be_visible()
    journey.done(
        SUBJECT, WINDOW, "填写登记表", situation_record="公证书与登记簿姓名不一致。", admissible="属于受理范围"
    )
    journey.done(SUBJECT, WINDOW, "填写问题清单")


def _the_patrol_officer_judges_and_coordinates(journey: Journey) -> None:
    journey.calendar.at("2026-11-02T09:20")
    desk = journey.desk("luyan")
    journey.work_at(desk, "初步分析判断", SUBJECT)
    expect(desk.get_by_text("17:00").filter(visible=True).first).to_be_visible()
    desk.get_by_label("当日大厅巡导员").fill("陆岩")
    desk.get_by_label("一般性情形").check()
    desk.get_by_role("textbox", name="初步分析判断").fill("材料齐全，属于理解不一致。")
    journey.picture(desk, "judge")
    journey.hand_in(desk, "初步分析判断")
    journey.done(
        SUBJECT, PATROL, "巡导员协调相关窗口", handling_unit=COUNTER, finding="双方存在误解，实际符合办理条件和材料要求"
    )  # fmt: skip


def _the_counter_does_it(journey: Journey) -> None:
    journey.calendar.at("2026-11-02T15:00")
    desk = journey.desk("xufang")
    journey.work_at(desk, "相关窗口及时受理（办理）", SUBJECT)
    for box in desk.locator(".work textarea").all():
        box.fill("已收件受理，三日内发证，已当面说明。")
    for group in desk.locator(".work fieldset").all():
        group.get_by_role("radio").first.check()
    journey.hand_in(desk, "相关窗口及时受理（办理）")


def _the_window_calls_back_and_files(journey: Journey) -> None:
    journey.calendar.at("2026-11-09T10:00")
    desk = journey.desk("guying")
    journey.work_at(desk, "跟踪回访", SUBJECT)
    desk.get_by_role("radio", name="电话", exact=True).check()
    desk.get_by_role("textbox", name="回访记录").fill("诉求人已领取证书，表示满意。")
    desk.get_by_role("radio", name="满意", exact=True).check()
    journey.hand_in(desk, "跟踪回访")
    journey.done(SUBJECT, WINDOW, "备案")
    desk.goto(f"/cases/{journey.case(SUBJECT).case_no}")
    expect(desk.get_by_text("已销号").first).to_be_visible()
    journey.picture(desk, "closed")
