"""Plays a scenario and compares, step by step, what is with what should be; stops at the first difference."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.errors import BadInput, BihuanError, CaseFaulted, InvalidAnswers, Refused
from bihuan.play.checking import Difference, check, told_task
from bihuan.play.deeds import Doing
from bihuan.play.life import Life, Play, carry, pass_time
from bihuan.play.naming import Names
from bihuan.play.opening import open_case
from bihuan.play.reporting import check_report
from bihuan.play.scenario import Deed, Opening, Scenario, Step
from bihuan.play.sight import Onlooker, Sight


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
    """Play a scenario on cases of its own. Raises BadInput when the scenario names what does not exist."""
    play.stage.begin_at(scenario.now)
    taken, note = 0, ""
    try:
        performance = _Performance(play, scenario)
        for step in scenario.steps:
            taken, note = taken + 1, step.note
            performance.take(step)
        performance.reach_all()
    except Difference as difference:
        return Outcome(scenario, taken, play.stage.now, note, difference)
    return Outcome(scenario, taken, play.stage.now, "", None)


class _Followed:
    """One case of a scenario: its life, and how much of its history earlier steps have seen."""

    def __init__(self, file: str, life: Life, names: Names) -> None:
        self.life = life
        self.doing = Doing(file, life, names)
        self.onlooker = Onlooker(life, names)
        self.seen = 0

    def look(self) -> Sight:
        """What there is to see now, and what of it is new since the last step about this case."""
        return self.onlooker.look(self.seen)


class _Performance:
    """A scenario being played: the cases opened by now, and those still to come."""

    def __init__(self, play: Play, scenario: Scenario) -> None:
        self._play, self._file, self._names = play, scenario.file, Names(play.deployment)
        self._cases: dict[str, _Followed] = {}
        self._to_come = [scenario.opening, *scenario.also]
        self._reach(scenario.now)
        for deed in scenario.done:
            if deed.at:
                self._reach(deed.at)
            if refusal := self._try(deed):
                raise Difference(f"{deed.who} {deed.does}", "办成", _told_refusal(refusal))
        if scenario.done:
            for case in self._cases.values():
                case.seen = len(case.look().events)

    def take(self, step: Step) -> None:
        """Let time pass, do the deed, and look. Raises Difference."""
        self._reach(step.at)
        case = self._case(step.case)
        if step.deed is not None:
            before = case.look()
            refusal = self._try(step.deed)
            self._judge(step, step.deed, refusal, before)
        sight = case.look()
        check(step, sight, case.onlooker)
        if step.report:
            cases = [one.life.case_id for one in self._cases.values()]
            check_report(step.report, self._play, self._file, self._names, cases)
        case.seen = len(sight.events)

    def _reach(self, instant: datetime) -> None:
        """Let time pass for all cases together; those to come by then are opened at their own instants."""
        while self._to_come and self._to_come[0].at <= instant:
            opening = self._to_come.pop(0)
            self._pass_time(opening.at)
            self._open(opening)
        self._pass_time(instant)

    def reach_all(self) -> None:
        """Let time pass until the last case that there is to be was asked for. Raises Difference."""
        for opening in tuple(self._to_come):
            self._reach(opening.at)

    def _carry(self) -> None:
        carry([case.life for case in self._cases.values()])

    def _pass_time(self, instant: datetime) -> None:
        if self._cases:
            pass_time([case.life for case in self._cases.values()], instant)

    def _open(self, opening: Opening) -> None:
        """The case opened and followed; or, as the scenario says, refused."""
        what = f"{opening.who} 开办" if opening.who else "提交诉求"
        wanted = f"不予办理（{opening.refused}）" if opening.refused else "办成"
        try:
            life = open_case(self._play, self._file, opening, self._names)
        except (BadInput, CaseFaulted):
            raise
        except BihuanError as refusal:
            if opening.refused in _reasons(refusal):
                return
            raise Difference(what, wanted, _told_refusal(refusal)) from refusal
        if opening.refused:
            raise Difference(what, wanted, "办成了")
        self._cases[opening.name] = _Followed(self._file, life, self._names)
        self._carry()

    def _case(self, name: str) -> _Followed:
        found = self._cases.get(name)
        if found is None:
            raise BadInput(self._file, f"case {name}", "此时还没有开办", "把这一步放到它的 at 之后")
        return found

    def _try(self, deed: Deed) -> BihuanError | None:
        """The deed done, or what refused it. A scenario's own fault and a case that cannot go on are raised."""
        try:
            self._case(deed.case).doing.do(deed)
            self._carry()
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
        after = self._case(step.case).look()
        if len(after.events) != len(before.events) or after.tasks != before.tasks:
            raise Difference(what, "不予办理，一切如前", "；".join(map(told_task, after.tasks)) or "流转记录增加了")


def _reasons(refusal: BihuanError) -> set[str]:
    return {refusal.code, *refusal.clause.split()} if isinstance(refusal, Refused) else {refusal.code}


def _told_refusal(refusal: BihuanError) -> str:
    why = "；".join(f"{name}：{text}" for name, text in refusal.errors.items()) if isinstance(
        refusal, InvalidAnswers
    ) else refusal.chinese  # fmt: skip
    return f"不予办理（{'、'.join(sorted(_reasons(refusal)))}：{why}）"
