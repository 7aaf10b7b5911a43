"""Messages between the cases of a scenario come within the same instant, and never from another scenario."""

import pytest

from bihuan.domain.errors import CaseFaulted
from bihuan.play.life import Play
from bihuan.play.performance import perform
from bihuan.play.rehearsal import rehearse
from bihuan.play.scenario import Scenario, read_scenario
from bihuan.play.stage import Stage
from tests.commands.fair import FILES

LINZI = {
    path.replace("zibo/", "linzi/"): content.replace(b'id = "zibo"', b'id = "linzi"') for path, content in FILES.items()
}
GIVEN = """
id    = "booked"
title = "挂号后由坐诊接谈"
rules = ["ZB-17"]

[given]
now    = "2026-09-29 16:00"
origin = "portal"

[[also]]
name    = "坐诊"
process = "session"
at      = "{session}"
who     = "市“接诉即办”平台"
request = {{ subject = "十一月坐诊", session = "2026-11" }}

[[step]]
at   = "2026-09-29 17:00"
who  = "市“接诉即办”平台"
does = "register"
with = {{ session = "2026-11"{weight} }}
"""
AT_ONCE = """
ended = "closed"
record = [{ event = "message_thrown", element = "book" }, { event = "message_delivered", element = "heard" }]

[[step]]
case = "坐诊"
at   = "2026-09-29 17:00"
open = [{ task = "sit", of = "市“接诉即办”平台" }]
record = [{ event = "message_delivered", at = "2026-09-29 17:00", has = { message = "request/book/1" } }]
"""
KEPT = """
open = []

[[step]]
at    = "2026-10-09 09:30"
ended = "closed"
record = [{ event = "message_delivered", at = "2026-10-09 09:00" }]
"""


def scenario(rest: str, *, session: str = "2026-09-29 16:30", weight: str = "") -> Scenario:
    text = GIVEN.format(session=session, weight=weight) + rest
    return read_scenario("linzi/scenarios/booked.toml", text.encode())


@pytest.fixture(scope="module")
def linzi(where: Stage) -> Play:
    """A locality whose cases send each other messages, on the stage of all scenarios."""
    return Play(where, where.deploy(LINZI).locality)


@pytest.mark.parametrize("again", range(2))
def test_a_message_comes_at_the_instant_it_is_thrown_and_no_other_play_hears_it(linzi: Play, again: int) -> None:
    found = scenario(AT_ONCE)

    assert perform(linzi, found).difference is None
    rehearse(found, linzi.deployment.locality, linzi.deployment.definition)


def test_a_message_is_kept_for_a_case_that_is_opened_later(linzi: Play) -> None:
    found = scenario(KEPT, session="2026-10-09 09:00")

    assert perform(linzi, found).difference is None
    rehearse(found, linzi.deployment.locality, linzi.deployment.definition)


def test_a_case_that_cannot_take_a_message_ends_the_play(linzi: Play) -> None:
    with pytest.raises(CaseFaulted):
        perform(linzi, scenario(AT_ONCE, weight=', weight = "heavy"'))
