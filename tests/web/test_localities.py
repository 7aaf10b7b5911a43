"""辖区对比: what several localities have in common side by side, for whoever they show it to, and nothing behind it."""

import io
import json
import re
from html import unescape
from uuid import uuid4

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from bihuan.commands.accounts import create_account
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import submit_request
from bihuan.commands.show_figures import show_figures
from bihuan.domain.access import Machine, Officer, Visitor
from bihuan.queries import report_counts
from bihuan.queries.people import account
from bihuan.store.statement import compiled
from bihuan.store.tables import case_file
from tests.people import COMPANY, PASSWORD, Town, files_of, three_of_september
from tests.web.conftest import Enter

ADDRESS = "/overview/localities?period=2026-10"
ASKED = {"subject": "园区道路积水", "body": "园区三号路雨后积水多日，货车无法进出，请协调。",
         "category": "park"}  # fmt: skip


@pytest.fixture
def keeper(town: Town) -> Officer:
    """An administrator of 开化, which runs beside 淄博 and has one request of October; 淄博 has others."""
    with town.app.begin(Machine("test")) as work:
        deploy(work, dict(files_of("kaihua")), note="")
    with town.app.begin(Machine("test")) as work:
        keeper = create_account(work, "kaihua", "keeper", "方管", PASSWORD, [("platform", "administrator")], drawn=True)
    three_of_september(town)
    with town.app.begin(Visitor("kaihua")) as work:
        submit_request(work, "kaihua", ASKED, COMPANY, submission_id=uuid4())
    with town.app.read() as reader:
        found = account(reader, keeper)
    assert found is not None
    return found.officer


@pytest.fixture
def auditor(town: Town, keeper: Officer) -> Officer:
    """An auditor of 淄博 to whom 开化 shows its figures."""
    found = town.officer("audit_office", "auditor")
    with town.app.begin(keeper) as work:
        show_figures(work, "kaihua", "audit_office_auditor", reason="交叉审计")
    return found


def rows_of(page: str) -> dict[str, str]:
    """The text of each locality's row."""
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    texts = [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in table.split("</tr>") if row.strip()]
    return {text.partition(" ")[0]: text for text in texts}


def test_localities_stand_side_by_side_each_by_its_own_formula(town: Town, auditor: Officer, enter: Enter) -> None:
    client = enter(auditor)
    page = client.get(ADDRESS).get_data(as_text=True)
    rows = rows_of(page)
    assert list(rows) == ["淄博市", "开化县"]
    assert "首次回复按期率" in page
    zibo, kaihua = rows["淄博市"].split(), rows["开化县"].split()
    assert kaihua[:3] == ["开化县", "1", "0"], "one came in, none is resolved"
    assert kaihua.count("—") == 4, "no first reply there; nothing due, rated or resolved yet"
    assert zibo[:4] == ["淄博市", "本辖区", "0", "2"], "all three came in September, two were resolved in October"
    for said in ("按期办结率：按期办结 ÷ 应办结", "评价自愿，未评价的不在其中", "“应办结”不含已撤回件"):
        assert said in page, said
    charts = [json.loads(unescape(one)) for one in re.findall(r'data-chart="([^"]+)"', page)]
    drawn = {chart["title"]: (chart["axis"], chart["series"][0]["values"]) for chart in charts}
    assert drawn["收到"] == (["淄博市", "开化县"], [0, 1])
    assert drawn["按期办结率"] == (["淄博市"], [33.33])


def test_only_figures_of_ones_own_lead_to_cases(town: Town, auditor: Officer, enter: Enter) -> None:
    client = enter(auditor)
    page = client.get(ADDRESS).get_data(as_text=True)
    links = re.findall(r'href="(/overview/cases[?][^"]+)" aria-label="([^"：]+)：(\d+)件', page)
    assert links
    assert all(label.startswith("淄博市") for _, label, _ in links)
    for link, _, number in links:
        behind = client.get(unescape(link)).get_data(as_text=True)
        assert behind.partition("<tbody>")[2].count("<tr>") == int(number), link
    with town.app.read() as reader:
        case_no = reader.all(compiled(sa.select(case_file.c.case_no).where(case_file.c.locality == "kaihua")))[0][
            "case_no"
        ]
    assert client.get(f"/cases/{case_no}").status_code == 404, "to see a sum opens no case"


def test_it_is_denied_by_default_and_ends_when_taken_back(
    town: Town, keeper: Officer, auditor: Officer, enter: Enter
) -> None:
    supervisor, ours = enter(town.officer("supervision_office")), enter(auditor)
    for other in (supervisor, enter(keeper)):
        assert "没有其他辖区向您开放数据" in other.get(ADDRESS).get_data(as_text=True)
        assert other.get("/overview/localities.xlsx").status_code == 404
    assert "辖区对比" not in supervisor.get("/overview").get_data(as_text=True)
    assert "辖区对比" in ours.get("/overview").get_data(as_text=True)

    administrator = enter(keeper)
    readers = administrator.get("/administration/figures").get_data(as_text=True)
    action = re.search(r'action="(/administration/figures/[^"]+)"', readers)
    assert action is not None
    assert "市审计局" in readers
    of_zibo = enter(town.officer("platform", "administrator"))
    assert of_zibo.post(action[1], data=form(reason="不再需要")).status_code == 404
    assert administrator.post(action[1], data=form(reason="")).status_code == 422
    assert administrator.post(action[1], data=form(reason="审计结束")).status_code == 303
    assert "没有其他辖区向您开放数据" in ours.get(ADDRESS).get_data(as_text=True)
    log = administrator.get("/administration/log").get_data(as_text=True)
    assert ("授权查看数据" in log, "取消查看数据授权" in log) == (True, True)


def test_an_administrator_shows_the_figures_of_their_own_locality_to_others(
    town: Town, keeper: Officer, enter: Enter
) -> None:
    town.officer("audit_office", "auditor")
    client = enter(keeper)
    for login, said in (("nobody", "没有这个登录名"), ("keeper", "本辖区人员")):
        again = client.post("/administration/figures", data=form(login=login, reason="交叉审计"))
        assert (again.status_code, said in again.get_data(as_text=True)) == (422, True)
    sent = form(login="audit_office_auditor", reason="交叉审计")
    assert [client.post("/administration/figures", data=sent).status_code for _ in range(2)] == [303, 303]
    again = client.post("/administration/figures", data=form(login="audit_office_auditor", reason="交叉审计"))
    assert "已经可以查看" in again.get_data(as_text=True)


def test_the_workbook_says_what_the_page_says(auditor: Officer, enter: Enter) -> None:
    answer = enter(auditor).get(ADDRESS.replace("?", ".xlsx?"))
    book = load_workbook(io.BytesIO(answer.data))
    rows = [[cell.value for cell in row] for row in book["数据"].iter_rows(min_row=4)]
    assert rows[0][:3] == ["辖区", "收到", "办结"]
    assert [row[0] for row in rows[1:]] == ["淄博市", "开化县"]
    assert rows[2][1:4] == [1, 0, "—"]
    meanings = {(row[0].value, row[2].value): row[5].value for row in book["口径"].iter_rows(min_row=5)}
    assert "目标 ≥ 98" in meanings["开化县", "满意率"]


def test_of_many_cases_each_count_is_asked_for_and_waited_for(
    town: Town, auditor: Officer, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_counts, "FEW", 0)
    client = enter(auditor)
    assert "正在统计" in client.get(ADDRESS).get_data(as_text=True)
    assert client.get(ADDRESS, headers={"HX-Request": "true"}).status_code == 200
    town.ring()
    assert client.get(ADDRESS, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    rows = rows_of(client.get(ADDRESS).get_data(as_text=True))
    assert rows["淄博市"].split()[3] == "2"
    assert rows["开化县"].split()[1] == "1"


def form(**given: str) -> dict[str, str]:
    """A form that was never sent before."""
    return given | {"submission_id": str(uuid4())}
