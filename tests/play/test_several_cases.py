"""A scenario may open other procedures than the main one, and several cases that share its clock."""

import pytest

from bihuan.domain.errors import BadInput
from bihuan.locality.folder import Locality
from bihuan.play.life import Play
from bihuan.play.performance import Outcome, perform
from bihuan.play.rehearsal import rehearse
from bihuan.play.scenario import Scenario, read_scenario
from bihuan.play.stage import Stage
from bihuan.play.telling import told_scenario, vocabulary_of
from tests.locality.a_diagram import INSPECTION, RATING, REQUEST, properties
from tests.locality.a_folder import a_field, a_folder, a_form

SUBJECT = a_field("textfield", "subject", validate={"required": True})
OPENED_BY_A_DESK = f"{properties(audience='platform', form='open_inspection', milestone='opened')}"
REVIEW = (
    INSPECTION.replace('id="inspection" name="专项督查"', 'id="review" name="月末回头看"')
    .replace(OPENED_BY_A_DESK, properties(milestone="opened"))
    .replace(
        '<bpmn:messageEventDefinition messageRef="m_open"/></bpmn:startEvent>',
        '<bpmn:timerEventDefinition><bpmn:timeDate xsi:type="bpmn:tFormalExpression">'
        'monthly(workday=-1, at="09:00")</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:startEvent>',
    )
)
FILES = {
    path.replace("zibo/", "linqu/"): content.replace(b'id = "zibo"', b'id = "linqu"')
    for path, content in a_folder(
        **{
            "zibo/request.bpmn": REQUEST,
            "zibo/inspection.bpmn": INSPECTION,
            "zibo/review.bpmn": REVIEW,
            "zibo/forms/reply.form": a_form(a_field("textarea", "reply")),
            "zibo/forms/open_inspection.form": a_form(SUBJECT),
            "common/rating.bpmn": RATING,
        }
    ).items()
}
GIVEN = """
id    = "two"
title = "诉求未办结，另行开办督查"
rules = ["ZB-17"]

[given]
now    = "2026-09-29 16:00"
origin = "portal"

[[also]]
name    = "督查"
process = "inspection"
at      = "2026-09-29 17:00"
who     = "市“接诉即办”平台"
request = { subject = "分办迟缓" }

"""
STEPS = """
[[step]]
at     = "2026-09-29 17:00"
case   = "督查"
open   = [{ task = "督查", of = "市委督查室、市政府督查室", due = "2026-10-20 00:00" }]
sent   = []
record = [{ event = "procedure_opened", element = "开办督查", by = "市“接诉即办”平台", has = { origin = "officer" } }]

[[step]]
note = "国庆节后分办逾期，督查的时限照走"
at   = "2026-10-01 09:00"
open = [{ task = "分办", of = "市“接诉即办”平台", due = "2026-10-01 00:00", late = true }]
sent = [{ notice = "提醒", to = "市委督查室、市政府督查室" }]

[[step]]
at    = "2026-10-08 09:00"
case  = "督查"
who   = "市委督查室、市政府督查室"
does  = "督查"
ended = "closed"
no    = ["notice:提醒"]

[[step]]
note = "督查办结，诉求照常办理"
at   = "2026-10-08 10:00"
open = [{ task = "分办", of = "市“接诉即办”平台", due = "2026-10-01 00:00", late = true }]
sent = []
"""


def scenario(text: str = GIVEN + STEPS) -> Scenario:
    return read_scenario("linqu/scenarios/two.toml", text.encode())


@pytest.fixture(scope="session")
def linqu(where: Stage) -> Play:
    """A small locality with a second procedure, on the stage of all scenarios."""
    return Play(where, where.deploy(FILES).locality)


def told(outcome: Outcome) -> str:
    return "" if outcome.difference is None else f"step {outcome.step}: {outcome.difference}"


def test_two_cases_share_a_clock_and_each_step_is_about_one_of_them(linqu: Play) -> None:
    assert told(perform(linqu, scenario())) == ""


def test_the_engine_alone_lives_the_same(linqu: Play) -> None:
    rehearse(scenario(), linqu.deployment.locality, linqu.deployment.definition)


def test_a_case_that_a_desk_opens_may_be_the_main_one(linqu: Play) -> None:
    found = scenario(
        GIVEN.split("[given]")[0]
        + """
[given]
now     = "2026-09-29 17:00"
process = "inspection"
who     = "市“接诉即办”平台"
request = { subject = "分办迟缓" }

[[step]]
at   = "2026-10-20 00:00"
open = [{ task = "督查", of = "市委督查室、市政府督查室", due = "2026-10-20 00:00", late = true }]
sent = [{ notice = "提醒", to = "市委督查室、市政府督查室" }]
"""
    )

    assert told(perform(linqu, found)) == ""


TIMED = """
id    = "two"
title = "月末回头看，由日历开办"
rules = ["ZB-17"]

[given]
now     = "2026-09-30 09:00"
process = "review"

[[step]]
at     = "2026-09-30 09:00"
open   = [{ task = "督查", of = "市委督查室、市政府督查室", due = "2026-10-21 00:00" }]
record = [{ event = "procedure_opened", by = "系统", has = { origin = "calendar" } }]
"""


def test_the_calendar_opens_a_case_at_its_own_instant(linqu: Play) -> None:
    assert told(perform(linqu, scenario(TIMED))) == ""
    rehearse(scenario(TIMED), linqu.deployment.locality, linqu.deployment.definition)


def test_the_calendar_opens_it_at_no_other_instant(linqu: Play) -> None:
    assert "应为 2026-09-29 09:00，实为 2026-09-30 09:00" in told(
        perform(linqu, scenario(TIMED.replace("2026-09-30 09:00", "2026-09-29 09:00", 1)))
    )


def test_another_desk_may_not_open_it(linqu: Play) -> None:
    wrong = GIVEN.replace('who     = "市“接诉即办”平台"', 'who     = "市委督查室、市政府督查室"')

    assert "not-yours" in told(perform(linqu, scenario(wrong + STEPS)))


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ('case   = "督查"', 'case   = "巡查"', "没有这件工单"),
        ('name    = "督查"', 'name    = ""', "缺少 name"),
        ('at      = "2026-09-29 17:00"', 'at      = "2026-09-28 17:00"', "早于 now"),
        ('origin = "portal"', "", "缺少 origin"),
        ('who     = "市“接诉即办”平台"', 'who     = "市平台"\norigin  = "portal"', "不能同时写"),
    ],
)
def test_what_makes_no_sense_is_a_fault_when_it_is_read(change: str, into: str, says: str) -> None:
    text = GIVEN + STEPS
    assert change in text

    with pytest.raises(BadInput, match=says):
        scenario(text.replace(change, into, 1))


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ('process = "inspection"', 'process = "rating"', "没有这个事项"),
        ('process = "inspection"', 'process = "request"', "缺少 origin"),
        ('who     = "市“接诉即办”平台"', "", "缺少 who"),
        ('who     = "市“接诉即办”平台"', 'origin  = "portal"', "origin 只用于诉求"),
        ('at      = "2026-09-29 17:00"', 'at      = "2026-09-29 18:00"', "此时还没有开办"),
    ],
)
def test_what_the_locality_does_not_have_is_a_fault_when_it_is_played(
    linqu: Play, change: str, into: str, says: str
) -> None:
    text = GIVEN + STEPS
    assert change in text

    with pytest.raises(BadInput, match=says):
        perform(linqu, scenario(text.replace(change, into, 1)))


def test_it_is_told_in_sentences() -> None:
    text = told_scenario(scenario(), vocabulary_of(Locality.of(FILES)))

    assert "市“接诉即办”平台开办“专项督查”（理由：分办迟缓），以下称“督查”。" in text
    assert "3. 【督查】2026-10-08 09:00，市委督查室、市政府督查室办理“督查”。工单结束：销号。" in text
