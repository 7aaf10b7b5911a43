"""Files at rest: sealed, whole from any place, noticed when changed; and a full disk keeps nothing by halves."""

import random
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from bihuan.domain.errors import FileDamaged, Misconfigured, StorageFull
from bihuan.store import sealed_files
from bihuan.store.sealed_files import BLOCK, FileRoom, Incoming, sealed_size
from bihuan.store.vault import Vault
from tests.faults.disk import SmallDisk, no_file_longer_than

LOOKUP = secrets.token_bytes(32)
SIZES = (1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 5)


@pytest.fixture
def room(tmp_path: Path) -> FileRoom:
    return FileRoom(tmp_path / "files", Vault([secrets.token_bytes(32)], LOOKUP))


def received(room: FileRoom, content: bytes, *, largest: int = 1 << 30) -> Incoming:
    incoming = room.receive(largest=largest)
    for start in range(0, len(content), 10_007):
        incoming.write(content[start : start + 10_007])
    incoming.seek(0)
    return incoming


def kept(room: FileRoom, content: bytes) -> Incoming:
    incoming = received(room, content)
    incoming.keep()
    return incoming


def everything(room: FileRoom) -> list[Path]:
    return [path for path in room.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_as_it_was_sent(room: FileRoom, size: int) -> None:
    content = secrets.token_bytes(size)
    file = kept(room, content)
    with room.open(file.id, file.key_id, size) as back:
        assert back.read() == content
    assert room.path_of(file.id).stat().st_size == sealed_size(size)
    assert [(found, length) for found, _, length in room.kept()] == [(file.id, sealed_size(size))]


def test_it_reads_alike_from_any_place(room: FileRoom) -> None:
    content, chance = secrets.token_bytes(3 * BLOCK + 5), random.Random(7)
    file = kept(room, content)
    with room.open(file.id, file.key_id, len(content)) as back:
        for _ in range(200):
            start, length = chance.randrange(3 * BLOCK + 20), chance.randrange(BLOCK + 9)
            back.seek(start)
            assert back.read(length) == content[start : start + length]


def test_nothing_lies_in_clear_and_nobody_else_may_read_it(room: FileRoom) -> None:
    content = b"who complained " * 10_000
    kept(room, content)
    received(room, content)
    for path in everything(room):
        assert b"who complained" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["a bit", "cut", "longer", "blocks swapped", "another file's"])
def test_a_changed_file_is_noticed(room: FileRoom, harm: str) -> None:
    content = secrets.token_bytes(3 * BLOCK)
    file, other = kept(room, content), kept(room, content)
    path, step = room.path_of(file.id), BLOCK + 16
    whole = path.read_bytes()
    path.write_bytes(
        {
            "a bit": whole[:70_000] + bytes((whole[70_000] ^ 1,)) + whole[70_001:],
            "cut": whole[: 2 * step],
            "longer": whole + b"\0",
            "blocks swapped": whole[step : 2 * step] + whole[:step] + whole[2 * step :],
            "another file's": room.path_of(other.id).read_bytes(),
        }[harm]
    )
    with pytest.raises(FileDamaged), room.open(file.id, file.key_id, len(content)) as back:
        back.read()


def test_a_file_cut_at_a_block_is_noticed_whatever_size_is_claimed(room: FileRoom) -> None:
    file = kept(room, secrets.token_bytes(3 * BLOCK))
    path = room.path_of(file.id)
    path.write_bytes(path.read_bytes()[: 2 * (BLOCK + 16)])
    with pytest.raises(FileDamaged), room.open(file.id, file.key_id, 2 * BLOCK) as back:
        back.read()


def test_a_file_that_is_gone_is_said_to_be_damaged(room: FileRoom) -> None:
    with pytest.raises(FileDamaged):
        room.open(uuid4(), kept(room, b"x").key_id, 1)


def test_only_the_key_it_was_sealed_with_opens_it_also_once_it_is_renewed(tmp_path: Path) -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    file = kept(FileRoom(tmp_path, Vault([old], LOOKUP)), b"content")
    with FileRoom(tmp_path, Vault([new, old], LOOKUP)).open(file.id, file.key_id, 7) as back:
        assert back.read() == b"content"
    with pytest.raises(Misconfigured):
        FileRoom(tmp_path, Vault([new], LOOKUP)).open(file.id, file.key_id, 7)


def test_sm4_seals_files_too(tmp_path: Path) -> None:
    room, content = FileRoom(tmp_path, Vault([secrets.token_bytes(16)], LOOKUP)), secrets.token_bytes(BLOCK + 9)
    file = kept(room, content)
    with room.open(file.id, file.key_id, len(content)) as back:
        assert back.read() == content
    path = room.path_of(file.id)
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(FileDamaged), room.open(file.id, file.key_id, len(content)) as back:
        back.read()


def test_what_is_too_large_leaves_nothing(room: FileRoom) -> None:
    file = received(room, secrets.token_bytes(5 * BLOCK), largest=4 * BLOCK)
    assert file.too_large
    assert everything(room) == []


def test_what_no_deed_kept_is_gone_when_the_request_is_over(room: FileRoom) -> None:
    for finished in (True, False):
        incoming = room.receive(largest=BLOCK * 9)
        incoming.write(secrets.token_bytes(3 * BLOCK))
        if finished:
            incoming.finish()
        incoming.close()
    assert everything(room) == []
    file = kept(room, b"content")
    file.close()
    assert everything(room) == [room.path_of(file.id)]


def test_a_disk_that_takes_no_more_is_remembered_and_leaves_nothing(room: FileRoom) -> None:
    with no_file_longer_than(2 * BLOCK):
        file = received(room, secrets.token_bytes(5 * BLOCK))
    assert isinstance(file.fault, StorageFull)
    assert everything(room) == []


def test_a_disk_filled_to_its_last_byte_keeps_nothing_by_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system of its own where one can be had, else by a quota: while a file comes in, and when it is kept."""
    monkeypatch.setattr(sealed_files, "_has_room", lambda _: True)
    disk = SmallDisk(4 * 1024 * 1024)
    try:
        room = FileRoom(disk.fresh("files"), Vault([secrets.token_bytes(32)], LOOKUP))
        before = kept(room, b"content")
        with no_file_longer_than(sys.maxsize if disk.is_real else 2 * BLOCK):
            incoming = received(room, secrets.token_bytes(5 * 1024 * 1024))
        assert isinstance(incoming.fault, StorageFull)
        if disk.is_real:
            whole = received(room, secrets.token_bytes(3 * BLOCK))
            disk.fill()
            with suppress(StorageFull):  # a file system may have room for the name of a folder, or not
                whole.keep()
            disk.make_room()
            whole.discard()
        assert everything(room) == [room.path_of(before.id)]
        with room.open(before.id, before.key_id, 7) as back:
            assert back.read() == b"content"
        assert kept(room, secrets.token_bytes(1024 * 1024)).fault is None
    finally:
        disk.close()


def test_the_last_of_a_disk_is_left_to_others(room: FileRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_files, "_has_room", lambda _: False)
    file = received(room, b"content")
    assert isinstance(file.fault, StorageFull)
    assert everything(room) == []
