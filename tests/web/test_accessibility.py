"""Every page in a real browser: axe finds nothing serious, nothing needs scrolling sideways at 360 px, and the keyboard
reaches everything. The pages come from the router and the table of who gets what, so a new page is looked at unasked.
"""

import logging
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from werkzeug.serving import make_server

from bihuan.bootstrap import App
from bihuan.commands.ask_recount import recount_limits, try_recount
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from bihuan.domain.clock import MovableClock
from bihuan.queries import report_counts
from bihuan.settings import Settings
from tests.people import COMPANY, PASSWORD, REQUEST, settle_in, with_inspection
from tests.web.routes import MAY_GET, Walk, closed_rules, expected, is_public
from web.house import EXTENSION
from web.limits import limiter

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
LOGINS = {
    "platform": ("platform", "officer"),
    "supervision": ("supervision_office", "officer"),
    "auditor": ("audit_office", "auditor"),
    "administrator": ("platform", "administrator"),
    "process_owner": ("platform", "process_owner"),
    "complained_of": ("commerce", "officer"),
    "uninvolved": ("taxation", "officer"),
}
FOUND = """async (tags) => {
    const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
    const of = (nodes) => nodes.slice(0, 3).map((node) => `${node.target} ${node.html.slice(0, 160)}`).join(" | ");
    return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ${of(one.nodes)}`);
}"""
UNFOLDED = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth, found = [];
    for (const one of document.querySelectorAll("main :is(a, button, input, select, textarea)")) {
        const box = one.getBoundingClientRect(), cut = one.parentElement.closest(".card");
        if (one.closest(".scroll, .filters, .canvas, .visually-hidden")) continue;
        if (box.width && cut && box.right > cut.getBoundingClientRect().right + 1)
            found.push("cut off: " + one.outerHTML.slice(0, 120));
    }
    if (document.documentElement.scrollWidth <= width) return found;
    for (const one of document.querySelectorAll("body *"))
        if (one.getBoundingClientRect().right > width + 1) found.push(one.tagName + "." + one.className);
    return ["the page is " + document.documentElement.scrollWidth + " wide", ...found.slice(0, 6)];
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The axe-core of the package lock."""
    return Path(os.environ["BIHUAN_NODE_MODULES"], "axe-core/axe.min.js").read_text("utf-8")


@dataclass
class Site:
    """The pages as a browser gets them, and a case to look at."""

    pages: Flask
    address: str
    walk: Walk
    browser: Browser
    axe: str

    def visitor(self) -> BrowserContext:
        """Somebody without a log-in."""
        context = self.browser.new_context(viewport=WIDE, locale="zh-CN")  # type: ignore[arg-type]
        context.add_init_script(self.axe)  # a script of the page's own would be refused, as it should be
        return context

    def officer(self, who: str) -> BrowserContext:
        """Somebody who has logged in."""
        unit, role = LOGINS[who]
        self.walk.town.officer(unit, role)
        context = self.visitor()
        page = context.new_page()
        page.goto(f"{self.address}/login")
        page.fill("#login", f"{unit}_{role}")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/inbox")
        page.close()
        return context

    def faults(self, page: Page) -> list[str]:
        """What is wrong with the page that is open and unfolded: wide and narrow, in the usual and in large type."""
        page.evaluate(UNFOLDED)
        found = self._by_axe(page, "wide")
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        found += self._by_axe(page, "narrow") + self._too_wide(page, "narrow")
        page.evaluate("document.documentElement.classList.add('large-type')")
        found += self._too_wide(page, "large")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        if page.locator("h1").count() != 1:
            found.append(f"{page.locator('h1').count()} headings of the first rank")
        if not page.title().endswith(" · 闭环") or page.title().startswith(" ·"):
            found.append(f"the title says {page.title()!r}")
        return [f"{page.url.removeprefix(self.address)} {one}" for one in found]

    def _by_axe(self, page: Page, how: str) -> list[str]:
        return [f"{how} {one}" for one in page.evaluate(FOUND, RULES)]

    def _too_wide(self, page: Page, how: str) -> list[str]:
        return [f"{how} {one}" for one in page.evaluate(TOO_WIDE)]


@pytest.fixture
def site(
    settings: Settings, app: App, clock: MovableClock, put_together: Flask, browser: Browser, axe: str
) -> Iterator[Site]:
    """The application with its style sheets and scripts, served to the browser."""
    assets = Path(os.environ["BIHUAN_ASSETS"])
    with App(replace(settings, assets=assets), clock=clock, most_connections=8) as house:
        town = settle_in(house, clock)
        with house.begin(Machine("test")) as work:
            deploy(work, with_inspection(), note="")
        opened = town.request(complained_of_unit="commerce")
        town.do(opened.case_id, "dispatch", handling_unit="commerce")
        for ask in (try_recount, partial(recount_limits, reason="日历调整")):
            with house.begin(town.officer("platform", "administrator")) as work:
                ask(work, "zibo")
            town.ring()
        walk = Walk(town, opened)
        walk.renew()
        put_together.extensions[EXTENSION] = house
        limiter.enabled = False
        server = make_server("127.0.0.1", 0, put_together, threaded=True)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        yield Site(put_together, f"http://127.0.0.1:{server.port}", walk, browser, axe)
        server.shutdown()
        serving.join()
        limiter.enabled = True


@pytest.mark.parametrize("who", LOGINS)
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(who: str, site: Site) -> None:
    """On each page, looked at once by the first of those who get it."""
    context, found, looked = site.officer(who), list[str](), 0
    page = context.new_page()
    for endpoint, rule in closed_rules(site.pages, "GET").items():
        if who != next((one for one in LOGINS if one in expected(MAY_GET, endpoint)), None):
            continue
        path = site.walk.path(rule)
        if _is_page(context, site.address + path):
            page.goto(site.address + path)
            found += site.faults(page)
            looked += 1
    context.close()
    assert not found, "\n".join(found)
    assert looked or who in ("uninvolved", "process_owner", "supervision")


def test_axe_finds_nothing_serious_at_the_portal(site: Site) -> None:
    context, found = site.visitor(), list[str]()
    page = context.new_page()
    rules = [
        one
        for one in site.pages.url_map.iter_rules()
        if "GET" in (one.methods or ()) and is_public(site.pages, one.endpoint)
    ]
    for path in [*(site.walk.path(rule) for rule in rules), "/nothing/there"]:
        if _is_page(context, site.address + path):
            page.goto(site.address + path)
            found += site.faults(page)
    context.close()
    assert not found, "\n".join(found)


def test_an_inbox_with_lines_is_looked_at_too(site: Site) -> None:
    """Whoever looks at it first above has nothing to do."""
    context = site.officer("complained_of")
    page = context.new_page()
    page.goto(f"{site.address}/inbox")
    assert page.locator("[data-row]").count()
    assert site.faults(page) == []
    context.close()


def test_supervision_of_what_is_late_is_looked_at_too(site: Site) -> None:
    site.walk.town.at("2026-11-20T10:00")
    context = site.officer("supervision")
    page = context.new_page()
    page.goto(f"{site.address}/supervision?which=all")
    assert page.locator(".heat-strip .late").count()
    assert site.faults(page) == []
    page.goto(f"{site.address}/cases/{site.walk.opened.case_no}/orders")
    assert site.faults(page) == []
    context.close()


def test_every_part_of_the_administration_is_in_sight_on_a_phone(site: Site) -> None:
    """Sideways nobody looks for the log: the page may be the last of the row."""
    context = site.officer("administrator")
    page = context.new_page()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(f"{site.address}/administration/log")
    parts = page.get_by_role("navigation", name="系统管理").get_by_role("link")
    for part in parts.all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= NARROW["width"], part.inner_text()
    context.close()


def test_charts_are_written_in_large_type_too(site: Site) -> None:
    context = site.officer("platform")
    page = context.new_page()
    sizes = []
    for large in (False, True):
        page.goto(f"{site.address}/overview")
        written = page.locator(".chart svg text").first
        sizes.append(written.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))
        if not large:
            page.get_by_role("button", name="大字版").click()
    assert sizes == [12, 15]
    context.close()


def test_charts_are_whole_on_paper(site: Site) -> None:
    """A sheet is printed in the moment that the page is told of it, wide as the screen's charts were."""
    context = site.officer("platform")
    page = context.new_page()
    page.goto(f"{site.address}/overview")
    page.locator(".chart svg text").first.wait_for()
    beyond = """() => {
        window.dispatchEvent(new Event("beforeprint"));
        return [...document.querySelectorAll(".chart svg")].flatMap((sheet) =>
            [...sheet.querySelectorAll("text")].map((one) =>
                one.getBoundingClientRect().right - sheet.getBoundingClientRect().left - sheet.getAttribute("width")));
    }"""
    written = page.evaluate(beyond)
    assert len(written) > 10
    assert max(written) <= 0
    context.close()


@pytest.mark.parametrize("path", ["/overview", "/reports/monthly"])
def test_axe_finds_nothing_serious_while_a_report_is_counted(
    path: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """正在统计: with many cases a worker counts, and the page waits."""
    monkeypatch.setattr(report_counts, "FEW", 0)
    context = site.officer("platform")
    page = context.new_page()
    page.goto(site.address + path)
    assert page.get_by_text("正在统计").is_visible()
    assert site.faults(page) == []
    context.close()


def test_axe_finds_nothing_serious_on_a_companys_way(site: Site) -> None:
    """From the second step of handing in to the progress with all that a company may do unfolded."""
    context, found = site.visitor(), list[str]()
    page = context.new_page()
    page.goto(f"{site.address}/portal/zibo/request")
    page.get_by_label("诉求标题").fill(REQUEST["subject"])
    page.get_by_label("诉求内容").fill(REQUEST["body"])
    _send(page, page.get_by_role("button", name="下一步"))
    found += site.faults(page)
    page.get_by_label("诉求类别").select_option("trade")
    _send(page, page.get_by_role("button", name="下一步"))
    found += site.faults(page)
    page.get_by_label("联系人姓名").fill(COMPANY["name"])
    page.get_by_label("联系电话").fill(COMPANY["phone"])
    _send(page, page.get_by_role("button", name="下一步"))
    found += site.faults(page)
    _send(page, page.get_by_role("button", name="提交诉求"))
    found += site.faults(page)
    _follow(page, site, page.locator("#case-no").inner_text(), page.locator("#query-code").inner_text())
    found += site.faults(page)
    assert page.get_by_label("补充说明").is_visible()
    context.close()
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_where_a_company_rates(site: Site) -> None:
    town, opened = site.walk.town, site.walk.town.request()
    town.do(opened.case_id, "dispatch", handling_unit="taxation")
    town.do(opened.case_id, "first_reply", progress="正在核实有关情况。")
    said = {"reply_to_company": "已办结。请查收。", "report_to_platform": "已办结报告。"}
    town.do(opened.case_id, "resolve", outcome="resolved", **said)
    town.do(opened.case_id, "verify", follow_up_method="phone", follow_up_record="已电话联系。", sound="true")
    context = site.visitor()
    page = context.new_page()
    _follow(page, site, opened.case_no, opened.query_code)
    found = site.faults(page)
    _send(page, page.locator(".tap").last)
    assert page.get_by_role("button", name="提交评价").is_visible()
    found += site.faults(page)
    page.emulate_media(media="print")
    assert not page.locator(".card.rating").is_visible()
    context.close()
    assert not found, "\n".join(found)


def test_what_is_printed_fills_its_sheets_and_asks_for_nothing(site: Site) -> None:
    """The poster is one sheet; on paper a company reads what it handed in, and no question how satisfied it is."""
    context = site.visitor()
    page = context.new_page()
    page.goto(f"{site.address}/portal/zibo/poster")
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) == 1
    _follow(page, site, site.walk.opened.case_no, site.walk.opened.query_code)
    body = page.get_by_text(REQUEST["body"])
    assert not body.is_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert body.is_visible()
    context.close()


def _send(page: Page, button: Locator) -> None:
    """Send a form and wait for the whole of the page that answers: until then there may be no document to look at."""
    with page.expect_navigation():
        button.click()


def _follow(page: Page, site: Site, case_no: str, code: str) -> None:
    page.goto(f"{site.address}/portal/zibo/progress")
    page.get_by_label("编号").fill(case_no)
    page.get_by_label("查询码").fill(code)
    _send(page, page.get_by_role("button", name="查询"))
    page.wait_for_selector(".way")


SENT_EMPTY = """() => {
    const own = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
    const form = [...document.querySelectorAll("main form[method=post]")].find((one) => one.querySelector(own));
    form.querySelectorAll(own).forEach((one) => { one.value = ""; });
    HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/login"),
        ("", "/portal/zibo/request"),
        ("", "/portal/zibo/progress"),
        ("administrator", "/administration/new-person"),
        ("administrator", "/administration/units/commerce"),
        ("administrator", "/administration/notices/receipt"),
        ("administrator", "/calendar"),
        ("complained_of", "task"),
        ("complained_of", "/stand-in"),
        ("complained_of", "/password"),
    ],
)
def test_a_form_with_faults_is_as_accessible(who: str, path: str, site: Site) -> None:
    """Sent empty, past the browser's own checks: each fault stands by its field, and axe is content."""
    context = site.officer(who) if who else site.visitor()
    page = context.new_page()
    page.goto(site.address + (f"/tasks/{site.walk.values['task_id'][0]}" if path == "task" else path))
    with page.expect_navigation():
        page.evaluate(SENT_EMPTY)
    assert page.locator(".error, [role=alert]").count(), "nothing says what is wrong"
    if page.locator("#faults a").count():
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#faults') !== null"), "the next key leads elsewhere"
    assert site.faults(page) == []
    context.close()


REACHABLE = """() => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const wanted = [...document.querySelectorAll(all)].filter((one) =>
        !one.disabled && one.checkVisibility({visibilityProperty: true}) && one.tabIndex >= 0);
    const radios = new Set();
    return wanted.filter((one) => {
        if (one.type !== "radio") return true;
        const first = !radios.has(one.name);
        radios.add(one.name);
        return first;
    }).map((one, number) => { one.dataset.number = number; return one.outerHTML.slice(0, 120); });
}"""
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    const radio = one.type === "radio" && document.querySelector(`[name="${one.name}"][data-number]`);
    const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return {number: (radio || one).dataset.number ?? null, shown, what: one.outerHTML.slice(0, 120)};
}"""


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/portal/zibo/request"),
        ("complained_of", "/inbox"),
        ("complained_of", "task"),
        ("platform", "case"),
        ("administrator", "/administration/people/commerce_officer"),
    ],
)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(who: str, path: str, site: Site) -> None:
    context = site.officer(who) if who else site.visitor()
    page = context.new_page()
    addresses = {"task": f"/tasks/{site.walk.values['task_id'][0]}", "case": f"/cases/{site.walk.opened.case_no}"}
    page.goto(site.address + addresses.get(path, path))
    page.evaluate("document.activeElement.blur()")
    wanted: list[str] = page.evaluate(REACHABLE)
    reached, unseen = set[int](), list[str]()
    for _ in range(2 * len(wanted) + 20):
        page.keyboard.press("Tab")
        at: dict[str, Any] = page.evaluate(FOCUSED)
        if at["number"] is not None:
            reached.add(int(at["number"]))
            if not at["shown"]:
                unseen.append(at["what"])
        if len(reached) == len(wanted):
            break
    context.close()
    assert [text for number, text in enumerate(wanted) if number not in reached] == []
    assert unseen == []


def test_the_first_key_skips_to_the_text(site: Site) -> None:
    context = site.visitor()
    page = context.new_page()
    page.goto(f"{site.address}/portal/zibo/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    context.close()


def test_large_type_is_chosen_without_script(site: Site) -> None:
    """A button sends a form; the page comes back larger, at the same place."""
    context = site.browser.new_context(viewport=NARROW, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.address}/portal/zibo/")
    before = page.locator("h1").bounding_box()
    _send(page, page.get_by_role("button", name="大字版"))
    assert page.url == f"{site.address}/portal/zibo/"
    after = page.locator("h1").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]
    context.close()


def _is_page(context: BrowserContext, address: str) -> bool:
    """Whether a page is there: no file, and no part of a page that a script puts in."""
    answer = context.request.get(address)
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    return answer.text().lstrip().startswith("<!doctype html>")
