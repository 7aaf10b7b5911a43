"""What must be true afterwards, whatever happened; and the end state of all cases, to compare with another run's."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.domain.events import Event
from bihuan.domain.ids import CaseId
from bihuan.queries.file_proof import content_faults
from bihuan.queries.history import history, verify
from bihuan.store import tables
from bihuan.store.attachments import attachment
from bihuan.store.sealed_files import FileRoom
from bihuan.store.statement import Statement, compiled
from bihuan.store.unit_of_work import Reader

TECHNICAL = {"job_attempt_failed", "incident_opened", "incident_resolved"}
"""Events that faults leave behind; all others must be the same without faults."""


def _all(table: sa.Table, *columns: str) -> Statement:
    return compiled(sa.select(*(table.c[name] for name in columns)).order_by(*(table.c[name] for name in columns)))


REQUESTS = _all(tables.request, "submission_id", "case_id")
CASES = _all(tables.case_file, "case_no", "id", "exit", "handling_unit", "involved", "events")
TASKS = _all(tables.task, "case_id", "key", "state", "group_key", "submission_id", "due_at", "control")
PRESSES = _all(tables.press, "case_id", "key", "submission_id")
DEADLINES = _all(tables.deadline, "case_id", "key", "state", "due_at", "original_due_at")
JOBS = _all(tables.job, "case_id", "key", "state")
ATTACHMENTS = _all(attachment, "case_id", "no", "submission_id", "sha256", "state")
NOTICES = _all(tables.notice, "id", "case_id", "template", "recipient", "state", "sent_at")


def end_state(reader: Reader, places: Mapping[CaseId, int]) -> dict[int, dict[str, object]]:
    """Each case by its place in the script: rows and history, without ids and without the time of day."""
    found: dict[int, dict[str, object]] = {}
    for row in reader.all(CASES):
        events = [event for event in history(reader, row["id"]) if event.kind not in TECHNICAL]
        found[places[row["id"]]] = {
            "case": (row["exit"], row["handling_unit"], sorted(row["involved"])),
            "history": [_told(event) for event in events],
        }
    for what, statement, columns in (
        ("tasks", TASKS, ("key", "state", "group_key", "submission_id", "due_at", "control")),
        ("presses", PRESSES, ("key", "submission_id")),
        ("deadlines", DEADLINES, ("key", "state", "due_at", "original_due_at")),
        ("jobs", JOBS, ("key", "state")),
        ("attachments", ATTACHMENTS, ("no", "submission_id", "sha256", "state")),
        ("notices", NOTICES, ("template", "recipient", "state")),
    ):
        for row in reader.all(statement):
            rows = found[places[row["case_id"]]].setdefault(what, [])
            assert isinstance(rows, list)
            rows.append(tuple(row[name] for name in columns))
    for case in found.values():
        case["notices"] = sorted(case.get("notices", []))  # type: ignore[call-overload]
    return found


def _told(event: Event) -> tuple[str, str | None, object]:
    day = event.at.astimezone(BEIJING).date() if event.kind != "request_submitted" else None
    return event.kind, event.key, day


def lost_and_doubled(reader: Reader, accepted: set[UUID], sent: Counter[UUID] | None) -> tuple[list[str], list[str]]:
    """What is missing, and what is there more often than once."""
    lost: list[str] = []
    doubled: list[str] = []
    written: Counter[UUID] = Counter()
    for statement in (REQUESTS, TASKS, PRESSES, ATTACHMENTS):
        written.update(row["submission_id"] for row in reader.all(statement) if row["submission_id"])
    lost += [f"submission {one}" for one in accepted if one not in written]
    doubled += [f"submission {one}" for one, times in written.items() if times > 1]
    numbers = [row["case_no"] for row in reader.all(CASES)]
    doubled += [f"case number {no}" for no, times in Counter(numbers).items() if times > 1]
    if numbers and int(numbers[-1][-5:]) - int(numbers[0][-5:]) + 1 != len(numbers):
        lost.append("a case number between the first and the last")
    for row in reader.all(CASES):
        events = history(reader, row["id"])
        doubled += [f"{row['case_no']}: {what}" for what in _fired_twice(events)]
        answers = sum(event.kind == "answers_given" for event in events)
        ended = sum(event.kind in ("task_completed", "button_pressed", "message_received") for event in events)
        (lost if answers < ended else doubled).extend([f"{row['case_no']}: answers"] * (answers != ended))
    if sent is not None:
        lost += [f"notice {row['id']}" for row in reader.all(NOTICES) if row["state"] == "sent" and not sent[row["id"]]]
    return sorted(lost), sorted(doubled)


def _fired_twice(events: list[Event]) -> Iterator[str]:
    fired = Counter((event.key, event.detail["due_at"]) for event in events if event.kind == "deadline_passed")
    yield from (f"{key} fired {times} times" for (key, _), times in fired.items() if times > 1)


def broken(reader: Reader, room: FileRoom) -> list[str]:
    """Cases whose history does not verify, or whose attachments are not what was sent."""
    found = {row["id"]: [*verify(reader, row["id"]).faults] for row in reader.all(CASES)}
    for case_id, faults in found.items():
        faults += content_faults(reader, room, case_id)
    return [f"{case_id}: {'; '.join(faults)}" for case_id, faults in found.items() if faults]


def differences(one: Mapping[int, Mapping[str, Any]], other: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """Where two end states differ, in a line each."""
    found = []
    for place in sorted(one.keys() | other.keys()):
        left, right = one.get(place, {}), other.get(place, {})
        for what in sorted(left.keys() | right.keys()):
            if left.get(what) != right.get(what):
                found.append(f"case {place}, {what}: {_first_difference(left.get(what), right.get(what))}")
    return found


def _first_difference(left: Any, right: Any) -> str:
    if isinstance(left, list) and isinstance(right, list):
        for number, pair in enumerate(zip(left, right, strict=False)):
            if pair[0] != pair[1]:
                return f"number {number}: {pair[0]} | {pair[1]}"
        return f"{len(left)} | {len(right)}: {[*left, *right][min(len(left), len(right)) :][:1]}"
    return f"{left} | {right}"
