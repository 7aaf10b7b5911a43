"""Where a page of open tasks begins, as its address says it: when the last task before it is due, and which it is."""

from datetime import datetime
from uuid import UUID

from werkzeug.exceptions import BadRequest

from bihuan.queries.inbox import Place


def place_said(place: Place) -> str:
    """As an address keeps it; a task without a limit has no instant."""
    due_at, task_id = place
    return f"{due_at.isoformat() if due_at else ''}~{task_id}"


def place_read(said: str | None) -> Place | None:
    """The place that an address names; None for the first page. Raises BadRequest for what is none."""
    if not said:
        return None
    due_at, _, task_id = said.partition("~")
    try:
        found = datetime.fromisoformat(due_at) if due_at else None
        task = UUID(task_id)
    except ValueError as exc:
        raise BadRequest from exc
    if found is not None and found.tzinfo is None:
        raise BadRequest
    return found, task
