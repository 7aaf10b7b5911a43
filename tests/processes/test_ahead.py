"""What pages say comes next (接下来) against what the engine then does, on the localities' own procedures."""

from collections.abc import Iterator
from random import Random

import pytest

from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar
from bihuan.engine import (
    Complete,
    Definition,
    Deliver,
    ExecutionFault,
    JobDone,
    NotOpen,
    Press,
    Refused,
    Start,
    Step,
    Stimulus,
    Tick,
    Waits,
    advance,
)
from bihuan.engine.ahead import Ahead, Road, ahead, within
from bihuan.engine.settled import Settled, possible
from bihuan.locality.fields import Field
from bihuan.locality.folder import WITHDRAW, Locality
from tests.processes.play import definition, instant, locality

BEGIN = instant("2026-09-29T16:00")
CALENDAR = Calendar()
LOCALITIES = ("zibo", "xuchang", "changshu", "kaihua", "yunnan")
LIVES, DEEDS = 15, 60
SELDOM = 0.02
"""How often somebody thinks of withdrawing (撤回), which ends a life before it has shown much."""


def told(roads: Ahead) -> list[tuple[tuple[tuple[str, str], ...], str]]:
    """Each road as its choices and where it leads."""
    return [
        (tuple((one.gateway.name, one.flow.name) for one in road.choices), road.to.name if road.to else "")
        for road in roads.roads
    ]


def test_the_verifier_of_zibo_is_told_of_each_way() -> None:
    roads = ahead(definition("zibo"), "request", "verify")

    assert told(roads) == [
        ((("办理到位？", "否"),), "责成重新办理"),
        ((("办理到位？", "是"), ("省转办？", "是")), "省平台审核"),
        ((("办理到位？", "是"), ("省转办？", "否")), "等候评价"),
    ]  # fmt: skip


def test_a_button_that_does_not_interrupt_leaves_the_main_line_alone() -> None:
    (road,) = ahead(definition("zibo"), "request", "send_back").roads

    assert road.to is not None
    assert road.to.id == "decide_send_back"
    assert road.left == ()


def test_an_agreed_return_ends_all_of_the_unit_s_work() -> None:
    zibo = definition("zibo")
    refused, agreed = sorted(ahead(zibo, "request", "decide_send_back").roads, key=lambda one: one.to is not None)

    assert refused.to is None
    assert agreed.to is not None
    assert agreed.to.id == "redispatch"
    assert "handling" in [one.id for one in agreed.left]
    assert any(within(zibo, one, "request", "first_reply") for one in agreed.left)


def test_a_side_branch_that_may_be_the_last_tells_how_the_case_ends() -> None:
    roads = ahead(definition("yunnan"), "request", "investigate").roads

    assert {(road.to.exit if road.to else None, road.joins) for road in roads} == {
        (None, False), ("closed", True), ("withdrawn", True),
    }  # fmt: skip


def test_what_a_refused_signature_rules_out_is_not_told() -> None:
    roads = ahead(definition("zibo"), "extension", "sign_principal", (("request", "extension"),)).roads

    assert sorted(told(Ahead(roads))) == [
        ((("同意？", "否"),), ""),
        ((("同意？", "是"),), "市平台报送"),
    ]


@pytest.mark.parametrize("name", LOCALITIES)
def test_whatever_a_deed_opens_was_told_before(name: str) -> None:
    """Lives lived at random: tasks, waits and ends that follow a deed are among those its roads lead to."""
    seen = 0
    for seed in range(LIVES):
        for before, deed, step in lived(locality(name), definition(name), Random(seed)):
            roads = [road for key in causes(deed, step) for road in roads_of(name, before, key)]
            arrivals = {place for road in roads for place in places(definition(name), road)}
            opened = set(opened_by(step))
            assert opened <= arrivals, (seed, deed, opened - arrivals)
            if step.ended:
                assert step.exit in {road.to.exit for road in roads if road.to}, (seed, deed)
            seen += len(opened)
    assert seen > LIVES


def test_what_the_data_of_a_case_settles_is_not_told() -> None:
    """Of a case of our own portal nobody reads 省转办; what the deed's own form asks is open still."""
    zibo = definition("zibo")
    verify = ahead(zibo, "request", "verify")
    portal, order = (
        possible(zibo, verify, Settled({"origin": origin, "rating": 2}, ())) for origin in ("portal", "province")
    )

    assert told(portal) == [((("办理到位？", "否"),), "责成重新办理"), ((("办理到位？", "是"),), "等候评价")]
    assert told(order) == [((("办理到位？", "否"),), "责成重新办理"), ((("办理到位？", "是"),), "省平台审核")]
    assert possible(zibo, verify, Settled({}, ())) == verify
    asked = Settled.by(zibo.element("request", "verify"), {"sound": True, "unit": "x"}, (), frozenset({"sound"}))
    assert asked.control == {"unit": "x"}


def test_whether_the_office_has_taken_a_case_over_is_no_choice_of_the_unit() -> None:
    zibo = definition("zibo")
    resolve = ahead(zibo, "request", "resolve")
    known = {"handling_unit": "commerce", "complained_of_unit": None}

    assert {to for _, to in told(possible(zibo, resolve, Settled(known, ())))} == {"审核并回访"}
    assert {to for _, to in told(possible(zibo, resolve, Settled(known, ("taken_over",))))} == {"督查室确认"}


def roads_of(name: str, before: Waits, key: Key) -> tuple[Road, ...]:
    """Those that pages tell of: what the case's data rules out is left out."""
    found, where = definition(name), locality(name)
    deed = found.element(key.process, key.element)
    form = where.forms.get(deed.form or "")
    roads = ahead(found, key.process, key.element, before.calls.get(key, ()))
    assert roads.whole, key
    settled = Settled.by(deed, before.control, before.milestones.keys(), form.control if form else frozenset())
    return possible(found, roads, settled).roads


def causes(deed: Stimulus, step: Step) -> Iterator[Key]:
    """The wait that the deed ended, and every limit that passed with it."""
    if isinstance(deed, Complete | Press | Deliver | JobDone):
        yield deed.key
    yield from (fact.key for fact in step.facts if fact.kind == "deadline_passed" and fact.key)


def places(found: Definition, road: Road) -> Iterator[tuple[str, str]]:
    """Where a road leads: behind an event-based gateway to each of its events."""
    if road.to is not None:
        yield road.to.process, road.to.id
        for flow in found.flows(road.to.process, road.to.id):
            yield road.to.process, flow.target


def opened_by(step: Step) -> Iterator[tuple[str, str]]:
    for fact in step.facts:
        if fact.key and (fact.kind == "task_opened" or (fact.kind == "button_armed" and not fact.detail["on"])):
            yield fact.key.process, fact.key.element


def lived(where: Locality, found: Definition, chance: Random) -> Iterator[tuple[Waits, Stimulus, Step]]:
    """One life of the main procedure: what it waited for, what was done, what came of it."""
    given = {**control(where, "request", chance), "origin": chance.choice(["portal", "province"]), "case_no": "X1"}
    now, deed = BEGIN, Start(where.settings.process, given)
    step = advance(found, None, deed, now, calendar=CALENDAR)
    for _ in range(DEEDS):
        before = step.waits
        chosen = choose(where, before, chance)
        if step.ended or chosen is None:
            return
        if isinstance(chosen, Tick):
            now = min(one.due_at for one in before.deadlines)
        try:
            step = advance(found, step.state, chosen, now, calendar=CALENDAR)
        except (Refused, ExecutionFault, NotOpen):
            continue
        yield before, chosen, step


def choose(where: Locality, waits: Waits, chance: Random) -> Stimulus | None:
    if waits.jobs:
        return JobDone(waits.jobs[0].key, {})
    deeds: list[Stimulus] = [Complete(task.key, control(where, task.form or "", chance)) for task in waits.tasks] * 3
    pressed = [one for one in waits.buttons if one.form != WITHDRAW or chance.random() < SELDOM]
    deeds += [Press(one.key, control(where, one.form or "", chance)) for one in pressed]
    deeds += [Deliver(one.key, {}) for one in waits.messages]
    deeds += [Tick()] if waits.deadlines else []
    return chance.choice(deeds) if deeds else None


def control(where: Locality, form: str, chance: Random) -> dict[str, str | int | bool | float | None]:
    fields = where.forms[form].fields if form in where.forms else ()
    return {field.key: value(where, field, chance) for field in fields if field.control}


def value(where: Locality, field: Field, chance: Random) -> str | int | bool | float | None:
    choices = where.options().get(field.values_key, ()) if field.values_key else field.options
    match field.type:
        case "select" | "radio" if not field.required and chance.random() < 0.7:  # units that need not be named
            return None
        case "select" | "radio":
            return chance.choice([one.value for one in choices])
        case "checkbox":
            return chance.random() < 0.7
        case "number":
            return int(field.least or 1)
        case "datetime":
            return "2026-12-31"
        case _:
            return None
