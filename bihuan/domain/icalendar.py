"""Appointments as iCalendar (RFC 5545), which any calendar program reads: written, never read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_LONGEST_LINE: Final = 75
"""Octets, without the line's end (section 3.1)."""
_PRODUCT: Final = "-//bihuan//sessions//ZH"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment: from `begins_at` up to `ends_at`. `uid` stays the same when it is moved."""

    uid: str
    name: str
    begins_at: datetime
    ends_at: datetime
    place: str
    about: str
    changed_at: datetime


def calendar_text(name: str, appointments: Iterable[Appointment]) -> str:
    """The calendar of these appointments, as a file of type text/calendar in UTF-8."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
             f"X-WR-CALNAME:{_text(name)}", "X-WR-TIMEZONE:Asia/Shanghai"]  # fmt: skip
    for one in appointments:
        lines += _lines_of(one)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _lines_of(one: Appointment) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{_text(one.uid)}", f"DTSTAMP:{_instant(one.changed_at)}",
        f"LAST-MODIFIED:{_instant(one.changed_at)}", f"DTSTART:{_instant(one.begins_at)}",
        f"DTEND:{_instant(one.ends_at)}", f"SUMMARY:{_text(one.name)}", f"LOCATION:{_text(one.place)}",
        f"DESCRIPTION:{_text(one.about)}", "END:VEVENT",
    ]  # fmt: skip


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of type TEXT (section 3.3.11): no line of it ends the property, no mark of it begins another."""
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        value = value.replace(mark, written)
    return "".join(char for char in value if char.isprintable())


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never within a character; each but the first begins with a space."""
    piece, octets = "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > _LONGEST_LINE:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + char, octets + size
    yield piece
