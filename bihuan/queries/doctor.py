"""What is wrong with an installation (体检): cases that stand still, work that nobody does, faults nobody has settled.

Called by `bihuan doctor`. Each finding says what it is, where, and what to do about it. It reads whatever is needed and
changes nothing; only whoever holds the keys of the installation runs it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from bihuan.domain.clock import BEIJING
from bihuan.queries.due import last_seen
from bihuan.queries.history import Verdict
from bihuan.queries.readiness import BELL_SECONDS
from bihuan.store import tables
from bihuan.store.messages import awaited, delivery, message
from bihuan.store.recounts import WAITING, recount
from bihuan.store.starts import timed_start
from bihuan.store.statement import Statement, compiled
from bihuan.store.unit_of_work import Reader

GRACE = timedelta(minutes=1)
"""So late may anything be before it is a finding."""
UNHEARD = timedelta(hours=30 * 24)
"""So long may a message between cases be without a receiver before it is a remark."""
SHOWN = 5
"""Examples a finding names."""

_case, _task, _deadline, _job = tables.case_file, tables.task, tables.deadline, tables.job
_notice, _incident = tables.notice, tables.incident
_LATE = sa.bindparam("late", type_=tables.INSTANT)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: `wrong` needs somebody, else it is a remark. `examples` are case numbers or years."""

    kind: str
    count: int
    examples: tuple[str, ...]
    what: str
    cure: str
    wrong: bool = True


def _has(table: sa.Table, *states: str) -> "sa.ColumnElement[bool]":
    """Whether the case has a row in one of these states; the state stands in the text, for the partial index."""
    wanted = sa.or_(*(table.c.state == sa.literal_column(f"'{state}'") for state in states))
    return sa.exists().where(table.c.case_id == _case.c.id, wanted).correlate(_case)


def _found(table: sa.Table, *conditions: "sa.ColumnElement[bool]") -> Statement:
    """How many rows, and the case numbers of some of them."""
    numbers = sa.func.array_agg(_case.c.case_no.distinct())
    chosen = sa.select(sa.func.count().label("count"), numbers.label("numbers")).where(*conditions)
    return compiled(chosen.select_from(table if table is _case else table.join(_case, _case.c.id == table.c.case_id)))


def _left(table: sa.Table, state: str) -> Statement:
    """Due for longer than GRACE, and in nobody's hands: never taken, or the lease over for as long."""
    waiting = table.c.state == sa.literal_column(f"'{state}'")
    free = sa.or_(table.c.taken_until.is_(None), table.c.taken_until < _LATE)
    return _found(table, waiting, table.c.due_at < _LATE, free, ~_has(_incident, "open"))


STUCK = _found(
    _case, _case.c.exit.is_(None), ~_has(_task, "open"), ~_has(_deadline, "running"), ~_has(_job, "waiting"),
    ~_has(awaited, "open"), ~_has(_incident, "open"),
)  # fmt: skip
LATE_TIMERS = _found(
    _deadline, _deadline.c.state == sa.literal_column("'running'"), _deadline.c.due_at < _LATE, ~_has(_incident, "open")
)
LEFT_JOBS, LEFT_NOTICES = _left(_job, "waiting"), _left(_notice, "waiting")
FAILED_NOTICES = _found(_notice, _notice.c.state == sa.literal_column("'failed'"))
OPEN_INCIDENTS = _found(_incident, _incident.c.state == sa.literal_column("'open'"))
PROVISIONAL = compiled(
    sa.select(
        sa.func.count().label("count"),
        sa.func.array_agg(
            sa.func.to_char(sa.func.timezone("Asia/Shanghai", _deadline.c.due_at), "YYYY").distinct()
        ).label("numbers"),
    ).where(_deadline.c.state == sa.literal_column("'running'"), _deadline.c.provisional)
)
_STARTED = sa.func.concat_ws(" ", timed_start.c.locality, timed_start.c.process, timed_start.c.period)
_WHY = sa.func.coalesce(sa.literal("（") + timed_start.c.last_error + "）", "")
LATE_STARTS = compiled(
    sa.select(sa.func.count().label("count"), sa.func.array_agg(_STARTED + _WHY).label("numbers")).where(
        timed_start.c.state == sa.literal_column("'waiting'"), timed_start.c.due_at < _LATE
    )
)
_NEVER = sa.and_(recount.c.taken_until.is_(None), recount.c.cases_done == 0, recount.c.due_at < _LATE)
LEFT_RECOUNTS = compiled(
    sa.select(sa.func.count().label("count"), sa.func.array_agg(recount.c.locality).label("numbers")).where(
        sa.or_(recount.c.state == "failed", sa.and_(WAITING, sa.or_(_NEVER, recount.c.taken_until < _LATE)))
    )
)
UNHEARD_MESSAGES = _found(
    message, message.c.thrown_at < _LATE, ~sa.exists().where(delivery.c.message_id == message.c.id)
)

NUMBERS = compiled(sa.select(_case.c.id, _case.c.case_no).order_by(_case.c.id))

CHECKS: tuple[tuple[str, Statement, str, str], ...] = (
    (
        "stuck", STUCK, "件工单未办结，却没有任何待办、时限或服务任务在等，也没有登记异常",
        "用 bihuan replay 编号 查看最后一步；多为流程图的出口没有画通，修订流程后由管理员登记处理",
    ),
    (
        "timers", LATE_TIMERS, "个时限已过一分钟以上仍未触发",
        "先看 bell 和 worker 是否在运行、Redis 是否可达；都正常的，查看 worker 日志中该工单的报错",
    ),
    (
        "jobs", LEFT_JOBS, "个服务任务已到时间而没有进程在办",
        "启动 worker（python -m workers.worker short），核对 BIHUAN_REDIS_URL 与 bell 一致",
    ),
    (
        "notices", LEFT_NOTICES, "条通知已到时间而没有发出",
        "启动 worker（python -m workers.worker short），核对 BIHUAN_REDIS_URL 与 bell 一致",
    ),
    (
        "failed-notices", FAILED_NOTICES, "条通知多次发送失败，只留在系统内收件箱",
        "核对邮件、短信网关设置（BIHUAN_SMTP_URL、BIHUAN_SMS_URL），并另行告知收件单位",
    ),
    (
        "incidents", OPEN_INCIDENTS, "个异常等待管理员处理",
        "由管理员在“异常”页逐条重试，或写明理由后跳过",
    ),
)  # fmt: skip


def examine(reader: Reader) -> list[Finding]:
    """Look everything over but the chains, which take long: the gravest first, remarks last."""
    looks = (_bell, _rows, _starts, _recounts, _provisional, _unheard)
    return [one for look in looks for one in look(reader)]


def case_numbers(reader: Reader) -> dict[UUID, str]:
    """Every case there is, with the number that people know it by."""
    return {row["id"]: row["case_no"] for row in reader.all(NUMBERS)}


def broken_chains(verdicts: list[Verdict], numbers: dict[UUID, str]) -> Iterator[Finding]:
    """The finding for cases whose history does not hold, if there are any."""
    broken = [numbers[verdict.case_id] for verdict in verdicts if not verdict.ok]
    if broken:
        yield Finding(
            "chains", len(broken), tuple(broken[:SHOWN]), f"{len(broken)} 件工单的流转记录核对不上，可能被改动",
            "停止改动数据库，用 bihuan verify 编号 查看断点，并与备份和已导出的签名核对",
        )  # fmt: skip


def _bell(reader: Reader) -> Iterator[Finding]:
    seen = last_seen(reader, "bell")
    if seen is None or seen > timedelta(seconds=BELL_SECONDS):
        ago = "从未运行" if seen is None else f"已 {int(seen.total_seconds())} 秒没有动静"
        cure = "启动 bell（python -m workers.bell）；在运行的，查看其日志，多为数据库或 Redis 连接不上"
        yield Finding("bell", 1, (), f"定时进程 bell {ago}，到期事项不会自动处理", cure)


def _rows(reader: Reader) -> Iterator[Finding]:
    for kind, statement, what, cure in CHECKS:
        row = reader.one(statement, late=reader.now - GRACE)
        if row and row["count"]:
            yield Finding(kind, row["count"], tuple(row["numbers"][:SHOWN]), f"{row['count']} {what}", cure)


def _starts(reader: Reader) -> Iterator[Finding]:
    row = reader.one(LATE_STARTS, late=reader.now - GRACE)
    if row and row["count"]:
        cure = (
            "先看 bell 和 worker 是否在运行；都正常的，按括号中的原因修订流程并重新部署，开办会自动重试，各期依次补开"
        )
        named = tuple(row["numbers"][:SHOWN])
        yield Finding("starts", row["count"], named, f"{row['count']} 个定时事项到期一分钟以上仍未开办", cure)


def _recounts(reader: Reader) -> Iterator[Finding]:
    row = reader.one(LEFT_RECOUNTS, late=reader.now - GRACE)
    if row and row["count"]:
        cure = "先看 bell 和 worker 是否在运行、worker 日志中有无报错，再由管理员在“日历”页的“重算时限”中继续"
        yield Finding(
            "recounts", row["count"], tuple(row["numbers"]), f"{row['count']} 次时限的试算或重算没有完成", cure
        )


def _provisional(reader: Reader) -> Iterator[Finding]:
    row = reader.one(PROVISIONAL)
    if row and row["count"]:
        years = tuple(row["numbers"])
        what = f"{row['count']} 个时限暂按推算的节假日计算（到期于 {'、'.join(years)} 年），国务院放假通知尚未载入"
        cure = f"{int(min(years)) - 1} 年底通知发布后，更新 holidays 依赖包，或由管理员在“日历”页导入通知"
        yield Finding("provisional", row["count"], years, what, cure, wrong=False)


def _unheard(reader: Reader) -> Iterator[Finding]:
    row = reader.one(UNHEARD_MESSAGES, late=reader.now - UNHEARD)
    if row and row["count"]:
        what = f"{row['count']} 条工单之间的消息已发出 30 天以上，没有工单接收"
        cure = "核对流程图中收发双方的 correlation_key；确实无人需要的可以不理"
        yield Finding("messages", row["count"], tuple(row["numbers"][:SHOWN]), what, cure, wrong=False)


def as_of(reader: Reader) -> str:
    """The moment of the examination as people read it."""
    return f"{reader.now.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
