"""One company's request lives its whole life in 淄博, through a browser, with every process real.

Dates are worked out by hand from the rules: handed in and dispatched on Tuesday 2027-03-02, so that the third working
day is Friday 2027-03-05, the fifteenth Tuesday 2027-03-23, five more Tuesday 2027-03-30.
"""

import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.camera import DESK, PHONE
from tests.journeys.conftest import Calendar, Processes
from tests.journeys.people import Journey, living

SUBJECT = "消费券核销款三个月未结算"


@pytest.fixture
def journey(browser: Browser, processes: Processes, calendar: Calendar) -> Iterator[Journey]:
    """淄博 deployed, its officers at their desks, everything running, Tuesday morning."""
    with living("zibo", "2027-03-02T09:00", browser, processes, calendar) as found:
        yield found


def test_a_company_s_request_lives_its_whole_life(journey: Journey, processes: Processes) -> None:
    """From the portal to 销号, late on the way, taken over, found wanting, reworked, rated, and replayed."""
    code = _the_company_hands_in(journey)
    _the_platform_dispatches(journey)
    _the_unit_answers_first(journey)
    _noon_of_the_fifteenth_day_passes(journey)
    processes.restart()
    _noon_of_the_twentieth_day_passes(journey)
    _the_unit_resolves_and_the_supervision_office_confirms(journey)
    _the_platform_finds_it_wanting(journey)
    processes.restart(signal.SIGKILL)
    _the_unit_works_it_over_again(journey)
    _the_company_rates(journey, code)
    _the_auditor_steps_through_it(journey)


def _the_company_hands_in(journey: Journey) -> str:
    """On a phone, without any script; the query code."""
    page = journey.phone(scripts=False)
    page.goto("/")
    page.get_by_role("link", name="提交诉求").click()
    page.get_by_label("诉求标题").fill(SUBJECT)
    page.get_by_label("诉求内容").fill("我公司参加市级消费券活动，核销款三个月未结算，请协调。电话13853312345。")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("诉求类别").select_option("trade")
    page.get_by_role("button", name="下一步").click()
    journey.send(page, "王建国", "13853312345")
    assert page.locator("#case-no").inner_text() == journey.case(SUBJECT).case_no
    return page.locator("#query-code").inner_text()


def _the_platform_dispatches(journey: Journey) -> None:
    journey.calendar.at("2027-03-02T10:00")
    page = journey.desk("linqing")
    journey.work_at(page, "分办", SUBJECT)
    expect(page.locator("mark")).to_have_text("13853312345")
    expect(page.get_by_label("承办单位")).to_have_value("commerce")
    page.get_by_role("textbox", name="分办意见").fill("请尽快联系企业。")
    journey.hand_in(page, "分办")


def _the_unit_answers_first(journey: Journey) -> None:
    journey.calendar.at("2027-03-04T15:00")
    page = journey.desk("zhangwei")
    page.get_by_role("table").get_by_role("button", name="签收").click()
    expect(page.get_by_text("我已签收").last).to_be_visible()
    journey.work_at(page, "回复初步处理情况", SUBJECT)
    assert "13853312345" not in page.content()
    assert "王建国" not in page.content()
    page.get_by_role("textbox", name="初步处理情况").fill("已与企业联系，正在核对核销明细。")
    journey.hand_in(page, "回复初步处理情况")


def _noon_of_the_fifteenth_day_passes(journey: Journey) -> None:
    journey.calendar.at("2027-03-23T12:00")
    page = journey.desk("zhangwei")
    reminder = page.locator(".notice").filter(has_text=journey.case(SUBJECT).case_no).filter(has_text="督促")
    journey.becomes(page, "/inbox", lambda: reminder.count() > 0, "the reminder")
    expect(page.get_by_role("row").filter(has_text="解决或服务确认")).to_contain_text("超期")


def _noon_of_the_twentieth_day_passes(journey: Journey) -> None:
    journey.calendar.at("2027-03-30T12:00")
    journey.comes("督查室归口督办")
    page = journey.desk("zhouping")
    page.goto("/supervision?which=taken_over")
    expect(page.get_by_role("row").filter(has_text=journey.case(SUBJECT).case_no).first).to_be_visible()
    journey.work_at(page, "归口督办", SUBJECT)
    _fill_everything(page)
    journey.hand_in(page, "归口督办")


def _the_unit_resolves_and_the_supervision_office_confirms(journey: Journey) -> None:
    journey.calendar.at("2027-03-31T10:00")
    page = journey.desk("zhangwei")
    journey.work_at(page, "解决或服务确认", SUBJECT)
    page.get_by_role("radio", name="服务确认").check()
    page.get_by_role("textbox", name="答复企业的内容").fill("核销款因明细有误暂缓结算，请补充明细。")
    page.get_by_role("textbox", name="反馈市平台的办理情况").fill("已告知企业补充明细。")
    journey.hand_in(page, "解决或服务确认")
    page = journey.desk("zhouping")
    journey.work_at(page, "督查室确认", SUBJECT)
    page.get_by_role("radio", name="已解决，送市平台审核").check()
    page.get_by_role("textbox", name="确认意见").fill("已向企业核实。")
    journey.hand_in(page, "督查室确认")


def _the_platform_finds_it_wanting(journey: Journey) -> None:
    _verify(journey, sound=False)
    page = journey.desk("zhouping")
    journey.work_at(page, "责成重新办理", SUBJECT)
    page.get_by_role("textbox", name="责成事项").fill("请核对明细后结算核销款。")
    journey.hand_in(page, "责成重新办理")


def _the_unit_works_it_over_again(journey: Journey) -> None:
    journey.calendar.at("2027-04-02T10:00")
    page = journey.desk("zhangwei")
    journey.work_at(page, "重新办理", SUBJECT)
    page.get_by_role("radio", name="解决", exact=True).check()
    page.get_by_role("textbox", name="答复企业的内容").fill("核销款已于今日结算到账。")
    page.get_by_role("textbox", name="反馈市平台的办理情况").fill("核销款已结算。")
    journey.picture(page, "rework")
    journey.hand_in(page, "重新办理")
    _verify(journey, sound=True)


def _the_company_rates(journey: Journey, code: str) -> None:
    page = journey.phone()
    page.goto("/portal/zibo/progress")
    page.get_by_label("编号").fill(journey.case(SUBJECT).case_no)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("核销款已于今日结算到账。")).to_be_visible()
    page.get_by_role("button", name="非常满意").click()
    expect(page.get_by_text("本件已销号")).to_be_visible()
    expect(page.get_by_role("button", name="非常满意")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _the_auditor_steps_through_it(journey: Journey) -> None:
    page, number = journey.desk("shenji"), journey.case(SUBJECT).case_no
    page.goto("/cases")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("已销号")
    row.get_by_role("link", name=re.compile("回放")).click()
    expect(page.get_by_text("核查通过")).to_be_visible()
    last = int(page.locator("#replay").get_attribute("data-last") or 0)
    drawn = page.locator(".canvas[data-process=request][data-drawn]")
    expect(drawn).to_be_visible()
    page.goto(f"/cases/{number}/replay?at=1")
    expect(drawn).to_be_visible()
    for at in range(2, 9):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#replay")).to_have_attribute("data-no", str(at))
    expect(page.get_by_text("此时待办：分办")).to_be_visible()
    journey.picture(page, "replay")
    told = page.get_by_text("键盘：")
    expect(told).to_be_visible()
    page.set_viewport_size(PHONE)
    expect(told).to_be_hidden()
    page.set_viewport_size(DESK)
    page.locator("input[name=at]").fill(str(last - 1))
    expect(page.locator("#replay")).to_have_attribute("data-no", str(last - 1))
    page.get_by_role("link", name="下一步").click()
    expect(page.locator(".now-line")).to_contain_text("结束：已销号")
    request = page.locator(".canvas[data-process=request]")
    expect(request.locator(".djs-element.passed[data-element-id=closed]")).to_have_count(1)
    expect(request.locator(".djs-element.now")).to_have_count(0)
    page.get_by_role("link", name="最初").click()
    expect(page.get_by_text(f"第 1 / {last} 条")).to_be_visible()
    page.get_by_role("link", name="下一步").click()
    expect(page.locator("#replay")).to_have_attribute("data-no", "2")
    page.get_by_role("link", name="上一步").click()
    expect(page.get_by_text(f"第 1 / {last} 条")).to_be_visible()
    _the_auditor_is_quick(page, last)


def _the_auditor_is_quick(page: Page, last: int) -> None:
    """The slider stays under the pointer that drags it; no key is lost while an earlier one waits for its answer."""
    slider = page.locator("input[name=at]")
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    for part in (0.3, 0.6, 0.9):
        page.mouse.move(box["x"] + box["width"] * part, middle, steps=3)
        expect(page.locator("#replay")).to_have_attribute("data-no", slider.input_value())
    assert int(slider.input_value()) > last * 0.8
    page.mouse.up()
    slider.blur()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#replay")).to_have_attribute("data-no", "5")


def _verify(journey: Journey, *, sound: bool) -> None:
    page = journey.desk("linqing")
    journey.work_at(page, "审核并回访", SUBJECT)
    page.get_by_role("radio", name="电话", exact=True).check()
    page.get_by_role("textbox", name="回访记录").fill("企业认可。" if sound else "企业称仍未结算。")
    page.get_by_role("radio", name="办理到位" if sound else "办理结果或答复意见存在问题").check()
    journey.hand_in(page, "审核并回访")


def _fill_everything(page: Page) -> None:
    """A form whose words do not matter here."""
    for box in page.locator(".work textarea").all():
        box.fill("请加紧办理，三日内报告进展。")
    for group in page.locator(".work fieldset").all():
        group.get_by_role("radio").first.check()
