"""One mutant: what was changed where, and the file that holds the change."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mutant:
    """A folder with one file changed. `visits`: only a scenario that comes by one of these elements can notice."""

    place: str
    """`request/first_reply_due`, `duty/row 3`, `resolve/outcome`, `limit/dispatch`."""
    name: str
    """What the place is called in Chinese."""
    operator: str
    """What kind of change it is, in Chinese."""
    change: str
    file: str
    content: Callable[[], bytes] = field(repr=False, compare=False)
    """The file as changed; made when it is played."""
    visits: frozenset[str] = field(repr=False)
    clauses: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """What names it for ever, as long as the place is drawn and written as it is."""
        return " · ".join(part for part in (self.place, self.operator, self.change) if part)


def fragment(before: str, after: str) -> str:
    """The part that differs, with the word around it: `3 → 4`; a part that is gone stands alone."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    while start and _in_a_word(before[start - 1]):
        start -= 1
    while end and _in_a_word(before[len(before) - end]):
        end -= 1
    return f"{before[start : len(before) - end].strip()} → {after[start : len(after) - end].strip()}"


def _in_a_word(character: str) -> bool:
    return not character.isspace() and character not in "()[]{},"
