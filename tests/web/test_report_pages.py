"""Reports on pages and in files: figures lead to their cases, texts stay texts, and nobody learns who complained."""

import io
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine
from tests.people import COMPANY, Town, files_of
from tests.web.conftest import Enter

TELLING = [COMPANY["name"], COMPANY["phone"], COMPANY["organisation"]]
LISTED = """
[[list]]
title   = "诉求清单"
cases   = "收到"
columns = [
    { title = "编号", shows = "case_no" },
    { title = "诉求人", shows = "complainant" },
    { title = "标题", shows = "subject" },
    { title = "内容", shows = "body" },
    { title = "分办意见", shows = "answer:dispatch.note" },
    { title = "电话", shows = "complainant_phone" },
]
"""


@pytest.fixture
def shown_to_units(town: Town) -> Town:
    """A monthly report that every unit may see, with a list that asks for who complained."""
    files = dict(files_of("zibo"))
    text = files["zibo/reports/monthly.toml"].decode().replace('["city_leaders"]', '["units"]')
    files["zibo/reports/monthly.toml"] = (text + LISTED).encode()
    with town.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    opened = town.request(
        complained_of_unit="commerce", subject=f"=cmd|{COMPANY['name']}反映许可迟迟不办",
        body=f"本人{COMPANY['name']}，{COMPANY['organisation']}负责人，电话{COMPANY['phone']}。申请许可已满一个月。",
    )  # fmt: skip
    town.do(opened.case_id, "dispatch", handling_unit="commerce", note=f"请联系{COMPANY['name']}")
    return town


def test_who_follows_a_list_up_sees_all_its_rows_and_opens_no_case_by_it(shown_to_units: Town, enter: Enter) -> None:
    """市税务局 by the list's own readers; 市人力资源社会保障局, of the report's readers alone, sees its own: none."""
    files = dict(files_of("zibo"))
    text = files["zibo/reports/monthly.toml"].decode().replace('["city_leaders"]', '["units"]')
    listed = LISTED.replace("columns = [", 'readers = ["taxation"]\ncolumns = [')
    files["zibo/reports/monthly.toml"] = (text + listed).encode()
    with shown_to_units.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    number = "ZBJS202600001"
    for unit, rows, whole in (("taxation", 1, True), ("human_resources", 0, False)):
        client = enter(shown_to_units.officer(unit))
        page = client.get("/reports/monthly").get_data(as_text=True).partition("诉求清单")[2]
        behind = client.get("/reports/monthly/cases?figure=收到").get_data(as_text=True)
        for shown in (page, behind):
            assert shown.count(number) == rows, unit
            assert ("只列出本单位办理的工单" in shown) != whole
            assert f'href="/cases/{number}"' not in shown
        assert not any(telling in page + behind for telling in TELLING)
        assert client.get(f"/cases/{number}").status_code == 404


@pytest.mark.parametrize("unit", ["commerce", "taxation", "supervision_office"])
def test_a_report_tells_no_unit_who_complained(shown_to_units: Town, enter: Enter, unit: str) -> None:
    client = enter(shown_to_units.officer(unit))
    for address in (
        "/reports/monthly", "/reports/monthly/cases?figure=收到", "/reports/monthly.xlsx", "/reports/monthly.docx",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200, address
        texts = [answer.get_data()]
        if not address.startswith("/reports/monthly/") and "." in address:
            with ZipFile(io.BytesIO(texts[0])) as package:
                texts = [package.read(name) for name in package.namelist()]
        for telling in TELLING:
            assert not any(telling.encode() in text for text in texts), (address, telling)


def test_the_unit_complained_of_sees_its_case_without_the_complainant(shown_to_units: Town, enter: Enter) -> None:
    page = enter(shown_to_units.officer("commerce")).get("/reports/monthly").get_data(as_text=True)

    assert "反映许可迟迟不办" in page
    assert "张＊" not in page


@pytest.mark.parametrize(("unit", "reads"), [("commerce", False), ("supervision_office", True)])
def test_the_unit_complained_of_does_not_read_what_others_wrote(
    shown_to_units: Town, enter: Enter, unit: str, reads: bool
) -> None:
    """As in the case file: a list shows it no more of the answers."""
    page = enter(shown_to_units.officer(unit)).get("/reports/monthly").get_data(as_text=True)

    assert ("请联系" in page) is reads


def test_another_units_case_is_not_listed(shown_to_units: Town, enter: Enter) -> None:
    client = enter(shown_to_units.officer("taxation"))

    assert "反映许可迟迟不办" not in client.get("/reports/monthly").get_data(as_text=True)
    assert "反映许可迟迟不办" not in client.get("/reports/monthly/cases?figure=收到").get_data(as_text=True)


def test_the_platform_sees_a_masked_name(shown_to_units: Town, enter: Enter) -> None:
    page = enter(shown_to_units.officer("platform")).get("/reports/monthly").get_data(as_text=True)

    assert "张＊＊" in page


@pytest.mark.parametrize("unit", ["platform", "housing"])
def test_a_bulletin_names_nobody_whoever_drafts_it(shown_to_units: Town, enter: Enter, unit: str) -> None:
    """It goes to every unit, also those complained about: no draft says who complained, though its page may."""
    opened = shown_to_units.request(subject="施工许可迟迟不办，反映许可迟迟不办")
    shown_to_units.do(opened.case_id, "dispatch", handling_unit="housing", note="请核实")
    client = enter(shown_to_units.officer(unit))
    assert "张＊＊" in client.get("/reports/monthly?period=2026-09").get_data(as_text=True)
    answer = client.get("/reports/monthly.docx?period=2026-09")
    with ZipFile(io.BytesIO(answer.get_data())) as package:
        text = package.read("word/document.xml").decode()
    assert "反映许可迟迟不办" in text
    assert not any(telling in text for telling in (*TELLING, "张＊"))


def test_a_workbook_holds_texts_as_texts(shown_to_units: Town, enter: Enter) -> None:
    answer = enter(shown_to_units.officer("platform")).get("/reports/monthly.xlsx?period=2026-09")
    book = load_workbook(io.BytesIO(answer.get_data()))
    (row,) = list(book["诉求清单"].iter_rows(min_row=5))

    assert row[2].value.startswith("=cmd|")
    assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
    assert row[2].quotePrefix
    assert [cell.value for cell in book["数据"][5]][:2] == ["收到", 1]


def test_a_file_has_a_name_where_only_ascii_is_understood(shown_to_units: Town, enter: Enter) -> None:
    """It was saved as -2026-09.docx; and a view of the inbox by the name that code gives it."""
    client = enter(shown_to_units.officer("commerce"))
    for address, plain, name in (
        ("/reports/monthly.docx", "report-2026-09.docx", "企业诉求“接诉即办”运行月报-2026-09.docx"),
        ("/inbox/export", "inbox.xlsx", "待办-全部.xlsx"),
        ("/inbox/export?which=overdue", "inbox.xlsx", "待办-已超期.xlsx"),
    ):
        said = client.get(address).headers["Content-Disposition"]
        assert said == f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"


def test_figures_lead_to_their_cases(shown_to_units: Town, enter: Enter) -> None:
    client = enter(shown_to_units.officer("supervision_office"))
    page = client.get("/reports/monthly?period=2026-09").get_data(as_text=True)

    assert 'aria-label="收到：1件，查看工单"' in page
    assert "下一期" not in page
    assert client.get("/reports/monthly?period=2026-08").get_data(as_text=True).count("下一期") == 1
    behind = client.get("/reports/monthly/cases?period=2026-09&figure=收到&by=unit&value=commerce")
    assert "市商务局" in behind.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["/reports/none", "/reports/monthly?period=2026-13", "/reports/monthly?period=2026Q4",
     "/reports/monthly/cases?figure=满意率", "/reports/monthly/cases?figure=收到&by=x", "/reports/none.xlsx",
     "/reports/monthly/cases?figure=收到&by=month&value=x", "/reports/monthly.docx?period=x"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(shown_to_units: Town, enter: Enter, address: str) -> None:
    assert enter(shown_to_units.officer("platform")).get(address).status_code == 404


def test_pages_beyond_the_last_are_empty(shown_to_units: Town, enter: Enter) -> None:
    client = enter(shown_to_units.officer("platform"))
    for page in ("2", "0", "-1", "x", "99999", "9" * 40):
        assert client.get(f"/reports/monthly/cases?figure=收到&page={page}").status_code == 200


def test_the_bulletin_is_a_draft_in_sentences(shown_to_units: Town, enter: Enter) -> None:
    answer = enter(shown_to_units.officer("platform")).get("/reports/monthly.docx?period=2026-09")
    with ZipFile(io.BytesIO(answer.get_data())) as package:
        text = package.read("word/document.xml").decode()

    assert "2026年9月，市“接诉即办”平台共接收企业诉求1件" in text
    assert "附表1" in text
    assert "{{" not in text
