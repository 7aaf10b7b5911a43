"""Plays a scenario and compares, step by step, what is with what should be; stops at the first difference."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.errors import BadInput, BihuanError, CaseFaulted, InvalidAnswers, Refused
from bihuan.play.checking import Difference, check, told_task
from bihuan.play.deeds import Doing
from bihuan.play.life import Handed, Life, Play
from bihuan.play.naming import Names
from bihuan.play.scenario import Deed, Scenario, Step
from bihuan.play.sight import Onlooker, Sight

COMPANY_IDENTITY = {"name": "王经理", "phone": "0533-2180000", "organisation": "某某贸易有限公司"}
"""Who hands in a scenario's request: nobody there is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a scenario: no difference, or the first one. `step` counts from 1; 0 is what was given."""

    scenario: Scenario
    step: int
    at: datetime
    note: str
    difference: Difference | None

    @property
    def ok(self) -> bool:
        return self.difference is None


def perform(play: Play, scenario: Scenario) -> Outcome:
    """Play a scenario on a case of its own. Raises BadInput when the scenario names what does not exist."""
    play.stage.begin_at(scenario.now)
    taken, note = 0, ""
    try:
        performance = _Performance(play, scenario)
        for step in scenario.steps:
            taken, note = taken + 1, step.note
            performance.take(step)
    except Difference as difference:
        return Outcome(scenario, taken, play.stage.now, note, difference)
    return Outcome(scenario, taken, play.stage.now, "", None)


class _Performance:
    """A scenario being played: its life, and how much of the history earlier steps have seen."""

    def __init__(self, play: Play, scenario: Scenario) -> None:
        names = Names(play.deployment)
        self._life = self._begin(play, scenario)
        self._doing = Doing(scenario.file, self._life, names)
        self._onlooker = Onlooker(self._life, names)
        self._seen = 0
        for deed in scenario.done:
            if deed.at:
                self._life.pass_time(deed.at)
            if refusal := self._try(deed):
                raise Difference(f"{deed.who} {deed.does}", "办成", _told_refusal(refusal))
        if scenario.done:
            self._seen = len(self._onlooker.look(0).events)

    def _begin(self, play: Play, scenario: Scenario) -> Life:
        try:
            return play.hand_in(Handed(scenario.origin, scenario.request, COMPANY_IDENTITY))
        except InvalidAnswers as fault:
            raise Difference("提交诉求", "办成", _told_refusal(fault)) from fault

    def take(self, step: Step) -> None:
        """Let time pass, do the deed, and look. Raises Difference."""
        self._life.pass_time(step.at)
        if step.deed is not None:
            before = self._onlooker.look(self._seen)
            refusal = self._try(step.deed)
            self._judge(step, step.deed, refusal, before)
        sight = self._onlooker.look(self._seen)
        check(step, sight, self._onlooker)
        self._seen = len(sight.events)

    def _try(self, deed: Deed) -> BihuanError | None:
        """The deed done, or what refused it. A scenario's own fault and a case that cannot go on are raised."""
        try:
            self._doing.do(deed)
        except (BadInput, CaseFaulted):
            raise
        except BihuanError as refusal:
            return refusal
        return None

    def _judge(self, step: Step, deed: Deed, refusal: BihuanError | None, before: Sight) -> None:
        what = f"{deed.who} {deed.does}"
        if refusal is None:
            if step.refused:
                raise Difference(what, f"不予办理（{step.refused}）", "办成了")
            return
        if step.refused is None:
            raise Difference(what, "办成", _told_refusal(refusal))
        if step.refused not in _reasons(refusal):
            raise Difference(what, f"不予办理（{step.refused}）", _told_refusal(refusal))
        after = self._onlooker.look(self._seen)
        if len(after.events) != len(before.events) or after.tasks != before.tasks:
            raise Difference(what, "不予办理，一切如前", "；".join(map(told_task, after.tasks)) or "流转记录增加了")


def _reasons(refusal: BihuanError) -> set[str]:
    return {refusal.code, *refusal.clause.split()} if isinstance(refusal, Refused) else {refusal.code}


def _told_refusal(refusal: BihuanError) -> str:
    why = "；".join(f"{name}：{text}" for name, text in refusal.errors.items()) if isinstance(
        refusal, InvalidAnswers
    ) else refusal.chinese  # fmt: skip
    return f"不予办理（{'、'.join(sorted(_reasons(refusal)))}：{why}）"
