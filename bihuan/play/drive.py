"""Drive: real messages, each played through its whole life at the instants it really was sent and answered.

Each message is a provincial order, received and dispatched when it was sent. When it was replied to, its unit completes
whatever of its own is open, in order; then everybody else does what is asked of them, at once and favourably. Between
the two only time passes, and the procedure's own deadlines act.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bihuan.domain.errors import InvalidAnswers, Misconfigured
from bihuan.play.filling import FAVOURABLE
from bihuan.play.life import PROVINCE, Handed, Life, Play
from bihuan.play.messages import Message, RowFault

MOST_DEEDS = 50
"""More deeds than this after the reply, and the case does not come to its end."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a message is about and which unit handles it, chosen before the play."""

    category: str
    unit: str


def assignments(play: Play) -> Callable[[int], Assignment]:
    """Categories and handling units in turn, by the message's place: the same file gives the same play."""
    categories = [option.value for option in play.options["categories"]]
    units = [option.value for option in play.options["handling_units"]]
    if not categories or not units:
        raise Misconfigured(f"辖区 {play.locality} 没有诉求类别或承办单位，无法演练。")
    return lambda place: Assignment(str(categories[place % len(categories)]), str(units[place % len(units)]))


def drive(play: Play, messages: Sequence[Message], *, done: Callable[[], None]) -> list[RowFault]:
    """Play all answered messages in one virtual time, the earliest instant first; `done` is called after each life.

    At one instant a due deadline goes before a deed, and earlier messages go before later ones. Messages that the
    order's form does not take are left out and given back.
    """
    faults: list[RowFault] = []
    assigned = assignments(play)
    lives: dict[int, Life] = {}
    upcoming = [(message.sent_at, place, 0) for place, message in enumerate(messages)]
    heapq.heapify(upcoming)
    while upcoming:
        instant, place, turn = heapq.heappop(upcoming)
        play.stage.move_to(instant)
        message = messages[place]
        if turn == 1:
            _reply(lives.pop(place), assigned(place).unit)
            done()
            continue
        try:
            lives[place] = _receive(play, message, assigned(place))
        except InvalidAnswers as fault:
            faults.append(RowFault(message.row, "；".join(fault.errors.values())))
            done()
        else:
            heapq.heappush(upcoming, (message.replied_at or instant, place, 1))
    return faults


def _receive(play: Play, message: Message, assignment: Assignment) -> Life:
    """The platform receives the order and dispatches it, at the same instant."""
    answers = {"subject": message.subject, "body": message.body, "category": assignment.category}
    life = play.hand_in(Handed(PROVINCE, answers, {"name": message.author}, external_no=message.id))
    for task in life.tasks():
        life.complete(task, {}, otherwise={"handling_unit": assignment.unit})
    return life


def _reply(life: Life, unit: str) -> None:
    """The unit completes its own tasks one after the other; then everybody does what the case asks of them."""
    for _ in range(MOST_DEEDS):
        own = [task for task in life.tasks() if task.group_key == unit]
        if not own:
            break
        life.complete(own[0], {}, otherwise=FAVOURABLE)
    for _ in range(MOST_DEEDS):
        if not _do_one(life) and not life.play.stage.ring():
            break


def _do_one(life: Life) -> bool:
    """One task or outside wait that is open, done favourably; whether there was one."""
    tasks, buttons = life.asked()
    if tasks:
        life.complete(tasks[0], {}, signed=tasks[0].signature, otherwise=FAVOURABLE)
    elif buttons:
        first = buttons[0]
        life.press(str(first.key), first.form, {}, actor=life.member(first.audience[0]), otherwise=FAVOURABLE)
    return bool(tasks or buttons)
