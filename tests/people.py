"""Builders: 淄博 deployed, its people, and cases that are where a test wants them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands.accounts import create_account
from bihuan.commands.complete_task import complete_task
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import Opened, receive_order, submit_request
from bihuan.commands.press_button import press_button
from bihuan.commands.take_due import take_due
from bihuan.domain.access import Complainant, Machine, Officer, Visitor
from bihuan.domain.clock import BEIJING, MovableClock
from bihuan.domain.folding import fold
from bihuan.domain.ids import CaseId, TaskId
from bihuan.errands import count_report, leave_in_inbox, let_time_act, open_timed, run_job
from bihuan.locality.files import read_folder
from bihuan.queries.history import history
from bihuan.queries.people import account
from bihuan.recounting import recount_next
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.locality.a_diagram import INSPECTION
from tests.locality.a_folder import a_field, a_form

_task, _notice = tables.task, tables.notice
_ID = sa.bindparam("case_id", type_=tables.ID)
_ACCOUNT = compiled(sa.select(tables.account.c.id).where(tables.account.c.login == sa.bindparam("login")))
_OPEN = compiled(sa.select(_task).where(_task.c.case_id == _ID, _task.c.state == "open"))
_NOTICES = compiled(sa.select(_notice.c.template, _notice.c.recipient).where(_notice.c.case_id == _ID).order_by("id"))
_NEXT = compiled(
    sa.select(sa.func.min(tables.deadline.c.due_at).label("at")).where(tables.deadline.c.state == "running")
)

PROCESSES = Path(__file__).parents[1] / "processes"
PASSWORD = "correct horse battery"
REQUEST = {
    "subject": "开办餐饮店迟迟未办结",
    "body": "我公司申请食品经营许可已满一个月，窗口称仍在流转，请协调。",
    "category": "market_order",
}
COMPANY = {"name": "张晓明", "phone": "13812345678", "organisation": "淄川鲁味餐饮有限公司"}


@dataclass
class Town:
    """淄博 on a test's database: deeds by name, and what is open."""

    app: App
    clock: MovableClock

    def officer(self, unit: str, role: str = "officer") -> Officer:
        """An account of this unit and role, made on first use."""
        login = f"{unit}_{role}"
        with self.app.read() as reader:
            row = reader.one(_ACCOUNT, login=login)
        if row is None:
            with self.app.begin(Machine("test")) as work:
                create_account(work, "zibo", login, f"{unit}的{role}", PASSWORD, [(unit, role)])
            return self.officer(unit, role)
        with self.app.read() as reader:
            found = account(reader, row["id"])
        assert found is not None
        return found.officer

    def colleague(self, unit: str) -> Officer:
        """Another officer of this unit, made on first use."""
        login = f"{unit}_colleague"
        with self.app.read() as reader:
            row = reader.one(_ACCOUNT, login=login)
        if row is None:
            with self.app.begin(Machine("test")) as work:
                create_account(work, "zibo", login, f"{unit}的同事", PASSWORD, [(unit, "officer")])
            return self.colleague(unit)
        with self.app.read() as reader:
            found = account(reader, row["id"])
        assert found is not None
        return found.officer

    def order(self, **answers: str) -> Opened:
        """An order of the province."""
        with self.app.begin(Machine("province")) as work:
            return receive_order(
                work, "zibo", REQUEST | answers, COMPANY, submission_id=uuid4(), external_no=f"SD{uuid4().hex[:8]}"
            )

    def request(self, **answers: str) -> Opened:
        """A request of a company at our own portal."""
        with self.app.begin(Visitor("zibo")) as work:
            return submit_request(work, "zibo", REQUEST | answers, COMPANY, submission_id=uuid4())

    def open_tasks(self, case_id: CaseId) -> dict[str, dict[str, Any]]:
        """Open tasks by element."""
        with self.app.read() as reader:
            return {row["key"].split("/")[1]: row for row in reader.all(_OPEN, case_id=case_id)}

    def do(self, case_id: CaseId, element: str, *, by: Officer | None = None, password: str | None = None,
           submission_id: UUID | None = None, **answers: Any) -> None:  # fmt: skip
        """Complete the open task of this element as somebody who may."""
        task = self.open_tasks(case_id)[element]
        unit, _, role = task["group_key"].partition(":")
        with self.app.begin(by or self.officer(unit, role or "officer")) as work:
            complete_task(
                work, TaskId(task["id"]), _texts(answers), submission_id=submission_id or uuid4(),
                password=password or (PASSWORD if task["signature"] else None),
            )  # fmt: skip

    def press(self, case_id: CaseId, element: str, *, by: Officer | Complainant, **answers: Any) -> None:
        """Press the armed button of this element."""
        key = next(key for key in self.buttons(case_id) if key.split("/")[1] == element)
        self.press_key(case_id, key, by=by, submission_id=uuid4(), **answers)

    def ask_for_time(self, case_id: CaseId, *, new_due_on: str = "2026-11-16") -> None:
        """The unit applies for an extension (申请延期), with the three conditions declared."""
        self.press(
            case_id, "ask_extension", by=self.officer("commerce"), multi_level=True, multi_department=True,
            institutional=True, new_due_on=new_due_on, reason="涉及三级多部门的制度性问题。", progress="已会商两次。",
        )  # fmt: skip

    def press_key(self, case_id: CaseId, key: str, *, by: Officer | Complainant, submission_id: UUID,
                  **answers: Any) -> None:  # fmt: skip
        """Press the button of this key, armed or not."""
        with self.app.begin(by) as work:
            press_button(work, case_id, key, _texts(answers), submission_id=submission_id)

    def buttons(self, case_id: CaseId) -> set[str]:
        """Keys of the armed buttons and outside waits."""
        with self.app.read() as reader:
            return set(fold(history(reader, case_id)).buttons)

    def at(self, moment: str) -> None:
        """Let time pass to this Beijing time, the bell ringing at every due instant on the way."""
        goal = datetime.fromisoformat(moment).replace(tzinfo=BEIJING)
        while True:
            with self.app.read() as reader:
                row = reader.one(_NEXT)
            due = row["at"] if row else None
            if due is None or due > goal:
                break
            self.clock.move_to(max(due, self.clock.now()))
            self.ring()
        self.clock.move_to(goal)
        self.ring()

    def ring(self) -> None:
        """The bell's look, and its work done at once."""
        while True:
            with self.app.begin(Machine("bell")) as work:
                due = take_due(work, reports=True)
            if not due:
                return
            for case_id in due.cases:
                let_time_act(self.app, case_id)
            for job in due.jobs:
                run_job(self.app, job)
            leave_in_inbox(self.app, due.notices)
            for start in due.starts:
                open_timed(self.app, start)
            for report in due.reports:
                count_report(self.app, report)
            for recount in due.recounts:
                recount_next(self.app, recount)

    def notices(self, case_id: CaseId) -> list[tuple[str, str]]:
        """(template, recipient) of every notice, in order."""
        with self.app.read() as reader:
            return [(row["template"], row["recipient"]) for row in reader.all(_NOTICES, case_id=case_id)]


@cache
def files_of(locality: str) -> Mapping[str, bytes]:
    """The files of one of our localities, read once a test process."""
    return MappingProxyType(read_folder(PROCESSES / locality))


def with_inspection() -> dict[str, bytes]:
    """淄博's folder with a small procedure of the tests' own beside it: 专项督查, which the platform opens."""
    subject = a_field("textfield", "subject", label="督查事项", validate={"required": True})
    item = a_field("textfield", "item", label="督查对象")
    return {
        **files_of("zibo"),
        "zibo/inspection.bpmn": INSPECTION.replace("&#34;urge&#34;", "&#34;internal_limit_missed&#34;").encode(),
        "zibo/forms/open_inspection.form": a_form(subject, item),
        "zibo/forms/reply.form": a_form(a_field("textarea", "reply")),
    }


def settle_in(app: App, clock: MovableClock) -> Town:
    """Deploy 淄博 into an empty database."""
    with app.begin(Machine("test")) as work:
        deploy(work, files_of("zibo"), note="")
    return Town(app, clock)


def three_of_september(town: Town) -> None:
    """Orders handed in on 29 September: one resolved in time and rated, one late, one overdue; now it is 27 October."""
    resolved = {
        "outcome": "resolved", "reply_to_company": "所反映的事项已经办妥", "replied_by": "phone",
        "report_to_platform": "已经办结并答复企业",
    }  # fmt: skip
    verified = {"follow_up_method": "phone", "follow_up_record": "企业表示满意", "sound": True, "opinion": "办理到位"}
    in_time, late, overdue = (town.order(category="trade") for _ in range(3))
    for opened, unit in ((in_time, "commerce"), (late, "taxation"), (overdue, "taxation")):
        town.do(opened.case_id, "dispatch", handling_unit=unit)
    town.at("2026-10-09T11:00")
    for opened in (in_time, late):
        town.do(opened.case_id, "first_reply", progress="已与企业联系，正在核实", contacted="yes")
    town.at("2026-10-20T10:00")
    town.do(in_time.case_id, "resolve", **resolved)
    town.do(in_time.case_id, "verify", **verified)
    town.ring()
    town.do(in_time.case_id, "province_review", returned=False, opinion="审核通过")
    town.press(in_time.case_id, "rated", by=Complainant(in_time.case_id), rating=5)
    town.at("2026-10-27T10:00")
    town.do(late.case_id, "resolve", **resolved)


def _texts(answers: Mapping[str, Any]) -> dict[str, str | list[str]]:
    return {
        key: "true" if value is True else "false" if value is False else str(value) for key, value in answers.items()
    }
