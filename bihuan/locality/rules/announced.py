"""Rules about what the portal announces: only what is drawn, and nothing that anybody else wrote."""

from collections.abc import Iterator

from bihuan.locality.documents import BY, ON
from bihuan.locality.rules.drawn import Drawn, Fault


def announcements_name_what_there_is(drawn: Drawn) -> Iterator[Fault]:
    """The announcement (公告) is of a procedure that reaches its milestone, and prints one form, without names."""
    announcing = drawn.locality.settings.announcement
    if announcing is None:
        return
    if announcing.procedure not in drawn.processes or announcing.procedure == drawn.locality.settings.process:
        yield _fault(drawn, "procedure", f"流程 {announcing.procedure} 不是画出的事项流程", "写开办事项的流程 id")
    if announcing.milestone not in drawn.milestones():
        yield _fault(drawn, "milestone", f"没有元素设置里程碑 {announcing.milestone}", "写发布时到达的里程碑")
    form = drawn.locality.forms.get(announcing.form)
    if form is None:
        yield _fault(drawn, "form", f"没有表单 {announcing.form}", "核对 forms/ 中的名称")
    elif announcing.text not in {field.key for field in form.fields if not field.control}:
        yield _fault(drawn, "text", f"表单 {announcing.form} 没有文字项 {announcing.text}", "写公告正文这一项的 key")
    document = drawn.locality.documents.get(announcing.document)
    if document is None:
        yield _fault(drawn, "document", f"没有文书 {announcing.document}", "写 documents/ 中文书的名称")
        return
    known = {(announcing.form, field.key) for field in form.fields} | {(announcing.form, ON)} if form else set()
    for name in sorted(document.placeholders):
        if name.partition(".")[::2] not in known:
            cure = f"公告全文公开，只用表单 {announcing.form} 的各项，不用 {BY} 等填表人"
            yield _fault(drawn, "document", f"文书 {announcing.document} 的占位符 {name} 不能公开", cure)


def _fault(drawn: Drawn, place: str, fault: str, cure: str) -> Fault:
    return Fault(f"{drawn.locality.id}/locality.toml", f"portal.announcement.{place}", "", fault, cure)
