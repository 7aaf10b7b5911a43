"""The hash chain of a case's history."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.events import GENESIS, Event, broken_at, canonical, chain

CASE = UUID(int=7)
NOON = datetime(2026, 10, 9, 4, 0, tzinfo=UTC)


def three_events() -> list[Event]:
    events: list[Event] = []
    for no in (1, 2, 3):
        previous = events[-1].hash if events else GENESIS
        events.append(
            chain(
                CASE, no, "task_opened", actor="clock", acting_for=None, at=NOON + timedelta(minutes=no),
                recorded_at=NOON, deployment="d", key=f"request/a/{no}", detail={"名": "回复", "n": no},
                previous=previous,
            )
        )  # fmt: skip
    return events


def test_an_untouched_chain_holds() -> None:
    assert broken_at(three_events()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "task_completed"},
        {"actor": "officer:x"},
        {"acting_for": "officer:y"},
        {"at": NOON},
        {"recorded_at": NOON + timedelta(seconds=1)},
        {"deployment": "e"},
        {"key": None},
        {"payload": '{"n":2}'},
        {"hash": bytes(32)},
        {"no": 7},
    ],
)
def test_every_changed_field_shows(change: dict[str, object]) -> None:
    events = three_events()
    events[1] = events[1]._replace(**change)
    assert broken_at(events) is not None


def test_a_missing_event_shows_where_the_next_one_stands() -> None:
    first, _, third = three_events()
    assert broken_at([first, third]) == 3


def test_a_cut_beginning_shows() -> None:
    assert broken_at(three_events()[1:]) == 2


def test_the_same_instant_in_another_zone_hashes_the_same() -> None:
    from bihuan.domain.clock import BEIJING

    events = three_events()
    moved = [event._replace(at=event.at.astimezone(BEIJING)) for event in events]
    assert broken_at(moved) is None


WHOLE = st.integers(-(2**63), 2**63 - 1)
PLAIN = st.none() | st.booleans() | WHOLE | st.text(st.characters(codec="utf-8"))


@given(
    st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner))
)
def test_canonical_json_is_what_any_other_writer_makes_of_it(value: object) -> None:
    theirs = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(value) == theirs


def test_a_hash_written_once_is_right_for_ever() -> None:
    assert three_events()[-1].hash.hex() == "8f926ff453c9d628131c7cb8bc19a7000650bd1a6c9638af817eec90d9485276"
