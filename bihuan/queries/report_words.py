"""How a report says, in Chinese, what each of its figures counts and what it leaves out."""

from collections.abc import Iterable, Mapping

from bihuan.locality.deployments import Deployment
from bihuan.locality.fields import Option, plain_value
from bihuan.locality.reports import COUNTS, DIMENSIONS, OF_PERIOD, Average, Condition, Count, Figure
from bihuan.queries.words import CHANNELS, exit_words

_MOMENTS = {"received": "收到", "dispatched": "交办", "ended": "结束"}
NONE = "（未填）"


class ReportWords:
    """The words of one deployment: its units, forms, milestones and elements under the names that people use.

    `process`: whose cases the report counts; empty for requests.
    """

    def __init__(self, deployment: Deployment, process: str) -> None:
        self._deployment, self._locality = deployment, deployment.locality
        self._process = process or deployment.locality.settings.process
        self._procedure = deployment.procedure_name(self._process)

    def meaning(self, figure: Figure) -> str:
        """What the figure counts, in one line."""
        formula = figure.formula
        if isinstance(formula, Count):
            return self._count(formula) + self._narrowed(formula.only, formula.without)
        if isinstance(formula, Average):
            said = f"自{self._moment(formula.since)}至{self._moment(formula.until)}的工作日数，起算当日不计入"
            return said + self._narrowed(formula.only, formula.without)
        return f"{formula.part} ÷ {formula.whole}"

    def left_out(self, conditions: Iterable[Condition]) -> str:
        """What `except` leaves out; empty when nothing."""
        return "；".join(self._condition(one) for one in conditions)

    def dimension(self, by: str) -> str:
        """The heading of a breakdown."""
        name = by.removeprefix("field:")
        return DIMENSIONS.get(by) or next((field_label for field_label in self._labels(name)), name)

    def value(self, by: str, value: str) -> str:
        """One value of a breakdown, in words."""
        match by:
            case "unit":
                return self._locality.unit_name(value) if value else "尚未分办"
            case "category":
                return self._locality.categories.get(value, value) or NONE
            case "channel":
                return CHANNELS.get(value, value)
            case "origin":
                return self._locality.settings.origins.get(value, value)
            case "exit":
                return exit_words(value, self._procedure) or "办理中"
            case _:
                return self._option(by.removeprefix("field:"), value)

    def answer(self, form: str, key: str, value: object) -> str:
        """An answer as a list shows it: a choice by its label, several with commas between."""
        if isinstance(value, list):
            return "、".join(self.answer(form, key, one) for one in value)
        if value is None or value == "":
            return ""
        fields = [field for field in self._locality.form(form).fields if field.key == key]
        options = [option for field in fields for option in self._options_of(field.values_key, field.options)]
        return _label(options, plain_value(value)) or _SHORT.get(plain_value(value), str(value))

    def _count(self, count: Count) -> str:
        said = COUNTS[count.counts]
        if count.limit:
            said += f"（时限：{'、'.join(self._limit(one) for one in count.limit)}）"
        if count.milestone:
            said += f"“{self._milestone(count.milestone)}”"
        if count.notices:
            said += "、".join(f"“{self._notice(one)}”" for one in count.notices)
        if count.form:
            said += f"“{self._form(count.form)}”"
            said += "".join(f"，{self._condition(one)}" for one in count.given)
        return said

    def _narrowed(self, only: Iterable[Condition], without: Iterable[Condition]) -> str:
        said = "".join(f"；仅{self._condition(one)}" for one in only)
        return said + "".join(f"；不含{self._condition(one)}" for one in without)

    def _condition(self, condition: Condition) -> str:
        if condition.of == "reached":
            return "已到达" + "、".join(f"“{self._milestone(str(one))}”" for one in condition.values)
        if condition.values == (OF_PERIOD,):
            return "归入本期的"
        by = condition.of if condition.of in DIMENSIONS else f"field:{condition.of.removeprefix('field:')}"
        values = "、".join(self.value(by, plain_value(value)) for value in condition.values)
        if by == "exit":
            return f"{values}件"
        return f"{self.dimension(by)}为{values}"

    def _milestone(self, name: str) -> str:
        return self._deployment.milestone_name(name, self._process)

    def _moment(self, name: str) -> str:
        return _MOMENTS.get(name) or self._milestone(name)

    def _limit(self, limit: str) -> str:
        for element in self._deployment.definition.elements():
            if element.id == limit and element.name:
                return element.name
        return limit

    def _notice(self, template: str) -> str:
        found = self._locality.notices.get(template)
        return found.name if found else template

    def _form(self, form: str) -> str:
        for element in self._deployment.definition.elements():
            if element.form == form and element.name:
                return element.name
        return form

    def _labels(self, key: str) -> list[str]:
        fields = (field for form in self._locality.forms.values() for field in form.fields)
        return [field.label for field in fields if field.key == key and field.label]

    def _option(self, key: str, value: str) -> str:
        if not value:
            return NONE
        fields = [field for form in self._locality.forms.values() for field in form.fields if field.key == key]
        options = [option for field in fields for option in self._options_of(field.values_key, field.options)]
        if value in self._locality.organisation.units:
            return self._locality.unit_name(value)
        return _label(options, value) or _SHORT.get(value, value)

    def _options_of(self, values_key: str | None, options: tuple[Option, ...]) -> tuple[Option, ...]:
        return self._locality.options().get(values_key, ()) if values_key else options


_SHORT: Mapping[str, str] = {"true": "是", "false": "否"}


def _label(options: Iterable[Option], value: str) -> str:
    return next((option.label for option in options if plain_value(option.value) == value), "")
