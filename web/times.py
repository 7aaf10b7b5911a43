"""How instants and limits look on a page. Asia/Shanghai appears here and nowhere below."""

from datetime import datetime

from bihuan.domain.clock import BEIJING
from bihuan.domain.workdays import due_day_and_time, due_words, weekday


def moment(at: datetime | None) -> str:
    """2026-10-26 12:00"""
    return at.astimezone(BEIJING).isoformat(" ", "minutes")[:16] if at else ""


def local(at: datetime | None) -> str:
    """2026-10-26T12:00, as browsers write a time of day."""
    return at.astimezone(BEIJING).isoformat("T", "minutes")[:16] if at else ""


def second(at: datetime | None) -> str:
    """2026-10-26 12:00:00"""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if at else ""


def day(at: datetime | None) -> str:
    """2026年10月26日"""
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日}" if at else ""


def due_in_full(at: datetime | None) -> str:
    """2026年10月26日12:00, for what is kept: with its year, 24:00 of the day that a limit ends with."""
    return due_words(at) if at else ""


def due(at: datetime | None) -> str:
    """10月26日（周一）12:00; a limit that ends with its day reads 24:00 of that day."""
    if at is None:
        return ""
    day, time = due_day_and_time(at)
    return f"{day.month}月{day.day}日（{weekday(day)}）{time}"
