"""Have running limits counted again (重算), tried first (试算): an administrator asks, a worker counts, a case a deed.

What is asked for is a row of which a locality has one of each kind: whoever asks again while it waits starts no second.
"""

from uuid import UUID

from bihuan.commands.declaring import calendar_in_force, put_days_in_force
from bihuan.commands.leases import LEASE
from bihuan.domain import access
from bihuan.domain.administration import sound_reason
from bihuan.domain.errors import BadInput, NotFound, Refused
from bihuan.domain.ids import new_id
from bihuan.locality.holiday_notice import declared_by, read_holiday_notice
from bihuan.store import recounts
from bihuan.store.administration import log, repeated
from bihuan.store.counted import RING
from bihuan.store.unit_of_work import Row, UnitOfWork

CALENDAR_CHANGED = "试算之后日历又有变动，请重新试算，再确认。"
NOT_FINISHED = "试算还没有完成，请等结果出来再确认。"
RECOUNTING = "时限正在重算，完成后再试算。"
ALREADY_IN_FORCE = "现行日历与这份通知一致，不需要导入"


def try_recount(work: UnitOfWork, locality: str, notice: tuple[str, bytes] | None = None) -> None:
    """List what the calendar in force would move, or the one that a notice's file (name, content) makes of it.

    Nothing is moved, and the notice is not in force. Takes the place of what was tried before; while the very same is
    being tried, nothing happens. Raises BadInput when the file cannot be used, Refused while limits are counted again,
    NotAllowed for all but administrators.
    """
    access.require_administrator(work.actor, locality)
    read = read_holiday_notice(*notice) if notice else None
    row = calendar_in_force(work, locality)
    running = work.one(recounts.STANDING, of_locality=locality, of_trial=False)
    if running is not None and running["state"] == "waiting":
        raise Refused(f"counting limits of {locality} for a trial", clause="recount", reason=RECOUNTING)
    version, text = int(row["calendar_version"]), notice[1].decode("utf-8-sig") if notice else None
    if notice and read and not declared_by(work, locality, version, read)[1]:
        raise BadInput(notice[0], str(read.year), ALREADY_IN_FORCE, "核对文件的年份；只想重算的，用“试算”")
    trial = work.one(recounts.STANDING, of_locality=locality, of_trial=True)
    if trial and (trial["state"], trial["calendar_version"], trial["notice"]) == ("waiting", version, text):
        return
    _ask(work, locality, trial=True, version=version, notice=text)


def recount_limits(work: UnitOfWork, locality: str, *, reason: str, hold: bool = False) -> None:
    """Have every limit to come counted again by the calendar in force. While that goes on already, nothing happens.

    `hold`: whoever asks counts, too, and no worker is rung for. Raises NotAllowed for all but administrators and the
    command line, InvalidAnswers without a reason.
    """
    access.require_administrator(work.actor, locality)
    _recount(work, locality, calendar_in_force(work, locality)["calendar_version"], sound_reason(reason), hold=hold)


def apply_trial(work: UnitOfWork, locality: str, trial_id: UUID, *, reason: str, submission_id: UUID) -> None:
    """What was tried becomes true: the notice is put in force, if it was of one, and limits are counted again.

    Raises NotFound when something else was tried since, Refused when it is not finished or the calendar has changed
    meanwhile, NotAllowed for all but administrators, InvalidAnswers without a reason. Again: nothing.
    """
    access.require_administrator(work.actor, locality)
    row = calendar_in_force(work, locality)
    if repeated(work, submission_id):
        return
    trial = work.one(recounts.STANDING, of_locality=locality, of_trial=True)
    if trial is None or trial["id"] != trial_id:
        raise NotFound(f"Expected trial {trial_id} of {locality}, but another one stands", "这次试算已被新的试算代替。")
    if trial["state"] != "done":
        raise Refused(f"trial {trial_id}", clause="recount", reason=NOT_FINISHED)
    if trial["calendar_version"] != row["calendar_version"]:
        raise Refused(f"trial {trial_id}", clause="recount", reason=CALENDAR_CHANGED)
    reason, version = sound_reason(reason), int(row["calendar_version"])
    if trial["notice"] is not None:
        version = _import(work, locality, trial, reason)
    work.do(recounts.REMOVE, of_locality=locality, of_trial=True)
    _recount(work, locality, version, reason, submission_id=submission_id)


def retry_recount(work: UnitOfWork, locality: str, *, trial: bool) -> None:
    """Go on where it was given up. When it was not, nothing happens. Raises NotFound, NotAllowed."""
    access.require_administrator(work.actor, locality)
    found = work.one(recounts.STANDING, of_locality=locality, of_trial=trial)
    if found is None:
        raise NotFound(f"Expected limits of {locality} to be counted again, but nobody has asked")
    work.do(recounts.RETRY, recount_id=found["id"])
    work.do(RING)


def _import(work: UnitOfWork, locality: str, trial: Row, reason: str) -> int:
    notice = read_holiday_notice("", trial["notice"].encode())
    _, days = declared_by(work, locality, trial["calendar_version"], notice)
    return put_days_in_force(work, locality, days, source=notice.source, reason=reason)


def _recount(
    work: UnitOfWork, locality: str, version: int, reason: str, *, submission_id: UUID | None = None, hold: bool = False
) -> None:
    standing = work.one(recounts.STANDING, of_locality=locality, of_trial=False)
    if standing is not None and standing["state"] == "waiting":
        return
    _ask(work, locality, trial=False, version=version, reason=reason, hold=hold)
    log(work, locality, "recount_asked", f"calendar:{version}", reason=reason, submission_id=submission_id)


def _ask(
    work: UnitOfWork, locality: str, *, trial: bool, version: int, reason: str = "", notice: str | None = None,
    hold: bool = False,
) -> None:  # fmt: skip
    work.do(recounts.REMOVE, of_locality=locality, of_trial=trial)
    work.do(
        recounts.ASK, id=new_id(work.now), locality=locality, trial=trial, calendar_version=version, notice=notice,
        asked_by=work.actor.ref, reason=reason, due_at=work.now,
        taken_until=work.now + LEASE if hold else None,
    )  # fmt: skip
    if not hold:
        work.do(RING)
