"""The receipt of a deadline: each day counted or skipped and why, one letter a day, readable without any calendar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from bihuan.domain.workdays import words
from bihuan.domain.workdays.moments import weekday

_ANY_DAY = frozenset({words.START, words.NATURAL, words.GIVEN})
_DECLARED = frozenset(words.DECLARED.values())


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One day of a receipt. `ordinal` is the how-manieth day it counts as."""

    on: date
    counted: bool
    ordinal: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.on} {weekday(self.on)} {self.reason}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a due day was reached: from the day of the event (first letter) to the day it ends on (last letter).

    `calendar` is the version of the calendar that counted, `announced` the last year whose notice it knew, `notes` the
    names of days that a letter does not say. Backwards receipts run against time.
    """

    calendar: str
    announced: int
    first: date
    days: str
    backwards: bool = False
    notes: tuple[tuple[date, str], ...] = ()

    @property
    def counted(self) -> int:
        """How many days counted towards the limit."""
        return sum(line.counted for line in self.lines())

    @property
    def basis(self) -> str:
        """By which notices the days are what they are; empty when no day of it is more than a day."""
        asked = {day.year for day, letter in self._dated() if letter not in _ANY_DAY}
        told = [f"《国务院办公厅关于{year}年部分节假日安排的通知》" for year in sorted(asked) if year <= self.announced]
        return "、".join([*told, *(["本辖区日历登记"] if not _DECLARED.isdisjoint(self.days) else [])])

    def lines(self) -> tuple[ReceiptLine, ...]:
        """Every day with its date and its Chinese reason (计入 第3个工作日, 不计 国庆节, 当日不计入)."""
        natural = words.NATURAL in self.days or words.ROLLED_TO in self.days
        lines = self._natural_lines() if natural else self._workday_lines()
        return tuple(self._marked(line) for line in lines)

    def to_json(self) -> dict[str, Any]:
        """The receipt as JSON scalars, for a fact or a row."""
        found: dict[str, Any] = {
            "calendar": self.calendar,
            "announced": self.announced,
            "first": self.first.isoformat(),
            "days": self.days,
        }
        if self.backwards:
            found["backwards"] = True
        if self.notes:
            found["notes"] = {day.isoformat(): note for day, note in self.notes}
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The receipt that `to_json` wrote."""
        return cls(
            found["calendar"],
            found["announced"],
            date.fromisoformat(found["first"]),
            found["days"],
            found.get("backwards", False),
            tuple((date.fromisoformat(day), note) for day, note in found.get("notes", {}).items()),
        )

    def _dated(self) -> Iterator[tuple[date, str]]:
        step = timedelta(days=-1 if self.backwards else 1)
        day = self.first
        for letter in self.days:
            yield day, letter
            day += step

    def _name(self, day: date, letter: str) -> str:
        return words.day_kind(letter, dict(self.notes).get(day, "休假")).name

    def _workday_lines(self) -> Iterator[ReceiptLine]:
        ordinal = 0
        for day, letter in self._dated():
            if letter == words.START:
                yield ReceiptLine(day, False, None, "当日不计入")
            elif letter == words.GIVEN:
                yield ReceiptLine(day, False, None, "指定日期")
            elif letter.isupper():
                ordinal += 1
                why = "" if letter == words.WORKDAY else f" {self._name(day, letter)}"
                yield ReceiptLine(day, True, ordinal, f"计入 第{ordinal}个工作日{why}")
            else:
                yield ReceiptLine(day, False, None, f"不计 {self._name(day, letter)}")

    def _natural_lines(self) -> Iterator[ReceiptLine]:
        ordinal = self.days.count(words.NATURAL)
        rolled = "提前" if self.backwards else "顺延"
        counted = 0
        for day, letter in self._dated():
            if letter == words.START:
                yield ReceiptLine(day, False, None, "当日不计入")
            elif letter == words.NATURAL:
                counted += 1
                yield ReceiptLine(day, True, counted, f"计入 第{counted}日")
            elif letter == words.ROLLED_TO:
                yield ReceiptLine(day, False, None, f"{rolled}至本日")
            elif counted == ordinal:
                counted += 1
                yield ReceiptLine(day, True, counted, f"计入 第{counted}日 {self._name(day, letter)}，{rolled}")
            else:
                yield ReceiptLine(day, False, None, f"不计 {self._name(day, letter)}")

    def _marked(self, line: ReceiptLine) -> ReceiptLine:
        if line.on.year <= self.announced or line.on == self.first:
            return line
        doubt = f"（暂定：{line.on.year}年放假通知未录入）"
        return ReceiptLine(line.on, line.counted, line.ordinal, line.reason + doubt)


def differences(old: Receipt, new: Receipt) -> list[str]:
    """The days that count in one receipt of a limit and not in the other: 2027-02-05 春节（原为工作日）.

    Of what a day is called else (half a day, a working day declared one) nothing moves.
    """
    seen = {line_on: (letter, old) for line_on, letter in old._dated()}
    found = []
    for day, letter in new._dated():
        before = seen.get(day, (letter, old))[0]
        if before.isupper() != letter.isupper() and not {before, letter} & {
            words.START,
            words.NATURAL,
            words.ROLLED_TO,
            words.GIVEN,
        }:
            found.append(f"{day} {new._name(day, letter)}（原为{old._name(day, before)}）")
    return found
