"""`bihuan check`: everything that is wrong with a locality's folder, in one pass, for its process owner.

1. The files are read (rules L…): what is not accepted, no TOML, no form, no template.
2. The engine judges the diagrams and tables (rules D…, see docs/dialect.md).
3. The rules of this file (C…) look at what a diagram needs from the rest of its folder.

Rules live here and in the engine once, each with an id; the browser and the command line show the same findings.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from bihuan.engine import Definition
from bihuan.engine.errors import Finding
from bihuan.engine.reading.build import Built, build
from bihuan.engine.reading.faults import Faults
from bihuan.locality.deployments import Deployment, ready
from bihuan.locality.faults import FolderFault, Notes
from bihuan.locality.files import Files, content_hash
from bihuan.locality.folder import Locality, read_locality
from bihuan.locality.kept import Kept
from bihuan.locality.rules import (
    announced,
    answering,
    cited,
    desks,
    examples,
    exchange,
    needs,
    openings,
    people,
    reporting,
    roads,
)
from bihuan.locality.rules.drawn import Drawn, Fault, draw
from bihuan.locality.tables import read_toml


class Rule(NamedTuple):
    """One rule: its id, what it asks for (Chinese), and the function that finds what breaks it."""

    id: str
    asks: str
    find: Callable[[Drawn], Iterator[Fault]]


RULES: Final = (
    Rule("C01", "主流程应当画出", needs.main_process_is_drawn),
    Rule("C02", "表达式用到的数据应当有来源", needs.names_are_set),
    Rule("C03", "时限的起算点应当有元素设置", needs.milestones_are_set),
    Rule("C04", "任务、按钮和外部等待应当有表单", needs.forms_are_there),
    Rule("C05", "表单的选项来源应当存在", needs.options_are_known),
    Rule("C06", "单位和角色应当在机构设置中", people.groups_are_known),
    Rule("C07", "泳道应当与任务的承办者一致", people.lanes_agree_with_groups),
    Rule("C08", "企业、群众不承办任务", people.complainants_do_no_tasks),
    Rule("C09", "通知应当有模板和收件单位", needs.notices_are_there),
    Rule("C10", "通知只用规定的占位符", needs.notices_say_what_can_be_said),
    Rule("C11", "文书只用规定的占位符", needs.documents_say_what_can_be_said),
    Rule("C12", "每处等待都应当有时限", roads.waits_have_deadlines),
    Rule("C13", "到期之后应当通往督查室", roads.deadlines_reach_supervision),
    Rule("C14", "流程的结束应当写明结果", roads.main_roads_have_an_exit),
    Rule("C15", "写明结果的结束应当终止全部等待", roads.exits_end_everything),
    Rule("C16", "内部时限应当有流程用到", needs.limits_are_used),
    Rule("C17", "条款编号应当合乎写法", needs.clauses_are_well_formed),
    Rule("C18", "登记诉求的表单应当齐全", needs.requests_can_come_in),
    Rule("C19", "每个任务只交给一个候选组", people.one_desk_answers),
    Rule("C20", "工单之间的消息应当有发有收", exchange.messages_have_both_ends),
    Rule("C21", "每个事项都应当有人能开办", openings.procedures_can_be_opened),
    Rule("C22", "开办的表单应当写明标题", openings.opening_forms_ask_for_a_subject),
    Rule("C31", "报表的读者应当在机构设置中", reporting.readers_are_known),
    Rule("C32", "报表统计的内容应当在辖区设置中", reporting.reports_count_what_there_is),
    Rule("C33", "通报模板只用规定的占位符", reporting.bulletins_say_what_can_be_said),
    Rule("C34", "门户公告应当与流程、表单和文书相符", announced.announcements_name_what_there_is),
    Rule("C35", "文书应当在有的表单处出具", needs.documents_are_made_somewhere),
    Rule("C36", "表单的文字只用工单有的数据", needs.forms_tell_what_a_case_has),
    Rule("C23", "门户的办理进度应当有元素到达", needs.plain_steps_are_reached),
    Rule("C24", "听取意见的环节应当在流程里", needs.hearings_are_drawn),
    Rule("C25", "研判分办台应当与表单相符", desks.triage_names_what_there_is),
    Rule("C26", "坐诊台应当与流程和表单相符", desks.sessions_name_what_there_is),
    Rule("C27", "答复模板应当对应表单中的文字项", answering.replies_fit_their_fields),
    Rule("C28", "几个环节到达的里程碑应当有名称", needs.milestones_have_one_name),
    Rule("C29", "决策表写出的单位应当在机构设置中", people.tables_decide_for_known_units),
    Rule("C41", "引用的规则应当在规则表中", cited.cited_rules_are_known),
)


_sound: Kept[str, Deployment] = Kept(16)


def check(files: Files) -> list[Finding]:
    """Everything that is wrong with a folder's files; an empty list when they can be deployed.

    In the order of the files' names, then as found. Never raises for what is in the files.
    """
    return _examined(files)[1]


def _examined(files: Files) -> tuple[tuple[Locality, Built] | None, list[Finding]]:
    """The locality with its diagrams built, as far as they can be read, and what is wrong with it."""
    try:
        locality, findings = read_locality(files)
    except FolderFault as fault:
        return None, list(fault.findings)
    faults = Faults()
    built = build(locality.diagrams, locality.limits, faults)
    findings += faults.findings
    drawn = draw(locality, built)
    findings += _scenarios(drawn)
    for rule in RULES:
        findings += [Finding(rule.id, *fault) for fault in rule.find(drawn)]
    return (locality, built), sorted(dict.fromkeys(findings), key=lambda finding: finding.file)


def _scenarios(drawn: Drawn) -> Iterator[Finding]:
    """Each scenario is TOML and names what there is (C30); whoever plays it says whether it holds."""
    known = examples.known(drawn)
    for path, content in drawn.locality.scenarios.items():
        notes = Notes(path, "L03")
        scenario = read_toml(content, notes).unread
        yield from notes.findings
        yield from (Finding("C30", *fault) for fault in known.faults(path, scenario))


def sound(files: Files) -> Deployment:
    """These files ready to run, when nothing is wrong with them: what may be deployed. Raises FolderFault.

    What a content hash names never changes: it is checked once in a process, however often it is deployed.
    """
    found = content_hash(files)
    known = _sound.get(found)
    if known is None:
        whole, findings = _examined(files)
        if whole is None or findings:
            raise FolderFault(findings)
        locality, built = whole
        definition = Definition.of(built, locality.limits)
        known = _sound.keep(found, ready(Deployment(found, locality, definition)))
    return known
