"""The files of the house (BIHUAN_FILES), sealed at rest: they come in as a stream, and nothing lies there in clear.

A file is sealed in blocks of BLOCK bytes as it arrives, under a key of its own (`Vault.of_file`); each block is bound
to its place and the last one says that it is the last, so that none is changed, moved or cut off unseen. It is written
to `incoming/`, brought to the disk, and only by `keep` does it get its place in `attachments/`. `keep` is called by the
deed that records it, before that commits: a row without a file cannot be, a file without a row at worst takes room.
"""

import errno
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag

from bihuan.domain.attachments import FileKind
from bihuan.domain.errors import FileDamaged, StorageFull
from bihuan.store.file_kinds import kind_of
from bihuan.store.vault import TAG_BYTES, Aead, Vault

BLOCK = 64 * 1024
SPARE, SPARE_SHARE = 256 * 1024 * 1024, 20
"""So much of the disk is never filled with files, of a small one a twentieth: others have to write, too."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
KEPT, COMING = "attachments", "incoming"


class FileRoom:
    """The folder of sealed files."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder, self._vault = folder, vault

    def receive(self, *, largest: int) -> "Incoming":
        """A new file, to be written to; longer than `largest` bytes it is refused."""
        return Incoming(self.folder, self._vault, largest)

    def open(self, file_id: UUID, key_id: str, size: int) -> BinaryIO:
        """The content of a kept file of `size` bytes, which can be read from any place. Raises FileDamaged."""
        return _opened(self.path_of(file_id), self._vault.of_file(file_id, key_id), file_id, size)

    def path_of(self, file_id: UUID) -> Path:
        """Where a kept file lies."""
        return _place(self.folder, file_id)

    def kept(self) -> Iterator[tuple[UUID, Path, int]]:
        """Every file that lies there, with its size as sealed; what is none of ours is passed over."""
        for shelf in _entries(self.folder / KEPT):
            for entry in _entries(Path(shelf.path)) if shelf.is_dir() else ():
                with suppress(ValueError, FileNotFoundError):
                    yield UUID(entry.name), Path(entry.path), entry.stat().st_size

    def left_over(self) -> list[Path]:
        """What broken-off uploads left behind, and what is coming in just now."""
        return [Path(entry.path) for entry in _entries(self.folder / COMING)]

    def has_room(self) -> bool:
        """Whether a file would be taken."""
        return not self.folder.is_dir() or _has_room(self.folder)


class Incoming:
    """A file on its way in: sealed as it comes, and gone again unless a deed keeps it.

    It never raises while it is written to: what is too large or finds no room is remembered as `fault`, the rest of it
    goes nowhere, and the form around it is read to its end, so that a page can say which file it was.
    """

    def __init__(self, folder: Path, vault: Vault, largest: int) -> None:
        self.id, self.key_id = uuid4(), vault.key_id
        self.size = 0
        self.too_large = False
        self.fault: StorageFull | None = None
        self._folder, self._largest = folder, largest
        self._cipher = vault.of_file(self.id, self.key_id)
        self._digest, self._pending, self._blocks = hashlib.sha256(), bytearray(), 0
        self._path = folder / COMING / self.id.hex
        self._file: BinaryIO | None = None
        self._whole = self._kept = False
        self._kind: tuple[FileKind | None] | None = None

    @property
    def sha256(self) -> bytes:
        """Of what was sent."""
        return self._digest.digest()

    def write(self, data: bytes) -> int:
        """Take more of it."""
        if self.fault is None and not self.too_large:
            self.size += len(data)
            if self.size > self._largest:
                self.too_large = True
                self.discard()
            else:
                with self._or_full():
                    self._take(data)
        return len(data)

    def seek(self, *_: int) -> int:
        """What reads a form rewinds a file when it has all of it: then it is whole."""
        self.finish()
        return 0

    def finish(self) -> None:
        """That was all: bring it to the disk, unless it is empty. Said again it changes nothing."""
        if self._whole or self.fault is not None or self.too_large or not self.size:
            return
        with self._or_full():
            self._seal(bytes(self._pending), last=True)
            file = self._opened()
            file.flush()
            os.fsync(file.fileno())
            file.close()
            self._whole = True

    def kind(self) -> FileKind | None:
        """What it is by its content; None when it is of no kind that is taken, or not whole. Looked through once."""
        if self._kind is None:
            self._kind = (self._found_kind(),)
        return self._kind[0]

    def read(self) -> BinaryIO:
        """Its content, once it is whole."""
        return _opened(self._path, self._cipher, self.id, self.size)

    def keep(self) -> None:
        """Give it its place, for good; it is on the disk when this returns. Raises StorageFull."""
        target = _place(self._folder, self.id)
        with _full_said():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.rename(target)
            self._path, self._kept = target, True
            for folder in (target.parent, target.parent.parent):
                _sync(folder)

    def discard(self) -> None:
        """Leave nothing of it, wherever it is."""
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """The request is over: leave nothing of it unless a deed kept it."""
        if not self._kept:
            self.discard()

    def _found_kind(self) -> FileKind | None:
        if not self._whole or not self.size:
            return None
        with self.read() as content:
            return kind_of(content, self.size)

    def _take(self, data: bytes) -> None:
        self._digest.update(data)
        self._pending += data
        # One more byte than a block: the last block is never empty, unless the file is.
        while len(self._pending) > BLOCK:
            self._seal(bytes(self._pending[:BLOCK]), last=False)
            del self._pending[:BLOCK]

    def _seal(self, block: bytes, *, last: bool) -> None:
        self._opened().write(self._cipher.encrypt(_nonce(self._blocks, last=last), block, b""))
        self._blocks += 1

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not _has_room(self._path.parent):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "wb")
        return self._file

    @contextmanager
    def _or_full(self) -> Iterator[None]:
        try:
            with _full_said():
                yield
        except StorageFull as fault:
            self.fault = fault
            self.discard()
        except OSError:
            self.discard()
            raise


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent: its content, sealed and on the disk, and the name it came with."""

    name: str
    content: Incoming


class _Sealed(io.RawIOBase):
    """Reads a sealed file from any place, a block at a time."""

    def __init__(self, path: Path, cipher: Aead, file_id: UUID, size: int) -> None:
        super().__init__()
        self._cipher, self._id, self._size, self._at = cipher, file_id, size, 0
        self._last = max(size - 1, 0) // BLOCK
        self._number, self._block = -1, b""
        try:
            self._file = path.open("rb")
        except FileNotFoundError as exc:
            raise FileDamaged(f"Expected file {file_id}, but it is not there") from exc
        if os.fstat(self._file.fileno()).st_size != sealed_size(size):
            self.close()
            raise FileDamaged(f"Expected file {file_id} to hold {size} bytes, but it holds more or fewer")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max({io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        number, start = divmod(self._at, BLOCK)
        if self._at >= self._size:
            return 0
        self._load(number)
        found = self._block[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(number * (BLOCK + TAG_BYTES))
        sealed = self._file.read(BLOCK + TAG_BYTES)
        try:
            self._block = self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, b"")
        except (InvalidTag, ValueError) as exc:
            raise FileDamaged(f"Expected block {number} of file {self._id} to be whole, but it is not") from exc
        self._number = number


def sealed_size(size: int) -> int:
    """How many bytes a file of `size` bytes takes once sealed."""
    return size + TAG_BYTES * (max(size - 1, 0) // BLOCK + 1)


def _opened(path: Path, cipher: Aead, file_id: UUID, size: int) -> BinaryIO:
    return io.BufferedReader(_Sealed(path, cipher, file_id, size), BLOCK)


def _nonce(number: int, *, last: bool) -> bytes:
    # Unique under the file's own key: each block is sealed once, in its place.
    return number.to_bytes(8, "big") + int(last).to_bytes(4, "big")


def _place(folder: Path, file_id: UUID) -> Path:
    return folder / KEPT / file_id.hex[:2] / file_id.hex


def _has_room(folder: Path) -> bool:
    disk = shutil.disk_usage(folder)
    return disk.free > min(SPARE, disk.total // SPARE_SHARE)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _full_said() -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno not in _FULL:
            raise
        raise StorageFull(f"Expected room for a file, but there is none: {exc.strerror}") from exc
