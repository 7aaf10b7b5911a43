"""The scenarios of 开化 hold, show every rule of its 企呼我应 that is a deed, and notice when a rule is broken."""

import pytest

from bihuan.play.rehearsal import rehearse
from tests.processes.breaking import CELL, group, leads, noticed, spoilt
from tests.processes.play import definition, locality, scenarios

SCENARIOS = scenarios("kaihua")
RULES = {f"KH-{number:02}" for number in (1, *range(3, 30), 31, 32)} | {"KHZ-01"}
"""Slogans and what others do (KH-02, 30) are neither deeds of a case nor figures of a report."""

LIMIT = "workdays(allowed_workdays, since=dispatched_at)"
RECTIFY = (
    '(conduct in ["weak", "abuse"] and (rectified_at is None or rectified_at &lt; looked_back_at)) or not site_solved'
)
SUPPORTING = (
    "[second_unit] + ([] if third_unit is None else [third_unit]) + "
    "([] if fourth_unit is None else [fourth_unit]) + ([] if fifth_unit is None else [fifth_unit])"
)
DISCIPLINE = "rating in [1, 2] and reported_to_discipline_at is None"
STAGE_ENDS = """<bpmn:incoming>dissatisfied_when_asked_to_follow_up_stage_ends</bpmn:incoming>
      </bpmn:endEvent>"""
ONCE_A_ROUND = "(reported_to_discipline_at is None or reported_to_discipline_at &lt; to_follow_up_at)"
HEARD = 'heard_rating in ["dissatisfied", "very_dissatisfied"]'


SOURCES = {
    "KH-04": {"qr_code", "hotline", "service_centre"},
    "KH-05": {"liaison", "round_table", "deputies", "chambers", "chain_lead", "early_sign"},
    "KH-06": {"city"},
}
"""Where requests come from: handed in, found out (as triage notes), or passed down."""

BROKEN = {
    "kaihua/request.bpmn": [
        ("KH-03", 'value="reported"', 'value="told"'),
        ("KH-06", "'city_result', 'to': 'province'", "'city_result', 'to': 'platform'"),
        ("KH-06", "'city_declined', 'to': 'province'", "'city_declined', 'to': 'platform'"),
        ("KH-06", '${origin == "province"}', "${False}"),
        ("KH-07", *group("triage", "platform", "taxation")),
        ("KH-07", *group("dispatch", "platform", "supervision_office")),
        ("KH-08", '${filtered_as != "none"}', '${filtered_as == "repeated"}'),
        ("KH-08", '${filtered_as != "none"}', '${filtered_as == "unclear"}'),
        ("KH-08", '${filtered_as != "none"}', '${filtered_as == "unrelated"}'),
        ("KH-08", 'value="declined" />', 'value="closed" />'),
        ("KH-09", "workdays(1, since=received_at)", "workdays(2, since=received_at)"),
        ("KH-09", "workdays(1, since=received_at)", 'workdays(1, since=received_at, at="17:30")'),
        ("KH-09", "'dispatch_missed', 'to': 'supervision_office'", "'dispatch_missed', 'to': 'platform'"),
        ("KH-10", "grade != 'complex'", "True"),
        ("KH-12", f">{LIMIT}", ">workdays(allowed_workdays + 1, since=dispatched_at)"),
        ("KH-13", f">{LIMIT}", ">workdays(allowed_workdays, since=received_at)"),
        ("KH-13", f">{LIMIT}", '>workdays(allowed_workdays, since=dispatched_at, at="12:00")'),
        ("KH-15", f">{LIMIT}", ">days(allowed_workdays, since=dispatched_at)"),
        ("KH-14", f">{LIMIT}", ">workdays(1, since=dispatched_at)"),
        ("KH-15", f">{LIMIT}", ">workdays(2, since=dispatched_at)"),
        ("KH-14", '${grade == "general"}', "${False}"),
        ("KH-14", f'"${{{SUPPORTING}}}"', '"${[second_unit]}"'),
        ("KH-25", "(grade != 'general' or second_unit is not None) and ", ""),
        ("KH-25", "second_unit != handling_unit and ", ""),
        ("KH-25", "third_unit not in [handling_unit, second_unit])", "third_unit not in [second_unit])"),
        ("KH-25", "third_unit not in [handling_unit, second_unit])", "third_unit not in [handling_unit])"),
        (
            "KH-25",
            "fourth_unit not in [handling_unit, second_unit, third_unit])",
            "fourth_unit not in [handling_unit, second_unit])",
        ),
        (
            "KH-25",
            "fifth_unit not in [handling_unit, second_unit, third_unit, fourth_unit])",
            "fifth_unit not in [fourth_unit])",
        ),
        ("KH-11", "second_unit is None and third_unit is None and", "True and"),
        ("KH-14", ">= departments", ">= 2"),
        ("KH-14", ">= departments", "> departments"),
        ("KH-14", *group("convene", "${handling_unit + ':liaison'}", "${second_unit + ':liaison'}")),
        ("KH-15", "on(plan_due_on) > pressed_at", "True"),
        ("KH-15", '${outcome == "plan"}', "${False}"),
        ("KH-15", "${carried_out}", "${True}"),
        ("KH-15", ">on(plan_due_on)<", '>on("2026-12-31")<'),
        ("KH-17", "${rating is not None}", "${False}"),
        ("KH-17", "else 'rated_1', 'to': handling_unit + ':liaison'", "else 'rated_1', 'to': 'platform'"),
        ("KH-18", '"电话回访" camunda:formKey="phone', '"现场回访" camunda:formKey="phone'),
        ("KH-18", '"现场回访" camunda:formKey="site', '"电话回访" camunda:formKey="site'),
        (
            "KH-18",
            STAGE_ENDS,
            STAGE_ENDS.replace("</bpmn:end", '<bpmn:terminateEventDefinition id="at_once" /></bpmn:end'),
        ),
        ("KH-18", " or not site_solved", ""),
        ("KH-19", DISCIPLINE, "rating in [2] and reported_to_discipline_at is None"),
        ("KH-19", DISCIPLINE, "rating in [1] and reported_to_discipline_at is None"),
        ("KH-19", DISCIPLINE, "rating in [1, 2, 3] and reported_to_discipline_at is None"),
        ("KH-19", "'dissatisfied_when_asked', 'to': 'discipline'", "'dissatisfied', 'to': 'supervision_office'"),
        ("KH-19", "'dissatisfied' if rating in [1, 2] else", "'dissatisfied' if rating in [1] else"),
        ("KH-19", "'dissatisfied' if rating in [1, 2] else", "'dissatisfied' if rating is not None else"),
        ("KH-19", f"{HEARD} and", 'heard_rating in ["dissatisfied"] and'),
        ("KH-19", f"{HEARD} and", 'heard_rating in ["very_dissatisfied"] and'),
        ("KH-19", f"{HEARD} and", f'{HEARD[:-1]}, "unsaid"] and'),
        ("KH-19", f"{HEARD} and", f'{HEARD[:-1]}, "unreached"] and'),
        ("KH-19", *leads("phone_follow_up", "dissatisfied_when_asked", "follow_up_stage_ends")),
        ("KH-19", *leads("site_follow_up", "dissatisfied_when_asked", "follow_up_stage_ends")),
        ("KH-20", DISCIPLINE, "rating in [1, 2]"),
        ("KH-20", f"{HEARD} and {ONCE_A_ROUND}", HEARD),
        ("KH-19", f" or {ONCE_A_ROUND.partition(' or ')[2]}", ")"),
        ("KH-19", "reported_to_discipline_at &lt; to_follow_up_at", "reported_to_discipline_at &lt;= to_follow_up_at"),
        ("KH-19", "'dissatisfied_again' if reported_to_discipline_at is not None else ", ""),
        ("KH-20", RECTIFY, "not site_solved"),
        ("KH-20", '["weak", "abuse"]', '["weak"]'),
        ("KH-20", '["weak", "abuse"]', '["abuse"]'),
        ("KH-20", " or rectified_at &lt; looked_back_at", ""),
        ("KH-20", " &lt; looked_back_at", " &lt;= looked_back_at"),
        ("KH-20", '${conduct == "abuse"}', "${False}"),
        ("KH-20", *group("look_back", "discipline", "supervision_office")),
        ("KH-21", '${typical != "no"}', '${typical == "common"}'),
        ("KH-21", '${typical != "no"}', '${typical == "prominent"}'),
        ("KH-25", *group("review", "business_office", "platform")),
        ("KH-27", "'limit_missed', 'to': 'supervision_office'", "'limit_missed', 'to': 'platform'"),
        ("KH-27", "'remind', 'to': handling_unit + ':liaison'", "'remind', 'to': 'platform'"),
        ("KH-26", *group("resolve", "${handling_unit + ':liaison'}", "${handling_unit}")),
        (
            "KH-26",
            "'remind_deputy', 'to': handling_unit + ':deputy'",
            "'remind_deputy', 'to': handling_unit + ':liaison'",
        ),
        ("KH-27", "allowed_workdays + limit(", "1 + allowed_workdays + limit("),
        ("KH-28", "'reply', 'to': 'complainant'", "'reply', 'to': 'platform'"),
        ("KH-32", "${to_city_at is not None or lasting}", "${lasting}"),
        ("KH-32", "${to_city_at is not None or lasting}", "${to_city_at is not None}"),
        ("KH-32", *group("reform", "business_office", "platform")),
        ("KHZ-01", "'complainant' if origin == 'portal' else 'province'", "'complainant'"),
        ("KHZ-01", "([] if dispatched_at is None else [handling_unit", "([] if True else [handling_unit"),
        ("KHZ-01", "([] if grade != 'general' else ", "("),
        ("KHZ-01", "([] if grade != 'general' else ", "([] if True else "),
        ("KHZ-01", "[third_unit + ':liaison']", "[]"),
        ("KHZ-01", "[fourth_unit + ':liaison']", "[]"),
        ("KHZ-01", "[fifth_unit + ':liaison']", "[]"),
        ("KHZ-01", "'supervision_office'] if taken_over_at is not None", "'supervision_office'] if False"),
    ],
    "kaihua/coordination.bpmn": [
        ("KH-10", *group("coordinate", "deputy_leaders", "city_leaders")),
        ("KH-10", *group("coordinate", "city_leaders", "deputy_leaders")),
        ("KH-10", "${settled}", "${True}"),
        ("KH-10", "${settled}", "${False}"),
        ("KH-11", *group("coordinate_city", "province", "platform")),
    ],
    "kaihua/grade.dmn": [
        ("KH-13", "<text>1</text>", "<text>2</text>"),
        ("KH-14", "<text>2</text>", "<text>3</text>"),
        ("KH-14", ">= 2", ">= 3"),
        ("KH-14", ">= 2", ">= 4"),
        ("KH-15", "<text>3</text>", "<text>4</text>"),
        ("KH-16", f'_key_issue">{CELL}True', f'_key_issue">{CELL}-'),
        ("KH-16", f'_overlapping_overlapping">{CELL}True', f'_overlapping_overlapping">{CELL}-'),
        ("KH-16", f'_duty_nobodys_duty">{CELL}True', f'_duty_nobodys_duty">{CELL}False'),
    ],
    "kaihua/duty.dmn": [
        ("KH-11", f'_huabu_suggested_unit">{CELL}"huabu"', f'_huabu_suggested_unit">{CELL}"taxation"'),
        ("KH-11", f'_huabu_township">{CELL}"huabu"', f'_huabu_township">{CELL}"elsewhere"'),
        ("KH-11", f'_chihuai_suggested_unit">{CELL}"chihuai"', f'_chihuai_suggested_unit">{CELL}"huabu"'),
        ("KH-11", '"park_community"', '"taxation"'),
        ("KH-25", '"business_office"', '"platform"'),
    ],
    "common/rating.bpmn": [
        ("KH-17", 'name="audience" value="complainant"', 'name="audience" value="taxation"'),
    ],
}
"""Ways to break a rule: what stands there, and what somebody might write instead."""


@pytest.mark.parametrize("path", SCENARIOS)
def test_the_scenario_holds(path: str) -> None:
    rehearse(SCENARIOS[path], locality("kaihua"), definition("kaihua"))


def test_every_rule_that_is_a_deed_is_shown() -> None:
    assert {rule for scenario in SCENARIOS.values() for rule in scenario.rules} == RULES


@pytest.mark.parametrize(
    ("file", "rule", "sound", "broken"),
    [(file, *change) for file, changes in BROKEN.items() for change in changes],
    ids=lambda value: value if value.startswith("KH-") else None,
)
def test_a_broken_rule_is_noticed_by_a_scenario_that_cites_it(file: str, rule: str, sound: str, broken: str) -> None:
    place = locality("kaihua")

    assert noticed(SCENARIOS, rule, place, spoilt(place, file, sound, broken))


@pytest.mark.parametrize(("rule", "form"), [("KH-04", "request"), ("KH-06", "province_order")])
def test_each_source_is_one_that_a_scenario_comes_from(rule: str, form: str) -> None:
    told = {scenario.opening.answers["source"] for scenario in SCENARIOS.values() if rule in scenario.rules}

    assert told == set(_options(form, "source").values())
    assert set(_options(form, "source")) == SOURCES[rule]


def test_each_way_of_finding_a_problem_out_is_one_that_a_scenario_comes_by() -> None:
    deeds = [
        deed
        for scenario in SCENARIOS.values()
        if "KH-05" in scenario.rules
        for deed in (*scenario.done, *(step.deed for step in scenario.steps if step.deed))
    ]
    told = {deed.answers["found_by"] for deed in deeds if deed.does == "核实研判"}

    assert told == set(_options("triage", "found_by").values())
    assert set(_options("triage", "found_by")) == SOURCES["KH-05"]


def _options(form: str, key: str) -> dict[str, str]:
    (field,) = (field for field in locality("kaihua").form(form).fields if field.key == key)
    return {str(option.value): option.label for option in field.options}


def test_each_township_that_a_form_offers_is_a_unit_of_that_name() -> None:
    units = locality("kaihua").organisation.units
    for form in ("request", "province_order"):
        offered = _options(form, "township")
        assert offered.pop("elsewhere")
        assert offered == {unit: units[unit].name for unit in offered}


def test_every_unit_has_a_leader_in_charge_and_a_liaison_officer() -> None:
    organisation = locality("kaihua").organisation
    held = {pair for member in organisation.members for pair in member.memberships}

    wanted = {unit.id for unit in organisation.units.values() if unit.kind == "handling"}
    assert {unit for unit, role in held if role == "deputy"} == wanted
    assert {unit for unit, role in held if role == "liaison"} == wanted
