"""管理记录: who changed what of people, units, texts, days and diagrams, when and why; and the proof that it is whole.

For administrators and auditors of the locality.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.administration import Entry, broken_at
from bihuan.domain.errors import NotAllowed
from bihuan.domain.events import GENESIS
from bihuan.locality.deployments import current
from bihuan.queries.administrative_words import Rewritten, Words, rewritten
from bihuan.queries.people import names_of
from bihuan.store import tables
from bihuan.store.administration import administrative_entry
from bihuan.store.deployments import locality_row
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader

PAGE = 100
_entry = administrative_entry
_LOCALITY = sa.bindparam("locality", type_=sa.Text)
_COLUMNS = [_entry.c[name] for name in Entry._fields]
ALL = compiled(sa.select(*_COLUMNS).where(_entry.c.locality == _LOCALITY).order_by(_entry.c.no))
OF_SUBJECT = compiled(
    sa.select(*_COLUMNS)
    .where(_entry.c.locality == _LOCALITY, _entry.c.subject == sa.bindparam("subject"))
    .order_by(_entry.c.no.desc())
    .limit(at_most(PAGE))
)
LOCALITIES = compiled(sa.select(tables.locality.c.id).order_by(tables.locality.c.id))


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as a page shows it."""

    no: int
    kind: str
    at: datetime
    by: str
    subject: str
    """What was changed, in words: a person, a unit, a notice's text, …"""
    reason: str
    changes: tuple[tuple[str, str], ...]
    """(before, after) in words; before is empty where there was nothing."""
    rewritten: Rewritten | None
    """Of a notice's text: what it said and says."""


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """Whether a locality's log is whole; `fault` says in Chinese what is not."""

    locality: str
    entries: int
    fault: str

    @property
    def ok(self) -> bool:
        return not self.fault


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, the latest first."""

    rows: tuple[LogRow, ...]
    verdict: LogVerdict
    """On the whole log, whatever is shown of it."""
    kinds: frozenset[str]
    """The kinds of change there are."""
    following: int | None
    """Before which entry the next page begins."""


def log_page(reader: Reader, actor: Officer, before: int | None = None, kind: str = "") -> LogPage:
    """The log of the officer's own locality: all of it, or changes of one kind. Raises NotAllowed for all but
    administrators and auditors.
    """
    if not may_read_log(actor):
        raise NotAllowed(f"Expected an administrator or an auditor, but {actor.ref} is neither")
    entries = reader.all_as(Entry, ALL, locality=actor.locality)
    wanted = [one for one in reversed(entries) if kind in ("", one.kind)]
    latest = [one for one in wanted if before is None or one.no < before]
    shown = latest[:PAGE]
    return LogPage(
        _rows(reader, actor.locality, shown), _verdict(reader, actor.locality, entries),
        frozenset(one.kind for one in entries), shown[-1].no if len(latest) > PAGE else None,
    )  # fmt: skip


def log_of(reader: Reader, actor: Officer, subject: str) -> tuple[LogRow, ...]:
    """What was done about one person, unit or text, the latest first. Raises NotAllowed."""
    access.require_administrator(actor, actor.locality)
    return _rows(reader, actor.locality, reader.all_as(Entry, OF_SUBJECT, locality=actor.locality, subject=subject))


def may_read_log(actor: Officer) -> bool:
    """Administrators keep the log, auditors check it."""
    return access.administers(actor, actor.locality) or actor.has_role("auditor")


def verify_log(reader: Reader, locality: str) -> LogVerdict:
    """Check a locality's log: its chain, its length and its head. Read in a snapshot, as every proof."""
    return _verdict(reader, locality, reader.all_as(Entry, ALL, locality=locality))


def _verdict(reader: Reader, locality: str, entries: list[Entry]) -> LogVerdict:
    row = locality_row(reader, locality)
    broken = broken_at(entries)
    if broken is not None:
        return LogVerdict(locality, len(entries), f"第 {broken} 条与前一条不衔接")
    head = bytes(entries[-1].hash) if entries else GENESIS
    if row is not None and (row["log_entries"] != len(entries) or bytes(row["log_head"] or GENESIS) != head):
        return LogVerdict(locality, len(entries), f"应有 {row['log_entries']} 条，现有 {len(entries)} 条")
    return LogVerdict(locality, len(entries), "")


def verify_logs(reader: Reader) -> list[LogVerdict]:
    """The verdict on each locality's log."""
    return [verify_log(reader, row["id"]) for row in reader.all(LOCALITIES)]


def _rows(reader: Reader, locality: str, entries: Iterable[Entry]) -> tuple[LogRow, ...]:
    entries = list(entries)
    names = names_of(reader, sorted({account for one in entries for account in _accounts(one)}))
    words = Words(current(reader, locality).deployment.locality, names)
    return tuple(_row(one, words) for one in entries)


def _row(one: Entry, words: Words) -> LogRow:
    text = rewritten(one)
    changes = () if text else tuple(words.changes(one.detail))
    return LogRow(
        one.no, one.kind, one.at, words.person(one.actor), words.subject(one.subject), one.reason, changes, text
    )


def _accounts(entry: Entry) -> Iterator[UUID]:
    for ref in (entry.actor, entry.subject, str(entry.detail.get("stand_in", ""))):
        kind, _, account = ref.partition(":")
        if kind in ("officer", "account"):
            yield UUID(account)
