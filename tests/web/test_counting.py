"""A limit's rule reads as officials say it."""

import pytest

from web.counting import counted


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("workdays(15, at=12:00)", "第15个工作日12:00"),
        ("workdays(-2, at=24:00)", "之前第2个工作日24:00"),
        ("days(30, at=24:00)", "第30日24:00（遇休息日顺延）"),
        ("days(-3, at=24:00, roll=False)", "之前第3日24:00（遇休息日不顺延）"),
        ("workday_of_month(5, of=2026-11, at=24:00)", "2026年11月第5个工作日24:00"),
        ("workday_of_month(-1, of=2026-12, at=17:00)", "2026年12月倒数第1个工作日17:00"),
        ("day_of_month(20, of=2026-11, at=24:00, roll=False)", "2026年11月第20日24:00（遇休息日不顺延）"),
        ("on(2026-11-30, at=12:00)", "指定日期2026-11-30，12:00前"),
        ("workdays(15, since=dispatched_at, at='12:00')", "第15个工作日12:00"),
        ("分办", "分办"),
        ("", ""),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert counted(rule) == words
