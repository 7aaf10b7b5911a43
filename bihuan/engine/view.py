"""What a case waits for, read off its tokens."""

from types import MappingProxyType

from bihuan.domain.ids import Key
from bihuan.engine.facts import Awaited, OpenButton, OpenDeadline, OpenJob, OpenTask, Waits
from bihuan.engine.tree import CaseFlow


def in_order(key: Key) -> tuple[str, str, int, str]:
    """How keys are sorted."""
    return key.process, key.element, key.occurrence, key.item or ""


def view(case: CaseFlow) -> Waits:
    """Everything the case waits for, each kind in the order of its keys."""
    open_ = [token.task_spec.waits_for(token) for token in case.find() if token.waiting]
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
