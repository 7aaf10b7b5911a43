"""A case's history (流转记录), and the proof that it is whole: the chain holds and folding it gives what is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from bihuan.domain.events import GENESIS, Event, broken_at, canonical
from bihuan.domain.folding import Picture, fold
from bihuan.engine import Waits, waits
from bihuan.locality.deployments import deployment_of
from bihuan.queries.file_proof import FILES, files_by_history, files_by_rows
from bihuan.store import tables
from bihuan.store.messages import CARRY, LOOK, NOTICE, awaited, delivery, message
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader, Row

_case, _task, _deadline, _job = tables.case_file, tables.task, tables.deadline, tables.job
_event, _sender = tables.history_event, _case.alias("sender")
_ID = sa.bindparam("case_id", type_=tables.ID)
_first = _event.alias("first")


def _named(row: sa.FromClause) -> sa.ColumnElement[str]:
    return sa.func.encode(row.c.deployment, sa.literal_column("'hex'"))


_DEPLOYMENT = sa.func.coalesce(
    _named(_event), sa.select(_named(_first)).where(_first.c.case_id == _ID, _first.c.no == 1).scalar_subquery()
)
EVENTS = compiled(
    sa.select(
        _event.c.case_id, _event.c.no, _event.c.kind, _event.c.actor, _event.c.acting_for, _event.c.at,
        _event.c.recorded_at, _DEPLOYMENT.label("deployment"), _event.c.key, _event.c.payload, _event.c.hash,
    )
    .where(_event.c.case_id == _ID)
    .order_by(_event.c.no)
)  # fmt: skip
STORED = compiled(
    sa.select(
        _case.c.state, _case.c.events, _case.c.head, _case.c.exit, _case.c.deployment, _case.c.complained_of
    ).where(_case.c.id == _ID)
)
OPEN = compiled(
    sa.union_all(
        sa.select(sa.literal("task").label("kind"), _task.c.key, sa.null().cast(tables.INSTANT).label("due_at")).where(
            _task.c.case_id == _ID, _task.c.state == "open"
        ),
        sa.select(sa.literal("deadline"), _deadline.c.key, _deadline.c.due_at).where(
            _deadline.c.case_id == _ID, _deadline.c.state == "running"
        ),
        sa.select(sa.literal("job"), _job.c.key, sa.null().cast(tables.INSTANT)).where(
            _job.c.case_id == _ID,
            sa.or_(_job.c.state == "waiting", _job.c.state == "failed"),
            _job.c.topic.not_in([sa.literal_column(f"'{topic}'") for topic in (CARRY, LOOK)]),
        ),
        sa.select(sa.literal("awaited"), awaited.c.key, sa.null().cast(tables.INSTANT)).where(
            awaited.c.case_id == _ID, awaited.c.state == "open"
        ),
    )
)
MESSAGES = compiled(
    sa.union_all(
        sa.select(
            sa.literal("thrown").label("kind"), message.c.key, message.c.name, message.c.correlation_key,
            message.c.payload, sa.null().cast(sa.Text).label("sender"),
        ).where(message.c.case_id == _ID),
        sa.select(
            sa.case((delivery.c.passed_over, "passed_over"), else_="delivered"), message.c.key, message.c.name,
            delivery.c.key, sa.null().cast(JSONB), _sender.c.case_no,
        )
        .join_from(delivery, message, message.c.id == delivery.c.message_id)
        .join(_sender, _sender.c.id == message.c.case_id)
        .where(delivery.c.case_id == _ID),
    )
)  # fmt: skip
CASES = compiled(sa.select(_case.c.id).order_by(_case.c.id))


class Flaw(NamedTuple):
    """What is not whole: in English, with all there is to know, for the log; in Chinese for whoever audits."""

    said: str
    told: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a case's history is whole, and what is not."""

    case_id: UUID
    events: int
    flaws: tuple[Flaw, ...]

    @property
    def ok(self) -> bool:
        return not self.flaws

    @property
    def faults(self) -> tuple[str, ...]:
        """In English."""
        return tuple(flaw.said for flaw in self.flaws)


def whole_part(events: list[Event]) -> list[Event]:
    """The events up to the first that does not follow from the one before: as far as history can be believed."""
    number = broken_at(events)
    return events if number is None else [event for event in events if event.no < number]


def history(reader: Reader, case_id: UUID) -> list[Event]:
    """All events of a case, the first first. A row without an actor is of whoever the event before is of."""
    events = reader.all_as(Event, EVENTS, case_id=case_id)
    for place, event in enumerate(events):
        if not event.actor and place:
            before = events[place - 1]
            events[place] = event._replace(actor=before.actor, acting_for=before.acting_for)
    return events


def case_ids(reader: Reader) -> Iterator[UUID]:
    """Every case there is, in the order they came."""
    for row in reader.all(CASES):
        yield row["id"]


def verify(reader: Reader, case_id: UUID) -> Verdict:
    """Check a case: its chain, its head and length, and its folded picture against the rows and the engine's state.

    Read in a snapshot: a deed that commits between two of these reads would look like a fault.
    """
    return verified(reader, case_id, history(reader, case_id))


def verified(reader: Reader, case_id: UUID, events: list[Event]) -> Verdict:
    """The same, of events that were read in the same snapshot."""
    stored = reader.one(STORED, case_id=case_id)
    if stored is None:
        return Verdict(case_id, len(events), (Flaw("there is no such case", "没有这件工单"),))
    flaws = tuple(_chain_flaws(events, stored))
    # What a broken chain says proves nothing, and may not even be readable: it is not folded.
    return Verdict(case_id, len(events), flaws or tuple(_fold_flaws(reader, events, stored)))


def _chain_flaws(events: list[Event], stored: Row) -> Iterator[Flaw]:
    if (number := broken_at(events)) is not None:
        told = f"第 {number} 条记录与前一条不衔接：这一条或其前后的记录被改动、增加或删除"
        yield Flaw(f"the chain breaks at event {number}", told)
    if len(events) != stored["events"]:
        told = f"现有 {len(events)} 条记录，工单登记的是 {stored['events']} 条"
        yield Flaw(f"{len(events)} events where the case counts {stored['events']}", told)
    if (events[-1].hash if events else GENESIS) != stored["head"]:
        yield Flaw("the last event is not the case's head", "末条记录的摘要与工单登记的不一致")


def _fold_flaws(reader: Reader, events: list[Event], stored: Row) -> Iterator[Flaw]:
    picture = fold(events)
    definition = deployment_of(reader, stored["deployment"]).definition
    yield from _differences("engine", picture, _of_engine(waits(definition, stored["state"])))
    if events:
        rows, messages, files = reader.each(OPEN, MESSAGES, FILES, case_id=events[0].case_id)
        yield from _differences("rows", picture, _of_rows(rows))
        if _messages_in(events) != _messages_of(messages):
            yield Flaw("messages thrown or delivered by history differ from the rows", "收发的消息与登记的不一致")
        if files_by_history(events) != files_by_rows(files):
            yield Flaw("attachments by history differ from the rows", "附件与登记的不一致")
    if named := {event.detail["unit"] for event in events if event.kind == "complained_of_named"} - {
        *stored["complained_of"]
    }:
        said = f"{sorted(named)} were complained about, but the case does not bar them"
        yield Flaw(said, "记录写明的被反映单位没有全部回避")
    if picture.exit != stored["exit"]:
        said = f"history ends as {picture.exit}, the case as {stored['exit']}"
        yield Flaw(said, "按记录推演的结束情况与工单登记的不一致")


_FOLDED: Final = {
    "tasks": "待办环节", "buttons": "可提事项", "deadlines": "时限", "jobs": "系统办理事项", "messages": "等待的消息",
    "milestones": "节点",
}  # fmt: skip
_STORED: Final = {"engine": "流程状态", "rows": "登记的情况"}


def _differences(whose: str, picture: Picture, found: dict[str, object]) -> Iterator[Flaw]:
    folded: dict[str, object] = {
        "tasks": set(picture.tasks), "buttons": set(picture.buttons), "deadlines": picture.deadlines,
        "jobs": set(picture.jobs), "messages": set(picture.messages), "milestones": picture.milestones,
    }  # fmt: skip
    for what, value in found.items():
        if folded[what] != value:
            said = f"{what} by history differ from the {whose}: {folded[what]} and {value}"
            yield Flaw(said, f"按记录推演的{_FOLDED[what]}与{_STORED[whose]}不一致")


def _of_engine(open_now: Waits) -> dict[str, object]:
    return {
        "tasks": {str(one.key) for one in open_now.tasks},
        "buttons": {str(one.key) for one in open_now.buttons},
        "deadlines": {str(one.key): one.due_at for one in open_now.deadlines},
        "jobs": {str(one.key) for one in open_now.jobs},
        "messages": {str(one.key) for one in open_now.messages},
    }


def _of_rows(rows: list[Row]) -> dict[str, object]:
    return {
        "tasks": {row["key"] for row in rows if row["kind"] == "task"},
        "deadlines": {row["key"]: row["due_at"] for row in rows if row["kind"] == "deadline"},
        "jobs": {row["key"] for row in rows if row["kind"] == "job"},
        "messages": {row["key"] for row in rows if row["kind"] == "awaited"},
    }


def _messages_in(events: list[Event]) -> set[tuple[object, ...]]:
    """What a case threw to others and what came to it, as its history says."""
    found: set[tuple[object, ...]] = set()
    for event in events:
        match event.kind, event.detail:
            case "message_thrown", {"name": name, "correlation_key": str(key), "payload": payload} if name != NOTICE:
                found.add(("thrown", event.key, name, key, canonical(payload), None))
            case "message_delivered" | "message_passed_over", {"from": sender, "message": thrown, "name": name}:
                found.add((event.kind.removeprefix("message_"), thrown, name, event.key, None, sender))
    return found


def _messages_of(rows: list[Row]) -> set[tuple[object, ...]]:
    return {
        (
            row["kind"], row["key"], row["name"], row["correlation_key"],
            None if row["payload"] is None else canonical(row["payload"]), row["sender"],
        )
        for row in rows
    }  # fmt: skip
