"""云南: announced by the calendar, booked by a company, heard face to face by the department's head, settled, rated.

By hand: the calendar opens September's sessions on the third working day before the end of August (2026-08-27, 09:00);
the window closes with the fifth working day, 2026-09-07; the main session is on Thursday 2026-09-24.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Calendar, Processes
from tests.journeys.people import Journey, living

SUBJECT = "技改补助公示一年没有兑现"
MONTH = "“厅局长坐诊接诉”次月安排 2026年8月"
OFFICE, UNIT = "省发展改革委", "省工业和信息化厅"


@pytest.fixture
def journey(browser: Browser, processes: Processes, calendar: Calendar) -> Iterator[Journey]:
    """The evening before the calendar opens a month."""
    with living("yunnan", "2026-08-26T18:00", browser, processes, calendar) as found:
        yield found


def test_a_company_is_heard_by_the_department_s_head(journey: Journey) -> None:
    company = journey.phone()
    _the_calendar_opens_the_month(journey)
    _the_company_books(journey, company)
    _the_desk_takes_it_in(journey)
    _the_session_is_set(journey)
    _it_is_heard_and_settled(journey)
    _the_company_rates(journey, company)


def _the_calendar_opens_the_month(journey: Journey) -> None:
    journey.calendar.at("2026-08-27T09:00")
    journey.comes("拟定公告")
    journey.calendar.at("2026-08-31T09:05")
    journey.done(
        MONTH, OFFICE, "拟定公告", publish_on="2026-08-31", booking_from="2026-09-01", booking_until="2026-09-07"
    )
    journey.comes("线上专窗发布")
    journey.done(MONTH, "省政府办公厅", "线上专窗发布")
    journey.done(MONTH, "省政务服务管理局", "线下专窗发布")


def _the_company_books(journey: Journey, phone: Page) -> None:
    journey.calendar.at("2026-09-02T09:00")
    phone.goto("/portal/yunnan/request")
    phone.get_by_label("服务需求").check()
    phone.get_by_label("问题类型").select_option(label="工业和信息化、惠企政策兑现")
    phone.get_by_label("诉求标题").fill(SUBJECT)
    phone.get_by_label("诉求内容").fill("技改项目验收公示一年，补助资金没有到账，多次询问答复等待安排。")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("企业法定代表人").check()
    phone.get_by_label("企业所在州（市）").select_option(label="曲靖市")
    phone.get_by_label("微信公众号").check()
    phone.get_by_role("button", name="下一步").click()
    journey.send(phone, "普建林", "13887112345")
    journey.picture(phone, "booked")
    journey.follow(phone)
    expect(phone.get_by_role("heading", name=SUBJECT)).to_be_visible()


def _the_desk_takes_it_in(journey: Journey) -> None:
    desk = journey.desk("duanyun")
    desk.goto("/triage")
    desk.get_by_role("link", name=SUBJECT).click()
    desk.get_by_role("radio", name="服务需求").check()
    desk.get_by_role("textbox", name="受理意见").fill("属于受理范围。")
    journey.hand_in(desk, "诉求受理")
    journey.done(SUBJECT, OFFICE, "分类梳理", clustered=False)
    journey.done(SUBJECT, OFFICE, "科学分办", handling_unit=UNIT)
    journey.done(SUBJECT, UNIT, "部门响应")
    journey.done(SUBJECT, OFFICE, "与企业对接核实")


def _the_session_is_set(journey: Journey) -> None:
    journey.calendar.at("2026-09-16T10:00")
    journey.comes("梳理形成服务事项清单")
    journey.done(MONTH, OFFICE, "梳理形成服务事项清单")
    journey.done(
        MONTH, OFFICE, "确定坐诊部门和场次", main_on="2026-09-24", main_half="上午（半天）", main_unit=UNIT,
        special_1_on="2026-09-28", special_1_half="下午（半天）", special_1_unit="省市场监管局",
        special_2_on="2026-09-29", special_2_half="上午（半天）", special_2_unit="中国人民银行云南省分行",
    )  # fmt: skip
    journey.comes("排定场次")
    journey.done(SUBJECT, UNIT, "排定场次", session="主场")
    journey.comes("“叫号”提醒")
    journey.done(SUBJECT, UNIT, "“叫号”提醒")
    desk = journey.desk("duanyun")
    desk.goto("/sessions")
    expect(desk.get_by_role("row").filter(has_text=SUBJECT).first).to_be_visible()
    expect(desk.get_by_role("heading", name="主场").first).to_be_visible()
    journey.picture(desk, "sessions")


def _it_is_heard_and_settled(journey: Journey) -> None:
    journey.calendar.at("2026-09-24T09:00")
    journey.comes("“坐诊”接诉")
    desk = journey.desk("muming")
    journey.work_at(desk, "“坐诊”接诉", SUBJECT)
    desk.get_by_label("企业法定代表人").check()
    desk.get_by_label("接诉的负责同志").fill("木雪")
    desk.get_by_role("textbox", name="企业陈述").fill("补助公示一年没有到账，影响二期投产。")
    desk.get_by_role("textbox", name="现场答复").fill("本月底前拨付到位。")
    desk.locator("fieldset").filter(has_text="现场能否答复解决").get_by_role("radio").first.check()
    journey.picture(desk, "heard")
    journey.hand_in(desk, "“坐诊”接诉")
    journey.done(SUBJECT, UNIT, "记录措施、方式及结果", reply_to_company="补助资金本月底前拨付到位。")


def _the_company_rates(journey: Journey, phone: Page) -> None:
    phone.reload()
    expect(phone.get_by_text("本月底前拨付到位").first).to_be_visible()
    for group in phone.locator("fieldset").filter(has_text="非常满意").all():
        group.get_by_role("radio", name="非常满意", exact=True).check()
    journey.picture(phone, "rate")
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("本件已销号")).to_be_visible()
