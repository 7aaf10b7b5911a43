"""A locality on a stage, and the lives of cases in it: each deed the real command, done by somebody of its cast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from bihuan import errands
from bihuan.commands.begin_case import Opened
from bihuan.commands.complete_task import complete_task
from bihuan.commands.fire_timer import fire_timer
from bihuan.commands.open_case import receive_order, submit_request
from bihuan.commands.open_procedure import open_by_calendar, open_procedure
from bihuan.commands.press_button import press_button
from bihuan.domain.access import COMPLAINANT, PLATFORM, Actor, Complainant, Officer, Visitor
from bihuan.engine import OpenButton, Waits
from bihuan.locality.deployments import current
from bihuan.locality.options import options_of
from bihuan.locality.procedures import Procedure
from bihuan.play import view
from bihuan.play.cast import Cast
from bihuan.play.filling import Given, as_at_portal, filled
from bihuan.play.stage import Stage
from bihuan.play.view import SeenCase, SeenTask

PROVINCE, PORTAL = "province", "portal"
FORMS: Mapping[str, str] = {PROVINCE: "province_order", PORTAL: "request"}
"""The form that a request is handed in with, by its origin."""

NOTHING: Mapping[str, str] = {}
NOBODY: Mapping[str, Officer] = {}


@dataclass(frozen=True, slots=True)
class Handed:
    """A request to hand in: by the province as an order, or by a company at the portal, or for it at a window."""

    origin: str
    answers: Given
    identity: Mapping[str, str]
    external_no: str = ""
    submission_id: UUID | None = None


class Play:
    """A locality on a stage: the deployment in force, its officers, what its forms offer."""

    def __init__(self, stage: Stage, locality: str, officers: Mapping[str, Officer] = NOBODY) -> None:
        """`officers` act for their group keys; for other groups, officers are made when they are first called."""
        with stage.app.read() as reader:
            self.deployment = current(reader, locality).deployment
            self.options = options_of(reader, self.deployment)
        self.stage, self.locality = stage, locality
        self.cast = Cast(stage, locality, officers)

    def answers(
        self, form_id: str | None, given: Given, otherwise: Mapping[str, str] = NOTHING
    ) -> dict[str, str | list[str]]:
        """A form filled in: `given` first, then `otherwise` where the form asks for it, then plausible words."""
        return filled(self.deployment.locality.form(form_id), given, self.options, otherwise=otherwise)

    def hand_in(self, handed: Handed) -> "Life":
        """A new case, handed in now."""
        submission_id = handed.submission_id or uuid4()
        answers = self.answers(FORMS[handed.origin], handed.answers)
        if handed.origin == PROVINCE:
            with self.stage.app.begin(self.cast.officer(PLATFORM)) as work:
                opened = receive_order(
                    work, self.locality, answers, handed.identity, submission_id=submission_id,
                    external_no=handed.external_no or str(submission_id),
                )  # fmt: skip
        else:
            own = as_at_portal(self.deployment.locality.form(FORMS[PORTAL]), answers)
            actor = self.cast.officer(PLATFORM) if own is None else Visitor(self.locality)
            answers = answers if own is None else own
            with self.stage.app.begin(actor) as work:
                opened = submit_request(work, self.locality, answers, handed.identity, submission_id=submission_id)
        return Life(self, opened)

    def open_procedure(
        self, procedure: Procedure, group: str, given: Given, submission_id: UUID | None = None
    ) -> "Life":  # fmt: skip
        """A new case of this procedure, opened now by an officer of a desk."""
        answers = self.answers(procedure.form, given)
        with self.stage.app.begin(self.cast.officer(group)) as work:
            return Life(self, open_procedure(work, procedure.id, answers, submission_id=submission_id or uuid4()))

    def open_by_calendar(self, procedure: Procedure) -> "Life":
        """A new case of this procedure, opened now by the calendar."""
        now = self.stage.now
        period = procedure.period_at(now)
        subject = procedure.subject_of(period)
        with self.stage.app.begin(errands.CLOCK) as work:
            return Life(self, open_by_calendar(work, self.locality, procedure.id, period, subject, now))


class Life:
    """One case: what is open in it, and deeds done to it."""

    def __init__(self, play: Play, opened: Opened) -> None:
        self.play, self.case_id, self.case_no = play, opened.case_id, opened.case_no

    def seen(self) -> SeenCase:
        """The case row now."""
        with self.play.stage.app.read() as reader:
            return view.case(reader, self.case_id)

    def tasks(self) -> list[SeenTask]:
        """The open tasks, the first opened first."""
        with self.play.stage.app.read() as reader:
            return view.open_tasks(reader, self.case_id)

    def asked(self) -> tuple[list[SeenTask], tuple[OpenButton, ...]]:
        """What is asked of somebody now: the open tasks, or, when there is none, what may be pressed or answered."""
        with self.play.stage.app.read() as reader:
            tasks = view.open_tasks(reader, self.case_id)
            return tasks, () if tasks else view.open_now(reader, self.case_id).buttons

    def waits(self) -> Waits:
        """Everything the case waits for, as the engine says."""
        with self.play.stage.app.read() as reader:
            return view.open_now(reader, self.case_id)

    def pass_time(self, instant: datetime) -> None:
        """Let time pass for this case alone: what is due by `instant` happens at its own instant, in order."""
        pass_time([self], instant)

    def complete(
        self, task: SeenTask, given: Given, *, actor: Actor | None = None, signed: bool = False,
        otherwise: Mapping[str, str] = NOTHING,
    ) -> None:  # fmt: skip
        """Complete a task, as an officer of its group unless somebody else is said to try."""
        actor = actor or self.play.cast.officer(task.group_key)
        answers = self.play.answers(task.form, given, otherwise)
        password = self.play.cast.password if signed else None
        with self.play.stage.app.begin(actor) as work:
            complete_task(work, task.id, answers, submission_id=uuid4(), password=password)

    def press(
        self, key: str, form: str | None, given: Given, *, actor: Actor, otherwise: Mapping[str, str] = NOTHING
    ) -> None:
        """Press the button or answer the wait with this key."""
        answers = self.play.answers(form, given, otherwise)
        with self.play.stage.app.begin(actor) as work:
            press_button(work, self.case_id, key, answers, submission_id=uuid4())

    def member(self, group: str) -> Actor:
        """Somebody of a group key, or the complainant."""
        return Complainant(self.case_id) if group == COMPLAINANT else self.play.cast.officer(group)


def pass_time(lives: Sequence[Life], instant: datetime) -> None:
    """Let time pass for these cases of one play: what is due in any of them by `instant` happens in its order."""
    stage = lives[0].play.stage
    while (due := _next_due(lives)) is not None and due[0] <= instant:
        stage.stand_at(max(due[0], stage.now))
        with stage.app.begin(errands.CLOCK) as work:
            fire_timer(work, due[1].case_id)
        carry(lives)
    stage.stand_at(max(instant, stage.now))


def carry(lives: Sequence[Life]) -> None:
    """Bring every message thrown between these cases to those that wait for it, at this very instant.

    Raises CaseFaulted when one cannot take it.
    """
    app, ids = lives[0].play.stage.app, [life.case_id for life in lives]
    while True:
        with app.read() as reader:
            waiting = view.message_jobs(reader, ids)
        if not waiting:
            return
        job_id, topic = waiting[0]
        errands.carry(app, job_id, topic)


def _next_due(lives: Sequence[Life]) -> tuple[datetime, Life] | None:
    """The earliest instant at which time acts on one of them; of several, on the one that was opened first."""
    due = [(at, life) for life in lives if (at := life.seen().next_due_at) is not None]
    return min(due, key=lambda one: one[0], default=None)
