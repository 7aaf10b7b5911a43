"""Instants as days and hours of Beijing: when a day ends, which day an instant that ends one is; and days in a row."""

from datetime import UTC, date, datetime, timedelta

from bihuan.domain.clock import BEIJING


def day_ends_at(moment: datetime) -> datetime:
    """The midnight (aware UTC) that ends the moment's day in Beijing: what is due until then is due today."""
    day = moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=1)).astimezone(UTC)


def due_day_and_time(due_at: datetime) -> tuple[date, str]:
    """The day and hour of a due instant as officials say them: midnight is "24:00" of the day that it ends."""
    local = due_at.astimezone(BEIJING)
    if (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def weekday(day: date) -> str:
    """周四"""
    return f"周{'一二三四五六日'[day.weekday()]}"


def due_words(due_at: datetime) -> str:
    """The same in words: 2026年10月9日12:00."""
    day, time = due_day_and_time(due_at)
    return f"{day.year}年{day.month}月{day.day}日{time}"


def days_through(first: date, last: date) -> list[date]:
    """The days from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def days_of_year(year: int) -> list[date]:
    """Every day of a year."""
    return days_through(date(year, 1, 1), date(year, 12, 31))
