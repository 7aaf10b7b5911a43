"""Deadlines (期限): timers on an activity's edge or on the way, always a date, worked out once when they are armed."""

from datetime import datetime, timedelta
from typing import Any

from bihuan.domain.clock import BEIJING
from bihuan.domain.ids import Key
from bihuan.domain.workdays import CannotCount, Due, recount
from bihuan.engine import around, keys
from bihuan.engine.elements.base import CALENDAR, Element
from bihuan.engine.elements.boundary import Boundary
from bihuan.engine.evaluate import evaluate, fault, instant
from bihuan.engine.expressions import Expression
from bihuan.engine.facts import OpenDeadline
from bihuan.engine.info import ElementInfo
from bihuan.engine.spiff import WorkflowSpec
from bihuan.engine.tree import Token


class Timer(Element):
    """Waits for an instant. It never fires by itself: the step fires what is due, the earliest first (settle.py)."""

    is_timer = True

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, date: Expression) -> None:
        super().__init__(wf_spec, name, info)
        self.date = date

    def _update_hook(self, my_task: Token) -> bool:
        keys.number(my_task)
        detail = self.keep_date(my_task, evaluate(my_task, self.date), self.date)
        my_task.wait()
        my_task.moment.record("deadline_set", keys.key_of(my_task), **detail)
        return False

    def keep_date(self, token: Token, value: Any, date: Expression) -> dict[str, Any]:
        """Keep an instant in the token, and say how it was counted. Raises ExecutionFault when the value is none."""
        due = instant(value)
        if due is None:
            raise fault(token, f"{date.text} gives no moment but {value!r}")
        rule = value.rule if isinstance(value, Due) else date.text
        token.internal_data["due"], token.internal_data["rule"] = due.isoformat(), rule
        self._keep_recipe(token, value)
        return {**self.facts_about(token), **_counting(value, due, date)}

    def _keep_recipe(self, token: Token, value: Any) -> None:
        for name in ("recipe", "provisional", "left"):
            token.internal_data.pop(name, None)
        if isinstance(value, Due):
            token.internal_data["recipe"] = value.recipe
            if value.provisional:
                token.internal_data["provisional"] = True

    def recount(self, token: Token) -> None:
        """Count the deadline again by the calendar of this step: moved, confirmed, or left with the reason said once.

        An instant that nobody counted stays. So does one that would then be over already: nobody is late by a calendar.
        """
        kept, moment = token.internal_data, token.moment
        if "recipe" not in kept:
            return
        try:
            due = recount(moment.calendar, kept["recipe"])
        except CannotCount as error:
            raise fault(token, str(error)) from error
        old, new, key = kept["due"], due.due_at.isoformat(), keys.key_of(token)
        counted = {
            "why": CALENDAR, "provisional": due.provisional, "receipt": due.receipt.to_json(),
            "anchor_at": due.anchor_at.isoformat(),
        }  # fmt: skip
        if new != old and due.due_at <= moment.now:
            if kept.get("left") != new:
                kept["left"] = new
                moment.record("deadline_not_moved", key, reason="not_after_now", why=CALENDAR, to=new)
        elif new != old:
            kept["due"] = new
            self._keep_recipe(token, due)
            moment.record("deadline_moved", key, old=old, new=new, **{**self.facts_about(token), **counted})
        elif kept.get("provisional") and not due.provisional:
            self._keep_recipe(token, due)
            moment.record("deadline_confirmed", key, due_at=new, **counted)

    def facts_about(self, token: Token) -> dict[str, Any]:
        """What a fact says of this deadline besides how it was counted."""
        open_ = self.waits_for(token)
        return {
            "name": open_.name,
            "clause": open_.clause,
            "due_at": open_.due_at.isoformat(),
            "rule": open_.rule,
            "internal": open_.internal,
            "interrupting": open_.interrupting,
            "on": str(open_.on) if open_.on else None,
        }

    def waits_for(self, token: Token) -> OpenDeadline:
        """The deadline as callers see it."""
        info = self.info
        return OpenDeadline(
            keys.key_of(token),
            info.name,
            around.due(token),
            self.on(token),
            bool(info.interrupting),
            info.internal,
            token.internal_data["rule"],
            around.clause_of(token),
        )

    def on(self, token: Token) -> Key | None:
        """The activity the deadline is about; None on the way."""
        return None

    def fire(self, token: Token) -> None:
        """The instant has come."""
        moment = token.moment
        token.internal_data["passed"] = True
        detail = {"due_at": token.internal_data["due"], "fired_at": moment.now.isoformat()}
        moment.record("deadline_passed", keys.key_of(token), **detail)
        token.finish()

    def _on_cancel(self, my_task: Token) -> None:
        my_task.moment.record("deadline_ended", keys.key_of(my_task))


class BoundaryTimer(Timer, Boundary):
    """A deadline on an activity: interrupting, or (督促) with the activity left open."""

    def on(self, token: Token) -> Key | None:
        """The activity the deadline stands on."""
        activity = around.activity_of(token)
        return keys.key_of(activity) if activity else None


def move(timer: Token, value: Any, to: Expression) -> None:
    """Move a boundary timer to another instant. One that has passed is set anew; the branch it started goes on."""
    spec, old = timer.task_spec, timer.internal_data["due"]
    if not isinstance(spec, Timer):
        raise TypeError(f"Expected a timer, but {spec.bpmn_id} is none")
    if not timer.waiting and timer.up is not None:
        passed, timer = timer.internal_data, timer.up.add(spec)
        del passed["passed"]
        timer.internal_data.update({name: passed[name] for name in ("n", "item") if name in passed})
        timer.wait()
    detail = spec.keep_date(timer, value, to)
    timer.moment.record("deadline_moved", keys.key_of(timer), old=old, new=timer.internal_data["due"], **detail)


def _counting(value: Any, due: datetime, date: Expression) -> dict[str, Any]:
    if isinstance(value, Due):
        return {
            "anchor": date.since,
            "anchor_at": value.anchor_at.isoformat(),
            "due_on": value.due_on.isoformat(),
            "provisional": value.provisional,
            "receipt": value.receipt.to_json(),
        }
    last_day = (due - timedelta(microseconds=1)).astimezone(BEIJING).date()
    return {"anchor": None, "anchor_at": None, "due_on": last_day.isoformat(), "provisional": False, "receipt": None}
