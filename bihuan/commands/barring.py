"""Bar a unit complained about (被反映单位) from learning who complained, whenever a form names it (CS-19, CS-34)."""

from collections.abc import Mapping

from bihuan.locality.fields import Scalar
from bihuan.store import cases
from bihuan.store.cases import LockedCase
from bihuan.store.unit_of_work import UnitOfWork

COMPLAINED_OF = "complained_of_unit"
"""The control field by which any form names the unit."""


def bar_named(
    work: UnitOfWork, case: LockedCase, control: Mapping[str, Scalar], *, key: str | None = None
) -> dict[str, Scalar]:
    """The control data as the procedure takes it; a unit that it names is barred from this deed on, for ever.

    Whoever was named before stays barred. Left blank, the field takes nothing back: the diagram keeps the last named.
    """
    found = dict(control)
    if COMPLAINED_OF not in found:
        return found
    unit = str(found[COMPLAINED_OF] or "")
    if unit and unit not in case.complained_of[-1:]:
        case.complained_of = [*(one for one in case.complained_of if one != unit), unit]
        cases.record(work, case, "complained_of_named", {"unit": unit}, key=key)
    found[COMPLAINED_OF] = case.complained_of[-1] if case.complained_of else ""
    return found
