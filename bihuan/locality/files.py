"""The files of a locality's folder, as bytes by path: read from disk with limits, or from the database, and their hash.

Paths are relative to `processes/`: `zibo/request.bpmn`, `common/forms/rating.form`. Nothing outside the two folders is
ever read, no link is followed, and what is not on the list below is refused.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bihuan.engine.errors import Finding
from bihuan.locality.faults import FolderFault

Files = Mapping[str, bytes]

COMMON: Final = "common"
MOST_FILES: Final = 500
LARGEST_FOLDER: Final = 32 * 1024 * 1024

_KB: Final = 1024
_ALLOWED: Final[Mapping[tuple[str, str], int]] = {
    ("", ".bpmn"): 1024 * _KB,
    ("", ".dmn"): 1024 * _KB,
    ("", ".toml"): 256 * _KB,
    ("forms", ".form"): 256 * _KB,
    ("notices", ".txt"): 16 * _KB,
    ("documents", ".docx"): 4096 * _KB,
    ("reports", ".toml"): 256 * _KB,
    ("reports", ".docx"): 4096 * _KB,
    ("scenarios", ".toml"): 256 * _KB,
}
SAMPLES: Final = "samples.toml"
"""What a demonstration of the locality begins with: beside its settings, and no part of a deployment."""
_TOML: Final = frozenset({"locality.toml", "organisation.toml", "rules.toml", "replies.toml", "mutants.toml"})
_NAME: Final = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9_.\-\u4e00-\u9fff]{0,99}")
_FOLDER_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,31}")


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a locality's folder and of `common` beside it.

    Files that do not belong to a deployment (README.md, samples.toml, hidden ones) are left out. Raises FolderFault
    with every file that is not accepted.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise FolderFault([Finding("L01", str(folder.name), "", "", "没有这个目录", "核对目录名称，如 processes/zibo")])
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    size = 0
    for top in (folder, folder.parent / COMMON):
        for path, name in _walk(top, findings):
            try:
                files[name] = _read(path, name)
                size += len(files[name])
            except FolderFault as fault:
                findings += fault.findings
            if len(files) > MOST_FILES or size > LARGEST_FOLDER:
                limit = f"最多 {MOST_FILES} 个文件，共 {LARGEST_FOLDER // _KB // _KB} MB"
                raise FolderFault([*findings, Finding("L01", name, "", "", "目录过大", limit)])
    if findings:
        raise FolderFault(findings)
    return files


def refuse_bad_paths(files: Files) -> None:
    """Check files that did not come from disk (an upload, the database) by the same rules. Raises FolderFault."""
    findings = [finding for name, content in files.items() for finding in _judge(name, len(content))]
    if len(files) > MOST_FILES or sum(map(len, files.values())) > LARGEST_FOLDER:
        findings.append(Finding("L01", "", "", "", "文件过多或过大", f"最多 {MOST_FILES} 个文件"))
    if findings:
        raise FolderFault(findings)


def content_hash(files: Files) -> str:
    """SHA-256 (hex) over all paths and contents: the name of a deployment (部署)."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _walk(top: Path, findings: list[Finding]) -> Iterator[tuple[str, str]]:
    """Each file of a deployment under this folder: its path, and its name from the folder's own on."""
    if top.is_symlink():
        findings.append(Finding("L01", top.name, "", "", "是一个链接", "放入目录本身"))
    elif top.is_dir():
        yield from _inside(str(top), top.name, findings)


def _inside(folder: str, name: str, findings: list[Finding]) -> Iterator[tuple[str, str]]:
    folders = []
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        inside = f"{name}/{entry.name}"
        if entry.is_symlink():
            findings.append(Finding("L01", inside, "", "", "是一个链接", "放入文件本身"))
        elif entry.name.startswith("."):
            continue
        elif entry.is_dir():
            folders.append((entry.path, inside))
        elif not entry.name.endswith(".md") and (entry.name != SAMPLES or "/" in name):
            yield entry.path, inside
    for path, inside in folders:
        yield from _inside(path, inside, findings)


def _read(path: str, name: str) -> bytes:
    # Opened first and judged by its handle, so that it cannot be exchanged in between.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise FolderFault([Finding("L01", name, "", "", "不是普通文件", "放入文件本身")])
        findings = list(_judge(name, found.st_size))
        if findings:
            raise FolderFault(findings)
        return file.read(found.st_size)


def _judge(name: str, size: int) -> Iterator[Finding]:
    parts = name.split("/")
    room, ending = "/".join(parts[1:-1]), os.path.splitext(name)[1]
    limit = _ALLOWED.get((room, ending))
    fits = len(parts) in (2, 3) and _FOLDER_ID.fullmatch(parts[0]) and all(_NAME.fullmatch(part) for part in parts[1:])
    if not fits or limit is None:
        known = "、".join(f"{room or '.'}/*{ending}" for room, ending in _ALLOWED)
        yield Finding("L01", name[:200], "", "", "这里不接受这种文件或文件名", f"可用：{known}；名称用字母、数字、汉字")
    elif not room and ending == ".toml" and (parts[-1] not in _TOML or parts[0] == COMMON):
        yield Finding("L01", name, "", "", "不认识的设置文件", f"设置文件只有 {'、'.join(sorted(_TOML))}")
    elif size > limit:
        yield Finding("L01", name, "", "", f"文件超过 {limit // _KB} KB", "精简后重新放入")
