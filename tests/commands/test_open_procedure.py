"""Opening a procedure: by a desk that may, once a submission; by the calendar, once a period, at its own instant."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from bihuan.commands.deploy import deploy
from bihuan.commands.open_procedure import open_by_calendar, open_procedure
from bihuan.domain.access import Actor, Complainant, Machine, Officer, Visitor
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound
from bihuan.domain.ids import CaseId
from bihuan.engine import waits
from bihuan.locality.deployments import deployment_of
from bihuan.play import view
from bihuan.queries.history import history, verify
from tests.people import Town, with_inspection


@pytest.fixture
def town(town: Town) -> Town:
    """淄博 with 专项督查, which the platform opens."""
    with town.app.begin(Machine("test")) as work:
        deploy(work, with_inspection(), note="")
    return town


def open_as(town: Town, actor: Actor, process: str = "inspection", submission_id: UUID | None = None) -> CaseId:
    with town.app.begin(actor) as work:
        return open_procedure(work, process, {"subject": "道路开挖"}, submission_id=submission_id or uuid4()).case_id


def test_the_diagram_knows_its_number_and_who_opened_it(town: Town) -> None:
    town.request()
    case_id = open_as(town, town.officer("platform"))
    with town.app.snapshot() as reader:
        seen = view.case(reader, case_id)
        control = waits(deployment_of(reader, seen.deployment).definition, seen.state).control
        first = history(reader, case_id)[0]
        assert verify(reader, case_id).ok
    assert control["case_no"] == "ZBJS202600002", "one counter for all procedures of a locality"
    assert control["origin"] == "officer"
    assert (first.kind, first.key) == ("procedure_opened", "inspection/opened/1")
    assert "道路开挖" not in first.payload


def test_everybody_but_its_desk_is_refused(town: Town) -> None:
    elsewhere = Officer(town.officer("platform").account_id, "别处", "kaihua", frozenset({("platform", "officer")}))
    for actor in (
        town.officer("taxation"), town.officer("platform", "administrator"), Machine("worker"), Visitor("zibo"),
        Complainant(town.request().case_id),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            open_as(town, actor)
    with pytest.raises(NotFound):
        open_as(town, elsewhere)
    for process, fault in (("request", NotAllowed), ("rating", NotFound), ("none", NotFound)):
        with pytest.raises(fault):
            open_as(town, town.officer("platform"), process)


def test_the_same_submission_is_one_case(town: Town) -> None:
    submission = uuid4()
    first, second = (open_as(town, town.officer("platform"), submission_id=submission) for _ in range(2))
    assert first == second


def test_what_the_form_requires_is_asked_for(town: Town) -> None:
    with pytest.raises(InvalidAnswers), town.app.begin(town.officer("platform")) as work:
        open_procedure(work, "inspection", {}, submission_id=uuid4())


def test_no_person_opens_what_the_calendar_opens_and_the_calendar_nothing_else(town: Town) -> None:
    at = datetime.fromisoformat("2026-09-29T09:00+08:00")
    for actor in (town.officer("platform"), Machine("clock")):
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            open_by_calendar(work, "zibo", "inspection", "2026-09", "专项督查", at)
