"""What guessing a password costs."""

import importlib.util
from typing import Literal

import pytest
from argon2 import PasswordHasher

from bihuan.domain import passwords
from bihuan.domain.errors import InvalidAnswers


def test_a_guess_costs_what_rfc_9106_asks_for() -> None:
    spec = importlib.util.find_spec("bihuan.domain.passwords")
    assert spec is not None
    assert spec.loader is not None
    real = importlib.util.module_from_spec(spec)  # not the one that tests have made cheap
    spec.loader.exec_module(real)
    kept = real.hashed("correct horse battery")

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert real.matches(kept, "correct horse battery")
    assert not real.matches(kept, "correct horse batterY")
    assert not real.matches(None, "correct horse battery")


@pytest.mark.parametrize("password", ["", "too short", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(InvalidAnswers):
        passwords.hashed(password)


def test_a_log_in_tells_by_no_delay_who_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody, somebody, somebody whose password a machine drew: each costs the one full hash that the dearest does."""
    tried = list[str]()

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            tried.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    usual = Counting(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", usual)
    monkeypatch.setattr(passwords, "_nobodys", lambda: usual.hash("a password that nobody has"))
    hashes = (None, passwords.hashed("correct horse"), passwords.hashed("correct horse", drawn=True))
    for each in hashes:
        tried.clear()
        assert not passwords.matches(each, "something else")
        assert tried.count("m=64,t=1,p=1") == 1, each
    assert all(passwords.matches(each, "correct horse") for each in hashes[1:])
