"""单位: the units of a locality as its folder names them, their people, and how each is reached; for administrators."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import OFFICER, Officer
from bihuan.domain.errors import NotFound
from bihuan.locality.deployments import current
from bihuan.locality.organisation import UNIT_KINDS, Organisation
from bihuan.queries.accounts import AccountRow, accounts
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_unit = tables.unit
UNITS = compiled(
    sa.select(_unit).where(_unit.c.locality == sa.bindparam("locality")).order_by(_unit.c.position, _unit.c.id)
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: what it is, its people by role, and where its notices go besides."""

    id: str
    name: str
    kind: str
    supervises: str
    phone: str | None
    email: str | None
    people: tuple[AccountRow, ...]
    deployed: bool
    """Whether the folder in force still names it."""

    @property
    def active(self) -> int:
        """How many people may work in it."""
        return sum(one.active for one in self.people)

    @property
    def unattended(self) -> bool:
        """Nobody would find its tasks: no officer with an open account."""
        return not any(one.active and f"{self.id}:{OFFICER}" in one.memberships for one in self.people)


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role (角色) and who has it where: (name, login, unit)."""

    id: str
    name: str
    holders: tuple[tuple[str, str, str], ...]


def units_page(reader: Reader, actor: Officer) -> tuple[UnitRow, ...]:
    """The units of the administrator's own locality, in the folder's order. Raises NotAllowed."""
    access.require_administrator(actor, actor.locality)
    organisation = current(reader, actor.locality).deployment.locality.organisation
    people = accounts(reader, actor, actor.locality)
    return tuple(_row(row, organisation, people) for row in reader.all(UNITS, locality=actor.locality))


def unit_page(reader: Reader, actor: Officer, unit: str) -> UnitRow:
    """One of them. Raises NotAllowed, NotFound."""
    found = next((one for one in units_page(reader, actor) if one.id == unit), None)
    if found is None:
        raise NotFound(f"Expected a unit {unit} of {actor.locality}, but there is none")
    return found


def roles_page(reader: Reader, actor: Officer) -> tuple[RoleRow, ...]:
    """The roles that the folder names, each with its holders whose accounts are open. Raises NotAllowed."""
    access.require_administrator(actor, actor.locality)
    organisation = current(reader, actor.locality).deployment.locality.organisation
    people = [one for one in accounts(reader, actor, actor.locality) if one.active]
    return tuple(
        RoleRow(role, name, tuple(_holders(role, organisation, people))) for role, name in organisation.roles.items()
    )


def _holders(role: str, organisation: Organisation, people: Iterable[AccountRow]) -> Iterable[tuple[str, str, str]]:
    for one in people:
        for group in one.memberships:
            unit, _, held = group.partition(":")
            if held == role:
                yield one.name, one.login, organisation.unit_name(unit)


def _row(row: Row, organisation: Organisation, people: list[AccountRow]) -> UnitRow:
    named = organisation.units.get(row["id"])
    supervised = named.supervises if named else ()
    words = "全部单位" if "*" in supervised else "、".join(map(organisation.unit_name, supervised))
    members = tuple(one for one in people if any(g.partition(":")[0] == row["id"] for g in one.memberships))
    kind = row["kind"] if row["kind"] in UNIT_KINDS else ""
    return UnitRow(
        row["id"], named.name if named else row["name"], kind, words, row["phone"], row["email"], members,
        named is not None,
    )  # fmt: skip
