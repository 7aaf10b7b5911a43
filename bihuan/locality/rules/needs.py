"""Rules about what a diagram needs from its folder: names, forms, notices, documents, limits, its main process."""

import re
from collections.abc import Iterator
from functools import partial

from bihuan.domain.access import COMPLAINANT
from bihuan.engine.reading.model import Process
from bihuan.locality.documents import DECIDED, DOCUMENT_WORDS, LIMIT, OF_A_FORM
from bihuan.locality.fields import StaticText
from bihuan.locality.folder import NOT_SOLVED
from bihuan.locality.notices import NOTICE_WORDS
from bihuan.locality.plain_steps import PLAIN_STEPS
from bihuan.locality.rulebook import RULE_ID
from bihuan.locality.rules import groups
from bihuan.locality.rules.drawn import Drawn, Fault, expressions

STARTED_WITH = frozenset({"origin", "category", "complained_of_unit", "case_no", "period"})
"""What a case knows from its first moment, besides the control fields of the form it came in by."""

PORTAL_FORM, ORDER_FORM = "request", "province_order"
"""The forms that requests come in by: at our own portal, and as an order of the province where there is one."""


def main_process_is_drawn(drawn: Drawn) -> Iterator[Fault]:
    """The process that locality.toml starts requests with exists."""
    settings = drawn.locality.settings
    if settings.process not in drawn.processes:
        known = "、".join(sorted(drawn.processes)) or "无"
        file = f"{settings.id}/locality.toml"
        yield Fault(file, "process", "", f"主流程 {settings.process} 没有画出", f"改为已有的流程编号：{known}")


def names_are_set(drawn: Drawn) -> Iterator[Fault]:
    """Every name an expression reads can be set by a form, a table, a call, a multi-instance or the start."""
    for name in sorted(drawn.read - known_names(drawn)):
        if not name.endswith("_at"):
            yield from _unset(
                drawn, name, f"数据 {name} 没有任何表单、决策表或调用给出", "核对名称，或在表单中增加控制字段"
            )


def milestones_are_set(drawn: Drawn) -> Iterator[Fault]:
    """Every milestone that a limit counts from, or a condition asks for, is reached somewhere."""
    for name in sorted(drawn.read - known_names(drawn)):
        if name.endswith("_at"):
            milestone = name.removesuffix("_at")
            cure = f"在应当起算的元素上写 milestone={milestone}，或核对名称"
            yield from _unset(drawn, name, f"里程碑 {milestone} 没有任何元素设置，时限无从起算", cure)


def plain_steps_are_reached(drawn: Drawn) -> Iterator[Fault]:
    """Every step that locality.toml promises to complainants is a milestone of the diagrams."""
    settings = drawn.locality.settings
    if settings.steps is PLAIN_STEPS:
        return
    for name in sorted(set(settings.steps) - drawn.milestones()):
        fault = f"门户的办理进度用了里程碑 {name}，没有任何元素设置"
        yield Fault(f"{settings.id}/locality.toml", f"portal.steps.{name}", "", fault, "核对名称，或删去这一步")


def milestones_have_one_name(drawn: Drawn) -> Iterator[Fault]:
    """A milestone that elements of different names reach in one procedure has a word in locality.toml: it would
    otherwise be called by whichever element comes first.
    """
    settings, needless = drawn.locality.settings, set(drawn.locality.settings.milestones)
    for procedure in drawn.procedures():
        for milestone, names in sorted(_names_of_milestones(drawn, procedure).items()):
            needless.discard(milestone)
            if len(names) > 1 and milestone not in settings.milestones:
                fault = f"里程碑 {milestone} 由几个名称不同的环节到达（{'、'.join(sorted(names))}），没有自己的名称"
                cure = f'在 [milestones] 写明：{milestone} = "办结"'
                yield Fault(f"{settings.id}/locality.toml", f"milestones.{milestone}", "", fault, cure)
    for milestone in sorted(needless):
        fault = f"里程碑 {milestone} 没有任何元素设置"
        yield Fault(f"{settings.id}/locality.toml", f"milestones.{milestone}", "", fault, "核对名称，或删去")


def _names_of_milestones(drawn: Drawn, procedure: Process) -> dict[str, set[str]]:
    """Each milestone that a procedure and what it calls may reach, with the names of the elements that do."""
    followed, found = [procedure.id], dict[str, set[str]]()
    for process in followed:
        for (within, _), place in drawn.places.items():
            if within == process:
                called = place.node.attributes.get("calledElement", "")
                followed += [called] if called and called not in followed else []
                for milestone in place.node.properties.get("milestone", "").split():
                    found.setdefault(milestone, set()).update({place.node.name} - {""})
    return found


def hearings_are_drawn(drawn: Drawn) -> Iterator[Fault]:
    """Every task at which locality.toml lets a complainant be heard (听取意见) is drawn, and there is a form for it."""
    locality = drawn.locality
    tasks = {place.node.id for place in drawn.places.values() if place.node.tag == "userTask"}
    for name in sorted(locality.settings.heard_at - tasks):
        fault = f"听取意见的环节 {name} 不是流程里的任务"
        yield Fault(f"{locality.id}/locality.toml", "portal.heard_at", "", fault, "填写用户任务的 id，或删去")
    if locality.settings.heard_at & tasks and NOT_SOLVED not in locality.forms:
        cure = f"放入 forms/{NOT_SOLVED}.form"
        yield Fault(f"{locality.id}/locality.toml", "portal.heard_at", "", "没有诉求人提出意见的表单", cure)


def forms_are_there(drawn: Drawn) -> Iterator[Fault]:
    """Every form that a task, button or outside wait names is in the folder."""
    known = drawn.locality.forms
    for place in drawn.places.values():
        if place.form and place.form not in known:
            yield place.fault(f"没有表单 {place.form}", f"放入 forms/{place.form}.form，或核对 formKey")
        elif not place.form and (place.node.tag == "userTask" or "audience" in place.node.properties):
            yield place.fault("没有写明表单", "填写 formKey（任务）或 form 属性（按钮、外部等待）")


def requests_can_come_in(drawn: Drawn) -> Iterator[Fault]:
    """The portal's form is there, and every form that requests come in by asks for a subject and a body."""
    forms = drawn.locality.forms
    if PORTAL_FORM not in forms:
        cure = f"放入 forms/{PORTAL_FORM}.form，含 subject（标题）和 body（内容）"
        yield Fault(f"{drawn.locality.id}/locality.toml", "", "", "没有登记诉求的表单", cure)
    for form in (forms[name] for name in (PORTAL_FORM, ORDER_FORM) if name in forms):
        asked = {
            field.key
            for field in form.fields
            if field.required and not field.hide and field.type in ("textfield", "textarea")
        }
        for key in sorted({"subject", "body"} - asked):
            yield Fault(form.file, key, "", f"登记诉求的表单没有必填的 {key}", f"增加文本字段 {key}，设为必填")


def options_are_known(drawn: Drawn) -> Iterator[Fault]:
    """Every list that a form field takes its options from (valuesKey) is one the locality has, and not empty."""
    lists = drawn.locality.options()
    for form in drawn.locality.forms.values():
        for field in form.fields:
            if field.values_key and not lists.get(field.values_key):
                known = "、".join(name for name, options in lists.items() if options)
                yield Fault(form.file, field.key, field.label, f"没有名为 {field.values_key} 的选项", f"可用：{known}")


def notices_are_there(drawn: Drawn) -> Iterator[Fault]:
    """Every notice event names a template that is in the folder, and somebody to send it to."""
    for place in drawn.notices():
        payload = place.node.properties.get("payload", "")
        templates = groups.entries(payload, "template")
        if not templates or not re.search(r"""["']to["']\s*:""", payload):
            yield place.fault("通知没有写明模板或收件单位", '写作 {"template": "urge", "to": handling_unit}')
        for template in sorted(templates - drawn.locality.notices.keys()):
            yield place.fault(f"没有通知模板 {template}", f"放入 notices/{template}.txt，或核对名称")


def notices_say_what_can_be_said(drawn: Drawn) -> Iterator[Fault]:
    """Notices use only placeholders from the closed list: never who complained, never what people wrote."""
    for notice in drawn.locality.notices.values():
        for word in sorted(notice.placeholders - NOTICE_WORDS.keys()):
            yield Fault(notice.file, word, "", f"占位符 ${{{word}}} 不能用", f"可用：{'、'.join(NOTICE_WORDS)}")


def documents_say_what_can_be_said(drawn: Drawn) -> Iterator[Fault]:
    """Document templates use only words of the closed list, fields of forms, what tables decide, and limits."""
    for document in drawn.locality.documents.values():
        for word in sorted(document.placeholders - DOCUMENT_WORDS.keys()):
            if cure := _cure_of_placeholder(drawn, word):
                yield Fault(document.file, word, "", f"占位符 {{{{ {word} }}}} 不能用", cure)


def _cure_of_placeholder(drawn: Drawn, word: str) -> str:
    """How to put `form.field`, `decided.name` or `limit.element` right; empty when nothing is wrong with it."""
    form, dot, field = word.partition(".")
    locality = drawn.locality
    if not dot:
        return f"可用：{'、'.join(DOCUMENT_WORDS)}，或写作 表单.字段"
    if form == DECIDED:
        known = set(locality.settings.decided)
        cure = f"在 locality.toml 的 [{DECIDED}.{field}] 中写明决策结果各取值的名称"
    elif form == LIMIT:
        known = {place.node.id for place in drawn.places.values() if place.node.event == "timer"}
        cure = f"写流程图中期限的编号：{'、'.join(sorted(known))}"
    elif form in locality.forms:
        known = {one.key for one in locality.forms[form].fields} | OF_A_FORM.keys()
        cure = f"表单 {form} 可用：{'、'.join(sorted(known))}"
    else:
        return f"没有表单 {form}，核对 forms/ 中的名称"
    return "" if field in known else cure


def forms_tell_what_a_case_has(drawn: Drawn) -> Iterator[Fault]:
    """Texts of forms tell only of control data, and only officers: a case that is not opened yet has none, and what a
    complainant fills in is shown as it stands.
    """
    filled_in = [place for place in drawn.places.values() if place.node.tag != "startEvent"]
    complainants = {place.form for place in filled_in if COMPLAINANT in place.groups}
    officers = {place.form for place in filled_in} - complainants
    known = known_names(drawn)
    for form in drawn.locality.forms.values():
        for name in (name for part in form.components if isinstance(part, StaticText) for name in part.names):
            said = partial(Fault, form.file, name, "", f"文字中不能用 {{{{ {name} }}}}")
            if form.id not in officers:
                yield said("只有工作人员的任务和按钮的表单可以用")
            elif name not in known:
                yield said("写流程图、决策表或控制项中有的名称，核对拼写")


def documents_are_made_somewhere(drawn: Drawn) -> Iterator[Fault]:
    """What locality.toml says of whom a document is for and where it is made: it is there, and a form at least."""
    locality = drawn.locality
    for name in sorted(locality.settings.documents_handed - locality.documents.keys()):
        cure = "写 documents/ 中文书的名称"
        yield Fault(f"{locality.id}/locality.toml", "portal.documents", "", f"没有文书 {name}", cure)
    for name, forms in locality.settings.document_forms.items():
        said = partial(Fault, f"{locality.id}/locality.toml", f"documents.{name}", "")
        if name not in locality.documents:
            yield said(f"没有文书 {name}", "写 documents/ 中文书的名称")
        if not forms:
            yield said("没有写表单", "写出具文书的表单，或删去这一行")
        for form in sorted(set(forms) - locality.forms.keys()):
            yield said(f"没有表单 {form}", "核对 forms/ 中的名称")


def limits_are_used(drawn: Drawn) -> Iterator[Fault]:
    """Every internal limit is used by a diagram: a number that decides nothing misleads whoever changes it."""
    used = {
        limit
        for place in drawn.places.values()
        for _, expression in expressions(place)
        for limit in expression.arguments("limit")
    }
    for name in sorted(drawn.locality.limits.keys() - used):
        file = f"{drawn.locality.id}/locality.toml"
        yield Fault(
            file, f"internal_limits.{name}", "", "没有流程用到这个内部时限", f'删去，或在流程图中写 limit("{name}")'
        )


def clauses_are_well_formed(drawn: Drawn) -> Iterator[Fault]:
    """A clause names a rule as rules are named: ZB-17."""
    for place in drawn.places.values():
        for clause in place.node.properties.get("clause", "").split():
            if not re.fullmatch(RULE_ID, clause):
                yield place.fault(f"条款编号 {clause} 不合写法", "写作 ZB-17，多个之间用空格隔开")


def known_names(drawn: Drawn) -> frozenset[str]:
    """The names of data that a case may have: what forms, tables, calls and the start give."""
    fields = (form.control for form in drawn.locality.forms.values())
    payloads = (place.node.properties.get("payload") for place in drawn.places.values() if place.message != "notice")
    carried = (groups.names(payload) or frozenset() for payload in payloads if payload)
    return drawn.written.union(STARTED_WITH, *fields, *carried)


def _unset(drawn: Drawn, name: str, fault: str, cure: str) -> Iterator[Fault]:
    found = False
    for place in drawn.places.values():
        if any(name in expression.names for _, expression in expressions(place)):
            found = True
            yield place.fault(fault, cure)
    if not found:  # read by a decision table
        tables = sorted(path for path in drawn.locality.diagrams if path.endswith(".dmn"))
        yield Fault("、".join(tables), name, "", fault, cure)
