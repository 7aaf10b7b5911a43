"""What a figure of a report should reach (目标)."""

from dataclasses import dataclass

from bihuan.locality.faults import Notes
from bihuan.locality.tables import Table


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach: `least` or `most`, in the figure's own unit (98 for 98 %)."""

    least: float | None = None
    most: float | None = None

    @property
    def bound(self) -> float | None:
        """Whichever of the two it is."""
        return self.least if self.least is not None else self.most

    def met(self, value: float) -> bool:
        """Whether the value reaches it."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def read_target(given: Table | None, name: str, notes: Notes) -> Target | None:
    """The target in a figure's table; none without one."""
    if given is None:
        return None
    least, most = given.number("at_least"), given.number("at_most")
    if (least is None) == (most is None):
        notes.add(f"figure {name}", "target 应写 at_least 或 at_most 之一", "写作 target = { at_least = 98 }")
    given.close()
    return Target(least, most)
