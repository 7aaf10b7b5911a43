"""What of a request each reader may see. Every page, export and count takes its texts from here.

The platform (市平台) reads what was handed in. Everybody else reads what the platform struck out (隐去), or, until it
has, the text with all telling numbers blacked out; and from whatever is shown to them the complainant's own name,
organisation, telephone and e-mail are blacked out too, wherever somebody wrote them and however: in wide letters, with
spaces between, with or without the brackets of its registered name, or with letters between that no page shows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import OFFICER, PLATFORM, SUPERVISION, Officer
from bihuan.domain.identity import Identity, Mark, blacked_out, folded, marks, marks_of, struck_out
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Sealed, Vault

_identity = tables.identity
SEALED = compiled(
    sa.select(_identity.c.case_id, _identity.c.key_id, _identity.c.nonce, _identity.c.sealed).where(
        _identity.c.case_id == sa.any_(sa.bindparam("ids", type_=tables.IDS))
    )
)
_NAMES = {"name": "姓名", "organisation": "单位名称", "phone": "电话", "email": "电子邮箱"}
_SHORTEST = 2
_PREFIXED = re.compile(r"(?:\+?86[- ]?|0(?:10|2\d|[3-9]\d\d)[- ]?)(\d{7,11})(?:[-转]\d{1,5})?")
"""A telephone number with the country's or the town's, which people of the town leave out."""


@dataclass(frozen=True, slots=True)
class Veil:
    """Blacks one complainant's identity out of texts. Lifted, it leaves them as they are."""

    words: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Each folded, with what it is."""
    lifted: bool = False

    def over(self, text: str) -> str:
        """The text as its reader may see it."""
        if self.lifted:
            return text
        said = folded(text)
        for word, what in self.words:
            if word in said:
                text = blacked_out(text, marks_of(word, what, text))
        return struck_out(text)

    def marks(self, text: str) -> tuple[Mark, ...]:
        """Where the text may betray its writer: numbers that tell, and the complainant's own words, in order."""
        words = [mark for word, what in self.words for mark in marks_of(word, what, text)]
        kept: list[Mark] = []
        for mark in sorted([*words, *marks(text)], key=lambda one: (one.start, -one.end)):
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
        return tuple(kept)

    def over_request(self, original: str, struck: str | None) -> str:
        """Subject or body of a request: the platform's struck-out text where there is one."""
        return original if self.lifted else self.over(struck if struck is not None else original)


def reads_original(actor: Officer, complained_of: list[str]) -> bool:
    """Whether this officer reads a request of the own locality as handed in: the platform, save the complained-of."""
    return PLATFORM in actor.units and not is_complained_of(actor, complained_of)


def veils_of(reader: Reader, vault: Vault, actor: Officer, cases: Iterable[tuple[UUID, list[str]]]) -> dict[UUID, Veil]:
    """The veil over each case, given with its complained-of units, for this reader: all of them in one read."""
    complained_of = dict(cases)
    lifted = {case_id for case_id, units in complained_of.items() if reads_original(actor, units)}
    veiled = [case_id for case_id in complained_of if case_id not in lifted]
    identities = identities_of(reader, vault, veiled)
    found = {case_id: Veil(telling(identities.get(case_id, {}))) for case_id in veiled}
    return found | dict.fromkeys(lifted, Veil(lifted=True))


def closed_veils_of(reader: Reader, vault: Vault, case_ids: list[UUID]) -> dict[UUID, Veil]:
    """The veils that nobody lifts, for many cases in one read: what is taken along (导出) tells nobody's name."""
    identities = identities_of(reader, vault, case_ids)
    return {case_id: Veil(telling(identities.get(case_id, {}))) for case_id in case_ids}


def veil_of(reader: Reader, vault: Vault, case_id: UUID) -> Veil:
    """The veil that nobody lifts: for what leaves the house, and for striking out."""
    return Veil(telling(identities_of(reader, vault, [case_id]).get(case_id, {})))


def identities_of(reader: Reader, vault: Vault, case_ids: list[UUID]) -> dict[UUID, Mapping[str, str]]:
    """The opened identities: only for veiling and masking, never to be shown."""
    if not case_ids:
        return {}
    return {
        row["case_id"]: vault.open(row["case_id"], Sealed(row["key_id"], row["nonce"], row["sealed"]))
        for row in reader.all(SEALED, ids=case_ids)
    }


def veiled(actor: Officer) -> Officer:
    """The same person as somebody who oversees and nothing else; the bars of the own units stay."""
    return replace(
        actor, memberships=frozenset({(SUPERVISION, OFFICER)}),
        own_units=actor.own_units | {unit for unit, _ in actor.memberships},
    )  # fmt: skip


def publishing(actor: Officer) -> Officer:
    """As whom texts are read for a paper that goes to everybody (通报): the platform lifts no veil for it."""
    return veiled(actor) if PLATFORM in actor.units else actor


@dataclass(frozen=True, slots=True)
class MaskedIdentity:
    """Who complained, as a page may show it before a reveal (查看): the shape, and whether this person may ask."""

    known: bool
    may_reveal: bool
    complained_of: bool
    """The reader belongs to the unit complained about: nothing is shown, ever."""
    masked: Mapping[str, str] = field(default_factory=dict)


def masked_identity(
    reader: Reader, vault: Vault, actor: Officer, case_id: UUID, *, locality: str, handling_unit: str | None,
    complained_of: list[str], answering: frozenset[str],
) -> MaskedIdentity:  # fmt: skip
    """What this officer may know of the complainant without a reason."""
    may = access.may_reveal_identity(
        actor, locality=locality, handling_unit=handling_unit, complained_of=complained_of, answering=answering
    )
    identity = identities_of(reader, vault, [case_id]).get(case_id)
    shown = masked(identity) if identity and may else {}
    barred = is_complained_of(actor, complained_of)
    return MaskedIdentity(identity is not None, may and identity is not None, barred, shown)


def masked(found: Mapping[str, Any]) -> Mapping[str, str]:
    """An opened identity, as it may be shown before a reveal to whoever may ask for one."""
    return _identity_of(found).masked()


def is_complained_of(actor: Officer, complained_of: list[str]) -> bool:
    """Whether this officer belongs to a unit complained about."""
    return actor.belongs_to_any(complained_of)


def speaks_for(actor: Officer) -> frozenset[str]:
    """The units whose words are this reader's own: of those of somebody absent only what are the stand-in's as well."""
    return actor.units & actor.own_units if actor.acting_for else actor.units


def telling(identity: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The words that tell who somebody is, each with what it is."""
    words = [(folded(identity.get(key, "")), what) for key, what in _NAMES.items()]
    if found := _PREFIXED.fullmatch(identity.get("phone", "")):
        words.append((found[1], _NAMES["phone"]))
    # The longest first: an organisation may hold the person's name.
    return tuple(sorted((pair for pair in words if len(pair[0]) >= _SHORTEST), key=lambda pair: -len(pair[0])))


def _identity_of(found: Mapping[str, Any]) -> Identity:
    return Identity(**{key: str(found.get(key, "")) for key in _NAMES})
