"""The scenarios of 淄博 hold, show every rule of its 接诉即办, and notice when a rule is broken."""

import pytest

from bihuan.locality.deployments import Deployment
from bihuan.play.rehearsal import rehearse
from bihuan.queries.documents import documents_begun
from tests.processes.breaking import citing, noticed, spoilt
from tests.processes.play import definition, locality, scenarios

SCENARIOS = scenarios("zibo")
RULES = {f"ZB-{number:02}" for number in (1, 2, *range(4, 11), 12, 13, 14, *range(16, 28), 29, 30, 31)} | {
    "ZBZ-01",
    "ZBZ-02",
}
"""All but the contacts of the other measures (ZB-03, 11, 15, 28), which are facts; and the locality's own."""

FIRST_REPLY = 'workdays(3, since=dispatched_at, at="12:00")'
RESOLVE = '>workdays(15, since=dispatched_at, at="12:00")'
REWORK = '>workdays(10, since=rework_ordered_at, at="12:00")'

BROKEN = {
    "zibo/duty.dmn": [
        ("ZB-16", '"commerce"', '"taxation"'),
        ("ZB-16", '"platform"', '"taxation"'),
    ],
    "zibo/request.bpmn": [
        ("ZB-16", '"dispatch" camunda:candidateGroups="platform"', '"dispatch" camunda:candidateGroups="province"'),
        ("ZB-16", "since=assigned_at", "since=received_at"),
        ("ZB-16", "${agreed}", "${not agreed}"),
        ("ZB-16", '${origin == "province"}', "${True}"),
        ("ZB-16", 'name="milestone" value="assigned"', 'name="milestone" value="assigned dispatched"'),
        ("ZB-17", FIRST_REPLY, 'workdays(4, since=dispatched_at, at="12:00")'),
        ("ZB-17", FIRST_REPLY, "workdays(3, since=dispatched_at)"),
        ("ZB-17", FIRST_REPLY, 'workdays(3, since=dispatched_at, at="12:01")'),
        ("ZB-17", FIRST_REPLY, 'workdays(3, since=received_at, at="12:00")'),
        ("ZB-17", FIRST_REPLY, 'workdays(3, since=assigned_at, at="12:00")'),
        ("ZB-17", FIRST_REPLY, 'days(3, since=dispatched_at, at="12:00")'),
        ("ZB-18", RESOLVE, '>workdays(16, since=dispatched_at, at="12:00")'),
        ("ZB-18", RESOLVE, '>workdays(15, since=dispatched_at, at="11:59")'),
        ("ZB-18", RESOLVE, '>workdays(15, since=assigned_at, at="12:00")'),
        ("ZB-18", 'name="第15个工作日12:00" cancelActivity="false"', 'name="第15个工作日12:00"'),
        ("ZB-19", "multi_level and ", ""),
        ("ZB-19", "multi_department and ", ""),
        ("ZB-19", " and institutional)", ")"),
        ("ZB-19", " and on(new_due_on, at='12:00') > deadline('resolve_due')", ""),
        ("ZB-19", "\"deadline('resolve_due')\" />", "\"deadline('drag_on_due')\" />"),
        ("ZB-20", "${granted}", "${True}"),
        ("ZB-20", "value=\"on(new_due_on, at='12:00')\"", 'value="on(new_due_on)"'),
        ("ZB-20", 'value="workdays(limit(', 'value="workdays(1 + limit('),
        ("ZB-21", "'platform' if handling_unit == complained_of_unit else 'complainant'", "'complainant'"),
        ("ZB-21", "${handling_unit == complained_of_unit}", "${False}"),
        ("ZB-21", "${handling_unit == complained_of_unit}", "${True}"),
        ("ZB-21", '${origin == "province"}', "${False}"),
        ("ZB-21", '${origin == "province"}', "${True}"),
        ("ZB-22", "'urge_first_reply', 'to': handling_unit", "'urge_first_reply', 'to': 'platform'"),
        ("ZB-22", "'urge_resolve', 'to': handling_unit", "'urge_resolve', 'to': 'platform'"),
        ("ZB-22", "'urge_rework', 'to': handling_unit", "'urge_rework', 'to': 'platform'"),
        ("ZB-22", 'name="第3个工作日12:00" cancelActivity="false"', 'name="第3个工作日12:00"'),
        ("ZB-23", '"verify" camunda:candidateGroups="platform"', '"verify" camunda:candidateGroups="${handling_unit}"'),
        ("ZB-23", "${sound}", "${True}"),
        ("ZB-23", "rating in [1, 2] and rating_returned_at is None", "rating in [1, 2]"),
        ("ZB-23", "rating in [1, 2] and", "rating in [1] and"),
        ("ZB-23", "rating in [1, 2] and", "rating in [2] and"),
        ("ZB-23", "rating in [1, 2] and", "rating in [1, 2, 3] and"),
        ("ZB-24", REWORK, '>workdays(9, since=rework_ordered_at, at="12:00")'),
        ("ZB-24", REWORK, '>workdays(10, since=verified_at, at="12:00")'),
        ("ZB-24", REWORK, ">workdays(10, since=rework_ordered_at)"),
        (
            "ZB-24",
            '"order_rework" camunda:candidateGroups="supervision_office"',
            '"order_rework" camunda:candidateGroups="platform"',
        ),
        ("ZB-24", "${returned}", "${False}"),
        ("ZB-25", '>workdays(limit("drag_on"), since=workdays(15,', '>workdays(limit("drag_on"), since=workdays(14,'),
        ("ZB-25", '>workdays(limit("drag_on"), since=workdays(10,', '>workdays(limit("drag_on"), since=workdays(9,'),
        (
            "ZB-25",
            '"supervise" camunda:candidateGroups="supervision_office"',
            '"supervise" camunda:candidateGroups="platform"',
        ),
        ("ZB-25", "${taken_over_at is not None}", "${False}"),
        ("ZB-25", " and taken_over_at >= assigned_at", ""),
        ("ZB-25", "${settled}", "${True}"),
        ("ZB-25", 'name="久拖不决" cancelActivity="false"', 'name="久拖不决"'),
        ("ZBZ-01", "'complainant' if origin == 'portal' else 'province'", "'complainant'"),
        ("ZBZ-01", "[handling_unit] if dispatched_at is not None else []", "[]"),
        ("ZBZ-01", "'supervision_office'] if taken_over_at is not None", "'supervision_office'] if False"),
        ("ZBZ-02", "handling_unit not in returned_by or insisted", "True"),
        ("ZBZ-02", "handling_unit not in returned_by or insisted", "handling_unit not in returned_by"),
        ("ZBZ-02", " and (not insisted or handling_unit in returned_by)", ""),
        ("ZBZ-02", "returned_by + [handling_unit]", "[handling_unit]"),
        (
            "ZBZ-02",
            "if returned_by is None else returned_by + [handling_unit]",
            "if returned_by is None else returned_by",
        ),
    ],
    "common/extension.bpmn": [
        ("ZB-20", "${unit + ':principal'}", "${unit}"),
        ("ZB-20", '"forward" camunda:candidateGroups="platform"', '"forward" camunda:candidateGroups="city_leaders"'),
        ("ZB-20", 'camunda:candidateGroups="city_leaders"', 'camunda:candidateGroups="supervision_office"'),
        ("ZB-20", 'camunda:candidateGroups="province"', 'camunda:candidateGroups="platform"'),
        ("ZB-20", 'name="signature" value="true"', 'name="signature" value="false"'),
        ("ZB-20", "${approved}", "${True}"),
    ],
    "common/rating.bpmn": [
        ("ZB-23", 'name="audience" value="complainant"', 'name="audience" value="taxation"'),
        ("ZB-23", "since=rating_invited_at", 'since=rating_invited_at, at="12:00"'),
    ],
}
"""Ways to break a rule in a diagram: what stands there, and what somebody might write instead."""


@pytest.mark.parametrize("path", SCENARIOS)
def test_the_scenario_holds(path: str) -> None:
    rehearse(SCENARIOS[path], locality("zibo"), definition("zibo"))


def test_every_rule_is_shown() -> None:
    assert {rule for scenario in SCENARIOS.values() for rule in scenario.rules} == RULES


@pytest.mark.parametrize(
    ("file", "rule", "sound", "broken"),
    [(file, *change) for file, changes in BROKEN.items() for change in changes],
    ids=lambda value: value if value.startswith("ZB-") else None,
)
def test_a_broken_rule_is_noticed_by_a_scenario_that_cites_it(file: str, rule: str, sound: str, broken: str) -> None:
    place = locality("zibo")

    assert noticed(SCENARIOS, rule, place, spoilt(place, file, sound, broken))


def test_a_receipt_that_names_nobody_to_ask_is_noticed() -> None:
    place = locality("zibo")
    contact, receipt = place.settings.contact, place.notice("receipt")
    assert contact is not None

    steps = [scenario.steps[0] for scenario in citing(SCENARIOS, "ZB-26")]
    said = [words for step in steps for one in step.sent or () for words in one.says]

    assert {contact.office, contact.phone} <= set(said)
    assert contact.office in receipt.body
    assert contact.phone in receipt.body


def test_what_is_to_be_handled_again_and_what_is_late_are_told_on_sheets_of_their_own() -> None:
    """督办通知单 says that a limit has passed, which of an order to handle again is not true (ZB-24)."""
    place = Deployment("0" * 64, locality("zibo"), definition("zibo"))

    assert documents_begun(place, "request", ["dispatch", "resolve", "order_rework"]) == (
        "责成重新办理通知单",
        "转办单",
    )
    assert documents_begun(place, "request", ["dispatch", "supervise"]) == ("督办通知单", "转办单")
