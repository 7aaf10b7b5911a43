"""Opens the cases that a scenario begins with: a request, a case that a desk opens, or one of the calendar."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from bihuan.domain.errors import BadInput, NotFound
from bihuan.engine import Schedule
from bihuan.locality.deployments import national_calendar
from bihuan.locality.procedures import Procedure, procedure_of
from bihuan.play.checking import Difference, told
from bihuan.play.life import Handed, Life, Play
from bihuan.play.naming import Names
from bihuan.play.scenario import Opening

COMPANY_IDENTITY = {"name": "王经理", "phone": "0533-2180000", "organisation": "某某贸易有限公司"}
"""Who hands in a scenario's request: nobody there is."""


def open_case(
    play: Play, file: str, opening: Opening, names: Names, *, submission_id: UUID | None = None, external_no: str = "",
    company: Mapping[str, str] = COMPANY_IDENTITY,
) -> Life:  # fmt: skip
    """The case, opened now; a request by `company`.

    Raises what the commands raise, and BadInput when the scenario names what is not there.
    """
    procedure = procedure_meant(file, opening, names)
    if procedure.main:
        handed = Handed(opening.origin, opening.answers, company or COMPANY_IDENTITY, external_no, submission_id)
        return play.hand_in(handed)
    if procedure.timer is not None:
        return play.open_by_calendar(procedure)
    return play.open_procedure(procedure, names.group(file, opening.who), opening.answers, submission_id)


def procedure_meant(file: str, opening: Opening, names: Names) -> Procedure:
    """The procedure of an opening. Raises BadInput when it is none, or cannot be opened so, and Difference when the
    calendar opens it at another instant.
    """
    process = opening.process or names.deployment.locality.settings.process
    try:
        found = procedure_of(names.deployment, process)
    except NotFound:
        raise BadInput(file, process, "没有这个事项", "写流程的 id，且不是被其他流程调用的") from None
    if found.main and not opening.origin:
        raise BadInput(file, process, "缺少 origin", "诉求写 origin，不写 who")
    if not found.main and opening.origin:
        raise BadInput(file, process, "origin 只用于诉求", "由单位开办的写 who，由日历开办的都不写")
    if found.timer is not None and (opening.who or opening.answers):
        raise BadInput(file, process, "由日历开办，没有人填表", "不写 who 和 request；now 或 at 写开办的时刻")
    if found.audience and not opening.who:
        raise BadInput(file, process, "缺少 who", "写由哪个单位开办")
    if found.timer is not None:
        _require_its_instant(found, found.timer, opening.at)
    return found


def _require_its_instant(procedure: Procedure, timer: str, at: datetime) -> None:
    due_at = Schedule.parse(timer).due_at(procedure.period_at(at), national_calendar())
    if due_at != at:
        raise Difference(f"日历开办“{procedure.name}”", told(at), told(due_at))
