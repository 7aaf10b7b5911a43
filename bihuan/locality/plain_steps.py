"""The steps that a complainant follows (办理进度): plain words for milestones, a locality's own or the common ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bihuan.locality.faults import Notes
from bihuan.locality.tables import Table


@dataclass(frozen=True, slots=True)
class PlainStep:
    """A step as a complainant follows it (办理进度): what it is called, and a sentence about it."""

    name: str
    words: str = ""


PLAIN_STEPS: Final = MappingProxyType(
    {
        "received": PlainStep("已收到诉求", "您的诉求已登记编号。"),
        "dispatched": PlainStep("已转承办单位", "已按职责转给承办单位办理。"),
        "first_replied": PlainStep("承办单位已初步处理", "承办单位已核实情况并开展办理。"),
        "resolved": PlainStep("已办理完毕", "已提出办理结果并答复。"),
        "verified": PlainStep("已回访", "已核对办理结果和答复。"),
        "closed": PlainStep("已销号", "本件办理结束。"),
    }
)
"""What a locality's portal shows of the milestones it draws, unless [portal.steps] says it in the locality's words."""


def read_steps(portal: Table, notes: Notes) -> Mapping[str, PlainStep]:
    """[portal.steps]: a name by milestone, or a name and a sentence; the common ones without. Faults are noted."""
    given, found = portal.table("steps"), {}
    for name in given.names():
        said = given.texts(name)
        if len(said) not in (1, 2):
            notes.add(
                f"portal.steps.{name}", "应是步骤的名称，可以再加一句说明", '写作 ["已分办", "已转给承办单位办理。"]'
            )
        found[name] = PlainStep(*said[:2]) if said else PlainStep(name)
    return found or PLAIN_STEPS
