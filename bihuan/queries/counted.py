"""What a report's statements counted, added up; and a figure's value in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal
from uuid import UUID

from bihuan.locality.reports import Count, Figure, Share
from bihuan.queries.counted_facts import THIS
from bihuan.queries.counting import Counting
from bihuan.store.unit_of_work import Row


@dataclass(frozen=True, slots=True)
class Value:
    """A figure's value. A rate keeps what it is made of, an average days and cases; nothing to measure is no number."""

    kind: Literal["count", "rate", "average"]
    number: float | None
    part: int = 0
    whole: int = 0
    met: bool | None = None
    """Whether the target is reached; None without a target, or without a number."""

    @property
    def nothing(self) -> bool:
        """Whether there is no case to tell of: a rate of 0 % of three cases is something."""
        return not self.number if self.kind == "count" else self.number is None

    @property
    def words(self) -> str:
        """As pages, files and sentences print it: 12, 98.5%, 3.25, —."""
        if self.number is None:
            return "—"
        if self.kind == "count":
            return str(int(self.number))
        plain = _rounded(self.number)
        return f"{plain}%" if self.kind == "rate" else plain


class Counted:
    """What was counted, added up by period and group. `as_of`: when; `report_id`: under which its cases were kept."""

    def __init__(self, as_of: datetime, report_id: UUID | None = None) -> None:
        self.as_of, self.report_id = as_of, report_id
        self._sums: dict[tuple[int, str, str], dict[str, tuple[int, int]]] = {}
        """Of each figure the cases, and the days they took."""

    @classmethod
    def kept(cls, as_of: datetime, report_id: UUID, sums: Iterable[Any]) -> "Counted":
        """As it was kept."""
        found = cls(as_of, report_id)
        found._sums = {
            (no, by, value): {name: (cases, days) for name, (cases, days) in figures.items()}
            for no, by, value, figures in sums
        }
        return found

    def to_keep(self) -> list[Any]:
        """As it is kept."""
        return [[*place, figures] for place, figures in sorted(self._sums.items())]

    def add(self, counting: Counting, rows: Iterable[Row]) -> None:
        """Add what a statement counted: to its period, and of the first period to its group of each dimension."""
        columns = [(name, f"figure_{place}", f"days_{place}") for place, name in enumerate(counting.figures)]
        for row in rows:
            groups = [("", "")]
            for place, by in enumerate(counting.dimensions if row["no"] == THIS else ()):
                if (value := row.get(f"dimension_{place}")) is not None:
                    groups.append((by, value))
            for by, value in groups:
                sums = self._sums.setdefault((row["no"], by, value), {})
                for name, cases, days in columns:
                    before = sums.get(name, (0, 0))
                    sums[name] = before[0] + row[cases], before[1] + row.get(days, 0)

    def groups(self, by: str) -> list[str]:
        """The values of a dimension that any case of the period has."""
        return [value for no, dimension, value in self._sums if no == THIS and dimension == by]

    def value(self, figure: Figure, no: int, by: str = "", group: str = "") -> Value:
        """A figure's value in a period, of one group or of all."""
        sums = self._sums.get((no, by, group), {})
        formula = figure.formula
        if isinstance(formula, Share):
            part, whole = (sums.get(name, (0, 0))[0] for name in (formula.part, formula.whole))
            return _value(figure, "rate", 100 * part / whole if whole else None, part, whole)
        cases, days = sums.get(figure.name, (0, 0))
        if isinstance(formula, Count):
            return _value(figure, "count", float(cases))
        return _value(figure, "average", days / cases if cases else None, days, cases)


def places(numbers: Mapping[str, float | None], *, lowest_first: bool) -> Mapping[str, int]:
    """Who stands where by these numbers (名次): equal ones share a place, who has none has no place.

    Where the highest comes first and nobody has more than nought, nobody is first: 0 % is no first place.
    """
    measured = {name: number for name, number in numbers.items() if number is not None}
    in_order = sorted(measured.values(), reverse=not lowest_first)
    if not lowest_first and not any(in_order):
        return {}
    return {name: 1 + in_order.index(number) for name, number in measured.items()}


def _value(
    figure: Figure, kind: Literal["count", "rate", "average"], number: float | None, part: int = 0, whole: int = 0
) -> Value:
    met = figure.target.met(number) if figure.target and number is not None else None
    return Value(kind, number, part, whole, met)


def _rounded(number: float) -> str:
    found = Decimal(str(number)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{found:f}".rstrip("0").rstrip(".")
