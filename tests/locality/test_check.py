"""`bihuan check`: a sound folder passes; each rule finds the one thing that was spoilt, at its place, with a cure."""

from pathlib import Path
from typing import Any

import pytest

from bihuan.engine import Definition
from bihuan.locality.check import RULES, check, sound
from bihuan.locality.faults import FolderFault, line
from bihuan.locality.files import read_folder
from bihuan.locality.folder import Locality
from tests.commands.fair import FILES as FAIR
from tests.locality.a_diagram import INSPECTION, RATING, REQUEST
from tests.locality.a_folder import NOTICE, a_docx, a_field, a_folder, a_form
from tests.locality.a_report import FILE as REPORT
from tests.locality.a_report import a_report
from tests.locality.a_rulebook import RULEBOOK, a_rule

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
SCENARIO = """
id    = "x"
title = "分办"
rules = ["ZB-16"]

[given]
now     = "2026-09-29 16:00"
origin  = "portal"
request = { subject = "停电" }
done    = [{ who = "市“接诉即办”平台", does = "分办", with = { handling_unit = "市商务局" } }]

[[step]]
at   = "2026-09-30 09:00"
who = "市商务局"
does = "签收"
open = [{ task = "答复", of = "市商务局" }]
no   = ["notice:提醒", "event:incident"]
"""
BPMN, COMMON, TOML = "zibo/request.bpmn", "common/rating.bpmn", "zibo/locality.toml"
SECOND = "zibo/inspection.bpmn"


def sound_files(**changes: bytes | str) -> dict[str, bytes]:
    return a_folder(
        **{
            BPMN: REQUEST,
            COMMON: RATING,
            "zibo/forms/reply.form": a_form(a_field("textarea", "reply")),
            **changes,
        }
    )


def with_a_second_procedure(old: str = "", new: str = "", *fields: dict[str, Any]) -> dict[str, bytes]:
    """The sound folder with 专项督查 beside the main procedure; `new` for `old` in it, `fields` for its form."""
    subject = a_field("textfield", "subject", validate={"required": True})
    assert old in INSPECTION
    return sound_files(
        **{SECOND: INSPECTION.replace(old, new), "zibo/forms/open_inspection.form": a_form(*(fields or [subject]))}
    )


def spoilt(file: str, old: str, new: str) -> dict[str, bytes]:
    files = sound_files()
    text = files[file].decode()
    assert old in text
    return files | {file: text.replace(old, new).encode()}


def with_sessions() -> dict[str, bytes]:
    """The sound folder with 坐诊 set up, all of it there but the record sheet."""
    named = {
        "name": "坐诊", "place": "大厅", "procedure": "request", "booked": "notice", "announced": "notice",
        "schedule": "schedule", "arrange": "arrange", "field": "session", "call_up": "reply", "record": "reply",
        "document": "记录表",
    }  # fmt: skip
    lines = [f'{name} = "{value}"' for name, value in named.items()]
    table = "\n".join(["[sessions]", *lines, "[sessions.hours]", 'am = "09:00-12:00"', "", "[lamps]"])
    main, morning = [{"label": "主场", "value": "main"}], [{"label": "上午", "value": "am"}]
    half = a_field("radio", "main_half", values=morning)
    return spoilt(TOML, "[lamps]", table) | {
        "zibo/forms/arrange.form": a_form(a_field("radio", "session", values=main)),
        "zibo/forms/schedule.form": a_form(a_field(key="main_on"), half, a_field(key="main_unit")),
    }


def a_duty_table(*units: str) -> bytes:
    """A decision table that suggests one unit after the other, the last whatever comes."""
    rows = "".join(
        f"<rule id='row_{number}'><inputEntry id='in_{number}'><text>{cell}</text></inputEntry>"
        f"<outputEntry id='out_{number}'><text>\"{unit}\"</text></outputEntry></rule>"
        for number, (unit, cell) in enumerate(zip(units, ['"other"', "-"], strict=True))
    )
    return (
        "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='d' name='d' namespace='n'>"
        "<decision id='duty' name='职责分工'><decisionTable id='duty_table' hitPolicy='FIRST'>"
        "<input id='category'><inputExpression id='category_text'><text>category</text></inputExpression></input>"
        f"<output id='suggested' name='suggested_unit'/>{rows}</decisionTable></decision></definitions>"
    ).encode()


SEEDED = {
    "C01": (spoilt(TOML, 'process = "request"', 'process = "order"'), "process", "主流程 order 没有画出"),
    "C02": (
        spoilt(BPMN, 'candidateGroups="${handling_unit}"', 'candidateGroups="${handling_office}"'),
        "reply",
        "数据 handling_office 没有任何表单、决策表或调用给出",
    ),
    "C03": (spoilt(BPMN, 'value="dispatched"', 'value="sent"'), "reply_due", "里程碑 dispatched 没有任何元素设置"),
    "C04": (spoilt(BPMN, 'formKey="dispatch"', 'formKey="dispach"'), "dispatch", "没有表单 dispach"),
    "C05": (
        sound_files(**{"zibo/forms/reply.form": a_form(a_field("select", "office", valuesKey="offices"))}),
        "office",
        "没有名为 offices 的选项",
    ),
    "C06": (
        spoilt(BPMN, 'candidateGroups="${handling_unit}"', "candidateGroups=\"${handling_unit + ':chief'}\""),
        "reply",
        "角色 chief 不在 organisation.toml 中",
    ),
    "C07": (
        spoilt(BPMN, 'candidateGroups="platform"', 'candidateGroups="commerce"'),
        "dispatch",
        "所在泳道“市平台”代表 platform，任务却交给 commerce",
    ),
    "C08": (
        spoilt(BPMN, 'candidateGroups="${handling_unit}"', 'candidateGroups="complainant"'),
        "reply",
        "任务交给了企业、群众",
    ),
    "C09": (
        spoilt(
            BPMN,
            "{&#34;template&#34;: &#34;urge&#34;, &#34;to&#34;: &#34;super",
            "{&#34;template&#34;: &#34;urgent&#34;, &#34;to&#34;: &#34;super",
        ),
        "dispatch_urged",
        "没有通知模板 urgent",
    ),
    "C10": (
        sound_files(**{"zibo/notices/urge.txt": NOTICE + "${complainant}"}),
        "complainant",
        "占位符 ${complainant} 不能用",
    ),
    "C11": (
        sound_files(**{"zibo/documents/transfer.docx": a_docx("{{ complainant_phone }}")}),
        "complainant_phone",
        "占位符 {{ complainant_phone }} 不能用",
    ),
    "C35": (
        spoilt(TOML, "[lanes]", '[documents]\ncircular = ["dispatch"]\n[lanes]'),
        "documents.circular",
        "没有文书 circular",
    ),
    "C12": (
        spoilt(
            BPMN,
            'attachedToRef="handling" cancelActivity="false"><bpmn:timer',
            'attachedToRef="rate" cancelActivity="false"><bpmn:timer',
        ),
        "reply",
        "等待没有时限",
    ),
    "C13": (
        spoilt(BPMN, "handling_unit if handling_unit else &#34;supervision_office&#34;", "handling_unit"),
        "reply",
        "到期之后没有通往督查室的路",
    ),
    "C14": (spoilt(BPMN, '<camunda:property name="exit" value="closed"/>', ""), "closed", "没有写明结果"),
    "C15": (
        spoilt(
            BPMN,
            "</bpmn:extensionElements><bpmn:terminateEventDefinition/></bpmn:endEvent><bpmn:seq",
            "</bpmn:extensionElements></bpmn:endEvent><bpmn:seq",
        ),
        "closed",
        "没有终止其余等待",
    ),
    "C16": (
        spoilt(TOML, "[lanes]", '[internal_limits.nap]\nworkdays = 1\nreason = "无"\n[lanes]'),
        "internal_limits.nap",
        "没有流程用到这个内部时限",
    ),
    "C18": (
        sound_files(
            **{"zibo/forms/request.form": a_form(a_field("textfield", "subject", validate={"required": True}))}
        ),
        "body",
        "登记诉求的表单没有必填的 body",
    ),
    "C19": (
        spoilt(BPMN, 'candidateGroups="platform"', 'candidateGroups="platform, commerce"'),
        "dispatch",
        "任务交给了不止一个候选组",
    ),
    "C20": (
        spoilt("common/rating.bpmn", '<camunda:property name="audience" value="complainant"/>', ""),
        "rated",
        "没有流程发出消息 rating",
    ),
    "C21": (
        with_a_second_procedure(
            '<bpmn:messageEventDefinition messageRef="m_open"/></bpmn:startEvent>', "</bpmn:startEvent>"
        ),
        "opened",
        "没有人能开办这个事项",
    ),
    "C22": (
        with_a_second_procedure("", "", a_field("textfield", "subject")),
        "subject",
        "开办表单没有必填的 subject",
    ),
    "C23": (
        spoilt(TOML, "[lamps]", '[portal.steps]\naccepted = "已受理"\n\n[lamps]'),
        "portal.steps.accepted",
        "没有任何元素设置",
    ),
    "C24": (
        spoilt(TOML, "[lamps]", '[portal]\nheard_at = ["hearing"]\n\n[lamps]'),
        "portal.heard_at",
        "听取意见的环节 hearing 不是流程里的任务",
    ),
    "C25": (
        spoilt(TOML, "[lamps]", '[triage]\ndesks = ["platform"]\nforms = ["triage"]\n\n[lamps]'),
        "triage.forms",
        "没有表单 triage",
    ),
    "C26": (with_sessions(), "sessions.document", "没有文书 记录表"),
    "C34": (
        spoilt(
            TOML,
            "[lamps]",
            '[portal.announcement]\ntitle = "公告"\nprocedure = "rating"\nmilestone = "dispatched"\n'
            'form = "reply"\ntext = "reply"\ndocument = "公告"\n\n[lamps]',
        ),
        "portal.announcement.document",
        "没有文书 公告",
    ),
    "C36": (
        sound_files(
            **{"zibo/forms/reply.form": a_form({"type": "text", "text": "本场：{{ nobody }}"}, a_field(key="reply"))}
        ),
        "nobody",
        "文字中不能用 {{ nobody }}",
    ),
    "C27": (
        sound_files(
            **{"zibo/replies.toml": '[[reply]]\nname = "已办"\nform = "dispatch"\nfield = "note"\ntext = "已办。"\n'}
        ),
        "note",
        "表单 dispatch 没有文字项 note",
    ),
    "C28": (
        spoilt(
            BPMN,
            '<camunda:property name="exit" value="closed"/>',
            '<camunda:property name="exit" value="closed"/><camunda:property name="milestone" value="dispatched"/>',
        ),
        "milestones.dispatched",
        "由几个名称不同的环节到达（分办、销号）",
    ),
    "C29": (
        sound_files(**{"zibo/duty.dmn": a_duty_table("commerce", "treasury")}),
        "duty",
        "suggested_unit 写的单位 treasury 不在 organisation.toml 中",
    ),
    "C31": (sound_files(**{REPORT: a_report('"commerce"', '"treasury"')}), "readers", "没有单位或角色 treasury"),
    "C32": (
        sound_files(**{REPORT: a_report('category = ["other"]', 'outcome = ["other"]')}),
        "figure",
        "没有控制字段 outcome",
    ),
    "C33": (
        sound_files(**{"zibo/reports/通报.docx": a_docx("{{ title }}", "{{ complainant }}")}),
        "complainant",
        "占位符 {{ complainant }} 不能用",
    ),
    "C17": (spoilt(BPMN, 'value="ZB-16"', 'value="ZB16"'), "received", "条款编号 ZB16 不合写法"),
    "C41": (sound_files(**{"zibo/rules.toml": RULEBOOK + a_rule("ZB-17")}), "received", "依据文件没有规则 ZB-16"),
}


def test_a_sound_folder_has_no_findings() -> None:
    assert [line(finding) for finding in check(sound_files())] == []


def test_a_second_procedure_beside_the_main_one_has_no_findings() -> None:
    assert [line(finding) for finding in check(with_a_second_procedure())] == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('<camunda:property name="audience" value="platform"/>', "", "C21"),
        ('<camunda:property name="form" value="open_inspection"/>', "", "C21"),
        ('name="audience" value="platform"', 'name="audience" value="complainant"', "C21"),
        ('name="audience" value="platform"', 'name="audience" value="${handling_unit}"', "C21"),
        ('name="audience" value="platform"', 'name="audience" value="treasury"', "C06"),
        ('value="open_inspection"', 'value="open_inspections"', "C04"),
        ('<camunda:property name="exit" value="closed"/>', "", "C14"),
        ("<bpmn:terminateEventDefinition/>", "", "C15"),
    ],
)
def test_a_second_procedure_is_held_to_the_rules_as_the_main_one_is(old: str, new: str, rule: str) -> None:
    assert rule in {finding.rule for finding in check(with_a_second_procedure(old, new))}


def test_a_process_that_is_called_needs_nobody_to_open_it() -> None:
    plain = '<bpmn:messageEventDefinition messageRef="m_open"/></bpmn:startEvent>'
    files = with_a_second_procedure(plain, "</bpmn:startEvent>")
    caller = REQUEST.replace('calledElement="rating"', 'calledElement="inspection"')

    assert "C21" in {finding.rule for finding in check(files)}
    assert "C21" not in {finding.rule for finding in check(files | {BPMN: caller.encode()})}


@pytest.mark.parametrize(
    ("file", "old", "new", "element", "fault"),
    [
        ("zibo/session.bpmn", 'name="booked"', 'name="booking"', "book", "没有流程等待消息 booked"),
        ("zibo/session.bpmn", 'name="booked"', 'name="booking"', "booking", "没有流程发出消息 booking"),
        ("zibo/request.bpmn", '"correlation_key" value="session"', '"clause" value="ZB-16"', "book", "发给哪些工单"),
        ("zibo/request.bpmn", '"weight":', '"weighed_at":', "book", "名称 weighed_at 不合规定"),
        ("zibo/request.bpmn", "weight}", "weight} if weight else {}", "book", "没有逐项写明"),
    ],
)
def test_a_message_between_cases_has_both_ends_and_says_whom_it_means(
    file: str, old: str, new: str, element: str, fault: str
) -> None:
    text = FAIR[file].decode()
    assert old in text

    found = check(FAIR | {file: text.replace(old, new).encode()})

    assert check(FAIR) == []
    assert any(one.element == element and one.rule == "C20" and fault in one.fault for one in found)


def test_every_rule_has_a_seeded_defect() -> None:
    assert set(SEEDED) == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", SEEDED)
def test_each_rule_finds_its_defect_at_its_place(rule: str) -> None:
    files, element, fault = SEEDED[rule]

    found = [finding for finding in check(files) if finding.rule == rule]

    assert [finding.element for finding in found] == [element]
    assert fault in found[0].fault
    assert found[0].cure


@pytest.mark.parametrize(
    ("rule", "old", "new", "fault"),
    [
        ("C04", ' camunda:formKey="dispatch"', "", "没有写明表单"),
        ("C06", 'candidateGroups="platform"', 'candidateGroups="platform, treasury"', "treasury 不在"),
        ("C06", "&#34;to&#34;: &#34;supervision_office&#34;", "&#34;to&#34;: &#34;inspectors&#34;", "inspectors 不在"),
        ("C07", 'name="市平台"', 'name="平台"', "泳道“平台”没有说明代表谁"),
        (
            "C09",
            "&#34;to&#34;: &#34;supervision_office&#34;",
            "&#34;too&#34;: &#34;supervision_office&#34;",
            "没有写明模板或收件单位",
        ),
        ("C12", 'attachedToRef="dispatch"', 'attachedToRef="rate"', "等待没有时限"),
    ],
)
def test_other_ways_to_break_a_rule_are_found_too(rule: str, old: str, new: str, fault: str) -> None:
    found = [finding for finding in check(spoilt(BPMN, old, new)) if finding.rule == rule]

    assert found
    assert fault in found[0].fault


@pytest.mark.parametrize(
    ("old", "new", "place", "fault"),
    [
        ('period = "month"', 'period = "month"\nprocess = "cycle"', "process", "流程 cycle 没有画出"),
        ('"received"', '"late"\nlimit = ["ZB-99"]', "figure 收到", "没有时限引用规则 ZB-99"),
        ('"received"', '"resolved"', "figure 收到", "没有元素设置里程碑 resolved"),
        ('"received"', '"reached"\nmilestone = "nowhere"', "figure 收到", "没有元素设置里程碑 nowhere"),
        ('"received"', '"noticed"\nnotices = ["chase"]', "figure 收到", "没有通知模板 chase"),
        ('form = "rating"', 'form = "ratings"', "figure 已评价", "没有表单 ratings"),
        ("rating = [4, 5]", "stars = [4, 5]", "figure 满意", "表单 rating 没有字段 stars"),
        ('["other"]', '["others"]', "figure 已评价", "category 没有取值 others"),
        ('category = ["other"]', 'unit = ["treasury"]', "figure 已评价", "unit 没有取值 treasury"),
        ('category = ["other"]', 'reached = ["nowhere"]', "figure 已评价", "没有元素设置里程碑 nowhere"),
        ('category = ["other"]', 'category = ["{期间}"]', "figure 已评价", "{期间} 在这里不能用"),
        ('category = ["other"]', 'rating = ["{期间}", 5]', "figure 已评价", "{期间} 在这里不能用"),
        ('category = ["other"]', 'rating = ["{期间}"]', "figure 已评价", "{期间} 在这里不能用"),
        ('counts = "received"', 'average = ["received", "nowhere"]', "figure 收到", "没有元素设置里程碑 nowhere"),
        ("answer:rating.rating", "answer:rating.stars", "list 清单", "表单 rating 没有字段 stars"),
        ("answer:rating.rating", "answer:ratings.rating", "list 清单", "没有表单 ratings"),
        ('by = "unit"', 'by = "field:grade"', "table 按单位", "没有控制字段 grade"),
    ],
)
def test_a_report_counts_only_what_there_is(old: str, new: str, place: str, fault: str) -> None:
    content = a_report(old, new)
    if "average" in new:
        content = content.replace('cases = "收到"'.encode(), 'cases = "已评价"'.encode())

    found = {finding.element: finding for finding in check(sound_files(**{REPORT: content}))}

    assert place in found, found
    assert fault in found[place].fault
    assert found[place].cure


def test_a_list_may_show_on_which_day_a_form_was_filled_in() -> None:
    content = a_report("answer:rating.rating", "answer:rating.on")

    assert check(sound_files(**{REPORT: content})) == []


@pytest.mark.parametrize(("kind", "known"), [("month", True), ("quarter", True), ("year", True), ("week", False)])
def test_a_month_of_the_period_is_asked_for_where_periods_are_made_of_months(kind: str, known: bool) -> None:
    content = a_report('category = ["other"]', 'period = ["{期间}"]').replace(b'"month"', f'"{kind}"'.encode())

    assert (not check(sound_files(**{REPORT: content}))) == known


def test_a_document_that_complainants_may_read_is_there() -> None:
    (found,) = check(spoilt(TOML, "[lanes]", '[portal]\ndocuments = ["circular"]\n[lanes]'))

    assert (found.rule, found.element) == ("C35", "portal.documents")
    assert "没有文书 circular" in found.fault


@pytest.mark.parametrize(("forms", "fault"), [("[]", "没有写表单"), ('["report_in"]', "没有表单 report_in")])
def test_a_document_is_made_at_forms_that_are_there(forms: str, fault: str) -> None:
    (found,) = check(spoilt(TOML, "[lanes]", f"[documents]\ntransfer = {forms}\n[lanes]"))

    assert (found.rule, found.element) == ("C35", "documents.transfer")
    assert fault in found.fault


def test_a_sound_report_has_no_findings() -> None:
    assert [line(finding) for finding in check(sound_files(**{REPORT: a_report()}))] == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('calledElement="rating"', 'calledElement="ratings"', "D15"),
        ('limit("dispatch")', 'limit("dispach")', "D12"),
        ('id="asked"', 'id="closed"', "D03"),
        ('value="ZB-16"', 'value="ZB#16"', "D25"),
        (
            'callActivity id="rate" name="企业评价" calledElement="rating"',
            'businessRuleTask id="rate" camunda:decisionRef="duty"',
            "D21",
        ),
    ],
)
def test_what_the_engine_cannot_do_is_among_the_findings(old: str, new: str, rule: str) -> None:
    assert rule in {finding.rule for finding in check(spoilt(BPMN, old, new))}


def test_a_called_procedure_may_stand_under_its_callers_deadline() -> None:
    bare = RATING.replace('attachedToRef="look_into"', 'attachedToRef="none"')
    without = sound_files(**{COMMON: bare})
    with_callers = without | {BPMN: REQUEST.replace('attachedToRef="dispatch"', 'attachedToRef="rate"').encode()}

    assert ("C12", "look_into") in {(finding.rule, finding.element) for finding in check(without)}
    assert ("C12", "look_into") not in {(finding.rule, finding.element) for finding in check(with_callers)}


def test_the_top_of_the_ladder_needs_no_one_above() -> None:
    files = spoilt(BPMN, "handling_unit if handling_unit else &#34;supervision_office&#34;", "handling_unit")
    top = (
        files[BPMN]
        .decode()
        .replace(
            '<bpmn:subProcess id="handling" name="限期办理">',
            '<bpmn:subProcess id="handling" name="限期办理"><bpmn:extensionElements><camunda:properties>'
            '<camunda:property name="ladder" value="top"/></camunda:properties></bpmn:extensionElements>',
        )
    )

    assert check(files | {BPMN: top.encode()}) == []


def test_faults_of_the_engine_the_folder_and_the_rules_are_told_in_one_pass() -> None:
    files = spoilt(BPMN, 'calledElement="rating"', 'calledElement="ratings"') | {
        "zibo/forms/reply.form": a_form(a_field("html")),
        "zibo/notices/urge.txt": NOTICE.replace("due", "date").encode(),
    }

    rules = {finding.rule for finding in check(files)}

    assert {"L05", "C04", "C10"} <= rules
    assert any(rule.startswith("D") for rule in rules)


def test_a_finding_is_one_line_with_file_place_fault_cure_and_rule() -> None:
    files, _, _ = SEEDED["C07"]

    assert [line(finding) for finding in check(files)] == [
        "processes/zibo/request.bpmn · 分办 (dispatch) · 故障：所在泳道“市平台”代表 platform，任务却交给 commerce"
        " · 改法：把任务移到对应的泳道，或改 candidateGroups [C07]"
    ]


def test_a_word_for_a_milestone_that_nothing_reaches_is_found() -> None:
    found = check(spoilt(TOML, "[lamps]", '[milestones]\nresolved = "办结"\n\n[lamps]'))
    assert [finding.element for finding in found if finding.rule == "C28"] == ["milestones.resolved"]


@pytest.mark.parametrize(
    ("sound", "broken", "element", "fault"),
    [
        ('who = "市商务局"', 'who = "商务局"', "商务局", "机构设置中没有 商务局"),
        ('does = "分办"', 'does = "分班"', "分班", "流程图中没有“分班”"),
        ('task = "答复"', 'task = "回复"', "回复", "流程图中没有“回复”"),
        ('of = "市商务局"', 'of = "市财政局"', "市财政局", "机构设置中没有 市财政局"),
        ("handling_unit", "handling_office", "分办.handling_office", "“分办”的表单中没有 handling_office"),
        ("subject", "heading", "heading", "表单中没有这一项"),
        ('"notice:提醒"', '"notice:督办"', "督办", "流程图中没有“督办”"),
    ],
)
def test_a_scenario_names_what_there_is(sound: str, broken: str, element: str, fault: str) -> None:
    assert sound in SCENARIO
    assert check(sound_files(**{"zibo/scenarios/x.toml": SCENARIO})) == []

    (found,) = check(sound_files(**{"zibo/scenarios/x.toml": SCENARIO.replace(sound, broken)}))

    assert (found.rule, found.file, found.element) == ("C30", "zibo/scenarios/x.toml", element)
    assert fault in found.fault


def test_settings_that_are_no_toml_are_the_only_finding() -> None:
    (found,) = check(spoilt(TOML, "process =", "process = ="))

    assert (found.file, found.rule) == (TOML, "L02")


def test_a_scenario_that_cannot_be_read_is_found_and_stops_no_case() -> None:
    files = sound_files(**{"zibo/scenarios/late.toml": "[[["})

    (found,) = check(files)
    assert (found.file, found.rule) == ("zibo/scenarios/late.toml", "L02")
    assert Locality.of(files).scenarios == {"zibo/scenarios/late.toml": b"[[["}


@pytest.mark.parametrize("content", [b"", b"<a/>", b"not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_hostile_diagram_gives_findings_not_errors(content: bytes) -> None:
    found = check(sound_files(**{BPMN: content}))

    assert any(finding.file == BPMN for finding in found)


def test_only_a_sound_folder_may_be_deployed() -> None:
    files, _, _ = SEEDED["C12"]

    assert sound(sound_files()).locality.id == "zibo"
    with pytest.raises(FolderFault, match="等待没有时限"):
        sound(files)


def test_files_that_do_not_belong_are_findings_too() -> None:
    assert [finding.rule for finding in check(sound_files(**{"zibo/run.py": b"x"}))] == ["L01"]


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in PROCESSES.glob("*/locality.toml")))
def test_the_localities_of_the_house_are_sound(folder: str) -> None:
    files = read_folder(PROCESSES / folder)
    locality = Locality.of(files)

    assert [line(finding) for finding in check(files)] == []
    assert locality.settings.process in Definition.parse(locality.diagrams, locality.limits).processes
