"""Strike out (隐去) what betrays the complainant in a request, before units read it. The original stays sealed."""

import hashlib

import sqlalchemy as sa

from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.ids import CaseId
from bihuan.store import cases, tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import UnitOfWork

LONGEST_SUBJECT, LONGEST_BODY = 200, 20_000

STRIKE = compiled(
    sa.update(tables.request)
    .where(tables.request.c.case_id == sa.bindparam("in_case", type_=tables.ID))
    .values(struck_subject=sa.bindparam("subject"), struck_body=sa.bindparam("body"))
)


def strike_out(work: UnitOfWork, case_id: CaseId, *, subject: str, body: str) -> None:
    """Keep the text that units will read. The platform's deed alone; it may be repeated, each time an event."""
    case = cases.lock(work, case_id)
    access.require_platform(work.actor, locality=case.locality)
    errors = {}
    if not subject.strip() or len(subject) > LONGEST_SUBJECT:
        errors["struck_subject"] = "请保留标题，且不超过 200 字。"
    if not body.strip() or len(body) > LONGEST_BODY:
        errors["struck_body"] = "请保留正文，且不超过 20000 字。"
    if errors:
        raise InvalidAnswers(errors)
    work.do(STRIKE, in_case=case_id, subject=subject, body=body)
    digest = hashlib.sha256(f"{subject}\0{body}".encode()).hexdigest()
    cases.record(work, case, "text_struck_out", {"sha256": digest})
    cases.write(work, case)
