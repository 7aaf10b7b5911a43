"""Random diagrams of the dialect for properties: blocks inside blocks, each sound by itself, with buttons and
deadlines.

A block is a chain `first … last` of elements; gateways, loops and sub-processes hold blocks. What a block decides by
(`pick`, `again`, `bad`, `day`) is set by random deeds (test_properties.py).
"""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from tests.engine.diagrams import (
    TERMINATE,
    boundary,
    button,
    call,
    catch,
    decide,
    dmn,
    each,
    end,
    error,
    flows,
    gate,
    job,
    limit,
    mark,
    message,
    process,
    start,
    sub,
    throw,
    timer,
    user,
    when,
)

CALLED = process(
    "q",
    start() + user("sign", '${unit + ":principal"}', milestone="signed")
    + limit("sign_due", "sign", "workdays(2, since=begun_at)") + user("chase") + gate("g", "no") + end("no")
    + end("yes")
    + flows("s sign g no", "sign_due chase no") + when("g", "yes", "pick == 1"),
)  # fmt: skip
TABLE = dmn("table", "pick", "grade", '1 | "high"', '- | "low"')


@dataclass
class Pen:
    """Writes one body; ids are counted over the whole process."""

    numbers: list[int] = field(default_factory=lambda: [0])
    body: str = ""

    def name(self, kind: str) -> str:
        """The next id."""
        self.numbers[0] += 1
        return f"{kind}{self.numbers[0]}"

    def add(self, *parts: str) -> None:
        """Write elements or flows."""
        self.body += "".join(parts)

    def inside(self) -> "Pen":
        """A pen for a sub-process."""
        return Pen(self.numbers)


Block = tuple[str, str]
"""The first and the last element of a block."""


@st.composite
def diagrams(draw: st.DrawFn) -> list[str]:
    """The files of a deployment whose process is `p`."""
    pen = Pen()
    first, last = draw_sequence(draw, pen, 3)
    pen.add(start(milestone="begun"), end(), flows(f"s {first}", f"{last} e"))
    return [process("p", pen.body, messages="m ask notice", errors="bad"), CALLED, TABLE]


def draw_sequence(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """One to three blocks, one after the other."""
    blocks = [draw_block(draw, pen, depth) for _ in range(draw(st.integers(1, 3 if depth > 1 else 2)))]
    for (_, before), (after, _) in pairwise(blocks):
        pen.add(flows(f"{before} {after}"))
    return blocks[0][0], blocks[-1][1]


def draw_block(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """Any block; at depth 0 a simple one."""
    simple = [task, task, passing, work, waiting]
    nested = [choice, together, loop, sub_process, sub_process, several, called]
    return draw(st.sampled_from(simple if depth == 0 else simple + nested))(draw, pen, depth)


def task(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """A user task, perhaps with deadlines and buttons."""
    name = pen.name("u")
    milestone = {"milestone": draw(st.sampled_from(["begun", "done", "seen"]))} if draw(st.booleans()) else {}
    pen.add(user(name, "${unit}", **milestone))
    edge(draw, pen, name, depth, name)
    return name, name


def edge(draw: st.DrawFn, pen: Pen, on: str, depth: int, join: str) -> None:
    """Deadlines and buttons on an activity; interrupting ones end the body's branch."""
    for _ in range(draw(st.integers(0, 2))):
        interrupting = draw(st.booleans())
        if draw(st.booleans()):
            name = pen.name("t")
            date = draw(st.sampled_from(["workdays(1, since=begun_at)", "workdays(3, since=begun_at)", "on(day)"]))
            pen.add(limit(name, on, date, interrupting=interrupting))
            side_branch(draw, pen, name, depth, name)
        else:
            name = pen.name("b")
            pen.add(button(name, on, interrupting=interrupting, audience="${unit}", name="ask"))
            side_branch(draw, pen, name, depth, None)


def side_branch(draw: st.DrawFn, pen: Pen, event: str, depth: int, moves: str | None) -> None:
    """What follows a boundary event: a little work, then an end of its own."""
    last, stop = event, pen.name("e")
    if draw(st.booleans()):
        first, end_ = draw_block(draw, pen, max(0, depth - 2))
        pen.add(flows(f"{event} {first}"))
        last = end_
    if moves and draw(st.booleans()):
        name = pen.name("v")
        pen.add(job(name, "deadline.move", deadline=moves, to="workdays(4, since=begun_at)"), flows(f"{last} {name}"))
        last = name
    pen.add(end(stop), flows(f"{last} {stop}"))


def passing(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """A milestone, a notice or a decision."""
    name = pen.name("m")
    pen.add(
        draw(
            st.sampled_from(
                [
                    mark(name, milestone="seen"),
                    throw(name, message("notice"), payload='{"template": "x", "to": unit}'),
                    decide(name, "table"),
                ]
            )
        )
    )
    return name, name


def work(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """A job, perhaps with an error event that leads back to the way."""
    name, after = pen.name("j"), pen.name("x")
    pen.add(job(name), gate(after), flows(f"{name} {after}"))
    if draw(st.booleans()):
        caught, fix = pen.name("c"), pen.name("u")
        pen.add(boundary(caught, name, error("bad")), user(fix, "fixer"), flows(f"{caught} {fix} {after}"))
    return name, after


def waiting(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """An event-based gateway with an answer, a message and a date."""
    first, last = pen.name("g"), pen.name("x")
    a, b, c = pen.name("a"), pen.name("a"), pen.name("a")
    pen.add(
        gate(first, kind="eventBased"), catch(a, message("m"), audience="complainant"),
        catch(b, message("m"), correlation_key="unit"), catch(c, timer("workdays(2, since=begun_at)")), gate(last),
        flows(*(f"{first} {each_} {last}" for each_ in (a, b, c))),
    )  # fmt: skip
    return first, last


def choice(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """An exclusive choice of two ways."""
    first, last = pen.name("g"), pen.name("x")
    (a, b), (c, d) = (draw_sequence(draw, pen, depth - 1) for _ in range(2))
    pen.add(
        gate(first, c), gate(last), when(first, a, "pick == 1"), flows(f"{first} {c}", f"{b} {last}", f"{d} {last}")
    )
    return first, last


def together(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """A parallel block."""
    first, last = pen.name("f"), pen.name("j")
    pen.add(gate(first, kind="parallel"), gate(last, kind="parallel"))
    for _ in range(draw(st.integers(2, 3))):
        a, b = draw_sequence(draw, pen, depth - 1)
        pen.add(flows(f"{first} {a}", f"{b} {last}"))
    return first, last


def loop(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """Work, a check, and perhaps the same again."""
    first, check, last = pen.name("x"), pen.name("u"), pen.name("g")
    a, b = draw_sequence(draw, pen, depth - 1)
    after = pen.name("x")
    pen.add(
        gate(first), user(check, "checker"), gate(last, after), gate(after),
        flows(f"{first} {a}", f"{b} {check} {last}"),
        when(last, first, "again"), flows(f"{last} {after}"),
    )  # fmt: skip
    return first, after


def body(draw: st.DrawFn, pen: Pen, depth: int) -> str:
    """The inside of a sub-process; it may end by a plain, a terminate or an error end."""
    inner = pen.inside()
    first, last = draw_sequence(draw, inner, depth - 1)
    begin, way, stop = inner.name("s"), inner.name("g"), inner.name("e")
    inner.add(start(begin), end(stop, draw(st.sampled_from(["", TERMINATE]))), flows(f"{begin} {first}"))
    if draw(st.booleans()):
        wrong = inner.name("e")
        inner.add(gate(way, stop), end(wrong, error("bad"), payload='{"unit": unit}'), when(way, wrong, "bad"))
        inner.add(flows(f"{last} {way} {stop}"))
    else:
        inner.add(flows(f"{last} {stop}"))
    return inner.body


def sub_process(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """A sub-process with deadlines and buttons, whose errors come back to the way."""
    name, caught, after = pen.name("w"), pen.name("c"), pen.name("x")
    pen.add(sub(name, body(draw, pen, depth)), boundary(caught, name, error()), gate(after))
    pen.add(flows(f"{name} {after}", f"{caught} {after}"))
    edge(draw, pen, name, depth, after)
    return name, after


def several(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """Several units at once: tasks, calls or sub-processes, inside a sub-process that takes their errors."""
    name, caught, after = pen.name("w"), pen.name("c"), pen.name("x")
    inner = pen.inside()
    begin, many, stop = inner.name("s"), inner.name("i"), inner.name("e")
    kind = draw(st.sampled_from(["task", "call", "sub"]))
    if kind == "task":
        inner.add(user(many, "${unit}", each("units", "unit"), collect="pick"))
    elif kind == "call":
        inner.add(call(many, "q", each("units", "unit"), ins="unit>unit", outs="pick>pick"))
    else:
        inner.add(sub(many, each("units", "unit") + body(draw, inner, depth)))
    inner.add(start(begin), end(stop), flows(f"{begin} {many} {stop}"))
    pen.add(sub(name, inner.body), boundary(caught, name, error()), gate(after))
    pen.add(flows(f"{name} {after}", f"{caught} {after}"))
    return name, after


def called(draw: st.DrawFn, pen: Pen, depth: int) -> Block:
    """A called process, perhaps under a deadline."""
    name = pen.name("k")
    pen.add(call(name, "q", ins="unit>unit", outs="pick>picked"))
    edge(draw, pen, name, depth, name)
    return name, name
