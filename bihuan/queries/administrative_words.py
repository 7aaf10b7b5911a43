"""What an entry of 管理记录 says, in words: who and what was changed, and what was before and is after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from bihuan.domain.administration import COMMAND_LINE, MACHINES, Entry
from bihuan.domain.clock import BEIJING
from bihuan.locality.folder import Locality
from bihuan.locality.holiday_notice import DECLARED_AS
from bihuan.queries.words import UNIT_KINDS as KINDS
from bihuan.queries.words import calendar_version

RECOUNTED = {
    "moved": "移动时限 {} 项", "confirmed": "暂定转确定 {} 项", "left": "维持原时限 {} 项", "fault": "无法重算 {} 件",
}  # fmt: skip
MOST_DAYS = 12
_SAID = {"name": "姓名", "email": "邮箱", "phone": "电话", "unit": "名称", "kind": "类别"}
_NOTICE = "notice:"


class Text(NamedTuple):
    """A notice's text as it was once: its subject and its body."""

    subject: str
    body: str


class Rewritten(NamedTuple):
    """What a notice's text was before a change, and after."""

    before: Text
    after: Text


def rewritten(entry: Entry) -> Rewritten | None:
    """The texts in an entry about a notice's text; None of any other, or of one that kept only their digests."""
    before, after = entry.detail.get("before"), entry.detail.get("after")
    if not entry.subject.startswith(_NOTICE) or not isinstance(before, dict) or not isinstance(after, dict):
        return None
    return Rewritten(Text(**before), Text(**after))


@dataclass(frozen=True, slots=True)
class Words:
    """Says entries of one locality's log: units and texts as they are called now, people by their names."""

    locality: Locality
    names: Mapping[UUID, str]

    def person(self, ref: str) -> str:
        """Who did it: somebody, a machine or the command line."""
        _, colon, account = ref.partition(":")
        return self.names.get(UUID(account), "") if colon else MACHINES.get(ref, COMMAND_LINE)

    def subject(self, subject: str) -> str:
        """What it was done to."""
        kind, _, what = subject.partition(":")
        match kind:
            case "account":
                return self.names.get(UUID(what), "")
            case "unit":
                return self.locality.organisation.unit_name(what)
            case "notice":
                found = self.locality.notices.get(what)
                return found.name if found else what
            case "calendar":
                return calendar_version(int(what))
            case "deployment":
                return f"流程版本 {what[:12]}"
            case _:
                return what

    def changes(self, detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What was and what is, of all but a notice's text."""
        if "memberships" in detail:
            yield "", self._groups(detail["memberships"])
        elif isinstance(detail.get("before"), list):
            yield self._groups(detail["before"]), self._groups(detail["after"])
        elif isinstance(detail.get("before"), dict):
            yield from _of_unit(detail["before"], detail["after"])
        elif "changed" in detail:
            yield detail.get("before", ""), detail.get("after") or "、".join(_SAID[key] for key in detail["changed"])
        elif "stand_in" in detail:
            yield "", f"由{self.person(detail['stand_in'])}代理，{_period(detail)}"
        else:
            yield from _done(detail)

    def _groups(self, groups: Iterable[str]) -> str:
        return "；".join(map(self.locality.organisation.group_name, groups))


def _of_unit(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, old in before.items():
        if old != after[key]:
            was, now = (KINDS.get(one, one) if key == "kind" else one for one in (old, after[key]))
            yield f"{_SAID.get(key, key)} {was or '无'}", now or "无"


def _period(detail: Mapping[str, Any]) -> str:
    """From which day until the end of which: of one that is revoked, until when it would have been."""
    until = (datetime.fromisoformat(detail["until"]) - timedelta(microseconds=1)).astimezone(BEIJING).date()
    if "from" not in detail:
        return f"原定至{until}"
    return f"自{datetime.fromisoformat(detail['from']).astimezone(BEIJING).date()}至{until}"


def _done(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was done where there is no before and after."""
    if "days" in detail:
        days = _days(detail["days"])
        yield "", "、".join(days[:MOST_DAYS]) + (f" 等 {len(days)} 天" if len(days) > MOST_DAYS else "")
        if "source" in detail:
            yield "", f"依据：{detail['source']}"
    elif "added" in detail or "closed" in detail:
        yield detail.get("closed", ""), detail.get("added", "撤销")
    elif "recounted" in detail:
        sums = detail["recounted"]
        found = [words.format(sums[what]) for what, words in RECOUNTED.items() if what in sums]
        yield "", "，".join((f"工单 {detail['cases']} 件", *found))


def _days(days: Mapping[str, tuple[str, str]] | list[str]) -> list[str]:
    """Each day with what it was declared to be and why; the first entries kept the days alone."""
    if isinstance(days, list):
        return days
    return [f"{day} {DECLARED_AS[kind]}（{reason}）" for day, (kind, reason) in days.items()]
