"""Files that nest without end are findings with a cure, not a fault of the command that reads them."""

import random

import pytest

from bihuan.domain.errors import BadInput, BihuanError
from bihuan.domain.workdays import Calendar
from bihuan.locality.check import check
from bihuan.locality.holiday_notice import as_in_force, read_holiday_notice, written
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


NOTICE = """year = 2027
source = "国务院办公厅关于2027年部分节假日安排的通知"
[[holiday]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
[[workday]]
on = 2027-01-31
""".encode()
BITS = [
    b"[", b"]", b"[[holiday]]", b"[[workday]]", b"=", b'"', b"\'\'\'", b"year." * 3000, b"\\u0000", b"\\U0010ffff",
    b"\0", b"\xff", b"9" * 5000, b"-1", b"1e999", b"nan", b"true", b"{a=", b"2027-02-30", b"0001-01-01", b"9999-12-31",
    b"2027-01-01T00:00", b"on = 2027-01-31", b"name = 1", b"\n", b"#", "\u202e长".encode() * 30, b"\r",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_to_a_holiday_notice_it_is_read_or_refused_in_few_words(seed: int) -> None:
    chance, told = random.Random(seed), [""]
    for _ in range(250):
        spoilt = bytearray(NOTICE)
        for _ in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(spoilt) + 1), chance.choice((0, 0, 1, 4, 30))
            spoilt[at : at + length] = chance.choice(BITS)
        try:
            found = read_holiday_notice("2027.toml", bytes(spoilt))
        except BadInput as refused:
            told.append(refused.chinese)
        else:
            assert found.source.isprintable()
            assert all(name.isprintable() for name in found.days_off.values())
    assert len(told) > 1
    assert max(map(len, told)) < 500


def test_a_value_that_nests_without_end_is_not_spelled_out() -> None:
    with pytest.raises(BadInput):
        read_holiday_notice("2027.toml", b"year." + b"a." * 20_000 + b"a = 1")


def test_a_holiday_notice_is_read_as_it_is_written() -> None:
    for year in (2024, 2025, 2026):
        found = as_in_force(Calendar(), year)
        assert read_holiday_notice("", written(found).encode()) == found
        assert found.differing(Calendar()) == {}


def test_equivalents_nested_without_end_are_refused() -> None:
    with pytest.raises(BihuanError):
        equivalents({"zibo/mutants.toml": DEEP}, "zibo")
