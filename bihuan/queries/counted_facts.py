"""What happened to the cases that a report counts, as SQL: read once, however many of its figures look at it.

Milestones come from history, notices, forms handed in and limits from their rows, control fields from the forms and
tables that set them. `counting` puts them together.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by, array

from bihuan.domain.events import canonical
from bihuan.locality.fields import plain_value
from bihuan.locality.folder import Locality
from bihuan.locality.reports import WITH_LIMIT, Average, Condition, Count, Report
from bihuan.store import tables

_case, _task, _press, _deadline = tables.case_file, tables.task, tables.press, tables.deadline
_notice, _event = tables.notice, tables.history_event

Truth = sa.ColumnElement[bool]
Text = sa.ColumnElement[str]
Instant = sa.ColumnElement[Any]

_TEXTS, _INSTANTS = ARRAY(sa.Text), ARRAY(tables.INSTANT)
_SINCE, _UNTIL, _NOW = (sa.bindparam(name, type_=tables.INSTANT) for name in ("since", "until", "now"))
_ONLY, _MINE = sa.bindparam("only", type_=tables.IDS), sa.bindparam("mine", type_=_TEXTS)
PERIOD = (
    sa.func.unnest(
        sa.bindparam("nos", type_=ARRAY(sa.Integer)),
        sa.bindparam("begins", type_=_INSTANTS),
        sa.bindparam("ends", type_=_INSTANTS),
    )
    .table_valued(sa.column("no", sa.Integer), sa.column("begins", tables.INSTANT), sa.column("ends", tables.INSTANT))
    .render_derived(name="period")
)
"""The periods counted, by number."""
THIS, PREVIOUS, FIRST_MONTH = 0, 1, 2
"""Their numbers."""
RESOLVED = "resolved"
"""The milestone that `resolved` and `overdue` look at."""
_OF_THE_CASE = {
    "unit": "handling_unit", "channel": "channel", "category": "category", "origin": "origin", "exit": "exit",
}  # fmt: skip
_MOMENTS = {"received": "opened_at", "dispatched": "dispatched_at", "ended": "ended_at"}


class Kept(NamedTuple):
    """A limit of a case: whether it was missed, and when that, or that it was not, was settled."""

    late: Truth
    settled_at: Instant


class Facts:
    """Everything of the cases that a report's figures, tables and lists look at."""

    def __init__(self, report: Report, locality: Locality) -> None:
        formulas = [figure.formula for figure in report.figures]
        counts = [formula for formula in formulas if isinstance(formula, Count)]
        averages = [formula for formula in formulas if isinstance(formula, Average)]
        conditions = list(report.conditions())
        by = [*(table.by for table in report.tables), *(one.by for one in report.lists)]
        self._locality = locality
        self.dimensions = tuple(_unique(one for one in by if one not in ("", "month")))
        self._fields = _unique(
            [one.of.removeprefix("field:") for one in conditions if one.of not in {*_OF_THE_CASE, "reached"}]
            + [name.removeprefix("field:") for name in self.dimensions if name.startswith("field:")]
        )
        self._marked = _unique(count for count in counts if count.counts in ("reached", "noticed", "answered"))
        self._moments = _unique(
            [RESOLVED] * any(count.counts in ("resolved", "overdue") for count in counts)
            + [end for average in averages for end in (average.since, average.until) if end not in _MOMENTS]
            + [str(value) for one in conditions if one.of == "reached" for value in one.values]
        )
        self.alive = _alive()
        self._milestones = self._read_milestones()
        self._given = self._read_given()
        self._noticed = self._read_notices()
        self._seen = self._read_marks()
        self._limits = _unique(count.limit for count in counts if count.counts in WITH_LIMIT)
        self._kept = self._read_limits()
        self._firsts = self._read_firsts()
        self._values = self._read_fields()

    def joined(self) -> Any:
        """Each case in each period in which it was alive, with all that was read of it."""
        alive = self.alive
        lived = sa.or_(alive.c.ended_at.is_(None), alive.c.ended_at >= PERIOD.c.begins)
        source: Any = alive.join(PERIOD, sa.and_(alive.c.opened_at < PERIOD.c.ends, lived))
        if self._seen is not None:
            here = sa.and_(self._seen.c.case_id == alive.c.id, self._seen.c.no == PERIOD.c.no)
            source = source.outerjoin(self._seen, here)
        for read in (self._kept, self._firsts, self._values):
            if read is not None:
                source = source.outerjoin(read, read.c.case_id == alive.c.id)
        return source

    def kept(self, limit: Sequence[str]) -> "Kept":
        """Whether a limit was missed, and when that was settled."""
        assert self._kept is not None
        number = self._limits.index(tuple(limit))
        return Kept(self._kept.c[f"late_{number}"], self._kept.c[f"settled_{number}"])

    def marked(self, count: Count) -> Truth:
        """Whether a milestone was reached, a notice sent, a form handed in, in the period."""
        assert self._seen is not None
        mark: Truth = self._seen.c[f"mark_{self._marked.index(count)}"]
        return mark

    def value(self, by: str) -> Text:
        """What a case is by a dimension or condition: its unit, category, …, or the last value of a control field."""
        if by in _OF_THE_CASE:
            return self.alive.c[_OF_THE_CASE[by]]
        assert self._values is not None
        return self._values.c[f"value_{self._fields.index(by.removeprefix('field:'))}"]

    def moment(self, name: str) -> Instant:
        """When a case came in, was dispatched, ended, or first reached a milestone."""
        if name in _MOMENTS:
            return self.alive.c[_MOMENTS[name]]
        assert self._firsts is not None
        return self._firsts.c[f"first_{self._moments.index(name)}"]

    def _read_milestones(self) -> sa.CTE | None:
        wanted = _unique([*self._moments, *(count.milestone for count in self._marked if count.milestone)])
        if not wanted:
            return None
        payloads = sa.literal([_payload(name) for name in wanted], _TEXTS)
        return (
            sa.select(_event.c.case_id, _event.c.payload, _event.c.at)
            .join(self.alive, self.alive.c.id == _event.c.case_id)
            .where(_event.c.kind == sa.literal_column("'milestone_reached'"), _event.c.payload == sa.any_(payloads))
            .cte("milestones")
        )

    def _read_firsts(self) -> sa.CTE | None:
        found = self._milestones
        if found is None or not self._moments:
            return None
        firsts = [
            sa.func.min(found.c.at).filter(found.c.payload == _payload(name)).label(f"first_{number}")
            for number, name in enumerate(self._moments)
        ]
        return sa.select(found.c.case_id, *firsts).group_by(found.c.case_id).cte("firsts")

    def _read_given(self) -> sa.CTE | None:
        """What was written with the forms that the report looks at: tasks completed, buttons pressed."""
        fields = set(self._fields)
        forms = {form.id for form in self._locality.forms.values() if fields & form.control}
        forms |= {count.form for count in self._marked if count.form}
        if not forms:
            return None
        wanted = sa.literal(sorted(forms), _TEXTS)
        tasks = (
            sa.select(_task.c.case_id, _task.c.form, _task.c.ended_at.label("at"), _task.c.control, _task.c.answers)
            .join(self.alive, self.alive.c.id == _task.c.case_id)
            .where(_task.c.state == "completed", _task.c.form == sa.any_(wanted))
        )
        presses = (
            sa.select(_press.c.case_id, _press.c.form, _press.c.pressed_at, _press.c.control, _press.c.answers)
            .join(self.alive, self.alive.c.id == _press.c.case_id)
            .where(_press.c.form == sa.any_(wanted))
        )
        return sa.union_all(tasks, presses).cte("given")

    def _read_marks(self) -> sa.CTE | None:
        """For each count of what happened in a period, whether it did."""
        if not self._marked:
            return None
        marks = sa.union_all(*(self._marks(number, count) for number, count in enumerate(self._marked))).cte("marks")
        here = sa.and_(marks.c.at >= PERIOD.c.begins, marks.c.at < PERIOD.c.ends)
        lasts = [
            sa.func.coalesce(_last(marks.c.fits, marks.c.at, marks.c.what == number, sa.Boolean), sa.false()).label(
                f"mark_{number}"
            )
            for number in range(len(self._marked))
        ]
        return (
            sa.select(PERIOD.c.no, marks.c.case_id, *lasts)
            .select_from(marks.join(PERIOD, here))
            .group_by(PERIOD.c.no, marks.c.case_id)
            .cte("seen")
        )

    def _marks(self, number: int, count: Count) -> "sa.Select[Any]":
        what: sa.Label[int] = sa.literal_column(str(number)).label("what")
        if count.counts == "reached":
            found = self._milestones
            assert found is not None
            chosen = sa.select(found.c.case_id, what, found.c.at.label("at"), sa.true().label("fits"))
            return chosen.where(found.c.payload == _payload(count.milestone))
        if count.counts == "noticed":
            noticed = self._noticed
            assert noticed is not None
            chosen = sa.select(noticed.c.case_id, what, noticed.c.at, sa.true().label("fits"))
            return chosen.where(noticed.c.template == sa.any_(sa.literal(list(count.notices), _TEXTS)))
        given = self._given
        assert given is not None
        fits = sa.and_(sa.true(), *(_says(given, one) for one in count.given))
        return sa.select(given.c.case_id, what, given.c.at, fits.label("fits")).where(given.c.form == count.form)

    def _read_notices(self) -> sa.CTE | None:
        """The notices that the report looks at, all of them in one go through their table."""
        wanted = sorted({template for count in self._marked for template in count.notices})
        if not wanted:
            return None
        return (
            sa.select(_notice.c.case_id, _notice.c.template, _notice.c.written_at.label("at"))
            .join(self.alive, self.alive.c.id == _notice.c.case_id)
            .where(_notice.c.template == sa.any_(sa.literal(wanted, _TEXTS)))
            .cte("noticed")
        )

    def _read_limits(self) -> sa.CTE | None:
        """Of each case, whether it missed each limit, and when that, or that it did not, was settled."""
        if not self._limits:
            return None
        # Joined first, then asked what it is about: the answer costs more than the join, and most are of other cases.
        limits = (
            sa.select(
                _deadline.c.case_id, _deadline.c.state, _deadline.c.due_at, _deadline.c.passed_at, _deadline.c.ended_at,
                sa.func.string_to_array(_deadline.c.clause, " ", type_=_TEXTS).label("clauses"),
                sa.func.split_part(_deadline.c.key, "/", 2).label("element"),
            )
            .join(self.alive, self.alive.c.id == _deadline.c.case_id)
            .cte("limits")
            .prefix_with("MATERIALIZED")
        )  # fmt: skip
        late = sa.or_(limits.c.passed_at.is_not(None), sa.and_(limits.c.state == "running", limits.c.due_at <= _NOW))
        columns = []
        for number, limit in enumerate(self._limits):
            wanted = sa.literal(list(limit), _TEXTS)
            ours = sa.or_(limits.c.clauses.overlap(wanted), limits.c.element == sa.any_(wanted))
            missed_at = sa.func.min(limits.c.due_at).filter(sa.and_(ours, late))
            over = sa.func.bool_and(limits.c.state == "ended").filter(ours)
            kept_at = sa.case((over, sa.func.max(limits.c.ended_at).filter(ours)))
            columns.append(sa.func.bool_or(late).filter(ours).label(f"late_{number}"))
            columns.append(sa.func.coalesce(missed_at, kept_at).label(f"settled_{number}"))
        return sa.select(limits.c.case_id, *columns).group_by(limits.c.case_id).cte("kept")

    def _read_fields(self) -> sa.CTE | None:
        """The last value of each control field that the report asks for."""
        if not self._fields:
            return None
        said: list[sa.Select[Any]] = []
        for number, name in enumerate(self._fields):
            what: sa.Label[int] = sa.literal_column(str(number)).label("what")
            if self._given is not None:
                given = self._given.c
                value = given.control[name].astext
                said.append(
                    sa.select(given.case_id, what, value.label("value"), given.at).where(given.control.has_key(name))
                )
            outputs = sa.cast(_event.c.payload, JSONB)["outputs"]
            decided = sa.select(_event.c.case_id, what, outputs[name].astext.label("value"), _event.c.at)
            said.append(
                decided.join(self.alive, self.alive.c.id == _event.c.case_id).where(
                    _event.c.kind == sa.literal_column("'decision_made'"), outputs.has_key(name)
                )
            )
        every = sa.union_all(*said).cte("said")
        values = [
            _last(every.c.value, every.c.at, every.c.what == number, sa.Text).label(f"value_{number}")
            for number in range(len(self._fields))
        ]
        return sa.select(every.c.case_id, *values).group_by(every.c.case_id).cte("fields")


def _alive() -> sa.CTE:
    columns = (
        _case.c.id, _case.c.handling_unit, _case.c.channel, _case.c.category, _case.c.origin, _case.c.exit,
        _case.c.opened_at, _case.c.dispatched_at, _case.c.ended_at,
    )  # fmt: skip
    return (
        sa.select(*columns)
        .where(
            _case.c.locality == sa.bindparam("locality"),
            _case.c.process == sa.bindparam("process"),
            _case.c.opened_at < _UNTIL,
            sa.or_(_case.c.ended_at.is_(None), _case.c.ended_at >= _SINCE),
            sa.or_(_ONLY.is_(None), _case.c.id == sa.any_(_ONLY)),
            sa.or_(_MINE.is_(None), _case.c.involved.overlap(_MINE)),
        )
        .cte("alive")
    )


def _last(value: Any, at: Any, where: Truth, kind: "type[sa.types.TypeEngine[Any]]") -> sa.ColumnElement[Any]:
    """The value that was written last, of the rows for which this holds."""
    found = sa.func.array_agg(aggregate_order_by(value, at.desc())).filter(where)
    last: sa.ColumnElement[Any] = sa.type_coerce(found, ARRAY(kind))[1]
    return last


def _payload(milestone: str) -> str:
    """What history keeps of a milestone, word for word: its index finds it so."""
    return canonical({"name": milestone})


def _says(given: sa.CTE, condition: Condition) -> Truth:
    """Whether what was written says one of the values, as a choice or among several ticked."""
    value = sa.func.coalesce(given.c.control[condition.of].astext, given.c.answers[condition.of].astext)
    values = array([plain_value(one) for one in condition.values], type_=sa.Text)
    ticked = given.c.answers[condition.of].has_any(values)
    return sa.or_(sa.func.coalesce(value == any_of(condition), sa.false()), sa.func.coalesce(ticked, sa.false()))


def any_of(condition: Condition) -> Any:
    """The values that a condition names, to be compared with."""
    return sa.any_(sa.literal([plain_value(value) for value in condition.values], _TEXTS))


def _unique(found: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(found))
