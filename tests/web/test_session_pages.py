"""坐诊 in the browser: the desk is there where sessions are held, and the feed opens by its token alone."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from bihuan.domain.clock import BEIJING
from bihuan.locality.procedures import procedure_of
from bihuan.play.life import Life, Play, pass_time
from bihuan.play.stage import Stage
from tests.people import Town, files_of
from tests.web.conftest import Enter

SCHEDULE = {
    "main_on": "2026-09-24", "main_half": "am", "main_unit": "industry",
    "special_1_on": "2026-09-28", "special_1_half": "pm", "special_1_unit": "market_regulation",
    "special_2_on": "2026-09-29", "special_2_half": "day", "special_2_unit": "market_regulation",
}  # fmt: skip


@pytest.fixture
def yunnan(town: Town) -> Play:
    """云南 beside 淄博, its September 2026 arranged."""
    stage = Stage(town.app, town.clock)
    stage.go_to(datetime(2026, 8, 27, 9, tzinfo=BEIJING))
    play = Play(stage, stage.deploy(files_of("yunnan")).locality)
    month = play.open_by_calendar(procedure_of(play.deployment, "monthly"))
    do(
        month,
        "2026-08-27 10:00",
        "draft",
        publish_on="2026-08-31",
        booking_from="2026-09-01",
        booking_until="2026-09-07",
    )
    do(month, "2026-08-31 09:30", "publish_online")
    do(month, "2026-08-31 09:30", "publish_offline")
    do(month, "2026-09-16 10:00", "list_items")
    do(month, "2026-09-17 10:00", "schedule", **SCHEDULE)
    return play


def do(life: Life, moment: str, element: str, **given: object) -> None:
    pass_time([life], datetime.fromisoformat(moment).replace(tzinfo=BEIJING))
    task = next(one for one in life.tasks() if one.key.split("/")[1] == element)
    life.complete(task, given)


def text(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_the_desk_shows_the_month_with_its_sessions(yunnan: Play, enter: Enter) -> None:
    client = enter(yunnan.cast.officer("market_regulation"))

    shown = text(client, "/sessions")

    assert "2026年9月批次" in shown
    assert shown.count("专场（一）") >= 2, "in the calendar, and in the list"
    assert "9月28日（周一）14:00 至 17:00" in shown
    assert 'href="/sessions"' in text(client, "/inbox")
    assert client.get("/sessions?month=1999-01").status_code == 404


def test_a_place_without_sessions_has_no_desk(town: Town, enter: Enter) -> None:
    client = enter(town.officer("platform"))

    assert client.get("/sessions").status_code == 404
    assert 'href="/sessions"' not in text(client, "/inbox")


def test_a_session_is_a_file_for_calendar_programs(yunnan: Play, enter: Enter) -> None:
    found = enter(yunnan.cast.officer("industry")).get("/sessions/2026-09/main.ics")

    assert found.mimetype == "text/calendar"
    assert found.get_data().startswith(b"BEGIN:VCALENDAR\r\n")
    assert enter(None).get("/sessions/2026-09/main.ics").status_code == 303, "to the log-in"


def test_a_calendar_program_subscribes_without_a_log_in_by_the_officers_token(yunnan: Play, enter: Enter) -> None:
    shown = text(enter(yunnan.cast.officer("industry")), "/sessions")
    address = re.search(r'href="(/sessions/feed/[^"]+\.ics)"', shown)
    assert address is not None

    assert text(enter(None), address[1]).count("BEGIN:VEVENT") == 3
    assert enter(None).get(address[1][:-6] + "xx.ics").status_code == 404
