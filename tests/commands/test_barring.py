"""A unit complained about is barred however it came to be named: by a form, or by the procedure itself."""

import pytest

from bihuan.bootstrap import App
from bihuan.commands.deploy import deploy
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.domain.access import Machine
from bihuan.domain.clock import MovableClock
from bihuan.domain.errors import NotAllowed
from tests.commands.fair import URGE, Fair, choice
from tests.engine.diagrams import TERMINATE, decide, dmn, end, flows, limit, message, process, start, user
from tests.locality.a_folder import a_folder, a_form

NAMED_BY_A_TABLE = process(
    "request",
    start("received", milestone="received")
    + user("register", form="register")
    + limit("register_due", "register", 'workdays(limit("dispatch"), since=received_at)')
    + end("register_late", message("notice"), payload=URGE)
    + decide("whose_fault", "fault")
    + user("look", form="register")
    + limit("look_due", "look", 'workdays(limit("dispatch"), since=received_at)')
    + end("look_late", message("notice"), payload=URGE)
    + end("closed", TERMINATE, exit="closed")
    + flows("received register whose_fault look closed", "register_due register_late", "look_due look_late"),
    messages="notice",
)  # fmt: skip
FAULT = dmn("fault", "weight", "complained_of_unit", '"heavy" | "commerce"', '- | ""', policy="FIRST")


@pytest.fixture
def town(app: App, clock: MovableClock) -> Fair:
    with app.begin(Machine("test")) as work:
        deploy(work, a_folder(**{
            "zibo/request.bpmn": NAMED_BY_A_TABLE, "zibo/fault.dmn": FAULT,
            "zibo/forms/register.form": a_form(choice("weight", "heavy", "light")),
        }), note="")  # fmt: skip
    return Fair(app, clock)


def test_a_unit_that_a_table_names_is_barred_by_the_same_deed(town: Fair) -> None:
    case = town.handed_in()
    town.do(case, "register", weight="heavy")

    assert town.told(case, "complained_of_named") == [{"unit": "commerce"}]
    with pytest.raises(NotAllowed), town.app.begin(town.officer("commerce")) as work:
        reveal_identity(work, case, "reply")


def test_a_table_that_names_none_bars_none(town: Fair) -> None:
    case = town.handed_in()
    town.do(case, "register", weight="light")

    assert town.told(case, "complained_of_named") == []
