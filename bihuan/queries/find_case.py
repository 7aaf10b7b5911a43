"""Finds cases by what people have in hand: numbers (编号), or the id that a log shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader

_case, _request = tables.case_file, tables.request
_TEXT = sa.bindparam("text", type_=sa.Text)
BY_TEXT = compiled(
    sa.select(_case.c.id, _case.c.case_no, _case.c.locality, _case.c.deployment, _case.c.exit)
    .where(sa.or_(_case.c.case_no == _TEXT, _case.c.id.cast(sa.Text) == _TEXT))
    .order_by(_case.c.id)
)
NUMBERED = compiled(
    sa.select(_case.c.id, _case.c.case_no, _case.c.locality, _case.c.involved).where(
        _case.c.locality == sa.bindparam("locality"),
        _case.c.case_no == sa.any_(sa.bindparam("numbers", type_=sa.ARRAY(sa.Text))),
    )
)
EXTERNAL = compiled(
    sa.select(_request.c.external_no)
    .join(_case, _case.c.id == _request.c.case_id)
    .where(_case.c.locality == sa.bindparam("locality"), _request.c.external_no.is_not(None))
)


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case, and the version of the procedure it runs on."""

    id: UUID
    case_no: str
    locality: str
    deployment: str
    exit: str | None


def readable_cases(reader: Reader, actor: Officer, numbers: Collection[str]) -> Mapping[str, CaseId]:
    """The cases with these numbers. Raises NotFound unless this officer may read all: nobody learns of another."""
    found = {
        row["case_no"]: CaseId(row["id"])
        for row in reader.all(NUMBERED, locality=actor.locality, numbers=list(numbers))
        if access.may_read_case(actor, case_id=row["id"], locality=row["locality"], involved=row["involved"])
    }
    if missing := set(numbers) - found.keys():
        raise NotFound(f"Expected {actor.ref} to be able to read cases {sorted(missing)}, but it cannot")
    return found


def find_case(reader: Reader, text: str) -> FoundCase:
    """The case with this number or id, whoever asks: for the command line. Raises NotFound."""
    found = reader.one_as(FoundCase, BY_TEXT, text=text.strip())
    if found is None:
        raise NotFound(f"Expected a case {text}, but there is none", f"没有工单 {text}：请核对编号。")
    return found


def external_numbers(reader: Reader, locality: str) -> set[str]:
    """The senders' numbers of all orders that a locality has received."""
    return {row["external_no"] for row in reader.all(EXTERNAL, locality=locality)}
