"""The reply templates (答复模板) that a form offers in one case, with the case's facts put in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import due_words
from bihuan.queries.case_header import OpenedCase


@dataclass(frozen=True, slots=True)
class OfferedReply:
    """One template, ready to be put into its field. `no` tells it from the others of the deployment."""

    no: int
    name: str
    text: str


def replies_offered(
    case: OpenedCase, form: str, due_at: datetime | None, now: datetime
) -> Mapping[str, tuple[OfferedReply, ...]]:
    """By field, in the order of the locality's replies.toml."""
    templates = [(no, one) for no, one in enumerate(case.deployment.locality.replies) if form in one.forms]
    words = _words(case, due_at, now) if templates else {}
    found: dict[str, tuple[OfferedReply, ...]] = {}
    for no, one in templates:
        found[one.field] = (*found.get(one.field, ()), OfferedReply(no, one.name, one.filled(words)))
    return found


def _words(case: OpenedCase, due_at: datetime | None, now: datetime) -> Mapping[str, str]:
    header = case.header
    return {
        "case_no": header.case_no,
        "locality": header.locality_name,
        "unit": header.handling_unit or "",
        "category": header.category,
        "received_on": _day(header.opened_at),
        "dispatched_on": _day(header.dispatched_at),
        "due": _due(due_at),
        "today": _day(now),
    }


def _due(due_at: datetime | None) -> str:
    if due_at is None:
        return ""
    return due_words(due_at)


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日}" if at else ""
