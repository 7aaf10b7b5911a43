"""Standing in (代理): the colleague's own name and password, the absent person's groups, and history says both."""

from datetime import timedelta

import pytest

from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.domain.ids import CaseId
from bihuan.locality.options import options_of
from bihuan.queries.case_deeds import Deed, deeds_of, task_rows
from bihuan.queries.case_header import open_case_file
from bihuan.queries.history import history
from bihuan.queries.people import account, acting
from bihuan.store.unit_of_work import Reader
from tests.commands.test_life import dispatched, first_reply
from tests.people import Town


def appoint(town: Town, who: str, stands_for: str, *, by: Officer | None = None, days: int = 5) -> None:
    with town.app.begin(by or Machine("test")) as work:
        until = work.now + timedelta(days=days)
        appoint_stand_in(work, who, stands_for=stands_for, until=until, reason="出差")


def deeds_read_by(reader: Reader, town: Town, actor: Officer, case_id: CaseId) -> tuple[Deed, ...]:
    case = open_case_file(reader, town.app.vault, actor, case_id=case_id)
    return deeds_of(reader, case, actor, task_rows(reader, case), options_of(reader, case.deployment))


def stand_in(town: Town, officer: Officer, principal: Officer) -> Officer | None:
    with town.app.read() as reader:
        own = account(reader, officer.account_id)
        assert own is not None
        found = acting(reader, own, principal.account_id)
    return found.officer if found else None


def test_a_stand_in_signs_in_its_own_name_for_the_principal(town: Town) -> None:
    case = dispatched(town)
    first_reply(town, case)
    officer, principal = town.officer("commerce"), town.officer("commerce", "principal")
    appoint(town, "commerce_officer", "commerce_principal")
    standing = stand_in(town, officer, principal)
    assert standing is not None
    town.press(
        case, "ask_extension", by=officer, multi_level=True, multi_department=True, institutional=True,
        new_due_on="2026-11-16", reason="涉及三级多部门制度性问题。", progress="已会商两次。",
    )  # fmt: skip
    town.do(case, "sign_principal", by=standing, approved=True, opinion="同意。")
    with town.app.read() as reader:
        signed = next(event for event in history(reader, case) if event.kind == "signature_given")
    assert (signed.actor, signed.acting_for) == (officer.ref, principal.ref)


def test_nobody_stands_in_without_being_appointed_or_after_the_time(town: Town) -> None:
    officer, principal = town.officer("commerce"), town.officer("commerce", "principal")
    assert stand_in(town, officer, principal) is None
    appoint(town, "commerce_officer", "commerce_principal", days=1)
    assert stand_in(town, officer, principal) is not None
    town.clock.move_to(town.clock.now() + timedelta(days=1))
    assert stand_in(town, officer, principal) is None


def test_only_the_absent_person_or_an_administrator_appoints(town: Town) -> None:
    town.officer("commerce", "principal")
    with pytest.raises(NotAllowed):
        appoint(town, "commerce_officer", "commerce_principal", by=town.officer("commerce"))
    appoint(town, "commerce_officer", "commerce_principal", by=town.officer("commerce", "principal"))
    with pytest.raises(InvalidAnswers):
        appoint(town, "commerce_officer", "nobody_there")


def test_a_stand_in_of_the_unit_complained_of_does_not_read_what_the_absent_wrote(town: Town) -> None:
    case = town.request(complained_of_unit="taxation").case_id
    town.do(case, "dispatch", handling_unit="commerce", note="请核对办税记录。")
    officer, platform = town.officer("taxation"), town.officer("platform")
    appoint(town, "taxation_officer", "platform_officer")
    read = {}
    for actor in (platform, stand_in(town, officer, platform)):
        assert actor is not None
        with town.app.read() as reader:
            found = deeds_read_by(reader, town, actor, case)
        read[actor.acting_for is None] = any("办税记录" in entry.text for deed in found for entry in deed.entries)
    assert read == {True: True, False: False}


def test_what_bars_ones_own_unit_bars_the_stand_in(town: Town) -> None:
    case = dispatched(town, complained_of_unit="taxation")
    officer, platform = town.officer("taxation"), town.officer("platform")
    appoint(town, "taxation_officer", "platform_officer")
    standing = stand_in(town, officer, platform)
    assert standing is not None
    with pytest.raises(NotAllowed), town.app.begin(standing) as work:
        reveal_identity(work, case, "reply")
