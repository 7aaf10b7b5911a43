"""A locality's sessions (坐诊) as iCalendar: one of them, or all as a feed that a calendar program subscribes to.

It says when, where and under which department: no number of a case, nothing that a person wrote. A program cannot log
in: the feed's address holds a token of the officer's, which ends with the account and with its sessions.
"""

import hmac
from collections.abc import Iterable
from uuid import UUID

from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.icalendar import Appointment, calendar_text
from bihuan.locality.deployments import current
from bihuan.queries.people import Account, account
from bihuan.queries.session_desk import Session, sessions_ahead
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault

_TOKEN = 32
"""Letters: 128 bits."""


def session_calendar(reader: Reader, actor: Officer, month: str, session: str) -> str:
    """One session, as text/calendar. Raises NotFound, and NotAllowed as the desk does."""
    chosen = [one for one in sessions_ahead(reader, actor) if (one.month, one.id) == (month, session)]
    if not chosen:
        raise NotFound(f"Expected a session {session} in {month}, but there is none")
    return _text(reader, actor.locality, chosen)


def feed_token(reader: Reader, vault: Vault, actor: Officer) -> str:
    """What the address of this officer's own feed ends with. Raises NotFound when the account is gone."""
    found = account(reader, actor.account_id)
    if found is None:
        raise NotFound(f"Expected {actor.ref} to have an account, but it has none")
    return _token(vault, found)


def feed(reader: Reader, vault: Vault, account_id: UUID, token: str) -> str:
    """All sessions of the newest months, for whoever holds this token. Raises NotFound when it is not, or no longer,
    this account's.
    """
    found = account(reader, account_id)
    if found is None or not hmac.compare_digest(_token(vault, found).encode(), token.encode()):
        raise NotFound(f"Expected the token of account {account_id}, but it is another")
    return _text(reader, found.officer.locality, sessions_ahead(reader, found.officer))


def _token(vault: Vault, found: Account) -> str:
    return vault.proof(f"sessions {found.officer.account_id} {found.session_version}")[:_TOKEN]


def _text(reader: Reader, locality: str, sessions: Iterable[Session]) -> str:
    place = current(reader, locality).deployment.locality
    word = place.settings.sessions.name if place.settings.sessions else ""
    return calendar_text(f"{place.name}{word}", (_appointment(one, word) for one in sessions))


def _appointment(session: Session, word: str) -> Appointment:
    about = f"{session.month} {session.name}；{word}部门：{session.unit}"
    name = f"{word} {session.name}（{session.unit}）"
    return Appointment(
        session.uid, name, session.begins_at, session.ends_at, session.place, about, session.announced_at
    )  # fmt: skip
