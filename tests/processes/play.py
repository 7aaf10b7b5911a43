"""Plays scenarios (docs/scenarios.md) in the engine alone: no database, no people's data, some milliseconds a life.

What only the commands know (passwords, identities, which person it was) is left to the real runner; who may do what,
what is open, due, sent, refused and recorded by the diagram is checked here exactly as written down.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import InvalidAnswers
from bihuan.domain.ids import Key
from bihuan.domain.workdays import Calendar, LampThresholds, lamp
from bihuan.engine import (
    Complete,
    Definition,
    ExecutionFault,
    Fact,
    JobDone,
    NotOpen,
    OpenButton,
    OpenJob,
    OpenTask,
    Press,
    Refused,
    Start,
    Stimulus,
    Tick,
    Waits,
    advance,
)
from bihuan.locality.fields import Field
from bihuan.locality.files import read_folder
from bihuan.locality.folder import Locality
from bihuan.locality.forms import Form

PROCESSES = Path(__file__).parents[2] / "processes"
COMPANY, MACHINE = "企业", "系统"
BEYOND_THE_DIAGRAM = frozenset({"签收", "查看企业身份"})
"""Deeds of people that no diagram draws."""
WRITTEN_BY_COMMANDS = frozenset(
    {"answers_given", "signature_given", "request_submitted", "task_claimed", "identity_revealed"}
)
"""History that does not come from the engine."""


class Differs(AssertionError):
    """A scenario expects one thing, and the procedure does another."""


@cache
def locality(name: str) -> Locality:
    """A locality as its folder says."""
    return Locality.of(read_folder(PROCESSES / name))


@cache
def definition(name: str) -> Definition:
    """A locality's diagrams, parsed."""
    place = locality(name)
    return Definition.parse(place.diagrams, limits(place))


def limits(place: Locality) -> dict[str, int]:
    """The internal limits in working days."""
    return {name: found.workdays for name, found in place.settings.limits.items()}


def scenarios(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A locality's scenarios by file name."""
    for path, content in sorted(locality(name).scenarios.items()):
        yield path, tomllib.loads(content.decode())


def instant(text: str) -> datetime:
    """An instant as scenarios write it: Beijing, to the minute or second."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def shown(moment: datetime | str) -> str:
    """An instant as scenarios write it."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = moment.astimezone(BEIJING)
    return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")


def play(scenario: Mapping[str, Any], place: Locality, drawn: Definition) -> "Life":
    """Live the scenario through. Raises Differs at the first step that goes otherwise than written."""
    given = scenario["given"]
    life = Life(place, drawn, instant(given["now"]))
    life.begin(given.get("origin", "province"), given.get("request", {}))
    for deed in given.get("done", []):
        with _telling(deed):
            life.wait_until(instant(deed["at"]) if "at" in deed else life.now)
            life.do(deed)
        life.since_last_step.clear()
    for step in scenario["step"]:
        with _telling(step):
            life.live(step)
    return life


@contextmanager
def _telling(step: Mapping[str, Any]) -> Iterator[None]:
    """Whatever goes wrong is told with the step it went wrong in."""
    try:
        yield
    except (Differs, Refused, NotOpen, InvalidAnswers, ExecutionFault, LookupError) as error:
        where = " ".join(str(step[key]) for key in ("at", "who", "does", "note") if key in step)
        raise Differs(f"{where}: {error}") from error


class Life:
    """One case under a clock."""

    def __init__(self, place: Locality, drawn: Definition, now: datetime) -> None:
        self.place, self.drawn, self.now = place, drawn, now
        self.calendar = Calendar()
        self.state: bytes | None = None
        self.waits = Waits()
        self.ended: str | None = None
        self.facts: list[Fact] = []
        self.since_last_step: list[Fact] = []
        self.originally: dict[Key, datetime] = {}

    # ---- deeds

    def begin(self, origin: str, request: Mapping[str, Any]) -> None:
        """Hand the request in."""
        form = self.place.form("request" if origin == "portal" else "province_order")
        control = self._answers(form, {"complained_of_unit": "", **request})
        control["complained_of_unit"] = control["complained_of_unit"] or ""
        self._apply(Start(self.place.settings.process, {**control, "origin": origin}))

    def wait_until(self, goal: datetime) -> None:
        """Let time pass; what falls due happens at its own instant."""
        while due := [deadline.due_at for deadline in self.waits.deadlines if deadline.due_at <= goal]:
            self.now = max(self.now, min(due))
            self._apply(Tick())
        self.now = goal

    def do(self, deed: Mapping[str, Any]) -> None:
        """Carry out `who` `does`. Raises NotOpen, Refused, InvalidAnswers, or Differs("not-yours")."""
        who, name = deed["who"], deed["does"]
        if who == MACHINE:
            self._apply(JobDone(self._job(name).key))
        elif name not in BEYOND_THE_DIAGRAM:
            self._apply(self._stimulus(who, self._offered(name), deed))

    def live(self, step: Mapping[str, Any]) -> None:
        """Live one step and compare everything it expects. Raises Differs."""
        self.wait_until(instant(step["at"]))
        if "refused" in step:
            self._expect_refusal(step)
        elif "does" in step:
            self.do(step)
        self._compare(step)
        self.since_last_step.clear()

    # ---- names

    def group(self, who: str) -> str:
        """The group key of a person or a desk as scenarios name them."""
        if who == COMPANY:
            return "complainant"
        organisation = self.place.organisation
        for unit in organisation.units.values():
            if who == unit.name:
                return unit.id
            for role, word in organisation.roles.items():
                if who == f"{unit.name} {word}":
                    return unit.id if role == "officer" else f"{unit.id}:{role}"
        raise LookupError(f"nobody is called {who}")

    def name_of(self, key: Key) -> str:
        """The Chinese name of an element."""
        return self.drawn.element(key.process, key.element).name

    # ---- inside

    def _apply(self, stimulus: Stimulus) -> None:
        step = advance(self.drawn, self.state, stimulus, self.now, calendar=self.calendar)
        self.state, self.waits = step.state, step.waits
        self.ended = (step.exit or "closed") if step.ended else None
        self.facts += step.facts
        self.since_last_step += step.facts
        for fact in step.facts:
            if fact.kind == "deadline_set" and fact.key:
                self.originally[fact.key] = datetime.fromisoformat(fact.detail["due_at"])

    def _job(self, name: str) -> OpenJob:
        for job in self.waits.jobs:
            if self.name_of(job.key) == name:
                return job
        raise NotOpen(Key("", name, 0))

    def _offered(self, name: str) -> OpenTask | OpenButton:
        offered: list[OpenTask | OpenButton] = [*self.waits.tasks, *self.waits.buttons]
        for found in offered:
            if found.name == name:
                return found
        raise NotOpen(Key("", name, 0))

    def _stimulus(self, who: str, found: OpenTask | OpenButton, deed: Mapping[str, Any]) -> Stimulus:
        allowed = found.groups if isinstance(found, OpenTask) else found.audience
        if self.group(who) not in allowed:
            raise Differs(f"not-yours: {found.name} is {', '.join(allowed)}'s")
        if isinstance(found, OpenTask) and found.signature and not deed.get("signed"):
            raise Differs("signature: none was given")
        control = self._answers(self.place.form(found.form or ""), deed.get("with", {}))
        return (Complete if isinstance(found, OpenTask) else Press)(found.key, control)

    def _answers(self, form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
        """The control data of a form, filled in as scenarios say."""
        options = {**self.place.options()}
        raw = {field.key: self._written(field, given, options) for field in form.fields}
        if unknown := given.keys() - raw.keys():
            raise LookupError(f"form {form.id} has no field {', '.join(unknown)}")
        return dict(form.validate(raw, options).control)

    def _written(self, field: Field, given: Mapping[str, Any], options: Mapping[str, Any]) -> str:
        choices = options[field.values_key] if field.values_key else field.options
        if field.key not in given:
            if field.control or not field.required:
                return ""
            return str(choices[0].value) if choices else "情况属实，按规定办理，详见所附材料。"
        value = given[field.key]
        value = next((choice.value for choice in choices if choice.label == value), value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _expect_refusal(self, step: Mapping[str, Any]) -> None:
        before, expected = (self.state, list(self.since_last_step)), step["refused"]
        try:
            self.do(step)
        except Refused as refused:
            reasons = {"refused", *refused.clause.split()}
        except NotOpen:
            reasons = {"not-open"}
        except InvalidAnswers:
            reasons = {"invalid-answers"}
        except Differs as differs:
            reasons = {str(differs).split(":")[0]}
        else:
            if step["does"] in BEYOND_THE_DIAGRAM:
                return
            raise Differs(f"expected to be refused by {expected}, but it was done")
        if expected not in reasons:
            raise Differs(f"expected to be refused by {expected}, but it was by {', '.join(sorted(reasons))}")
        self.state, self.since_last_step = before[0], before[1]

    # ---- comparing

    def _compare(self, step: Mapping[str, Any]) -> None:
        if self.ended != step.get("ended"):
            raise Differs(f"expected the case to be {step.get('ended') or 'open'}, but it is {self.ended or 'open'}")
        if "open" not in step and "refused" not in step and "ended" not in step:
            raise Differs("every step says what is open")
        if "open" in step or "ended" in step:
            self._compare_tasks(step.get("open", []))
        if "buttons" in step:
            self._same("buttons", [button.name for button in self.waits.buttons], step["buttons"])
        if "jobs" in step:
            self._same("jobs", [self.name_of(job.key) for job in self.waits.jobs], step["jobs"])
        if "sent" in step:
            self._compare_notices(step["sent"])
        self._compare_record(step.get("record", []))
        self._compare_absence(step.get("no", []))

    def _compare_tasks(self, expected: list[Mapping[str, Any]]) -> None:
        thresholds = LampThresholds.at(self.calendar, self.now, amber_workdays=self.place.settings.amber_workdays)
        rows = []
        for task in self.waits.tasks:
            assert task.due_at is not None
            assert task.deadline is not None
            original = self.originally[task.deadline]
            row: dict[str, Any] = {"task": task.name, "of": task.groups[0], "due": shown(task.due_at)}
            row["late"] = self.now >= task.due_at
            row["was"] = shown(original) if original != task.due_at else None
            row["lamp"] = lamp(task.due_at, self.now, thresholds)
            rows.append(row)
        for one in expected:
            wanted = {"late": False, "was": None, **one, "of": self.group(one["of"])}
            for row in rows:
                if all(row[key] == value for key, value in wanted.items()):
                    rows.remove(row)
                    break
            else:
                raise Differs(f"expected open {dict(one)}, but there is {rows or 'nothing else'}")
        if rows:
            raise Differs(f"expected nothing else to be open, but there is {rows}")

    def _compare_notices(self, expected: list[Mapping[str, Any]]) -> None:
        sent = list(self._notices(self.since_last_step))
        self._same("notices", [one[:2] for one in sent], [(one["notice"], self.group(one["to"])) for one in expected])
        for one in expected:
            texts = [text for name, to, text in sent if (name, to) == (one["notice"], self.group(one["to"]))]
            if missing := [words for words in one.get("says", []) if not any(words in text for text in texts)]:
                raise Differs(f"expected {one['notice']} to say {missing}, but it says {texts}")

    def _notices(self, facts: list[Fact]) -> Iterator[tuple[str, str, str]]:
        """Name, recipient and text of each notice the diagram sent."""
        limit = ""
        for fact in facts:
            if fact.kind in ("deadline_passed", "deadline_moved"):
                limit = fact.detail["due_at"]
            if fact.kind == "message_thrown" and fact.key and fact.detail["name"] == "notice":
                payload, element = fact.detail["payload"], self.drawn.element(fact.key.process, fact.key.element)
                unit = self.waits.control.get("handling_unit")
                words = {
                    "case_no": "ZBJS202600001",
                    "clause": element.clause,
                    "unit": self.place.unit_name(unit) if isinstance(unit, str) else "",
                    "recipient": self.place.group_name(payload["to"]),
                    "due": f"{datetime.fromisoformat(limit).astimezone(BEIJING):%Y年%-m月%-d日%H:%M}" if limit else "",
                    "locality": self.place.name,
                }
                yield element.name, payload["to"], "\n".join(self.place.notice(payload["template"]).render(words))

    def _same(self, what: str, found: list[Any], expected: list[Any]) -> None:
        if sorted(map(str, found)) != sorted(map(str, expected)):
            raise Differs(f"expected {what} {expected}, but there are {found}")

    def _compare_record(self, expected: list[Mapping[str, Any]]) -> None:
        found = iter(self.since_last_step)
        for one in expected:
            if one["event"] in WRITTEN_BY_COMMANDS:
                continue
            for fact in found:
                if self._is(fact, one):
                    break
            else:
                kinds = [(fact.kind, str(fact.key), shown(fact.at)) for fact in self.since_last_step]
                raise Differs(f"expected {dict(one)} to be recorded, but there are {kinds}")

    def _is(self, fact: Fact, one: Mapping[str, Any]) -> bool:
        if fact.kind != one["event"] or ("at" in one and shown(fact.at) != one["at"]):
            return False
        if "element" in one and (fact.key is None or self.name_of(fact.key) != one["element"]):
            return False
        return _has(fact.detail, one.get("has", {}))

    def _compare_absence(self, expected: list[str]) -> None:
        happened = {f"notice:{name}" for name, *_ in self._notices(self.facts)}
        happened |= {f"event:{fact.kind}" for fact in self.facts}
        happened |= {f"task:{fact.detail['name']}" for fact in self.facts if fact.kind == "task_opened"}
        if found := happened & set(expected):
            raise Differs(f"expected no {', '.join(sorted(found))}, but there was")


def _has(found: Any, wanted: Any) -> bool:
    """Whether a payload holds the wanted values; instants are compared as scenarios write them."""
    if isinstance(wanted, Mapping):
        return all(name in found and _has(found[name], value) for name, value in wanted.items())
    if isinstance(wanted, str) and isinstance(found, str) and found != wanted and "T" in found:
        return shown(found) == wanted
    return bool(found == wanted)
