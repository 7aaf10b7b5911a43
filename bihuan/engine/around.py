"""Activities and the boundary events on them: who stands on whom, which limit governs a task, who catches an error.

An activity with boundary events and those events are siblings under one token of `Together` (elements/boundary.py), for
as long as the activity is open.
"""

from collections.abc import Iterator
from datetime import datetime

from bihuan.engine.tree import Token, lineage


def activity_of(event: Token) -> Token | None:
    """The activity a boundary event stands on, while that is open."""
    if event.up is None or not event.up.task_spec.holds_activity:
        return None
    return next((t for t in event.up.below if not t.task_spec.on_boundary and not t.finished), None)


def events_on(activity: Token) -> list[Token]:
    """The boundary events of an activity, those that happened included; none when it has none."""
    if activity.up is None or not activity.up.task_spec.holds_activity or activity.task_spec.on_boundary:
        return []
    return [token for token in activity.up.below if token.task_spec.on_boundary]


def activities_around(token: Token) -> Iterator[Token]:
    """The open activities with boundary events around a token, the nearest first.

    A branch that starts on a boundary event counts that event's activity as around it.
    """
    for each in lineage(token):
        activity = activity_of(each) if each.task_spec.on_boundary else each
        if activity is not None and not activity.finished and events_on(activity):
            yield activity


def timers_on(activity: Token) -> list[Token]:
    """The deadlines of an open activity: those to come and those that have passed."""
    return [t for t in events_on(activity) if t.task_spec.is_timer and (t.waiting or "passed" in t.internal_data)]


def timer_around(token: Token, element: object) -> Token | None:
    """The boundary timer named `element` on the nearest activity around that has one."""
    for activity in activities_around(token):
        for timer in timers_on(activity):
            if timer.task_spec.bpmn_id == element:
                return timer
    return None


def due(timer: Token) -> datetime:
    """When a timer is due, or was."""
    return datetime.fromisoformat(timer.internal_data["due"])


def governing(task: Token) -> Token | None:
    """The limit that governs a task: the earliest on the task itself, else on the nearest activity around that has one.

    Passed or not: a task stays late until it is done.
    """
    for each in lineage(task):
        if not each.finished and (timers := timers_on(each)):
            return min(timers, key=due)
    return None


def clause_of(token: Token) -> str:
    """The rules that an element carries out: its own; in a called process that cites none, those of the call."""
    clause, host = token.task_spec.info.clause, token.workflow.host
    while not clause and host is not None:
        if host.task_spec.isolated:
            clause = host.task_spec.info.clause
        host = host.workflow.host
    return clause


def catcher(token: Token, code: str) -> Token | None:
    """The boundary event that takes an error thrown here: on the nearest activity around that has one for this code."""
    for each in lineage(token):
        for event in events_on(each):
            if event.waiting and event.task_spec.catches(code):
                return event
    return None
