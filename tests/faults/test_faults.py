"""A few dozen lives on real processes, through every fault: nothing lost, nothing doubled, the same end as in quiet."""

import pytest

from tests.faults.fleet import Servers
from tests.faults.lives import Script
from tests.faults.oracle import differences
from tests.faults.performance import Outcome, Troubled, in_quiet

SCRIPT = Script(seed=20260929, cases=16, days=6)
FAULTS = 12
"""At most: each kind once, and a line cut after COMMIT four times; `bench/soak.py` goes on for as long as asked."""


@pytest.fixture(scope="module")
def quiet(servers: Servers) -> Outcome:
    return in_quiet(SCRIPT, servers, "quiet")


@pytest.fixture(scope="module")
def troubled(servers: Servers) -> Outcome:
    return Troubled(SCRIPT, servers, "troubled", pause=0.5, most=FAULTS).play()


def test_lives_go_on_through_every_fault(troubled: Outcome) -> None:
    assert troubled.faults.total() >= FAULTS // 2  # a fast machine may be done before the last
    assert troubled.unexpected == []


def test_nothing_is_lost_and_nothing_doubled(troubled: Outcome) -> None:
    assert troubled.lost == []
    assert troubled.doubled == []
    assert troubled.broken == []


def test_the_end_is_that_of_the_same_lives_in_quiet(quiet: Outcome, troubled: Outcome) -> None:
    assert troubled.answers == quiet.answers
    assert differences(quiet.end, troubled.end) == []
