"""Turns a report's words into SQL: one statement counts all its figures, of all its periods and in all its tables.

1. `alive`: the cases that were open at some time in one of the periods.
2. What happened to them: milestones, notices, forms handed in, limits kept and missed, values of control fields.
3. `sheet`: one row a case and period, with a truth for each figure.
4. Counted once for each period, or for each combination of what the report's tables break down by; sums are left to
   `reports`, which adds up a few hundred rows where PostgreSQL would go through all cases once more for each table.

Only rows that were written while the cases were handled are read; nothing is counted case by case. A worker's count
keeps the cases from the same sheet, so that a figure and its cases are always of one moment.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, array

from bihuan.locality.folder import Locality
from bihuan.locality.reports import OF_PERIOD, Average, Condition, Count, Figure, Report
from bihuan.queries.counted_facts import PERIOD, RESOLVED, Facts, Instant, Truth, any_of
from bihuan.store import tables
from bihuan.store.counted import counted_case
from bihuan.store.statement import Statement, compiled

_COUNTED = sa.select(
    sa.bindparam("first_day", type_=sa.Date).label("first_day"),
    sa.bindparam("workdays", type_=ARRAY(sa.Integer)).label("workdays"),
).cte("counted")
"""How many working days there are from the first day up to each day."""


@dataclass(frozen=True, slots=True)
class Counting:
    """The statements of one report. `figures` and `dimensions` name their columns: `figure_0`, `dimension_0`, …

    An average has `days_0` besides: how many days all the cases took that its `figure_0` counts.
    """

    grouped: Statement
    """By period and dimensions."""
    keeping: Statement
    """The same, and writes down the cases of each period that any figure counts, under `report_id`."""
    plain: Statement
    """By period alone."""
    figures: tuple[str, ...]
    dimensions: tuple[str, ...]
    _sheet: sa.CTE

    def cases(self, figure: str, dimension: str = "") -> Statement:
        """The cases that a figure counts, the first that came in first: id and dimensions; of one value if said."""
        return _cases(self, figure, dimension)


def counting(report: Report, locality: Locality) -> Counting:
    """How this report is counted; by control fields as the locality's forms set them."""
    return _Building(report, locality).counting()


@lru_cache(maxsize=256)
def _compiled_cases(sheet: sa.CTE, figure: str, dimension: str) -> Statement:
    wanted = sheet.c[dimension] == sa.bindparam("value", type_=sa.Text) if dimension else sa.true()
    shown = [column for column in sheet.c if column.name == "id" or column.name.startswith("dimension_")]
    return compiled(
        sa.select(*shown)
        .where(sheet.c[figure], wanted)
        .order_by(sheet.c.opened_at, sheet.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("skipped", type_=sa.Integer))
    )


def _cases(counting: Counting, figure: str, dimension: str) -> Statement:
    column = f"figure_{counting.figures.index(figure)}"
    by = f"dimension_{counting.dimensions.index(dimension)}" if dimension else ""
    return _compiled_cases(counting._sheet, column, by)


class _Building:
    """One report being turned into SQL."""

    def __init__(self, report: Report, locality: Locality) -> None:
        self._figures = [figure for figure in report.figures if isinstance(figure.formula, Count | Average)]
        self._facts = Facts(report, locality)

    def counting(self) -> Counting:
        """The finished statements."""
        sheet = self._sheet()
        dimensions = [sheet.c[f"dimension_{number}"] for number in range(len(self._facts.dimensions))]
        totals = []
        for number, figure in enumerate(self._figures):
            column = sheet.c[f"figure_{number}"]
            totals.append(sa.func.count().filter(column).label(f"figure_{number}"))
            if isinstance(figure.formula, Average):
                days = sa.func.sum(sheet.c[f"days_{number}"]).filter(column)
                totals.append(sa.cast(sa.func.coalesce(days, 0), sa.BigInteger).label(f"days_{number}"))
        grouped, plain = (sa.select(*by, *totals).group_by(*by) for by in ((sheet.c.no, *dimensions), (sheet.c.no,)))
        keeping = grouped.add_cte(self._kept(sheet, dimensions))
        return Counting(
            compiled(grouped), compiled(keeping), compiled(plain), tuple(figure.name for figure in self._figures),
            self._facts.dimensions, sheet,
        )  # fmt: skip

    def _kept(self, sheet: sa.CTE, dimensions: list[Any]) -> sa.CTE:
        """Each case that any figure counts, in the order they came in."""
        places: list[sa.ColumnElement[Any]] = [
            sa.case((sheet.c[f"figure_{number}"], number)) for number in range(len(self._figures))
        ]
        figures = sa.func.array_remove(array[Any](places, type_=sa.Integer), sa.null(), type_=ARRAY(sa.Integer))
        place = sa.func.row_number().over(partition_by=sheet.c.no, order_by=(sheet.c.opened_at, sheet.c.id))
        groups = array[Any](dimensions, type_=sa.Text)
        rows = sa.select(
            sa.bindparam("report_id", type_=tables.ID), sheet.c.no, place, sheet.c.id, figures, groups
        ).where(figures != sa.literal_column("'{}'"))
        return sa.insert(counted_case).from_select(list(counted_case.c.keys()), rows).cte("cases")

    def _sheet(self) -> sa.CTE:
        source = self._facts.joined()
        columns: list[Any] = [PERIOD.c.no, self._facts.alive.c.id, self._facts.alive.c.opened_at]
        for number, by in enumerate(self._facts.dimensions):
            columns.append(sa.func.coalesce(self._facts.value(by), "").label(f"dimension_{number}"))
        for number, figure in enumerate(self._figures):
            columns.append(self._truth(figure).label(f"figure_{number}"))
            if isinstance(figure.formula, Average):
                since, until = (self._facts.moment(end) for end in (figure.formula.since, figure.formula.until))
                columns.append((_workdays_at(until) - _workdays_at(since)).label(f"days_{number}"))
        if any(isinstance(figure.formula, Average) for figure in self._figures):
            source = source.join(_COUNTED, sa.true())
        return sa.select(*columns).select_from(source).cte("sheet")

    def _truth(self, figure: Figure) -> Truth:
        """Whether the figure counts this case in this period; never unknown."""
        formula = figure.formula
        truth: Truth
        if isinstance(formula, Count):
            truth = self._counted(formula)
            narrowed = (formula.only, formula.without)
        else:
            assert isinstance(formula, Average)
            since, until = self._facts.moment(formula.since), self._facts.moment(formula.until)
            truth = sa.and_(_in(until), since.is_not(None), _workdays_at(since).is_not(None))
            narrowed = (formula.only, formula.without)
        wanted = [self._holds(one) for one in narrowed[0]] + [sa.not_(self._holds(one)) for one in narrowed[1]]
        return sa.func.coalesce(sa.and_(truth, *wanted), sa.false())

    def _counted(self, count: Count) -> Truth:
        alive, period = self._facts.alive.c, PERIOD.c
        still = sa.or_(alive.ended_at.is_(None), alive.ended_at >= period.ends)
        received, ended = alive.opened_at >= period.begins, _in(alive.ended_at)
        match count.counts:
            case "received":
                return received
            case "accepted":
                return sa.and_(received, alive.exit.is_distinct_from("declined"))
            case "declined" | "closed":
                return sa.and_(ended, alive.exit == count.counts)
            case "dispatched":
                return _in(alive.dispatched_at)
            case "resolved":
                return _in(self._facts.moment(RESOLVED))
            case "ended":
                return ended
            case "handled":
                return sa.true()
            case "carried":
                return alive.opened_at < period.begins
            case "open":
                return still
            case "reached" | "noticed" | "answered":
                return self._facts.marked(count)
            case _:
                return self._of_limit(count, still)

    def _of_limit(self, count: Count, still: Truth) -> Truth:
        kept = self._facts.kept(count.limit)
        match count.counts:
            case "due":
                return _in(kept.settled_at)
            case "on_time":
                return sa.and_(_in(kept.settled_at), sa.not_(kept.late))
            case "late":
                return sa.and_(_in(kept.settled_at), kept.late)
            case _:
                resolved = self._facts.moment(RESOLVED)
                unresolved = sa.or_(resolved.is_(None), resolved >= PERIOD.c.ends)
                return sa.and_(still, kept.late, kept.settled_at < PERIOD.c.ends, unresolved)

    def _holds(self, condition: Condition) -> Truth:
        if condition.of == "reached":
            return sa.and_(*(self._facts.moment(str(value)).is_not(None) for value in condition.values))
        value = sa.func.coalesce(self._facts.value(condition.of), "")
        if condition.values == (OF_PERIOD,):
            return sa.and_(value.collate("C") >= _month_of(PERIOD.c.begins), value < _month_of(PERIOD.c.ends))
        holds: Truth = value == any_of(condition)
        return holds


def _in(moment: Instant) -> Truth:
    return sa.and_(moment >= PERIOD.c.begins, moment < PERIOD.c.ends)


def _month_of(moment: Instant) -> sa.ColumnElement[str]:
    """The Beijing month, as control fields keep it: `2026-11`."""
    month: sa.ColumnElement[str] = sa.func.to_char(sa.func.timezone("Asia/Shanghai", moment), "YYYY-MM").collate("C")
    return month


def _workdays_at(moment: Instant) -> sa.ColumnElement[int]:
    """The number of the last working day up to the moment's Beijing date."""
    day = sa.cast(sa.func.timezone("Asia/Shanghai", moment), sa.Date)
    number: sa.ColumnElement[int] = _COUNTED.c.workdays[day - _COUNTED.c.first_day + 1]
    return number
