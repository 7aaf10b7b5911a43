"""Texts of notices (通知): first line the subject, the rest the body, with ${placeholders} from a closed list.

A notice never says who complained or what people wrote: the list has no such word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.locality.faults import Notes

WHEN: Final = "when"
NOTICE_WORDS: Final[Mapping[str, str]] = {
    "case_no": "编号",
    "clause": "依据（文件名称和条款）",
    "unit": "承办单位",
    "recipient": "收件单位",
    "task": "时限所在的环节",
    "due": "到期时间",
    "locality": "辖区名称",
    WHEN: "通知所述的时间",
}
LONGEST_SUBJECT: Final = 120
LONGEST_BODY: Final = 4000
_PLACEHOLDER: Final = re.compile(r"\$\{([^${}]*)\}")
_SPACED: Final = re.compile(rf"\s*{_PLACEHOLDER.pattern}\s*")


@dataclass(frozen=True, slots=True)
class Notice:
    """One template. `id` is the file's name without its ending, which a notice event's payload names."""

    id: str
    file: str
    subject: str
    body: str

    @property
    def name(self) -> str:
        """What lists of templates call it: its subject without the placeholders and the brackets left empty."""
        return re.sub(r"（）|\(\)|【】|“”", "", _SPACED.sub("", self.subject)).strip("：， ")

    @property
    def placeholders(self) -> frozenset[str]:
        return placeholders(self.subject + self.body)

    def same_words(self, other: "Notice") -> bool:
        """Whether both say the same, whichever file they stand in."""
        return (self.subject, self.body) == (other.subject, other.body)

    def render(self, words: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the words put in, once: a word that looks like a placeholder stays as it is."""

        def word(found: re.Match[str]) -> str:
            return words.get(found[1], "")

        subject = _PLACEHOLDER.sub(word, self.subject)
        return " ".join(subject.split()), _PLACEHOLDER.sub(word, self.body)


def faults_of(subject: str, body: str) -> dict[str, str]:
    """What keeps this, as somebody types it, from being a notice: by part (subject, body), in plain words."""
    found = {}
    for part, name, text, longest in (
        ("subject", "标题", subject, LONGEST_SUBJECT), ("body", "正文", body, LONGEST_BODY),
    ):  # fmt: skip
        if not 0 < len(text.strip()) <= longest:
            found[part] = f"请填写{name}，不超过 {longest} 字。"
        elif _is_broken(text.replace("\r\n", "\n")):
            found[part] = "含有没有写完的占位符或不可见字符；占位符写作 ${case_no} 这样。"
        elif unknown := sorted(placeholders(text) - NOTICE_WORDS.keys()):
            wrong = "、".join(f"${{{word}}}" for word in unknown)
            known = "；".join(f"${{{word}}} {meaning}" for word, meaning in NOTICE_WORDS.items())
            found[part] = f"没有占位符 {wrong}，发出后是空白。可用的有：{known}。"
    return found


def placeholders(text: str) -> frozenset[str]:
    """The names of the placeholders in a text, known or not."""
    return frozenset(_PLACEHOLDER.findall(text))


def read_notice(file: str, content: bytes) -> Notice:
    """The template in a file. Raises FolderFault when it is not text, has no subject or no body, or a broken ${…}."""
    notes = Notes(file, "L06")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        notes.add("", "不是 UTF-8 文本", "用 UTF-8 编码保存", rule="L02")
        text = ""
    subject, _, body = text.partition("\n")
    notes.refuse_if_any()
    if not subject.strip() or len(subject) > LONGEST_SUBJECT:
        notes.add("第1行", "缺少标题，或标题过长", f"第一行写标题，不超过 {LONGEST_SUBJECT} 字")
    if not body.strip():
        notes.add("第2行", "缺少正文", "从第二行起写正文")
    if _is_broken(text):
        notes.add("", "含有没有写完的 ${…} 或不可见字符", "写作 ${case_no} 这样的占位符")
    notes.refuse_if_any()
    return Notice(file.rsplit("/", 1)[-1].removesuffix(".txt"), file, subject.strip(), body.strip() + "\n")


def _is_broken(text: str) -> bool:
    return "${" in _PLACEHOLDER.sub("", text) or any(not c.isprintable() and c not in "\n\t\u3000" for c in text)
