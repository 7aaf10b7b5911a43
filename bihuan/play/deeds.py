"""Deeds as a scenario names them, done by the real commands: a task, a button, a service task, a claim, a look."""

from uuid import UUID

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.commands.claim_task import claim_task
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.domain.access import Actor
from bihuan.domain.errors import BadInput, TaskNotOpen
from bihuan.locality.rules.examples import CLAIM, REVEAL, SYSTEM, plain
from bihuan.play import view
from bihuan.play.life import Life
from bihuan.play.naming import Names
from bihuan.play.scenario import Deed
from bihuan.play.sight import NEVER
from bihuan.play.view import SeenTask
from bihuan.queries.history import history

WHY_LOOK = "reply"
"""The reason of a scenario's look at an identity: to answer the company."""


class Doing:
    """Does the deeds of one scenario to its case."""

    def __init__(self, file: str, life: Life, names: Names) -> None:
        self._file, self._life, self._names = file, life, names

    def do(self, deed: Deed) -> None:
        """Do it. Raises what the command raises, and BadInput when the scenario names what is not there."""
        if deed.who == SYSTEM:
            self._run_job(deed.does)
            return
        group = self._names.group(self._file, deed.who)
        actor = self._life.member(group)
        if deed.does == CLAIM:
            task = self._task(deed.task, group)
            with self._app.begin(actor) as work:
                claim_task(work, task.id)
        elif deed.does == REVEAL:
            with self._app.begin(actor) as work:
                reveal_identity(work, self._life.case_id, WHY_LOOK)
        else:
            self._complete_or_press(deed, actor, group)

    @property
    def _app(self) -> App:
        return self._life.play.stage.app

    def _complete_or_press(self, deed: Deed, actor: Actor, group: str) -> None:
        armed = self._last_armed(deed.does, group)
        if armed is None:
            task = self._task(deed.does, group)
            self._life.complete(task, deed.answers, actor=actor, signed=deed.signed)
        else:
            self._life.press(*armed, deed.answers, actor=actor)

    def _last_armed(self, name: str, group: str) -> tuple[str, str | None] | None:
        """Key and form of the button or wait of this name as it was armed last, open still or not.

        Of several, as the instances of a multi-instance have, one that is for the group.
        """
        with self._app.read() as reader:
            events = history(reader, self._life.case_id)
        armed = [
            event for event in events if event.kind == "button_armed" and self._names.element(event.key) == plain(name)
        ]
        if not armed:
            return None
        last = max(armed, key=lambda event: (group in event.detail["audience"], event.no))
        return str(last.key), last.detail["form"]

    def _task(self, name: str, group: str) -> SeenTask:
        """The task of this name: open and of the group if there is one, else open, else the last, of the group if any.

        Of several, as the instances of a multi-instance are, the one that is due first.
        """
        self._names.require_element(self._file, name)
        with self._app.read() as reader:
            found = [task for task in view.all_tasks(reader, self._life.case_id) if plain(task.name) == plain(name)]
        if not found:
            raise TaskNotOpen(name)
        opened = [task for task in found if task.state == "open"]
        if not opened:
            return max(found, key=lambda task: (task.group_key == group, task.id))
        return min(opened, key=lambda task: (task.group_key != group, task.due_at or NEVER, task.key))

    def _run_job(self, name: str) -> None:
        with self._app.read() as reader:
            waiting = view.waiting_jobs(reader, self._life.case_id)
        for job_id, key in waiting.items():
            if self._names.element(key) == plain(name):
                self._run(job_id, name)
                return
        self._names.require_element(self._file, name)
        raise TaskNotOpen(name)

    def _run(self, job_id: UUID, name: str) -> None:
        errands.run_job(self._app, job_id)
        with self._app.read() as reader:
            if job_id in view.waiting_jobs(reader, self._life.case_id):
                raise BadInput(self._file, name, "服务任务没有成功", "核对 topic 是否有处理程序")
