"""Who may do what: decided here, denied by default. Pages and commands ask; templates never decide.

A *group key* is a unit's id (`commerce`: its officers) or `unit:role` (`commerce:principal`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from bihuan.domain.errors import NotAllowed
from bihuan.domain.ids import AccountId, CaseId

OFFICER = "officer"
TECHNICAL = frozenset({"administrator", "process_owner"})
"""Roles that keep the house running: they give no part in casework, and no sight of what people wrote."""
COMPLAINANT = "complainant"
EVERY_UNIT = "units"
"""Who may see a report, besides groups: whoever takes part in casework in any unit."""
PLATFORM = "platform"
SUPERVISION = "supervision_office"
SUPERVISORS = (SUPERVISION, PLATFORM)
"""Units that supervise (督办) the others of their locality."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person with an account: officer, principal, supervisor, auditor, process owner or administrator."""

    account_id: AccountId
    name: str
    locality: str
    memberships: frozenset[tuple[str, str]]
    """(unit id, role) pairs."""
    acting_for: str | None = None
    """Whose groups `memberships` are, when this is a stand-in (代理)."""
    own_units: frozenset[str] = frozenset()
    """The stand-in's own units, which give no right but keep their bars."""

    @property
    def ref(self) -> str:
        """How history names this person: the account, never more."""
        return f"officer:{self.account_id}"

    @property
    def groups(self) -> frozenset[str]:
        """The group keys this person belongs to: never the complainant's, whatever somebody called a unit."""
        held = frozenset(unit if role == OFFICER else f"{unit}:{role}" for unit, role in self._held)
        return held - {COMPLAINANT}

    @property
    def units(self) -> frozenset[str]:
        """The units in whose casework this person takes part."""
        return frozenset(unit for unit, role in self.memberships if role not in TECHNICAL)

    def belongs_to_any(self, units: frozenset[str] | list[str]) -> bool:
        """Whether this person is of one of them in any role, also standing in: what bars the unit bars them."""
        return not (self.own_units | {unit for unit, _ in self.memberships}).isdisjoint(units)

    def has_role(self, *roles: str) -> bool:
        """Whether this person has one of the roles."""
        return any(role in roles for _, role in self._held)

    @property
    def _held(self) -> frozenset[tuple[str, str]]:
        """What gives this person rights: a stand-in is lent the casework of who is absent, not the technical roles."""
        if self.acting_for is None:
            return self.memberships
        return frozenset((unit, role) for unit, role in self.memberships if role not in TECHNICAL)


@dataclass(frozen=True, slots=True)
class Complainant:
    """A company or citizen (企业、群众) who came in with the query code of one case."""

    case_id: CaseId

    ref = COMPLAINANT
    acting_for: str | None = None
    groups: frozenset[str] = frozenset({COMPLAINANT})
    locality: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the portal who has no case yet: may hand one in, and nothing else."""

    locality: str

    ref = COMPLAINANT
    acting_for: str | None = None
    groups: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Machine:
    """Time, a handler or another level's platform: does what a row in the database already asks for."""

    ref: str
    locality: str = ""
    acting_for: str | None = None
    groups: frozenset[str] = field(default=frozenset())


Actor = Officer | Complainant | Visitor | Machine


def may_end(actor: Actor, groups: Iterable[str], *, case_id: CaseId, locality: str) -> bool:
    """Whether the actor belongs to one of the groups, in the case's own locality or as its complainant."""
    match actor:
        case Officer():
            return actor.locality == locality and bool(actor.groups & set(groups))
        case Complainant():
            return actor.case_id == case_id and COMPLAINANT in groups
        case _:
            return False


def require_end(actor: Actor, groups: Iterable[str], *, case_id: CaseId, locality: str) -> None:
    """Raise NotAllowed unless `may_end`."""
    groups = tuple(groups)
    if not may_end(actor, groups, case_id=case_id, locality=locality):
        raise NotAllowed(f"Expected {actor.ref} to belong to one of {groups}, but it does not")


def may_be_assigned(colleague: Officer, group: str, *, locality: str, complained_of: Iterable[str]) -> bool:
    """Whether a task may be handed to this person (指派): of its very group, and of no other unit complained about.

    A unit that handles what it is complained about itself hands its own tasks to its own people.
    """
    others = [unit for unit in complained_of if unit != group.partition(":")[0]]
    return colleague.locality == locality and group in colleague.groups and not colleague.belongs_to_any(others)


def may_open(actor: Actor, groups: Iterable[str], *, locality: str) -> bool:
    """Whether the actor is of one of the desks that open a procedure (开办) of this locality."""
    return isinstance(actor, Officer) and actor.locality == locality and bool(actor.groups.intersection(groups))


def may_fill_in(actor: Actor, windows: Iterable[str], *, locality: str) -> bool:
    """Whether the actor may hand a request in: its own visitor, or an officer of a window for somebody (窗口代填)."""
    match actor:
        case Visitor():
            return actor.locality == locality
        case Officer():
            return actor.locality == locality and not actor.units.isdisjoint(windows)
        case _:
            return False


OWN_UNIT = "诉求反映的正是您所在的单位，不能由您代填，以免知道是谁反映的。请由其他窗口登记，或请诉求人自行在门户提交。"


def require_other_window(actor: Actor, complained_of: str) -> None:
    """Raise NotAllowed for an officer of the very unit that a request complains of: who fills it in sees who it is."""
    if isinstance(actor, Officer) and actor.belongs_to_any([complained_of]):
        raise NotAllowed(f"Expected a window that is not complained of, but {actor.ref} is of that unit", OWN_UNIT)


NOT_BY_STAFF = (
    "评价、撤回由诉求人本人作出，工作人员不能代为评价、撤回。请先退出工作人员账号，再由诉求人用编号和查询码办理。"
)


def require_no_staff(signed_in: Actor | None) -> None:
    """Raise NotAllowed when whoever brings the query code is logged in as an officer, too.

    Staff neither rates (评价) nor presses what is the complainant's to press (撤回).
    """
    if isinstance(signed_in, Officer):
        raise NotAllowed(f"Expected a complainant, but {signed_in.ref} is logged in", NOT_BY_STAFF)


def may_read_case(actor: Actor, *, case_id: CaseId, locality: str, involved: Iterable[str]) -> bool:
    """Whether the actor may open the case file: the platform, supervisors, auditors, and every unit it ever went to."""
    match actor:
        case Officer():
            if actor.locality != locality:
                return False
            return oversees(actor) or bool(actor.units & set(involved))
        case Complainant():
            return actor.case_id == case_id
        case _:
            return False


def has_a_part(actor: Officer, *, locality: str, involved: Iterable[str]) -> bool:
    """Whether an officer takes part in the casework of a case: of a unit it went to, the platform, the supervisors."""
    return actor.locality == locality and not actor.units.isdisjoint({PLATFORM, SUPERVISION, *involved})


def oversees(actor: Officer) -> bool:
    """Platform, supervision office and auditors see every case of their locality."""
    return bool(actor.units & {PLATFORM, SUPERVISION}) or actor.has_role("auditor")


def require_case_reader(actor: Actor, *, locality: str) -> Officer:
    """The officer who may read cases of this locality: all of them, or what went to the own units (`may_read_case`).
    Raises NotAllowed for anybody else.
    """
    if not isinstance(actor, Officer) or actor.locality != locality or not (oversees(actor) or actor.units):
        raise NotAllowed(f"Expected {actor.ref} to take part in the casework of {locality}, but it does not")
    return actor


def require_overseer(actor: Actor, *, locality: str) -> Officer:
    """The officer who oversees the cases of this locality. Raises NotAllowed for anybody else."""
    if not isinstance(actor, Officer) or actor.locality != locality or not oversees(actor):
        raise NotAllowed(f"Expected {actor.ref} to oversee {locality}, but it does not")
    return actor


def supervising_unit(actor: Actor, *, locality: str) -> str | None:
    """The unit in whose name this person supervises (督办) a locality; None: in none."""
    if not isinstance(actor, Officer) or actor.locality != locality:
        return None
    return next((unit for unit in SUPERVISORS if unit in actor.units), None)


def require_supervisor(actor: Actor, *, locality: str) -> str:
    """The unit in whose name this person supervises. Raises NotAllowed for whoever does not."""
    unit = supervising_unit(actor, locality=locality)
    if unit is None:
        raise NotAllowed(f"Expected {actor.ref} to supervise {locality}, but it does not")
    return unit


def may_answer_order(actor: Actor, unit: str, *, locality: str) -> bool:
    """Whether the actor is of the unit that a supervision order (督办单) went to."""
    return isinstance(actor, Officer) and actor.locality == locality and unit in actor.units


def of_platform(actor: Actor, *, locality: str) -> bool:
    """Whether the actor takes part in the casework of a locality's platform."""
    return isinstance(actor, Officer) and actor.locality == locality and PLATFORM in actor.units


def require_platform(actor: Actor, *, locality: str) -> None:
    """Raise NotAllowed unless the actor is of the locality's platform."""
    if not of_platform(actor, locality=locality):
        raise NotAllowed(f"Expected the platform of {locality}, but {actor.ref} is not of it")


def orderable(involved: Iterable[str], handling_unit: str | None) -> tuple[str, ...]:
    """The units of a case to which a supervision order (督办单) may go: all with a part in it but the supervisors."""
    units = [handling_unit, *involved] if handling_unit else involved
    return tuple(dict.fromkeys(unit for unit in units if unit not in SUPERVISORS))


def may_read_report(actor: Actor, readers: Iterable[str], *, locality: str) -> bool:
    """Who may see a report: whoever oversees the locality's cases, and the groups or units that the report names."""
    if not isinstance(actor, Officer) or actor.locality != locality:
        return False
    everybody = EVERY_UNIT in readers and bool(actor.units)
    return oversees(actor) or everybody or not actor.groups.isdisjoint(readers)


def reads_whole_list(actor: Actor, readers: Iterable[str], *, locality: str, leaders: frozenset[str]) -> bool:
    """Who sees every case in the lists of a report that he may read: who oversees all, the groups that follow up just
    these by duty, and the locality's leaders, to whom the bulletin goes.

    What the rows say stays veiled; a case itself opens only by `may_read_case`.
    """
    if not isinstance(actor, Officer) or actor.locality != locality:
        return False
    return oversees(actor) or not actor.groups.isdisjoint(readers) or not actor.units.isdisjoint(leaders)


def may_compare(actor: Actor, *, locality: str, shown_to: bool) -> bool:
    """Who may see the headline figures of a locality that is not their own (辖区对比).

    Somebody to whom that locality has shown them, in person: a stand-in is not lent it; while they take part in
    casework at home, so that the right ends with the post. It is a sight of sums: it opens no case, list or file.
    """
    return (
        isinstance(actor, Officer)
        and actor.locality != locality
        and shown_to
        and actor.acting_for is None
        and bool(actor.units)
    )


def may_reveal_identity(
    actor: Actor, *, locality: str, handling_unit: str | None, complained_of: list[str], answering: frozenset[str]
) -> bool:
    """Who may see who complained, with a reason: the platform, and the handling unit to answer the company (ZB-21).

    So may the units that the locality has `answering` people (CS-15). A unit complained about never may, also when it
    is one of these; nor anyone who is a member of it.
    """
    if not isinstance(actor, Officer) or actor.locality != locality:
        return False
    if actor.belongs_to_any(complained_of):
        return False
    return not actor.units.isdisjoint({PLATFORM, *answering} | ({handling_unit} if handling_unit else set()))


def require_role(actor: Actor, *roles: str) -> None:
    """Raise NotAllowed unless the actor is an officer with one of the roles."""
    if not isinstance(actor, Officer) or not actor.has_role(*roles):
        raise NotAllowed(f"Expected {actor.ref} to have one of the roles {roles}, but it has not")


def administers(actor: Actor, locality: str) -> bool:
    """Whether the actor administers a locality: in their own name, since nobody stands in for an administrator."""
    return isinstance(actor, Officer) and actor.locality == locality and actor.has_role("administrator")


def require_administrator(actor: Actor, locality: str) -> None:
    """Raise NotAllowed unless the actor administers the locality, or is the machine itself: the command line."""
    if not isinstance(actor, Machine) and not administers(actor, locality):
        raise NotAllowed(f"Expected an administrator of {locality}, but {actor.ref} is none")


def require_deployer(actor: Actor, locality: str) -> None:
    """Raise NotAllowed unless the actor is a process owner or administrator of the locality, or the machine itself."""
    if isinstance(actor, Machine):
        return
    if not isinstance(actor, Officer) or actor.locality != locality:
        raise NotAllowed(f"Expected a process owner of {locality} to deploy, but {actor.ref} is none")
    require_role(actor, "process_owner", "administrator")


def require_own_or_administrator(actor: Actor, locality: str, accounts: Collection[UUID]) -> None:
    """Raise NotAllowed unless the actor is one of these people or administers the locality, in their own name; or the
    machine itself.
    """
    if isinstance(actor, Machine) or administers(actor, locality):
        return
    own = isinstance(actor, Officer) and actor.locality == locality and actor.acting_for is None
    if not own or account_of(actor) not in accounts:
        raise NotAllowed(f"Expected {actor.ref} to be one of {accounts} or an administrator of {locality}")


def account_of(actor: Actor) -> UUID | None:
    """The account behind a deed, if a person's."""
    return actor.account_id if isinstance(actor, Officer) else None
