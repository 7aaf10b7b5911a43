"""What a complainant is told whose deed came too late: from a second window, or after its time; and the way back."""

from bihuan.locality.folder import NOT_SOLVED, SUPPLEMENT, WITHDRAW
from bihuan.queries.progress import Progress
from bihuan.queries.words import EXITS
from web.times import day, moment

RATING, REMIND = "rating", "remind"
_NOT_NOW = {
    RATING: "现在不能评价：还没有到请您评价的环节，或者评价的期限已过。",
    NOT_SOLVED: "现在不能提出“没有解决”：只在核查、听取您的意见时可以提出。有情况要说明的，请用“补充材料”。",
    REMIND: "现在没有等待工作人员办理的事项，不需要催办。",
}


def words(found: Progress, which: str) -> str:
    """Why the deed `which` (a form, or the key of a button) is not possible now, as the case stands."""
    if which == RATING and found.rated:
        return f"您已于{moment(found.rated[0])}评价：{found.rated[1]}，评价不能修改。"
    if found.exit is None:
        return _NOT_NOW.get(which, "这一项现在不能办理：本件已进入下一环节，请看最新的办理进度。")
    withdrawn = next((given for given in found.deeds.given if given.form == WITHDRAW), None)
    if withdrawn is not None:
        return f"您已于{moment(withdrawn.at)}撤回，本件不再办理。"
    deed = {SUPPLEMENT: "补充", REMIND: "催办"}.get(which, "办理这一项")
    return f"本件{EXITS.get(found.exit, '已办结')}，{day(found.ended_at)}办理结束，不能再{deed}。"
