"""Forgetting what has happened: only tokens that still matter stay in the tree, so a state never grows with its
history.

Kept are: every unfinished token; the root of each flow; what holds waiting siblings together (an activity and its
boundary events, the events behind a gateway); a side branch's event while its branch is alive, for its data, or while
its activity is open, for the limit that passed there. Everything else is taken out, its children given to the nearest
kept ancestor. Nothing the engine does depends on what is taken out (tests/engine/test_properties.py).
"""

from bihuan.engine import around
from bihuan.engine.tree import CaseFlow, Flow, Token


def prune(case: CaseFlow) -> None:
    """Take every token that no longer matters out of the tree."""
    for flow in case.flows():
        alive = _with_life_below(flow)
        for token in [token for token in flow.tasks.values() if not _matters(token, alive)]:
            _take_out(flow, token)


def _with_life_below(flow: Flow) -> set[int]:
    """The ids of tokens that have an unfinished token below them."""
    alive: set[int] = set()
    for token in flow.tasks.values():
        if not token.finished:
            above = token._parent
            while above is not None and above not in alive:
                alive.add(above)
                above = flow.tasks[above]._parent
    return alive


def _matters(token: Token, alive: set[int]) -> bool:
    spec = token.task_spec
    if not token.finished or token._parent is None:
        return True
    if spec.holds_activity:
        return any(not child.task_spec.on_boundary and not child.finished for child in token.below)
    if spec.first_wins:
        return any(child.waiting for child in token.below)
    if spec.opens_scope and token.id in alive:
        return True
    return "passed" in token.internal_data and around.activity_of(token) is not None


def _take_out(flow: Flow, token: Token) -> None:
    parent = token.up
    if parent is None:
        return
    place = parent._children.index(token.id)
    parent._children[place : place + 1] = token._children
    for child in token._children:
        flow.tasks[child]._parent = parent.id
    del flow.tasks[token.id]
