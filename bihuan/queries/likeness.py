"""Requests that are much like a request (疑似重复, 相似工单), each with its reason in words. People decide.

Found by the bands of the text and by the complainant's telephone number; compared by the texts as this reader may
see them, so that likeness tells nobody of words that are closed to them. That two requests are one person's is said
only to those who may see who handed in either of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.likeness import alike, bands_of, grams, shared_words
from bihuan.locality.deployments import current
from bihuan.locality.folder import Locality
from bihuan.queries.veil import Veil, veils_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

LEAST_PERCENT, REPEATS_PERCENT = 25, 40
"""Less alike is not alike; from the second on two requests were one matter, in all that were looked at."""
Grams = Callable[[str], frozenset[str]]


class _Effort(NamedTuple):
    """How well to look: the newest so many of each band and of a telephone number, and how many are compared."""

    newest: int
    of_one_phone: int
    compared: int


_WELL, _ROUGHLY = _Effort(40, 10, 20), _Effort(10, 1, 2)

_case, _request = tables.case_file, tables.request
BY_TEXT = compiled(
    sa.text(
        "select of_case, case_id from (select of_case, near.case_id, "
        "row_number() over (partition by of_case order by count(*) desc, near.case_id desc) as place "
        "from unnest(cast(:of_cases as uuid[]), cast(:bands as int[])) as mine (of_case, band) cross join lateral ("
        "select case_id from likeness where band = mine.band and case_id <> mine.of_case "
        "order by case_id desc limit :newest) near group by of_case, near.case_id) ranked "
        "where place <= :compared order by of_case, place"
    )
)
"""Bounded however many requests say the same: of each band the newest alone."""
BY_PHONE = compiled(
    sa.text(
        "select mine.case_id as of_case, near.case_id from identity mine cross join lateral ("
        "select case_id from identity where phone_lookup = mine.phone_lookup and case_id <> mine.case_id "
        "order by case_id desc limit :of_one_phone) near where mine.case_id = any(cast(:ids as uuid[]))"
    )
)
READ = compiled(
    sa.select(
        _case.c.id, _case.c.case_no, _case.c.locality, _case.c.process, _case.c.category, _case.c.handling_unit,
        _case.c.complained_of, _case.c.involved, _case.c.opened_at, _case.c.exit,
        _request.c.subject, _request.c.body, _request.c.struck_subject, _request.c.struck_body,
    )
    .join(_request, _request.c.case_id == _case.c.id)
    .where(
        _case.c.id == sa.any_(sa.bindparam("ids", type_=tables.IDS)),
        _case.c.locality == sa.bindparam("locality"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LikeCase:
    """A request much like another, and why. `percent`: how much of what either says both say."""

    id: UUID
    case_no: str
    subject: str
    category: str
    unit: str | None
    """The handling unit, by id; then by name."""
    handling_unit: str | None
    opened_at: datetime
    exit: str | None
    percent: int
    same_complainant: bool
    words: tuple[str, ...]

    @property
    def repeats(self) -> bool:
        """Whether the one probably says again what the other says (疑似重复)."""
        return self.percent >= REPEATS_PERCENT

    @property
    def reason(self) -> str:
        """与 KHQH202600001 相似度 87%；联系电话相同，应为同一诉求人；共有词语：…"""
        alike = self.percent >= LEAST_PERCENT
        said = [f"与 {self.case_no} 相似度 {self.percent}%"] if alike else []
        if self.same_complainant:
            said.append("联系电话相同，应为同一诉求人")
        if self.words and alike:
            said.append(f"共有词语：{'、'.join(self.words)}")
        return "；".join(said)


def like(reader: Reader, vault: Vault, actor: Officer, case_id: UUID, limit: int = 5) -> tuple[LikeCase, ...]:
    """The requests most like this one that this officer may read, the most alike first.

    Raises NotFound when there is no such case or this officer may not read it.
    """
    found = _likes(reader, vault, actor, [case_id], limit, _WELL)
    if case_id not in found:
        raise NotFound(f"Expected {actor.ref} to be able to read case {case_id}, but it cannot")
    return found[case_id]


def likes(
    reader: Reader, vault: Vault, actor: Officer, case_ids: Sequence[UUID], *, limit: int = 1
) -> dict[UUID, tuple[LikeCase, ...]]:
    """As `like`, for each case of a list, where a look at the nearest few must do. Cases closed to this officer are
    left out.
    """
    return _likes(reader, vault, actor, case_ids, limit, _ROUGHLY)


def _likes(
    reader: Reader, vault: Vault, actor: Officer, case_ids: Sequence[UUID], limit: int, effort: _Effort
) -> dict[UUID, tuple[LikeCase, ...]]:
    mine = _read(reader, actor, case_ids)
    if not mine:
        return {}
    grams_of = cache(grams)  # for this list alone: what people wrote stays in no memory longer than it is needed
    near, phones = _near(reader, actor, mine.values(), effort, grams_of)
    rows = mine | _read(reader, actor, {case_id for found in near.values() for case_id in found})
    names = current(reader, actor.locality).deployment.locality
    veils = veils_of(reader, vault, actor, ((row["id"], row["complained_of"]) for row in rows.values()))
    comparing = _Comparing(actor, names, rows, veils, phones, grams_of)
    return {case_id: tuple(comparing.nearest(case_id, near.get(case_id, ()), limit)) for case_id in mine}


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Cases that one officer may read, to be compared as that officer sees them."""

    actor: Officer
    names: Locality
    rows: Mapping[UUID, Row]
    veils: Mapping[UUID, Veil]
    phones: frozenset[tuple[UUID, UUID]]
    grams_of: Grams

    def nearest(self, case_id: UUID, others: Iterable[UUID], limit: int) -> Iterator[LikeCase]:
        """Those of the others that are most like this case, the most alike first."""
        own, found = self.grams_of(self._text(case_id)), []
        for other in others:
            if other not in self.rows:
                continue
            percent = round(100 * alike(own, self.grams_of(self._text(other))))
            same = (case_id, other) in self.phones and self._may_reveal(case_id) and self._may_reveal(other)
            if percent >= LEAST_PERCENT or same:
                found.append((percent, same, self.rows[other]["opened_at"], other))
        for percent, same, _, other in sorted(found, reverse=True)[:limit]:
            yield self._like(case_id, other, percent, same)

    def _like(self, case_id: UUID, other: UUID, percent: int, same: bool) -> LikeCase:
        row, unit = self.rows[other], self.rows[other]["handling_unit"]
        text = self._text(other)
        return LikeCase(
            other, row["case_no"], self.veils[other].over_request(row["subject"], row["struck_subject"]),
            self.names.categories.get(row["category"], ""), unit, self.names.unit_name(unit) if unit else None,
            row["opened_at"], row["exit"], percent, same, shared_words(self._text(case_id), text, self.grams_of(text)),
        )  # fmt: skip

    def _text(self, case_id: UUID) -> str:
        """What is compared: the request's subject and body as the reader may see them."""
        row, veil = self.rows[case_id], self.veils[case_id]
        subject = veil.over_request(row["subject"], row["struck_subject"])
        return f"{subject}\n{veil.over_request(row['body'], row['struck_body'])}"

    def _may_reveal(self, case_id: UUID) -> bool:
        row = self.rows[case_id]
        return access.may_reveal_identity(
            self.actor, locality=row["locality"], handling_unit=row["handling_unit"],
            complained_of=row["complained_of"], answering=self.names.organisation.answering,
        )  # fmt: skip


def _read(reader: Reader, actor: Officer, case_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Those of the cases that this officer may read."""
    ids = list(case_ids)
    rows = reader.all(READ, ids=ids, locality=actor.locality) if ids else []
    return {
        row["id"]: row
        for row in rows
        if access.may_read_case(actor, case_id=row["id"], locality=row["locality"], involved=row["involved"])
    }


def _near(
    reader: Reader, actor: Officer, rows: Iterable[Row], effort: _Effort, grams_of: Grams
) -> tuple[dict[UUID, list[UUID]], frozenset[tuple[UUID, UUID]]]:
    """For each case those worth comparing, the nearest first; and the pairs that have a telephone number in common."""
    mine = [
        (row["id"], band)
        for row in rows
        for band in bands_of(actor.locality, grams_of(f"{row['subject']}\n{row['body']}"))
    ]
    ids = list(dict.fromkeys(case_id for case_id, _ in mine))
    if not ids:
        return {}, frozenset()
    values = {
        "of_cases": [case_id for case_id, _ in mine], "bands": [band for _, band in mine], "newest": effort.newest,
        "compared": effort.compared,
        "ids": ids, "of_one_phone": effort.of_one_phone,
    }  # fmt: skip
    by_text, by_phone = reader.each(BY_TEXT, BY_PHONE, **values)
    near: dict[UUID, list[UUID]] = {}
    for row in by_text:
        near.setdefault(row["of_case"], []).append(row["case_id"])
    phones = frozenset((row["of_case"], row["case_id"]) for row in by_phone)
    for case_id, other in sorted(phones, reverse=True):
        if other not in (found := near.setdefault(case_id, [])):
            found.append(other)
    return near, phones
