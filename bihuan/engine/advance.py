"""The engine's one motion: a case's state and one stimulus in, the new state and what happened out. Pure: no IO, no
clock.
"""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bihuan.domain.workdays import Calendar
from bihuan.engine import scopes
from bihuan.engine import state as states
from bihuan.engine.act import act
from bihuan.engine.control import checked
from bihuan.engine.definition import Definition
from bihuan.engine.facts import Step, Waits
from bihuan.engine.moment import LONG_AGO, Moment
from bihuan.engine.prune import prune
from bihuan.engine.settle import fire_due, settle
from bihuan.engine.stimuli import Start, Stimulus
from bihuan.engine.tree import CaseFlow, begin
from bihuan.engine.view import calls, seen, view


def advance(
    definition: Definition, state: bytes | None, stimulus: Stimulus, now: datetime, *, calendar: Calendar
) -> Step:
    """Carry one stimulus out on a case (`state` is None for `Start` alone), and say what happened and what is waited
    for.

    1. Timers due at `now` fire, the earliest first, each at its own due time: what is due comes before what a
       person does.
    2. The stimulus ends its wait, or begins the case.
    3. All that is automatic runs; what is due by then fires too.

    Raises NotOpen when the wait is gone (also by step 1, and when the same stimulus comes twice), Refused when the
    diagram forbids the deed now, ExecutionFault when the diagram fails, ValueError for what no caller may pass.
    Whatever is raised, `state` still holds: apply the stimulus again, or `Tick`, or leave it.
    """
    moment = Moment(now, calendar, definition.limits)
    if isinstance(stimulus, Start):
        case = _begin(definition, state, stimulus, moment)
    else:
        if state is None:
            raise ValueError(f"Expected a state for {type(stimulus).__name__}, but there is none")
        case = states.load(definition, state, moment)
        fire_due(case)
        moment.at = moment.now
        act(case, stimulus)
    settle(case)
    fire_due(case)
    prune(case)
    return Step(states.dump(case), tuple(moment.facts), view(case), case.exit, case.completed)


def _begin(definition: Definition, state: bytes | None, stimulus: Start, moment: Moment) -> CaseFlow:
    if state is not None:
        raise ValueError("Expected no state for Start, but the case has begun")
    if stimulus.process not in definition.processes:
        raise ValueError(f"Expected a process of the deployment, but there is no {stimulus.process!r}")
    case = CaseFlow(definition.specs[stimulus.process], definition.specs, moment)
    moment.at = moment.now
    begin(case)
    scopes.write(case.task_tree, checked(stimulus.control))
    return case


def waits(definition: Definition, state: bytes) -> Waits:
    """What a stored case waits for, without moving it."""
    case = states.load(definition, state, Moment(LONG_AGO, Calendar(), definition.limits))
    return replace(view(case), calls=MappingProxyType(calls(case)), seen=MappingProxyType(seen(case)))
