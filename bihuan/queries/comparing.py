"""辖区对比: the headline figures of several localities side by side, of a month or a quarter.

Each locality's owner says which of its figures stands for volume, response, … (`kind`); each is counted as that
locality's own report counts it, with its own formula, exclusions and moment. What a locality has no figure for stays
empty. Its reader sees sums: the cases behind them open for the reader's own locality alone, as on 运行总览.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.workdays.periods import Period
from bihuan.locality.compared import KINDS
from bihuan.locality.deployments import current
from bihuan.locality.reports import Report
from bihuan.queries.counted import Counted
from bihuan.queries.leading import By, back, turned_to
from bihuan.queries.report_counts import Chosen, Waiting, lately
from bihuan.queries.report_words import ReportWords
from bihuan.queries.reports import FigureRow, begun, chosen_of, figure_rows
from bihuan.store.figure_readers import SHOWN_TO
from bihuan.store.unit_of_work import Reader


@dataclass(frozen=True, slots=True)
class LocalityRow:
    """One locality. Without `as_of` its figures are being counted for the first time."""

    name: str
    own: bool
    """The reader's own: its figures lead to their cases."""
    report: Report
    as_of: datetime | None
    figures: Mapping[str, FigureRow]
    """By kind, each with all of its meaning: formula, exclusions, note and target."""
    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a figure is made, and in which of the localities."""

    words: str
    localities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several localities side by side."""

    by: By
    period: Period
    over: bool
    """Whether the period has ended."""
    rows: tuple[LocalityRow, ...]

    @property
    def kinds(self) -> Mapping[str, str]:
        """Those that any of the localities has, with their headings."""
        return {kind: heading for kind, (heading, _) in KINDS.items() if any(kind in row.figures for row in self.rows)}

    def meanings(self, kind: str) -> tuple[Meaning, ...]:
        """How figures of this kind are made: once where localities agree."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            if kind in row.figures:
                found.setdefault(row.figures[kind].meaning, []).append(row.name)
        return tuple(Meaning(words, tuple(names)) for words, names in found.items())


def compares(reader: Reader, actor: Officer) -> bool:
    """Whether other localities show this officer their figures."""
    return bool(_others(reader, actor))


def comparison(
    reader: Reader, actor: Officer, by: By = "month", period: str = "", *, anew: bool = False
) -> Comparison | None:
    """The localities whose figures the officer may see, the own one first; None when there is no other.

    Raises NotFound for a period that is none.
    """
    others = _others(reader, actor)
    if not others:
        return None
    span = begun(by, period, reader.now)
    found = [(locality, _headline(reader, actor, locality)) for locality in (actor.locality, *others)]
    wanted = [(locality, report) for locality, report in found if report]
    rows = tuple(
        _row(reader, actor, locality, report, by, span, anew=anew, shared_by=len(wanted))
        for locality, report in wanted
    )  # fmt: skip
    return Comparison(by, span, span.ends_at <= reader.now, rows)


def _others(reader: Reader, actor: Officer) -> list[str]:
    """The other localities that show the officer their figures, in the order of their names."""
    shown = sorted(row["locality"] for row in reader.all(SHOWN_TO, account_id=actor.account_id))
    return [locality for locality in shown if access.may_compare(actor, locality=locality, shown_to=True)]


def _headline(reader: Reader, actor: Officer, locality: str) -> Report | None:
    """The report whose headline a locality is followed by: at home one that the officer may read."""
    found = current(reader, locality).deployment.locality.reports.values()
    at_home = locality == actor.locality
    return next(
        (
            one
            for one in found
            if one.headline and (not at_home or access.may_read_report(actor, one.readers, locality=locality))
        ),
        None,
    )


def _row(
    reader: Reader, actor: Officer, locality: str, report: Report, by: By, span: Period, *, anew: bool, shared_by: int
) -> LocalityRow:
    chosen = chosen_of(reader, locality, report.id, str(span), turned=lambda found: turned_to(found, by))
    counted, waiting = lately(reader, chosen, back(span, by), anew=anew, shared_by=shared_by)
    figures = _figures(chosen, counted) if counted else {}
    name = chosen.deployment.locality.name
    as_of = counted.as_of if counted else None
    return LocalityRow(name, locality == actor.locality, report, as_of, figures, waiting)


def _figures(chosen: Chosen, counted: Counted) -> Mapping[str, FigureRow]:
    words = ReportWords(chosen.deployment, chosen.report.process)
    found = {}
    for row in figure_rows(chosen.report, counted, words):
        if row.figure.kind:
            said = (row.meaning, row.left_out, row.figure.note, f"目标 {row.target}" if row.target else "")
            meaning = f"{row.figure.name}：" + "；".join(part for part in said if part)
            found[row.figure.kind] = replace(row, meaning=meaning)
    return found
