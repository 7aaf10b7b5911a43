"""Every page there is, and who gets it: the table in which a new page must be entered, and what fills its address.

Everybody looks at one case that lies with the very unit it complains of. A kind of person that is not in a line is
refused; whatever is public stands in PUBLIC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from uuid import uuid4

from flask import Flask
from werkzeug.routing import Rule

from bihuan.commands.open_case import Opened
from bihuan.locality.deployments import deployment_of
from bihuan.store.deployments import locality_row
from tests.people import Town

OVERSEERS = {"platform", "supervision", "auditor"}
ADMINISTRATOR = {"administrator"}
KEEPS_LOG = {"administrator", "auditor"}
EVERYBODY = OVERSEERS | {"administrator", "process_owner", "uninvolved", "complained_of"}
HANDLES = {"complained_of"}
NOBODY: set[str] = set()

PUBLIC = {
    "session.log_in", "session.enter", "health.alive", "health.ready", "health.metrics.show", "assets.asset",
    "display.choose", "session_desk.subscription",
}  # fmt: skip
"""Open to everybody besides the portal's pages."""

MAY_GET = {
    "inbox.mine": EVERYBODY,
    "inbox.pulse": EVERYBODY,
    "inbox.printed": EVERYBODY,
    "inbox.export": EVERYBODY,
    "clock.show": EVERYBODY,
    "stand_in.show": EVERYBODY,
    "password.show": EVERYBODY,
    "audit.drawing": EVERYBODY,
    "cases.index": OVERSEERS | {"uninvolved", "complained_of"},  # units see those that went to them
    "cases.show": OVERSEERS | {"complained_of"},
    "documents.show": OVERSEERS | {"complained_of"},
    "documents.word": OVERSEERS | {"complained_of"},
    "documents.pdf": OVERSEERS | {"complained_of"},
    "cases.striking": {"platform"},
    "attachments.index": OVERSEERS | {"complained_of"},
    "attachments.save": OVERSEERS | {"complained_of"},  # the first, a photo, is released
    "attachments.look": OVERSEERS | {"complained_of"},
    "audit.step": OVERSEERS,
    "supervision.show": {"platform", "supervision"},
    "orders.index": EVERYBODY,
    "orders.of_case": OVERSEERS | {"complained_of"},
    "orders.document": NOBODY,  # there is none; tests/web/test_supervision_pages.py has one
    "evidence.ask": OVERSEERS,
    "leaders.show": EVERYBODY,
    "leaders.behind": NOBODY,  # of no report
    "leaders.localities": EVERYBODY,  # who is shown no other locality is told so
    "leaders.workbook": NOBODY,  # none is shown any; tests/web/test_localities.py has one who is
    "procedures.index": EVERYBODY,
    "reports.index": EVERYBODY,
    "reports.show": OVERSEERS,
    "reports.behind": OVERSEERS,
    "reports.workbook": OVERSEERS,
    "reports.bulletin": OVERSEERS,
    "procedures.write": {"platform"},
    "window.write": {"platform"},
    "window.step": {"platform"},
    "window.confirmation": NOBODY,  # there is none; tests/web/test_window.py has one
    "window.confirmation_picture": NOBODY,
    "incidents.index": ADMINISTRATOR,
    "calendar.show": ADMINISTRATOR,
    "calendar.example": ADMINISTRATOR,
    "recounts.trial": ADMINISTRATOR,
    "recounts.counted": ADMINISTRATOR,
    "people.index": ADMINISTRATOR,
    "people.new": ADMINISTRATOR,
    "people.show": ADMINISTRATOR,
    "units.index": ADMINISTRATOR,
    "units.show": ADMINISTRATOR,
    "units.roles": ADMINISTRATOR,
    "people.figure_readers.index": ADMINISTRATOR,
    "notice_texts.index": ADMINISTRATOR,
    "notice_texts.show": ADMINISTRATOR,
    "administrative_log.index": KEEPS_LOG,
    "deployments.index": {"administrator", "process_owner"},
    "tasks.show": HANDLES,
    "tasks.button": HANDLES,
    "triage.stream": {"platform"},
    "session_desk.show": NOBODY,  # 淄博 holds no sessions; tests/web/test_session_pages.py is where some are held
    "session_desk.one": NOBODY,
}
"""Who gets each closed page of a case that lies with the very unit it complains of."""

MAY_POST = {
    "session.leave": EVERYBODY,
    "clock.move": EVERYBODY,
    "stand_in.act": EVERYBODY,
    "stand_in.appoint": EVERYBODY,
    "stand_in.revoke": EVERYBODY,
    "password.change": EVERYBODY,
    "inbox_bulk.claim": EVERYBODY,  # each of those that are ticked by itself; here none is
    "inbox_bulk.assign": EVERYBODY,
    "inbox_bulk.watch": EVERYBODY,
    "inbox_bulk.unwatch": EVERYBODY,
    "inbox_bulk.watch_one": OVERSEERS | {"complained_of"},
    "inbox.claim": HANDLES,
    "inbox.release": HANDLES,
    "tasks.complete": HANDLES,
    "tasks.press": HANDLES,
    "triage.foresight": HANDLES,
    "drafts.of_task": HANDLES,
    "drafts.of_button": HANDLES,
    "calls.record": {"platform", "supervision", "complained_of"},
    "cases.reveal": {"platform"},
    "cases.strike": {"platform"},
    "attachments.attach": {"platform", "supervision", "complained_of"},
    "attachments.release": {"platform"},
    "attachments.seal": {"platform"},
    "attachments.strike_out": {"platform"},
    "orders.issue": {"platform", "supervision"},
    "orders.reply": NOBODY,  # there is none
    "orders.settle": OVERSEERS | {"complained_of"},  # told what the form lacks before the order is looked for
    "evidence.take": OVERSEERS,
    "procedures.begin": {"platform"},
    "window.fill_in": {"platform"},
    "window.hand_in": {"platform"},
    "window.clear": {"platform"},
    "window.leave": {"platform"},
    "incidents.settle": NOBODY,  # there is none to settle; tests/web/test_desk.py has one
    "calendar.declare": ADMINISTRATOR,
    "calendar.take_in": ADMINISTRATOR,
    "recounts.try_again": ADMINISTRATOR,
    "recounts.confirm": ADMINISTRATOR,
    "recounts.retry": NOBODY,  # nobody has asked for one; tests/web/test_recount_pages.py has some
    "people.create": ADMINISTRATOR,
    "people.change": ADMINISTRATOR,
    "people.assign": ADMINISTRATOR,
    "people.reset": ADMINISTRATOR,
    "people.set_active": ADMINISTRATOR,
    "people.end_sessions": ADMINISTRATOR,
    "people.unlock": ADMINISTRATOR,
    "people.appoint": ADMINISTRATOR,
    "people.revoke": NOBODY,  # there is none to revoke
    "units.change": ADMINISTRATOR,
    "units.add": ADMINISTRATOR,
    "units.rename": ADMINISTRATOR,
    "units.close": ADMINISTRATOR,
    "people.figure_readers.show_to": ADMINISTRATOR,
    "people.figure_readers.take_back": NOBODY,  # nobody is shown them
    "notice_texts.change": ADMINISTRATOR,
}
"""Whose POST is not refused outright: it may still be found wanting (422) or too late (409)."""

CASES_OWN = frozenset({"case_no", "task_id", "key", "template", "number"})
"""Parameters that name something of the case."""


@dataclass
class Walk:
    """What addresses are filled with: the case's own values, as they are now."""

    town: Town
    opened: Opened
    values: dict[str, list[str]] = field(default_factory=dict)

    def renew(self) -> None:
        """The case has moved on: other tasks are open, other buttons armed."""
        self.values = values_of(self.town, self.opened)

    def path(self, rule: Rule) -> str:
        """An address with the case's own values put in: the first of each."""
        return next(self.paths(rule))

    def paths(self, rule: Rule) -> Iterator[str]:
        """Every address that the case's own values give."""
        names = sorted(rule.arguments)
        if missing := [name for name in names if name not in self.values]:
            raise AssertionError(f"{rule.rule}: give {missing} a value in tests/web/routes.py#values_of")
        for chosen in product(*(self.values[name] for name in names)):
            built = rule.build(dict(zip(names, chosen, strict=True)))
            assert built is not None, (rule.rule, chosen)
            yield built[1]


def values_of(town: Town, opened: Opened) -> dict[str, list[str]]:
    """By parameter's name; the first is what one page is asked with, all of them are walked."""
    tasks = town.open_tasks(opened.case_id)
    task = next(iter(tasks.values()), None)
    armed = sorted(town.buttons(opened.case_id), key=lambda key: ("extension" not in key, key))
    with town.app.read() as reader:
        row = locality_row(reader, "zibo")
        assert row is not None
        locality = deployment_of(reader, row["deployment"]).locality
    nobodys = [str(uuid4())]
    return {
        "case_no": [opened.case_no],
        "number": ["1", "2", "3", "4"],
        "task_id": [str(task["id"])] if task else nobodys,
        "key": armed or ["request/ask_extension/1"],
        "template": ["转办单", *(one for one in sorted(locality.documents) if one != "转办单")],
        "report_id": ["monthly", *(one for one in sorted(locality.reports) if one != "monthly")],
        "process": ["inspection", locality.settings.process],
        "locality": ["zibo"],
        "step": ["what"],
        "content_hash": [row["deployment"]],
        "incident_id": nobodys,
        "order_id": nobodys,
        "stand_in_id": nobodys,
        "login": ["commerce_officer"],
        "unit": ["commerce"],
        "year": ["2026"],
        "account_id": nobodys,
        "token": ["x"],
        "month": ["2026-11"],
        "session": ["commerce"],
        "notice": ["receipt"],
        "name": ["bihuan.css"],
    }


def closed_rules(pages: Flask, method: str) -> dict[str, Rule]:
    """The rules of all pages that need a log-in, by endpoint."""
    return {
        rule.endpoint: rule
        for rule in pages.url_map.iter_rules()
        if method in (rule.methods or ()) and not is_public(pages, rule.endpoint)
    }


def is_public(pages: Flask, endpoint: str) -> bool:
    """Whether the view is declared open to everybody."""
    return bool(getattr(pages.view_functions[endpoint], "is_public", False))


def expected(table: Mapping[str, set[str]], endpoint: str) -> set[str]:
    """The line of the table. A page without one fails here, with what is to be done."""
    assert endpoint in table, f"{endpoint} is new: say in tests/web/routes.py who gets it"
    return table[endpoint]
