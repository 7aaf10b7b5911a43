"""A proof reads as of one moment, while deeds go on."""

from datetime import timedelta

from bihuan.bootstrap import App
from bihuan.domain.clock import MovableClock
from bihuan.queries.history import history, verify
from tests.commands.test_life import dispatched, first_reply
from tests.people import Town, settle_in


def test_a_deed_that_commits_between_two_reads_is_not_taken_for_a_fault(app: App, clock: MovableClock) -> None:
    town: Town = settle_in(app, clock)
    case = dispatched(town)
    with app.snapshot() as reader:
        before = len(history(reader, case))
        first_reply(town, case)
        assert len(history(reader, case)) == before
        assert verify(reader, case).faults == ()
    clock.move_to(clock.now() + timedelta(seconds=1))
    with app.snapshot() as reader:
        assert len(history(reader, case)) > before
        assert verify(reader, case).faults == ()
