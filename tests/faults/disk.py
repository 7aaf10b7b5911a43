"""A small disk for attachments that can be filled to its last byte: a file system of its own, where one can be had."""

import ctypes
import errno
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 96 * 1024 * 1024
_LIBC = ctypes.CDLL(None, use_errno=True)
_DETACH = 2


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """As a quota: the kernel refuses to write more into a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class SmallDisk:
    """`is_real` when it is a disk of its own; else a folder that nobody can fill without filling the machine's."""

    def __init__(self, size: int = SIZE) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bihuan-disk-"))
        options = f"size={size},mode=0755".encode()
        self.is_real = _LIBC.mount(b"tmpfs", os.fsencode(self.folder), b"tmpfs", 0, options) == 0

    def fresh(self, name: str) -> Path:
        """An empty folder of this name, all others gone."""
        self.make_room()
        for each in self.folder.iterdir():
            shutil.rmtree(each)
        (self.folder / name).mkdir()
        return self.folder / name

    def fill(self) -> None:
        """Leave no room for anything."""
        with (self._ballast).open("wb", buffering=0) as ballast:
            for block in (bytes(1 << 20), bytes(1 << 12)):
                try:
                    while True:
                        ballast.write(block)
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise

    def make_room(self) -> None:
        """As it was."""
        self._ballast.unlink(missing_ok=True)

    @contextmanager
    def full(self) -> Iterator[None]:
        """No room for a while: truly none, or as by a quota of this process's."""
        if not self.is_real:
            with no_file_longer_than(0):
                yield
            return
        self.fill()
        try:
            yield
        finally:
            self.make_room()

    def close(self) -> None:
        """Give it back."""
        if self.is_real:
            _LIBC.umount2(os.fsencode(self.folder), _DETACH)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"
