"""organisation.toml with one unit other (机构调整): written into the file as a person would, comments and order kept.

What comes out is read again and compared with what was meant: a file written in a way that this cannot change is
refused, never spoilt.
"""

import json
import re
import tomllib
from typing import Any, Final

from bihuan.domain.errors import BadInput

FILE: Final = "organisation.toml"
_HEADER: Final = re.compile(r"\s*\[")
_UNIT: Final = re.compile(r"\s*\[\[\s*unit\s*\]\]")
_CURE: Final = "请流程负责人在流程目录中修改后重新部署"


def renamed(content: bytes, unit: str, *, name: str, kind: str) -> bytes:
    """The file with this name and kind for the unit. Raises BadInput."""
    lines, meant = _lines(content), _data(content)
    _of(meant, unit).update(name=name, kind=kind)
    first, last = _block(lines, unit)
    for key, value in (("name", name), ("kind", kind)):
        place = next((at for at in range(first, last) if re.match(rf"\s*{key}\s*=", lines[at])), first)
        lines[place] = f"{lines[place].partition('=')[0]}= {_quoted(value)}\n"
    return _written(lines, meant)


def with_unit(content: bytes, unit: str, *, name: str, kind: str) -> bytes:
    """The file with another unit at its end. Raises BadInput."""
    lines, meant = _lines(content), _data(content)
    meant.setdefault("unit", []).append({"id": unit, "name": name, "kind": kind})
    table = ("\n", "[[unit]]\n", f"id   = {_quoted(unit)}\n", f"name = {_quoted(name)}\n", f"kind = {_quoted(kind)}\n")
    return _written([*lines, *table], meant)


def without_unit(content: bytes, unit: str) -> bytes:
    """The file without the unit; what stands about it above stays. Raises BadInput."""
    lines, meant = _lines(content), _data(content)
    meant["unit"] = [one for one in meant["unit"] if one is not _of(meant, unit)]
    first, last = _block(lines, unit)
    while last > first and not lines[last - 1].partition("#")[0].strip():
        last -= 1  # a remark above the next table is about that one
    return _written([*lines[:first], *lines[last:]], meant)


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8-sig").replace("\r\n", "\n").splitlines(keepends=True)
    return [*lines[:-1], lines[-1].rstrip("\n") + "\n"] if lines else []


def _data(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode("utf-8-sig"))


def _of(data: dict[str, Any], unit: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in data["unit"] if one["id"] == unit)
    return found


def _block(lines: list[str], unit: str) -> tuple[int, int]:
    """The lines of the unit's table: the first, and the one after the last."""
    for first, line in enumerate(lines):
        if _UNIT.match(line):
            ends = (at for at in range(first + 1, len(lines)) if _HEADER.match(lines[at]))
            last = next(ends, len(lines))
            if any(re.match(rf"\s*id\s*=\s*[\"']{re.escape(unit)}[\"']", one) for one in lines[first:last]):
                return first, last
    raise BadInput(FILE, unit, "这个单位的写法不能在页面上修改", _CURE)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _written(lines: list[str], meant: dict[str, Any]) -> bytes:
    text = "".join(lines)
    try:
        same = tomllib.loads(text) == meant
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise BadInput(FILE, "", "文件的写法不能在页面上修改", _CURE)
    return text.encode()
