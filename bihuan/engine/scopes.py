"""Where data lives: a scope is a process, a called process, one instance of a multi-instance, or a side branch (旁路).

Control data is written to the nearest scope and seen from everything inside it, but not across a call: there only what
`camunda:in` and `camunda:out` name passes. A milestone is set in its scope and in all around it; one's own comes first.
A sub-process is a scope for milestones only. So an application's data never outlives its branch, and each of several
units counts from its own milestones.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.engine import keys
from bihuan.engine.tree import Token, lineage


def _scopes(token: Token) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any]]]:
    """Control data (None: not visible from here, or not kept here) and milestones of each scope, the nearest first."""
    seen = True
    for each in lineage(token):
        if each.task_spec.opens_scope:
            yield each.data if seen else None, each.milestones
        if each._parent is None:
            flow = each.workflow
            yield flow.data if seen and flow.isolated else None, flow.milestones
            seen = seen and not flow.isolated


def names(token: Token) -> dict[str, Any]:
    """All that an expression on this token can read."""
    found: dict[str, Any] = {}
    for control, milestones in reversed(list(_scopes(token))):
        if control:
            found.update(control)
        for name, at in milestones.items():
            found[f"{name}_at"] = at
    return found


def control(token: Token) -> dict[str, Any]:
    """The control data among them."""
    found: dict[str, Any] = {}
    for data, _ in reversed(list(_scopes(token))):
        found.update(data or {})
    return found


def write(token: Token, values: Mapping[str, Any]) -> None:
    """Set control data in the nearest scope."""
    if not values:
        return
    control = next(control for control, _ in _scopes(token) if control is not None)
    control.update(values)
    case = token.workflow.top_workflow
    if control is case.data:
        case.moment.set_control(values)


def reach(token: Token, milestone: str) -> None:
    """Set a milestone in the token's scope and in all around; the latest wins."""
    for _, milestones in _scopes(token):
        milestones[milestone] = token.moment.at
    key = keys.key_of(token) if "n" in token.internal_data else None
    token.moment.record("milestone_reached", key, name=milestone)
