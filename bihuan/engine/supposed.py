"""What a road ahead supposes: the conditions that must hold, or must not, for a case to have come along it.

Only texts are compared, never values: `${sound}` twice on one road holds twice. That is enough to leave out what cannot
be, such as 批准 after the last signature was refused.
"""

import re
from dataclasses import dataclass
from typing import Final

from bihuan.engine.expressions import unwrapped
from bihuan.engine.info import FlowInfo

_EQUALS: Final = re.compile(r"(\w+) == (\"[^\"]*\"|\d+|True|False|None)")


@dataclass(frozen=True, slots=True)
class Supposed:
    """Conditions by their text, each with whether it holds."""

    known: frozenset[tuple[str, bool]] = frozenset()

    def can_take(self, flow: FlowInfo, flows: tuple[FlowInfo, ...]) -> bool:
        """Whether a gateway's flow can be taken: its condition may hold, and none before it must."""
        if flow.default:
            return all(self._holds(other) is not True for other in flows if not other.default)
        before = flows[: flows.index(flow)]
        return self._holds(flow) is not False and all(self._holds(other) is not True for other in before)

    def taking(self, flow: FlowInfo, flows: tuple[FlowInfo, ...]) -> "Supposed":
        """What is known once it was taken."""
        before = flows if flow.default else flows[: flows.index(flow)]
        failed = {(_text(other), False) for other in before if not other.default}
        return Supposed(self.known | failed | (set() if flow.default else {(_text(flow), True)}))

    def through(self, pairs: tuple[tuple[str, str], ...]) -> "Supposed":
        """What is known inside a call, or after it: of what is handed over, by its new name."""
        renamed = {unwrapped(source): target for source, target in pairs}
        return Supposed(frozenset((renamed[text], holds) for text, holds in self.known if text in renamed))

    def _holds(self, flow: FlowInfo) -> bool | None:
        text = _text(flow)
        for holds in (True, False):
            if (text, holds) in self.known:
                return holds
        equal = _EQUALS.fullmatch(text)
        if equal is None:
            return None
        others = (_EQUALS.fullmatch(other) for other, holds in self.known if holds)
        return False if any(other and other[1] == equal[1] and other[2] != equal[2] for other in others) else None


NOTHING: Final = Supposed()


def _text(flow: FlowInfo) -> str:
    return " ".join(unwrapped(flow.condition or "").split())
