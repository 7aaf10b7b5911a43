"""Requests much alike: found however many there are, said with the reason, and only to those who may know."""

from uuid import uuid4

import psycopg
import pytest

from bihuan.commands.open_case import receive_order, submit_request
from bihuan.commands.strike_out import strike_out
from bihuan.domain.access import Machine, Visitor
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId
from bihuan.domain.likeness import bands
from bihuan.queries.likeness import LikeCase, like
from tests.people import COMPANY, REQUEST, Town

SHUTTLE = {
    "subject": "园区早晚班公交停运",
    "body": "园区通往县城的早晚班公交停运后，三百多名职工自行包车，夜班尤其困难，请恢复班次。",
    "category": "other",
}
AGAIN = {
    "subject": "再次反映园区公交停运",
    "body": "尊敬的领导：园区通往县城的早晚班公交停运已两个月，三百多名职工自行包车，夜班尤其困难。",
    "category": "other",
}
SOMEBODY_ELSE = {"name": "李守信", "phone": "13900002222", "organisation": "博山机电有限公司"}


def handed_in(town: Town, answers: dict[str, str], identity: dict[str, str] | None = None) -> CaseId:
    with town.app.begin(Visitor("zibo")) as work:
        return submit_request(work, "zibo", answers, identity or COMPANY, submission_id=uuid4()).case_id


def seen_by(town: Town, unit: str, case_id: CaseId) -> tuple[LikeCase, ...]:
    with town.app.read() as reader:
        return like(reader, town.app.vault, town.officer(unit), case_id)


def test_the_same_matter_handed_in_again_is_found_with_its_reason(town: Town) -> None:
    first, _ = handed_in(town, SHUTTLE, SOMEBODY_ELSE), handed_in(town, REQUEST, SOMEBODY_ELSE)
    again = handed_in(town, AGAIN)

    (found,) = seen_by(town, "platform", again)

    assert found.id == first
    assert found.percent > 60
    assert "三百多名职工自行包车" in found.words
    assert not found.same_complainant
    assert found.reason.startswith(f"与 {found.case_no} 相似度 {found.percent}%；共有词语：")


def test_another_request_of_one_telephone_number_is_found_whatever_it_says(town: Town) -> None:
    first = handed_in(town, {**REQUEST, "body": f"{REQUEST['body']}另外，园区公交停运。"})
    other = handed_in(town, SHUTTLE)

    (found,) = seen_by(town, "platform", other)

    assert (found.id, found.same_complainant) == (first, True)
    assert 0 < found.percent < 25
    assert found.reason == "联系电话相同，应为同一诉求人", "a few words in common are no likeness to tell"


def test_requests_without_a_telephone_number_are_not_taken_for_one_persons(town: Town) -> None:
    """Orders of the province that name nobody, or nobody's number."""
    cases = []
    for answers, identity in ((SHUTTLE, {}), (AGAIN, {}), (SHUTTLE, {"name": "网友"}), (AGAIN, {"name": "网友"})):
        with town.app.begin(Machine("province")) as work:
            number = f"SD{uuid4().hex[:8]}"
            cases.append(
                receive_order(work, "zibo", answers, identity, submission_id=uuid4(), external_no=number).case_id
            )

    found = seen_by(town, "platform", cases[-1])

    assert len(found) == 3
    assert not any(one.same_complainant or "同一诉求人" in one.reason for one in found)


def test_that_two_requests_are_one_persons_is_told_to_those_alone_who_may_know_both(town: Town) -> None:
    """市商务局 handles both and may see who handed them in; of one that complains about itself it may not."""
    first, again = handed_in(town, SHUTTLE), handed_in(town, AGAIN)
    for case_id in (first, again):
        town.do(case_id, "dispatch", handling_unit="commerce")
    assert [one.same_complainant for one in seen_by(town, "commerce", again)] == [True]

    about_them = handed_in(town, {**AGAIN, "complained_of_unit": "commerce"})
    town.do(about_them, "dispatch", handling_unit="commerce")

    assert [one.same_complainant for one in seen_by(town, "commerce", about_them)] == [False, False]
    assert about_them not in {one.id for one in seen_by(town, "commerce", again) if one.same_complainant}
    assert {one.same_complainant for one in seen_by(town, "platform", about_them)} == {True}


def test_a_unit_learns_of_no_request_that_it_may_not_read(town: Town) -> None:
    handed_in(town, SHUTTLE)
    again = handed_in(town, AGAIN)
    town.do(again, "dispatch", handling_unit="commerce")

    assert seen_by(town, "commerce", again) == ()
    assert len(seen_by(town, "platform", again)) == 1
    with pytest.raises(NotFound):
        seen_by(town, "taxation", again)


def test_texts_are_compared_as_their_reader_may_see_them(town: Town) -> None:
    """What the platform struck out makes nothing alike for a unit, and is no word of its reason."""
    first, again = handed_in(town, SHUTTLE), handed_in(town, AGAIN)
    for case_id in (first, again):
        with town.app.begin(town.officer("platform")) as work:
            strike_out(work, case_id, subject="公交问题一件", body="内容已由平台摘要转述给承办单位。")
        town.do(case_id, "dispatch", handling_unit="commerce")

    (found,) = seen_by(town, "commerce", again)

    assert not any("职工" in word for word in found.words)
    assert any("职工" in word for word in seen_by(town, "platform", again)[0].words)


def test_requests_of_before_are_found_by_the_newest_however_many_say_the_same(
    town: Town, database: tuple[str, str]
) -> None:
    """A thousand rows under the same bands: the newest are read, and no more."""
    first = handed_in(town, SHUTTLE)
    with psycopg.connect(database[1]) as owner:
        for band in bands("zibo", SHUTTLE["subject"], SHUTTLE["body"]):
            owner.execute(
                "insert into likeness select %s, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid "
                "from generate_series(1, 1000) n",
                [band],
            )
    again = handed_in(town, SHUTTLE, SOMEBODY_ELSE)

    assert [one.id for one in seen_by(town, "platform", again)] == [first]
    assert seen_by(town, "platform", again)[0].percent == 100
