"""开化: a simple problem is to be solved in one working day; it is not, so it is supervised, solved, rated, visited.

By hand: dispatched on Monday 2026-11-02, so that the working day is Tuesday's, to its end.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Calendar, Processes
from tests.journeys.people import Journey, living

SUBJECT = "发票额度不够用，增额申请没有答复"
UNIT, CENTRE, SUPERVISORS = "县税务局", "县企业综合服务中心", "县府办督查室"


@pytest.fixture
def journey(browser: Browser, processes: Processes, calendar: Calendar) -> Iterator[Journey]:
    """Monday morning."""
    with living("kaihua", "2026-11-02T09:00", browser, processes, calendar) as found:
        yield found


def test_a_simple_problem_that_took_too_long(journey: Journey) -> None:
    company = journey.phone()
    _the_company_hands_in(journey, company)
    _the_centre_triages_and_dispatches(journey)
    _the_day_passes_and_it_is_supervised(journey)
    _the_unit_answers_for_it(journey)
    _the_company_rates(journey, company)
    _the_leaders_see_it(journey)


def _the_company_hands_in(journey: Journey, phone: Page) -> None:
    phone.goto("/portal/kaihua/request")
    phone.get_by_label("诉求标题").fill(SUBJECT)
    phone.get_by_label("诉求内容").fill("近期订单增加，当月发票额度已用完，增额申请提交一周没有答复，客户催着开票。")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("诉求类别").select_option(label="税费征缴与减免")
    phone.get_by_role("button", name="下一步").click()
    journey.send(phone, "王建国", "13857012345")
    journey.follow(phone)
    expect(phone.get_by_role("heading", name=SUBJECT)).to_be_visible()


def _the_centre_triages_and_dispatches(journey: Journey) -> None:
    journey.calendar.at("2026-11-02T10:00")
    desk = journey.desk("hekai")
    desk.goto("/triage")
    expect(desk.get_by_text(SUBJECT)).to_be_visible()
    desk.get_by_role("link", name=SUBJECT).click()
    desk.get_by_label("不属于下列情形，交办").check()
    desk.get_by_label("涉及几个部门的职权").fill("1")
    desk.get_by_role("textbox", name="核实研判意见").fill("属实，一个部门的职权。")
    journey.hand_in(desk, "核实研判")
    journey.work_at(desk, "交办", SUBJECT)
    desk.get_by_label("承办单位（列第一位的为牵头单位）").select_option(label=UNIT)
    expect(desk.get_by_text("11月3日").filter(visible=True).first).to_be_visible()
    journey.picture(desk, "dispatch")
    journey.hand_in(desk, "交办")


def _the_day_passes_and_it_is_supervised(journey: Journey) -> None:
    journey.calendar.at("2026-11-05T00:00")
    journey.comes("督查")
    journey.calendar.at("2026-11-05T09:00")
    desk = journey.desk("jiangbo")
    desk.goto("/supervision")
    row = desk.get_by_role("row").filter(has_text=SUBJECT)
    expect(row).to_contain_text("超期")
    journey.picture(desk, "supervision")
    row.get_by_role("link", name="督办单").click()
    desk.get_by_label("答复时限").fill("2026-11-05")
    desk.get_by_label("督办事项和要求").fill("请说明逾期没有办结的原因，今日办结。")
    desk.get_by_role("button", name="发出督办单").click()
    expect(desk.get_by_text("待答复")).to_be_visible()
    journey.done(SUBJECT, SUPERVISORS, "督查", order="请今日办结。")


def _the_unit_answers_for_it(journey: Journey) -> None:
    desk = journey.desk("fangyi")
    journey.work_at(desk, "内部协调解决", SUBJECT)
    desk.get_by_role("radio", name="已解决").check()
    desk.get_by_role("textbox", name="答复企业的内容").fill("发票额度已经调整到位，专管员已电话告知。")
    desk.get_by_role("textbox", name="反馈企业综合服务中心的办理情况").fill("已调整额度并答复企业。")
    journey.hand_in(desk, "内部协调解决")
    desk.goto("/orders")
    desk.get_by_role("link", name=SUBJECT).first.click()
    desk.get_by_label("答复", exact=True).fill("因系统核验延误，已于今日办结并答复企业。")
    desk.get_by_role("button", name="提交答复").click()
    expect(desk.get_by_text("逾期答复")).to_have_count(0)
    journey.picture(desk, "order")


def _the_company_rates(journey: Journey, phone: Page) -> None:
    phone.reload()
    expect(phone.get_by_text("发票额度已经调整到位")).to_be_visible()
    journey.picture(phone, "progress")
    phone.get_by_role("button", name="满意", exact=True).click()
    expect(phone.get_by_text("评价：满意")).to_be_visible()


def _the_leaders_see_it(journey: Journey) -> None:
    journey.done(SUBJECT, CENTRE, "电话回访", heard_rating="满意、基本满意")
    desk = journey.desk("chengyuan")
    desk.goto("/overview")
    expect(desk.get_by_role("heading", name="运行总览")).to_be_visible()
    journey.picture(desk, "overview")
