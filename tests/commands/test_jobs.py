"""Service tasks that fail: tried again with back-off, then an incident that a person retries or cancels."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from bihuan.commands.jobs import BACK_OFF, cancel_incident, retry_incident
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import CaseId
from bihuan.handlers import HandlerFailed
from bihuan.queries.history import verify
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.commands.test_life import dispatched, first_reply, found, resolve
from tests.people import Town

OPEN_INCIDENTS = compiled(sa.select(tables.incident).where(tables.incident.c.state == "open"))


@pytest.fixture
def uploading(town: Town, monkeypatch: pytest.MonkeyPatch) -> CaseId:
    """A case whose upload to the province fails until the fixture's patch is undone."""

    def away(_: object) -> dict[str, str | int | bool | None]:
        raise HandlerFailed("the province does not answer")

    monkeypatch.setattr("bihuan.errands.handle", away)
    case = dispatched(town)
    first_reply(town, case)
    resolve(town, case)
    found(town, case, sound=True)
    town.ring()
    for wait in BACK_OFF:
        town.clock.move_to(town.clock.now() + wait)
        town.ring()
    return case


def incident_of(town: Town) -> UUID:
    with town.app.read() as reader:
        (row,) = reader.all(OPEN_INCIDENTS)
    assert row["reason"] == "the province does not answer"
    found: UUID = row["id"]
    return found


def test_after_the_last_attempt_a_person_retries_and_the_case_goes_on(
    town: Town, uploading: CaseId, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = incident_of(town)
    assert town.open_tasks(uploading) == {}
    monkeypatch.undo()
    with town.app.begin(town.officer("platform", "administrator")) as work:
        retry_incident(work, incident, "省平台已恢复。")
    town.ring()
    assert list(town.open_tasks(uploading)) == ["province_review"]
    with town.app.read() as reader:
        assert verify(reader, uploading).faults == ()


def test_or_cancels_with_a_reason(town: Town, uploading: CaseId) -> None:
    incident, administrator = incident_of(town), town.officer("platform", "administrator")
    with pytest.raises(InvalidAnswers), town.app.begin(administrator) as work:
        cancel_incident(work, incident, "  ")
    with town.app.begin(administrator) as work:
        cancel_incident(work, incident, "已电话报送。")
    assert list(town.open_tasks(uploading)) == ["province_review"]


def test_nobody_else_may(town: Town, uploading: CaseId) -> None:
    incident = incident_of(town)
    with pytest.raises(NotAllowed), town.app.begin(town.officer("commerce")) as work:
        retry_incident(work, incident, "试试。")
    assert town.open_tasks(uploading) == {}
