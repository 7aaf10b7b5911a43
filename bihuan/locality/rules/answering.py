"""Rules about reply templates (答复模板): each belongs to a text of a form, fits into it, and says what can be said."""

from collections.abc import Iterator

from bihuan.locality.fields import Field
from bihuan.locality.replies import REPLY_WORDS, ReplyTemplate
from bihuan.locality.rules.drawn import Drawn, Fault

TEXTS = ("textarea", "textfield")


def replies_fit_their_fields(drawn: Drawn) -> Iterator[Fault]:
    """Every form a template names has its field, which takes text, and enough of it; placeholders are of the list."""
    file = f"{drawn.locality.id}/replies.toml"
    for reply in drawn.locality.replies:
        for fault, cure in _faults(drawn, reply):
            yield Fault(file, reply.field, reply.name, fault, cure)


def _faults(drawn: Drawn, reply: ReplyTemplate) -> Iterator[tuple[str, str]]:
    if not reply.text or not reply.forms:
        yield "没有写明表单或正文", '写作 form = "resolve"，text = ["第一段", "第二段"]'
    for word in sorted(reply.placeholders - REPLY_WORDS.keys()):
        yield f"占位符 ${{{word}}} 不能用", f"可用：{'、'.join(REPLY_WORDS)}"
    for name in reply.forms:
        form = drawn.locality.forms.get(name)
        field = next((one for one in form.fields if one.key == reply.field), None) if form else None
        if form is None:
            yield f"没有表单 {name}", "核对 forms/ 中的名称"
        elif field is None or field.type not in TEXTS or field.control:
            texts = "、".join(one.key for one in form.fields if one.type in TEXTS) or "无"
            yield f"表单 {name} 没有文字项 {reply.field}", f"可用：{texts}"
        elif field.longest < len(reply.text):
            yield _too_long(name, field, reply)


def _too_long(form: str, field: Field, reply: ReplyTemplate) -> tuple[str, str]:
    return f"正文 {len(reply.text)} 字，表单 {form} 的这一项最多 {field.longest} 字", "精简正文"
