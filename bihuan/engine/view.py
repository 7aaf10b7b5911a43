"""What a case waits for, read off its tokens."""

from types import MappingProxyType
from typing import Any

from bihuan.domain.ids import Key
from bihuan.engine import scopes
from bihuan.engine.facts import Awaited, OpenButton, OpenDeadline, OpenJob, OpenTask, Waits
from bihuan.engine.tree import CaseFlow, Token


def in_order(key: Key) -> tuple[str, str, int, str]:
    """How keys are sorted."""
    return key.process, key.element, key.occurrence, key.item or ""


def view(case: CaseFlow) -> Waits:
    """Everything the case waits for, each kind in the order of its keys."""
    open_ = (token.task_spec.waits_for(token) for token in case.find() if token.waiting)
    found = sorted((wait for wait in open_ if wait is not None), key=lambda wait: in_order(wait.key))
    return Waits(
        tuple(wait for wait in found if isinstance(wait, OpenTask)),
        tuple(wait for wait in found if isinstance(wait, OpenButton)),
        tuple(wait for wait in found if isinstance(wait, OpenDeadline)),
        tuple(wait for wait in found if isinstance(wait, OpenJob)),
        tuple(wait for wait in found if isinstance(wait, Awaited)),
        MappingProxyType(dict(case.milestones)),
        MappingProxyType(dict(case.data)),
    )


def calls(case: CaseFlow) -> dict[Key, tuple[tuple[str, str], ...]]:
    """Of each wait inside a called process the calls around it; for whoever looks at a case, not for each step."""
    open_ = [(token.task_spec.waits_for(token), token) for token in case.find() if token.waiting]
    found = {wait.key: _calls(token) for wait, token in open_ if wait is not None}
    return {key: around for key, around in found.items() if around}


def seen(case: CaseFlow) -> dict[Key, dict[str, Any]]:
    """Of each task and button the control data it sees, as the item it is about; for whoever looks at a case."""
    open_ = [(token.task_spec.waits_for(token), token) for token in case.find() if token.waiting]
    return {wait.key: scopes.control(token) for wait, token in open_ if isinstance(wait, OpenTask | OpenButton)}


def _calls(token: Token) -> tuple[tuple[str, str], ...]:
    """The call activities around a token, the outermost first."""
    found: list[tuple[str, str]] = []
    host = token.workflow.host
    while host is not None:
        if host.task_spec.isolated:
            found.insert(0, (host.task_spec.process, host.task_spec.bpmn_id))
        host = host.workflow.host
    return tuple(found)
