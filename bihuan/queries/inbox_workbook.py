"""A view of 我的待办 as a workbook (.xlsx). Imported only where one is made: its library is slow to load."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bihuan.domain.clock import BEIJING
from bihuan.queries.inbox import InboxRow
from bihuan.queries.reports import as_of_words
from bihuan.queries.sheets import FIRST_ROW, finish, heading, new_book, new_sheet, saved, write
from bihuan.queries.words import PARTS

TITLES: Final = (
    "编号", "标题", "事项", "渠道", "办理环节", "分工", "办理单位", "依据", "到期", "剩余时间", "催办次数", "签收",
)  # fmt: skip


def inbox_workbook(rows: Sequence[InboxRow], *, title: str, whose: str, as_of: datetime, cut: bool) -> bytes:
    """The rows as one sheet. They come veiled: whoever made them saw to it that nobody who complained is named."""
    book = new_book(whose, title)
    sheet = new_sheet(book, title, title, f"{whose} · 截至{as_of_words(as_of)} · {len(rows)} 项")
    heading(sheet, TITLES)
    for number, row in enumerate(rows, FIRST_ROW):
        for column, text in enumerate(_cells(row), 1):
            write(sheet.cell(number, column), text)
    if cut:
        write(sheet.cell(len(rows) + FIRST_ROW, 1), f"只列出前 {len(rows)} 项")
    finish(sheet)
    return saved(book)


def _cells(row: InboxRow) -> tuple[str, ...]:
    due = row.nearness.due_at.astimezone(BEIJING).isoformat(" ", "minutes")[:16] if row.nearness.due_at else ""
    return (
        row.case_no, row.subject, row.matter, row.channel, row.step, PARTS[row.part] if row.part else "", row.group,
        " ".join(row.clauses), due, row.nearness.words, str(row.reminders) if row.reminders else "",
        row.claimed_by or "",
    )  # fmt: skip
