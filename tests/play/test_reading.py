"""Scenario files are read strictly: a misspelt word is a fault that names file, place and cure."""

import pytest

from bihuan.domain.errors import BadInput
from bihuan.play.scenario import read_scenario

GOOD = """
id    = "late"
title = "逾期"
rules = ["ZB-17"]

[given]
now     = "2026-09-29 16:00"
origin  = "province"
request = { category = "其他" }

[[step]]
at   = "2026-10-09 12:00"
open = [{ task = "分办", of = "市平台", due = "2026-10-01 00:00", late = true }]
"""


def read(text: str) -> None:
    read_scenario("zibo/scenarios/late.toml", text.encode())


def test_a_good_one_is_read() -> None:
    read(GOOD)


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ("id    =", "ident =", "缺少 id"),
        ('"late"\ntitle', '"later"\ntitle', "与文件名不同"),
        ('rules = ["ZB-17"]', "rules = []", "缺少 rules"),
        ('rules = ["ZB-17"]', "rules = [17]", "不是文字"),
        ('"2026-09-29 16:00"', '"2026-09-29"', "now 不是时间"),
        ('"province"', '"heaven"', "origin 不能是 heaven"),
        ("[given]", "[given]\nat = 3", "不认识 at"),
        ("late = true", "lat = true", "不认识 lat"),
        ("late = true", 'late = "yes"', "late 的类型不对"),
        ("late = true", 'lamp = "blue"', "lamp 不能是 blue"),
        ('task = "分办", ', "", "缺少 task"),
        ('"2026-10-09 12:00"', '"2026-09-01 12:00"', "早于前一步"),
        ("open = ", "opened = ", "不认识 opened"),
        ("[[step]]", "[[stop]]", "不认识 stop"),
        ('open = [{', 'no = ["task"]\nopen = [{', "写法不对"),
        ('open = [{', 'who = "市平台"\nopen = [{', "缺少 does"),
        ('open = [{', 'refused = "ZB-19"\nopen = [{', "refused 没有对应的办理"),
        ('"province"', '"province"\nrefused = "invalid-answers"', "不会有这件工单"),
        ('title = "逾期"', "title = 逾期", "不是有效的 TOML"),
    ],
)  # fmt: skip
def test_a_misspelt_word_is_a_fault(change: str, into: str, says: str) -> None:
    assert change in GOOD

    with pytest.raises(BadInput) as refused:
        read(GOOD.replace(change, into, 1))

    assert says in refused.value.chinese
    assert "zibo/scenarios/late.toml" in refused.value.chinese


def test_a_step_says_what_is_open_unless_it_refuses_or_ends() -> None:
    without = GOOD.partition("open =")[0]

    with pytest.raises(BadInput, match="缺少 open"):
        read(without)
    read(without + 'ended = "closed"\n')
