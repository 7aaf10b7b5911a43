"""The cases that a report lists (清单、台账) and those behind one of its figures, as their reader may see them.

Texts go through the veil; the complainant is masked for whoever may ask for the identity, and nothing for others. Of
answers the unit complained about reads choices and what it wrote itself, as in the case file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.events import canonical
from bihuan.domain.workdays import due_day_and_time
from bihuan.domain.workdays.periods import Period
from bihuan.locality.documents import ON
from bihuan.locality.reports import CaseList, Column, Count, Share
from bihuan.queries.counted_facts import RESOLVED
from bihuan.queries.report_cases import Found, cases_of
from bihuan.queries.report_counts import Chosen, Waiting, as_shown
from bihuan.queries.report_words import ReportWords
from bihuan.queries.reports import by_months, choose
from bihuan.queries.veil import Veil, identities_of, is_complained_of, masked, publishing, speaks_for, telling, veils_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row
from bihuan.store.vault import Vault

ON_PAGE: Final = 100
IN_FILE: Final = 5000
"""How many cases a list shows on a page, and in a file."""

_case, _request, _task, _press = tables.case_file, tables.request, tables.task, tables.press
_deadline, _event = tables.deadline, tables.history_event
_IDS, _FORMS = sa.bindparam("ids", type_=tables.IDS), sa.bindparam("forms", type_=ARRAY(sa.Text))
_OURS = sa.and_(_deadline.c.case_id == _case.c.id, sa.not_(_deadline.c.internal))
_LATE = sa.or_(
    _deadline.c.passed_at.is_not(None),
    sa.and_(_deadline.c.state == "running", _deadline.c.due_at <= sa.bindparam("now", type_=tables.INSTANT)),
)
_open_steps = sa.func.string_agg(_task.c.name, aggregate_order_by(sa.literal_column("'、'"), _task.c.opened_at))
ROWS = compiled(
    sa.select(
        _case.c.id, _case.c.case_no, _case.c.handling_unit, _case.c.channel, _case.c.category, _case.c.origin,
        _case.c.exit, _case.c.opened_at, _case.c.dispatched_at, _case.c.ended_at, _case.c.complained_of,
        _case.c.involved,
        _request.c.subject, _request.c.body, _request.c.struck_subject, _request.c.struck_body,
        sa.select(sa.func.min(_event.c.at))
        .where(
            _event.c.case_id == _case.c.id,
            _event.c.kind == sa.literal_column("'milestone_reached'"),
            _event.c.payload == canonical({"name": RESOLVED}),
        )
        .scalar_subquery().label("resolved_at"),
        sa.select(sa.func.max(_deadline.c.due_at)).where(_OURS).scalar_subquery().label("due_at"),
        sa.select(sa.func.coalesce(sa.func.bool_or(_LATE), sa.false())).where(_OURS).scalar_subquery().label("late"),
        sa.select(_open_steps).where(_task.c.case_id == _case.c.id, _task.c.state == "open")
        .scalar_subquery().label("step"),
    )
    .join(_request, _request.c.case_id == _case.c.id)
    .where(_case.c.id == sa.any_(_IDS))
)  # fmt: skip
ANSWERS = compiled(
    sa.union_all(
        sa.select(
            _task.c.case_id, _task.c.form, _task.c.ended_at.label("at"), _task.c.control, _task.c.answers,
            sa.func.split_part(_task.c.group_key, ":", 1).label("unit"), _task.c.completed_by.label("by"),
        ).where(_task.c.case_id == sa.any_(_IDS), _task.c.form == sa.any_(_FORMS), _task.c.state == "completed"),
        sa.select(
            _press.c.case_id, _press.c.form, _press.c.pressed_at, _press.c.control, _press.c.answers,
            sa.literal_column("''"), _press.c.pressed_by,
        ).where(_press.c.case_id == sa.any_(_IDS), _press.c.form == sa.any_(_FORMS)),
    ).order_by("at")
)  # fmt: skip
BEHIND: Final = tuple(
    Column(title, shows)
    for title, shows in (
        ("编号", "case_no"), ("诉求标题", "subject"), ("承办单位", "unit"), ("收到", "received_on"),
        ("时限", "due_on"), ("办理状态", "state"), ("逾期", "late"),
    )
)  # fmt: skip
"""What is shown of the cases behind a figure."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One case: its cells, in the columns' order, and its number, which leads to it."""

    case_no: str
    cells: tuple[str, ...]
    opens: bool
    """Whether this reader may open the case itself."""


@dataclass(frozen=True, slots=True)
class ListView:
    """One list, or the part of it that is about one unit, channel, …"""

    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[ListRow, ...]
    cut: bool
    """There are more cases than are shown."""
    about: str = ""
    whole: bool = True
    """All cases that the figure counts, not those of the reader's own units alone."""
    figure: str = ""
    """Which counts them."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases behind a figure, one page of them."""

    chosen: Chosen
    figure: str
    about: str
    view: ListView
    page: int
    as_of: datetime
    """When they were the cases that it counts."""


def lists(
    reader: Reader, vault: Vault, actor: Officer | None, chosen: Chosen, *, most: int = ON_PAGE, in_all: int = IN_FILE,
    published: bool = False,
) -> tuple[ListView, ...]:  # fmt: skip
    """The report's lists; of each the first `most` cases, no more than `in_all`. Without an actor texts are veiled.

    `published`: for a paper that goes to everybody (通报), whose texts are veiled whoever saves it, and name nobody.
    """
    reading, found = _Reading(reader, vault, actor, chosen, published=published), []
    for one in chosen.report.lists:
        views = reading.views(one, min(most, in_all))
        in_all -= sum(len(view.rows) for view in views)
        found += [replace(view, figure=one.cases) for view in views]
    return tuple(found)


def behind(
    reader: Reader, vault: Vault, actor: Officer, report_id: str, period: str, figure: str, *,
    by: str = "", value: str = "", page: int = 1,
) -> tuple[Behind | None, Waiting | None]:  # fmt: skip
    """The cases that a figure counts (the first, unless said), of one row of a table if it is said; or what is waited
    for. Raises NotFound, NotAllowed.
    """
    if by == "month":
        chosen, by, value = choose(reader, actor, report_id, value, turned=by_months), "", ""
    else:
        chosen = choose(reader, actor, report_id, period)
    return behind_of(reader, vault, actor, chosen, figure, by=by, value=value, page=page)


def behind_of(
    reader: Reader, vault: Vault, actor: Officer, chosen: Chosen, figure: str, *, by: str = "", value: str = "",
    page: int = 1,
) -> tuple[Behind | None, Waiting | None]:  # fmt: skip
    """As `behind`, of a report that was chosen already. Raises NotFound."""
    figure = figure or next(one.name for one in chosen.report.figures if isinstance(one.formula, Count))
    found = chosen.report.figure(figure)
    if found is None or isinstance(found.formula, Share) or by not in ("", *chosen.counting.dimensions):
        raise NotFound(f"Expected a figure that counts cases, but {figure!r} by {by!r} is none", "没有这项数据。")
    shown, waiting = as_shown(reader, chosen)
    if shown is None:
        return None, waiting
    chosen = shown
    reading, page = _Reading(reader, vault, actor, chosen), max(1, page)
    cases = reading.cases(figure, by, value if by else None, most=ON_PAGE + 1, skipped=(page - 1) * ON_PAGE)
    about = reading.words.value(by, value) if by else ""
    whole = reading.reads_whole(figure)
    view = reading.view(figure, "", BEHIND, cases[:ON_PAGE], cut=len(cases) > ON_PAGE, about=about, whole=whole)
    return Behind(chosen, figure, about, view, page, chosen.shown.as_of if chosen.shown else reader.now), None


class _Reading:
    """Reads cases for one reader of one report."""

    def __init__(
        self, reader: Reader, vault: Vault, actor: Officer | None, chosen: Chosen, *, published: bool = False
    ) -> None:
        self._reader, self._vault, self._actor, self._chosen = reader, vault, actor, chosen
        self._published = published
        self._locality = chosen.deployment.locality
        self.words = ReportWords(chosen.deployment, chosen.report.process)

    def reads_whole(self, figure: str) -> bool:
        """Whether this reader sees all cases of the figure: by the list of them, if one says so."""
        readers = [group for one in self._chosen.report.lists if one.cases == figure for group in one.readers]
        return self._actor is None or access.reads_whole_list(
            self._actor, readers, locality=self._locality.id, leaders=self._locality.organisation.leaders
        )

    def cases(self, figure: str, by: str, value: str | None = None, *, most: int, skipped: int = 0) -> list[Found]:
        """Those cases of the figure that this reader sees."""
        mine = None if self.reads_whole(figure) else self._chosen.values["mine"]
        return cases_of(self._reader, self._chosen, figure, by, value, mine=mine, most=most, skipped=skipped)

    def views(self, one: CaseList, most: int) -> list[ListView]:
        """A list, in as many parts as its `by` has values."""
        found = self.cases(one.cases, one.by, most=most + 1)
        cut, found = len(found) > most, found[:most]
        whole = self.reads_whole(one.cases)
        if not one.by or not found:
            return [self.view(one.title, one.note, one.columns, found, cut=cut, whole=whole)]
        return [
            self.view(
                one.title, one.note, one.columns, [case for case in found if case.group == group], cut=cut,
                about=self.words.value(one.by, group), whole=whole,
            )
            for group in sorted({case.group for case in found})
        ]  # fmt: skip

    def view(
        self, title: str, note: str, columns: Sequence[Column], found: Sequence[Found], *, cut: bool, whole: bool,
        about: str = "",
    ) -> ListView:  # fmt: skip
        """These cases in these columns."""
        ids = [case.case_id for case in found]
        rows = {row["id"]: row for row in self._reader.all(ROWS, ids=ids, now=self._reader.now)} if ids else {}
        cells = _Cells(self, columns, [rows[one] for one in ids], self._answers(columns, rows))
        listed = tuple(
            ListRow(rows[one]["case_no"], cells.of(rows[one], place), self._opens(rows[one]))
            for place, one in enumerate(ids, 1)
        )
        return ListView(title, note, tuple(columns), listed, cut, about, whole)

    def _opens(self, row: Row) -> bool:
        return self._actor is not None and access.may_read_case(
            self._actor, case_id=row["id"], locality=self._locality.id, involved=row["involved"]
        )

    def veils(self, rows: Sequence[Row]) -> Mapping[UUID, Veil]:
        """What hides the complainants of these cases from this reader."""
        if self._actor is None:
            identities = identities_of(self._reader, self._vault, [row["id"] for row in rows])
            return {row["id"]: Veil(telling(identities.get(row["id"], {}))) for row in rows}
        cases = ((row["id"], row["complained_of"]) for row in rows)
        reads = publishing(self._actor) if self._published else self._actor
        return veils_of(self._reader, self._vault, reads, cases)

    def complainants(self, rows: Sequence[Row]) -> Mapping[UUID, Mapping[str, str]]:
        """Those complainants whom this reader may ask for, masked."""
        if self._published:
            return {}
        answering = self._locality.organisation.answering
        asked = [
            row["id"]
            for row in rows
            if self._actor is not None
            and access.may_reveal_identity(
                self._actor, locality=self._locality.id, handling_unit=row["handling_unit"],
                complained_of=row["complained_of"], answering=answering,
            )
            and not is_complained_of(self._actor, row["complained_of"])
        ]  # fmt: skip
        found = identities_of(self._reader, self._vault, asked)
        return {case_id: masked(identity) for case_id, identity in found.items()}

    def _answers(
        self, columns: Sequence[Column], cases: Mapping[UUID, Row]
    ) -> Mapping[tuple[UUID, str], dict[str, Any]]:  # fmt: skip
        forms = sorted({_field(column)[0] for column in columns if column.shows.startswith("answer:")})
        found: dict[tuple[UUID, str], dict[str, Any]] = {}
        if forms and cases:
            for row in self._reader.all(ANSWERS, ids=list(cases), forms=forms):  # the last one written stays
                text = row["answers"] if self._reads(row, cases[row["case_id"]]["complained_of"]) else None
                on = {ON: _day(row["at"])}
                found[row["case_id"], row["form"]] = {**on, **(row["control"] or {}), **(text or {})}
        return found

    def _reads(self, answer: Row, complained_of: list[str]) -> bool:
        """Whether this reader may see what was written there, besides the choices."""
        actor = self._actor
        if actor is None or not is_complained_of(actor, complained_of):
            return True
        return answer["unit"] in speaks_for(actor) or answer["by"] == actor.account_id

    @property
    def period(self) -> Period:
        return self._chosen.period

    def category(self, category: str) -> str:
        """A category in words."""
        return self._locality.categories.get(category, category)

    def unit(self, unit: str | None) -> str:
        """A unit in words."""
        return self._locality.unit_name(unit) if unit else ""


class _Cells:
    """Puts the cells of cases into words."""

    def __init__(
        self, reading: _Reading, columns: Sequence[Column], rows: Sequence[Row],
        answers: Mapping[tuple[UUID, str], dict[str, Any]],
    ) -> None:  # fmt: skip
        self._reading, self._columns, self._answers = reading, columns, answers
        shown = {column.shows for column in columns}
        texts = {"subject", "body"} & shown or any(one.startswith("answer:") for one in shown)
        self._veils = reading.veils(rows) if texts else {}
        self._complainants = reading.complainants(rows) if {"complainant", "complainant_phone"} & shown else {}

    def of(self, row: Row, place: int) -> tuple[str, ...]:
        """The cells of one case."""
        return tuple(self._cell(column, row, place) for column in self._columns)

    def _cell(self, column: Column, row: Row, place: int) -> str:
        if column.meanwhile and self._is_open(row):
            return column.meanwhile
        if column.shows.startswith("answer:"):
            return self._answer(column, row)
        return _CELLS[column.shows](self, row, place)

    def _answer(self, column: Column, row: Row) -> str:
        form, key = _field(column)
        value = self._answers.get((row["id"], form), {}).get(key)
        return self._veils[row["id"]].over(self._reading.words.answer(form, key, value))

    def subject(self, row: Row, _: int) -> str:
        return self._veils[row["id"]].over_request(row["subject"], row["struck_subject"])

    def body(self, row: Row, _: int) -> str:
        return self._veils[row["id"]].over_request(row["body"], row["struck_body"])

    def complainant(self, row: Row, _: int) -> str:
        return self._complainants.get(row["id"], {}).get("name", "")

    def complainant_phone(self, row: Row, _: int) -> str:
        return self._complainants.get(row["id"], {}).get("phone", "")

    def unit(self, row: Row, _: int) -> str:
        return self._reading.unit(row["handling_unit"])

    def category(self, row: Row, _: int) -> str:
        return self._reading.category(row["category"])

    def channel(self, row: Row, _: int) -> str:
        return self._reading.words.value("channel", row["channel"])

    def origin(self, row: Row, _: int) -> str:
        return self._reading.words.value("origin", row["origin"])

    def state(self, row: Row, _: int) -> str:
        return self._reading.words.value("exit", "" if self._is_open(row) else row["exit"])

    def _is_open(self, row: Row) -> bool:
        return row["ended_at"] is None or row["ended_at"] >= self._reading.period.ends_at

    def carried(self, row: Row, _: int) -> str:
        return "是" if row["opened_at"] < self._reading.period.begins_at else ""


_CELLS: Final[Mapping[str, Callable[[_Cells, Row, int], str]]] = {
    "serial": lambda cells, row, place: str(place),
    "case_no": lambda cells, row, place: str(row["case_no"]),
    "subject": _Cells.subject,
    "body": _Cells.body,
    "complainant": _Cells.complainant,
    "complainant_phone": _Cells.complainant_phone,
    "channel": _Cells.channel,
    "category": _Cells.category,
    "origin": _Cells.origin,
    "unit": _Cells.unit,
    "received_on": lambda cells, row, place: _day(row["opened_at"]),
    "dispatched_on": lambda cells, row, place: _day(row["dispatched_at"]),
    "resolved_on": lambda cells, row, place: _day(row["resolved_at"]),
    "ended_on": lambda cells, row, place: _day(row["ended_at"]),
    "due_on": lambda cells, row, place: _due(row["due_at"]),
    "late": lambda cells, row, place: "是" if row["late"] else "",
    "state": _Cells.state,
    "step": lambda cells, row, place: row["step"] or "",
    "carried": _Cells.carried,
}


def _field(column: Column) -> tuple[str, str]:
    form, _, key = column.shows.removeprefix("answer:").partition(".")
    return form, key


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d}" if moment else ""


def _due(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day, time = due_day_and_time(moment)
    return f"{day:%Y-%m-%d} {time}"
