"""What a form (表单) is made of, as the server understands it: fields, their options, and words between them."""

from dataclasses import dataclass
from typing import Literal

from bihuan.locality.conditions import Condition

FieldType = Literal["textfield", "textarea", "number", "select", "radio", "checkbox", "checklist", "datetime"]
Value = str | int | bool


def plain_value(value: object) -> str:
    """How pages and SQL write a value: true, 5, resolved."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field. Values that are all true/false, or all whole numbers, have been given that type."""

    value: Value
    label: str


@dataclass(frozen=True, slots=True)
class StaticText:
    """Words between the fields, plain text. Not shown while `hide` holds."""

    text: str
    hide: Condition | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `control` fields enter the engine's state, all others are only kept and shown.

    `values_key` names a list of the locality's organisation that gives the options (`handling_units`). While `hide`
    holds, the field is neither asked nor kept, required or not. `asked_at` the window (窗口代填), it is not asked of
    who hands a request in for himself: then the `default` counts.
    """

    key: str
    type: FieldType
    label: str
    description: str = ""
    required: bool = False
    control: bool = False
    options: tuple[Option, ...] = ()
    values_key: str | None = None
    least: float | None = None
    most: float | None = None
    decimals: int | None = None
    shortest: int = 0
    longest: int = 0
    kind: Literal["", "email", "phone"] = ""
    hide: Condition | None = None
    asked_at: Literal["", "window"] = ""
    default: Value | None = None
