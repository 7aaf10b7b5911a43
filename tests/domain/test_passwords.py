"""What guessing a password costs."""

import importlib.util

import pytest

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
