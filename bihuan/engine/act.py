"""Carrying out one stimulus on a loaded case: exactly the wait it names, or NotOpen."""

from typing import TypeVar

from bihuan.domain.ids import Key
from bihuan.engine import keys
from bihuan.engine.control import checked
from bihuan.engine.elements.base import Element
from bihuan.engine.elements.bodies import Each
from bihuan.engine.elements.messages import Asked, Expected
from bihuan.engine.elements.people import Person
from bihuan.engine.elements.timers import Timer
from bihuan.engine.elements.work import Job
from bihuan.engine.errors import NotOpen
from bihuan.engine.spiff import STARTED
from bihuan.engine.stimuli import AddItem, Complete, Deliver, JobDone, JobFailed, Press, Recount, Stimulus
from bihuan.engine.tree import CaseFlow, Token, lineage

E = TypeVar("E", bound=Element)


def act(case: CaseFlow, stimulus: Stimulus) -> None:
    """Carry the stimulus out. Raises NotOpen, Refused, ExecutionFault. `Tick` does nothing more than let time pass."""
    match stimulus:
        case Complete(key, control):
            token, person = _open(case, key, Person)
            person.done(token, checked(control))
        case Press(key, control):
            token, asked = _open(case, key, Asked)
            asked.press(token, checked(control))
        case Deliver(key, control):
            token, expected = _open(case, key, Expected)
            expected.deliver(token, checked(control))
        case JobDone(key, control):
            token, job = _open(case, key, Job)
            job.done(token, checked(control))
        case JobFailed(key, code, control):
            token, job = _open(case, key, Job)
            job.failed(token, code, checked(control))
        case AddItem(key, item):
            _add(case, key, item)
        case Recount():
            _recount(case)


def _open(case: CaseFlow, key: Key, kind: type[E]) -> tuple[Token, E]:
    for token in case.find():
        spec = token.task_spec
        if token.waiting and isinstance(spec, kind) and keys.key_of(token) == key:
            return token, spec
    raise NotOpen(key)


def _recount(case: CaseFlow) -> None:
    """Count the limits again; the last moment of a button that is the same as such a limit goes with it.

    Only one that holds until then: what was promised by days of its own, or before a limit was moved, stays.
    """
    waiting = [(token, token.task_spec) for token in case.find() if token.waiting]
    holding = [(token, spec) for token, spec in waiting if isinstance(spec, Asked) and spec.until_holds(token)]
    for token, spec in waiting:
        if isinstance(spec, Timer):
            spec.recount(token)
    for token, spec in holding:
        spec.follow(token)


def _add(case: CaseFlow, key: Key, item: str) -> None:
    """Grow the multi-instance with this key, or the nearest one around the wait with this key."""
    named = [token for token in case.find() if "n" in token.internal_data and keys.key_of(token) == key]
    for token in (each for start in named if not start.finished for each in lineage(start)):
        if isinstance(token.task_spec, Each) and token._state == STARTED:
            container = keys.key_of(token)
            if str(item) in map(str, token.internal_data["items"]):
                break
            case.moment.record("item_added", container, item=item)
            token.task_spec.add(token, item)
            return
    raise NotOpen(key)
