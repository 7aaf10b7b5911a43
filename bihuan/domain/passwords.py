"""Passwords, kept as argon2id hashes (RFC 9106). Pure: no store, no clock."""

import secrets
from contextlib import suppress
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bihuan.domain.errors import InvalidAnswers

SHORTEST, LONGEST = 10, 200

_hasher = PasswordHasher()
_of_drawn = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""For passwords that a machine drew at random: nobody guesses them, so nothing is gained by making guesses dear."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def draw() -> str:
    """A password drawn at random, twelve characters that can be read out and typed on a phone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def hashed(password: str, *, drawn: bool = False) -> str:
    """The password's argon2id hash. `drawn`: at random, by a machine. Raises InvalidAnswers when too short or long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidAnswers({"password": f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。"})
    return (_of_drawn if drawn else _hasher).hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is this hash's password. None takes as long as a wrong one, and so does one that a machine drew: a
    log-in does not tell who exists.
    """
    tried = password[: LONGEST + 1]
    try:
        if password_hash is None or _hasher.check_needs_rehash(password_hash):
            with suppress(VerifyMismatchError):
                _hasher.verify(_nobodys(), tried)
        return password_hash is not None and _hasher.verify(password_hash, tried)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash to compare with where there is no account; made when first needed, since it takes as long as a log-in."""
    return _hasher.hash("a password that nobody has")
