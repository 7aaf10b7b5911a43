"""What a figure of the headline stands for beside other localities' figures (辖区对比).

Its owner says so: documents define response, resolution and satisfaction differently, and formulas do not tell.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bihuan.locality.faults import Notes
from bihuan.locality.tables import Table

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "received": ("收到", "counts"),
    "resolved": ("办结", "counts"),
    "response": ("首次回复按期率", "share"),
    "resolution": ("按期办结率", "share"),
    "satisfaction": ("满意率", "share"),
    "duration": ("平均办理工作日", "average"),
}
"""By kind the heading under which it stands, and what it must be for that."""
OUT_OF_PLACE: Final = "kind 用不上", "只写在 headline 的数据项上，每种一项"


def kind_of(one: Table, name: str, formulas: Sequence[str], notes: Notes) -> str:
    """The kind that a figure names, if any; `formulas`: what it is made of."""
    if "kind" not in one.names():
        return ""
    found = one.choice("kind", tuple(KINDS))
    if found in KINDS and [KINDS[found][1]] != [*formulas]:
        notes.add(f"figure {name}", f"kind = {found} 的数据项应写 {KINDS[found][1]}", "改正 kind，或去掉这一行")
    return found
