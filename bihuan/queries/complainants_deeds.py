"""What a complainant may do with the own case now (评价、催办、补充材料), and did so far: part of the progress page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain.access import COMPLAINANT
from bihuan.domain.clock import BEIJING
from bihuan.engine import OpenButton, Waits, waits
from bihuan.locality.deployments import Deployment
from bihuan.locality.folder import NOT_SOLVED, SUPPLEMENT, WITHDRAW
from bihuan.locality.forms import Form, Options
from bihuan.locality.options import options_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

RATING: Final = "rating"
"""The field that makes an outside wait the invitation to rate (评价)."""
_press, _event = tables.press, tables.history_event
_ID = sa.bindparam("case_id", type_=tables.ID)
GIVEN = compiled(
    sa.select(_press.c.pressed_at, _press.c.name, _press.c.form, _press.c.control, _press.c.answers)
    .where(_press.c.case_id == _ID, _press.c.pressed_by.is_(None), _press.c.form.is_not(None))
    .order_by(_press.c.pressed_at, _press.c.id)
)
SAID = compiled(
    sa.select(_event.c.kind, _event.c.at, _event.c.payload.cast(JSONB)["reason"].astext.label("reason"))
    .where(
        _event.c.case_id == _ID,
        _event.c.kind == sa.any_(sa.literal_column("array['reminded', 'identity_revealed']")),
    )
    .order_by(_event.c.no)
)


@dataclass(frozen=True, slots=True)
class Rating:
    """The wait for the complainant's rating (评价), with its form. `one_tap`: only the level must be answered.

    `until`: when the procedure goes on without it.
    """

    key: str
    form: Form
    options: Options
    one_tap: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PortalButton:
    """Something else that the diagram lets the complainant do (撤回、反映): its consequence is told before."""

    key: str
    name: str
    consequence: str
    form: Form
    options: Options
    until: datetime | None
    over: bool
    refusal: str

    @property
    def withdraws(self) -> bool:
        """It ends the case for good (撤回): the page asks twice."""
        return self.form.id == WITHDRAW


@dataclass(frozen=True, slots=True)
class Given:
    """What the complainant added so far: when, what it was called, and the words under their labels."""

    at: datetime
    form: str
    name: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ComplainantsDeeds:
    """All of it. Forms are None when it is not the time for them."""

    rating: Rating | None
    buttons: tuple[PortalButton, ...]
    supplement: Form | None
    not_solved: Form | None
    given: tuple[Given, ...]
    reminded_at: datetime | None
    reminded_today: bool
    to_do: bool
    """Officers have a step of the case to do: only then may they be reminded of it (催办)."""
    revealed: tuple[tuple[datetime, str], ...]
    """When an officer looked at who complained, and the reason given."""


def deeds_of_complainant(
    reader: Reader, row: Row, deployment: Deployment, given: list[Row], said: list[Row]
) -> ComplainantsDeeds:
    """For the case in this row; `given` and `said`: the rows of these statements."""
    running = row["exit"] is None
    open_now = waits(deployment.definition, row["state"]) if running else Waits()
    buttons = [one for one in open_now.buttons if COMPLAINANT in one.audience]
    heard = any(task.key.element in deployment.locality.settings.heard_at for task in open_now.tasks)
    options = options_of(reader, deployment) if buttons else {}
    rating = next((one for one in buttons if _is_rating(one, deployment)), None)
    reminded = [event["at"] for event in said if event["kind"] == "reminded"]
    forms = deployment.locality.forms
    return ComplainantsDeeds(
        rating=_rating(rating, open_now, deployment, options) if rating else None,
        buttons=tuple(_button(one, deployment, options, reader.now) for one in buttons if one is not rating),
        supplement=forms.get(SUPPLEMENT) if running else None,
        not_solved=forms.get(NOT_SOLVED) if heard else None,
        given=tuple(_given(one, deployment) for one in given if one["form"] in (SUPPLEMENT, NOT_SOLVED, WITHDRAW)),
        reminded_at=reminded[-1] if reminded else None,
        reminded_today=bool(reminded) and _same_day(reminded[-1], reader.now),
        to_do=bool(open_now.tasks),
        revealed=tuple((event["at"], event["reason"] or "") for event in said if event["kind"] != "reminded"),
    )


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(BEIJING).date() == other.astimezone(BEIJING).date()


def _is_rating(button: OpenButton, deployment: Deployment) -> bool:
    form = deployment.locality.forms.get(button.form or "")
    return form is not None and any(field.key == RATING for field in form.fields)


def _rating(wait: OpenButton, open_now: Waits, deployment: Deployment, options: Options) -> Rating:
    form = deployment.locality.form(wait.form or "")
    needed = [field for field in form.fields if field.required and not field.hide]
    one_tap = [field.key for field in needed] == [RATING] and needed[0].type == "radio"
    return Rating(str(wait.key), form, options, one_tap, _waited_until(wait, open_now, deployment))


def _waited_until(wait: OpenButton, open_now: Waits, deployment: Deployment) -> datetime | None:
    """When the timer fires that stands beside this wait, behind the same event-based gateway."""
    process, definition = wait.key.process, deployment.definition
    gates = (one.id for one in definition.elements(process) if one.type == "eventBasedGateway")
    beside = [{flow.target for flow in definition.flows(process, gate)} for gate in gates]
    rivals = {target for targets in beside if wait.key.element in targets for target in targets}
    due = (one.due_at for one in open_now.deadlines if one.key.process == process and one.key.element in rivals)
    return min(due, default=None)


def _button(button: OpenButton, deployment: Deployment, options: Options, now: datetime) -> PortalButton:
    element = deployment.definition.element(button.key.process, button.key.element)
    form = deployment.locality.form(button.form)
    over = button.until is not None and now >= button.until
    return PortalButton(
        str(button.key), button.name, element.documentation or "", form, options, button.until, over,
        element.refusal or "",
    )  # fmt: skip


def _given(row: Row, deployment: Deployment) -> Given:
    answers = {**row["control"], **row["answers"]}
    fields = deployment.locality.form(row["form"]).fields
    return Given(
        row["pressed_at"], row["form"], row["name"],
        tuple((field.label, str(answers[field.key])) for field in fields if answers.get(field.key)),
    )  # fmt: skip
