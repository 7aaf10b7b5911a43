"""Reply templates (答复模板): the words an officer begins with, in a locality's own phrasing, as its replies.toml says.

A template belongs to one field of one or several forms. Facts of the case stand in it as ${case_no}, from a closed
list without anybody's data; what only the officer knows as 【填写：核实情况】, which no answer that is handed in may
still hold (locality/answers.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.locality.faults import Notes
from bihuan.locality.tables import Table

REPLY_WORDS: Final[Mapping[str, str]] = {
    "case_no": "编号",
    "locality": "辖区名称",
    "unit": "承办单位",
    "category": "诉求类别",
    "received_on": "收到诉求的日期",
    "dispatched_on": "接收工单的日期",
    "due": "本环节的到期时间",
    "today": "今天的日期",
}
MOST: Final = 200
_PLACEHOLDER: Final = re.compile(r"\$\{([^${}]*)\}")


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """One template: what it is called, the forms and the field it is for, its text. A paragraph a line."""

    name: str
    forms: tuple[str, ...]
    field: str
    text: str

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(self.text))

    def filled(self, words: Mapping[str, str]) -> str:
        """The text with the facts put in; one that is not known yet is left for the officer to fill in."""

        def word(found: re.Match[str]) -> str:
            return words.get(found[1]) or f"【填写：{REPLY_WORDS.get(found[1], found[1])}】"

        return _PLACEHOLDER.sub(word, self.text)


def read_replies(table: Table, notes: Notes) -> tuple[ReplyTemplate, ...]:
    """The templates in replies.toml, in its order; faults are noted."""
    found: list[ReplyTemplate] = []
    for one in table.tables("reply"):
        made = ReplyTemplate(
            one.text("name", pattern=r".{1,40}", cure="填写不超过 40 字的名称"),
            one.texts("form"),
            one.text("field", pattern=r"[A-Za-z_]\w{0,63}", cure="填写表单中文字项的名称"),
            "\n".join(one.texts("text")),
        )
        if "${" in _PLACEHOLDER.sub("", made.text):
            notes.add(made.name, "含有没有写完的 ${…}", "写作 ${case_no} 这样的占位符")
        if any(made.name == other.name and made.field == other.field for other in found):
            notes.add(made.name, "同一项有两个同名的答复模板", "换一个名称，或删去其一")
        found.append(made)
    if len(found) > MOST:
        notes.add("reply", f"答复模板超过 {MOST} 个", "删去不用的")
    return tuple(found)
