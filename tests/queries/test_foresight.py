"""What handing a task in would mean: said before it is done, as it then comes, and kept nowhere."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import national_calendar
from bihuan.queries.case_header import open_case_file
from bihuan.queries.case_waits import deadlines_of
from bihuan.queries.foresight import Foreseen, foresee
from bihuan.queries.history import history
from bihuan.queries.nearness import Gauge
from bihuan.store import tables
from bihuan.store.statement import compiled
from tests.people import Town

_notice = tables.notice
NOTICES = compiled(
    sa.select(_notice.c.subject, _notice.c.body)
    .where(_notice.c.case_id == sa.bindparam("case_id", type_=tables.ID))
    .order_by(_notice.c.id)
)


def foreseen(town: Town, case_id: CaseId, element: str, unit: str, **answers: str) -> Foreseen:
    task = town.open_tasks(case_id)[element]
    with town.app.read() as reader:
        return foresee(reader, town.app.vault, town.officer(unit), task["id"], answers)


def test_the_limits_foreseen_are_those_that_are_then_set(town: Town) -> None:
    case_id = town.request().case_id
    before = foreseen(town, case_id, "dispatch", "platform", handling_unit="commerce")

    town.do(case_id, "dispatch", handling_unit="commerce")

    with town.app.read() as reader:
        case = open_case_file(reader, town.app.vault, town.officer("platform"), case_id=case_id)
        gauge = Gauge.of(national_calendar(), case.deployment.locality.settings, reader.now)
        after = {one.key: one for one in deadlines_of(reader, case, gauge) if one.state == "running"}
    assert {one.key: (one.name, one.due_at, one.lines) for one in before.deadlines} == {
        key: (one.name, one.due_at, one.lines) for key, one in after.items()
    }
    assert {one.due_at for one in before.deadlines} >= {
        datetime(2026, 10, 9, 12, tzinfo=BEIJING), datetime(2026, 10, 26, 12, tzinfo=BEIJING)
    }  # fmt: skip
    assert [(one.step, one.group) for one in before.tasks] == [("回复初步处理情况", "市商务局")]


def test_the_notices_foreseen_are_those_that_are_then_sent(town: Town) -> None:
    case_id = town.request().case_id
    town.do(case_id, "dispatch", handling_unit="commerce")
    town.ask_for_time(case_id)
    for element in ("sign_principal", "forward", "sign_city_leader"):
        town.do(case_id, element, approved=True, opinion="同意。")

    town.clock.move_to(town.clock.now() + timedelta(minutes=1))  # so that they stand behind what was sent before

    before = foreseen(town, case_id, "review_province", "province", approved="true", opinion="同意。")
    town.do(case_id, "review_province", approved=True, opinion="同意。")

    with town.app.read() as reader:
        sent = [(row["subject"], row["body"]) for row in reader.all(NOTICES, case_id=case_id)]
    assert sorted((one.subject, one.body) for one in before.notices) == sorted(sent[-len(before.notices) :])
    assert "顺延至2026年11月16日12:00前" in before.notices[0].body


def test_nothing_is_kept_of_it(town: Town) -> None:
    case_id = town.request().case_id
    with town.app.read() as reader:
        events = len(history(reader, case_id))

    foreseen(town, case_id, "dispatch", "platform", handling_unit="commerce")

    with town.app.read() as reader:
        assert len(history(reader, case_id)) == events
    assert set(town.open_tasks(case_id)) == {"dispatch"}


def test_what_is_not_filled_in_yet_is_named(town: Town) -> None:
    found = foreseen(town, town.request().case_id, "dispatch", "platform")

    assert set(found.lacking) == {"handling_unit"}
    assert found.tasks == ()


def test_only_whoever_may_hand_it_in_may_ask(town: Town) -> None:
    case_id = town.request().case_id
    with pytest.raises(NotFound):
        foreseen(town, case_id, "dispatch", "commerce", handling_unit="commerce")

    task = town.open_tasks(case_id)["dispatch"]
    town.do(case_id, "dispatch", handling_unit="commerce")
    with town.app.read() as reader, pytest.raises(TaskNotOpen):
        foresee(reader, town.app.vault, town.officer("platform"), task["id"], {"handling_unit": "commerce"})


def test_handing_a_case_to_the_unit_that_it_is_about_is_warned_of(town: Town) -> None:
    case_id = town.request(complained_of_unit="commerce").case_id
    assert foreseen(town, case_id, "dispatch", "platform", handling_unit="commerce").complained_of == ("市商务局",)
    assert foreseen(town, case_id, "dispatch", "platform", handling_unit="taxation").complained_of == ()
