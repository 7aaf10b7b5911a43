"""淄博, deployed on an empty database."""

import pytest

from bihuan.bootstrap import App
from bihuan.domain.clock import MovableClock
from tests.people import Town, settle_in


@pytest.fixture
def town(app: App, clock: MovableClock) -> Town:
    """淄博 as it is on its first day."""
    return settle_in(app, clock)
