"""运行总览: the few figures by which leaders follow a locality, by month or quarter: now, over time, and unit by unit.

Which they are a report says (`headline`); they are counted as that report counts them, exclusions included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import dropwhile
from typing import Final, Literal
from uuid import UUID

from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.workdays.periods import Period
from bihuan.locality.reports import Average, Breakdown, Count, Figure, Report
from bihuan.queries.counted import Counted, Value, places
from bihuan.queries.counted_facts import FIRST_MONTH, THIS
from bihuan.queries.report_counts import Chosen, Waiting, lately
from bihuan.queries.report_words import ReportWords
from bihuan.queries.reports import (
    FigureRow,
    by_months,
    choose,
    chosen_of,
    figure_rows,
    in_order,
    months_of,
    parts_of,
    reports,
)
from bihuan.store.counted import LEASED
from bihuan.store.unit_of_work import Reader

By = Literal["month", "quarter"]
BACK: Final[Mapping[By, int]] = {"month": 12, "quarter": 8}
"""How many periods the trend shows at most, up to the one that is asked for."""


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one period of the trend."""

    period: Period
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's figures, and its place by each of them that ranks (a count has none)."""

    key: str
    name: str
    values: tuple[Value, ...]
    places: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The leaders' page."""

    report: Report
    locality: str
    by: By
    period: Period
    as_of: datetime
    figures: tuple[FigureRow, ...]
    trend: tuple[Point, ...]
    units: tuple[UnitRow, ...]
    counting: tuple[bool, ...]
    """Which of the figures count cases, so that they can be shown."""

    @property
    def over(self) -> bool:
        """Whether the period has ended."""
        return self.period.ends_at <= self.as_of

    @property
    def ranking(self) -> tuple[int, ...]:
        """The places of the figures by which units are ranked."""
        return tuple(place for place, counts in enumerate(self.counting) if not counts)


def overview(
    reader: Reader, actor: Officer, by: By = "month", period: str = "", *, anew: bool = False
) -> tuple[Overview | None, Waiting | None]:
    """The leaders' page of the officer's locality as it was counted lately, and what is waited for.

    Neither when no report that the officer may see has a headline. Raises NotFound for a period that is none.
    """
    found = next((one for one in reports(reader, actor) if one.headline), None)
    if found is None:
        return None, None
    chosen = headline_of(reader, actor, found.id, by, period)
    counted, waiting = lately(reader, chosen, back(chosen.period, by), anew=anew)
    return _overview(found, by, chosen, counted) if counted else None, waiting


def _overview(found: Report, by: By, chosen: Chosen, counted: Counted) -> Overview:
    words = ReportWords(chosen.deployment, chosen.report.process)
    shown = [one for name in found.headline if (one := chosen.report.figure(name))]
    rows = {row.figure.name: row for row in figure_rows(chosen.report, counted, words)}
    return Overview(
        found, chosen.deployment.locality.name, by, chosen.period, counted.as_of,
        tuple(rows[figure.name] for figure in shown),
        _since_the_first(
            Point(span, tuple(counted.value(figure, number) for figure in shown))
            for number, span in enumerate(back(chosen.period, by), FIRST_MONTH)
        ),
        _units(shown, counted, words, chosen), tuple(isinstance(figure.formula, Count) for figure in shown),
    )  # fmt: skip


def _since_the_first(points: Iterable[Point]) -> tuple[Point, ...]:
    """Without the empty periods before the first case: a procedure that began lately has no trend of noughts."""
    *before, last = points
    return (*dropwhile(lambda point: all(value.nothing for value in point.values), before), last)


def headline_of(reader: Reader, actor: Officer, report_id: str, by: By, period: str) -> Chosen:
    """A report's headline by month or quarter, with whatever its rates are made of. Raises NotFound, NotAllowed."""
    return choose(reader, actor, report_id, period, turned=lambda report: turned_to(report, by))


def report_to_count(reader: Reader, report_id: UUID) -> tuple[Chosen, tuple[Period, ...]] | None:
    """What somebody waits for, a report, its headline or its months, with the trend's periods.

    None when nobody does, or when another deployment or calendar is in force since: nobody would look at it.
    """
    key = reader.one(LEASED, report_id=report_id)
    if key is None:
        return None
    name, _, turn = key["report"].partition("/")
    by = next((one for one in BACK if one == turn), None)
    turned = (lambda report: turned_to(report, by)) if by else by_months if turn else None
    try:
        chosen = chosen_of(reader, key["locality"], name, key["period"], turned=turned)
    except NotFound:  # a period that is yet to come, since a demonstration's clock was put back
        return None
    if chosen.key != key:
        return None
    return chosen, back(chosen.period, by) if by else months_of(chosen)


def turned_to(report: Report, by: By) -> Report:
    """The report, of which the headline alone is counted, by unit."""
    if not report.headline:
        raise NotFound(f"Expected report {report.id} to have a headline, but it has none")
    wanted = parts_of(report, report.headline)
    return replace(
        report, id=f"{report.id}/{by}", period=by, tables=(Breakdown("", "unit", report.headline),), lists=(),
        figures=tuple(figure for figure in report.figures if figure.name in wanted), sentences=(),
    )  # fmt: skip


def back(period: Period, by: By) -> tuple[Period, ...]:
    """The trend's periods up to this one, the oldest first."""
    found = [period]
    while len(found) < BACK[by]:
        found.insert(0, found[0].previous)
    return tuple(found)


def _units(shown: list[Figure], counted: Counted, words: ReportWords, chosen: Chosen) -> tuple[UnitRow, ...]:
    units = in_order("unit", counted.groups("unit"), chosen.deployment)
    values = {unit: tuple(counted.value(figure, THIS, "unit", unit) for figure in shown) for unit in units}
    ranked = [
        {}
        if isinstance(figure.formula, Count)
        else places({unit: values[unit][at].number for unit in units}, lowest_first=_less_is_better(figure))
        for at, figure in enumerate(shown)
    ]
    return tuple(
        UnitRow(unit, words.value("unit", unit), values[unit], tuple(place.get(unit) for place in ranked))
        for unit in units
        if not all(value.nothing for value in values[unit])
    )


def _less_is_better(figure: Figure) -> bool:
    return isinstance(figure.formula, Average) or (figure.target is not None and figure.target.most is not None)
