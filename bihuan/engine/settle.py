"""Running all that is automatic, and firing what is due, until nothing moves.

1. Automatic elements run in the order they became ready; ends that cancel run last.
2. A button whose branch is done is armed again.
3. What is due at `now` fires, the earliest first: by due time, then those that do not interrupt, then in the order
   armed. Each fires at its own event time, so what follows counts from when it was due, however late the machine is.
"""

from datetime import datetime

from bihuan.engine import around
from bihuan.engine.elements.timers import Timer
from bihuan.engine.tree import CaseFlow, Token


def settle(case: CaseFlow) -> None:
    """Run everything automatic at the present event time. Raises ExecutionFault when the diagram spins."""
    was_over = case.completed
    while True:
        token = case.next_automatic()
        if token is not None:
            case.moment.count_move(token.task_spec.process, token.task_spec.bpmn_id)
            token.run()
        elif not arm_again(case):
            break
    case.moment.settled()
    if case.completed and not was_over:
        case.moment.record("case_ended", None, exit=case.exit)


def fire_due(case: CaseFlow) -> None:
    """Fire every timer due at `now`, each followed by all it leads to."""
    moment = case.moment
    while (found := _next_due(case)) is not None:
        token, timer = found
        moment.count_move(timer.process, timer.bpmn_id)
        moment.at = max(moment.at, around.due(token))
        timer.fire(token)
        settle(case)


def _next_due(case: CaseFlow) -> tuple[Token, Timer] | None:
    found: list[tuple[datetime, bool, int, Token, Timer]] = []
    for place, token in enumerate(case.find()):
        spec = token.task_spec
        if token.waiting and isinstance(spec, Timer):
            found.append((around.due(token), bool(spec.info.interrupting), place, token, spec))
    if not found:
        return None
    due, _, _, token, spec = min(found, key=lambda each: each[:3])
    return (token, spec) if due <= case.moment.now else None


def arm_again(case: CaseFlow) -> bool:
    """Arm each pressed button whose branch is done and whose activity is still open. True: one was armed."""
    for token in list(case.find()):
        spec = token.task_spec
        if spec.arms_again and token.finished and "pressed" in token.internal_data and not is_live(token):
            del token.internal_data["pressed"]
            if around.activity_of(token) is not None and token.up is not None:
                token.up.add(spec).enter()
                return True
    return False


def is_live(token: Token) -> bool:
    """Whether anything unfinished is left below a token."""
    todo = list(token.below)
    while todo:
        each = todo.pop()
        if not each.finished:
            return True
        todo += each.below
    return False
