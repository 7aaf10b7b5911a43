"""Drafts: kept sealed and for their writer alone, gone with the deed, with the task, and after a time."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from bihuan.commands.accounts import create_account
from bihuan.commands.claim_task import claim_task
from bihuan.commands.save_draft import LARGEST, save_button_draft, save_task_draft
from bihuan.domain.access import Complainant, Machine, Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound, TaskNotOpen
from bihuan.domain.ids import CaseId, TaskId
from bihuan.queries.people import log_in
from bihuan.store import drafts
from tests.people import PASSWORD, Town

WORDS = "已与企业负责人王某联系，电话里说的情况属实。"


@pytest.fixture
def case(town: Town) -> CaseId:
    """A case on 市商务局's desk."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    return opened.case_id


def task_of(town: Town, case: CaseId, element: str) -> TaskId:
    return TaskId(town.open_tasks(case)[element]["id"])


def save(town: Town, case: CaseId, by: Officer, words: str = WORDS, element: str = "first_reply") -> None:
    with town.app.begin(by) as work:
        save_task_draft(work, task_of(town, case, element), {"progress": words})


def draft_of(town: Town, case: CaseId, by: Officer, key: str = "request/first_reply/1") -> drafts.Draft | None:
    with town.app.read() as reader:
        return drafts.read(reader, town.app.vault, by.account_id, case, key)


def rows(database: tuple[str, str]) -> int:
    with psycopg.connect(database[1]) as owner:
        row = owner.execute("select count(*) from draft").fetchone()
    assert row is not None
    return int(row[0])


def test_a_draft_is_its_writer_s_alone_and_saved_again_it_is_the_last(town: Town, case: CaseId) -> None:
    me, colleague = town.officer("commerce"), town.officer("commerce", "principal")
    save(town, case, me, "第一稿")
    save(town, case, me)

    found = draft_of(town, case, me)
    assert found is not None
    assert found.typed == {"progress": WORDS}
    assert found.saved_at == town.clock.now()
    assert draft_of(town, case, colleague) is None


def test_a_draft_lies_sealed_and_opens_nowhere_else(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    me, other = town.officer("commerce"), town.officer("taxation")
    save(town, case, me)
    with psycopg.connect(database[1]) as owner:
        (sealed,) = owner.execute("select sealed from draft").fetchone() or (b"",)
        assert WORDS.encode() not in sealed
        assert "王某".encode() not in sealed
        owner.execute("update draft set account_id = %s", [other.account_id])
    with pytest.raises(Exception, match="to be whole"):
        draft_of(town, case, other)


def test_nothing_of_a_draft_is_in_the_history(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    count = "select count(*) from history_event"
    with psycopg.connect(database[1], autocommit=True) as owner:
        before = owner.execute(count).fetchone()
        save(town, case, town.officer("commerce"))
        assert owner.execute(count).fetchone() == before


def test_another_desk_keeps_no_draft_of_a_task_and_nobody_of_none(town: Town, case: CaseId) -> None:
    with pytest.raises(NotAllowed):
        save(town, case, town.officer("taxation"))
    with pytest.raises(NotFound), town.app.begin(town.officer("commerce")) as work:
        save_task_draft(work, TaskId(uuid4()), {})
    with pytest.raises(NotAllowed), town.app.begin(Complainant(case)) as work:
        save_task_draft(work, task_of(town, case, "first_reply"), {"progress": WORDS})


def test_a_colleague_s_claim_does_not_cost_what_was_typed(town: Town, case: CaseId) -> None:
    me, colleague = town.officer("commerce"), _second(town)
    with town.app.begin(colleague) as work:
        claim_task(work, task_of(town, case, "first_reply"))
    save(town, case, me)

    assert draft_of(town, case, me) is not None


def test_drafts_of_everybody_go_with_the_deed(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    save(town, case, town.officer("commerce"))
    save(town, case, _second(town))
    assert rows(database) == 2

    town.do(case, "first_reply", progress="正在核实有关情况。")
    assert rows(database) == 0
    with pytest.raises(TaskNotOpen), town.app.begin(town.officer("commerce")) as work:
        save_task_draft(work, _ended_task(database), {"progress": WORDS})


def test_a_draft_goes_when_the_procedure_takes_the_task_away(
    town: Town, case: CaseId, database: tuple[str, str]
) -> None:
    """An agreed 退回 ends what the unit was at."""
    save(town, case, town.officer("commerce"))
    town.press(case, "send_back", by=town.officer("commerce"), reason="不属于本单位职责。", basis="三定规定第三条。")
    town.do(case, "decide_send_back", agreed=True, opinion="同意退回。")

    assert "first_reply" not in town.open_tasks(case)
    assert rows(database) == 0


def test_a_button_has_drafts_too_until_it_is_pressed(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    me = town.officer("commerce")
    key = next(key for key in town.buttons(case) if "send_back" in key)
    with town.app.begin(me) as work:
        save_button_draft(work, case, key, {"reason": WORDS, "unknown": "x"})
    found = draft_of(town, case, me, key)
    assert found is not None
    assert found.typed == {"reason": WORDS}
    with pytest.raises(NotAllowed), town.app.begin(town.officer("taxation")) as work:
        save_button_draft(work, case, key, {"reason": WORDS})
    with pytest.raises(TaskNotOpen), town.app.begin(me) as work:
        save_button_draft(work, case, "request/send_back/9", {"reason": WORDS})

    town.press(case, "send_back", by=me, reason="不属于本单位职责。", basis="三定规定第三条。")
    assert rows(database) == 0


def test_typing_everything_away_keeps_nothing(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    me = town.officer("commerce")
    save(town, case, me)
    save(town, case, me, "")

    assert rows(database) == 0


def test_after_a_month_a_draft_is_gone(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    """Nobody reads it any more; the next draft that anybody keeps takes it away."""
    me = town.officer("commerce")
    save(town, case, me)
    town.clock.move_to(town.clock.now() + drafts.KEPT_FOR - timedelta(seconds=1))
    assert draft_of(town, case, me) is not None
    town.clock.move_to(town.clock.now() + timedelta(seconds=1))
    assert draft_of(town, case, me) is None

    other = town.request().case_id
    with town.app.begin(town.officer("platform")) as work:
        save_task_draft(work, task_of(town, other, "dispatch"), {"note": "请抓紧。"})
    assert rows(database) == 1


def test_a_draft_too_long_is_refused(town: Town, case: CaseId, database: tuple[str, str]) -> None:
    with pytest.raises(InvalidAnswers):
        save(town, case, town.officer("commerce"), "长" * LARGEST)
    assert rows(database) == 0


def _second(town: Town) -> Officer:
    """Another officer of 市商务局."""
    with town.app.begin(Machine("test")) as work:
        create_account(work, "zibo", "commerce_second", "商务局的另一位", PASSWORD, [("commerce", "officer")])
    with town.app.read() as reader:
        found = log_in(reader, "commerce_second", PASSWORD)
    assert found is not None
    return found.officer


def _ended_task(database: tuple[str, str]) -> TaskId:
    with psycopg.connect(database[1]) as owner:
        row = owner.execute("select id from task where key = 'request/first_reply/1'").fetchone()
    assert row is not None
    return TaskId(UUID(str(row[0])))
