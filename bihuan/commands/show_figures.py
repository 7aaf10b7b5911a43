"""Show a locality's headline figures to somebody of another, or no longer (数据查看授权): sums, never a case.

The right is given by the locality whose figures they are, to one person; an administrator of that locality decides.
"""

from uuid import UUID

from bihuan.commands.accounts import BY_LOGIN, reason_of
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.store.administration import hold, log, repeated
from bihuan.store.figure_readers import SHOWN, TAKE_BACK, figure_reader
from bihuan.store.unit_of_work import UnitOfWork

NOBODY = "没有这个登录名的在用账号。"
ONE_OF_OURS = "该账号是本辖区人员，按单位和角色查看，不需要授权。"
ALREADY = "该账号已经可以查看。"


def show_figures(
    work: UnitOfWork, locality: str, login: str, *, reason: str, submission_id: UUID | None = None
) -> None:
    """Let the account of another locality see this one's headline figures, from now on.

    The same form again changes nothing. Raises NotAllowed, InvalidAnswers.
    """
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return
    hold(work, locality)
    account = work.one(BY_LOGIN, login=login.strip())
    if account is None or not account["active"]:
        raise InvalidAnswers({"login": NOBODY})
    if account["locality"] == locality:
        raise InvalidAnswers({"login": ONE_OF_OURS})
    if work.one(SHOWN, of_locality=locality, account_id=account["id"]) is not None:
        raise InvalidAnswers({"login": ALREADY})
    reason = reason_of(work, reason)
    work.add(figure_reader, {"locality": locality, "account_id": account["id"], "since_at": work.now})
    log(work, locality, "figures_shown", f"account:{account['id']}", reason=reason, submission_id=submission_id)


def take_figures_back(
    work: UnitOfWork, locality: str, account_id: UUID, *, reason: str, submission_id: UUID | None = None
) -> None:
    """From now on the account no longer sees them. The same form again changes nothing.

    Raises NotAllowed, NotFound for somebody who does not see them, InvalidAnswers without a reason.
    """
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return
    hold(work, locality)
    if work.one(SHOWN, of_locality=locality, account_id=account_id) is None:
        raise NotFound(f"Expected {account_id} to see the figures of {locality}, but it does not")
    reason = reason_of(work, reason)
    work.do(TAKE_BACK, of_locality=locality, account_id=account_id)
    log(work, locality, "figures_taken_back", f"account:{account_id}", reason=reason, submission_id=submission_id)
