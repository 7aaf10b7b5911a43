"""Mutants of what stands beside the diagrams: decision tables, forms, and the locality's internal limits."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from bihuan.engine import Definition, ElementInfo
from bihuan.engine.reading.xml import local, read, text_of, written
from bihuan.locality.files import Files
from bihuan.locality.folder import Locality
from bihuan.play.life import FORMS
from bihuan.play.mutants.mutant import Mutant
from bihuan.play.mutants.sheet import Element, remove

ANYTHING: Final = "-"


def table_mutants(file: str, content: bytes, definition: Definition) -> Iterator[Mutant]:
    """A row less, a row that gives what another gives, a row that asks less."""
    for place, decision in enumerate(_decisions(read(content))):
        table, name = decision.get("id", ""), decision.get("name", "")
        users = [one for one in definition.elements() if one.decision == table]
        for row, operator, words, changed in _rows(content, place):
            yield Mutant(f"{table}/第{row}行", name, operator, words, file, changed, _places(users), _clauses(users))


def form_mutants(files: Files, locality: Locality, definition: Definition) -> Iterator[Mutant]:
    """Each answer that is required of a task or button, no longer so."""
    for form in locality.forms.values():
        users = _askers(form.id, locality.settings.process, definition)
        for field in form.fields if users else ():
            if field.required:
                changed = partial(_optional, files[form.file], field.key)
                place, visits = f"form:{form.id}/{field.key}", _places(users)
                yield Mutant(place, field.label, "必填改为选填", "", form.file, changed, visits, _clauses(users))


def limit_mutants(files: Files, locality: Locality, definition: Definition) -> Iterator[Mutant]:
    """Each internal limit (内部时限) a working day more, and a working day less."""
    file = f"{locality.id}/locality.toml"
    for name, limit in locality.settings.limits.items():
        users = [one for one in definition.elements() if _counts_by(name, one)]
        for operator, to in (("时限加1", limit.workdays + 1), ("时限减1", limit.workdays - 1)):
            if to > 0:
                words, changed = f"{limit.workdays} → {to}", partial(_limited, files[file], name, to)
                yield Mutant(
                    f"limit:{name}", "内部时限", operator, words, file, changed, _places(users), _clauses(users)
                )


def _places(users: list[ElementInfo]) -> frozenset[str]:
    return frozenset(f"{one.process}/{one.id}" for one in users)


def _clauses(users: list[ElementInfo]) -> frozenset[str]:
    return frozenset(clause for one in users for clause in one.clause.split())


def _askers(form: str, main: str, definition: Definition) -> list[ElementInfo]:
    """The tasks, buttons and openings that ask a form; requests are handed in by forms that no diagram names."""
    by_requests = definition.processes[main].start if form in FORMS.values() else None
    return [one for one in definition.elements() if one.form == form or (one.process, one.id) == (main, by_requests)]


def _counts_by(limit: str, element: ElementInfo) -> bool:
    pattern = re.compile(rf"""limit\(\s*["']{re.escape(limit)}["']\s*\)""")
    return any(pattern.search(text or "") for text in (element.timer, element.until, element.requires, element.to))


def _limited(content: bytes, name: str, to: int) -> bytes:
    pattern = rf"(\[internal_limits\.{re.escape(name)}\][^\[]*?workdays\s*=\s*)\d+"
    return re.sub(pattern, rf"\g<1>{to}", content.decode("utf-8"), count=1).encode()


def _optional(content: bytes, key: str) -> bytes:
    schema = json.loads(content)
    for component in _components(schema):
        if component.get("key") == key:
            component["validate"] = {**component.get("validate", {}), "required": False}
    return json.dumps(schema, ensure_ascii=False).encode()


def _components(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in schema.get("components", ()):
        yield component
        yield from _components(component)


def _decisions(root: Element) -> list[Element]:
    return [one for one in root.iter() if local(one) == "decision"]


def _rows(content: bytes, place: int) -> Iterator[tuple[int, str, str, Callable[[], bytes]]]:
    """Each row changed: its number, how, in words, and the file."""
    rows = _named(_decisions(read(content))[place], "rule")
    for number, row in enumerate(rows):
        yield number + 1, "决策表删行", "", partial(_with_row, content, place, number)
        for column, cell in enumerate(_named(row, "outputEntry")):
            others = [text for text in (_cell(other, "outputEntry", column) for other in rows) if text != text_of(cell)]
            if others:
                changed = partial(_with_row, content, place, number, "outputEntry", column, others[0])
                yield number + 1, "决策结果改变", f"{text_of(cell)} → {others[0]}", changed
        for column, cell in enumerate(_named(row, "inputEntry")):
            if (text := text_of(cell)) != ANYTHING:
                changed = partial(_with_row, content, place, number, "inputEntry", column, ANYTHING)
                yield number + 1, "决策条件去掉", text, changed


def _with_row(content: bytes, place: int, number: int, cells: str = "", column: int = 0, text: str = "") -> bytes:
    """The file with one cell of a row rewritten; with the row taken away when no cell is named."""
    root = read(content)
    row = _named(_decisions(root)[place], "rule")[number]
    if cells:
        next(one for one in _named(row, cells)[column] if local(one) == "text").text = text
    else:
        remove(row)
    return written(root)


def _cell(row: Element, cells: str, column: int) -> str:
    return text_of(_named(row, cells)[column])


def _named(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if local(one) == name]
