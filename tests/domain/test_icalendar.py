"""iCalendar as RFC 5545 asks for it: lines of 75 octets, texts that end no property, instants in UTC."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.icalendar import Appointment, calendar_text


def an_appointment(name: str = "主场", about: str = "") -> Appointment:
    return Appointment(
        "1-main", name, datetime(2026, 9, 24, 1, tzinfo=UTC), datetime(2026, 9, 24, 4, tzinfo=UTC), "昆明市", about,
        datetime(2026, 9, 17, 2, tzinfo=UTC),
    )  # fmt: skip


def properties(text: str) -> dict[str, str]:
    """What a reader makes of it: lines unfolded, the last property of each name."""
    lines = text.replace("\r\n ", "").split("\r\n")
    return dict(line.split(":", 1) for line in lines if line)


def test_an_appointment_begins_and_ends_at_its_instants() -> None:
    found = properties(calendar_text("云南省坐诊", [an_appointment()]))

    assert (found["DTSTART"], found["DTEND"]) == ("20260924T010000Z", "20260924T040000Z")
    assert found["DTSTAMP"] == "20260917T020000Z"
    assert found["SUMMARY"] == "主场"


def test_no_text_ends_its_property_or_begins_another() -> None:
    found = properties(calendar_text("x", [an_appointment("一,二;三\\四\nBEGIN:VALARM")]))

    assert found["SUMMARY"] == "一\\,二\\;三\\\\四\\nBEGIN:VALARM"


@given(st.text(max_size=300))
def test_no_line_is_longer_than_75_octets_nor_broken_within_a_character(name: str) -> None:
    text = calendar_text(name, [an_appointment(name, name)])

    assert text.endswith("END:VCALENDAR\r\n")
    for line in text.encode().split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert not any(line.strip("\r") != line for line in text.split("\r\n"))
