"""Our own names for waits: element, occurrence, item. Stable from run to run, whatever Spiff calls its tasks."""

from bihuan.domain.ids import Key
from bihuan.engine.tree import Token, lineage


def number(token: Token) -> None:
    """Give a token the next occurrence of its element, and the item of the multi-instance it stands in."""
    spec = token.task_spec
    counts = token.workflow.top_workflow.counts
    name = f"{spec.process}/{spec.bpmn_id}"
    counts[name] = counts.get(name, 0) + 1
    token.internal_data["n"] = counts[name]
    for around in lineage(token):
        if "item" in around.internal_data:
            token.internal_data["item"] = around.internal_data["item"]
            break


def key_of(token: Token) -> Key:
    """The key of a numbered token."""
    spec = token.task_spec
    item = token.internal_data.get("item")
    return Key(spec.process, spec.bpmn_id, token.internal_data["n"], None if item is None else str(item))
