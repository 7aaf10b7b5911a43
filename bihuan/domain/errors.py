"""One tree of errors. Each has a code, an HTTP status, English for the log and Chinese for the person.

The English sentence states wish, object and fact; the Chinese one says what happened and what to do next.
`web/` maps them to pages once, the command line to one line and exit code 2.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID


class BihuanError(Exception):
    """Something a person asked for that cannot be done, and why."""

    code = "error"
    status = 400
    chinese = "操作未能完成，请稍后重试。"

    def __init__(self, message: str, chinese: str | None = None) -> None:
        super().__init__(message)
        self.chinese = chinese or type(self).chinese


class NotFound(BihuanError):
    """What was asked for does not exist, or this person may not know that it does."""

    code, status, chinese = "not-found", 404, "没有找到您要查看的内容，或您无权查看。"


class NotAllowed(BihuanError):
    """This person may not do this."""

    code, status, chinese = "not-yours", 403, "您没有办理此事项的权限。"


class TaskNotOpen(BihuanError):
    """The task, button or wait is no longer open: somebody was faster, or its time is over."""

    code, status = "not-open", 409
    chinese = "该事项已不在待办状态，请刷新页面查看最新情况。"

    def __init__(self, what: object, *, completed_by: str | None = None, completed_at: datetime | None = None) -> None:
        done = f"，已由{completed_by}办理" if completed_by else ""
        super().__init__(
            f"Expected {what} to be open, but it was ended by {completed_by or 'the procedure'} at {completed_at}",
            f"该事项已不在待办状态{done}，请刷新页面查看最新情况。",
        )


class AlreadyClaimed(BihuanError):
    """A colleague has claimed the task (签收), and it is not taken from colleagues unasked."""

    code, status, chinese = "claimed", 409, "该事项已由同事签收。"

    def __init__(self, what: object) -> None:
        super().__init__(f"Expected {what} to be claimed by nobody else, but a colleague has claimed it")


class Refused(BihuanError):
    """The procedure does not allow this now; `clause` says which rule."""

    code, status = "refused", 422

    def __init__(self, what: object, *, clause: str, reason: str) -> None:
        super().__init__(f"Expected {what} to be allowed, but {clause} refuses it", reason)
        self.clause = clause


class InvalidAnswers(BihuanError):
    """What was filled in cannot be taken: one Chinese sentence a field."""

    code, status, chinese = "invalid-answers", 422, "填写内容有误，请按提示修改后重新提交。"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(f"Expected valid answers, but {', '.join(sorted(errors))} are not")
        self.errors = dict(errors)


@contextmanager
def gathered(errors: dict[str, str]) -> Iterator[None]:
    """Keep what is wrong with one field of a form, so that whoever filled it in is told of all fields at once."""
    try:
        yield
    except InvalidAnswers as fault:
        errors |= fault.errors


class SignatureRequired(BihuanError):
    """A signature (签字) is the signer's own password entered again; it was missing or wrong."""

    code, status, chinese = "signature", 422, "签字需要重新输入本人登录密码，请核对后再提交。"


class BadInput(BihuanError):
    """A file or an argument that cannot be used: names file, place, fault and cure."""

    code, status = "bad-input", 422

    def __init__(self, file: str, place: str, fault: str, cure: str) -> None:
        line = " · ".join(part for part in (file, place, fault, cure) if part)
        super().__init__(line, line)
        self.file, self.place, self.fault, self.cure = file, place, fault, cure


class Misconfigured(BihuanError):
    """The installation lacks something it needs, or forbids what was asked."""

    code, status = "misconfigured", 500

    def __init__(self, message: str) -> None:
        super().__init__(message, message)


class StorageFull(BihuanError):
    """There is no room for a file. Nothing of it was kept, and nothing else was touched."""

    code, status = "storage-full", 507
    chinese = "附件存储空间不足，附件没有保存，工单和其他内容不受影响。请稍后重新上传；多次出现的，请联系管理员。"


class FileDamaged(BihuanError):
    """A file that was kept is not there, or is not what it was."""

    code, status = "file-damaged", 500
    chinese = "这份附件已损坏或丢失，暂时无法打开，请联系管理员从备份恢复。"


class AlreadyDone(BihuanError):
    """The same form was sent before and did what it asked; what it showed is shown once."""

    code, status = "already-done", 409
    chinese = "此表单已提交过，不再重复办理。一次性密码只显示一次，未记下的请重新重置。"


class TooManyAttempts(BihuanError):
    """Too many tries in a short while (log-in, query codes)."""

    code, status, chinese = "too-many", 429, "尝试次数过多，请稍后再试。"


class CaseFaulted(BihuanError):
    """The procedure could not go on; an incident was opened for somebody to look at."""

    code, status = "faulted", 500
    chinese = "流程执行遇到异常，已登记并通知管理人员处理，您提交的内容未生效，请稍后再试。"

    def __init__(self, case_id: UUID, why: str) -> None:
        super().__init__(f"Expected case {case_id} to move on, but {why}")
        self.case_id = case_id
