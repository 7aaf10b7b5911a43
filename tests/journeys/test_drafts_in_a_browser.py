"""What an officer types, in a browser: kept while typed, through the end of a session, with and without script."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import receive_order
from bihuan.domain.access import Machine
from bihuan.locality.files import read_folder
from tests.journeys.conftest import Processes, log_in
from tests.people import COMPANY, PASSWORD, PROCESSES, REQUEST

WORDS = "请重点核对补正材料的一次性告知情况。"
FIRST = "分办前先写的一句。"
SCRIPT = re.compile(r"/draft[^/]*\.js")


@pytest.fixture
def desk(processes: Processes, real_clock: App) -> Processes:
    """An officer of the platform, and an order to dispatch."""
    with real_clock.begin(Machine("test")) as work:
        deploy(work, read_folder(PROCESSES / "zibo"), note="")
    with real_clock.begin(Machine("test")) as work:
        create_account(work, "zibo", "linqing", "林清", PASSWORD, [("platform", "officer")])
    with real_clock.begin(Machine("province")) as work:
        receive_order(work, "zibo", REQUEST, COMPANY, submission_id=uuid4(), external_no="SD1")
    processes.start()
    return processes


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, desk: Processes) -> Iterator[Page]:
    """林清 before the form of 分办."""
    context = browser.new_context(base_url=desk.address, locale="zh-CN", java_script_enabled=request.param)
    found, complaints = context.new_page(), []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.goto("/login")
    log_in(found, "linqing")
    found.goto("/inbox")
    found.get_by_role("link", name=REQUEST["subject"]).first.click()
    yield found
    context.close()
    assert not complaints


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_it_is_kept_by_itself_and_lives_through_the_end_of_the_session(page: Page) -> None:
    note, task = page.get_by_role("textbox", name="分办意见"), page.url
    note.fill(FIRST)
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    page.reload()
    expect(note).to_have_value(FIRST)

    page.context.clear_cookies()
    note.fill(WORDS)
    expect(page.get_by_text("登录已失效，草稿暂未保存")).to_be_visible()
    expect(note).to_have_value(WORDS)
    page.get_by_role("combobox", name="承办单位").select_option(label="市商务局")
    page.get_by_role("button", name="提交", exact=True).click()
    log_in(page, "linqing")
    expect(page).to_have_url(task)
    expect(note).to_have_value(WORDS)
    expect(page.get_by_text("登录前填写的内容已恢复")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("“分办”已办理完毕")).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_the_last_word_before_the_page_is_left_is_kept_too(page: Page) -> None:
    """No second passes between the word and the click."""
    note, task = page.get_by_role("textbox", name="分办意见"), page.url
    note.fill(FIRST)
    page.get_by_role("button", name="大字版").click()
    expect(page.get_by_role("button", name="常规字号")).to_be_visible()
    expect(note).to_have_value(FIRST)
    note.fill(WORDS)
    page.get_by_role("link", name="返回我的待办").click()
    page.goto(task)
    expect(note).to_have_value(WORDS)


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_a_form_half_filled_in_lives_through_the_end_of_the_session(page: Page) -> None:
    """It cannot be handed in yet, and need not be: what is there goes through the log-in."""
    note, task = page.get_by_role("textbox", name="分办意见"), page.url
    page.get_by_role("combobox", name="承办单位").select_option("")
    page.context.clear_cookies()
    note.fill(WORDS)
    page.get_by_role("button", name="重新登录，接着填写").click()
    expect(page.get_by_label("登录名")).to_be_focused()
    log_in(page, "linqing")
    expect(page).to_have_url(task)
    expect(note).to_have_value(WORDS)


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_who_logs_in_again_beside_the_form_goes_on_with_it(page: Page) -> None:
    """The form's token is of the earlier log-in: its page is made anew, with what was typed."""
    note = page.get_by_role("textbox", name="分办意见")
    page.context.clear_cookies()
    beside = page.context.new_page()
    beside.goto("/login")
    log_in(beside, "linqing")
    expect(beside.get_by_role("heading", name="我的待办")).to_be_visible()
    note.fill(WORDS)
    page.get_by_role("button", name="更新页面，接着填写").click()
    expect(page.get_by_text("您填写的内容没有提交，仍在下面")).to_be_visible()
    expect(note).to_have_value(WORDS)
    note.press_sequentially("另请注意时限。")
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_what_cannot_be_kept_is_not_left_without_being_asked(page: Page) -> None:
    note = page.get_by_role("textbox", name="分办意见")
    page.once("dialog", Dialog.dismiss)
    note.click()
    page.context.clear_cookies()
    note.fill(WORDS)
    expect(page.get_by_text("登录已失效，草稿暂未保存")).to_be_visible()
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name="返回我的待办").click()
    assert asked.value.type == "beforeunload"
    expect(note).to_have_value(WORDS)


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
def test_what_has_no_draft_is_not_left_without_being_asked_but_handed_in_unasked(page: Page) -> None:
    """As a note of a call on the page of the case."""
    page.get_by_role("link", name=re.compile("^工单 ")).click()
    page.get_by_text("登记通话").click()
    note = page.get_by_label("通话内容")
    note.fill(WORDS)
    page.once("dialog", Dialog.dismiss)
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name="我的待办").first.click()
    assert asked.value.type == "beforeunload"
    expect(note).to_have_value(WORDS)
    page.locator("#call").get_by_role("button").click()
    expect(page.get_by_text("通话已登记")).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["scripts"])
@pytest.mark.parametrize(
    ("field", "value", "fill"),
    [
        (lambda page: page.get_by_role("textbox", name="分办意见"), FIRST, Locator.fill),
        (lambda page: page.get_by_role("combobox", name="承办单位"), "commerce", Locator.select_option),
    ],
    ids=["words", "a choice"],
)
def test_what_was_filled_in_before_the_scripts_came_is_kept_too(
    page: Page, field: Callable[[Page], Locator], value: str, fill: Callable[[Locator, str], object]
) -> None:
    """On a slow line: the page is there, and somebody begins at once."""
    held: list[Route] = []
    page.route(SCRIPT, lambda route: held.append(route))
    with page.expect_request(SCRIPT):
        page.reload(wait_until="commit")
    fill(field(page), value)
    for route in held:
        route.continue_()
    page.unroute(SCRIPT)
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    page.reload()
    expect(field(page)).to_have_value(value)


def test_a_template_goes_in_after_what_is_there(page: Page) -> None:
    note = page.get_by_role("textbox", name="分办意见")
    note.fill(FIRST)
    page.get_by_text("答复模板（1）").click()
    page.get_by_role("button", name="填入").click()
    expect(note).to_have_value(FIRST + "\n请按职责办理，3个工作日内（12:00前）联系企业并回复初步处理情况，"
                               "15个工作日内（12:00前）办结并答复企业。重点关注：【填写：关注事项】。")  # fmt: skip


@pytest.mark.parametrize("page", [False], indirect=True, ids=["no scripts"])
def test_without_a_script_a_button_keeps_it(page: Page) -> None:
    note = page.get_by_role("textbox", name="分办意见")
    note.fill(WORDS)
    page.get_by_role("button", name="存草稿").click()
    expect(note).to_have_value(WORDS)
    expect(page.get_by_text("保存的草稿")).to_be_visible()
    page.get_by_role("button", name="清除草稿").click()
    expect(note).to_have_value("")
