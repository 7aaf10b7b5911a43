"""Working out an expression where a token stands: what it can read, what it can call, and what counts as a fault.

Any fault becomes an ExecutionFault that names the element: an incident for people, never half a step.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bihuan.domain.workdays import Calendar, CannotCount, Due, day_of_month, month, quarter, workday_of_month
from bihuan.engine import around, scopes
from bihuan.engine.errors import ExecutionFault
from bihuan.engine.expressions import Expression, Failed
from bihuan.engine.tree import Token


def evaluate(token: Token, expression: Expression, extra: Mapping[str, Any] | None = None) -> Any:
    """The value of the expression on this token. Raises ExecutionFault."""
    try:
        return attempt(token, expression, extra)
    except (Failed, CannotCount) as error:
        raise fault(token, str(error)) from error


def attempt(token: Token, expression: Expression, extra: Mapping[str, Any] | None = None) -> Any:
    """As `evaluate`, but raises Failed or CannotCount: for conditions a person can be told about."""
    names = scopes.names(token)
    if extra:
        names.update(extra)
    return expression.value(names, functions_for(token))


def fault(token: Token, why: str) -> ExecutionFault:
    """The fault of this token's element."""
    return ExecutionFault(token.task_spec.process, token.task_spec.bpmn_id, why)


def functions_for(token: Token) -> Mapping[str, Callable[..., Any]]:
    """The functions of the language, for this token's step and place."""
    moment = token.moment
    return {
        **functions_of(moment.calendar, moment.limits),
        "deadline": lambda element: _deadline(token, element),
    }


def functions_of(calendar: Calendar, limits: Mapping[str, int]) -> dict[str, Callable[..., Any]]:
    """The functions of the language that need no token."""
    return {
        "workdays": calendar.workdays,
        "days": calendar.days,
        "workday_of_month": partial(workday_of_month, calendar),
        "day_of_month": partial(day_of_month, calendar),
        "on": calendar.on,
        "month": month,
        "quarter": quarter,
        "limit": lambda name: _limit(limits, name),
        "len": _length,
        "min": lambda *values: _extreme(min, values),
        "max": lambda *values: _extreme(max, values),
        "values": _values,
    }


def instant(value: Any) -> datetime | None:
    """The moment a value stands for, in UTC; None when it is no moment."""
    if isinstance(value, Due):
        return value.due_at
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return None


def _limit(limits: Mapping[str, int], name: object) -> int:
    if not isinstance(name, str) or name not in limits:
        raise Failed(f"there is no internal limit named {name!r}")
    return limits[name]


def _deadline(token: Token, element: object) -> datetime:
    timer = around.timer_around(token, element)
    if timer is None:
        raise Failed(f"no activity around carries the deadline {element!r}")
    return around.due(timer)


def _length(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise Failed(f"len needs a list or a text, but it met {value!r}")


def _values(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    raise Failed(f"values needs a collection by item, but it met {value!r}")


def _extreme(which: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    candidates = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    if not candidates:
        raise Failed("min and max need at least one value")
    return which(candidates, key=lambda value: value.due_at if isinstance(value, Due) else value)
