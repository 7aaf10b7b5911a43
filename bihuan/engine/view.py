"""What a case waits for, read off its tokens."""

from types import MappingProxyType

from bihuan.domain.ids import Key
from bihuan.engine.facts import Awaited, OpenButton, OpenDeadline, OpenJob, OpenTask, Waits
from bihuan.engine.tree import CaseFlow, Token


def in_order(key: Key) -> tuple[str, str, int, str]:
    """How keys are sorted."""
    return key.process, key.element, key.occurrence, key.item or ""


def view(case: CaseFlow) -> Waits:
    """Everything the case waits for, each kind in the order of its keys."""
    open_ = [(token.task_spec.waits_for(token), _calls(token)) for token in case.find() if token.waiting]
    calls = {wait.key: around for wait, around in open_ if wait is not None and around}
    found = sorted((wait for wait, _ in open_ if wait is not None), key=lambda wait: in_order(wait.key))
    return Waits(
        tuple(wait for wait in found if isinstance(wait, OpenTask)),
        tuple(wait for wait in found if isinstance(wait, OpenButton)),
        tuple(wait for wait in found if isinstance(wait, OpenDeadline)),
        tuple(wait for wait in found if isinstance(wait, OpenJob)),
        tuple(wait for wait in found if isinstance(wait, Awaited)),
        MappingProxyType(dict(case.milestones)),
        MappingProxyType(dict(case.data)),
        MappingProxyType(calls),
    )


def _calls(token: Token) -> tuple[tuple[str, str], ...]:
    """The call activities around a token, the outermost first."""
    found: list[tuple[str, str]] = []
    host = token.workflow.host
    while host is not None:
        if host.task_spec.isolated:
            found.insert(0, (host.task_spec.process, host.task_spec.bpmn_id))
        host = host.workflow.host
    return tuple(found)
