"""What a day can be, the one letter a receipt keeps for it, and the error when days cannot be counted.

Letters are stored for ever in receipts: never give one a new meaning. Capitals are days that count.
"""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.errors import BihuanError

WORKDAY, MAKEUP, DECLARED_WORKDAY = "W", "M", "O"
NATURAL, ROLLED_TO, GIVEN = "N", "R", "F"
MORNING_ONLY, AFTERNOON_ONLY = "A", "P"
START, WEEKEND, OTHER_HOLIDAY, DECLARED_HOLIDAY = "s", "e", "h", "o"
HOLIDAYS = {"y": "元旦", "c": "春节", "q": "清明节", "l": "劳动节", "d": "端午节", "z": "中秋节", "g": "国庆节"}
HOLIDAY_LETTERS = {name: letter for letter, name in HOLIDAYS.items()} | {"农历除夕": "c"}

DECLARED = {
    "workday": DECLARED_WORKDAY, "holiday": DECLARED_HOLIDAY, "morning": MORNING_ONLY, "afternoon": AFTERNOON_ONLY,
}  # fmt: skip
NOTED = frozenset({OTHER_HOLIDAY, *DECLARED.values()})
"""Letters that do not say by themselves what their day is called."""
HALVES = {"morning": "上午上班", "afternoon": "下午上班"}

Code = Literal["workday", "weekend", "holiday", "makeup_workday", "declared_workday", "declared_holiday", "half_day"]


class CannotCount(BihuanError, ValueError):
    """Days cannot be counted from what was given."""

    code, status, chinese = "cannot-count", 422, "期限无法计算，请检查起算时间、天数和截止时刻。"


@dataclass(frozen=True, slots=True)
class Override:
    """A locality or an administrator declares a day a workday or a holiday, and says why (台风停工, 补充通知).

    `morning` and `afternoon`: a working day of which only that half is worked; it counts as a whole one towards limits.
    `announced`, on any day of a year, says that the year's notice is loaded now; the day itself stays as it is.
    """

    kind: Literal["workday", "holiday", "morning", "afternoon", "announced"]
    reason: str


@dataclass(frozen=True, slots=True)
class DayKind:
    """What a day is, and its Chinese name: 工作日, 周末, 国庆节, 调休上班, or the reason of an override."""

    code: Code
    name: str

    @property
    def works(self) -> bool:
        return self.code in ("workday", "makeup_workday", "declared_workday", "half_day")


def day_kind(letter: str, note: str) -> DayKind:
    """The kind that a calendar's letter stands for; `note` names what the letter alone cannot."""
    match letter:
        case "W":
            return DayKind("workday", "工作日")
        case "M":
            return DayKind("makeup_workday", "调休上班")
        case "O":
            return DayKind("declared_workday", note)
        case "A" | "P":
            return DayKind("half_day", f"{note}（{HALVES['morning' if letter == 'A' else 'afternoon']}）")
        case "e":
            return DayKind("weekend", "周末")
        case "o":
            return DayKind("declared_holiday", note)
        case _:
            return DayKind("holiday", HOLIDAYS.get(letter, note))
