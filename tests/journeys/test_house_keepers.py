"""淄博: an administrator engages an officer and declares a day off; the officer comes; the process owner looks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Calendar, Processes
from tests.journeys.people import Journey, living

NEW_PASSWORD = "a password of my own"


@pytest.fixture
def journey(browser: Browser, processes: Processes, calendar: Calendar) -> Iterator[Journey]:
    """An ordinary morning."""
    with living("zibo", "2026-11-02T09:00", browser, processes, calendar) as found:
        yield found


def test_the_house_is_kept_by_people_too(journey: Journey) -> None:
    secret = _the_administrator_engages_somebody(journey)
    _who_is_new_chooses_a_password(journey.phone(), secret)
    _the_administrator_declares_a_day_off(journey)
    _the_process_owner_takes_a_diagram_home(journey)


def _the_administrator_engages_somebody(journey: Journey) -> str:
    desk = journey.desk("guanli")
    desk.goto("/administration/new-person")
    desk.get_by_label("姓名").fill("鲁南")
    desk.get_by_label("登录名").fill("lunan")
    desk.get_by_label("单位", exact=True).first.select_option(label="市商务局")
    desk.get_by_label("理由").fill("新调入")
    journey.picture(desk, "new-person")
    desk.get_by_role("button", name="建立账号").click()
    return desk.locator("#secret").inner_text()


def _who_is_new_chooses_a_password(page: Page, secret: str) -> None:
    page.goto("/login")
    page.get_by_label("登录名").fill("lunan")
    page.get_by_label("密码").fill(secret)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("一次性密码").fill(secret)
    page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("再输入一次新密码").fill(NEW_PASSWORD)
    page.get_by_role("button", name="修改密码").last.click()
    page.goto("/inbox")
    expect(page.get_by_role("heading", name="我的待办")).to_be_visible()


def _the_administrator_declares_a_day_off(journey: Journey) -> None:
    desk = journey.desk("guanli")
    desk.goto("/calendar")
    desk.get_by_label("日期").fill("2026-11-18")
    desk.get_by_label("这一天").select_option(label="休息")
    desk.get_by_label("原因").fill("暴雪停工")
    desk.get_by_label("依据").fill("市政府通知")
    desk.get_by_role("button", name="登记", exact=True).click()
    expect(desk.get_by_role("row").filter(has_text="2026-11-18")).to_contain_text("管立")
    journey.picture(desk, "calendar")
    desk.goto("/administration/log")
    expect(desk.get_by_text("核查通过")).to_be_visible()
    expect(desk.get_by_role("row").filter(has_text="新调入")).to_contain_text("鲁南")


def _the_process_owner_takes_a_diagram_home(journey: Journey) -> None:
    desk = journey.desk("liucheng")
    desk.goto("/deployments")
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="淄博市企业诉求“接诉即办”").click()
    assert taken.value.suggested_filename == "request.bpmn"
