"""What a form (表单) is made of, as the server understands it: fields, their options, and words between them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from bihuan.locality.conditions import Condition

FieldType = Literal["textfield", "textarea", "number", "select", "radio", "checkbox", "checklist", "datetime"]
Value = str | int | bool
NAMED: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
"""How a text names what the case has."""


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
    """Words between the fields, plain text. Not shown while `hide` holds.

    `{{ session_on }}` stands for what the case has under that name (control); whoever shows the form puts it in.
    """

    text: str
    hide: Condition | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What of the case it tells."""
        return tuple(NAMED.findall(self.text))

    def told(self, words: Callable[[str], str]) -> "StaticText | None":
        """With the words put in, once; None when it tells only of what the case does not have."""
        found = {name: words(name) for name in self.names}
        if found and not any(found.values()):
            return None
        return replace(self, text=NAMED.sub(lambda mark: found[mark[1]], self.text)) if found else self


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
