"""What the texts of a form tell of the case: which session, on which day, under whom, in people's words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.domain.workdays import weekday
from bihuan.locality.folder import Locality
from bihuan.locality.forms import Form, Options
from bihuan.queries.case_deeds import shown


def told_form(form: Form, locality: Locality, options: Options, seen: Mapping[str, Any]) -> Form:
    """The form with `{{ session_on }}` and the like put in; `seen`: the control data that its task or button sees."""
    return form.told(lambda name: _words(locality, options, name, seen.get(name)))


def _words(locality: Locality, options: Options, name: str, value: Any) -> str:
    """As the locality names it ([decided]), else as the field of that name shows it, else a unit's name, a day."""
    if value in (None, ""):
        return ""
    if (named := locality.settings.decided.get(name, {}).get(str(value))) is not None:
        return named
    if isinstance(value, str) and (day := _day(value)):
        return day
    fields = (one for form in locality.forms.values() for one in form.fields if one.control and one.key == name)
    if (field := next(fields, None)) is not None:
        return shown(field, value, options)
    units = {str(unit.value): unit.label for unit in options.get("units", ())}
    return units.get(str(value), str(value))


def _day(written: str) -> str:
    """2026年9月24日（周四）; empty when it is no day."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return ""
    return f"{found.year}年{found.month}月{found.day}日（{weekday(found)}）"
