"""管理记录: who changed what of people, units, texts, days and diagrams, when and why; and the proof that it is whole.

For administrators and auditors of the locality.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.administration import COMMAND_LINE, MACHINES, Entry, broken_at
from bihuan.domain.errors import NotAllowed
from bihuan.domain.events import GENESIS
from bihuan.locality.deployments import current
from bihuan.locality.organisation import Organisation
from bihuan.queries.people import names_of
from bihuan.queries.words import UNIT_KINDS as KINDS
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
    following: int | None
    """Before which entry the next page begins."""


def log_page(reader: Reader, actor: Officer, before: int | None = None) -> LogPage:
    """The log of the officer's own locality. Raises NotAllowed for all but administrators and auditors."""
    if not may_read_log(actor):
        raise NotAllowed(f"Expected an administrator or an auditor, but {actor.ref} is neither")
    entries = reader.all_as(Entry, ALL, locality=actor.locality)
    latest = [one for one in reversed(entries) if before is None or one.no < before]
    shown = latest[:PAGE]
    return LogPage(
        _rows(reader, actor.locality, shown), _verdict(reader, actor.locality, entries),
        shown[-1].no if len(latest) > PAGE else None,
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
    organisation = current(reader, locality).deployment.locality.organisation
    names = names_of(reader, sorted({account for one in entries for account in _accounts(one)}))
    return tuple(
        LogRow(
            one.no, one.kind, one.at, _person(one.actor, names), _subject(one.subject, names, organisation), one.reason,
            tuple(_changes(one.detail, names, organisation)),
        )
        for one in entries
    )  # fmt: skip


def _accounts(entry: Entry) -> Iterator[UUID]:
    for ref in (entry.actor, entry.subject, str(entry.detail.get("stand_in", ""))):
        kind, _, account = ref.partition(":")
        if kind in ("officer", "account"):
            yield UUID(account)


def _person(ref: str, names: Mapping[UUID, str]) -> str:
    _, colon, account = ref.partition(":")
    return names.get(UUID(account), "") if colon else MACHINES.get(ref, COMMAND_LINE)


def _subject(subject: str, names: Mapping[UUID, str], organisation: Organisation) -> str:
    kind, _, what = subject.partition(":")
    match kind:
        case "account":
            return names.get(UUID(what), "")
        case "unit":
            return organisation.unit_name(what)
        case "calendar":
            return f"日历第 {what} 版"
        case "deployment":
            return f"流程版本 {what[:12]}"
        case _:
            return what


RECOUNTED = {
    "moved": "移动时限 {} 项", "confirmed": "暂定转确定 {} 项", "left": "维持原时限 {} 项", "fault": "无法重算 {} 件",
}  # fmt: skip
_SAID = {"name": "姓名", "email": "邮箱", "phone": "电话", "unit": "名称", "kind": "类别"}


def _changes(
    detail: Mapping[str, Any], names: Mapping[UUID, str], organisation: Organisation
) -> Iterator[tuple[str, str]]:
    """What was and what is, in words."""
    if "memberships" in detail:
        yield "", _groups(detail["memberships"], organisation)
    elif isinstance(detail.get("before"), list):
        yield _groups(detail["before"], organisation), _groups(detail["after"], organisation)
    elif isinstance(detail.get("before"), dict):
        for key, before in detail["before"].items():
            if before != detail["after"][key]:
                was, now = (KINDS.get(one, one) if key == "kind" else one for one in (before, detail["after"][key]))
                yield f"{_SAID.get(key, key)} {was or '无'}", now or "无"
    elif "changed" in detail:
        yield detail.get("before", ""), detail.get("after") or "、".join(_SAID[key] for key in detail["changed"])
    elif "stand_in" in detail:
        yield "", f"由{_person(str(detail['stand_in']), names)}代理"
    elif "path" in detail:
        yield (detail["before"] or "")[:12], detail["after"][:12]
    else:
        yield from _done(detail)


def _done(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was done where there is no before and after."""
    if "days" in detail:
        yield "", "、".join(detail["days"][:12]) + (" 等" if len(detail["days"]) > 12 else "")
        if "source" in detail:
            yield "", f"依据：{detail['source']}"
    elif "added" in detail or "closed" in detail:
        yield detail.get("closed", ""), detail.get("added", "撤销")
    elif "recounted" in detail:
        sums = detail["recounted"]
        found = [words.format(sums[what]) for what, words in RECOUNTED.items() if what in sums]
        yield "", "，".join((f"工单 {detail['cases']} 件", *found))


def _groups(groups: Iterable[str], organisation: Organisation) -> str:
    return "；".join(organisation.group_name(group.removesuffix(":officer")) for group in groups)
