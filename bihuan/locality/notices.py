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
    WHEN: "通知内容（payload）写明的时间 when",
}
LONGEST_SUBJECT: Final = 120
_PLACEHOLDER: Final = re.compile(r"\$\{([^${}]*)\}")


@dataclass(frozen=True, slots=True)
class Notice:
    """One template. `id` is the file's name without its ending, which a notice event's payload names."""

    id: str
    file: str
    subject: str
    body: str

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(self.subject + self.body))

    def same_words(self, other: "Notice") -> bool:
        """Whether both say the same, whichever file they stand in."""
        return (self.subject, self.body) == (other.subject, other.body)

    def render(self, words: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the words put in, once: a word that looks like a placeholder stays as it is."""

        def word(found: re.Match[str]) -> str:
            return words.get(found[1], "")

        subject = _PLACEHOLDER.sub(word, self.subject)
        return " ".join(subject.split()), _PLACEHOLDER.sub(word, self.body)


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
    if "${" in _PLACEHOLDER.sub("", text) or any(not c.isprintable() and c not in "\n\t\u3000" for c in text):
        notes.add("", "含有没有写完的 ${…} 或不可见字符", "写作 ${case_no} 这样的占位符")
    notes.refuse_if_any()
    return Notice(file.rsplit("/", 1)[-1].removesuffix(".txt"), file, subject.strip(), body.strip() + "\n")


def subject_without_words(subject: str) -> str:
    """A template's subject for lists of templates: without its placeholders and the brackets left empty."""
    return re.sub(r"（）|\(\)|【】", "", " ".join(_PLACEHOLDER.sub("", subject).split())).strip("：， ")
