"""Change the text of a notice (通知文本): the folder in force with one file other, checked and put in force.

One truth: what is said is what the deployment says (docs/decisions/0070). New cases say it, open ones keep
their version.
"""

from uuid import UUID

from bihuan.commands.accounts import reason_of
from bihuan.commands.in_force import TEXT_CHANGED, in_force, put_changed_in_force
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.locality.deployments import deployment_of
from bihuan.locality.faults import FolderFault
from bihuan.locality.notices import Notice, faults_of, read_notice
from bihuan.store.administration import repeated
from bihuan.store.unit_of_work import UnitOfWork


def change_notice_text(
    work: UnitOfWork, locality: str, template: str, *, subject: str, body: str, reason: str,
    submission_id: UUID | None = None,
) -> None:  # fmt: skip
    """Let new cases' notices of this template read so. A common text becomes the locality's own. The log keeps both.

    Raises InvalidAnswers when the text or the reason do not serve, NotFound when there is no such template, NotAllowed
    for anyone but an administrator of the locality.
    """
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return
    before = in_force(work, locality)
    if before is None:
        raise NotFound(f"Expected a locality {locality}, but none is deployed")
    old = deployment_of(work, before["deployment"]).locality.notice(template)
    if wrong := faults_of(subject, body):
        raise InvalidAnswers(wrong)
    path, content = f"{locality}/notices/{template}.txt", _content(subject, body)
    new = read_notice(path, content)
    reason = reason_of(work, reason)
    if new.same_words(old):
        raise InvalidAnswers({"body": "内容没有变化。"})
    try:
        put_changed_in_force(
            work, locality, {path: content}, before=before, kind=TEXT_CHANGED, subject=f"notice:{template}",
            note=f"修改通知文本“{old.name}”：{reason}", reason=reason, submission_id=submission_id,
            detail={"before": _words(old), "after": _words(new)},
        )  # fmt: skip
    except FolderFault as fault:
        # The text itself is sound: something else of the folder is not, by a check that is newer than it.
        said = f"现行流程文件未通过检查，没有改动：{fault.findings[0].fault}。请联系流程负责人。"
        raise InvalidAnswers({"body": said}) from fault


def _content(subject: str, body: str) -> bytes:
    """As the file of the folder would be: the subject in the first line, the body from the second."""
    return f"{' '.join(subject.split())}\n{body.replace(chr(13) + chr(10), chr(10)).strip()}\n".encode()


def _words(notice: Notice) -> dict[str, str]:
    return {"subject": notice.subject, "body": notice.body}
