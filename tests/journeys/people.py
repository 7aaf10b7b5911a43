"""People before their browsers, by name: officers at desks, a company with a phone; and what others do meanwhile."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.camera import DESK, PHONE, photograph
from bihuan.commands.accounts import create_account
from bihuan.commands.begin_case import Opened
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine, Officer
from bihuan.domain.clock import MovableClock
from bihuan.domain.ids import CaseId
from bihuan.play.cast import Cast
from bihuan.play.deeds import Doing
from bihuan.play.life import Life, Play
from bihuan.play.naming import Names
from bihuan.play.scenario import Deed
from bihuan.play.stage import Stage
from bihuan.queries.people import log_in as who_is
from tests.journeys.conftest import ARTIFACTS, GLANCE, PATIENCE, Calendar, Processes, log_in
from tests.people import PASSWORD, files_of

OPEN = "select count(*) from task where state = 'open' and replace(name, chr(10), '') = %s"
CASE = "select id, case_no from case_file join request on case_id = id where subject = %s"


class Journey:
    """One locality with its people, everything running; who is named sits at a desk, the others' deeds are commands."""

    def __init__(self, locality: str, begins: str, browser: Browser, processes: Processes, calendar: Calendar) -> None:
        self.locality, self.calendar, self.complaints = locality, calendar, list[str]()
        self._app, self._browser, self._address = calendar.app, browser, processes.address
        self._contexts: list[BrowserContext] = []
        self._desks: dict[str, Page] = {}
        calendar.begin(begins)
        with self._app.begin(Machine("test")) as work:
            deploy(work, files_of(locality), note="")
        stage = Stage(self._app, MovableClock(self._app.clock.now()))
        self._play = Play(stage, locality)
        self._play.cast = Cast(stage, locality, self._engaged())
        self._play.cast.password = PASSWORD
        processes.start()

    def _engaged(self) -> dict[str, Officer]:
        """An account for each member of organisation.toml, by group."""
        found: dict[str, Officer] = {}
        members = self._play.deployment.locality.organisation.members
        with self._app.begin(Machine("test")) as work:
            for one in members:
                create_account(work, self.locality, one.login, one.name, PASSWORD, one.memberships)
        for one in members:
            with self._app.read() as reader:
                account = who_is(reader, one.login, PASSWORD)
            assert account is not None
            for group in account.officer.groups:
                found.setdefault(group, account.officer)
        return found

    def desk(self, login: str) -> Page:
        """The page of an officer's own browser, logged in from day to day."""
        page = self._desks.get(login)
        if page is None:
            page = self._desks[login] = self._open(phone=False)
            page.goto("/login")
            log_in(page, login)
            expect(page.get_by_role("heading", name="我的待办")).to_be_visible()
        return page

    def phone(self, *, scripts: bool = True) -> Page:
        """A company's telephone, never seen before."""
        return self._open(phone=True, scripts=scripts)

    def _open(self, *, phone: bool, scripts: bool = True) -> Page:
        context = self._browser.new_context(
            viewport=PHONE if phone else DESK, locale="zh-CN", base_url=self._address, has_touch=phone,
            java_script_enabled=scripts,
        )  # fmt: skip
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    def send(self, phone: Page, name: str, telephone: str) -> None:
        """The last steps of handing in: who asks, and a look at all of it; the confirmation comes."""
        phone.get_by_label("联系人姓名").fill(name)
        phone.get_by_label("联系电话").fill(telephone)
        phone.get_by_role("button", name="下一步").click()
        phone.get_by_role("button", name=re.compile("^提交(诉求|投诉)$")).click()
        expect(phone.get_by_role("heading", name="已收到您的")).to_be_visible()

    def follow(self, phone: Page) -> None:
        """From the confirmation to the progress of the case, by its number and code."""
        number, code = phone.locator("#case-no").inner_text(), phone.locator("#query-code").inner_text()
        phone.goto(f"/portal/{self.locality}/progress")
        phone.get_by_label("编号").fill(number)
        phone.get_by_label("查询码").fill(code)
        phone.get_by_role("button", name="查询").click()
        expect(phone.get_by_text(number).first).to_be_visible()

    def work_at(self, page: Page, step: str, subject: str) -> None:
        """Open the task of this step from the inbox, where whoever logged in or handed something in already is."""
        there = page.get_by_role("row").filter(has_text=step).get_by_role("link", name=subject)
        if not page.url.endswith("/inbox") or not there.count():
            page.goto("/inbox")
        there.first.click()
        expect(page.get_by_role("heading", name=step, exact=False).first).to_be_visible()

    def hand_in(self, page: Page, step: str, button: str = "提交") -> None:
        """Send the form and see that it was taken."""
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text(f"{step}”已办理完毕")

    def done(self, subject: str, who: str, does: str, *, signed: bool = False, **given: object) -> None:
        """What somebody does who is not looked at: the real command, once the step is there."""
        opened = self.case(subject)
        names = Names(self._play.deployment)
        Doing("journey", Life(self._play, opened), names).do(Deed(who, does, given, signed))

    def case(self, subject: str) -> Opened:
        """The case with this subject."""
        row = self._ask(CASE, subject)
        assert row is not None, subject
        return Opened(CaseId(UUID(str(row[0]))), str(row[1]), "")

    def becomes(self, page: Page, path: str, seen: Callable[[], bool], what: str) -> None:
        """Load a page again and again until bell and worker have done their part."""

        def there() -> bool:
            page.goto(path)
            return seen()

        self.until(there, what)

    def comes(self, step: str) -> None:
        """Wait until bell and worker have opened this step somewhere."""
        self.until(lambda: (self._ask(OPEN, step) or (0,))[0] > 0, step)

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until it is so."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, what
            time.sleep(GLANCE)

    def _ask(self, question: str, about: str) -> tuple[object, ...] | None:
        with psycopg.connect(self.calendar.owner_url) as owner:
            return owner.execute(question, [about]).fetchone()

    def picture(self, page: Page, name: str) -> None:
        """Keep what somebody sees, in every size, where the checkout may be written to; nothing sticks out sideways."""
        if os.access(ARTIFACTS.parent, os.W_OK):
            ARTIFACTS.mkdir(exist_ok=True)
            photograph(page, ARTIFACTS, f"{self.locality}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    def leave(self) -> None:
        """Everybody closes the browser; its console held nothing against us."""
        for context in self._contexts:
            context.close()
        assert not self.complaints, self.complaints


@contextmanager
def living(
    locality: str, begins: str, browser: Browser, processes: Processes, calendar: Calendar
) -> Iterator[Journey]:  # fmt: skip
    """A journey, ended."""
    journey = Journey(locality, begins, browser, processes, calendar)
    try:
        yield journey
    finally:
        journey.leave()
