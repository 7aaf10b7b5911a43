"""The scenarios of 淄博's other measures notice when a rule is broken: policy documents, ledgers, port clean-up."""

import pytest

from tests.processes.breaking import CELL, citing, group, leads, lenient, noticed, spoilt
from tests.processes.play import definition, locality, scenarios

SCENARIOS = scenarios("zibo")
PUBLISH = ">workdays(3, since=issued_at)"
NODES = "([second_on] if second_on is not None and second_on != finish_on else []) + [finish_on]"
AREA = "marked and info_query and disclosure_application and consultation and told_at_once and pushed"
AT_ONCE = 'limit("rectify_at_once") if problem_class == "at_once"'
LASTING = 'limit("rectify_lasting") if problem_class == "lasting"'
ALL_DONE = "<bpmn:incoming>track_to_nodes_complete</bpmn:incoming>"


def left_out(asked: str) -> tuple[str, str]:
    """One of the things that an area has to offer, forgotten."""
    return AREA, AREA.replace(f"{asked} and ", "").replace(f" and {asked}", "")


BROKEN = {
    "zibo/policy.bpmn": [
        ("ZB-04", 'calledElement="policy_consultation"', 'calledElement="policy_publication"'),
        ("ZB-04", 'limit("consult"), since=opened_at', "9, since=opened_at"),
        ("ZB-05", "${passed}", "${True}"),
        ("ZB-05", "${resubmit}", "${True}"),
        ("ZB-06", *leads("sent_again", "receive_policy", "review_policy")),
        ("ZB-09", PUBLISH, ">workdays(4, since=issued_at)"),
        ("ZB-09", PUBLISH, ">workdays(2, since=issued_at)"),
        ("ZB-09", PUBLISH, ">days(3, since=issued_at)"),
        ("ZB-09", PUBLISH, '>workdays(3, since=issued_at, at="12:00")'),
        ("ZB-09", PUBLISH, ">workdays(3, since=reviewed_at)"),
        ("ZB-09", "${to_be_public}", "${True}"),
        ("ZB-09", "${to_be_public}", "${False}"),
        ("ZB-09", "'urge_publication', 'to': handling_unit", "'urge_publication', 'to': 'open_government'"),
        ("ZB-09", "'publication_missed', 'to': 'supervision_office'", "'publication_missed', 'to': 'policy_office'"),
        ("ZB-09", 'name="第3个工作日" cancelActivity="false"', 'name="第3个工作日"'),
    ],
    "zibo/policy_consultation.bpmn": [
        ("ZB-04", *group("consult_entrepreneurs", "${handling_unit}", "policy_office")),
        ("ZB-04", *group("consult_associations", "${handling_unit}", "policy_office")),
        ("ZB-04", *group("consult_chambers", "${handling_unit}", "policy_office")),
        ("ZB-04", *group("consult_departments", "${handling_unit}", "policy_office")),
    ],
    "zibo/policy_review.bpmn": [
        ("ZB-05", "${touches_standards or restrictive}", "${touches_standards}"),
        ("ZB-05", "${touches_standards or restrictive}", "${restrictive}"),
        ("ZB-05", "${touches_standards or restrictive}", "${touches_standards and restrictive}"),
        ("ZB-05", "${touches_standards or restrictive}", "${True}"),
        ("ZB-05", "${argument_holds}", "${True}"),
        ("ZB-05", *group("argue", "${handling_unit}", "policy_office")),
        ("ZB-06", "${market_activity}", "${False}"),
        ("ZB-06", "${market_activity}", "${True}"),
        ("ZB-06", '["passed", "exception"]', '["passed", "exception", "failed"]'),
        ("ZB-06", '["passed", "exception"]', '["passed"]'),
        ("ZB-06", '["passed", "exception"]', '["exception"]'),
        ("ZB-06", *group("fair_review", "market_regulation", "${handling_unit}")),
        ("ZB-07", "${overlaps}", "${False}"),
        ("ZB-07", "${overlaps}", "${True}"),
        ("ZB-07", "on(adapt_until) > on(adapt_from)", "True"),
        ("ZB-07", "on(adapt_until) > on(adapt_from)", "on(adapt_until) >= on(adapt_from)"),
        ("ZB-08", "${stops_production}", "${False}"),
        ("ZB-08", "${stops_production}", "${True}"),
        ("ZB-08", '${stop_measures == "decide"}', "${True}"),
        ("ZB-08", '${stop_measures == "decide"}', "${False}"),
        ("ZB-08", "${approved}", "${True}"),
        ("ZB-08", *group("decide_stops", "city_leaders", "policy_office")),
        ("ZB-08", 'name="signature" value="true"', 'name="signature" value="false"'),
    ],
    "zibo/policy_publication.bpmn": [
        ("ZB-10", *group("interpret", "${handling_unit}", "open_government")),
        ("ZB-10", "'urge_interpretation', 'to': handling_unit", "'urge_interpretation', 'to': 'policy_office'"),
        ("ZB-10", 'limit("interpret")', "3"),
        ("ZB-09", *group("publish_policy", "open_government", "${handling_unit}")),
    ],
    "zibo/tracked_item.bpmn": [
        ("ZB-14", NODES, "[finish_on]"),
        ("ZB-14", NODES, "([second_on] if second_on is not None else [])"),
        ("ZB-14", "([first_on] if first_on is not None and first_on not in [second_on, finish_on] else []) + ", ""),
        ("ZB-14", ">on(node_on)", ">on(node_on, at='12:00')"),
        ("ZB-14", 'name="节点日期" cancelActivity="false"', 'name="节点日期"'),
        ("ZB-14", "'urge_node', 'to': handling_unit", "'urge_node', 'to': desk"),
        ("ZB-14", "'node_missed', 'to': 'supervision_office'", "'node_missed', 'to': desk"),
        ("ZB-14", "${node_complete}", "${True}"),
        ("ZB-14", *group("check_node", "${desk}", "${handling_unit}")),
        ("ZB-01", ">on(node_on)", ">on(node_on, at='12:00')"),
        ("ZB-27", ">on(node_on)", ">on('2026-11-20')"),
    ],
    "zibo/clue.bpmn": [
        ("ZB-13", *group("handle_clue", "${clue_unit}", "${desk}")),
        ("ZB-13", ">on(clue_due_on)", ">on(clue_due_on, at='12:00')"),
        ("ZB-13", "'urge_clue', 'to': clue_unit", "'urge_clue', 'to': desk"),
        ("ZB-13", "'clue_missed', 'to': 'supervision_office'", "'clue_missed', 'to': desk"),
        ("ZB-13", "${clue_settled}", "${True}"),
    ],
    "zibo/key_task.bpmn": [
        ("ZB-12", *group("rate_service", "approval", "one_stop")),
        ("ZB-12", "${clue_found or poor_found}", "${clue_found}"),
        ("ZB-13", *group("evaluate", "one_stop", "approval")),
        ("ZB-13", "${clue_found or poor_found}", "${poor_found}"),
        ("ZB-13", "${clue_found or poor_found}", "${True}"),
        ("ZB-13", *group("clue", "one_stop", "supervision_office")),
        ("ZB-13", 'name="发现问题线索" cancelActivity="false"', 'name="发现问题线索"'),
        ("ZB-13", ALL_DONE, f'{ALL_DONE}\n<bpmn:terminateEventDefinition id="at_once" />'),
        ("ZB-14", *group("strike_off", "one_stop", "approval")),
    ],
    "zibo/disclosure_area.bpmn": [
        *[("ZB-02", *left_out(asked)) for asked in AREA.split(" and ")],
        ("ZB-01", "quarter(opened_at, months=9), months=2)", "quarter(opened_at, months=12), months=2)"),
        ("ZB-01", "months=2) + '-31'", "months=14) + '-31'"),
        ("ZB-01", *group("accept_area", "open_government", "${handling_unit}")),
    ],
    "zibo/single_window.bpmn": [
        ("ZB-27", "${online}", "${True}"),
        ("ZB-27", *group("confirm_online", "port_office", "${handling_unit}")),
    ],
    "zibo/port_rectification.bpmn": [
        ("ZB-31", AT_ONCE, 'limit("rectify_limited") if problem_class == "at_once"'),
        ("ZB-31", LASTING, 'limit("rectify_limited") if problem_class == "lasting"'),
        ("ZB-31", 'else limit("rectify_limited")', 'else limit("rectify_lasting")'),
        ("ZB-31", "since=classified_at", "since=rectified_at if rectified_at is not None else classified_at"),
        ("ZB-31", "${cured}", "${True}"),
        ("ZB-31", "${genuine}", "${True}"),
        ("ZB-31", "'urge_rectify', 'to': handling_unit", "'urge_rectify', 'to': 'port_office'"),
        ("ZB-31", "'rectify_missed', 'to': 'supervision_office'", "'rectify_missed', 'to': 'port_office'"),
        ("ZB-31", *group("check_rectified", "port_office", "${handling_unit}")),
    ],
    "zibo/port_class.dmn": [
        ("ZB-31", f'_unlawful">{CELL}True', f'_unlawful">{CELL}False'),
        ("ZB-31", ">= 2", ">= 1"),
        ("ZB-31", ">= 2", ">= 3"),
        ("ZB-31", '"lasting"', '"limited"'),
    ],
}
"""Ways to break a rule in a diagram: what stands there, and what somebody might write instead."""

NEEDED = [
    ("ZB-04", "consult_associations", "associations_adopted"),
    ("ZB-06", "fair_review", "fair_opinion"),
    ("ZB-07", "leave_transition", "adapt_from"),
    ("ZB-07", "leave_transition", "adapt_until"),
    ("ZB-08", "screen_stops", "stop_reason"),
    ("ZB-09", "issue_policy", "note"),
    *[("ZB-10", "publish_policy", key) for key in ("document_url", "interpretation_url")],
    *[("ZB-10", "publish_policy", key) for key in ("together", "links_to_interpretation", "links_to_document")],
]
"""What a form must not be handed in without: the rule, the form, the field."""

LISTED = [
    ("ZB-27", "open_window", "business", {"settlement", "finance", "customs_bond", "export_credit"}),
    ("ZB-29", "open_port", "checked_for", {"fees", "time", "process"}),
    ("ZB-30", "open_port", "source", {"meeting", "survey", "service_team"}),
]
"""What a document lists in full: the rule, the form, the field, the values."""


@pytest.mark.parametrize(
    ("file", "rule", "sound", "broken"),
    [(file, *change) for file, changes in BROKEN.items() for change in changes],
    ids=lambda value: value if value.startswith("ZB-") else None,
)
def test_a_broken_rule_is_noticed_by_a_scenario_that_cites_it(file: str, rule: str, sound: str, broken: str) -> None:
    place = locality("zibo")

    assert noticed(SCENARIOS, rule, place, spoilt(place, file, sound, broken))


@pytest.mark.parametrize(("rule", "form", "key"), NEEDED)
def test_a_form_that_may_be_handed_in_without_what_a_rule_asks_is_noticed(rule: str, form: str, key: str) -> None:
    place = lenient(locality("zibo"), form, key)

    assert noticed(SCENARIOS, rule, place, definition("zibo"))


@pytest.mark.parametrize(("rule", "form", "key", "values"), LISTED)
def test_each_thing_that_a_document_lists_is_one_that_a_scenario_is_about(
    rule: str, form: str, key: str, values: set[str]
) -> None:
    (field,) = (field for field in locality("zibo").form(form).fields if field.key == key)
    told = {
        choice
        for scenario in citing(SCENARIOS, rule)
        for opening in (scenario.opening, *scenario.also)
        if key in opening.answers and not opening.refused
        for choice in _chosen(opening.answers[key])
    }

    assert {option.value for option in field.options} == values
    assert told == {option.label for option in field.options}


def _chosen(answer: str | list[str]) -> list[str]:
    return answer if isinstance(answer, list) else [answer]


def test_an_area_has_no_due_date_of_its_own_choice() -> None:
    """It is due at the end of the December of the year: a later date could be agreed on, if a form asked for one."""
    assert "finish_on" not in {field.key for field in locality("zibo").form("open_area").fields}


def test_each_rule_that_is_a_deed_is_carried_by_an_element() -> None:
    carried = {
        clause
        for process in definition("zibo").processes
        for element in definition("zibo").elements(process)
        for clause in element.clause.split()
    }

    assert {f"ZB-{number:02}" for number in (1, 2, *range(4, 11), 12, 13, 14, 27, 29, 30, 31)} <= carried
