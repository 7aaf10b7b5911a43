"""What comes from outside: buttons (按钮) people press, waits for somebody's answer (评价), messages of other cases;
and throwing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.domain.ids import Key
from bihuan.domain.workdays import CannotCount
from bihuan.engine import around, keys, scopes
from bihuan.engine.control import as_json
from bihuan.engine.elements.base import CALENDAR, Element, Passing
from bihuan.engine.elements.boundary import Boundary
from bihuan.engine.elements.conditions import Conditions
from bihuan.engine.elements.people import Audience
from bihuan.engine.evaluate import attempt, evaluate, fault, instant
from bihuan.engine.expressions import Expression, Failed
from bihuan.engine.facts import Awaited, OpenButton
from bihuan.engine.info import ElementInfo
from bihuan.engine.spiff import WorkflowSpec
from bihuan.engine.tree import Token


class Asked(Element):
    """Waits for a person: a button, or an answer from somebody outside. Audience and `until` are frozen when it is
    armed.
    """

    def __init__(
        self,
        wf_spec: WorkflowSpec,
        name: str,
        info: ElementInfo,
        audience: Audience,
        until: Expression | None,
        conditions: Conditions,
    ) -> None:
        super().__init__(wf_spec, name, info)
        self.audience, self.until, self.conditions = audience, until, conditions

    def _update_hook(self, my_task: Token) -> bool:
        keys.number(my_task)
        my_task.internal_data["audience"] = self.audience.of(my_task)
        if self.until is not None:
            until = instant(evaluate(my_task, self.until))
            if until is None:
                raise fault(my_task, f"{self.until.text} gives no moment")
            my_task.internal_data["until"] = until.isoformat()
        my_task.wait()
        button = self.waits_for(my_task)
        my_task.moment.record(
            "button_armed",
            button.key,
            name=button.name,
            form=button.form,
            audience=list(button.audience),
            on=str(button.on) if button.on else None,
            interrupting=button.interrupting,
            until=button.until.isoformat() if button.until else None,
            clause=button.clause,
        )
        return False

    def press(self, token: Token, control: Mapping[str, Any]) -> None:
        """Somebody pressed. Raises Refused when it is too late or a condition does not hold."""
        self.conditions.require(token, control, self.waits_for(token).until)
        token.moment.record("button_pressed", keys.key_of(token), control=dict(control))
        scopes.write(token, control)
        happened(token)
        token.finish()

    def until_holds(self, token: Token) -> bool:
        """Whether `until` is still what its expression gives: as long as no limit that it reads is counted again."""
        kept = token.internal_data.get("until")
        return kept is not None and self._until_now(token) == datetime.fromisoformat(kept)

    def follow(self, token: Token) -> None:
        """A limit that `until` reads was counted again: the last moment to press goes where the limit went."""
        old, new = datetime.fromisoformat(token.internal_data["until"]), self._until_now(token)
        if new is None or new == old or new <= token.moment.now:
            return
        token.internal_data["until"] = new.isoformat()
        token.moment.record(
            "button_moved", keys.key_of(token), name=self.info.name, old=old.isoformat(), new=new.isoformat(),
            why=CALENDAR,
        )  # fmt: skip

    def _until_now(self, token: Token) -> datetime | None:
        """What the expression gives at this moment; None without one, or when it gives no moment any more."""
        try:
            return instant(attempt(token, self.until)) if self.until is not None else None
        except (Failed, CannotCount):
            return None

    def waits_for(self, token: Token) -> OpenButton:
        """The button as a page shows it."""
        info, kept = self.info, token.internal_data
        return OpenButton(
            keys.key_of(token),
            info.name,
            info.form,
            tuple(kept["audience"]),
            self.on(token),
            bool(info.interrupting),
            datetime.fromisoformat(kept["until"]) if "until" in kept else None,
            around.clause_of(token),
        )

    def on(self, token: Token) -> Key | None:
        """The activity whose page shows the button; None for somebody outside."""
        return None

    def _on_cancel(self, my_task: Token) -> None:
        my_task.moment.record("button_disarmed", keys.key_of(my_task))


def happened(token: Token) -> None:
    """Remember that a wait which is armed again when its branch is done has been answered."""
    if token.task_spec.arms_again:
        token.internal_data["pressed"] = True


class Button(Asked, Boundary):
    """A message boundary event with an audience. Not interrupting: armed again when its branch is done (one
    application at a time).
    """

    def on(self, token: Token) -> Key | None:
        """The task or sub-process the button is about."""
        activity = around.activity_of(token)
        return keys.key_of(activity) if activity else None


class Expected(Element):
    """Waits for a message of another case, by name and correlation key."""

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, key: Expression | None) -> None:
        super().__init__(wf_spec, name, info)
        self.key = key

    def _update_hook(self, my_task: Token) -> bool:
        keys.number(my_task)
        if self.key is not None:
            my_task.internal_data["key"] = correlation(my_task, self.key)
        my_task.wait()
        awaited = self.waits_for(my_task)
        my_task.moment.record(
            "message_awaited", awaited.key, name=awaited.name, correlation_key=awaited.correlation_key
        )
        return False

    def deliver(self, token: Token, control: Mapping[str, Any]) -> None:
        """The message came."""
        token.moment.record("message_received", keys.key_of(token), control=dict(control))
        scopes.write(token, control)
        happened(token)
        token.finish()

    def waits_for(self, token: Token) -> Awaited:
        """The message as the exchange between cases sees it."""
        return Awaited(keys.key_of(token), self.info.message or "", token.internal_data.get("key"))

    def _on_cancel(self, my_task: Token) -> None:
        my_task.moment.record("message_dismissed", keys.key_of(my_task))


class BoundaryMessage(Expected, Boundary):
    """A message of another case, awaited while an activity is open."""


class Sender:
    """The message a throw or end event sends: a notice (通知), or one to another case."""

    def __init__(self, name: str, key: Expression | None, payload: Expression | None) -> None:
        self.name, self.key, self.payload = name, key, payload

    def send(self, token: Token) -> None:
        """Record the message; whoever stores the step delivers it. Raises ExecutionFault."""
        payload = payload_of(token, self.payload)
        key = correlation(token, self.key) if self.key else None
        keys.number(token)
        detail = {"name": self.name, "correlation_key": key, "payload": payload, "clause": around.clause_of(token)}
        token.moment.record("message_thrown", keys.key_of(token), **detail)


class Throw(Passing):
    """Intermediate throw event: sends its message, or (without one) just marks the place."""

    def __init__(self, wf_spec: WorkflowSpec, name: str, info: ElementInfo, sender: Sender | None) -> None:
        super().__init__(wf_spec, name, info)
        self.sender = sender

    def _run_hook(self, my_task: Token) -> bool:
        if self.sender:
            self.sender.send(my_task)
        return super()._run_hook(my_task)


def correlation(token: Token, key: Expression) -> str:
    """The correlation key as text. Raises ExecutionFault when it is empty."""
    value = evaluate(token, key)
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        raise fault(token, f"the correlation key {key.text} is {value!r}")
    return str(value)


def payload_of(token: Token, payload: Expression | None) -> dict[str, Any]:
    """The payload as JSON scalars. Raises ExecutionFault when it is no `{…}`."""
    value = evaluate(token, payload) if payload else {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise fault(token, f"the payload gives no names and values but {value!r}")
    return {name: as_json(item) for name, item in value.items()}
