"""Who may attach files to a case, release them and see them: decided here as all access is, denied by default.

The platform reads what a complainant handed in, and nobody else before it has released it (放行) or put a struck-out
copy (隐去件) in its place. A unit complained about sees only what cannot tell who complained: what it attached itself
while it was complained about; and of what the platform released the copies, the cleaned images, what officers attached.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bihuan.domain.access import PLATFORM, SUPERVISION, Actor, Complainant, Officer, may_read_case, of_platform
from bihuan.domain.attachments import KINDS, RELEASED, REPLACED
from bihuan.domain.ids import CaseId


@dataclass(frozen=True, slots=True)
class FilesOf:
    """A case, as far as its files' readers are concerned."""

    case_id: CaseId
    locality: str
    handling_unit: str | None
    involved: Collection[str]
    complained_of: list[str]


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment, as far as its readers are concerned."""

    unit: str | None
    """Whose officer attached it; None: the complainant."""
    media_type: str
    state: str
    blind: bool
    """Attached by a unit complained about."""
    is_copy: bool

    @property
    def tells_nothing(self) -> bool:
        """Once released it says no more of the complainant than the platform found right to show."""
        return self.is_copy or self.unit is not None or not KINDS[self.media_type].betrays


def attaching_unit(actor: Actor, case: FilesOf) -> str | None:
    """The unit in whose name this officer attaches files; None when it may not: only who takes part in the case may."""
    if not isinstance(actor, Officer) or not _reads(actor, case):
        return None
    taking_part = actor.units & {*case.involved, PLATFORM, SUPERVISION}
    return case.handling_unit if case.handling_unit in taking_part else min(taking_part, default=None)


def may_attach(actor: Actor, case: FilesOf) -> bool:
    """The complainant, and every unit that takes part."""
    own = isinstance(actor, Complainant) and actor.case_id == case.case_id
    return own or attaching_unit(actor, case) is not None


def may_release(actor: Actor, case: FilesOf) -> bool:
    """The platform decides what units see of files, save those of it who are complained about."""
    return (
        isinstance(actor, Officer)
        and of_platform(actor, locality=case.locality)
        and not actor.belongs_to_any(case.complained_of)
    )


def may_see(actor: Actor, case: FilesOf, file: Attached) -> bool:
    """Whether the actor may know of this attachment and open it."""
    if not _reads(actor, case):
        return False
    if isinstance(actor, Complainant):
        return file.unit is None
    if not isinstance(actor, Officer):
        return False
    if may_release(actor, case):
        return True
    if actor.belongs_to_any(case.complained_of):
        own = file.blind and file.unit in (actor.units & actor.own_units if actor.acting_for else actor.units)
        return own or (file.state == RELEASED and file.tells_nothing)
    return file.state == RELEASED or (file.unit is not None and file.state != REPLACED)


def may_know_of_unreleased(actor: Officer, case: FilesOf) -> bool:
    """Who takes part may know how many files the platform has not decided on; a unit complained about may not."""
    return _reads(actor, case) and not may_release(actor, case) and not actor.belongs_to_any(case.complained_of)


def sees_original(actor: Actor, case: FilesOf) -> bool:
    """Whether the actor gets a file as it was handed in, with its own name; all others get it cleaned."""
    return may_release(actor, case) or (isinstance(actor, Complainant) and actor.case_id == case.case_id)


def _reads(actor: Actor, case: FilesOf) -> bool:
    return may_read_case(actor, case_id=case.case_id, locality=case.locality, involved=case.involved)
