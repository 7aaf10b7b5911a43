"""How near a limit is, for lists and pages: the lamp, and the words beside it for those who cannot tell colours."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bihuan.domain.workdays import Calendar, Lamp, LampThresholds, OfficeHours, lamp, remaining
from bihuan.locality.folder import Settings


@dataclass(frozen=True, slots=True)
class Nearness:
    """A due instant with its lamp and its words. No lamp: nothing limits it."""

    due_at: datetime | None
    lamp: Lamp | None
    words: str

    @property
    def late(self) -> bool:
        return self.lamp == "red"


@dataclass(frozen=True, slots=True)
class Gauge:
    """Measures many limits at one instant: thresholds are worked out once."""

    calendar: Calendar
    hours: OfficeHours
    thresholds: LampThresholds
    now: datetime
    _known: dict[datetime, Nearness] = field(default_factory=dict, repr=False, compare=False)
    """Limits end at noon or with the day: in a list many are the same instant."""

    @classmethod
    def of(cls, calendar: Calendar, settings: Settings, now: datetime) -> Self:
        """With a locality's own office hours and lamp thresholds."""
        thresholds = LampThresholds.at(calendar, now, amber_workdays=settings.amber_workdays)
        return cls(calendar, settings.office_hours, thresholds, now)

    def nearness(self, due_at: datetime | None) -> Nearness:
        """Lamp and words of one limit now."""
        if due_at is None:
            return Nearness(None, None, "无时限")
        if (known := self._known.get(due_at)) is None:
            words = str(remaining(self.calendar, self.now, due_at, self.hours))
            known = self._known[due_at] = Nearness(due_at, lamp(due_at, self.now, self.thresholds), words)
        return known
