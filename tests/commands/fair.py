"""A small locality whose cases send each other messages: requests book a session (坐诊), which hears each that booked.

The request throws `booked` about its session and waits for `heard` about itself; a session, which the platform opens,
takes every `booked` while it sits, one after the other, and throws `heard` back.
"""

from uuid import UUID, uuid4

from bihuan.bootstrap import App
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import submit_request
from bihuan.commands.open_procedure import open_procedure
from bihuan.domain.access import Machine, Visitor
from bihuan.domain.clock import MovableClock
from bihuan.domain.ids import CaseId
from bihuan.queries.history import history, verify
from tests.engine.diagrams import (
    TERMINATE,
    boundary,
    catch,
    end,
    flows,
    gate,
    limit,
    message,
    process,
    start,
    sub,
    throw,
    user,
    when,
)
from tests.locality.a_folder import a_field, a_folder, a_form
from tests.people import COMPANY, Town

URGE = '{"template": "urge", "to": "supervision_office"}'
REQUEST = process(
    "request",
    start("received", milestone="received")
    + user("register", form="register")
    + limit("register_due", "register", 'workdays(limit("dispatch"), since=received_at)')
    + end("register_late", message("notice"), payload=URGE)
    + throw("book", message("booked"), correlation_key="session", payload='{"request": case_no, "weight": weight}')
    + sub("waiting", start("w") + catch("heard", message("heard"), correlation_key="case_no") + end("x")
          + flows("w heard x"))
    + limit("waiting_due", "waiting", "workdays(30, since=received_at)")
    + end("waiting_late", message("notice"), payload=URGE)
    + end("closed", TERMINATE, exit="closed")
    + flows("received register book waiting closed", "register_due register_late", "waiting_due waiting_late"),
    messages="notice booked heard",
)  # fmt: skip
SESSION = process(
    "session",
    start("opened", message("open"), audience="platform", form="open_session", milestone="opened")
    + user("sit", form="sit")
    + limit("sit_due", "sit", "workdays(20, since=opened_at)")
    + end("sit_late", message("notice"), payload=URGE)
    + boundary("booking", "sit", message("booked"), interrupting=False, correlation_key="session")
    + gate("heavy", "hear")
    + throw("hear", message("heard"), correlation_key="request")
    + throw("hear_first", message("heard"), correlation_key="request")
    + end("answered")
    + end("over", TERMINATE, exit="closed")
    + flows("opened sit over", "sit_due sit_late", "booking heavy hear answered", "hear_first answered")
    + when("heavy", "hear_first", 'weight is not None and weight > 1'),
    messages="notice open booked heard",
)  # fmt: skip


def choice(key: str, *values: str) -> dict[str, object]:
    """A field that offers these values."""
    return a_field("select", key, control=True, values=[{"label": value, "value": value} for value in values])


SUBJECT = a_field("textfield", "subject", validate={"required": True})
FILES = a_folder(
    **{
        "zibo/request.bpmn": REQUEST,
        "zibo/session.bpmn": SESSION,
        "zibo/forms/register.form": a_form(choice("session", "2026-11", "2026-12"), choice("weight", "heavy")),
        "zibo/forms/open_session.form": a_form(SUBJECT, choice("session", "2026-11", "2026-12")),
        "zibo/forms/sit.form": a_form(a_field("textarea", "minutes")),
    }
)


class Fair(Town):
    """The locality on a test's database."""

    def booked(self, session: str, **answers: str) -> CaseId:
        """A request that has booked this session; the message is thrown, and not carried."""
        case_id = self.handed_in()
        self.do(case_id, "register", session=session, **answers)
        return case_id

    def handed_in(self) -> CaseId:
        """A request whose registration is open."""
        answers = {"subject": "融资难", "body": "请协调。"}
        with self.app.begin(Visitor("zibo")) as work:
            return submit_request(work, "zibo", answers, COMPANY, submission_id=uuid4()).case_id

    def session(self, session: str) -> CaseId:
        """A session that sits."""
        with self.app.begin(self.officer("platform")) as work:
            answers = {"subject": f"{session} 坐诊", "session": session}
            return open_procedure(work, "session", answers, submission_id=uuid4()).case_id

    def told(self, case_id: CaseId, kind: str) -> list[dict[str, object]]:
        """What its history says of this kind, in order; and that it is whole."""
        with self.app.snapshot() as reader:
            assert verify(reader, case_id).faults == ()
            return [event.detail for event in history(reader, case_id) if event.kind == kind]

    def number(self, case_id: UUID) -> str:
        """The case's number."""
        with self.app.read() as reader:
            return next(event.detail["control"]["case_no"] for event in history(reader, case_id)
                        if event.kind == "path_taken")  # fmt: skip


def a_fair(app: App, clock: MovableClock) -> Fair:
    """The locality deployed into an empty database."""
    with app.begin(Machine("test")) as work:
        deploy(work, FILES, note="")
    return Fair(app, clock)
