"""Forms as pages send them: which part of a POST belongs to a locality's form, and what to show again after a fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict

from bihuan.domain.errors import BihuanError, InvalidAnswers, Refused, SignatureRequired
from bihuan.domain.workdays import CannotCount
from bihuan.locality.deployments import national_calendar
from bihuan.locality.fields import plain_value
from bihuan.locality.forms import Form, Raw

PREFIX = "f-"
"""Before each key of a locality's form, so that it never meets a name of the page's own."""
RANDOM = 4
"""The version of UUIDs that nobody can work out."""
EXPIRED = "页面已过期，请刷新后重新填写。"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form on its way: what was sent, and what was wrong with it. Empty when it is first shown."""

    raw: Raw = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """What concerns the form as a whole."""
    clause: str = ""
    signature: str = ""
    submission_id: UUID = field(default_factory=uuid4)
    restored_at: datetime | None = None
    """When the draft was saved that this is."""

    def has(self, key: str, value: object) -> bool:
        """Whether an option is chosen."""
        given = self.raw.get(key, "")
        text = plain_value(value)
        return text == given if isinstance(given, str) else text in given


def answers_in(posted: MultiDict[str, str], form: Form) -> dict[str, str | list[str]]:
    """The answers to a locality's form in a POST, as `Form.validate` takes them; unknown keys too, which it refuses."""
    several = {one.key for one in form.fields if one.type == "checklist"}
    return {key: values if key in several else values[0] for key, values in _of_form(posted)}


def sent_in(posted: MultiDict[str, str]) -> dict[str, str | list[str]]:
    """The same of a form that is not at hand: whether a field may be sent several times, the form will say."""
    return {key: values if len(values) > 1 else values[0] for key, values in _of_form(posted)}


def _of_form(posted: MultiDict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """What belongs to a locality's form: each key with all its values."""
    return ((name[len(PREFIX) :], values) for name, values in posted.lists() if name.startswith(PREFIX))


def require_asked(posted: MultiDict[str, str], form: Form, raw: Raw) -> None:
    """Raise InvalidAnswers for what the answers call for and the page had hidden: without script it shows only now."""
    asked = {*posted.getlist("asked"), *raw}
    shown = [one for one in form.fields if one.hide is not None and one not in form.hidden(raw)]
    if new := {
        one.key: f"按以上填写，还有“{one.label}”一项，请填写后再提交。" for one in shown if one.key not in asked
    }:
        raise InvalidAnswers(new)


def words_in(form: Form, raw: Raw) -> tuple[tuple[str, str], ...]:
    """The texts among what was typed, each with its label: for whoever wants to keep them when nothing can be done."""
    texts = (one for one in form.fields if one.type in ("textarea", "textfield"))
    found = ((one.label, str(raw.get(one.key, "")).strip()) for one in texts)
    return tuple((label, text) for label, text in found if text)


def day_in(posted: Mapping[str, str], name: str) -> date | None:
    """The day in a field; None when it says none."""
    try:
        return date.fromisoformat(posted.get(name, "").strip())
    except ValueError:
        return None


def end_of_day_in(posted: Mapping[str, str], name: str) -> datetime | None:
    """The instant at which the day in a field is over; None when it says none, or one beyond all calendars."""
    day = day_in(posted, name)
    try:
        return national_calendar().on(day).due_at if day else None
    except CannotCount:
        return None


def submission_in(posted: MultiDict[str, str]) -> UUID:
    """The id made when the form was shown. Raises InvalidAnswers when the page did not send one."""
    try:
        return UUID(posted.get("submission_id", ""))
    except ValueError as exc:
        raise InvalidAnswers({"submission_id": EXPIRED}) from exc


def opening_in(posted: MultiDict[str, str]) -> UUID:
    """The id under which a case is opened: random, as our pages make it. Raises InvalidAnswers for any other.

    What others open has an id made from a name: an order's number, a period. Whoever knows the name could ask for that
    case with it, as if they had opened it themselves, or stand in its way.
    """
    found = submission_in(posted)
    if found.version != RANDOM:
        raise InvalidAnswers({"submission_id": EXPIRED})
    return found


def refilled(raw: Raw, submission_id: UUID, fault: BihuanError) -> Filled:
    """The form to show again, with nothing lost and each fault in its place."""
    match fault:
        case InvalidAnswers():
            return Filled(raw, fault.errors, fault.chinese, submission_id=submission_id)
        case SignatureRequired():
            return Filled(raw, {}, "", "", fault.chinese, submission_id)
        case Refused():
            return Filled(raw, {}, fault.chinese, fault.clause, submission_id=submission_id)
        case _:
            raise fault
