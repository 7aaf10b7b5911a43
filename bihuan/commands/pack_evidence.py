"""Take the evidence of a case out of the house (导出证据包): history says who, why, and with the identity or not."""

from typing import Final

from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import deployment_of
from bihuan.store import cases
from bihuan.store.identities import open_identity
from bihuan.store.unit_of_work import UnitOfWork

REASONS: Final = {
    "supervision": "督查督办",
    "audit": "审计核查",
    "discipline": "纪检监察调阅",
    "lawsuit": "行政复议、诉讼举证",
    "archive": "归档",
}
"""Why somebody takes it: chosen, not written, so that history holds no free text."""


def pack_evidence(work: UnitOfWork, case_id: CaseId, reason: str, *, with_identity: bool) -> dict[str, str]:
    """Record that a pack is made; the complainant's identity if it is to be in it (else nothing).

    By those who oversee the locality's cases; with the identity only by those of them who may see it (NotAllowed).
    Raises InvalidAnswers without one of REASONS. Each call is an event.
    """
    case = cases.lock(work, case_id)
    actor = access.require_overseer(work.actor, locality=case.locality)
    answering = deployment_of(work, case.deployment).locality.organisation.answering
    may = access.may_reveal_identity(
        actor, locality=case.locality, handling_unit=case.handling_unit, complained_of=case.complained_of,
        answering=answering,
    )  # fmt: skip
    if with_identity and not may:
        raise NotAllowed(f"Expected {actor.ref} to be allowed to see who complained in {case.case_no}")
    if reason not in REASONS:
        raise InvalidAnswers({"reason": "请选择导出原因。"})
    identity = open_identity(work, case_id) if with_identity else None
    cases.record(work, case, "evidence_packed", {"reason": reason, "identity": identity is not None})
    cases.write(work, case)
    return identity or {}
