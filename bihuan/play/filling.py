"""Fills in a form for a play: what the play says, and plausible words for whatever else the form requires."""

from collections.abc import Mapping, Sequence

from bihuan.domain.errors import BadInput
from bihuan.locality.fields import Field, Option, plain_value
from bihuan.locality.forms import Form, Options

Given = Mapping[str, object]
Sent = dict[str, str | list[str]]

WORDS = "已按规定办理，情况属实，并已与企业沟通。"

FAVOURABLE: Mapping[str, str] = {
    "outcome": "resolved", "sound": "true", "settled": "true", "returned": "false", "approved": "true",
    "rating": "5",
}  # fmt: skip
"""How a case goes well, by control field; a form without the field does not ask."""


def filled(form: Form, given: Given, options: Options, *, otherwise: Mapping[str, str]) -> Sent:
    """The form's answers as a browser sends them: `given`, and where the form requires more, something plausible.

    `otherwise` answers fields before guessing. Control fields are never guessed but by `otherwise`: a decision that
    the play does not state must not be taken by accident. A choice may be given by its label. Raises BadInput for a
    name that the form does not have.
    """
    if unknown := sorted(set(given) - {field.key for field in form.fields}):
        raise BadInput(form.file, "、".join(unknown), "表单中没有这一项", "用表单各项的 key")
    answers: Sent = {}
    for field in form.fields:
        if field.key in given:
            answers[field.key] = _as_sent(given[field.key], _choices(field, options))
        elif field.key in otherwise:
            answers[field.key] = otherwise[field.key]
        elif field.default is not None:
            answers[field.key] = plain_value(field.default)
        elif field.required and not field.control and field not in form.hidden(answers):
            answers[field.key] = _plausible(field, options)
    return answers


def as_at_portal(form: Form, answers: Sent) -> Sent | None:
    """What of it a company hands in for itself; None when it says what only a window is asked (窗口代填)."""
    unasked = {field.key: field.default for field in form.at_portal().unasked}
    told = {key for key, default in unasked.items() if key in answers and answers[key] != plain_value(default)}
    return None if told else {key: value for key, value in answers.items() if key not in unasked}


def _choices(field: Field, options: Options) -> Sequence[Option]:
    return options[field.values_key] if field.values_key else field.options


def _as_sent(value: object, choices: Sequence[Option] = ()) -> str | list[str]:
    if isinstance(value, list | tuple):
        return [_one_as_sent(one, choices) for one in value]
    return _one_as_sent(value, choices)


def _one_as_sent(value: object, choices: Sequence[Option]) -> str:
    value = next((option.value for option in choices if option.label == value), value)
    return plain_value(value)


def _plausible(field: Field, options: Options) -> str | list[str]:
    choices = _choices(field, options)
    match field.type:
        case "select" | "radio":
            return _as_sent(choices[0].value)
        case "checklist":
            return [_one_as_sent(choices[0].value, ())]
        case "checkbox":
            return "true"
        case "number":
            return f"{field.least if field.least is not None else 1:g}"
        case "datetime":
            return "2026-01-01"
        case _ if field.kind == "phone":
            return "0533-3160802"
        case _ if field.kind == "email":
            return "office@example.org"
        case _:
            text = WORDS * (1 + field.shortest // len(WORDS))
            return text[: field.longest] if field.longest else text
