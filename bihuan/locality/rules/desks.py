"""Rules about the desks of locality.toml: what they name is in the folder."""

from collections.abc import Iterator

from bihuan.locality.desks import Sessions, Triage
from bihuan.locality.fields import Field, plain_value
from bihuan.locality.rules.drawn import Drawn, Fault
from bihuan.locality.rules.needs import known_names


def triage_names_what_there_is(drawn: Drawn) -> Iterator[Fault]:
    """The desk of triage (研判分办) has people, and forms with the fields, grounds and notices that it names."""
    triage = drawn.locality.settings.triage
    for desk in triage.desks:
        if not drawn.locality.organisation.knows(desk):
            yield _fault(drawn, "triage.desks", f"没有单位或角色 {desk}", "写单位 id，或 单位id:角色")
    yield from _missing_forms(drawn, "triage.forms", triage.forms)
    fields = _fields(drawn, triage.forms)
    for place, names in (
        ("lead", (triage.lead,)), ("supporting", triage.supporting), ("declined_by", (triage.declined_by,)),
        ("repeated_note", (triage.repeated_note,)),
    ):  # fmt: skip
        for name in filter(None, names):
            if name not in fields:
                yield _fault(drawn, f"triage.{place}", f"表单中没有 {name}", f"可用：{'、'.join(sorted(fields))}")
    yield from _grounds(drawn, triage, fields.get(triage.declined_by))


def _grounds(drawn: Drawn, triage: Triage, chosen: Field | None) -> Iterator[Fault]:
    known = {plain_value(option.value) for option in chosen.options} if chosen else set()
    for ground, notice in triage.grounds.items():
        if ground not in known:
            cure = f"可用：{'、'.join(sorted(known))}" if known else "写明 declined_by 是哪一个选择项"
            yield _fault(drawn, f"triage.grounds.{ground}", "不是表单中的选项", cure)
        if notice and notice not in drawn.locality.notices:
            yield _fault(drawn, f"triage.grounds.{ground}", f"没有通知模板 {notice}", f"放入 notices/{notice}.txt")


def sessions_name_what_there_is(drawn: Drawn) -> Iterator[Fault]:
    """The sessions (坐诊) are set by a procedure, forms, messages and a document that the folder has."""
    sessions = drawn.locality.settings.sessions
    if sessions is None:
        return
    if sessions.procedure not in drawn.processes:
        known = "、".join(sorted(drawn.processes))
        yield _fault(drawn, "sessions.procedure", f"流程 {sessions.procedure} 没有画出", f"可用：{known}")
    yield from _missing_forms(drawn, "sessions", (sessions.schedule, *sessions.forms))
    thrown = {place.message for place in drawn.places.values() if place.message}
    for place, name in (("booked", sessions.booked), ("announced", sessions.announced)):
        if name not in thrown:
            yield _fault(drawn, f"sessions.{place}", f"没有名为 {name} 的消息", "写流程图中消息的名称")
    if sessions.document not in drawn.locality.documents:
        yield _fault(drawn, "sessions.document", f"没有文书 {sessions.document}", "写 documents/ 中文书的名称")
    if sessions.order and sessions.order not in known_names(drawn):
        yield _fault(drawn, "sessions.order", f"没有数据 {sessions.order}", "写决策表的输出")
    yield from _fields_of_sessions(drawn, sessions)


def _fields_of_sessions(drawn: Drawn, sessions: Sessions) -> Iterator[Fault]:
    """Each session has its date, part of the day and unit in the schedule, each part of the day its hours."""
    chosen = _fields(drawn, (sessions.arrange,)).get(sessions.field)
    if chosen is None or not chosen.options:
        yield _fault(drawn, "sessions.field", f"表单 {sessions.arrange} 中没有选择项 {sessions.field}", "核对名称")
        return
    fields = _fields(drawn, (sessions.schedule,))
    for session, others in sessions.joint.items():
        if session not in {str(option.value) for option in chosen.options}:
            yield _fault(drawn, f"sessions.joint.{session}", f"没有场次 {session}", "写场次的编号")
        for name in (name for name in others if name not in fields):
            yield _fault(drawn, f"sessions.joint.{session}", f"表单 {sessions.schedule} 中没有 {name}", "核对名称")
    for option in chosen.options:
        for name in (f"{option.value}_on", f"{option.value}_half", f"{option.value}_unit"):
            if name not in fields:
                yield _fault(drawn, "sessions.schedule", f"表单 {sessions.schedule} 中没有 {name}", "补上这一项")
        half = fields.get(f"{option.value}_half")
        for part in sorted({str(one.value) for one in half.options} - sessions.hours.keys()) if half else ():
            yield _fault(drawn, f"sessions.hours.{part}", "没有写明起止时间", '写作 am = "09:00-12:00"')


def _missing_forms(drawn: Drawn, place: str, forms: tuple[str, ...]) -> Iterator[Fault]:
    for form in forms:
        if form not in drawn.locality.forms:
            yield _fault(drawn, place, f"没有表单 {form}", "核对 forms/ 中的名称")


def _fields(drawn: Drawn, forms: tuple[str, ...]) -> dict[str, Field]:
    known = drawn.locality.forms
    return {field.key: field for form in forms if form in known for field in known[form].fields}


def _fault(drawn: Drawn, place: str, fault: str, cure: str) -> Fault:
    return Fault(f"{drawn.locality.id}/locality.toml", place, "", fault, cure)
