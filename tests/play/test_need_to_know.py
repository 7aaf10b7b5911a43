"""XC-38: a clue of an offence goes to the discipline commission, and whom it is about learns nothing of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bihuan.commands.open_procedure import open_procedure
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId
from bihuan.play.life import Handed, Life, Play
from bihuan.play.opening import COMPANY_IDENTITY
from bihuan.play.stage import Stage
from bihuan.queries.case_header import open_case_file
from bihuan.queries.history import history
from bihuan.queries.inbox import inbox
from tests.conftest import START
from tests.people import files_of

ABOUT = "market_regulation"
ACCEPTED = {"ground": "accept_6", "lawful": True, "justified": True, "factual": True}
DISPATCHED = {"routing": "city", "handling_unit": ABOUT}
TO_COMMISSION = {"approved": True}
CLUE = {
    "subject": "检查中收受礼金的线索",
    "body": "投诉人提供了转账记录。",
    "source_case": "XCYS202600001",
    "complained_of_unit": ABOUT,
    "clue_kind": "breach",
}


@pytest.fixture(scope="module")
def xuchang(where: Stage) -> Play:
    """许昌 on the stage."""
    where.begin_at(START)
    return Play(where, where.deploy(files_of("xuchang")).locality)


@pytest.fixture(scope="module")
def complaint(xuchang: Play) -> Life:
    """A complaint about a bureau that the bureau itself handles."""
    request = {
        "subject": "检查人员吃拿卡要",
        "body": "检查人员以检查为名索要财物。",
        "complained_of": "市市场监管局某科",
    }
    handed = Handed("portal", {**request, "category": "market_order", "complained_of_unit": ABOUT}, COMPANY_IDENTITY)
    life = xuchang.hand_in(handed)
    for answers in (ACCEPTED, DISPATCHED):
        life.pass_time(xuchang.stage.app.clock.now() + timedelta(hours=1))
        (task,) = life.tasks()
        life.complete(task, answers, otherwise={})
    return life


@pytest.fixture(scope="module")
def clue(xuchang: Play, complaint: Life) -> CaseId:
    """The clue that 市营商办 found in it, on its way to the commission."""
    with xuchang.stage.app.begin(xuchang.cast.officer("platform")) as work:
        return open_procedure(work, "clue", CLUE, submission_id=uuid4()).case_id


def may_open(play: Play, officer: Officer, case_id: CaseId) -> bool:
    with play.stage.app.snapshot() as reader:
        try:
            open_case_file(reader, play.stage.app.vault, officer, case_id=case_id)
        except NotFound:
            return False
    return True


def test_the_unit_works_on_the_complaint_and_cannot_open_the_clue(xuchang: Play, complaint: Life, clue: CaseId) -> None:
    for role in ("", ":deputy"):
        officer = xuchang.cast.officer(ABOUT + role)
        assert may_open(xuchang, officer, complaint.case_id)
        assert not may_open(xuchang, officer, clue)
    assert may_open(xuchang, xuchang.cast.officer("platform"), clue)


def test_nothing_on_its_desk_and_nothing_in_the_complaint_tells_of_it(
    xuchang: Play, complaint: Life, clue: CaseId
) -> None:
    officer = xuchang.cast.officer(ABOUT)
    with xuchang.stage.app.snapshot() as reader:
        desk = inbox(reader, xuchang.stage.app.vault, officer)
        told = "".join(event.payload + (event.key or "") for event in history(reader, complaint.case_id))
    assert "线索" not in repr(desk)
    assert "clue" not in told
