"""What one event of a case changed, in the words of the form that was filled in."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bihuan.domain.events import GENESIS, chain
from bihuan.domain.folding import Picture
from bihuan.locality.check import sound
from bihuan.queries.changes import Telling
from tests.people import files_of

AT = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("extension/sign_principal/1", "本单位主要负责同志意见"),
        ("extension/sign_city_leader/1", "市委或市政府主要领导意见"),
        ("extension/forward/1", "市平台意见"),
        ("policy_review/decide_stops/1", "决定"),
    ],
)
def test_a_choice_bears_the_label_of_the_form_it_was_made_on(key: str, label: str) -> None:
    """Five forms of 淄博 have a choice `approved`, each under a label of its own."""
    deployment = sound(files_of("zibo"))
    event = chain(
        UUID(int=1), 1, "task_completed", actor="officer:x", acting_for=None, at=AT, recorded_at=AT, deployment="d",
        key=key, detail={"control": {"approved": True}}, previous=GENESIS,
    )  # fmt: skip
    told = Telling(deployment, "request", deployment.locality.options()).changes(Picture(), Picture(), event)
    assert [change.name for change in told] == [label]
