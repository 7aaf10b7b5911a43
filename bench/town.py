"""A small town with one procedure of five user tasks, each with a time limit: what most benches put to work."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa

from bench.copies import copy
from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.commands.begin_case import Opened
from bihuan.commands.complete_task import complete_task
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import submit_request
from bihuan.domain.access import Machine, Officer, Visitor
from bihuan.domain.clock import Clock
from bihuan.domain.ids import CaseId, TaskId
from bihuan.locality.files import read_folder
from bihuan.queries.people import account
from bihuan.settings import Settings
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.tasks import OF_CASE

FIVE = Path(__file__).parent / "processes/five"
LOCALITY = "five"
REQUEST = {
    "subject": "开办餐饮店迟迟未办结",
    "body": "我公司申请食品经营许可已满一个月，窗口称仍在流转，请协调。",
    "category": "other",
}
COMPANY = {"name": "张晓明", "phone": "13812345678", "organisation": "淄川鲁味餐饮有限公司"}
OPINION = "经核实，企业反映的情况属实，已责成有关科室于三个工作日内办结，并电话告知企业。" * 3
PASSWORD = "five tasks of five"
TASKS = 5
CASES, QUICK_CASES = 2_000, 300

_task = tables.task
_ACCOUNT = compiled(sa.select(tables.account.c.id).where(tables.account.c.login == sa.bindparam("login")))
_OPEN = compiled(
    sa.select(_task.c.id, _task.c.form)
    .where(_task.c.case_id == sa.bindparam("case_id", type_=tables.ID), _task.c.state == sa.literal_column("'open'"))
    .order_by(_task.c.id)
)


class Town:
    """The town's application, its officer, and the deeds that benches repeat."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.officer = self.officer_of("platform")

    def hand_in(self) -> Opened:
        """A company's request at the portal, its identity sealed; the first task is open afterwards."""
        with self.app.begin(Visitor(LOCALITY)) as work:
            return submit_request(work, LOCALITY, REQUEST, COMPANY, submission_id=uuid4())

    def open_task(self, case_id: CaseId) -> tuple[TaskId, dict[str, str]] | None:
        """The open task and answers that its form takes; None when the case has ended."""
        with self.app.read() as reader:
            row = reader.one(_OPEN, case_id=case_id)
        return (TaskId(row["id"]), answers_to(row["form"])) if row else None

    def task_at(self, case_id: CaseId, key: str) -> TaskId:
        """The task under a key, by its index: to look through all that an old case had would empty the caches."""
        with self.app.read() as reader:
            row = reader.one(OF_CASE, in_case=case_id, at_key=key)
        assert row is not None, key
        return TaskId(row["id"])

    def complete(self, task_id: TaskId, answers: dict[str, str]) -> None:
        """The deed that is measured: complete a user task through the command layer."""
        with self.app.begin(self.officer) as work:
            complete_task(work, task_id, answers, submission_id=uuid4())

    def officer_of(self, unit: str) -> Officer:
        """A new account of this unit."""
        with self.app.begin(Machine("bench")) as work:
            create_account(work, LOCALITY, f"{unit}_officer", "王建国", PASSWORD, [(unit, "officer")])
        with self.app.read() as reader:
            row = reader.one(_ACCOUNT, login=f"{unit}_officer")
            found = account(reader, UUID(str(row["id"]))) if row else None
        if found is None:
            raise LookupError(unit)
        return found.officer


def answers_to(form: str, *, sound: bool = True) -> dict[str, str]:
    """What the officer fills in."""
    if form == "review":
        return {"opinion": OPINION, "sound": "true" if sound else "false"}
    return {"opinion": OPINION, "urgent": "false"}


def before(quick: bool) -> int:
    """How many cases lie in the tables before anything is measured."""
    return QUICK_CASES if quick else CASES


@contextmanager
def town(settings: Settings, *, clock: Clock | None = None, cases: int = CASES) -> Iterator[Town]:
    """The town with some cases in hand already: on empty tables PostgreSQL plans what it never would in life."""
    with App(settings, clock=clock, most_connections=1) as app:
        with app.begin(Machine("bench")) as work:
            deploy(work, read_folder(FIVE), note="")
        found = Town(app)
        if cases:
            with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
                copy(owner, found.hand_in().case_id, cases, batch="before")
                owner.execute("vacuum analyze")
        yield found


def as_before(settings: Settings, officer: Officer) -> "Town":
    """The same town seen from another process: deployed already, its officer known."""
    found = Town.__new__(Town)
    found.app, found.officer = App(settings).__enter__(), officer
    return found
