"""A disk for attachments that is full to its last byte: said on the page, nothing half kept, and every case goes on."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest

from bihuan.bootstrap import App
from bihuan.domain.clock import MovableClock
from bihuan.queries.file_proof import content_faults
from bihuan.queries.history import verify
from bihuan.store import sealed_files
from tests.a_file import MP4, PDF
from tests.faults.disk import SmallDisk
from tests.people import Town, settle_in
from tests.web.conftest import Enter


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    disk = SmallDisk(8 * 1024 * 1024)
    yield disk
    disk.close()


@pytest.fixture
def town(app: App, clock: MovableClock, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """淄博 with its files on that disk, and nothing of it kept spare: the kernel itself says that there is no room."""
    monkeypatch.setattr(sealed_files, "_has_room", lambda _: True)
    with App(replace(app.settings, files=disk.fresh("files")), clock=clock) as running:
        yield settle_in(running, clock)


def test_a_full_disk_refuses_files_and_nothing_else(town: Town, enter: Enter, disk: SmallDisk) -> None:
    opened, platform = town.request(), enter(town.officer("platform"))
    path = f"/cases/{opened.case_no}/attachments"

    def send(*files: bytes) -> tuple[int, str]:
        sent = [(BytesIO(content), f"{number}.mp4") for number, content in enumerate(files)]
        answer = platform.post(path, data={"submission_id": str(uuid4()), "files": sent})
        return answer.status_code, answer.get_data(as_text=True)

    assert send(PDF, MP4)[0] == 303
    assert len(list(town.app.files.kept())) == 2
    with disk.full():
        status, page = send(MP4 + bytes(300_000), PDF)
        assert status == 507
        assert "附件存储空间不足，附件没有保存" in page
        assert platform.get(f"{path}/1").data == PDF, "what is there can be read"
        town.do(opened.case_id, "dispatch", handling_unit="commerce")
        assert town.request().case_no, "and requests come in"
    too_much = [MP4 + bytes(3 * 1024 * 1024)] * 4
    if disk.is_real:  # it becomes full in the middle of a form, after some of its files
        assert send(*too_much)[0] == 507
    assert [one.name for one in (town.app.files.folder / "incoming").iterdir()] == []
    assert len(list(town.app.files.kept())) == 2
    with town.app.snapshot() as reader:
        assert verify(reader, opened.case_id).ok
        assert list(content_faults(reader, town.app.files, opened.case_id)) == []
    assert send(MP4)[0] == 303, "with room again it goes on"
