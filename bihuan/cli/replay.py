"""`bihuan replay CASE`: a case's whole history, told line by line."""

import argparse
from datetime import datetime

from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import application
from bihuan.cli.terminal import as_json, beijing, say, table
from bihuan.locality.deployments import deployment_of
from bihuan.play.words import KINDS
from bihuan.queries.find_case import find_case
from bihuan.queries.history import history, verify
from bihuan.queries.timeline import EventRow, timeline

INSTANTS = ("due_at", "new", "old")
SHOWN = (*INSTANTS, "exit", "outputs", "control", "late", "reason", "channel")
"""Of an event's details, those that people ask for."""


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "replay",
        help="逐条列出一件工单的流转记录",
        description="按发生次序列出：序号、时间、谁、什么事、哪一步。末行说明记录是否完整。\n\n"
        "Tell a case's whole history.",
    )
    command.add_argument("case", metavar="编号", help="工单编号，如 ZBJS202600001")
    command.add_argument("--all", action="store_true", help="连同流程引擎的推进记录一起列出")
    command.add_argument("--json", action="store_true", help="每条记录一行 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, tell, verify."""
    with application() as app, app.snapshot() as reader:
        case = find_case(reader, arguments.case)
        deployment = deployment_of(reader, case.deployment)
        rows = timeline(reader, history(reader, case.id), deployment, machinery=arguments.all or arguments.json)
        verdict = verify(reader, case.id)
    if arguments.json:
        for row in rows:
            say(as_json(_as_result(row)))
    else:
        say(f"{case.case_no}  版本 {case.deployment[:12]}")
        say(table([_told(row) for row in rows]))
        say("流转记录完整。" if verdict.ok else f"流转记录有问题：{'；'.join(flaw.told for flaw in verdict.flaws)}")
    return 0 if verdict.ok else 1


def _told(row: EventRow) -> tuple[str, str, str, str, str]:
    late = f"（{beijing(row.recorded_at, seconds=True)} 记录）" if row.fired_late else ""
    asked = {name: value for name, value in row.detail.items() if name in SHOWN and value not in (None, {}, "")}
    details = [_detail(name, value) for name, value in asked.items()]
    if row.kind == "milestone_reached":
        details.insert(0, row.milestone)
    actor = row.actor or row.actor_kind
    acting = f"（代 {row.acting_for}）" if row.acting_for else ""
    about = " ".join(part for part in (row.step, f"[{row.clause}]" if row.clause else "", *details) if part)
    return str(row.no), beijing(row.at, seconds=True), actor + acting, KINDS.get(row.kind, row.kind), about + late


def _detail(name: str, value: object) -> str:
    if name in INSTANTS:
        return f"{name}={beijing(datetime.fromisoformat(str(value)))}"
    return f"{name}={as_json(value)}"


def _as_result(row: EventRow) -> dict[str, object]:
    return {
        "no": row.no, "kind": row.kind, "at": row.at.isoformat(), "recorded_at": row.recorded_at.isoformat(),
        "actor": row.actor or row.actor_kind, "acting_for": row.acting_for, "element": row.element, "name": row.step,
        "clause": row.clause, "detail": dict(row.detail), "hash": row.hash,
    }  # fmt: skip
