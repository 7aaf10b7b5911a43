"""Messages that people sent and when they were answered, from CSV or XLSX; each row that cannot be used is named."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput

LARGEST = 100 * 1024 * 1024
LONGEST_CELL = 100_000
NEEDED = ("id", "subject", "body", "sent_at")


@dataclass(frozen=True, slots=True)
class Message:
    """One row: `row` is its number in the file as a spreadsheet shows it."""

    row: int
    id: str
    author: str
    subject: str
    body: str
    sent_at: datetime
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was left out, and why."""

    row: int
    why: str

    def __str__(self) -> str:
        return f"第 {self.row} 行：{self.why}"


def read_messages(path: Path) -> tuple[list[Message], list[RowFault]]:
    """All messages of the file in its order, and the rows that are none. Raises BadInput when the file is no table."""
    if path.stat().st_size > LARGEST:
        raise BadInput(path.name, "", f"文件超过 {LARGEST // 1024 // 1024} MB", "分成几个文件")
    rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    messages: list[Message] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            message = _message(number, row)
            if message.id in seen:
                raise ValueError(f"编号 {message.id} 与第 {seen[message.id]} 行重复")
        except ValueError as fault:
            faults.append(RowFault(number, str(fault)))
        else:
            seen[message.id] = number
            messages.append(message)
    return messages, faults


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = _header(path, next(reader, []))
            for number, cells in enumerate(reader, start=2):
                if any(cells):
                    yield number, dict(zip(header, cells, strict=False))
    except UnicodeDecodeError as fault:
        raise BadInput(path.name, f"第 {fault.start} 字节", "不是 UTF-8 文本", "另存为 UTF-8 编码的 CSV") from fault
    except csv.Error as fault:
        raise BadInput(path.name, "", f"不是有效的 CSV（{fault}）", "检查引号是否成对") from fault


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    from openpyxl import load_workbook  # slow to load: only who reads a workbook pays

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except Exception as fault:  # openpyxl lets through whatever its parsers raise
        raise BadInput(path.name, "", "不是有效的 XLSX 工作簿", "用 Excel 或 WPS 另存为 .xlsx") from fault
    try:
        rows = workbook.worksheets[0].iter_rows(values_only=True)
        header = _header(path, [_cell(value) for value in next(rows, ())])
        for number, values in enumerate(rows, start=2):
            cells = [_cell(value) for value in values]
            if any(cells):
                yield number, dict(zip(header, cells, strict=False))
    finally:
        workbook.close()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if missing := [name for name in NEEDED if name not in header]:
        raise BadInput(
            path.name, "第 1 行", f"缺少列 {'、'.join(missing)}", f"第一行写列名，至少有 {'、'.join(NEEDED)}"
        )  # fmt: skip
    return header


def _message(number: int, row: Mapping[str, str]) -> Message:
    for name in NEEDED:
        if not row.get(name, "").strip():
            raise ValueError(f"{name} 为空")
    if any(len(cell) > LONGEST_CELL for cell in row.values()):
        raise ValueError(f"单元格超过 {LONGEST_CELL} 字")
    sent_at = _instant("sent_at", row["sent_at"])
    replied = row.get("replied_at", "").strip()
    replied_at = _instant("replied_at", replied) if replied else None
    if replied_at is not None and replied_at < sent_at:
        raise ValueError(f"replied_at {replied} 早于 sent_at {row['sent_at'].strip()}")
    return Message(
        number, row["id"].strip(), row.get("author", "").strip(), row["subject"].strip(), row["body"].strip(), sent_at,
        replied_at,
    )  # fmt: skip


def _instant(name: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{name} 不是时间：{text.strip()[:40]}，应写作 2026-09-29T16:00:00+08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)
