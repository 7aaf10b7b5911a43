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
from bihuan.locality.notices import Notice, read_notice
from bihuan.store.administration import repeated
from bihuan.store.unit_of_work import UnitOfWork

LONGEST_BODY = 4000


def change_notice_text(
    work: UnitOfWork, locality: str, template: str, *, subject: str, body: str, reason: str,
    submission_id: UUID | None = None,
) -> None:  # fmt: skip
    """Let new cases' notices of this template read so. A common text becomes the locality's own.

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
    path, content = f"{locality}/notices/{template}.txt", _content(subject, body)
    new = _sensible(path, content, body)
    reason = reason_of(work, reason)
    if new.same_words(old):
        raise InvalidAnswers({"body": "内容没有变化。"})
    try:
        put_changed_in_force(
            work, locality, {path: content}, before=before, kind=TEXT_CHANGED, subject=f"notice:{template}",
            note=f"修改通知文本“{template}”：{reason}", reason=reason, submission_id=submission_id,
        )  # fmt: skip
    except FolderFault as fault:
        raise InvalidAnswers({"body": fault.chinese}) from fault


def _content(subject: str, body: str) -> bytes:
    """As the file of the folder would be: the subject in the first line, the body from the second."""
    return f"{' '.join(subject.split())}\n{body.replace(chr(13) + chr(10), chr(10)).strip()}\n".encode()


def _sensible(path: str, content: bytes, body: str) -> Notice:
    if len(body) > LONGEST_BODY:
        raise InvalidAnswers({"body": f"正文不超过 {LONGEST_BODY} 字。"})
    try:
        return read_notice(path, content)
    except FolderFault as fault:
        errors = {
            "subject" if finding.element == "第1行" else "body": f"{finding.fault}：{finding.cure}。"
            for finding in fault.findings
        }
        raise InvalidAnswers(errors) from fault
