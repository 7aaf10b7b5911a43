"""The scenarios of 云南 hold, show every rule of its 坐诊接诉 that is a deed, and notice when a rule is broken."""

import pytest

from bihuan.locality.deployments import Deployment
from bihuan.play.rehearsal import rehearse
from bihuan.queries.documents import documents_offered
from tests.processes.breaking import citing, group, lenient, noticed, spoilt
from tests.processes.play import definition, locality, scenarios

SCENARIOS = scenarios("yunnan")
RULES = {f"YN-{number:02}" for number in range(1, 39)} | {"YNZ-01", "YNZ-02"}

LATE = "'limit_missed', 'to': 'supervision_office'", "'limit_missed', 'to': 'platform'"
TO_PARTY = "'limit_missed', 'to': 'party_supervision_office'", "'limit_missed', 'to': 'platform'"
MONTH_LATE = "'month_limit_missed', 'to': 'supervision_office'", "'month_limit_missed', 'to': 'platform'"
MONTH_TO_PARTY = "'month_limit_missed', 'to': 'party_supervision_office'", "'month_limit_missed', 'to': 'platform'"
SUPERVISION_LATE = (
    "'internal_limit_missed', 'to': 'party_supervision_office'",
    "'internal_limit_missed', 'to': 'platform'",
)
URGE = "'urge', 'to': unit", "'urge', 'to': 'platform'"
WITHIN_FIVE = "workday_of_month(5, of=received_at)"
MONTH_END = ">day_of_month(-1, of=opened_at, roll=False)"
VERIFY = "workdays(7, since=workday_of_month(5, of=booking_month) if verify_from =="
LISTED = ">workdays(7, since=workday_of_month(5, of=opened_at, months=1))"
CALL_UP = ">days(-3, since=on(session_on))"
EARLY = "length == 'less' or pressed_at >= (on("
ARRANGED_ON = (
    "{'main': main_on, 'main_2': main_2_on, 'special_1': special_1_on, 'special_2': special_2_on, "
    "'special_3': special_3_on, 'extra': extra_on}[session]"
)
TOO_LATE = f"days(-3, since=on({ARRANGED_ON})) > pressed_at"
MISSED = '>on(session_on, at="14:00") if session_half == "pm" else on(session_on, at="09:00")<'
OTHERS = "'extra': extra_unit}[session] in [None, handling_unit, second_unit, third_unit]"
UNLAWFUL = '${conduct != "handling"}'
UNHAPPY = "rating in [1, 2] or session_rating in [1, 2] or reflected_at is not None"
FEEDBACK = "workdays(allowed_workdays, since=heard_at)"
WITHDRAWN = 'name="exit" value="withdrawn"', 'name="exit" value="closed"'
COLLECTED = 'camunda:collection="${'

BROKEN = {
    "yunnan/request.bpmn": [
        ("YN-06", 'window_rule == "next_month"', 'window_rule == "never"'),
        ("YN-06", 'window_rule == "decline"', 'window_rule == "never"'),
        ("YN-06", "'out_of_window', 'to': 'complainant'", "'out_of_window', 'to': 'platform'"),
        ("YN-06", "'moved_to_next_month', 'to': 'complainant'", "'moved_to_next_month', 'to': 'platform'"),
        ("YN-06", 'value="declined" />', 'value="closed" />'),
        ("YN-07", "'receipt', 'to': 'complainant'", "'receipt', 'to': 'platform'"),
        ("YN-09", VERIFY, VERIFY.replace("7", "8")),
        ("YN-09", VERIFY, VERIFY.replace("workday_of_month(5", "workday_of_month(4")),
        ("YN-09", 'if verify_from == "window"', 'if verify_from == "booking"'),
        ("YN-09", *LATE),
        ("YN-09", *TO_PARTY),
        ("YN-11", 'value="booking_month"', 'value="month(received_at, months=-1)"'),
        ("YN-20", "${settled}", "${True}"),
        ("YN-20", "${settled}", "${False}"),
        ("YN-22", 'value="closed" />', 'value="transferred" />'),
        ("YN-32", "'reflected', 'to': 'party_supervision_office'", "'reflected', 'to': 'platform'"),
        ("YN-32", "'reflected', 'to': 'supervision_office'", "'reflected', 'to': 'platform'"),
        ("YN-35", UNLAWFUL, '${conduct in ["suppression", "retaliation", "forced_rating"]}'),
        ("YN-35", UNLAWFUL, '${conduct in ["interference", "retaliation", "forced_rating"]}'),
        ("YN-35", UNLAWFUL, '${conduct in ["interference", "suppression", "forced_rating"]}'),
        ("YN-36", UNLAWFUL, '${conduct in ["interference", "suppression", "retaliation"]}'),
        ("YN-35", *group("investigate", "supervision_office", "${handling_unit}")),
        ("YN-35", "'retaliation', 'to': 'party_supervision_office'", "'retaliation', 'to': 'platform'"),
        ("YN-35", 'name="audience" value="complainant"', 'name="audience" value="platform"'),
        ("YNZ-01", "[handling_unit] if verified_at is not None else []", "[]"),
        ("YNZ-01", "[second_unit] if verified_at is not None and second_unit is not None else []", "[]"),
        ("YNZ-01", "[third_unit] if verified_at is not None and third_unit is not None else []", "[]"),
        ("YNZ-02", "'session_missed', 'to': 'complainant'", "'session_missed', 'to': 'platform'"),
        ("YNZ-01", "${withdrawn_at is not None}", "${False}"),
        ("YNZ-01", *WITHDRAWN),
    ],
    "yunnan/window.dmn": [
        ("YN-06", WITHIN_FIVE, "workday_of_month(4, of=received_at)"),
        ("YN-06", WITHIN_FIVE, "workday_of_month(6, of=received_at)"),
        ("YN-06", WITHIN_FIVE, "day_of_month(5, of=received_at)"),
        ("YN-06", "workday_of_month(1, of=received_at)", "workday_of_month(2, of=received_at)"),
        ("YN-06", "workday_of_month(1, of=received_at)", "day_of_month(1, of=received_at, roll=False)"),
        ("YN-06", "month(received_at, months=1)", "month(received_at)"),
        ("YN-06", '"next_month"', '"decline"'),
        ("YN-06", '"decline"', '"this_month"'),
        ("YN-09", '"this_month"</text>', '"this_month"</text>'.replace("this_month", "next_month")),
    ],
    "yunnan/duty.dmn": [
        ("YN-04", '"central_bank"', '"finance_department"'),
        ("YN-11", '"taxation"', '"finance_department"'),
        ("YN-04", '"government_services"', '"platform"'),
    ],
    "yunnan/number.dmn": [
        ("YN-15", "second_unit is not None", "False"),
        ("YN-15", '"finance", "tax"', '"tax"'),
        ("YN-15", '"approval", "market_order"', '"market_order"'),
        ("YN-15", '"D"', '"A"'),
    ],
    "yunnan/session.dmn": [
        ("YN-14", "special_1_on", "special_2_on"),
        ("YN-14", "special_1_half", "special_2_half"),
        ("YN-19", "special_1_unit", "special_2_unit"),
        ("YN-18", "main_unit", "special_1_unit"),
        ("YN-18", "main_2_half", "main_half"),
        ("YN-19", "special_3_unit", "special_1_unit"),
        ("YN-19", "extra_half", "special_1_half"),
    ],
    "yunnan/intake.bpmn": [
        ("YN-08", *group("accept", "platform", "${handling_unit}")),
        ("YN-08", *group("respond", "${unit}", "platform")),
        ("YN-11", *group("triage", "platform", "supervision_office")),
        ("YN-11", *group("assign", "platform", "supervision_office")),
        ("YN-11", "second_unit != handling_unit and ", ""),
        ("YN-11", "third_unit not in [handling_unit, second_unit]", "third_unit not in [handling_unit]"),
        ("YN-11", "third_unit not in [handling_unit, second_unit]", "third_unit not in [second_unit]"),
        ("YN-04", " + ([third_unit] if third_unit is not None else [])", ""),
        ("YN-08", " + ([second_unit] if second_unit is not None else [])", ""),
        ("YN-09", *group("verify", "platform", "${handling_unit}")),
    ],
    "yunnan/queue.bpmn": [
        ("YN-11", "workday_of_month(-1, of=booking_month)", "workday_of_month(-2, of=booking_month)"),
        ("YN-11", *LATE),
        ("YN-15", *group("arrange", "${handling_unit}", "platform")),
        ("YN-19", f"since=on({ARRANGED_ON})", f"since=on({ARRANGED_ON} if {ARRANGED_ON} is not None else main_on)"),
        ("YN-12", TOO_LATE, "True"),
        ("YN-12", TOO_LATE, TOO_LATE.replace("> pressed_at", ">= pressed_at")),
        ("YN-12", TOO_LATE, TOO_LATE.replace("-3", "-2")),
        ("YN-15", OTHERS, OTHERS.replace("[session] in", "[session] not in")),
        ("YN-15", OTHERS, OTHERS.replace(", second_unit, third_unit", "")),
        ("YN-15", OTHERS, OTHERS.replace(", third_unit", "")),
        ("YN-15", OTHERS, OTHERS.replace("None, ", "")),
        ("YNZ-02", "${next_month}", "${False}"),
        ("YNZ-02", "not next_month or ", "True or "),
        ("YNZ-02", "days(-3, since=max(on(main_on)", "days(-2, since=max(on(main_on)"),
        ("YNZ-02", "on(main_2_on if main_2_on is not None else main_on)", "on(main_on)"),
        ("YNZ-02", "'postponed', 'to': 'complainant'", "'postponed', 'to': 'platform'"),
    ],
    "yunnan/clinic.bpmn": [
        ("YNZ-02", MISSED, MISSED.replace("14:00", "15:00")),
        ("YNZ-02", MISSED, MISSED.replace("09:00", "10:00")),
        ("YN-12", CALL_UP, ">days(-2, since=on(session_on))"),
        ("YN-12", CALL_UP, ">days(-4, since=on(session_on))"),
        ("YN-12", CALL_UP, ">workdays(-3, since=on(session_on))"),
        ("YN-12", CALL_UP, ">days(-3, since=on(session_on), roll=False)"),
        ("YN-12", *LATE),
        ("YN-12", *TO_PARTY),
        ("YN-14", "at='14:00') if session_half", "at='15:00') if session_half"),
        ("YN-14", "at='09:00')}", "at='08:00')}"),
        ("YN-14", "session_half == 'pm'", "session_half == 'am'"),
        ("YN-14", "'call_up_extra' if session == 'extra'", "'call_up_extra' if session == 'never'"),
        ("YN-14", "session in ['main', 'main_2']", "session in ['main_2']"),
        ("YN-20", "${settled}", "${False}"),
        ("YN-20", "[second_unit] if second_unit is not None else []", "[]"),
        ("YN-20", "[third_unit] if third_unit is not None else []", "[]"),
        ("YN-21", *group("hear_jointly", "${unit}", "platform")),
        ("YN-21", *group("hear", "${handling_unit}", "platform")),
        ("YN-21", ">on(session_on)<", ">workdays(1, since=on(session_on))<"),
        ("YN-23", "days(-1, since=days(1, since=heard_at, roll=False), roll=False)", "workdays(1, since=heard_at)"),
    ],
    "yunnan/settle.bpmn": [
        ("YN-20", *group("hand_over", "platform", "${handling_unit}")),
        ("YN-20", "days(-1, since=days(1, since=heard_at, roll=False), roll=False)", "workdays(1, since=heard_at)"),
        ("YN-20", "second_unit != handling_unit and ", ""),
        ("YN-20", "(third_unit is None or second_unit is not None) and ", ""),
        ("YN-20", "third_unit not in [handling_unit, second_unit]", "third_unit not in [handling_unit]"),
        ("YN-24", 'source="True" target="alone"', 'source="False" target="alone"'),
        ("YN-25", 'source="15"', 'source="16"'),
        ("YN-26", "workdays(5, since=heard_at)", "workdays(6, since=heard_at)"),
        ("YN-26", "workdays(5, since=heard_at)", "workdays(5, since=dispatched_at)"),
        ("YN-26", *group("divide", "${handling_unit}", "platform")),
        ("YN-26", "'urge', 'to': handling_unit", "'urge', 'to': 'platform'"),
        ("YN-26", *LATE),
        ("YN-26", "${second_unit is not None}", "${third_unit is not None}"),
        ("YN-27", 'source="20"', 'source="15"'),
        ("YN-27", "[handling_unit, second_unit] + ([third_unit]", "[handling_unit] + ([third_unit]"),
        ("YN-27", " + ([third_unit] if third_unit is not None else [])", ""),
        ("YN-30", "on(legal_due_on) > pressed_at", "True"),
        ("YN-30", 'source="legal_due_on"', 'source="None"'),
        ("YNZ-01", "handling_unit] + ([second_unit] if second_unit is not None else [])", "handling_unit]"),
        ("YNZ-01", "([third_unit] if third_unit is not None else []) + (['super", "(['super"),
        ("YNZ-01", "if taken_over_at is not None else []", "if False else []"),
        ("YNZ-01", 'name="audience" value="complainant"', 'name="audience" value="platform"'),
    ],
    "yunnan/handling.bpmn": [
        ("YN-22", 'workdays(limit("drag_on"), since=(', 'workdays(1 + limit("drag_on"), since=('),
        ("YN-22", *group("supervise", "supervision_office", "platform")),
        ("YN-22", "to\" value=\"workdays(limit('drag_on'), since=on(new_due_on))", "to\" value=\"on(new_due_on)"),
        ("YN-22", *SUPERVISION_LATE),
        ("YN-24", ">workdays(5, since=heard_at)", ">workdays(6, since=heard_at)"),
        ("YN-24", ">workdays(5, since=heard_at)", ">workdays(5, since=dispatched_at)"),
        ("YN-24", ">workdays(5, since=heard_at)", ">days(5, since=heard_at)"),
        ("YN-24", ">workdays(5, since=heard_at)", '>workdays(5, since=heard_at, at="12:00")'),
        ("YN-24", *URGE),
        ("YN-24", *LATE),
        ("YN-24", *TO_PARTY),
        ("YN-25", FEEDBACK, "workdays(allowed_workdays, since=planned_at)"),
        ("YN-25", FEEDBACK, "days(allowed_workdays, since=heard_at)"),
        ("YN-27", FEEDBACK, "workdays(allowed_workdays, since=divided_at)"),
        ("YN-28", " > deadline('feedback_due')", " is not None"),
        ("YN-28", 'name="audience" value="${unit}"', 'name="audience" value="platform"'),
        ("YN-28", "'extended', 'to': 'complainant'", "'extended', 'to': 'platform'"),
        ("YN-28", "'extended_platform', 'to': 'platform'", "'extended_platform', 'to': 'supervision_office'"),
        ("YN-28", 'name="to" value="on(new_due_on)"', "name=\"to\" value=\"on(new_due_on, at='12:00')\""),
        ("YN-29", '${outcome == "explained"}', "${False}"),
        ("YN-30", "on(legal_due_on) if legal_due_on is not None else ", ""),
    ],
    "yunnan/aftercare.bpmn": [
        ("YN-31", 'source="session_rating" target="session_rating"', 'source="rating" target="session_rating"'),
        ("YN-32", UNHAPPY, "rating in [1] or session_rating in [1, 2] or reflected_at is not None"),
        ("YN-32", UNHAPPY, "rating in [2] or session_rating in [1, 2] or reflected_at is not None"),
        ("YN-32", UNHAPPY, "rating in [1, 2] or session_rating in [1] or reflected_at is not None"),
        ("YN-32", UNHAPPY, "rating in [1, 2] or session_rating in [2] or reflected_at is not None"),
        ("YN-32", UNHAPPY, "rating in [1, 2] or session_rating in [1, 2]"),
        ("YN-32", UNHAPPY, "rating in [1, 2, 3] or session_rating in [1, 2] or reflected_at is not None"),
        ("YN-32", "['party_supervision_office', 'supervision_office']", "['supervision_office']"),
        ("YN-32", "'internal_limit_missed', 'to': office", "'internal_limit_missed', 'to': 'platform'"),
        ("YN-33", "${True in values(rework_needed_by_office)}", "${False}"),
        ("YN-33", "${True in values(rework_needed_by_office)}", "${True}"),
        ("YN-33", *group("rework", "${unit}", "platform")),
        ("YN-33", " + ([second_unit] if second_unit is not None else [])", ""),
        ("YN-33", " + ([third_unit] if third_unit is not None else [])", ""),
        ("YN-33", "'reply', 'to': 'complainant'", "'reply', 'to': 'platform'"),
        ("YN-37", "${clustered}", "${False}"),
        ("YN-37", "${clustered}", "${True}"),
        ("YN-37", *group("solve_class", "${handling_unit}", "platform")),
    ],
    "yunnan/monthly.bpmn": [
        ("YN-06", ">workday_of_month(5, of=opened_at, months=1)", ">workday_of_month(4, of=opened_at, months=1)"),
        ("YN-09", LISTED, LISTED.replace("7", "8")),
        ("YN-09", LISTED, ">workdays(7, since=window_closed_at)"),
        ("YN-10", *group("list_items", "platform", "supervision_office")),
        ("YN-11", *group("schedule", "platform", "supervision_office")),
        ("YN-11", 'value="month(opened_at, months=1)"', 'value="month(opened_at)"'),
        ("YN-12", "days(-3, since=on(main_on))", "days(-1, since=on(main_on))"),
        ("YN-12", "days(-3, since=on(special_2_on)) > pressed_at", "True"),
        ("YN-12", "days(-3, since=on(main_on)) > pressed_at", "True"),
        ("YN-12", "days(-3, since=on(main_2_on)) > pressed_at", "True"),
        ("YN-12", "days(-3, since=on(special_3_on)) > pressed_at", "True"),
        ("YN-12", "days(-3, since=on(extra_on)) > pressed_at", "True"),
        ("YN-18", COLLECTED + "['main', ", COLLECTED + "["),
        ("YN-18", " + (['main_2'] if main_2_on is not None else [])", ""),
        ("YN-19", "'special_1', 'special_2']", "'special_1']"),
        ("YN-19", " + (['special_3'] if special_3_on is not None else [])", ""),
        ("YN-19", " + (['extra'] if extra_on is not None else [])", ""),
        ("YN-38", *group("summarise", "${unit}", "platform")),
        ("YN-38", COLLECTED + "[main_unit] + ", COLLECTED),
        ("YN-38", " + ([extra_unit] if extra_unit not in", " + ([] if extra_unit not in"),
        ("YN-38", " + ([joint_third] if joint_third not in", " + ([] if joint_third not in"),
        ("YN-18", 'source="joint_second"', 'source="None"'),
    ],
    "yunnan/announcement.bpmn": [
        ("YN-06", "on(booking_from) == workday_of_month(1, of=opened_at, months=1)", "True"),
        ("YN-06", "workday_of_month(5, of=opened_at, months=1) and", "workday_of_month(4, of=opened_at, months=1) and"),
        ("YN-05", "on(publish_on) > pressed_at", "True"),
        ("YN-05", " or pressed_at >= day_of_month(-1, of=opened_at, roll=False)", ""),
        ("YN-05", "(on(publish_on) &#60;= day_of_month(-1, of=opened_at, roll=False) or ", "(True or "),
        ("YN-05", MONTH_END, ">day_of_month(-2, of=opened_at, roll=False)"),
        ("YN-05", MONTH_END, ">workdays(5, since=opened_at)"),
        ("YN-05", ">on(publish_on)<", ">workdays(1, since=on(publish_on))<"),
        ("YN-05", *MONTH_LATE),
        ("YN-05", *MONTH_TO_PARTY),
        ("YN-05", '>on(publish_on, at="09:00")', '>on(publish_on, at="08:00")'),
        ("YN-05", *group("publish", "general_office", "platform")),
        ("YN-05", *group("publish_hall", "government_services", "platform")),
    ],
    "yunnan/session.bpmn": [
        ("YN-14", 'else on(session_on, at="09:00")', 'else on(session_on, at="08:00")'),
        ("YN-16", '${length == "less" or ', "${False or "),
        ("YN-18", 'or others_present == "partly"}', "or False}"),
        ("YN-16", EARLY, EARLY.replace("or ", "or True or ")),
        ("YN-16", "on(session_on, at='17:00') if", "on(session_on, at='12:00') if"),
        ("YN-16", "session_half == 'pm' or length == 'day'", "session_half == 'pm'"),
        ("YN-16", "else on(session_on, at='12:00')", "else on(session_on, at='09:00')"),
        ("YN-16", "on(made_up_on) >= on(session_on) and ", ""),
        ("YN-16", "pressed_at >= on(made_up_on, at='12:00')", "True"),
        ("YN-16", ">on(session_on)<", ">workdays(1, since=on(session_on))<"),
        ("YN-16", *MONTH_LATE),
        ("YN-18", '${session in ["main", "main_2"]}', '${session in ["main"]}'),
        ("YN-18", " if session in ['main', 'main_2'] and joint_second", " if session in ['main'] and joint_second"),
        ("YN-18", *group("host", "${host + ':principal'}", "${host}")),
        ("YN-18", *group("host", "${host + ':deputy'}", "${host}")),
        ("YN-19", *group("host_special", "${host}", "platform")),
    ],
    "yunnan/quarterly.bpmn": [
        ("YN-34", *group("bulletin", "platform", "supervision_office")),
        ("YN-34", "${important}", "${False}"),
        ("YN-34", "${important}", "${True}"),
        ("YN-34", "'report_leaders', 'to': 'provincial_leaders'", "'report_leaders', 'to': 'platform'"),
        ("YN-34", "internal_limit_missed', 'to': 'supervision_office'", "internal_limit_missed', 'to': 'platform'"),
    ],
    "common/rating.bpmn": [
        ("YN-36", 'name="audience" value="complainant"', 'name="audience" value="industry"'),
    ],
}  # fmt: skip
"""Ways to break a rule: what stands there, and what somebody might write instead."""

OPTIONAL = [
    ("YN-05", "announcement", "booking_until"),
    ("YN-13", "call_up", "recipient"),
    ("YN-12", "call_up", "by_phone"),
    ("YN-12", "call_up", "by_message"),
    ("YN-21", "hear", "answered"),
    ("YN-21", "hear_jointly", "answered"),
    ("YN-23", "record_settlement", "measure"),
    ("YN-23", "record_settlement", "method"),
    ("YN-23", "record_settlement", "reply_to_company"),
    ("YN-24", "plan", "handler"),
    ("YN-24", "plan", "finish_on"),
    ("YN-24", "plan", "measures"),
    ("YN-28", "extension", "reason"),
    ("YN-29", "explain", "told_company"),
    ("YN-29", "explain", "support"),
    ("YN-31", "rating", "session_rating"),
    ("YN-31", "rating", "rating"),
    ("YN-18", "schedule", "main_on"),
    ("YN-18", "host", "partly_why"),
    ("YN-19", "schedule", "special_2_on"),
    ("YN-18", "schedule", "main_2_unit"),
    ("YN-19", "schedule", "special_3_half"),
    ("YN-19", "schedule", "extra_on"),
    ("YN-11", "assign", "handling_unit"),
    ("YN-20", "hand_over", "handling_unit"),
    ("YN-38", "summarise", "ratings_seen"),
    ("YN-38", "summarise", "common_issues"),
]
"""What the document wants filled in, which somebody might leave to choice."""


@pytest.mark.parametrize("path", SCENARIOS)
def test_the_scenario_holds(path: str) -> None:
    rehearse(SCENARIOS[path], locality("yunnan"), definition("yunnan"))


def test_every_rule_is_shown() -> None:
    assert {rule for scenario in SCENARIOS.values() for rule in scenario.rules} == RULES


@pytest.mark.parametrize(
    ("file", "rule", "sound", "broken"),
    [(file, *change) for file, changes in BROKEN.items() for change in changes],
    ids=lambda value: value if value.startswith("YN-") else None,
)
def test_a_broken_rule_is_noticed_by_a_scenario_that_cites_it(file: str, rule: str, sound: str, broken: str) -> None:
    place = locality("yunnan")

    assert noticed(SCENARIOS, rule, place, spoilt(place, file, sound, broken))


@pytest.mark.parametrize(("rule", "form", "key"), OPTIONAL)
def test_what_must_be_filled_in_is_missed_by_a_scenario_that_cites_the_rule(rule: str, form: str, key: str) -> None:
    place = lenient(locality("yunnan"), form, key)

    assert noticed(SCENARIOS, rule, place, definition("yunnan"))


def test_each_kind_of_request_is_one_that_a_scenario_begins_with() -> None:
    (kind,) = (field for field in locality("yunnan").form("request").fields if field.key == "request_type")
    begun = [opening for scenario in citing(SCENARIOS, "YN-03") for opening in (scenario.opening, *scenario.also)]
    told = {opening.answers["request_type"] for opening in begun if opening.answers and not opening.refused}

    assert told == {option.label for option in kind.options}


def test_only_three_kinds_of_person_are_called_up_and_each_is() -> None:
    (recipient,) = (field for field in locality("yunnan").form("call_up").fields if field.key == "recipient")
    called = {
        step.deed.answers["recipient"]
        for scenario in citing(SCENARIOS, "YN-13")
        for step in scenario.steps
        if step.deed and not step.refused and "recipient" in step.deed.answers
    }

    assert len(recipient.options) == 3
    assert called == {option.label for option in recipient.options}


def test_every_department_has_a_principal_and_a_deputy_who_can_host() -> None:
    organisation = locality("yunnan").organisation
    held = {pair for member in organisation.members for pair in member.memberships}
    departments = {unit.id for unit in organisation.units.values() if unit.kind == "handling"} - {"general_office"}

    assert {unit for unit, role in held if role == "principal"} >= departments
    assert {unit for unit, role in held if role == "deputy"} == departments


@pytest.mark.parametrize(
    ("document", "forms"),
    [
        ("预约信息表", ["request"]),
        ("工作记录表", ["hear", "record_settlement"]),
        ("服务事项清单", ["list_items"]),
        ("公告", ["announcement"]),
    ],
)
def test_a_sheet_prints_all_that_its_form_asks_for(document: str, forms: list[str]) -> None:
    place = locality("yunnan")
    asked = {f"{form}.{field.key}" for form in forms for field in place.form(form).fields if field.required}
    known = {"request.subject", "request.body", "request.category", "hear.settled"}

    assert asked - place.document(document).placeholders <= known


def test_a_sheet_is_offered_where_its_form_is_filled_in() -> None:
    place = Deployment("0" * 64, locality("yunnan"), definition("yunnan"))

    assert documents_offered(place, "request") == ("工作记录表", "预约信息表")
    assert documents_offered(place, "monthly") == ("公告", "服务事项清单")
