"""Change how a unit (单位) is reached: the telephone and e-mail on duty. What a unit is, its locality's folder says."""

from uuid import UUID

import sqlalchemy as sa

from bihuan.commands.accounts import reason_of
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.domain.identity import Identity
from bihuan.store import tables
from bihuan.store.administration import log, repeated
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

_unit = tables.unit
_LOCALITY, _ID = sa.bindparam("of_locality", type_=sa.Text), sa.bindparam("of_unit", type_=sa.Text)
UNIT = compiled(sa.select(_unit).where(_unit.c.locality == _LOCALITY, _unit.c.id == _ID).with_for_update())
SET = compiled(
    sa.update(_unit)
    .where(_unit.c.locality == _LOCALITY, _unit.c.id == _ID)
    .values(phone=sa.bindparam("new_phone"), email=sa.bindparam("new_email"))
)


def change_unit(
    work: UnitOfWork, locality: str, unit: str, *, phone: str, email: str, reason: str,
    submission_id: UUID | None = None,
) -> None:  # fmt: skip
    """Telephone and e-mail on duty, to which the unit's notices go besides its people. Both may be empty."""
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return
    row = work.one(UNIT, of_locality=locality, of_unit=unit)
    if row is None:
        raise NotFound(f"Expected a unit {unit} of {locality}, but there is none")
    found = Identity.of({"phone": phone, "email": email}, required=False)
    new = {"phone": found.phone or None, "email": found.email or None}
    before = {key: row[key] for key in new}
    if new == before:
        raise InvalidAnswers({"phone": "内容没有变化。"})
    reason = reason_of(work, reason)
    work.do(SET, of_locality=locality, of_unit=unit, **{f"new_{key}": value for key, value in new.items()})
    log(
        work, locality, "unit_changed", f"unit:{unit}", reason=reason, submission_id=submission_id,
        detail={"before": before, "after": new},
    )  # fmt: skip
