"""Standing in (代理): the colleague's own name and password, the absent person's groups, and history says both."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from bihuan.commands.accounts import create_account, set_active
from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.commands.change_account import change_memberships
from bihuan.commands.change_notice_text import change_notice_text
from bihuan.commands.change_unit import change_unit
from bihuan.commands.declare_days import declare_days
from bihuan.commands.deploy import deploy
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.commands.revoke_stand_in import revoke_stand_in
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound
from bihuan.domain.ids import CaseId
from bihuan.locality.holiday_notice import Declaration
from bihuan.locality.options import options_of
from bihuan.queries.calendar_page import calendar_page
from bihuan.queries.case_deeds import Deed, DoneRows, deeds_of
from bihuan.queries.case_header import open_case_file
from bihuan.queries.deployment_list import deployments
from bihuan.queries.history import history
from bihuan.queries.incidents import incidents
from bihuan.queries.people import account, acting
from bihuan.queries.stand_ins import StandIn, stand_ins
from bihuan.store.unit_of_work import Reader, UnitOfWork
from tests.commands.test_life import dispatched, first_reply
from tests.people import PASSWORD, Town, files_of


def appoint(town: Town, who: str, stands_for: str, *, by: Officer | None = None, days: int = 5) -> None:
    with town.app.begin(by or Machine("test")) as work:
        until = work.now + timedelta(days=days)
        appoint_stand_in(work, who, stands_for=stands_for, until=until, reason="出差")


def of_the_absent(town: Town, absent: Officer) -> tuple[StandIn, ...]:
    with town.app.read() as reader:
        return stand_ins(reader, absent.account_id).for_me


def revoke(town: Town, stand_in_id: UUID, by: Officer) -> None:
    with town.app.begin(by) as work:
        revoke_stand_in(work, stand_in_id, reason="已返岗")


def deeds_read_by(reader: Reader, town: Town, actor: Officer, case_id: CaseId) -> tuple[Deed, ...]:
    case = open_case_file(reader, town.app.vault, actor, case_id=case_id)
    return deeds_of(reader, case, actor, DoneRows.of(reader, case), options_of(reader, case.deployment))


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
    town.ask_for_time(case)
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


def test_who_stands_in_for_an_administrator_has_none_of_the_keys(town: Town) -> None:
    """No deed and no page of administrators or process owners; the casework of the absent is lent all the same."""
    administrator = town.officer("platform", "administrator")
    with town.app.begin(Machine("test")) as work:
        change_memberships(
            work, "platform_administrator", [("platform", role) for role in ("administrator", "officer")], reason="兼任"
        )
        create_account(work, "zibo", "owner", "流程负责人", PASSWORD, [("platform", "process_owner")])
    town.officer("commerce")
    appoint(town, "commerce_officer", "platform_administrator")
    standing = stand_in(town, town.officer("commerce"), administrator)
    assert standing is not None
    assert standing.groups == {"platform"}
    folder, days = files_of("zibo"), {date(2026, 10, 12): Declaration("holiday", "台风停工")}
    deeds: list[Callable[[UnitOfWork], object]] = [
        lambda work: declare_days(work, "zibo", days, source="市政府通知"),
        lambda work: deploy(work, folder, note=""),
        lambda work: create_account(work, "zibo", "mine", "自己人", PASSWORD, [], reason="新增"),
        lambda work: set_active(work, "owner", False, reason="停用"),
        lambda work: change_unit(work, "zibo", "commerce", phone="3160802", email="", reason="更正"),
        lambda work: change_notice_text(work, "zibo", "urge_resolve", subject="标题", body="正文", reason="更正"),
        lambda work: appoint_stand_in(work, "owner", stands_for="commerce_officer", until=work.now, reason="出差"),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed), town.app.begin(standing) as work:
            deed(work)
    looks: list[Callable[[Reader], object]] = [
        lambda reader: calendar_page(reader, standing, 2026), lambda reader: deployments(reader, standing),
        lambda reader: incidents(reader, standing),
    ]  # fmt: skip
    for look in looks:
        with pytest.raises(NotAllowed), town.app.read() as reader:
            look(reader)


def test_nobody_appoints_themselves(town: Town) -> None:
    """An administrator gets no sight of casework, nor of who complained, without a second person."""
    administrator, officer = town.officer("platform", "administrator"), town.officer("platform")
    with pytest.raises(NotAllowed):
        appoint(town, "platform_administrator", "platform_officer", by=administrator)
    assert stand_in(town, administrator, officer) is None
    appoint(town, "platform_administrator", "platform_officer", by=officer)
    assert stand_in(town, administrator, officer) is not None


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


def test_a_stand_in_begins_on_the_day_it_was_appointed_for(town: Town) -> None:
    officer, absent = town.officer("taxation"), town.officer("commerce")
    with town.app.begin(absent) as work:
        begins, ends = work.now + timedelta(days=2), work.now + timedelta(days=4)
        appoint_stand_in(
            work, "taxation_officer", stands_for="commerce_officer", since=begins, until=ends, reason="休假"
        )
    assert [one.state for one in of_the_absent(town, absent)] == ["coming"]
    assert stand_in(town, officer, absent) is None
    town.clock.move_to(begins)
    assert stand_in(town, officer, absent) is not None
    assert [one.state for one in of_the_absent(town, absent)] == ["running"]
    town.clock.move_to(ends)
    assert [one.state for one in of_the_absent(town, absent)] == ["over"]


def test_a_revoked_stand_in_acts_no_longer_from_that_instant_on(town: Town) -> None:
    officer, absent = town.officer("taxation"), town.officer("commerce")
    appoint(town, "taxation_officer", "commerce_officer")
    (one,) = of_the_absent(town, absent)
    assert stand_in(town, officer, absent) is not None
    revoke(town, one.id, absent)
    revoke(town, one.id, absent)
    assert stand_in(town, officer, absent) is None
    assert [found.state for found in of_the_absent(town, absent)] == ["revoked"]


def test_only_the_two_or_an_administrator_revoke_and_nobody_while_acting_for_another(town: Town) -> None:
    officer, absent = town.officer("taxation"), town.officer("commerce")
    appoint(town, "taxation_officer", "commerce_officer")
    (one,) = of_the_absent(town, absent)
    acting_officer = stand_in(town, officer, absent)
    assert acting_officer is not None
    for stranger in (town.officer("housing"), town.officer("platform"), acting_officer):
        with pytest.raises(NotAllowed):
            revoke(town, one.id, stranger)
    with pytest.raises(NotFound):
        revoke(town, uuid4(), absent)
    for may in (officer, town.officer("platform", "administrator")):
        appoint(town, "taxation_officer", "commerce_officer")
        revoke(town, next(found.id for found in of_the_absent(town, absent) if found.state == "running"), may)


def test_the_same_form_appoints_once_and_a_wrong_one_not_at_all(town: Town) -> None:
    town.officer("taxation")
    absent, form = town.officer("commerce"), uuid4()
    for _ in range(2):
        with town.app.begin(absent) as work:
            until = work.now + timedelta(days=1)
            appoint_stand_in(
                work, "taxation_officer", stands_for="commerce_officer", until=until, reason="出差", submission_id=form
            )
    assert len(of_the_absent(town, absent)) == 1
    for changed in ({"reason": " "}, {"until": timedelta(0)}, {"since": timedelta(days=2)}):
        with pytest.raises(InvalidAnswers), town.app.begin(absent) as work:
            appoint_stand_in(
                work, "taxation_officer", stands_for="commerce_officer", reason=str(changed.get("reason", "出差")),
                until=work.now + changed.get("until", timedelta(days=1)),
                since=work.now + changed["since"] if "since" in changed else None,
            )  # fmt: skip
    assert len(of_the_absent(town, absent)) == 1
