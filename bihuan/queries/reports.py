"""Periodic reports (报表): which there are for somebody, and one of them for a period, as it was counted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotAllowed, NotFound
from bihuan.domain.workdays.periods import Period, PeriodKind, numbered_workdays
from bihuan.locality.deployments import Deployment, current, deployment_of
from bihuan.locality.kept import Kept
from bihuan.locality.reports import Breakdown, Count, Figure, Report, Share
from bihuan.locality.sentences import filled_in
from bihuan.queries.counted import Counted, Value, places
from bihuan.queries.counted_facts import FIRST_MONTH, PREVIOUS, THIS
from bihuan.queries.counting import Counting, counting
from bihuan.queries.report_counts import Chosen, CountMade, Waiting, count, lately
from bihuan.queries.report_words import ReportWords
from bihuan.store.unit_of_work import Reader

YEARS_BACK = 5
"""An average leaves out cases that began earlier."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure with what it means, its value now and in the period before."""

    figure: Figure
    meaning: str
    value: Value
    previous: Value
    left_out: str = ""

    @property
    def counts(self) -> bool:
        return isinstance(self.figure.formula, Count)

    @property
    def target(self) -> str:
        """What it should reach, in words (≥ 98%); empty when nothing is said."""
        target = self.figure.target
        if target is None:
            return ""
        return f"{'≥' if target.least is not None else '≤'} {target.bound:g}{'%' if self.value.kind == 'rate' else ''}"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a breakdown: the value it is about, in words, and its figures. `place` in a ranking."""

    key: str
    name: str
    values: tuple[Value, ...]
    place: int | None = None


@dataclass(frozen=True, slots=True)
class TableView:
    """One breakdown, counted."""

    table: Breakdown
    heading: str
    rows: tuple[TableRow, ...]
    counting: tuple[bool, ...]
    """Which of its figures count cases, so that they can be shown."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report for one period."""

    report: Report
    locality: str
    period: Period
    as_of: datetime
    figures: tuple[FigureRow, ...]
    tables: tuple[TableView, ...]
    sentences: tuple[str, ...]
    chosen: Chosen = field(repr=False)

    @property
    def over(self) -> bool:
        """Whether the period has ended."""
        return self.period.ends_at <= self.as_of


def reports(reader: Reader, actor: Officer) -> tuple[Report, ...]:
    """The reports of the officer's locality that the officer may see."""
    found = current(reader, actor.locality).deployment.locality.reports.values()
    return tuple(one for one in found if access.may_read_report(actor, one.readers, locality=actor.locality))


def reads_any(reader: Reader, actor: Officer, deployment: str | None) -> bool:
    """Whether there are reports that the officer may see."""
    found = deployment_of(reader, deployment).locality.reports.values() if deployment else ()
    return any(access.may_read_report(actor, one.readers, locality=actor.locality) for one in found)


def report(
    reader: Reader, actor: Officer, report_id: str, period: str = "", *, only: Sequence[UUID] | None = None
) -> ReportView:
    """A report that the officer may see, counted now; of the period that runs unless said, and of all cases unless some
    are given. Raises NotFound, NotAllowed.
    """
    chosen = choose(reader, actor, report_id, period, only=only)
    return view_of(chosen, count(reader, chosen, months_of(chosen)))


def report_page(
    reader: Reader, actor: Officer, report_id: str, period: str = "", *, anew: bool = False
) -> tuple[ReportView | None, Waiting | None]:
    """As it was counted lately, and what is waited for; of few cases as it is now. Raises NotFound, NotAllowed."""
    chosen = choose(reader, actor, report_id, period)
    counted, waiting = lately(reader, chosen, months_of(chosen), anew=anew)
    return view_of(chosen, counted) if counted else None, waiting


def report_of(reader: Reader, locality: str, report_id: str, period: str = "") -> ReportView:
    """A report of a locality, for the command line. Raises NotFound."""
    chosen = chosen_of(reader, locality, report_id, period)
    return view_of(chosen, count(reader, chosen, months_of(chosen)))


def choose(
    reader: Reader, actor: Officer, report_id: str, period: str, *, only: Sequence[UUID] | None = None,
    turned: Callable[[Report], Report] | None = None,
) -> Chosen:  # fmt: skip
    """The report and period, when the officer may see them. Raises NotFound, NotAllowed.

    Lists and the cases behind figures hold, for those who do not oversee all, only cases of their own units. `turned`
    makes another report of it, under an id of its own: the same figures by another period.
    """
    mine = None if access.oversees(actor) else sorted(actor.units)
    chosen = chosen_of(reader, actor.locality, report_id, period, mine=mine, only=only, turned=turned)
    if not access.may_read_report(actor, chosen.report.readers, locality=actor.locality):
        raise NotAllowed(f"Expected {actor.ref} to be a reader of report {report_id}, but it is not")
    return chosen


def months_of(chosen: Chosen) -> tuple[Period, ...]:
    """The months that its tables tell of."""
    return chosen.period.months() if any(table.by == "month" for table in chosen.report.tables) else ()


def view_of(chosen: Chosen, counted: Counted) -> ReportView:
    """The report with what was counted."""
    report, period, months = chosen.report, chosen.period, months_of(chosen)
    if counted.report_id:
        chosen = replace(chosen, shown=CountMade(counted.report_id, counted.as_of, THIS))
    words = ReportWords(chosen.deployment, chosen.report.process)
    figures = figure_rows(report, counted, words)
    tables = tuple(_table(table, report, counted, words, chosen.deployment, months) for table in report.tables)
    name = chosen.deployment.locality.name
    return ReportView(
        report, name, period, counted.as_of, figures, tables,
        tuple(_sentences(report, figures, period, counted.as_of, name)), chosen,
    )  # fmt: skip


def figure_rows(report: Report, counted: Counted, words: ReportWords) -> tuple[FigureRow, ...]:
    """Each figure with what it means, its value in the first of the periods counted and in the second."""
    return tuple(
        FigureRow(
            figure, words.meaning(figure), counted.value(figure, THIS), counted.value(figure, PREVIOUS),
            _left_out(report, figure, words),
        )
        for figure in report.figures
    )  # fmt: skip


def chosen_of(
    reader: Reader, locality: str, report_id: str, period: str, *, mine: list[str] | None = None,
    only: Sequence[UUID] | None = None, turned: Callable[[Report], Report] | None = None,
) -> Chosen:  # fmt: skip
    """The report and period, whoever asks. Raises NotFound, also for a period that is yet to begin."""
    here = current(reader, locality)
    deployment, calendar = here.deployment, here.calendar
    found = deployment.locality.report(report_id)
    if turned is not None:
        found = turned(found)
    span = begun(found.period, period, reader.now)
    first_day, workdays = numbered_workdays(calendar, span.first_on.year - YEARS_BACK, span.last_on.year + 1)
    values = {
        "locality": locality, "process": found.process or deployment.locality.settings.process, "now": reader.now,
        "first_day": first_day, "workdays": workdays, "mine": mine, "only": None if only is None else list(only),
    }  # fmt: skip
    trend = _counting(deployment, over_time(found))
    key = {
        "locality": locality, "deployment": deployment.hash, "report": found.id, "period": str(span),
        "calendar_version": here.calendar_version,
    }  # fmt: skip
    return Chosen(deployment, found, span, _counting(deployment, found), trend, values, calendar, key)


def begun(kind: PeriodKind, period: str, now: datetime) -> Period:
    """The period of this name, or the one that runs. Raises NotFound for none, and for one that is yet to begin."""
    found = Period.parse(kind, period) if period else Period.at(kind, now)
    if found.begins_at > now:
        said = f"{found.words}尚未开始，没有数据。"
        raise NotFound(f"Expected a period that has begun, but {found} begins later", said)
    return found


def over_time(report: Report) -> Report:
    """The report with those figures alone that its tables by month show, and what their rates are made of."""
    told = {name for table in report.tables if table.by == "month" for name in table.figures}
    if not told:
        return report
    wanted = parts_of(report, told)
    return replace(
        report, id=f"{report.id}/trend", tables=(), lists=(),
        figures=tuple(figure for figure in report.figures if figure.name in wanted),
    )  # fmt: skip


def by_months(report: Report) -> Report:
    """The same figures and lists month by month, for the cases behind a table by month."""
    return report if report.period == "month" else replace(report, id=f"{report.id}/months", period="month", tables=())


def parts_of(report: Report, names: Iterable[str]) -> set[str]:
    """These figures and the counts that rates among them are made of."""
    found = set(names)
    for figure in report.figures:
        if figure.name in found and isinstance(figure.formula, Share):
            found |= {figure.formula.part, figure.formula.whole}
    return found


def counting_of(chosen: Chosen, figure: str, by: str = "") -> Counting:
    """How the cases of one figure alone are found, by one dimension: nothing is read that only others look at."""
    report = chosen.report
    return _counting(
        chosen.deployment,
        replace(
            report, id=f"{report.id}/{figure}/{by}", lists=(),
            figures=tuple(one for one in report.figures if one.name == figure),
            tables=(Breakdown("", by, (figure,)),) if by else (),
        ),
    )  # fmt: skip


_countings: Kept[tuple[str, str], Counting] = Kept(1024)


def _counting(deployment: Deployment, report: Report) -> Counting:
    """The report's statements, compiled once a deployment."""
    found = _countings.get((deployment.hash, report.id))
    if found is None:
        found = _countings.keep((deployment.hash, report.id), counting(report, deployment.locality))
    return found


def _table(
    table: Breakdown, report: Report, counted: Counted, words: ReportWords, deployment: Deployment,
    months: tuple[Period, ...],
) -> TableView:  # fmt: skip
    figures = [figure for name in table.figures if (figure := report.figure(name))]
    rows = []
    if table.by == "month":
        for number, month in enumerate(months, FIRST_MONTH):
            values = tuple(counted.value(figure, number) for figure in figures)
            rows.append(TableRow(str(month), f"{month.first_on.month}月", values))
    else:
        for group in in_order(table.by, counted.groups(table.by), deployment):
            values = tuple(counted.value(figure, THIS, table.by, group) for figure in figures)
            if not all(value.nothing for value in values):
                rows.append(TableRow(group, table.names.get(group) or words.value(table.by, group), values))
    if table.rank:
        ranked = report.figure(table.rank)
        assert ranked is not None
        rows = _ranked(rows, {row.key: counted.value(ranked, THIS, table.by, row.key) for row in rows}, table)
    heading = table.heading or words.dimension(table.by)
    return TableView(table, heading, tuple(rows), tuple(isinstance(figure.formula, Count) for figure in figures))


def in_order(by: str, groups: list[str], deployment: Deployment) -> list[str]:
    """Units and categories as the locality lists them, anything else by its name; what has none goes last."""
    known = {"unit": deployment.locality.organisation.units, "category": deployment.locality.categories}.get(by, {})
    places = {name: place for place, name in enumerate(known)}
    return sorted(groups, key=lambda group: (group == "", places.get(group, len(places)), group))


def _ranked(rows: list[TableRow], by: Mapping[str, Value], table: Breakdown) -> list[TableRow]:
    """The rows with their places, in this order; who has no value stands last without."""
    placed = places({key: value.number for key, value in by.items()}, lowest_first=table.lowest_first)
    last = len(rows) + 1
    unmeasured = {key for key, value in by.items() if value.number is None}
    in_order = sorted(rows, key=lambda row: (row.key in unmeasured, placed.get(row.key, last)))
    return [replace(row, place=placed.get(row.key)) for row in in_order]


def _left_out(report: Report, figure: Figure, words: ReportWords) -> str:
    """What a rate's numerator and denominator leave out, said beside the rate itself."""
    if not isinstance(figure.formula, Share):
        return ""
    said = []
    for name in dict.fromkeys((figure.formula.whole, figure.formula.part)):
        found = report.figure(name)
        if found and isinstance(found.formula, Count) and (left := words.left_out(found.formula.without)):
            said.append(f"“{name}”不含{left}")
    return "；".join(said)


def _sentences(
    report: Report, figures: Sequence[FigureRow], period: Period, now: datetime, locality: str
) -> Iterable[str]:
    """The bulletin's paragraphs: the report's own, or one that names every figure."""
    said = {
        "期间": period.words, "截至": as_of_words(now), "辖区": locality,
        **{row.figure.name: row.value.words for row in figures},
    }  # fmt: skip
    unmeasured = {row.figure.name: _unmeasured(row.figure) for row in figures if row.value.number is None}
    every = "，".join(f"{row.figure.name}{{{row.figure.name}}}{'件' if row.counts else ''}" for row in figures)
    return [filled_in(sentence, said, unmeasured) for sentence in report.sentences or (f"{{期间}}，{every}。",)]


def _unmeasured(figure: Figure) -> str:
    """What a sentence says in place of a rate or an average of no case at all."""
    formula = figure.formula
    return f"本期无{formula.whole if isinstance(formula, Share) else '可计算的'}工单，不计{figure.name}"


def as_of_words(now: datetime) -> str:
    """The moment that figures are of, in words."""
    local = now.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
