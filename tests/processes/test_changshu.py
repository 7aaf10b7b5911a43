"""The scenarios of 常熟 hold, show every rule of its “办不成事”窗口 that is a deed, and notice when one is broken."""

import io
import json
import re
import zipfile
from html import unescape

import pytest

from bihuan.locality.conditions import holds
from bihuan.locality.deployments import Deployment
from bihuan.play.rehearsal import rehearse
from bihuan.queries.documents import documents_begun, documents_handed
from tests.processes.breaking import group, noticed, spoilt
from tests.processes.play import definition, locality, scenarios

SCENARIOS = scenarios("changshu")
DIAGRAM = "changshu/request.bpmn"
RULES = {f"CS-{number:02}" for number in (*range(3, 9), *range(10, 36), 37, 38)} | {"CSZ-01"}
"""Goals and facts (CS-01, 02, 09, 36) are neither deeds of a case nor figures of a report; with the locality's own."""

FIVE = "['business_section', 'supervision_office', 'reform_section', 'policy_section', handling_unit]"
SECOND = "([second_window] if second_window not in [None, handling_unit] else [])"
THIRD = "([third_window] if third_window not in [None, handling_unit, second_window] else [])"
ALL_ASKED = f"${{{FIVE} + {SECOND} + {THIRD}}}"
MEANS = {"commitment": "告知承诺", "tolerance": "容缺受理", "veto_review": "否决事项审签制"}
CONDUCT = ["私设审批条件", "推诿扯皮", "未履行“一次性告知”", "线上线下信息不一致", "与办事群众口径不一致"]
OFFERED = {"accept": "admissible", "classify": "situation", "conclude": "means", "refer_irregular": "conduct"}


def same_day(since: str) -> str:
    """The window's closing time of a milestone's own day."""
    return f'days(-1, since=days(1, since={since}, roll=False), at="17:00", roll=False)'


BROKEN = [
    ("CS-03", 'value="archived"', 'value="filed"'),
    ("CS-05", '${situation == "general"}', "${True}"),
    ("CS-05", '${situation == "complex"}', "${False}"),
    ("CS-05", '${situation == "irregular"}', "${False}"),
    ("CS-05", '${situation == "not_stationed"}', "${False}"),
    ("CS-08", '${admissible == "in_scope"}', "${True}"),
    ("CS-08", '${admissible == "in_scope"}', '${admissible != "legal"}'),
    ("CS-08", '${admissible == "in_scope"}', '${admissible != "litigation"}'),
    ("CS-08", '${admissible == "in_scope"}', '${admissible != "petition"}'),
    ("CS-08", '${admissible == "in_scope"}', '${admissible != "against_policy"}'),
    ("CS-08", 'value="declined" />', 'value="closed" />'),
    ("CS-10", *group("accept", "platform:window", "platform:patrol")),
    ("CS-11", *group("classify", "platform:patrol", "platform:window")),
    ("CS-12", "${handling_unit + ':liaison'}", "${handling_unit}"),
    ("CS-13", *group("list_problem", "platform:window", "platform:patrol")),
    ("CS-13", "'report_patrol', 'to': 'platform:patrol'", "'report_patrol', 'to': 'platform:window'"),
    ("CS-14", f">{same_day('reported_at')}", ">workdays(1, since=reported_at)"),
    ("CS-15", "${agitated}", "${False}"),
    ("CS-15", f">{same_day('calming_asked_at')}", ">workdays(1, since=calming_asked_at)"),
    ("CS-15", f">{same_day('calming_asked_at')}", f">{same_day('reported_at')}"),
    ("CS-15", "'limit_missed', 'to': 'platform:patrol'", "'limit_missed', 'to': 'supervision_office'"),
    ("CS-15", "'limit_missed', 'to': 'bureau_leaders'", "'limit_missed', 'to': 'supervision_office'"),
    ("CS-15", "'calm_asked', 'to': 'supervision_office'", "'calm_asked', 'to': 'platform:patrol'"),
    ("CS-15", 'name="audience" value="platform:patrol"', 'name="audience" value="platform:window"'),
    ("CS-15", *group("calm", "supervision_office", "platform:patrol")),
    ("CS-16", '${finding == "eligible"}', "${False}"),
    ("CS-16", '${finding == "policy"}', "${False}"),
    ("CS-16", '${finding == "policy"}', '${finding != "eligible"}'),
    ("CS-17", FIVE, FIVE.replace("'policy_section', ", "")),
    ("CS-17", FIVE, FIVE.replace(", handling_unit", "")),
    ("CS-17", ALL_ASKED, ALL_ASKED.replace(f" + {SECOND}", "")),
    ("CS-17", ALL_ASKED, ALL_ASKED.replace(f" + {THIRD}", "")),
    ("CS-17", *group("report_leader", "bureau_leaders", "platform:patrol")),
    ("CS-18", '${means == "policy"}', '${means != "commitment"}'),
    ("CS-18", '${means == "policy"}', '${means in ["policy", "tolerance"]}'),
    ("CS-18", '${means == "policy"}', '${means in ["policy", "veto_review"]}'),
    ("CS-20", *group("start_complaint", "supervision_office", "platform:patrol")),
    ("CS-20", *group("investigate", "supervision_office", "business_section")),
    ("CS-20", f">{same_day('classified_at')}", ">workdays(1, since=classified_at)"),
    ("CS-21", *group("transfer", "business_section", "platform:window")),
    ("CS-22", ">workdays(3, since=dispatched_at)", ">workdays(4, since=dispatched_at)"),
    ("CS-22", ">workdays(3, since=dispatched_at)", ">workdays(3, since=classified_at)"),
    ("CS-22", ">workdays(3, since=dispatched_at)", ">days(3, since=dispatched_at)"),
    ("CS-22", 'name="第3个工作日" cancelActivity="false"', 'name="第3个工作日"'),
    ("CS-22", *group("late_reason", "${handling_unit + ':liaison'}", "supervision_office")),
    ("CS-23", *group("transfer_centre", "supervision_office", "business_section")),
    ("CS-24", f">{same_day('classified_at')}", ">workdays(1, since=classified_at)"),
    ("CS-25", f">{same_day('accepted_at')}", ">workdays(1, since=accepted_at)"),
    ("CS-25", f">{same_day('accepted_at')}", f">{same_day('classified_at')}"),
    ("CS-25", f">{same_day('accepted_at')}", f">{same_day('accepted_at').replace('17:00', '18:00')}"),
    ("CS-25", *group("first_feedback", "platform:window", "platform:patrol")),
    ("CS-26", ">workdays(5, since=resolved_at)", ">workdays(5, since=accepted_at)"),
    ("CS-26", ">workdays(5, since=resolved_at)", ">workdays(6, since=resolved_at)"),
    ("CS-27", ">workdays(2, since=verified_at)", ">workdays(3, since=verified_at)"),
    ("CS-27", "${satisfied == False}", "${False}"),
    ("CS-27", "${satisfied == False}", "${not satisfied}"),
    ("CS-27", *group("respond", "supervision_office", "platform:window")),
    ("CS-27", ">${handling_unit is not None}", ">${False}"),
    ("CS-27", ">${handling_unit is not None}", ">${True}"),
    ("CS-28", "'result_back', 'to': 'platform:window'", "'result_back', 'to': 'platform:patrol'"),
    ("CS-34", "'platform:window' if handling_unit == complained_of_unit else 'complainant'", "'complainant'"),
    ("CS-34", "${handling_unit is not None and handling_unit == complained_of_unit}", "${False}"),
    ("CS-34", "${handling_unit is not None and handling_unit == complained_of_unit}", "${True}"),
    ("CSZ-01", "'platform:patrol'] if reported_at is not None else []", "'platform:patrol']"),
    ("CSZ-01", "'platform:patrol'] if reported_at is not None", "'platform:patrol'] if False"),
    ("CSZ-01", "[handling_unit + ':liaison'] if situation == 'not_stationed' else ", ""),
    ("CSZ-01", "if situation == 'complex' and handling_unit is not None", "if False"),
    ("CSZ-01", f'else []) + {SECOND} + {THIRD}"', f'else []) + {THIRD}"'),
    ("CSZ-01", f'else []) + {SECOND} + {THIRD}"', f'else []) + {SECOND}"'),
    ("CSZ-01", "if calming_asked_at is not None or situation in", "if situation in"),
    ("CSZ-01", "situation in ['irregular', 'unclear']", "situation in ['unclear']"),
    ("CSZ-01", "situation in ['irregular', 'unclear']", "situation in ['irregular']"),
    ("CSZ-01", 'name="audience" value="complainant"', 'name="audience" value="platform:window"'),
]
"""Ways to break a rule: what stands in the diagram, and what somebody might write instead."""


@pytest.mark.parametrize("path", SCENARIOS)
def test_the_scenario_holds(path: str) -> None:
    rehearse(SCENARIOS[path], locality("changshu"), definition("changshu"))


def test_every_rule_that_is_a_deed_is_shown() -> None:
    assert {rule for scenario in SCENARIOS.values() for rule in scenario.rules} == RULES


@pytest.mark.parametrize(("rule", "sound", "broken"), BROKEN)
def test_a_broken_rule_is_noticed_by_a_scenario_that_cites_it(rule: str, sound: str, broken: str) -> None:
    place = locality("changshu")

    assert noticed(SCENARIOS, rule, place, spoilt(place, DIAGRAM, sound, broken))


def test_each_choice_that_the_document_counts_is_lived_through() -> None:
    lived = {
        (deed.does, str(value))
        for scenario in SCENARIOS.values()
        for deed in (*scenario.done, *(step.deed for step in scenario.steps if step.deed and not step.refused))
        for value in deed.answers.values()
    }

    for form, key in OFFERED.items():
        (field,) = (field for field in locality("changshu").form(form).fields if field.key == key)
        assert {option.label for option in field.options} <= {value for _, value in lived}, form


def test_what_the_document_names_is_offered_first_and_then_whatever_else_it_is() -> None:
    """「…否决事项审签制等方式」 (CS-18), 「…等服务不规范的情形」 (CS-19): what else it is must be written."""
    offered = {
        key: {str(option.value): option.label for option in field.options}
        for form, key in OFFERED.items()
        for field in locality("changshu").form(form).fields
        if field.key == key
    }

    assert list(offered["means"].items())[:3] == list(MEANS.items())
    assert list(offered["means"])[3:] == ["other", "policy"]
    assert list(offered["conduct"].values()) == [*CONDUCT, "其他"]


def test_each_department_and_town_that_has_a_liaison_reports() -> None:
    """「各部门、各镇（街道）…定期…报送」 (CS-38): nobody who handles cases outside the hall is left out."""
    place = locality("changshu")
    liaisons = {unit for member in place.organisation.members for unit, role in member.memberships if role == "liaison"}
    (asked,) = re.findall(r'collection="\$\{(\[.*?\])\}"', place.diagrams["changshu/reporting.bpmn"].decode())

    assert set(json.loads(unescape(asked))) == liaisons


def test_a_number_reads_as_the_registration_form_has_it() -> None:
    """“2022****001” (CS-30); a scenario does not know how many cases came before it."""
    assert locality("changshu").case_no(2026, 1) == "2026BBCS001"


@pytest.mark.parametrize(
    ("document", "columns"),
    [
        ("登记表", "反映人姓名 联系电话 受理人员 受理时间 反映情况 现场处理 责任窗口 回复、处理 经办人员 签字 日期"),
        (
            "问题清单表",
            "序号 受理时间 受理窗口 诉求人 联系电话 反映渠道 具体问题诉求 处办及回复 处理中请标明 处办依据 备注",
        ),
        (
            "转办单",
            "承办单位 诉求类型 受理时间 转办时间 诉求人 联系方式 应反馈时间 诉求内容 转办人 处办人 备注 任何人不得",
        ),
        ("不予受理通知书", "不予受理 依据 经办人员"),
    ],
)
def test_a_sheet_has_the_columns_of_the_annex(document: str, columns: str) -> None:
    text = words_of(locality("changshu").document(document).content)

    assert [column for column in columns.split() if column not in text] == []


@pytest.mark.parametrize("road", [["accept", "decline"], ["accept", "list_problem", "classify", "refuse"]])
def test_whoever_refuses_makes_out_the_notice(road: list[str]) -> None:
    """The window when it is out of scope, the counter when the policy does not allow it (CS-16, CS-17)."""
    place = Deployment("0" * 64, locality("changshu"), definition("changshu"))
    letter = locality("changshu").document("不予受理通知书")

    assert "不予受理通知书" not in documents_begun(place, "request", road[:-1])
    assert "不予受理通知书" in documents_begun(place, "request", road)
    assert documents_handed(place, "request", road) == ("不予受理通知书",)
    assert {(road[-1], field) for field in ("opinion", "reply_to_company", "by")} <= letter.answers


def test_each_sheet_is_made_when_it_is_filled_in_and_tells_when_the_window_accepted() -> None:
    """Annexes 1 to 3: all print 受理时间, but only the first is made by accepting."""
    place = Deployment("0" * 64, locality("changshu"), definition("changshu"))

    assert documents_begun(place, "request", ["accept"]) == ("登记表",)
    assert set(documents_begun(place, "request", ["accept", "list_problem"])) == {"登记表", "问题清单表"}
    assert "转办单" in documents_begun(place, "request", ["accept", "list_problem", "transfer_order"])
    for sheet in ("登记表", "问题清单表", "转办单"):
        assert ("accept", "on") in locality("changshu").document(sheet).answers
        assert "received_on" not in locality("changshu").document(sheet).placeholders


def test_what_the_window_found_out_stands_on_the_order_of_transfer() -> None:
    assert ("transfer_order", "demand") in locality("changshu").document("转办单").answers


@pytest.mark.parametrize("category", ["materials", "conditions", "steps", "outcome", "explanations"])
def test_whoever_has_a_question_says_whether_it_was_explained(category: str) -> None:
    """「…经相关窗口告知解释后仍有疑问的情况」 (CS-07): of these five, and of nothing else, it is asked."""
    (field,) = (field for field in locality("changshu").form("request").fields if field.key == "explained")

    assert field.required
    assert field.hide is not None
    assert not holds(field.hide, {"category": category})
    assert holds(field.hide, {"category": "difficult"})


def test_windows_and_channels_are_two_questions() -> None:
    """Annex 2 asks for 受理窗口 and 反映渠道; whoever hands in online is not asked from where."""
    asked = {
        field.key: {option.label for option in field.options}
        for field in locality("changshu").form("list_problem").fields
    }

    assert asked["channel"] == {"窗口现场", "便民服务热线", "线上专区"}
    assert asked["window"] & {"便民服务热线", "线上专区"} == set()
    assert "channel" not in {field.key for field in locality("changshu").form("request").fields}


def words_of(content: bytes) -> str:
    """The text of a .docx without blanks."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return re.sub(r"<[^>]*>|\s", "", package.read("word/document.xml").decode())
