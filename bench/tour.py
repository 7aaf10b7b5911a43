"""Makes the pictures of docs/tour.md: `python -m bench.tour [NAME …]` walks the arranged month as each kind of reader.

Everything is real: an empty database, the samples played by the commands, the pages served by the product, a Chromium
before them (`BIHUAN_CHROMIUM`). Its day is always Monday 21 September 2026, so that only what changed looks changed.
Takes its servers from the environment as the benches do, and leaves nothing behind but docs/tour/.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, expect

from bench.camera import DESK, PHONE, TALLEST, chromium, photograph
from bench.harness import scratch_settings
from bench.http import SERVE, answers
from bench.processes import environment, own_redis, running, until
from bihuan.domain.clock import BEIJING
from bihuan.settings import Settings

CHECKOUT = Path(__file__).parents[1]
PICTURES = CHECKOUT / "docs/tour"
TODAY = datetime(2026, 9, 21, 10, 40, tzinfo=BEIJING)
"""The sixteenth working day of a month with a make-up workday, a week before National Day."""
PORT = 18741
SUBJECT = "新厂房用电容量不足，增容申请两个月没有方案"
BODY = "我公司新厂房投产后用电容量不足，增容申请提交两个月没有供电方案，设备只能轮流开机，影响交货。请协调尽快答复。"
CASE = "select case_no from case_file join request on case_id = case_file.id where subject like %s"


@dataclass
class Town:
    """The arranged month, served; who may log in to it; and what was handed in on the way."""

    browser: Browser
    address: str
    owner_url: str
    passwords: Mapping[str, str]
    code: str = ""
    _desks: dict[str, Page] = field(default_factory=dict)

    def at_desk(self, login: str) -> Page:
        """The browser of an officer, logged in; of a visitor without a login."""
        page = self._desks.get(login)
        if page is None:
            size = DESK if login else PHONE
            page = self._desks[login] = self.browser.new_context(
                viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.address
            ).new_page()
            if login:
                page.goto("/login")
                page.get_by_label("登录名").fill(login)
                page.get_by_label("密码").fill(self.passwords[login])
                page.get_by_role("button", name="登录").click()
        return page

    def case(self, subject: str) -> str:
        """The number of the case whose subject begins so."""
        with psycopg.connect(self.owner_url) as owner:
            row = owner.execute(CASE, [f"{subject}%"]).fetchone()
        if row is None:
            raise LookupError(subject)
        return str(row[0])


@dataclass(frozen=True, slots=True)
class Stop:
    """A picture in each size: who looks, what that person does to come there, and how much of a long page is shown."""

    name: str
    who: str
    walk: Callable[[Page, Town], None]
    tallest: int = TALLEST


def _open(path: str) -> Callable[[Page, Town], None]:
    return lambda page, _: _go(page, path)


def _go(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


def _write(page: Page, _: Town) -> None:
    page.goto("/portal/zibo/request")
    page.get_by_label("诉求标题").fill(SUBJECT)
    page.get_by_label("诉求内容").fill(BODY)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("诉求类别").select_option("construction")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("联系人姓名").fill("崔明远")
    page.get_by_label("联系电话").fill("13800000000")


def _hand_in(page: Page, town: Town) -> None:
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="提交诉求").click()
    town.code = page.locator("#query-code").inner_text()


def _dispatch(page: Page, _: Town) -> None:
    page.goto("/inbox")
    page.get_by_role("link", name=SUBJECT).first.click()
    page.get_by_label("承办单位").select_option(label="市住房城乡建设局")
    page.get_by_role("textbox", name="分办意见").fill("请会同供电企业现场核实，明确供电方案和时间。")
    page.wait_for_load_state("networkidle")


def _follow(page: Page, town: Town) -> None:
    desk = town.at_desk("linqing")
    desk.get_by_role("button", name="提交", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("已办理完毕")
    page.goto("/portal/zibo/progress")
    page.get_by_label("编号").fill(town.case(SUBJECT))
    page.get_by_label("查询码").fill(town.code)
    page.get_by_role("button", name="查询").click()
    page.wait_for_load_state("networkidle")


def _case(subject: str, beneath: str = "") -> Callable[[Page, Town], None]:
    return lambda page, town: _go(page, f"/cases/{town.case(subject)}{beneath}")


def _work(page: Page, _: Town) -> None:
    page.goto("/inbox")
    page.get_by_role("link", name="厂房供热费").first.click()
    page.wait_for_load_state("networkidle")


STOPS = (
    Stop("portal", "", _open("/portal/zibo/"), 1200),
    Stop("hand-in", "", _write, 1500),
    Stop("confirmation", "", _hand_in, 1500),
    Stop("triage", "linqing", _open("/triage"), 1300),
    Stop("dispatch", "linqing", _dispatch, 2000),
    Stop("progress", "", _follow, 1600),
    Stop("window", "duanming", _open("/window/request"), 1100),
    Stop("inbox", "chenjing", _open("/inbox"), 1000),
    Stop("task", "chenjing", _work),
    Stop("case", "chenjing", _case("园区配套道路")),
    Stop("sessions", "duanyun", _open("/sessions"), 1900),
    Stop("supervision", "zhouping", _open("/supervision"), 1700),
    Stop("order", "zhouping", _case("引进人才的住房补贴", "/orders"), 1200),
    Stop("overview", "gaoyuan", _open("/overview"), 1700),
    Stop("report", "zhouping", _open("/reports/monthly?period=2026-09"), 1300),
    Stop("replay", "shenji", _case("引进人才的住房补贴", "/replay?at=20"), 1500),
    Stop("deployments", "liucheng", _open("/deployments"), 1200),
    Stop("people", "guanli", _open("/administration/people"), 1000),
    Stop("calendar", "guanli", _open("/calendar"), 1300),
)


@contextmanager
def arranged() -> Iterator[tuple[Settings, Mapping[str, str]]]:
    """The samples of every locality, played up to TODAY in a database of their own; everybody's passwords."""
    with scratch_settings(durable=False) as plain:
        assets = Path(os.environ.get("BIHUAN_ASSETS", CHECKOUT / ".local/assets"))
        settings = replace(plain, demonstration=True, base_url=f"http://127.0.0.1:{PORT}", assets=assets)
        with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
            shift = TODAY - datetime.now(UTC)
            owner.execute("insert into demonstration_clock (single, shift) values (true, %s)", [shift])
        command = [sys.executable, "-m", "bihuan", "demonstrate", "--all"]
        done = subprocess.run(command, cwd=CHECKOUT, env=environment(settings), stdout=subprocess.PIPE, check=True)
        accounts = json.loads(done.stdout.splitlines()[-1])["accounts"]
        yield settings, {one["login"]: one["password"] for one in accounts}


@contextmanager
def served() -> Iterator[Town]:
    """The arranged month before a Chromium."""
    web = [*SERVE, f"--bind=127.0.0.1:{PORT}", "web:create_app()"]
    with arranged() as (settings, passwords), own_redis(settings), running(settings, web), chromium() as browser:
        until(partial(answers, PORT, "/healthz"))
        yield Town(browser, settings.base_url, settings.owner_database_url or "", passwords)


def main() -> None:
    """Walk from stop to stop; of a stop that is not asked for, no picture is taken."""
    asked = set(sys.argv[1:])
    PICTURES.mkdir(exist_ok=True)
    with served() as town:
        for stop in STOPS:
            page = town.at_desk(stop.who)
            stop.walk(page, town)
            if not asked or stop.name in asked:
                photograph(page, PICTURES, stop.name, tallest=stop.tallest)
                print(stop.name, flush=True)


if __name__ == "__main__":
    main()
