"""A letter: one notice with the addresses it goes to, as handed to a Sender."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body of a notice, its mail addresses and telephone numbers. Addresses stay out of every repr."""

    notice_id: UUID
    subject: str
    body: str
    emails: tuple[str, ...] = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    attempts: int = 0


class NotSent(Exception):
    """A channel did not take a letter; the text names no address."""
