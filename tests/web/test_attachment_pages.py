"""附件 on pages: sent as a stream, shown to whom they are for, never run; and a full disk says so."""

import random
import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bihuan.commands.attach_file import attach_files
from bihuan.commands.open_case import Opened
from bihuan.domain.access import Complainant
from bihuan.domain.attachments import LARGEST_FILE
from bihuan.store import sealed_files
from tests.a_file import DOCX_PARTS, PDF, TELLING, a_jpeg, a_package, a_png, sent
from tests.people import COMPANY, Town
from tests.web.conftest import Enter

ROUTES = ("", "/preview")


@pytest.fixture
def opened(town: Town) -> Opened:
    """A request about 市商务局, which handles it, with three files of its complainant."""
    opened = town.request(complained_of_unit="commerce")
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    files = (f"{COMPANY['name']}.jpg", a_jpeg()), ("合同.pdf", PDF), ("表.docx", a_package(DOCX_PARTS))
    with town.app.begin(Complainant(opened.case_id)) as work:
        attach_files(work, opened.case_id, [sent(town.app, *each) for each in files], submission_id=uuid4())
    return opened


def post(client: FlaskClient, path: str, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    """Send a form with files."""
    data = {"submission_id": str(uuid4()), "files": [(BytesIO(content), name) for name, content in files], **fields}
    return client.post(path, data=data, content_type="multipart/form-data")


def at(opened: Opened, rest: str = "") -> str:
    return f"/cases/{opened.case_no}/attachments{rest}"


def left(town: Town) -> list[Path]:
    """Files on their way in that are still there."""
    return [path for path in (town.app.files.folder / "incoming").glob("*") if path.is_file()]


def test_an_officer_attaches_files_and_the_case_shows_them(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("supervision_office"))
    answer = post(client, at(opened), ("督办单.pdf", PDF), ("现场.png", a_png()))
    assert answer.status_code == 303
    page = client.get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert "已上传2个附件" in page
    assert "督办单.pdf" in page
    assert "上传附件4" in page
    assert left(town) == []


def test_what_is_downloaded_is_what_was_sent_piece_by_piece(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("platform"))
    whole = client.get(at(opened, "/2"))
    assert whole.data == PDF
    assert whole.content_length == len(PDF)
    assert "%E5%90%88%E5%90%8C.pdf" in whole.headers["Content-Disposition"]
    part = client.get(at(opened, "/2"), headers={"Range": "bytes=5-9"})
    assert part.status_code == 206
    assert part.data == PDF[5:10]
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(PDF)}"
    assert client.get(at(opened, "/2"), headers={"Range": "bytes=9999999-"}).status_code == 416


def test_nothing_that_was_sent_is_ever_a_page_of_ours(town: Town, enter: Enter, opened: Opened) -> None:
    """Its type is its content's, no browser may guess another, and it may run nothing."""
    client = enter(town.officer("platform"))
    types = {1: "image/jpeg", 2: "application/pdf", 3: a_type("docx")}
    for number, media_type in types.items():
        for rest in ROUTES:
            answer = client.get(at(opened, f"/{number}{rest}"))
            if rest and number == 3:
                assert answer.status_code == 404, "a document is not shown, only saved"
                continue
            assert answer.mimetype == media_type
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert policy.endswith("; sandbox"), "and it is allowed nothing back"
            assert answer.headers["Content-Disposition"].startswith("inline" if rest else "attachment")
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/cases/{opened.case_no}").headers["X-Frame-Options"] == "DENY"


def a_type(ending: str) -> str:
    from bihuan.domain.attachments import KINDS

    return next(kind.media_type for kind in KINDS.values() if kind.ending == ending)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("platform", {1, 2, 3}),
        ("supervision_office", {1, 2}),
        ("commerce", {1}),
        ("taxation", set()),
    ],
)
def test_each_gets_the_files_that_are_theirs(
    town: Town, enter: Enter, opened: Opened, who: str, sees: set[int]
) -> None:
    """The first two are released: the unit complained about gets the photo, cleaned, and not the document, which
    nobody gets before the platform says to have looked through it.
    """
    platform, client = enter(town.officer("platform")), enter(town.officer(who))
    assert "请先打开附件核对" in platform.post(at(opened, "/2/release")).get_data(as_text=True)
    for number in (1, 2):
        assert platform.post(at(opened, f"/{number}/release"), data={"looked": "true"}).status_code == 303
    assert platform.get(f"/cases/{opened.case_no}").get_data(as_text=True).count("放行前已核对") == 1
    for number in range(1, 5):
        for rest in ROUTES:
            answer = client.get(at(opened, f"/{number}{rest}"))
            shown = number in sees and not (rest and number == 3)
            assert answer.status_code == (200 if shown else 404), (number, rest)
            if who != "platform":
                assert COMPANY["name"] not in str(answer.headers)
            if who != "platform" and number == 1:
                assert TELLING not in answer.data
    page = client.get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert set(map(int, re.findall(r'id="attachment-(\d+)"', page))) == sees
    assert (COMPANY["name"] in page) is (who == "platform")


def test_who_waits_for_files_is_told_how_many_and_whoever_hands_the_case_over_which(town: Town, enter: Enter) -> None:
    """A case was handed over with its evidence sealed, and neither side knew."""
    opened = town.request()
    with town.app.begin(Complainant(opened.case_id)) as work:
        attach_files(work, opened.case_id, [sent(town.app, "合同.pdf", PDF)], submission_id=uuid4())
    platform, unit = enter(town.officer("platform")), enter(town.officer("commerce"))
    task = f"/tasks/{town.open_tasks(opened.case_id)['dispatch']['id']}"
    assert "附件1尚未放行，交办后承办单位看不到" in platform.get(task).get_data(as_text=True)
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    case = f"/cases/{opened.case_no}"
    assert "有 1 件附件待受理平台核对，放行后可查看。" in unit.get(case).get_data(as_text=True)
    assert platform.post(at(opened, "/1/release"), data={"looked": "true"}).status_code == 303
    page = unit.get(case).get_data(as_text=True)
    assert "待受理平台核对" not in page
    assert "附件1.pdf" in page


def test_a_unit_complained_about_is_not_told_what_lies_sealed(town: Town, enter: Enter, opened: Opened) -> None:
    page = enter(town.officer("commerce")).get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert "待受理平台核对" not in page
    seen = enter(town.officer("supervision_office")).get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert "有 3 件附件待受理平台核对" in seen


@pytest.mark.parametrize("who", ["supervision_office", "commerce", "taxation", "audit_office"])
def test_only_the_platform_releases_seals_and_strikes_out(town: Town, enter: Enter, opened: Opened, who: str) -> None:
    client = enter(town.officer(who, "auditor" if who == "audit_office" else "officer"))
    for deed in ("release", "seal"):
        assert client.post(at(opened, f"/1/{deed}")).status_code in (403, 404)
    assert post(client, at(opened, "/1/copy"), ("x.pdf", PDF)).status_code in (403, 404)
    assert left(town) == []


def test_a_struck_out_copy_takes_the_originals_place(town: Town, enter: Enter, opened: Opened) -> None:
    platform, client = enter(town.officer("platform")), enter(town.officer("commerce"))
    assert post(platform, at(opened, "/2/copy"), ("隐去.pdf", b"%PDF-1.4\n%%EOF")).status_code == 303
    assert client.get(at(opened, "/4")).data == b"%PDF-1.4\n%%EOF"
    assert "附件4.pdf" in client.get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert "附件2的隐去件" in platform.get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert client.get(at(opened, "/2")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("图.jpg", b"<svg onload=alert(1)>", "不是可以上传的文件"),
        ("页.pdf", b"<!doctype html><script>alert(1)</script>", "不是可以上传的文件"),
        ("空.pdf", b"", "是空文件"),
        ("a.exe", b"MZ\x90\0\0", "不是可以上传的文件"),
    ],
)
def test_a_hostile_file_is_refused_with_words_whatever_it_is_called(
    town: Town, enter: Enter, opened: Opened, name: str, content: bytes, said: str
) -> None:
    client = enter(town.officer("platform"))
    answer = post(client, at(opened), ("好.pdf", PDF), (name, content))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert f"第2个附件“{name}”" in answer.get_data(as_text=True)
    assert "请重新选择全部文件" in answer.get_data(as_text=True)
    assert client.get(at(opened, "/4")).status_code == 404, "none of them was kept"
    assert left(town) == []


def test_names_cannot_break_out_of_a_page_or_a_header(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("platform"))
    assert post(client, at(opened), ("<img src=x onerror=alert(1)>'; x=1.pdf", PDF)).status_code == 303
    page = client.get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert "<img src=x" not in page
    assert "onerror=alert(1)&#39;; x=1.pdf" in page
    named = client.get(at(opened, "/4")).headers["Content-Disposition"]
    assert named.startswith("attachment; filename=\"attachment-4.pdf\"; filename*=UTF-8''img%20src%3Dx")
    assert named.count(";") == 2


MARK = "----border"
KIND = f"multipart/form-data; boundary={MARK}"


def body(size: int) -> bytes:
    """A form with one file of so many zeros, as it goes over the line."""
    field = f'--{MARK}\r\nContent-Disposition: form-data; name="submission_id"\r\n\r\n{uuid4()}\r\n'
    file = f'--{MARK}\r\nContent-Disposition: form-data; name="files"; filename="大.mp4"\r\n\r\n'
    return (field + file).encode() + bytes(size) + f"\r\n--{MARK}--\r\n".encode()


def test_a_file_too_large_is_named_and_one_just_small_enough_is_read(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("platform"))
    answer = client.post(at(opened), data=body(LARGEST_FILE + 1), content_type=KIND)
    assert answer.status_code == 422
    assert "第1个附件“大.mp4”超过50.0 MB" in answer.get_data(as_text=True)
    assert left(town) == []


def test_only_views_that_take_files_are_sent_more_than_a_form(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("platform"))
    answer = client.post(f"/cases/{opened.case_no}/identity", data=body(300_000), content_type=KIND)
    assert answer.status_code == 413


def test_nobody_without_a_log_in_has_anything_read(town: Town, enter: Enter, opened: Opened) -> None:
    """The guard stands before the form: not a byte of it is taken in."""
    touched: list[int] = []

    class Watched(BytesIO):
        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            touched.append(len(buffer))
            return super().readinto(buffer)

        def read(self, size: int | None = -1) -> bytes:
            touched.append(size or 0)
            return super().read(size)

    answer = enter(None).post(at(opened), input_stream=Watched(body(100_000)), content_type=KIND)
    assert answer.status_code == 303
    assert answer.location.startswith("/login")
    assert left(town) == []
    assert not touched


def test_an_upload_that_breaks_off_leaves_nothing(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("platform"))
    answer = client.post(at(opened), data=body(900_000)[:400_000], content_type=KIND)
    assert answer.status_code in (400, 422)
    assert left(town) == []


def test_no_form_however_spoiled_is_a_fault_or_leaves_anything(town: Town, enter: Enter, opened: Opened) -> None:
    """A body cut, doubled, overwritten at any place: it is read or refused, and what was taken is attached or gone."""
    client, chance = enter(town.officer("platform")), random.Random(20261122)
    whole = body(2_000).replace(bytes(2_000), PDF)
    for _ in range(60):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            start = chance.randrange(len(spoiled))
            end = min(start + chance.randint(0, 40), len(spoiled))
            spoiled[start:end] = chance.choice(
                (b"", bytes(7), b"\r\n", b"--" + MARK.encode(), chance.randbytes(9), whole[:50])
            )
        answer = client.post(at(opened), data=bytes(spoiled), content_type=KIND)
        assert answer.status_code in (303, 400, 413, 422), bytes(spoiled)
        assert left(town) == []


def test_a_second_click_attaches_nothing_twice(town: Town, enter: Enter, opened: Opened) -> None:
    client, once = enter(town.officer("platform")), str(uuid4())
    for _ in range(2):
        assert post(client, at(opened), ("一.pdf", PDF), submission_id=once).status_code == 303
    assert client.get(at(opened, "/5")).status_code == 404
    assert left(town) == []


def test_a_full_disk_says_so_and_the_case_goes_on(
    town: Town, enter: Enter, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(town.officer("platform"))
    monkeypatch.setattr(sealed_files, "_has_room", lambda _: False)
    answer = post(client, at(opened), ("一.pdf", PDF))
    assert answer.status_code == 507
    assert "附件存储空间不足" in answer.get_data(as_text=True)
    assert post(client, at(opened, "/1/copy"), ("一.pdf", PDF)).status_code == 507
    assert left(town) == []
    assert client.get(at(opened, "/2")).data == PDF, "what is there can be read"
    town.do(opened.case_id, "first_reply", progress="正在核实有关情况。")


def test_a_file_that_is_damaged_is_a_page_that_says_so(town: Town, enter: Enter, opened: Opened) -> None:
    client = enter(town.officer("platform"))
    for _, path, _ in town.app.files.kept():
        path.write_bytes(path.read_bytes()[::-1])
    for rest in ("/1", "/2", "/1/preview"):
        answer = client.get(at(opened, rest))
        assert answer.status_code == 500
        assert "已损坏或丢失" in answer.get_data(as_text=True)


def test_a_form_without_a_token_keeps_nothing(pages: Flask, town: Town, enter: Enter, opened: Opened) -> None:
    pages.config["WTF_CSRF_ENABLED"] = True
    answer = post(enter(town.officer("platform")), at(opened), ("一.pdf", PDF))
    assert answer.status_code == 400
    assert left(town) == []
