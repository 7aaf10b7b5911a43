"""A company with a phone in one hand: hands in with a photograph, follows by the QR code, reminds, rates."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from bihuan.bootstrap import App
from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from bihuan.domain.clock import MovableClock
from bihuan.locality.files import read_folder
from bihuan.queries.case_page import case_header
from tests.a_file import a_png
from tests.conftest import START
from tests.journeys.conftest import Processes
from tests.people import PROCESSES, Town

BODY = "我公司参加市级消费券活动，核销款三个月未结算，请协调。"
PHOTO = FilePayload(name="核销明细.png", mimeType="image/png", buffer=a_png())

OTHER = FilePayload(name="收据.png", mimeType="image/png", buffer=a_png())
PROGRAM = FilePayload(name="real.exe", mimeType="application/octet-stream", buffer=b"MZ")


@pytest.fixture
def town(processes: Processes, real_clock: App) -> Town:
    """淄博 deployed and everything running."""
    with real_clock.begin(Machine("test")) as work:
        deploy(work, read_folder(PROCESSES / "zibo"), note="")
    processes.start()
    return Town(real_clock, MovableClock(START))


@pytest.fixture
def phone(browser: Browser, processes: Processes, town: Town) -> Iterator[Page]:
    """A telephone's browser, never here before."""
    size = ViewportSize(width=390, height=844)
    context = browser.new_context(
        viewport=size, has_touch=True, is_mobile=True, locale="zh-CN", base_url=processes.address
    )
    yield context.new_page()
    context.close()


def test_a_company_does_all_of_it_on_a_phone(phone: Page, town: Town, browser: Browser) -> None:
    number, code, way = _it_hands_in(phone, town)
    _it_follows_by_the_picture(phone, way, number)
    _it_reminds_once_and_adds(phone)
    _its_case_is_done(town, number)
    _it_rates_by_one_tap(phone)
    assert code not in "".join(phone.evaluate("performance.getEntriesByType('navigation').map(one => one.name)"))


def _it_hands_in(phone: Page, town: Town) -> tuple[str, str, str]:
    phone.goto("/")
    phone.get_by_role("link", name="提交诉求").click()
    phone.get_by_label("诉求标题").fill("消费券核销款三个月未结算")
    phone.get_by_label("诉求内容").fill(BODY)
    expect(phone.get_by_text("刚才填写的内容已自动保留")).to_be_visible()
    phone.reload()  # as a telephone does with a page that was long out of sight
    expect(phone.get_by_label("诉求内容")).to_have_value(BODY)
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("诉求类别").select_option("trade")
    phone.go_back()  # the telephone's own key
    expect(phone.get_by_label("诉求内容")).to_have_value(BODY)
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("诉求类别").select_option("trade")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("联系人姓名").fill("王建国")
    phone.get_by_label("联系电话").fill("123")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text("联系电话格式不正确").first).to_be_visible()
    expect(phone.get_by_label("联系人姓名")).to_have_value("王建国")
    expect(phone.get_by_text("谁能看到我的信息")).to_be_visible()
    phone.get_by_label("联系电话").fill("13853312345")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text(BODY)).to_be_visible()
    phone.go_back()  # over the page that said what was wrong
    expect(phone.get_by_label("联系电话")).to_have_value("13853312345")
    phone.get_by_role("button", name="下一步").click()
    _it_chooses_files_one_by_one(phone)
    _fits(phone)
    phone.get_by_role("button", name="提交诉求").click()
    expect(phone.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    assert phone.locator(".picture img").evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    _fits(phone)
    number, code = phone.locator("#case-no").inner_text(), phone.locator("#query-code").inner_text().replace(" ", "")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.get_by_role("button", name="复制编号和查询码").click()
    expect(phone.get_by_role("button", name="已复制")).to_be_visible()
    assert phone.evaluate("navigator.clipboard.readText()") == f"诉求编号：{number}，查询码：{code}"
    phone.get_by_role("button", name="已保存，清除本机上的编号和查询码").click()
    return number, code, f"/portal/zibo/progress#{number}.{code}"


def _it_chooses_files_one_by_one(phone: Page) -> None:
    """Each joins those before; what the server would refuse is told and left out, and the others stay."""
    field, chosen = phone.get_by_label("照片和文件"), phone.locator(".chosen-files")
    field.set_input_files([PHOTO])
    field.set_input_files([OTHER, PROGRAM])
    expect(chosen).to_contain_text("没有选入“real.exe”：是 .exe 文件，不能上传。")
    assert _names(field) == ["核销明细.png", "收据.png"]
    phone.get_by_role("button", name="移除“收据.png”").click()
    expect(chosen).not_to_contain_text("real.exe")
    assert _names(field) == ["核销明细.png"]


def _names(field: Locator) -> list[str]:
    return list(field.evaluate("one => [...one.files].map(file => file.name)"))


def _it_follows_by_the_picture(phone: Page, way: str, number: str) -> None:
    phone.goto(way)
    expect(phone.get_by_label("编号")).to_have_value(number)
    assert "#" not in phone.url
    phone.get_by_role("button", name="查询").click()
    expect(phone.get_by_role("heading", name="消费券核销款三个月未结算")).to_be_visible()
    assert urlsplit(phone.url).path == "/portal/zibo/progress/case"
    expect(phone.get_by_text("核销明细.png")).to_be_visible()
    _fits(phone)


def _it_reminds_once_and_adds(phone: Page) -> None:
    phone.get_by_role("button", name="催办").click()
    expect(phone.get_by_role("status")).to_contain_text("已催办")
    expect(phone.get_by_role("button", name="催办")).to_have_count(0)
    phone.get_by_role("heading", name="补充材料").click()
    phone.get_by_label("补充说明").fill("补充：核销明细已于9月1日交齐。")
    phone.get_by_role("button", name="提交补充").click()
    expect(phone.get_by_text("补充：核销明细已于9月1日交齐。")).to_be_visible()


def _its_case_is_done(town: Town, number: str) -> None:
    with town.app.read() as reader:
        case = case_header(reader, town.app.vault, town.officer("platform"), number).id
    town.do(case, "dispatch", handling_unit="commerce")
    town.do(case, "first_reply", progress="正在核对核销明细。")
    paid = "核销款已结算到账。"
    town.do(case, "resolve", outcome="resolved", reply_to_company=paid, report_to_platform=paid)
    town.do(case, "verify", follow_up_method="phone", follow_up_record="企业认可。", sound="true")


def _it_rates_by_one_tap(phone: Page) -> None:
    phone.reload()
    expect(phone.get_by_text("核销款已结算到账。")).to_be_visible()
    _fits(phone)
    phone.get_by_role("button", name="非常不满意").click()
    expect(phone.get_by_text("请告诉我们原因")).to_be_visible()
    phone.get_by_label("办得慢").check()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("评价：非常不满意")).to_be_visible()


def _fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
