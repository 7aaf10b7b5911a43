"""A zip that is sent while it is made: whatever its size, no more than a piece of it lies in memory.

The last files in it list all the others with their SHA-256, so that whoever has it can tell that it is whole.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.clock import BEIJING

MANIFEST, SUMS = "清单.json", "清单.sha256"
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a pack; `packed`: it is small enough as it is."""

    path: str
    blocks: Iterable[bytes]
    packed: bool = False


class _Sink:
    """What the zip is written to, and taken from piece by piece."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """All that was written since."""
        found = b"".join(self._written)
        self._written.clear()
        return found


def packed(parts: Iterable[Part], at: datetime, about: dict[str, str]) -> Iterator[bytes]:
    """The zip, in pieces. `about`: what the manifest says besides its files."""
    sink, listed = _Sink(), []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[call-overload]
        for part in parts:
            digest, size = hashlib.sha256(), 0
            with package.open(_entry(part, at), "w", force_zip64=part.packed) as file:
                for block in part.blocks:
                    file.write(block)
                    digest.update(block)
                    size += len(block)
                    yield sink.taken()
            listed.append({"path": part.path, "bytes": size, "sha256": digest.hexdigest()})
        for part in _manifest(listed, about):
            package.writestr(_entry(part, at), b"".join(part.blocks))
        yield sink.taken()
    yield sink.taken()


def _manifest(listed: list[dict[str, object]], about: dict[str, str]) -> Iterator[Part]:
    manifest = json.dumps({**about, "files": listed}, ensure_ascii=False, indent=2)
    yield Part(MANIFEST, [manifest.encode()])
    # As sha256sum reads it.
    lines = [
        *((one["sha256"], one["path"]) for one in listed),
        (hashlib.sha256(manifest.encode()).hexdigest(), MANIFEST),
    ]
    yield Part(SUMS, ["".join(f"{digest}  {path}\n" for digest, path in lines).encode()])


def _entry(part: Part, at: datetime) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(part.path, at.astimezone(BEIJING).timetuple()[:6])
    found.compress_type = zipfile.ZIP_STORED if part.packed else zipfile.ZIP_DEFLATED
    found.create_system, found.external_attr = _UNIX, _PLAIN_FILE
    return found
