"""许昌: a complaint; the unit asks for more time, which its leader signs; the complainant is not content and says why.

By hand: dispatched on Monday 2026-11-02, so that the thirty days end with Wednesday 2026-12-02; granted to 12-25. Sent
round again on 2026-12-10: its thirtieth day is a Saturday, so that it ends with Monday 2027-01-11.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Calendar, Processes
from tests.journeys.people import Journey, living
from tests.people import PASSWORD

SUBJECT = "产品送检被要求改用指定的检测机构"
OFFICE, UNIT = "市营商办", "市市场监管局"
WHY = "需要委托鉴定，已调取全部材料，预计十二月下旬办结。"


@pytest.fixture
def journey(browser: Browser, processes: Processes, calendar: Calendar) -> Iterator[Journey]:
    """Monday morning."""
    with living("xuchang", "2026-11-02T09:00", browser, processes, calendar) as found:
        yield found


def test_who_is_not_content_says_why_and_is_heard_again(journey: Journey) -> None:
    company = journey.phone()
    _the_company_complains(journey, company)
    _the_office_registers_and_hands_on(journey)
    _the_company_reads_that_it_is_accepted(journey, company)
    _the_leader_signs_an_extension(journey)
    _the_company_is_told_why(journey, company)
    _it_is_not_the_result(journey)
    _the_unit_has_solved_it(journey)
    _the_company_is_not_content(journey, company)
    _the_office_sends_it_round_again(journey)


def _the_company_complains(journey: Journey, phone: Page) -> None:
    phone.goto("/portal/xuchang/request")
    phone.get_by_label("标题").fill(SUBJECT)
    phone.get_by_label("具体内容").fill("送检时被要求改用指定的检测机构，合同约定的机构出具的报告不予认可。")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("类别").select_option(label="市场准入、质量、价格、知识产权")
    phone.get_by_label("被投诉举报人").fill("某检测窗口")
    phone.get_by_role("button", name="下一步").click()
    journey.send(phone, "任晓燕", "13837412345")
    journey.follow(phone)
    expect(phone.get_by_role("heading", name=SUBJECT)).to_be_visible()


def _the_office_registers_and_hands_on(journey: Journey) -> None:
    desk = journey.desk("xuanming")
    journey.work_at(desk, "受理登记", SUBJECT)
    desk.get_by_label("属于哪一项").select_option(label="受理范围第（一）项：违反规定干预市场主体经营自主权")
    desk.get_by_role("textbox", name="审查意见").fill("检测合同、拒收记录齐全。")
    for fact in ("诉求符合现行法律法规规定", "具有正当理由"):
        desk.get_by_label(fact).check()
    _nothing_typed_is_lost_when_it_is_refused(journey, desk)
    desk.get_by_label("具有事实依据").check()
    journey.picture(desk, "register")
    journey.hand_in(desk, "受理登记")
    journey.done(SUBJECT, OFFICE, "转交办理", routing="市级行政机关职能", handling_unit=UNIT)


def _nothing_typed_is_lost_when_it_is_refused(journey: Journey, desk: Page) -> None:
    """A premise of acceptance is not ticked: what is wrong stands where one looks, all else stays as it was."""
    desk.get_by_role("button", name="提交", exact=True).click()
    told = desk.locator("#faults")
    expect(told).to_contain_text("受理须“具有事实依据”")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
    journey.picture(desk, "refused")
    expect(desk.get_by_role("textbox", name="审查意见")).to_have_value("检测合同、拒收记录齐全。")
    expect(desk.get_by_label("诉求符合现行法律法规规定")).to_be_checked()
    expect(desk.get_by_role("button", name="提交", exact=True)).to_be_enabled()


def _the_company_reads_that_it_is_accepted(journey: Journey, phone: Page) -> None:
    phone.reload()
    phone.get_by_role("link", name="受理通知书").click()
    expect(phone.get_by_role("main")).to_contain_text("现予受理")
    journey.picture(phone, "accepted")
    phone.get_by_role("link", name="办理进度").click()
    expect(phone.get_by_role("heading", name=SUBJECT)).to_be_visible()


def _the_leader_signs_an_extension(journey: Journey) -> None:
    journey.calendar.at("2026-11-30T09:00")
    journey.done(SUBJECT, UNIT, "申请延期", new_due_on="2026-12-25", reason="需要委托鉴定。", told_company=WHY)
    desk = journey.desk("baihua")
    journey.work_at(desk, "分管领导审签", SUBJECT)
    desk.get_by_role("radio", name="同意延期", exact=True).check()
    desk.get_by_role("textbox", name="理由").fill("原因属实，同意。")
    desk.get_by_label("签字").fill(PASSWORD)
    journey.picture(desk, "sign")
    journey.hand_in(desk, "分管领导审签", "签字并提交")
    row = journey.desk("qinlang")
    row.goto("/inbox")
    expect(row.get_by_role("row").filter(has_text="调查核实")).to_contain_text("12月25日")


def _the_company_is_told_why(journey: Journey, phone: Page) -> None:
    phone.reload()
    letters = phone.locator("#letters")
    expect(letters.get_by_role("heading")).to_have_text("告知")
    expect(letters).to_contain_text(WHY)
    expect(phone.get_by_text("原定 12月2日（周三）24:00 前")).to_be_visible()
    journey.picture(phone, "told")


def _it_is_not_the_result(journey: Journey) -> None:
    page = journey.desk("qinlang")
    page.goto(f"/cases/{journey.case(SUBJECT).case_no}/documents/转办单")
    sheet = page.get_by_role("main")
    expect(sheet).to_contain_text("2026年12月25日24:00前")
    expect(sheet).not_to_contain_text("委托鉴定")
    journey.picture(page, "sheet")


def _the_unit_has_solved_it(journey: Journey) -> None:
    journey.calendar.at("2026-12-10T10:00")
    journey.done(SUBJECT, UNIT, "调查核实", reasonable="合理，抓紧解决")
    journey.done(SUBJECT, UNIT, "抓紧解决", reply_to_company="已要求窗口认可合同约定机构的报告。")


def _the_company_is_not_content(journey: Journey, phone: Page) -> None:
    phone.reload()
    expect(phone.get_by_text("已要求窗口认可")).to_be_visible()
    phone.get_by_text("没有解决，要求重新办理").click()
    phone.get_by_label("不满意的理由").fill("窗口仍然拒收报告，说没有接到通知。")
    phone.get_by_label("新的证据").fill("十二月九日窗口退件单。")
    journey.picture(phone, "not-solved")
    phone.get_by_role("button", name="提交意见和新的证据").click()
    expect(phone.get_by_text("窗口仍然拒收报告")).to_be_visible()


def _the_office_sends_it_round_again(journey: Journey) -> None:
    desk = journey.desk("xuanming")
    journey.work_at(desk, "核查听取意见", SUBJECT)
    expect(desk.get_by_text("窗口仍然拒收报告").first).to_be_visible()
    desk.get_by_role("radio", name="电话", exact=True).check()
    desk.get_by_role("textbox", name="投诉人意见").fill("不满意，窗口仍然拒收。")
    desk.get_by_role("textbox", name="核查意见").fill("情况属实，办理没有到位。")
    desk.get_by_role("radio", name="不满意", exact=True).check()
    desk.get_by_label("投诉人提供了新的证据").check()
    desk.get_by_label("投诉人说明了理由").check()
    desk.get_by_role("textbox", name="新的证据和理由").fill("窗口退件单。")
    journey.hand_in(desk, "核查听取意见")
    desk = journey.desk("qinlang")
    desk.goto("/inbox")
    row = desk.get_by_role("row").filter(has_text="调查核实")
    expect(row.get_by_role("link", name=SUBJECT)).to_be_visible()
    expect(row).to_contain_text("1月11日")
    journey.picture(desk, "again")
