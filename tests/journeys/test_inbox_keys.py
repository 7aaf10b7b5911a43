"""我的待办 in a browser, with the keys alone and without any script."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import receive_order
from bihuan.domain.access import Machine
from bihuan.locality.files import read_folder
from tests.journeys.conftest import Processes, log_in
from tests.people import COMPANY, PASSWORD, PROCESSES, REQUEST

ORDERS = 3


@pytest.fixture
def desk(processes: Processes, real_clock: App) -> Processes:
    """Two officers of the platform, and orders to dispatch."""
    with real_clock.begin(Machine("test")) as work:
        deploy(work, read_folder(PROCESSES / "zibo"), note="")
    with real_clock.begin(Machine("test")) as work:
        for login, name in (("linqing", "林清"), ("zhaoyi", "赵一")):
            create_account(work, "zibo", login, name, PASSWORD, [("platform", "officer")])
    for number in range(ORDERS):
        with real_clock.begin(Machine("province")) as work:
            receive_order(
                work, "zibo", {**REQUEST, "subject": f"第{number}件"}, COMPANY,
                submission_id=uuid4(), external_no=f"SD{number}",
            )  # fmt: skip
    processes.start()
    return processes


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, desk: Processes) -> Iterator[Page]:
    """林清 before the inbox; what the browser's console holds against us fails the test."""
    context = browser.new_context(base_url=desk.address, locale="zh-CN", java_script_enabled=request.param)
    found, complaints = context.new_page(), []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    found.goto("/login")
    log_in(found, "linqing")
    found.goto("/inbox")
    yield found
    context.close()
    assert not complaints


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_an_officer_works_by_keys_alone(page: Page) -> None:
    lines = page.locator("[data-row]")
    page.keyboard.press("j")
    expect(lines.nth(0).locator("[data-open]")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(lines.nth(1).locator("[data-open]")).to_be_focused()
    page.keyboard.press("c")
    expect(lines.nth(1)).to_contain_text("我已签收")
    expect(lines.nth(1).locator("[data-open]")).to_be_focused()
    expect(page.get_by_role("link", name="我在办1")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("status").first).to_contain_text("已关注 1 件")
    page.keyboard.press("/")
    expect(page.get_by_label("编号")).to_be_focused()
    page.keyboard.type("jjt?")
    expect(page.get_by_label("编号")).to_have_value("jjt?")
    page.locator("h1").click()
    page.keyboard.press("f")
    expect(page.get_by_label("环节")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.get_by_label("赵一").check()
    page.get_by_role("button", name="指派").click()
    expect(page.get_by_role("status").first).to_contain_text("已指派 1 项")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="分办").first).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_the_keys_are_told_and_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    told = page.get_by_role("dialog")
    for words in ("下一行", "打开当前行", "签收当前或勾选的", "指派当前或勾选的给同事", "按编号查找", "筛选"):
        expect(told.get_by_text(words, exact=True)).to_be_visible()
    told.get_by_label("启用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    page.keyboard.press("j")
    expect(page.locator("[data-open]:focus")).to_have_count(0)
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-open]:focus")).to_have_count(0)
    page.get_by_role("button", name="快捷键").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_all_of_it_is_done_without_keys_and_without_a_script_too(page: Page) -> None:
    for number in range(2):
        page.locator("[data-row] input[type=checkbox]").nth(number).check()
    page.locator(".bulk").get_by_role("button", name="签收", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已签收 2 项")
    page.get_by_role("link", name="我在办2").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[data-row] input[type=checkbox]").first.check()
    page.get_by_role("button", name="指派给同事").click()
    page.get_by_label("赵一").check()
    page.get_by_role("button", name="指派").click()
    expect(page.get_by_role("status").first).to_contain_text("已指派 1 项")


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_counts_and_lines_come_by_themselves_while_somebody_looks(page: Page, real_clock: App) -> None:
    expect(page.get_by_role("link", name=f"全部{ORDERS}")).to_be_visible()
    with real_clock.begin(Machine("province")) as work:
        receive_order(work, "zibo", REQUEST, COMPANY, submission_id=uuid4(), external_no="SD-new")
    page.evaluate("htmx.trigger('#pulse', 'beat')")
    expect(page.get_by_role("link", name=f"全部{ORDERS + 1}")).to_be_visible()
    expect(page.locator("#changed")).to_contain_text("列表有变化")
    expect(page.locator("[data-row]")).to_have_count(ORDERS)
    page.get_by_role("link", name="显示最新列表").click()
    expect(page.locator("[data-row]")).to_have_count(ORDERS + 1)


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_every_entry_of_the_menu_is_in_sight(page: Page) -> None:
    """Entries were cut off without a sign at 1440 pixels in large type, and at 1100 in the usual one."""
    entries = page.get_by_role("navigation", name="主菜单").get_by_role("link")
    for chosen in ("大字版", "常规字号"):
        page.get_by_role("button", name=chosen).click()
        for width in (1440, 1100, 1024, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for entry in entries.all():
                expect(entry).to_be_in_viewport(ratio=1)
