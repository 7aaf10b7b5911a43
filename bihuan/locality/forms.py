"""A form (表单) of a locality and what people filled in. No script in the browser is needed or trusted.

Free text never becomes control: only choices, ticks, numbers and dates of fields marked so enter the engine's state.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from bihuan.domain.control import Scalar
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.events import canonical
from bihuan.locality.answers import Wrong, answer, as_sent
from bihuan.locality.conditions import holds
from bihuan.locality.fields import Field, Option, StaticText, plain_value

Raw = Mapping[str, str | Sequence[str]]
Options = Mapping[str, Sequence[Option]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was filled in. `control` has every control field (None when left blank); `text` only what was filled in."""

    control: dict[str, Scalar]
    text: dict[str, Scalar | list[str]]

    @property
    def all(self) -> dict[str, Scalar | list[str]]:
        """Control and text together, as a signature covers them."""
        return {**self.control, **self.text}

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything filled in, in canonical JSON: history keeps it instead of the words."""
        return hashlib.sha256(canonical(self.all).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Form:
    """One form file. `id` is the file's name without its ending, which `camunda:formKey` names."""

    id: str
    file: str
    components: tuple[Field | StaticText, ...]
    unasked: tuple[Field, ...] = ()
    """Fields of the file that are not asked here: their defaults count."""

    def at_portal(self) -> "Form":
        """What of it is asked of who hands a request in for himself, not at a window (窗口代填)."""
        unasked = tuple(field for field in self.fields if field.asked_at == "window")
        asked = tuple(part for part in self.components if part not in unasked)
        return replace(self, components=asked, unasked=self.unasked + unasked)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(component for component in self.components if isinstance(component, Field))

    def told(self, words: Callable[[str], str]) -> "Form":
        """With what its texts tell of the case put in; a text about what the case does not have is left out."""
        told = (part.told(words) if isinstance(part, StaticText) else part for part in self.components)
        return replace(self, components=tuple(part for part in told if part is not None))

    def hidden(self, raw: Raw) -> frozenset[Field | StaticText]:
        """What is not asked, given what a browser sent: a field hidden further up counts as blank."""
        sent: dict[str, str | list[str]] = {field.key: _default(field) for field in self.unasked}
        found = set()
        for part in self.components:
            if part.hide is not None and holds(part.hide, sent):
                found.add(part)
            elif isinstance(part, Field):
                sent[part.key] = as_sent(part, raw.get(part.key, ""))
        return frozenset(found)

    @property
    def control(self) -> frozenset[str]:
        """The names that this form sets in the state."""
        return frozenset(field.key for field in self.fields if field.control)

    def validate(self, raw: Raw, options: Options | None = None) -> Answers:
        """The typed answers in what a browser sent: keys to text, several values as a list.

        `options` gives the choices of fields with a `values_key`. What was sent for a hidden field is dropped.
        Dates come out as ISO text, whole numbers as integers. Raises InvalidAnswers with a Chinese sentence for each
        key that cannot be taken, unknown ones too.
        """
        known = {field.key: field for field in self.fields}
        errors = {key[:64]: "表单中没有这一项，请刷新页面后重新填写。" for key in raw if key not in known}
        answers, hidden = self._unasked(), self.hidden(raw)
        for key, field in known.items():
            if field in hidden:
                if field.control:
                    answers.control[key] = None
                continue
            choices = (options or {})[field.values_key] if field.values_key else field.options
            try:
                value = answer(field, raw.get(key, ""), choices)
            except Wrong as wrong:
                errors[key] = str(wrong)
                continue
            if field.control:
                answers.control[key] = cast(Scalar, value)  # a checklist is never control: the schema refuses it
            elif value not in (None, "", []):
                answers.text[key] = value
        if errors:
            raise InvalidAnswers(errors)
        return answers

    def _unasked(self) -> Answers:
        control = {field.key: field.default for field in self.unasked if field.control}
        text = {field.key: field.default for field in self.unasked if not field.control and field.default is not None}
        return Answers({**control}, {**text})


def _default(field: Field) -> str:
    return "" if field.default is None else plain_value(field.default)


NO_FORM = Form("", "", ())
"""Where nothing is asked."""
