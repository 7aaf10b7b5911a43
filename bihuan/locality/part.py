"""What a desk does in a task (分工): leads (主办), leads again (重办), supports (协办), supervises (督办), or none.

Told from the drawing when the task opens, so that a list need not ask: by the unit that is responsible then, by the
item of the multi-instance in which the task stands, and by the milestones reached.
"""

from collections.abc import Collection
from typing import Final, Literal

from bihuan.domain.ids import Key
from bihuan.locality.folder import Locality

Part = Literal["lead", "rework", "supporting", "supervising"]

REWORK: Final = frozenset({"rework", "rework_ordered", "second_dispatched", "rectify_ordered"})
"""Elements, and milestones from which on, the unit responsible does again what was not good enough (退回重办)."""


def part_of(
    locality: Locality, key: Key, group: str, *, handling_unit: str | None, milestones: Collection[str]
) -> Part | None:
    """The part of the group's unit in the task; None when it is a step of its own (分办, 审核, 签字, …)."""
    unit = group.partition(":")[0]
    if unit == handling_unit:
        return "rework" if key.element in REWORK or not REWORK.isdisjoint(milestones) else "lead"
    known = locality.organisation.units.get(unit)
    if known is not None and known.kind == "supervision":
        return "supervising"
    return "supporting" if handling_unit and key.item == unit else None
