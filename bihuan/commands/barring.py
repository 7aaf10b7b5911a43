"""Bar a unit complained about (被反映单位) from learning who complained, whenever a form names it (CS-19, CS-34)."""

from collections.abc import Mapping

from bihuan.domain.barring import COMPLAINED_OF as COMPLAINED_OF
from bihuan.domain.barring import known_to_the_procedure, with_named
from bihuan.domain.control import Scalar
from bihuan.store import cases
from bihuan.store.cases import LockedCase
from bihuan.store.unit_of_work import UnitOfWork


def bar_named(
    work: UnitOfWork, case: LockedCase, control: Mapping[str, Scalar], *, key: str | None = None
) -> dict[str, Scalar]:
    """The control data of a form as the procedure takes it, once the unit that it names is barred.

    Left blank, the field takes nothing back: the diagram keeps the last named.
    """
    bar(work, case, control, key=key)
    return known_to_the_procedure(control, case.complained_of)


def bar(work: UnitOfWork, case: LockedCase, control: Mapping[str, Scalar], *, key: str | None = None) -> None:
    """Bar the unit that the control data name, from this deed on, for ever. Whoever was named before stays barred."""
    unit = str(control.get(COMPLAINED_OF) or "")
    named = with_named(case.complained_of, unit)
    if named != case.complained_of:
        case.complained_of = named
        cases.record(work, case, "complained_of_named", {"unit": unit}, key=key)
