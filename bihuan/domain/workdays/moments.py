"""Instants as days and hours of Beijing: when a day ends, and which day an instant that ends one belongs to."""

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
