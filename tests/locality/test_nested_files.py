"""Files that nest without end are findings with a cure, not a fault of the command that reads them."""

import pytest

from bihuan.domain.errors import BihuanError
from bihuan.locality.check import check
from bihuan.locality.holiday_notice import read_holiday_notice
from bihuan.play.mutants.equivalents import equivalents
from tests.locality.a_folder import a_folder

DEEP = b"x = " + b"[" * 20_000


@pytest.mark.parametrize(
    "path",
    ["locality.toml", "organisation.toml", "rules.toml", "replies.toml", "reports/a.toml", "scenarios/a.toml",
     "mutants.toml", "forms/a.form", "a.dmn", "a.bpmn"],
)  # fmt: skip
def test_a_file_nested_without_end_is_a_finding(path: str) -> None:
    content = b"{" * 20_000 if path.endswith(".form") else DEEP if path.endswith(".toml") else b"<a>" * 20_000
    assert check(a_folder(**{f"zibo/{path}": content})), path


def test_a_holiday_notice_nested_without_end_is_refused() -> None:
    with pytest.raises(BihuanError):
        read_holiday_notice("2026.toml", DEEP)


def test_equivalents_nested_without_end_are_refused() -> None:
    with pytest.raises(BihuanError):
        equivalents({"zibo/mutants.toml": DEEP}, "zibo")
