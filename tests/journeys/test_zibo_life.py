"""One company's request lives its whole life in 淄博, through a browser, with every process real.

Dates are worked out by hand from the rules: handed in and dispatched on Tuesday 2027-03-02, so that the third working
day is Friday 2027-03-05, the fifteenth Tuesday 2027-03-23, five more Tuesday 2027-03-30.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from bihuan.locality.files import read_folder
from tests.journeys.conftest import PATIENCE, Calendar, Processes, log_in
from tests.people import PASSWORD, PROCESSES

OFFICERS = {
    "linqing": ("林清", "platform", "officer"),
    "zhangwei": ("张维", "commerce", "officer"),
    "zhouping": ("周平", "supervision_office", "officer"),
    "shenji": ("沈霁", "audit_office", "auditor"),
}
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SUBJECT = "消费券核销款三个月未结算"


class Journey:
    """People before their browsers, by name."""

    def __init__(self, browser: Browser, address: str, calendar: Calendar) -> None:
        self.browser, self.address, self.calendar = browser, address, calendar
        self.case_no = self.code = ""
        self._pages: dict[str, Page] = {}
        self.complaints: list[str] = []
        """What the browser's console held against us: broken scripts, refused styles."""

    @contextmanager
    def sitting(self, login: str) -> Iterator[Page]:
        """The page of an officer's own browser, which stays logged in from day to day, and over every restart."""
        page = self._pages.get(login)
        if page is None:
            page = self._pages[login] = self._open(DESKTOP, scripts=True)
            page.goto("/login")
            log_in(page, login)
        page.goto("/inbox")
        expect(page.get_by_role("heading", name="我的待办")).to_be_visible()
        yield page

    @contextmanager
    def visiting(self, *, scripts: bool) -> Iterator[Page]:
        """A company's telephone, never seen before."""
        page = self._open(PHONE, scripts=scripts)
        yield page
        page.context.close()

    def _open(self, size: ViewportSize, *, scripts: bool) -> Page:
        context = self.browser.new_context(
            viewport=size, locale="zh-CN", base_url=self.address, java_script_enabled=scripts
        )
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    def task(self, page: Page, step: str) -> None:
        """Open the task of this step from the inbox."""
        page.goto("/inbox")
        page.get_by_role("row").filter(has_text=step).get_by_role("link", name=SUBJECT).click()
        expect(page.get_by_role("heading", name=step, exact=False).first).to_be_visible()

    def hand_in(self, page: Page, step: str) -> None:
        """Send the form and see that it was taken."""
        page.get_by_role("button", name="提交", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text(f"{step}”已办理完毕")

    def becomes(self, page: Page, path: str, seen: Callable[[Page], bool], what: str) -> None:
        """Load a page again and again until bell and worker have done their part."""
        for _ in range(int(PATIENCE / 0.4)):
            page.goto(path)
            if seen(page):
                return
            page.wait_for_timeout(400)
        raise AssertionError(f"{what} did not come; {page.locator('main').inner_text()[:1500]}")


@pytest.fixture
def journey(browser: Browser, processes: Processes, real_clock: App) -> Journey:
    """淄博 deployed, its officers at their desks, everything running, Tuesday morning."""
    with real_clock.begin(Machine("test")) as work:
        deploy(work, read_folder(PROCESSES / "zibo"), note="")
    with real_clock.begin(Machine("test")) as work:
        for login, (name, unit, role) in OFFICERS.items():
            create_account(work, "zibo", login, name, PASSWORD, [(unit, role)])
    calendar = Calendar(real_clock)
    calendar.at("2027-03-02T09:00")
    processes.start()
    return Journey(browser, processes.address, calendar)


def test_a_company_s_request_lives_its_whole_life(journey: Journey, processes: Processes) -> None:
    """From the portal to 销号, late on the way, taken over, found wanting, reworked, rated, and replayed."""
    _the_company_hands_in(journey)
    _the_platform_dispatches(journey)
    _the_unit_answers_first(journey)
    _noon_of_the_fifteenth_day_passes(journey)
    processes.restart()
    _noon_of_the_twentieth_day_passes(journey)
    _the_unit_resolves_and_the_supervision_office_confirms(journey)
    _the_platform_finds_it_wanting(journey)
    processes.restart()
    _the_unit_works_it_over_again(journey)
    _the_company_rates(journey)
    _the_auditor_steps_through_it(journey)
    assert not journey.complaints


def _the_company_hands_in(journey: Journey) -> None:
    """On a phone, without any script."""
    with journey.visiting(scripts=False) as page:
        page.goto("/")
        page.get_by_role("link", name="提交诉求").click()
        page.get_by_label("诉求标题").fill(SUBJECT)
        page.get_by_label("诉求内容").fill("我公司参加市级消费券活动，核销款三个月未结算，请协调。电话13853312345。")
        page.get_by_role("button", name="下一步").click()
        page.get_by_label("诉求类别").select_option("trade")
        page.get_by_role("button", name="下一步").click()
        page.get_by_label("联系人姓名").fill("王建国")
        page.get_by_label("联系电话").fill("13853312345")
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name="提交诉求").click()
        expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
        journey.case_no = page.locator("#case-no").inner_text()
        journey.code = page.locator("#query-code").inner_text()


def _the_platform_dispatches(journey: Journey) -> None:
    journey.calendar.at("2027-03-02T10:00")
    with journey.sitting("linqing") as page:
        journey.task(page, "分办")
        expect(page.locator("mark")).to_have_text("13853312345")
        expect(page.get_by_label("承办单位")).to_have_value("commerce")
        page.get_by_role("textbox", name="分办意见").fill("请尽快联系企业。")
        journey.hand_in(page, "分办")


def _the_unit_answers_first(journey: Journey) -> None:
    journey.calendar.at("2027-03-04T15:00")
    with journey.sitting("zhangwei") as page:
        page.get_by_role("table").get_by_role("button", name="签收").click()
        expect(page.get_by_text("我已签收").last).to_be_visible()
        journey.task(page, "回复初步处理情况")
        assert "13853312345" not in page.content()
        assert "王建国" not in page.content()
        page.get_by_role("textbox", name="初步处理情况").fill("已与企业联系，正在核对核销明细。")
        journey.hand_in(page, "回复初步处理情况")


def _noon_of_the_fifteenth_day_passes(journey: Journey) -> None:
    journey.calendar.at("2027-03-23T12:00")
    with journey.sitting("zhangwei") as page:
        reminder = page.locator(".notice").filter(has_text=journey.case_no).filter(has_text="督促")
        journey.becomes(page, "/inbox", lambda _: reminder.count() > 0, "the reminder")
        expect(page.get_by_role("row").filter(has_text="解决或服务确认")).to_contain_text("超期")


def _noon_of_the_twentieth_day_passes(journey: Journey) -> None:
    journey.calendar.at("2027-03-30T12:00")
    with journey.sitting("zhouping") as page:
        row = page.get_by_role("row").filter(has_text="归口督办")
        journey.becomes(page, "/inbox", lambda _: row.count() > 0, "the taking over")
        page.goto("/supervision?which=taken_over")
        expect(page.get_by_role("row").filter(has_text=journey.case_no).first).to_be_visible()
        journey.task(page, "归口督办")
        _fill_everything(page)
        journey.hand_in(page, "归口督办")


def _the_unit_resolves_and_the_supervision_office_confirms(journey: Journey) -> None:
    journey.calendar.at("2027-03-31T10:00")
    with journey.sitting("zhangwei") as page:
        journey.task(page, "解决或服务确认")
        page.get_by_role("radio", name="服务确认").check()
        page.get_by_role("textbox", name="答复企业的内容").fill("核销款因明细有误暂缓结算，请补充明细。")
        page.get_by_role("textbox", name="反馈市平台的办理情况").fill("已告知企业补充明细。")
        journey.hand_in(page, "解决或服务确认")
    with journey.sitting("zhouping") as page:
        journey.task(page, "督查室确认")
        page.get_by_role("radio", name="已解决，送市平台审核").check()
        page.get_by_role("textbox", name="确认意见").fill("已向企业核实。")
        journey.hand_in(page, "督查室确认")


def _the_platform_finds_it_wanting(journey: Journey) -> None:
    with journey.sitting("linqing") as page:
        _verify(journey, page, sound=False)
    with journey.sitting("zhouping") as page:
        journey.task(page, "责成重新办理")
        page.get_by_role("textbox", name="责成事项").fill("请核对明细后结算核销款。")
        journey.hand_in(page, "责成重新办理")


def _the_unit_works_it_over_again(journey: Journey) -> None:
    journey.calendar.at("2027-04-02T10:00")
    with journey.sitting("zhangwei") as page:
        journey.task(page, "重新办理")
        page.get_by_role("radio", name="解决", exact=True).check()
        page.get_by_role("textbox", name="答复企业的内容").fill("核销款已于今日结算到账。")
        page.get_by_role("textbox", name="反馈市平台的办理情况").fill("核销款已结算。")
        journey.hand_in(page, "重新办理")
    with journey.sitting("linqing") as page:
        _verify(journey, page, sound=True)


def _the_company_rates(journey: Journey) -> None:
    with journey.visiting(scripts=True) as page:
        page.goto("/portal/zibo/progress")
        page.get_by_label("编号").fill(journey.case_no)
        page.get_by_label("查询码").fill(journey.code)
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_text("核销款已于今日结算到账。")).to_be_visible()
        page.get_by_role("button", name="非常满意").click()
        expect(page.get_by_text("本件已销号")).to_be_visible()
        expect(page.get_by_role("button", name="非常满意")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _the_auditor_steps_through_it(journey: Journey) -> None:
    with journey.sitting("shenji") as page:
        page.goto("/cases")
        row = page.get_by_role("row").filter(has_text=journey.case_no)
        expect(row).to_contain_text("已销号")
        row.get_by_role("link", name=re.compile("回放")).click()
        expect(page.get_by_text("核查通过")).to_be_visible()
        last = int(page.locator("#replay").get_attribute("data-last") or 0)
        drawn = page.locator(".canvas[data-process=request][data-drawn]")
        expect(drawn).to_be_visible()
        page.goto(f"/cases/{journey.case_no}/replay?at=1")
        expect(drawn).to_be_visible()
        for number in range(2, 9):
            page.keyboard.press("ArrowRight")
            expect(page.locator("#replay")).to_have_attribute("data-no", str(number))
        expect(page.get_by_text("此时待办：分办")).to_be_visible()
        page.locator("input[name=at]").fill(str(last - 1))
        expect(page.locator("#replay")).to_have_attribute("data-no", str(last - 1))
        page.get_by_role("link", name="下一步").click()
        expect(page.locator(".now-line")).to_contain_text("结束：已销号")
        expect(page.locator(".canvas[data-process=request] .djs-element.passed[data-element-id=closed]")).to_have_count(
            1
        )
        expect(page.locator(".canvas[data-process=request] .djs-element.now")).to_have_count(0)
        page.goto(f"/cases/{journey.case_no}/replay?at=2")
        page.get_by_role("link", name="上一步").click()
        expect(page.get_by_text(f"第 1 / {last} 条")).to_be_visible()


def _verify(journey: Journey, page: Page, *, sound: bool) -> None:
    journey.task(page, "审核并回访")
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
