"""A case's state as bytes: one row a token, nothing of the definition, nothing of SpiffWorkflow's own.

Rows stand in the order the tokens came, and refer to each other by position; so equal cases have equal bytes, and a
state loads on any fresh parse of the same files. The shape (`VERSION` counts it):

    {"v", "process", "exit", "counts": {"process/element": n},
     "flows": [{"spec", "host": [flow, row] | null, "control", "milestones",
                "rows": [[spec, parent, state, kept, data, milestones]]}]}
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from bihuan.engine.moment import Moment
from bihuan.engine.tree import BodyFlow, CaseFlow, Flow, Token

if TYPE_CHECKING:
    from bihuan.engine.definition import Definition

VERSION = 1


def dump(case: CaseFlow) -> bytes:
    """The case as bytes."""
    flows = case.flows()
    places = {
        token.id: (place, row) for place, flow in enumerate(flows) for row, token in enumerate(flow.tasks.values())
    }
    return orjson.dumps(
        {
            "v": VERSION,
            "process": case.spec.name,
            "exit": case.exit,
            "ended": case.completed,
            "counts": case.counts,
            "flows": [_flow(flow, places) for flow in flows],
        }
    )


def _flow(flow: Flow, places: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    return {
        "spec": flow.spec.name,
        "host": places[flow.host.id] if flow.host else None,
        "control": flow.data,
        "milestones": _dates(flow.milestones),
        "rows": [_row(token, places) for token in flow.tasks.values()],
    }


def _row(token: Token, places: Mapping[int, tuple[int, int]]) -> list[Any]:
    parent = -1 if token._parent is None else places[token._parent][1]
    row = [
        token.task_spec.name,
        parent,
        token._state,
        token.internal_data or 0,
        token.data or 0,
        _dates(token.milestones) or 0,
    ]
    while row[-1] == 0:
        row.pop()
    return row


def _dates(milestones: Mapping[str, datetime]) -> dict[str, str]:
    return {name: at.isoformat() for name, at in milestones.items()}


def load(definition: "Definition", state: bytes, moment: Moment) -> CaseFlow:
    """The case the bytes describe, ready to move. Raises ValueError when they are none of this definition's."""
    try:
        return _load(definition, orjson.loads(state), moment)
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"Expected a state of this definition, but {error} is not in it") from error


def _load(definition: "Definition", found: Mapping[str, Any], moment: Moment) -> CaseFlow:
    if found["v"] != VERSION or found["process"] not in definition.specs:
        raise ValueError(f"Expected a state of version {VERSION} of process {found['process']}, but it is not here")
    case = CaseFlow(definition.specs[found["process"]], definition.specs, moment)
    case.exit, case.completed, case.counts = found["exit"], found["ended"], found["counts"]
    flows: list[Flow] = [case]
    rows = [_fill(case, found["flows"][0])]
    for body in found["flows"][1:]:
        place, row = body["host"]
        host = rows[place][row]
        flow = BodyFlow(definition.specs[body["spec"]], host, host.task_spec.isolated)
        flows.append(flow)
        rows.append(_fill(flow, body))
    return case


def _fill(flow: Flow, found: Mapping[str, Any]) -> list[Token]:
    flow.data.update(found["control"])
    flow.milestones.update(_instants(found["milestones"]))
    specs = flow.spec.task_specs
    tokens: list[Token] = []
    for row in found["rows"]:
        name, parent, state, *more = row
        token = Token(flow, specs[name], tokens[parent] if parent >= 0 else None)
        token._state = state
        kept, data, milestones = [*more, 0, 0, 0][:3]
        token.internal_data, token.data = kept or {}, data or {}
        if milestones:
            token.milestones.update(_instants(milestones))
        tokens.append(token)
    flow.task_tree = tokens[0]
    return tokens


def _instants(milestones: Mapping[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(at) for name, at in milestones.items()}
