"""The unit complained about (被反映单位) as forms name it, and as the procedure then knows it."""

from collections.abc import Mapping, Sequence
from typing import Final

from bihuan.domain.control import Scalar

COMPLAINED_OF: Final = "complained_of_unit"
"""The control field by which any form names the unit."""


def with_named(complained_of: Sequence[str], unit: str) -> list[str]:
    """The units complained about once this one is named, the last named last; a blank takes nothing back."""
    if not unit or unit in complained_of[-1:]:
        return list(complained_of)
    return [*(one for one in complained_of if one != unit), unit]


def known_to_the_procedure(control: Mapping[str, Scalar], complained_of: Sequence[str]) -> dict[str, Scalar]:
    """The control data of a form as the diagram takes it: left blank, the field keeps the last unit named."""
    found: dict[str, Scalar] = dict(control)
    if COMPLAINED_OF in found:
        found[COMPLAINED_OF] = complained_of[-1] if complained_of else ""
    return found
