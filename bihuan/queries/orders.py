"""Supervision orders (督办单) as their readers see them: those of a case, and those of a locality.

Whoever oversees the locality's cases sees all; a unit sees what it was ordered itself. Every text goes through the
veil: also a supervisor may have written who complained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.locality.deployments import Current, InForce, calendar_of, current
from bihuan.locality.folder import Locality
from bihuan.queries.case_header import CaseHeader, OpenedCase, open_case_file
from bihuan.queries.nearness import Gauge, Nearness
from bihuan.queries.veil import Veil, is_complained_of, speaks_for, veil_of, veils_of
from bihuan.store import columns, tables
from bihuan.store.orders import OPEN, REPLIED, STANDS, order_no, supervision_entry, supervision_order
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

PAGE: Final = 100
_order, _entry, _case, _request = supervision_order, supervision_entry, tables.case_file, tables.request
_account = tables.account
_HERE = _order.c.locality == sa.bindparam("locality")
_UNITS = sa.bindparam("units", type_=sa.ARRAY(sa.Text))
STANDING = compiled(sa.select(sa.func.count().label("orders")).where(_HERE, STANDS))
_LISTED = (
    sa.select(_order, _case.c.case_no, _case.c.complained_of, _request.c.subject, _request.c.struck_subject)
    .join(_case, _case.c.id == _order.c.case_id)
    .join(_request, _request.c.case_id == _order.c.case_id)
    .where(_HERE)
    .limit(at_most(PAGE + 1))
)
_STANDING = _LISTED.where(STANDS).order_by(_order.c.due_at, _order.c.id)
_CLOSED = _LISTED.where(sa.not_(STANDS)).order_by(_order.c.closed_at.desc(), _order.c.id)
_OF_UNITS = _order.c.unit == sa.any_(_UNITS)
ORDERS, CLOSED = (compiled(listed.where(sa.or_(_UNITS.is_(None), _OF_UNITS))) for listed in (_STANDING, _CLOSED))
TO_DO = compiled(
    _STANDING.where(
        sa.or_(
            sa.and_(_order.c.state == sa.literal_column(f"'{OPEN}'"), _OF_UNITS),
            sa.and_(_order.c.state == sa.literal_column(f"'{REPLIED}'"), sa.bindparam("supervises", type_=sa.Boolean)),
        )
    )
)
"""To be replied to by these units, or settled by supervisors."""
OF_CASE = compiled(
    sa.select(_order).where(_order.c.case_id == sa.bindparam("case_id", type_=columns.ID)).order_by(_order.c.no)
)
ENTRIES = compiled(
    sa.select(_entry, _account.c.name)
    .join(_account, _account.c.id == _entry.c.by)
    .where(_entry.c.order_id == sa.any_(sa.bindparam("ids", type_=columns.IDS)))
    .order_by(_entry.c.order_id, _entry.c.no)
)


@dataclass(frozen=True, slots=True)
class EntryView:
    """Something written to an order: demand, reply, return or closing."""

    kind: str
    body: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order with all that was written to it, and what this reader may do about it."""

    id: UUID
    no: str
    unit: str
    issuer: str
    state: str
    nearness: Nearness
    issued_at: datetime
    replied_at: datetime | None
    closed_at: datetime | None
    entries: tuple[EntryView, ...]
    may_reply: bool
    may_settle: bool

    @property
    def late(self) -> bool:
        """Answered too late, or not yet though it should be."""
        due_at = self.nearness.due_at
        return self.nearness.late if self.replied_at is None else due_at is not None and self.replied_at >= due_at


@dataclass(frozen=True, slots=True)
class OrdersOfCase:
    """The orders of one case, and the units to which another may be issued (none: not by this reader)."""

    header: CaseHeader
    orders: tuple[OrderView, ...]
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One line of a list of orders."""

    no: str
    case_no: str
    subject: str
    unit: str
    state: str
    issued_at: datetime
    closed_at: datetime | None
    nearness: Nearness
    mine: bool
    """It waits for this reader: for the unit's reply, or the supervisors' settling."""


@dataclass(frozen=True, slots=True)
class ListedOrders:
    """Orders as this reader may see them: those that are not closed, the nearest first; or those that are, the last
    first.
    """

    rows: tuple[ListedOrder, ...]
    all_seen: bool
    cut: bool

    @property
    def late(self) -> int:
        """Of how many the reply is overdue."""
        return sum(row.state == OPEN and row.nearness.late for row in self.rows)


def orders_of(reader: Reader, vault: Vault, actor: Officer, case_no: str) -> OrdersOfCase:
    """The orders about a case that this officer may read. Raises NotFound."""
    return orders_in(reader, actor, open_case_file(reader, vault, actor, case_no=case_no))


def orders_in(reader: Reader, actor: Officer, case: OpenedCase) -> OrdersOfCase:
    """The orders about a case that is opened already."""
    row, locality = case.row, case.deployment.locality
    calendar = calendar_of(reader, row["locality"], row["calendar_version"])
    gauge = Gauge.of(calendar, locality.settings, reader.now)
    rows = [one for one in reader.all(OF_CASE, case_id=row["id"]) if _may_see(actor, one, row["complained_of"])]
    entries = _entries(reader, [one["id"] for one in rows], case.veil)
    supervises = access.supervising_unit(actor, locality=row["locality"]) is not None
    choice = access.orderable(row["involved"], row["handling_unit"]) if supervises and row["exit"] is None else ()
    return OrdersOfCase(
        case.header,
        tuple(_view(one, row["case_no"], entries.get(one["id"], ()), actor, gauge, locality) for one in rows),
        {unit: locality.unit_name(unit) for unit in choice},
    )


def order_of(
    reader: Reader, vault: Vault, actor: Officer, case_no: str, order_id: UUID
) -> tuple[CaseHeader, OrderView]:
    """One order, for its document: paper goes to the unit, so it is veiled also for the platform. Raises NotFound."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    case = replace(case, veil=veil_of(reader, vault, case.row["id"]))
    subject = case.veil.over_request(case.row["subject"], case.row["struck_subject"])
    for order in orders_in(reader, actor, case).orders:
        if order.id == order_id:
            return replace(case.header, request=replace(case.header.request, subject=subject)), order
    raise NotFound(f"Expected an order {order_id} of {case_no} that {actor.ref} may see, but there is none")


def listed_orders(reader: Reader, vault: Vault, actor: Officer, *, closed: bool = False) -> ListedOrders:
    """The orders that stand in the officer's locality, or were `closed`: all for those who oversee it, else those to
    the own units.
    """
    everything = access.oversees(actor)
    asked = CLOSED if closed else ORDERS
    rows = reader.all(asked, locality=actor.locality, units=None if everything else sorted(actor.units))
    return _listed(reader, vault, actor, current(reader, actor.locality), rows, all_seen=everything)


def orders_to_do(reader: Reader, vault: Vault, actor: Officer, in_force: InForce | None = None) -> ListedOrders:
    """Those that wait for this officer: to be replied to by the own units, or settled by those who supervise.

    `in_force`: in the officer's locality, when the caller has read it already.
    """
    supervises = access.supervising_unit(actor, locality=actor.locality) is not None
    rows = reader.all(TO_DO, locality=actor.locality, units=sorted(actor.units), supervises=supervises)
    return _listed(reader, vault, actor, current(reader, actor.locality, in_force), rows, all_seen=False)


def _listed(
    reader: Reader, vault: Vault, actor: Officer, here: Current, rows: Sequence[Row], *, all_seen: bool
) -> ListedOrders:
    locality = here.deployment.locality
    gauge = Gauge.of(here.calendar, locality.settings, reader.now)
    seen = [row for row in rows[:PAGE] if _may_see(actor, row, row["complained_of"])]
    veils = veils_of(reader, vault, actor, ((row["case_id"], row["complained_of"]) for row in seen))
    found = tuple(
        ListedOrder(
            order_no(row["case_no"], row["no"]), row["case_no"],
            veils[row["case_id"]].over_request(row["subject"], row["struck_subject"]),
            locality.unit_name(row["unit"]), row["state"], row["issued_at"], row["closed_at"],
            gauge.nearness(row["due_at"]), _may_reply(actor, row) or _may_settle(actor, row),
        )
        for row in seen
    )  # fmt: skip
    return ListedOrders(found, all_seen, len(rows) > PAGE)


def _may_see(actor: Officer, order: Row, complained_of: list[str]) -> bool:
    """A unit complained about reads what was written to it or by it, and nothing else, whatever else it may be."""
    if is_complained_of(actor, complained_of):
        return order["unit"] in speaks_for(actor)
    return access.oversees(actor) or order["unit"] in actor.units


def _may_reply(actor: Officer, order: Row) -> bool:
    return order["state"] == OPEN and order["unit"] in actor.units


def _may_settle(actor: Officer, order: Row) -> bool:
    return order["state"] == REPLIED and access.supervising_unit(actor, locality=order["locality"]) is not None


def _entries(reader: Reader, ids: Sequence[UUID], veil: Veil) -> Mapping[UUID, tuple[EntryView, ...]]:
    found: dict[UUID, tuple[EntryView, ...]] = {}
    for row in reader.all(ENTRIES, ids=list(ids)) if ids else []:
        view = EntryView(row["kind"], veil.over(row["body"]), row["name"], row["at"])
        found[row["order_id"]] = (*found.get(row["order_id"], ()), view)
    return found


def _view(
    row: Row, case_no: str, entries: tuple[EntryView, ...], actor: Officer, gauge: Gauge, locality: Locality
) -> OrderView:
    return OrderView(
        row["id"], order_no(case_no, row["no"]), locality.unit_name(row["unit"]), locality.unit_name(row["issuer"]),
        row["state"], gauge.nearness(row["due_at"]), row["issued_at"], row["replied_at"], row["closed_at"], entries,
        _may_reply(actor, row), _may_settle(actor, row),
    )  # fmt: skip
