"""证据包: it proves itself away from the house, says in history who took it, and tells who complained when asked."""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import psycopg
import pytest

from bihuan.commands.attach_file import attach_files
from bihuan.commands.open_case import Opened
from bihuan.domain.access import Complainant
from bihuan.queries.case_header import BY_NUMBER
from bihuan.queries.evidence import evidence
from bihuan.queries.history import EVENTS, history, verify
from bihuan.store.statement import Statement
from bihuan.store.unit_of_work import Reader
from tests.a_file import sent
from tests.people import COMPANY, Town
from tests.web.conftest import Enter
from web import turns

BODY = f"本人{COMPANY['name']}，电话{COMPANY['phone']}，{COMPANY['organisation']}。申请许可已满一个月，请协调。"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def case(town: Town) -> Opened:
    """A case with a first reply in which the unit wrote who complained, and an order."""
    opened = town.request(subject=f"{COMPANY['name']}反映许可迟迟未办结", body=BODY)
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.do(opened.case_id, "first_reply", progress=f"=已联系{COMPANY['name']}（{COMPANY['phone']}），正在核实。")
    return opened


def pack(enter: Enter, town: Town, opened: Opened, unit: str = "supervision_office", role: str = "officer",
         **given: str) -> ZipFile:  # fmt: skip
    answer = enter(town.officer(unit, role)).post(
        f"/cases/{opened.case_no}/evidence", data={"reason": "audit", **given}
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "application/zip"
    return ZipFile(io.BytesIO(answer.get_data()))


def proven(folder: Path) -> tuple[int, str]:
    """What the program in the pack says of it."""
    ran = subprocess.run([sys.executable, folder / "核对.py"], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


def test_a_pack_proves_itself_without_the_house(town: Town, enter: Enter, case: Opened, tmp_path: Path) -> None:
    with pack(enter, town, case) as package:
        assert package.testzip() is None
        package.extractall(tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"工单.html", "流转记录.csv", "流转记录.jsonl", "核对.py", "说明.txt", "清单.json", "清单.sha256"} <= names
    drawn = {name for name in names if name.startswith("流程图/")}
    assert drawn == {"流程图/淄博市企业诉求“接诉即办”.bpmn", "流程图/职责分工.dmn"}, "those that it went by, no other"
    assert "文书/转办单.docx" in names
    assert proven(tmp_path) == (0, "流转记录：首尾相接，无缺号，无改动\n包内文件：与清单一致\n")


def test_a_pack_says_who_took_it_and_tells_limits_in_words(town: Town, enter: Enter, case: Opened) -> None:
    with pack(enter, town, case) as package:
        about, page = package.read("说明.txt").decode(), package.read("工单.html").decode()
        manifest = json.loads(package.read("清单.json"))
    taker = "supervision_office的officer（市委督查室、市政府督查室）"
    assert f"导出人：{taker}\n" in about
    assert "导出原因：审计核查\n" in about
    assert (manifest["taken_by"], manifest["reason"]) == (taker, "审计核查")
    assert "2026年10月26日12:00；自 2026-09-29" in page
    assert "第15个工作日12:00" in page
    assert "workdays(" not in page
    assert "；按期办毕 2026-09-29 16:00:00</p>" in page
    assert "系统（由platform的officer办理引起）" in page
    assert "结束" not in page.partition("<h2>")[0]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("流转记录.jsonl", "task_completed", "task_cancelled", "起与摘要不符"),
        ("工单.html", "许可", "认可", "已改动或缺失：工单.html"),
    ],
)
def test_a_pack_that_somebody_changed_is_found_out(
    town: Town, enter: Enter, case: Opened, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    with pack(enter, town, case) as package:
        package.extractall(tmp_path)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    code, words = proven(tmp_path)
    assert code == 1
    assert said in words


@pytest.mark.parametrize(
    ("unit", "role"), [("supervision_office", "officer"), ("audit_office", "auditor"), ("platform", "officer")]
)
def test_a_pack_tells_nobody_who_complained_unless_asked(
    town: Town, enter: Enter, case: Opened, unit: str, role: str
) -> None:
    """Not in a text, not in a name, not in a document; also not to the platform, whose page shows it."""
    with pack(enter, town, case, unit, role) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith(".docx"):
                with ZipFile(io.BytesIO(content)) as document:
                    content = b"".join(document.read(part) for part in document.namelist())
            for telling in (COMPANY["name"], COMPANY["phone"], COMPANY["organisation"]):
                assert telling not in name
                assert telling.encode() not in content, (name, telling)


def test_with_the_identity_it_is_for_those_who_may_see_it_and_remembered(
    town: Town, enter: Enter, case: Opened
) -> None:
    with pack(enter, town, case, "platform", identity="true") as package:
        assert COMPANY["phone"] in package.read("诉求人身份.txt").decode()
        assert BODY in package.read("工单.html").decode()
    with town.app.snapshot() as reader:
        event = history(reader, case.case_id)[-1]
        assert (event.kind, event.detail) == ("evidence_packed", {"reason": "audit", "identity": True})
        assert verify(reader, case.case_id).ok
    for unit, role in (("supervision_office", "officer"), ("audit_office", "auditor")):
        answer = enter(town.officer(unit, role)).post(
            f"/cases/{case.case_no}/evidence", data={"reason": "audit", "identity": "true"}
        )
        assert answer.status_code == 403


def test_whoever_is_complained_about_gets_no_identity(
    town: Town, enter: Enter, case: Opened, database: tuple[str, str]
) -> None:
    """Also when it is of the platform, which else may have it."""
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("update case_file set complained_of = '{platform}'")
    client, address = enter(town.officer("platform")), f"/cases/{case.case_no}/evidence"
    assert 'name="identity"' not in client.get(address).get_data(as_text=True)
    assert client.post(address, data={"reason": "audit", "identity": "true"}).status_code == 403
    package = ZipFile(io.BytesIO(client.post(address, data={"reason": "audit"}).get_data()))
    assert not [name for name in package.namelist() if COMPANY["phone"].encode() in package.read(name)]


def test_a_pack_holds_the_calls_as_its_taker_may_know_them(
    town: Town, enter: Enter, case: Opened, database: tuple[str, str]
) -> None:
    """What was said is blacked out like all else that officers write; a unit complained about reads its own alone."""
    said = f"已与{COMPANY['name']}（{COMPANY['phone']}）通话，窗口补正后即可发证。"
    for unit in ("commerce", "platform"):
        enter(town.officer(unit)).post(
            f"/cases/{case.case_no}/calls",
            data={"other": "complainant", "direction": "out", "reached": "true", "called_at": "2026-09-29T15:00",
                  "summary": f"{unit}：{said}", "submission_id": str(uuid4())},
        )  # fmt: skip

    def told(**given: str) -> str:
        with pack(enter, town, case, "platform", **given) as package:
            return package.read("工单.html").decode().partition("<h2>通话</h2>")[2].partition("</table>")[0]

    assert told().count("窗口补正后即可发证") == 2
    assert COMPANY["phone"] not in told()
    assert COMPANY["phone"] in told(identity="true")
    assert hashlib.sha256(f"commerce：{said}".encode()).hexdigest() in told()
    with psycopg.connect(database[1], autocommit=True) as owner:
        owner.execute("update case_file set complained_of = '{platform}'")
    assert told().count("窗口补正后即可发证") == 1


def test_a_pack_holds_no_document_of_which_nothing_was_filled_in(town: Town, case: Opened) -> None:
    def packed() -> list[str]:
        with town.app.snapshot() as reader:
            found = evidence(reader, town.app.vault, town.officer("supervision_office"), case.case_no)
        return [one.document.id for one in found.documents]

    assert packed() == ["转办单"]
    town.ask_for_time(case.case_id)
    assert packed() == ["延期申请审批表", "转办单"]


def test_a_pack_opens_its_case_once(town: Town, enter: Enter, case: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many documents it holds."""
    town.ask_for_time(case.case_id)
    seen: list[str] = []
    read_one, read_all = Reader.one, Reader.all_as

    def counted(self: Reader, statement: Statement, **values: Any) -> Any:
        seen.append(statement.sql)
        return read_one(self, statement, **values)

    def counted_all(self: Reader, kind: Any, statement: Statement, **values: Any) -> Any:
        seen.append(statement.sql)
        return read_all(self, kind, statement, **values)

    with town.app.snapshot() as reader:
        monkeypatch.setattr(Reader, "one", counted)
        monkeypatch.setattr(Reader, "all_as", counted_all)
        found = evidence(reader, town.app.vault, town.officer("supervision_office"), case.case_no)
    assert len(found.documents) > 1
    assert seen.count(BY_NUMBER.sql) == 1
    assert seen.count(EVENTS.sql) == 1


def test_a_pack_needs_a_reason_and_somebody_who_oversees(town: Town, enter: Enter, case: Opened) -> None:
    address = f"/cases/{case.case_no}/evidence"
    assert enter(town.officer("supervision_office")).post(address, data={"reason": "reply"}).status_code == 422
    for unit in ("commerce", "taxation"):
        client = enter(town.officer(unit))
        assert client.get(address).status_code in (403, 404)
        assert client.post(address, data={"reason": "audit"}).status_code in (403, 404)
    with town.app.read() as reader:
        assert not [one for one in history(reader, case.case_id) if one.kind == "evidence_packed"]


def test_nothing_in_the_table_of_events_is_a_formula(town: Town, enter: Enter, case: Opened) -> None:
    with pack(enter, town, case) as package:
        text = package.read("流转记录.csv").decode("utf-8-sig")
    assert text.startswith("序号,")
    assert not [cell for line in text.splitlines() for cell in line.split(",") if cell[:1] in "=+-@" and cell]


def test_a_pack_holds_the_files_that_its_reader_may_see(town: Town, enter: Enter) -> None:
    """What the complainant handed in stays sealed until the platform releases it, and is in the full pack alone; the
    pack says how many it leaves out.
    """
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    data = {"submission_id": str(uuid4()), "files": (io.BytesIO(PICTURE), "张晓明现场照片.png")}
    answer = enter(town.officer("commerce")).post(f"/cases/{opened.case_no}/attachments", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with pack(enter, town, opened) as package:
        (name,) = [name for name in package.namelist() if name.startswith("附件/")]
        assert name == "附件/附件1.png"
        assert package.read(name).startswith(b"\x89PNG")
        assert "未放行" not in package.read("工单.html").decode()
    with town.app.begin(Complainant(opened.case_id)) as work:
        attach_files(work, opened.case_id, [sent(town.app, "photo.png", PICTURE)], submission_id=uuid4())
    with pack(enter, town, opened) as package:
        assert len([name for name in package.namelist() if name.startswith("附件/")]) == 1
        assert "另有1件附件未放行，不在包内。" in package.read("工单.html").decode()


def test_too_many_packs_at_once_are_told_to_wait(
    town: Town, enter: Enter, case: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "WAIT", 0.01)
    monkeypatch.setattr(turns, "packs", turns.Turns(1))
    give_back = turns.packs.take()
    client = enter(town.officer("supervision_office"))
    answer = client.post(f"/cases/{case.case_no}/evidence", data={"reason": "audit"})
    assert answer.status_code == 503
    assert "正在为他人生成" in answer.get_data(as_text=True)
    give_back()
    for _ in range(2):
        assert client.post(f"/cases/{case.case_no}/evidence", data={"reason": "audit"}).status_code == 200
        assert client.post(f"/cases/{case.case_no}/evidence", data={}).status_code == 422
