"""The page of a task in a narrow browser and in a wide one: what is to be done and its clocks come first."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.commands.attach_file import attach_files
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import submit_request
from bihuan.domain.access import Complainant, Machine, Visitor
from bihuan.locality.files import read_folder
from tests.a_file import PDF, sent
from tests.journeys.conftest import Processes, log_in
from tests.people import COMPANY, PASSWORD, PROCESSES, REQUEST

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
A_LINE = 30
"""No line of text is higher."""


@pytest.fixture
def page(browser: Browser, processes: Processes, real_clock: App) -> Iterator[Page]:
    """林清 before the form of 分办, with a file of the company's that nobody has looked at."""
    with real_clock.begin(Machine("test")) as work:
        deploy(work, read_folder(PROCESSES / "zibo"), note="")
    with real_clock.begin(Machine("test")) as work:
        create_account(work, "zibo", "linqing", "林清", PASSWORD, [("platform", "officer")])
    with real_clock.begin(Visitor("zibo")) as work:
        opened = submit_request(work, "zibo", REQUEST, COMPANY, submission_id=uuid4())
    with real_clock.begin(Complainant(opened.case_id)) as work:
        attach_files(work, opened.case_id, [sent(real_clock, "合同.pdf", PDF)], submission_id=uuid4())
    processes.start()
    context = browser.new_context(base_url=processes.address, locale="zh-CN", viewport=PHONE)  # type: ignore[arg-type]
    found = context.new_page()
    found.goto("/login")
    log_in(found, "linqing")
    found.get_by_role("link", name=REQUEST["subject"]).first.click()
    expect(found.get_by_role("heading", name="分办", exact=False).first).to_be_visible()
    yield found
    context.close()


def box(found: Locator) -> tuple[float, float, float, float]:
    """Where it is: left, top, right and bottom."""
    at = found.bounding_box()
    assert at is not None
    return at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"]


def test_form_clocks_and_history_stand_below_each_other_on_a_phone_and_clocks_beside_at_a_desk(page: Page) -> None:
    form, clocks, history = page.locator(".work"), page.locator("#limits"), page.locator("#history")
    assert box(form)[3] < box(clocks)[1] < box(clocks)[3] < box(history)[1]
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert box(form)[2] < box(clocks)[0]
    assert box(clocks)[1] < box(form)[3]
    units = page.locator("#units")
    assert box(units)[0] == box(form)[0]
    assert box(units)[1] - box(form)[3] < A_LINE, "nothing is left empty between"


def test_words_with_a_link_are_one_text_and_an_instant_is_never_broken(page: Page) -> None:
    link = page.locator(".alert", has_text="尚未放行").get_by_role("link", name="附件")
    assert box(link)[3] - box(link)[1] < A_LINE
    due = page.locator(".limit-due").first
    assert box(due)[3] - box(due)[1] < A_LINE


def test_on_paper_a_part_begins_where_the_one_before_ends(page: Page) -> None:
    """A long history would leave the page before it half empty; a preview cannot be unfolded on paper."""
    page.emulate_media(media="print")
    expect(page.locator("#history")).to_have_css("break-inside", "auto")
    expect(page.locator(".preview").first).to_be_hidden()
