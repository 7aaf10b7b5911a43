"""Show who complained: to those who must answer, with a reason, leaving an event (ZB-21)."""

from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import deployment_of
from bihuan.store import cases
from bihuan.store.identities import open_identity
from bihuan.store.unit_of_work import UnitOfWork

REASONS = {
    "reply": "答复企业",
    "verify": "核实情况",
    "follow_up": "电话回访",
    "visit": "上门走访",
    "correct": "核对登记信息",
}
"""Why somebody may look: chosen, not written, so that history holds no free text."""


def reveal_identity(work: UnitOfWork, case_id: CaseId, reason: str) -> dict[str, str]:
    """The complainant's name, organisation, telephone and e-mail.

    Raises NotAllowed for a unit complained about, for ever, and for anyone but the platform, the handling unit and the
    units of the case that answer people (CS-15);
    InvalidAnswers without one of REASONS; NotFound when the request came without an identity. Each call is an event.
    """
    case = cases.lock(work, case_id)
    answering = deployment_of(work, case.deployment).locality.organisation.answering
    if not access.may_read_case(
        work.actor, case_id=case.id, locality=case.locality, involved=case.involved
    ) or not access.may_reveal_identity(
        work.actor, locality=case.locality, handling_unit=case.handling_unit, complained_of=case.complained_of,
        answering=answering,
    ):  # fmt: skip
        raise NotAllowed(f"Expected {work.actor.ref} to be allowed to see who complained in {case.case_no}")
    if reason not in REASONS:
        raise InvalidAnswers({"reason": "请选择查看原因。"})
    identity = open_identity(work, case_id)
    if identity is None:
        raise NotFound(f"Expected an identity in case {case.case_no}, but it came without one")
    cases.record(work, case, "identity_revealed", {"reason": reason})
    cases.write(work, case)
    return identity
