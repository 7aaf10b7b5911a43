"""The scenarios of 许昌 hold, show every rule of its 有诉即办 that is a deed, and notice when one is broken."""

import io
import re
import zipfile

import pytest

from bihuan.engine import Refused
from bihuan.locality.deployments import Deployment
from bihuan.locality.organisation import Unit
from bihuan.locality.rulebook import RULE_ID
from bihuan.play.rehearsal import rehearse
from bihuan.queries.documents import documents_begun
from tests.engine.play import Case
from tests.processes.breaking import CELL, group, noticed, spoilt
from tests.processes.play import definition, instant, locality, scenarios

SCENARIOS = scenarios("xuchang")
OWN = {f"XCZ-{number:02}" for number in range(1, 5)}
RULES = {f"XC-{number:02}" for number in range(1, 46)} - {"XC-43", "XC-44"} | OWN
"""Where windows stand and whom liaison officers cover (XC-43, XC-44) are facts; the public page tells them. Some rules
are the locality's own.
"""

ACCEPTED = {f"accept_{number}": f"XC-{number + 5:02}" for number in range(1, 8)}
DECLINED = {f"decline_{number}": f"XC-{number + 12}" for number in range(1, 7)}
CHANNELS = {
    "qr_platform": "platform",
    "hotline": "platform",
    "window": "government_services",
    "liaison": "enterprise_aid",
    "line_12345": "government_office",
    "foreign_line": "commerce",
}
"""XC-25: who is responsible for which channel."""

BARRED = "handling_unit in [complained_of_unit, named_unit]"
RECEIVERS = "['platform', 'government_services', 'enterprise_aid', 'government_office', 'commerce']"
REWORK = '${heard_rating == "dissatisfied" and new_evidence and new_reasons}'
EXTENDED = "allowed_days + extension_days, since=handling_ordered_at)"


def cell(rule: str, column: str, before: str, after: str) -> tuple[str, str]:
    """Another entry in a row of a decision table."""
    place = f'"Rule_{rule}_{column}">{CELL}'
    return f"{place}{before}<", f"{place}{after}<"


BROKEN = {
    "xuchang/request.bpmn": [
        (
            "XC-01",
            'name="milestone" value="dispatched assigned handling_ordered"',
            'name="milestone" value="handed_on"',
        ),
        ("XC-03", 'calledElement="rating"', 'calledElement="revisit"'),
        ("XC-04", "${reasonable}", "${True}"),
        ("XC-04", "${reasonable}", "${False}"),
        ("XC-19", '${request_kind in ["enquiry", "suggestion"]}', '${request_kind in ["enquiry"]}'),
        ("XC-20", '${request_kind in ["enquiry", "suggestion"]}', "${False}"),
        ("XC-19", "'receipt_consultation' if request_kind", "'receipt' if request_kind"),
        ("XC-22", "'responsible_told', 'to': first_responsible", "'responsible_told', 'to': receiving_unit"),
        ("XC-28", 'name="exit" value="transferred"', 'name="exit" value="declined"'),
        ("XC-29", 'source="receiving_unit" target="desk"', 'source="handling_unit" target="desk"'),
        ("XC-29", '"days(5, since=assigned_at)"', '"days(8, since=assigned_at)"'),
        ("XC-29", '"days(5, since=assigned_at)"', '"days(5, since=handling_ordered_at)"'),
        ("XC-29", "${agreed}", "${True}"),
        ("XC-29", "returned_by + [handling_unit]", "[handling_unit]"),
        ("XC-29", "if returned_by is None else returned_by + [handling_unit]", "if False else returned_by"),
        ("XC-40", 'source="returned_by" target="returned_by"', 'source="desk" target="returned_by"'),
        ("XC-29", *group("decide_send_back", "${receiving_unit}", "platform")),
        ("XC-30", '${routing == "several"}', "${False}"),
        ("XC-30", "[second_unit] if third_unit is None else [second_unit, third_unit]", "[second_unit]"),
        ("XC-30", *group("assist", "${unit}", "${handling_unit}")),
        ("XC-31", "days(allowed_days, since=handling_ordered_at)", "days(allowed_days, since=received_at)"),
        ("XC-31", "days(allowed_days, since=handling_ordered_at)", "days(30, since=handling_ordered_at)"),
        ("XC-31", "else days(allowed_days,", "else workdays(allowed_days,"),
        (
            "XC-31",
            "else days(allowed_days, since=handling_ordered_at)",
            "else days(allowed_days, since=handling_ordered_at, roll=False)",
        ),
        ("XC-31", ">days(5, since=received_at)", ">days(6, since=received_at)"),
        ("XC-31", ">days(5, since=received_at)", ">workdays(5, since=received_at)"),
        ("XC-31", 'name="5日" cancelActivity="false"', 'name="5日"'),
        ("XC-32", "'extension_asked', 'to': 'complainant'", "'extension_asked', 'to': 'platform'"),
        ("XC-32", "'extension_asked_reported', 'to': receiving_unit", "'extension_asked_reported', 'to': 'platform'"),
        ("XCZ-02", "'extension_not_granted', 'to': 'complainant'", "'extension_not_granted', 'to': 'platform'"),
        ("XCZ-02", "${approved}", "${True}"),
        ("XCZ-03", '"days(5, since=assigned_at)"', '"days(8, since=assigned_at)"'),
        ("XCZ-03", f"else days({EXTENDED}", "else days(allowed_days + extension_days + 1, since=handling_ordered_at)"),
        ("XC-32", "'extension_told', 'to': 'complainant'", "'extension_told', 'to': 'platform'"),
        ("XC-32", "'extension_reported', 'to': receiving_unit", "'extension_reported', 'to': 'platform'"),
        ("XC-32", "${approved}", "${True}"),
        ("XC-32", "on(new_due_on) > deadline('limit_due') and ", ""),
        ("XC-32", f"else days({EXTENDED}", "else days(allowed_days + extension_days + 1, since=handling_ordered_at)"),
        ("XC-32", f"if counts == 'workdays' else days({EXTENDED}", f"if False else days({EXTENDED}"),
        ("XC-32", "value=\"deadline('limit_due')\"", "value='days(90, since=handling_ordered_at)'"),
        ("XC-32", '"on(new_due_on)"', "\"on(new_due_on, at='12:00')\""),
        ("XC-33", *group("verify", "${receiving_unit}", "platform")),
        ("XC-33", *group("verify", "${receiving_unit}", "${handling_unit}")),
        ("XC-33", f"'reply_to_relay' if {BARRED}", f"'reply_to_relay' if {BARRED} and False"),
        ("XC-33", f"receiving_unit if {BARRED} else 'complainant'", "'complainant'"),
        ("XC-33", "in [complained_of_unit, named_unit]", "in [complained_of_unit]"),
        ("XC-33", f"${{{BARRED}}}", "${False}"),
        ("XC-33", f"${{{BARRED}}}", "${True}"),
        ("XC-34", REWORK, '${heard_rating == "dissatisfied" and new_evidence}'),
        ("XC-34", REWORK, '${heard_rating == "dissatisfied" and new_reasons}'),
        ("XC-34", REWORK, "${new_evidence and new_reasons}"),
        ("XC-34", REWORK, '${heard_rating == "dissatisfied"}'),
        ("XC-34", REWORK, "${False}"),
        ("XC-34", "rework_ordered assigned handling_ordered", "rework_ordered assigned"),
        ("XC-36", "'late', 'to': handling_unit", "'late', 'to': 'platform'"),
        ("XC-36", 'name="audience" value="platform"', 'name="audience" value="${handling_unit}"'),
        ("XC-36", "'acceptance_late', 'to': receiving_unit", "'acceptance_late', 'to': 'platform'"),
        ("XC-36", "'limit_missed', 'to': 'supervision_office'", "'limit_missed', 'to': 'platform'"),
        ("XC-36", 'name="办理期限" cancelActivity="false"', 'name="办理期限"'),
        ("XC-39", *group("approve_extension", "${handling_unit + ':deputy'}", "${handling_unit}")),
        ("XC-40", 'name="audience" value="platform"', 'name="audience" value="${handling_unit}"'),
        ("XC-40", "${improper == True}", "${True}"),
        ("XC-40", "${improper == True}", "${False}"),
        ("XC-40", "'platform'\" target", 'receiving_unit" target'),
        ("XC-40", "second_dispatched assigned handling_ordered", "second_dispatched assigned"),
        (
            "XC-40",
            '>workdays(limit("sampling"), since=concluded_at)',
            '>workdays(limit("sampling") - 1, since=concluded_at)',
        ),
        ("XC-45", 'name="exit" value="closed"', 'name="exit" value="withdrawn"'),
        ("XCZ-01", "second_dispatched_at is None", "True"),
        ("XCZ-01", "([second_unit] if second_unit not in [None, receiving_unit] else [])", "[]"),
        ("XCZ-01", "['supervision_office'] if taken_over_at is not None else []", "[]"),
        ("XCZ-01", "if supervision_begun_at is not None and receiving_unit != 'platform' else []", "if False else []"),
        ("XC-45", 'name="exit" value="declined"', 'name="exit" value="closed"'),
    ],
    "xuchang/intake.bpmn": [
        ("XC-25", *group("register", "${receiving_unit}", "platform")),
        ("XC-27", "${own_ledger}", "${False}"),
        ("XC-26", "${own_ledger}", "${True}"),
        ("XC-27", *group("enter_ledger", "${receiving_unit}", "platform")),
        *(
            ("XC-05", f"('accept' not in ground or {premise})", "True")
            for premise in ("lawful", "justified", "factual")
        ),
        ("XC-13", "('accept' not in ground or lawful)", "lawful"),
        ("XC-28", *group("handle_elsewhere", "${receiving_unit}", "platform")),
        ("XC-28", '${ruling == "decline"}', '${ruling in ["decline", "elsewhere"]}'),
        *(
            (rule, f"'declined_{code[-1]}' if ground == '{code}'", f"'declined_6' if ground == '{code}'")
            for code, rule in DECLINED.items()
            if code != "decline_6"
        ),
        ("XC-18", "else 'declined_6'", "else 'declined_1'"),
    ],
    "xuchang/consultation.bpmn": [
        ("XC-19", *group("answer_enquiry", "${receiving_unit}", "${handling_unit}")),
        ("XC-20", *group("answer_enquiry", "${receiving_unit}", "platform")),
        ("XC-21", *group("note_suggestion", "${receiving_unit}", "platform")),
        ("XC-19", "'enquiry_answered' if request_kind", "'suggestion_noted' if request_kind"),
        ("XC-21", "else 'suggestion_noted'", "else 'enquiry_answered'"),
        ("XC-26", '${request_kind == "complaint"}', "${False}"),
        ("XC-03", 'calledElement="rating"', 'calledElement="dispatch"'),
    ],
    "xuchang/acceptance.dmn": [
        *((rule, *cell(code, "ruling_out", '"accept"', '"decline"')) for code, rule in ACCEPTED.items()),
        *((rule, *cell(code, "ruling_out", '"decline"', '"accept"')) for code, rule in DECLINED.items()),
        ("XC-28", *cell("otherwise", "ruling_out", '"elsewhere"', '"accept"')),
    ],
    "xuchang/channel.dmn": [
        ("XC-20", *cell("hotline", "receiving_unit_out", '"platform"', '"government_office"')),
        ("XC-22", 'else "government_services"<', 'else "platform"<'),
        ("XC-22", 'else "government_services:chief"', 'else "government_services:deputy"'),
        ("XC-22", *cell("qr_platform", "first_responsible_out", '"platform:deputy"', '"platform"')),
        ("XC-23", *cell("liaison", "receiving_unit_out", '"enterprise_aid"', '"platform"')),
        ("XC-24", *cell("line_12345", "receiving_unit_out", '"government_office"', '"platform"')),
        ("XC-25", 'else "commerce"<', 'else "platform"<'),
        ("XC-25", 'complained_of_unit == "commerce"', 'complained_of_unit == "government_office"'),
        ("XC-25", 'complained_of_unit == "government_services"', "False"),
        ("XC-26", *cell("qr_platform", "own_ledger_out", "False", "True")),
        ("XC-27", 'complained_of_unit != "government_services"', "False"),
        ("XC-27", *cell("line_12345", "own_ledger_out", "True", "False")),
        *(("XC-31", *cell(channel, "allowed_days_out", "30", "31")) for channel in list(CHANNELS)[:5]),
        ("XC-31", *cell("qr_platform", "allowed_days_out", "30", "31")),
        ("XC-42", *cell("foreign_line", "allowed_days_out", "60", "30")),
        ("XC-42", *cell("foreign_line", "counts_out", '"workdays"', '"days"')),
        ("XC-32", *cell("foreign_line", "extension_days_out", "30", "60")),
        ("XCZ-04", *cell("foreign_line", "extension_days_out", "30", "60")),
        ("XC-32", *cell("qr_platform", "extension_days_out", "30", "60")),
    ],
    "xuchang/dispatch.bpmn": [
        ("XC-02", "(routing == 'county') ==", "(routing == 'city') =="),
        ("XC-02", "(routing == 'county') == (handling_unit in", "routing == 'city' or (handling_unit in"),
        ("XC-02", "(routing == 'county') == (handling_unit in", "routing == 'county' or (handling_unit not in"),
        ("XC-02", "'development_zone', ", ""),
        ("XC-30", "routing == 'several' or ", ""),
        ("XC-29", *group("dispatch", "${desk}", "platform")),
        ("XC-30", "not in [second_unit, third_unit]", "not in [third_unit]"),
        ("XC-30", "not in [second_unit, third_unit]", "not in [second_unit]"),
        ("XC-30", " and (second_unit is None or second_unit != third_unit)", ""),
        ("XC-02", "(second_unit is None or second_unit != third_unit)", "second_unit != third_unit"),
        ("XC-29", " and (returned_by is None or handling_unit not in returned_by or routing == 'several')", ""),
        ("XC-30", " or routing == 'several')", ")"),
    ],
    "xuchang/duty.dmn": [
        ("XC-29", '"taxation"', '"finance"'),
        ("XC-29", *cell("otherwise", "suggested_unit_out", '"development"', '"platform"')),
    ],
    "xuchang/supervision.bpmn": [
        ("XC-36", '${conduct in ["perfunctory", "shirking"]}', '${conduct in ["perfunctory"]}'),
        ("XC-36", '${conduct in ["perfunctory", "shirking"]}', '${conduct in ["shirking"]}'),
        ("XC-36", '${conduct in ["perfunctory", "shirking"]}', "${True}"),
        ("XC-36", "'urge', 'to': handling_unit", "'urge', 'to': 'platform'"),
        ("XC-36", "${found_conduct is not None}", "${False}"),
        ("XC-36", "${is_rectified}", "${False}"),
        ("XC-36", *group("track", "platform", "supervision_office")),
        (
            "XC-36",
            'sourceRef="shirking" targetRef="track"',
            'sourceRef="shirking" targetRef="rectification_done"',
        ),
        ("XC-37", 'sourceRef="not_signed" targetRef="track"', 'sourceRef="not_signed" targetRef="rectification_done"'),
        ("XC-36", 'limit("track_again")', 'limit("track")'),
        ("XC-37", "${is_rectified}", "${True}"),
        ("XC-37", 'name="signature" value="true"', 'name="signature" value="false"'),
        ("XC-37", *group("sign_city_leader", "city_leaders", "supervision_office")),
        ("XC-37", *group("supervise", "supervision_office", "platform")),
        ("XC-37", "${approved}", "${True}"),
    ],
    "xuchang/revisit.bpmn": [
        ("XC-40", '${heard_rating != "dissatisfied"}', "${True}"),
        ("XC-40", '${heard_rating != "dissatisfied"}', '${heard_rating == "satisfied"}'),
        ("XC-40", *group("follow_up", "platform", "supervision_office")),
        ("XC-40", *group("explain_handling", "${handling_unit}", "platform")),
        ("XC-40", *group("judge", "platform", "${handling_unit}")),
    ],
    "xuchang/clue.bpmn": [
        ("XC-38", 'name="audience" value="platform"', 'name="audience" value="market_regulation"'),
        ("XC-38", *group("approve_clue", "platform:deputy", "platform")),
        ("XC-38", *group("receive_clue", "discipline", "supervision_office")),
        ("XC-38", "'clue_handed_over', 'to': 'discipline'", "'clue_handed_over', 'to': complained_of_unit"),
        ("XC-38", "'clue_limit_missed', 'to': 'platform:deputy'", "'clue_limit_missed', 'to': 'supervision_office'"),
        ("XC-38", "'clue_limit_missed', 'to': 'discipline:principal'", "'clue_limit_missed', 'to': complained_of_unit"),
        ("XC-38", "${approved}", "${True}"),
        ("XC-45", 'name="exit" value="transferred"', 'name="exit" value="closed"'),
    ],
    "xuchang/bulletin.bpmn": [
        ("XC-35", RECEIVERS, RECEIVERS.replace(", 'commerce'", "")),
        ("XC-35", *group("report_in", "${unit}", "platform")),
        ("XC-41", *group("draw_up", "platform", "supervision_office")),
        ("XC-41", "${issued}", "${True}"),
        ("XC-41", "'bulletin_returned', 'to': 'platform'", "'bulletin_returned', 'to': 'supervision_office'"),
        (
            "XC-41",
            'sourceRef="return_bulletin" targetRef="draw_up"',
            'sourceRef="return_bulletin" targetRef="issue_bulletin"',
        ),
        ("XC-41", *group("issue_bulletin", "platform:deputy", "platform")),
    ],
    "xuchang/sampling.bpmn": [
        ("XC-40", *group("draw_sample", "platform", "supervision_office")),
    ],
    "common/rating.bpmn": [
        ("XC-03", 'name="audience" value="complainant"', 'name="audience" value="taxation"'),
    ],
}
"""Ways to break a rule: what stands there, and what somebody might write instead."""


@pytest.mark.parametrize("path", SCENARIOS)
def test_the_scenario_holds(path: str) -> None:
    rehearse(SCENARIOS[path], locality("xuchang"), definition("xuchang"))


def test_every_rule_that_is_a_deed_is_shown() -> None:
    assert {rule for scenario in SCENARIOS.values() for rule in scenario.rules} == RULES


@pytest.mark.parametrize(
    ("file", "rule", "sound", "broken"),
    [(file, *change) for file, changes in BROKEN.items() for change in changes],
    ids=lambda value: value if value.startswith("XC-") else None,
)
def test_a_broken_rule_is_noticed_by_a_scenario_that_cites_it(file: str, rule: str, sound: str, broken: str) -> None:
    place = locality("xuchang")

    assert noticed(SCENARIOS, rule, place, spoilt(place, file, sound, broken))


def test_seven_grounds_for_acceptance_and_six_against_are_offered_and_each_is_lived_through() -> None:
    (ground,) = (field for field in locality("xuchang").form("register").fields if field.key == "ground")
    offered = {str(option.value): option.label for option in ground.options}
    lived = {
        str(value)
        for scenario in SCENARIOS.values()
        for deed in (*scenario.done, *(step.deed for step in scenario.steps if step.deed and not step.refused))
        for value in deed.answers.values()
    }

    assert set(offered) == {*ACCEPTED, *DECLINED, "elsewhere"}
    assert set(offered.values()) <= lived


def test_each_ground_against_has_a_notice_that_names_it_as_the_document_does() -> None:
    """情形三, not XC-15: our numbers of rules mean nothing to whoever gets it."""
    for code, numeral in zip(DECLINED, "一二三四五六", strict=True):
        notice = locality("xuchang").notice(code.replace("decline", "declined"))
        assert f"（情形{numeral}）" in notice.subject
        assert f"情形（{numeral}）" in notice.body
        assert not re.search(RULE_ID, notice.subject + notice.body)


def test_each_channel_has_its_unit_and_each_unit_receives() -> None:
    (channel,) = (field for field in locality("xuchang").form("request").fields if field.key == "intake_channel")
    table = locality("xuchang").diagrams["xuchang/channel.dmn"].decode()

    assert {str(option.value) for option in channel.options} == set(CHANNELS)
    for name, unit in CHANNELS.items():
        (decided,) = re.findall(f'"Rule_{name}_receiving_unit_out">{CELL}(.*)</text>', table)
        assert decided.endswith(f'"{unit}"')


def test_a_unit_has_one_deputy_and_one_officer_for_this_work() -> None:
    organisation = locality("xuchang").organisation
    roles = [pair for member in organisation.members for pair in member.memberships]

    for unit in filter(takes_part, organisation.units.values()):
        assert roles.count((unit.id, "deputy")) == 1, unit.name
        assert roles.count((unit.id, "officer")) == 1, unit.name


def arrived() -> Case:
    """A complaint that has come in by the platform."""
    return Case(definition("xuchang"), "request", instant("2026-11-02 09:00"), intake_channel="qr_platform")


def test_what_is_missing_for_acceptance_is_said_and_nothing_else() -> None:
    case = arrived()
    for given, said in (
        ({"lawful": False, "justified": True, "factual": True}, ["诉求符合现行法律法规规定"]),
        ({"lawful": True, "justified": False, "factual": False}, ["具有正当理由", "具有事实依据"]),
    ):
        with pytest.raises(Refused) as refused:
            case.do("register", ground="accept_1", **given)
        assert re.findall("受理须“(.*?)”", refused.value.chinese) == said
    assert case.do("register", ground="decline_5").open == ["decline"]


def test_why_a_unit_cannot_have_it_is_said_and_nothing_else() -> None:
    case = arrived().do("register", ground="accept_1", lawful=True, justified=True, factual=True)
    for given, said in (
        ({"routing": "city", "handling_unit": "yuzhou"}, ["职能所属与办理单位不符"]),
        ({"routing": "several", "handling_unit": "yuzhou", "second_unit": "yuzhou"}, ["牵头单位不能又是配合单位"]),
        (
            {"routing": "several", "handling_unit": "yuzhou", "second_unit": "finance", "third_unit": "finance"},
            ["两个配合单位不能相同"],
        ),
    ):
        with pytest.raises(Refused) as refused:
            case.do("hand_on", **given)
        assert [re.split("[：，]", one)[0] for one in refused.value.chinese.split("；")] == said
    assert case.do("hand_on", routing="county", handling_unit="yuzhou").open == ["investigate"]


def test_a_unit_that_sent_it_back_gets_it_again_only_as_lead_unit() -> None:
    case = arrived().do("register", ground="accept_1", lawful=True, justified=True, factual=True)
    case.do("hand_on", routing="city", handling_unit="finance").press("send_back").do("decide_send_back", agreed=True)
    with pytest.raises(Refused) as refused:
        case.do("hand_on", routing="city", handling_unit="finance")
    assert refused.value.chinese.startswith("该单位已退回本件并经审核同意，不能照原样再转：请改选办理单位")
    case.do("hand_on", routing="several", handling_unit="finance", second_unit="taxation")
    assert case.open == ["assist(taxation)"]


def test_the_counties_and_zones_that_a_dispatch_tells_from_the_city_s_own_are_all_there_are() -> None:
    asked = definition("xuchang").element("dispatch", "hand_on").requires or ""
    listed = re.findall(r'"(\w+)"', asked.partition("handling_unit in [")[2].partition("]")[0])
    units = locality("xuchang").organisation.units.values()
    governments = [unit.id for unit in units if unit.kind == "handling" and unit.name.endswith(("政府", "管委会"))]

    assert sorted(listed) == sorted(governments)


def test_what_is_no_deed_is_published() -> None:
    told = {fact.rule for fact in locality("xuchang").settings.facts}

    assert {f"XC-{number:02}" for number in range(1, 46)} - RULES <= told


def test_whoever_receives_a_channel_answers_people() -> None:
    organisation = locality("xuchang").organisation

    assert set(CHANNELS.values()) <= organisation.answering | {"platform"}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("受理通知书", "编号 投诉人 规定的投诉 现予受理 办理进度"),
        ("不予受理通知书", "编号 投诉人 规定的 依据 不予受理的六种情形 民事纠纷"),
        ("转办单", "办理单位 投诉类别 收到时间 转办时间 办结时限 配合单位 投诉事项 办理结果 核查意见"),
        ("台账", "编号 台账序号 收到时间 投诉类别 投诉事项 办理单位 转办时间 办结时限 办理结果 核查意见 销号时间"),
        ("督办通知单", "被督办单位 督办事由 主要领导签批 督办意见"),
        ("线索移交函", "市纪委监委 来源工单编号 涉及单位 线索性质 线索内容 知悉范围"),
    ],
)
def test_a_sheet_has_its_columns(document: str, words: str) -> None:
    text = words_of(locality("xuchang").document(document).content)

    assert [word for word in words.split() if word not in text] == []


def test_a_request_is_either_accepted_or_declined_on_paper() -> None:
    """Both notices print the ground that was registered; only one of them is to be had."""
    place = Deployment("0" * 64, locality("xuchang"), definition("xuchang"))

    assert documents_begun(place, "request", ["register"]) == ()
    assert documents_begun(place, "request", ["register", "decline"]) == ("不予受理通知书",)
    assert documents_begun(place, "request", ["register", "enter_ledger"]) == ("受理通知书", "台账")
    assert documents_begun(place, "request", ["register", "dispatch"]) == ("受理通知书", "转办单")


def test_a_clue_is_handed_over_on_paper_only_once_it_is_signed() -> None:
    place = Deployment("0" * 64, locality("xuchang"), definition("xuchang"))

    assert documents_begun(place, "clue", ["clue", "approve_clue"]) == ()
    assert documents_begun(place, "clue", ["clue", "approve_clue", "receive_clue"]) == ("线索移交函",)


def takes_part(unit: Unit) -> bool:
    return unit.kind in ("platform", "handling")


def words_of(content: bytes) -> str:
    """The text of a .docx without blanks."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return re.sub(r"<[^>]*>|\s", "", package.read("word/document.xml").decode())
