"""Rules about how cases begin: somebody can open each procedure (事项流程), and is asked what it is about."""

from collections.abc import Iterator

from bihuan.domain.access import COMPLAINANT
from bihuan.locality.rules import groups
from bihuan.locality.rules.drawn import Drawn, Fault, Place

SUBJECT = "subject"


def procedures_can_be_opened(drawn: Drawn) -> Iterator[Fault]:
    """A procedure that no request begins is opened by desks that are named, with a form, or by the calendar."""
    for start in _starts(drawn):
        properties = start.node.properties
        if start.node.event == "":
            cure = "开始事件改为消息事件并写 audience 和 form，或改为定时开始，或由其他流程调用"
            yield start.fault("没有人能开办这个事项", cure)
        elif start.node.event == "message" and not (properties.get("audience") and properties.get("form")):
            yield start.fault("没有写明由谁开办、填什么表单", "在开始事件上写 audience（单位）和 form（表单）")
        elif "${" in start.groups or COMPLAINANT in groups.written(start.groups):
            yield start.fault(f"开办单位写作 {start.groups}，开办之前无从得知", "直接写单位，如 audience=platform")


def opening_forms_ask_for_a_subject(drawn: Drawn) -> Iterator[Fault]:
    """The form that a procedure is opened with has a required subject, by which people tell its cases apart."""
    for start in _starts(drawn):
        form = drawn.locality.forms.get(start.form)
        if form is None:
            continue
        asked = {field.key for field in form.fields if field.required and not field.hide and field.type == "textfield"}
        if SUBJECT not in asked:
            cure = f"增加文本字段 {SUBJECT}，设为必填"
            yield Fault(form.file, SUBJECT, "", f"开办表单没有必填的 {SUBJECT}（标题）", cure)


def _starts(drawn: Drawn) -> Iterator[Place]:
    """The start events of all procedures but the main one."""
    for process in drawn.procedures():
        if process.id != drawn.locality.settings.process:
            yield from (drawn.at(process, start.id) for start in process.body.starts())
