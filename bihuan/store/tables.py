"""The tables, described once with SQLAlchemy Core: migrations build them, statements are compiled from them.

Every table says in `comment=` what a row is. Instants are timestamptz in UTC; names ending in `_on` are dates.
What a person wrote lies in `request`, `task.answers` and, encrypted, in `identity`; never in `case_file.state`,
never in `history_event`.
"""

import orjson
import sqlalchemy as sa
from psycopg.types.json import Jsonb as Json
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

from bihuan.store.columns import ID, IDS, INSTANT, metadata
from bihuan.store.columns import case as _case
from bihuan.store.columns import instant as _instant
from bihuan.store.columns import state as _state
from bihuan.store.columns import text as _text

__all__ = ["ID", "IDS", "INSTANT", "metadata"]

deployment = sa.Table(
    "deployment",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True, comment="SHA-256 over paths and contents"),
    _text("locality"),
    _instant("deployed_at", null=False),
    _text("deployed_by", "account, or the command line"),
    _text("note", "why"),
    comment="A locality's folder (with the common one) as it was deployed; immutable",
)

deployment_file = sa.Table(
    "deployment_file",
    metadata,
    sa.Column("deployment", sa.Text, sa.ForeignKey("deployment.hash"), primary_key=True),
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("content", BYTEA, nullable=False),
    comment="One file of a deployment, byte for byte; immutable",
)

locality = sa.Table(
    "locality",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("name"),
    sa.Column(
        "deployment", sa.Text, sa.ForeignKey("deployment.hash"), nullable=False, comment="in force for new cases"
    ),
    sa.Column("calendar_version", sa.Integer, nullable=False, server_default="0", comment="of calendar_override"),
    sa.Column("log_entries", sa.Integer, nullable=False, server_default="0", comment="length of administrative_entry"),
    sa.Column("log_head", BYTEA, nullable=True, comment="hash of the last administrative_entry"),
    comment="A jurisdiction (辖区) that runs procedures",
)

calendar_override = sa.Table(
    "calendar_override",
    metadata,
    sa.Column("locality", sa.Text, sa.ForeignKey("locality.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, comment="in force from this version on"),
    sa.Column("day", sa.Date, primary_key=True),
    _text("kind", "workday, holiday, morning, afternoon, national (as the notices say again), announced (of its year)"),
    _text("reason", "what the day is called on receipts, and why"),
    sa.Column("source", sa.Text, nullable=False, server_default="", comment="the notice it follows"),
    _text("entered_by"),
    _instant("entered_at", null=False),
    comment="A day that differs from the State Council's notices as packaged; append-only",
)

case_number = sa.Table(
    "case_number",
    metadata,
    sa.Column("locality", sa.Text, sa.ForeignKey("locality.id"), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
    comment="The last serial number given in a locality and year",
)

unit = sa.Table(
    "unit",
    metadata,
    sa.Column("locality", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True, comment="the group key of its officers"),
    _text("name"),
    _text("kind", "platform, supervision, leaders, province, audit or handling"),
    sa.Column("position", sa.Integer, nullable=False, server_default="0", comment="order in lists"),
    sa.Column("closed", sa.Boolean, nullable=False, server_default="false", comment="the folder no longer names it"),
    _text("phone", "on duty; notices of the unit go there too", null=True),
    _text("email", "on duty; notices of the unit go there too", null=True),
    comment="A unit (单位) that takes part in procedures",
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _text("locality"),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("password_hash", "argon2id"),
    _text("email", null=True),
    _text("phone", null=True),
    sa.Column("active", sa.Boolean, nullable=False, server_default="true"),
    sa.Column("session_version", sa.Integer, nullable=False, server_default="1", comment="raised to end all sessions"),
    sa.Column("left_sessions", IDS, nullable=False, server_default="{}", comment="logged out of, the latest first"),
    _instant("created_at", null=False),
    _instant("one_time_until", "an administrator gave the password: good until then, and to be changed at log-in"),
    comment="An officer's account; never a complainant's",
)

membership = sa.Table(
    "membership",
    metadata,
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True, comment="officer, principal, auditor, process_owner, administrator"),
    comment="What an account is in a unit",
)

stand_in = sa.Table(
    "stand_in",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False, index=True, comment="who acts"),
    sa.Column("for_account", ID, sa.ForeignKey("account.id"), nullable=False, comment="for whom"),
    _instant("from_at", null=False),
    _instant("until_at", "no longer from this instant on", null=False),
    _text("reason"),
    _text("appointed_by"),
    _instant("revoked_at", "ended before its time"),
    comment="Somebody acts for an absent colleague (代理) for a time; every deed says so",
)
sa.Index("stand_in_absent", stand_in.c.for_account, stand_in.c.until_at)

case_file = sa.Table(
    "case_file",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("locality", sa.Text, sa.ForeignKey("locality.id"), nullable=False),
    _text("case_no", "what people see: ZBJS202600001"),
    sa.Column("deployment", sa.Text, sa.ForeignKey("deployment.hash"), nullable=False, comment="stays for its life"),
    _text("process", "id of the main process"),
    _text("origin", "province or portal"),
    _text("channel", "how it came: portal, window, province, import"),
    _text("category"),
    _text("handling_unit", "now responsible", null=True),
    sa.Column(
        "complained_of", ARRAY(sa.Text), nullable=False, comment="never learn who complained; the last named last"
    ),
    sa.Column("involved", ARRAY(sa.Text), nullable=False, comment="units that ever had a task of it"),
    sa.Column("state", BYTEA, nullable=False, comment="the engine's, pruned; control scalars only"),
    sa.Column("events", sa.Integer, nullable=False, comment="length of its history"),
    sa.Column("head", BYTEA, nullable=False, comment="hash of its last event"),
    _instant("next_due_at", "the earliest running deadline"),
    _instant("opened_at", null=False),
    _instant("dispatched_at", "接收工单: deadlines count from here"),
    _instant("ended_at"),
    _text("exit", "closed (销号), declined, transferred, withdrawn; null while it runs", null=True),
    sa.Column("handed_on", sa.Integer, nullable=False, server_default="0", comment="how often its unit was changed"),
    sa.UniqueConstraint("locality", "case_no"),
    comment="Our handling (工单) of one request",
)
_SOUGHT_BY = ["process", "handling_unit", "opened_at", "exit", "involved"]
sa.Index("case_file_found", case_file.c.locality, case_file.c.case_no, postgresql_include=_SOUGHT_BY)
sa.Index("case_file_ended", case_file.c.locality, case_file.c.ended_at)
RUNS = case_file.c.exit.is_(None)
"""The case has not ended."""
sa.Index("case_file_open", case_file.c.locality, case_file.c.id, postgresql_where=RUNS)

request = sa.Table(
    "request",
    metadata,
    _case(primary=True),
    _text("subject"),
    _text("body", "as handed in; sealed once struck out"),
    _text("struck_subject", "for units; null until the platform struck it out", null=True),
    _text("struck_body", "for units; null until the platform struck it out", null=True),
    _text("external_no", "the sender's number of it", null=True),
    sa.Column("query_code_hash", BYTEA, nullable=True, comment="HMAC of the complainant's query code"),
    sa.Column("submission_id", ID, nullable=False, unique=True, comment="the same submission twice is one request"),
    _instant("submitted_at", null=False),
    comment="The request (诉求) as handed in",
)
sa.Index("request_external_no", request.c.external_no, postgresql_where=request.c.external_no.is_not(None))

identity = sa.Table(
    "identity",
    metadata,
    _case(primary=True),
    _text("key_id", "which key"),
    sa.Column("nonce", BYTEA, nullable=False),
    sa.Column("sealed", BYTEA, nullable=False, comment="AES-256-GCM of name, phone, …; bound to the case"),
    sa.Column("phone_lookup", BYTEA, nullable=True, comment="HMAC of the phone number"),
    comment="Who complained; the only place that says so",
)
sa.Index("identity_phone", identity.c.phone_lookup, identity.c.case_id)

task = sa.Table(
    "task",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _case(),
    _text("locality"),
    _text("key", "process/element/occurrence"),
    _text("name"),
    _text("form", null=True),
    _text("group_key", "who may do it: unit or unit:role"),
    _text("clause", null=True),
    sa.Column("signature", sa.Boolean, nullable=False, comment="completing needs the password again"),
    sa.Column("assignee", ID, sa.ForeignKey("account.id"), nullable=True, comment="who claimed it (签收)"),
    _state("open, completed, cancelled", "open"),
    _instant("opened_at", null=False),
    _text("deadline_key", "the deadline that governs it", null=True),
    _instant("due_at", "late from this instant on"),
    _instant("original_due_at", "before any extension"),
    _instant("ended_at"),
    sa.Column("completed_by", ID, sa.ForeignKey("account.id"), nullable=True),
    _text("acting_for", null=True),
    _text("part", "lead, rework, supporting, supervising; null: the desk's own step", null=True),
    sa.Column("extends", sa.Boolean, nullable=False, server_default=sa.false(), comment="decides on more time (延期)"),
    sa.Column("reminders", sa.SmallInteger, nullable=False, server_default="0", comment="of its unit, while open"),
    sa.Column("submission_id", ID, nullable=True),
    sa.Column("control", JSONB, nullable=True, comment="decided values that went into the state"),
    sa.Column("answers", JSONB, nullable=True, comment="what the person wrote"),
    sa.UniqueConstraint("case_id", "key"),
    comment="A user task (待办任务)",
)
OPEN = task.c.state == sa.literal_column("'open'")
"""The task waits for somebody."""
sa.Index(
    "task_inbox", task.c.locality, task.c.group_key, task.c.due_at, task.c.id,
    postgresql_where=OPEN, postgresql_include=["assignee", "part"],
)  # fmt: skip
_CLAIMED = sa.and_(OPEN, task.c.assignee.is_not(None))
sa.Index("task_mine", task.c.assignee, task.c.due_at, task.c.id, postgresql_where=_CLAIMED)
sa.Index(
    "task_due", task.c.locality, task.c.due_at, task.c.id, postgresql_where=OPEN,
    postgresql_include=["group_key", "name"],
)  # fmt: skip

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("account_id", ID, sa.ForeignKey("account.id"), primary_key=True),
    _case(primary=True),
    _instant("since_at", null=False),
    comment="An officer keeps an eye on a case (关注); nobody else's business",
)

press = sa.Table(
    "press",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _case(),
    _text("key"),
    _text("name"),
    _text("form", null=True),
    _instant("pressed_at", null=False),
    sa.Column("pressed_by", ID, sa.ForeignKey("account.id"), nullable=True, comment="null: the complainant"),
    sa.Column("submission_id", ID, nullable=False),
    sa.Column("control", JSONB, nullable=False),
    sa.Column("answers", JSONB, nullable=False, comment="what the person wrote"),
    sa.UniqueConstraint("case_id", "key"),
    comment="A button pressed or an outside wait ended (延期申请, 退回, 评价), with what was written",
)

deadline = sa.Table(
    "deadline",
    metadata,
    _case(primary=True),
    sa.Column("key", sa.Text, primary_key=True),
    _text("locality"),
    _text("name"),
    _text("clause", null=True),
    _text("rule", "workdays(3, at=12:00)"),
    _text("anchor", "milestone it counts from", null=True),
    _instant("anchor_at"),
    _instant("due_at", "from this instant on it is missed", null=False),
    _instant("original_due_at", "before any extension", null=False),
    sa.Column("provisional", sa.Boolean, nullable=False, comment="touches a year whose notice is not loaded"),
    sa.Column("internal", sa.Boolean, nullable=False, comment="an internal limit of ours, not the document's"),
    _text("on_key", "the activity it sits on", null=True),
    sa.Column("receipt", JSONB, nullable=True, comment="each day counted or skipped, compact"),
    _state("running, passed, ended", "running"),
    _instant("set_at", null=False),
    _instant("passed_at", "when it fired"),
    _instant("ended_at"),
    _instant("taken_until", "the bell has handed it to a worker until then"),
    comment="A time limit (办理时限) of one case: its rule, its instant, its receipt; also its timer",
)
sa.Index("deadline_running", deadline.c.due_at, postgresql_where=deadline.c.state == sa.literal_column("'running'"))

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _case(),
    _text("key"),
    _text("topic"),
    _instant("due_at", null=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    _state("waiting, done, failed, cancelled", "waiting"),
    _instant("taken_until", "a worker has it until then"),
    _instant("ended_at"),
    _text("last_error", null=True),
    sa.UniqueConstraint("case_id", "key"),
    comment="A service task waiting for its handler; a message to carry (message.carry) or to look for (message.look)",
)
sa.Index("job_waiting", job.c.due_at, postgresql_where=job.c.state == sa.literal_column("'waiting'"))

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _case(),
    _text("locality"),
    _text("template"),
    _text("clause", null=True),
    _text("recipient", "group key, or complainant"),
    _text("subject"),
    _text("body"),
    _instant("written_at", null=False),
    _instant("due_at", null=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    _state("waiting, sent, failed", "waiting"),
    _instant("taken_until"),
    _instant("sent_at"),
    _text("last_error", null=True),
    comment="A message to people: in their in-app inbox at once, by mail or SMS through a Sender",
)
sa.Index("notice_waiting", notice.c.due_at, postgresql_where=notice.c.state == sa.literal_column("'waiting'"))
sa.Index("notice_inbox", notice.c.locality, notice.c.recipient, notice.c.written_at.desc())
sa.Index("notice_case", notice.c.case_id)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _case(),
    _text("locality"),
    sa.Column("job_id", ID, sa.ForeignKey("job.id"), nullable=True),
    _text("key", null=True),
    _text("reason", "what went wrong, without anybody's data"),
    _state("open, retried, cancelled", "open"),
    _instant("opened_at", null=False),
    sa.Column("resolved_by", ID, sa.ForeignKey("account.id"), nullable=True),
    _instant("resolved_at"),
    _text("resolution", "why it was retried or cancelled", null=True),
    comment="A technical fault (异常) that waits for a person",
)
sa.Index("incident_open", incident.c.locality, postgresql_where=incident.c.state == sa.literal_column("'open'"))

history_event = sa.Table(
    "history_event",
    metadata,
    _case(primary=True),
    sa.Column("no", sa.Integer, primary_key=True, comment="gapless from 1"),
    _text("kind", "past tense"),
    _text("actor", "officer:<account>, complainant, clock, …; null: whose the event before is", null=True),
    _text("acting_for", null=True),
    _instant("at", "when it happened", null=False),
    _instant("recorded_at", "when it was written", null=False),
    sa.Column("deployment", BYTEA, comment="hash of the folder whose diagram it went by; null: as the first event's"),
    _text("key", null=True),
    _text("payload", "canonical JSON"),
    sa.Column("hash", BYTEA, nullable=False, comment="over the hash of the event before and all that this one says"),
    sa.CheckConstraint("no > 1 or deployment is not null", name="first_names_deployment"),
    sa.CheckConstraint("no > 1 or actor is not null", name="first_names_actor"),
    comment="History (流转记录): append-only, each event chained to the one before",
)
# What reports count by: the milestones that cases reached, found by their payload's text, and tables' decisions.
sa.Index(
    "history_milestones", history_event.c.case_id, history_event.c.payload, postgresql_include=["at"],
    postgresql_where=history_event.c.kind == sa.literal_column("'milestone_reached'"),
)  # fmt: skip
sa.Index(
    "history_decisions", history_event.c.case_id,
    postgresql_where=history_event.c.kind == sa.literal_column("'decision_made'"),
)  # fmt: skip

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="bell, worker"),
    _instant("at", null=False),
    comment="When a process was last seen at work",
)

demonstration_clock = sa.Table(
    "demonstration_clock",
    metadata,
    sa.Column("single", sa.Boolean, primary_key=True, server_default="true"),
    sa.Column("shift", sa.Interval, nullable=False, comment="added to the machine's clock"),
    sa.CheckConstraint("single", name="one_row"),
    comment="How far a demonstration's clock was moved; read only in demonstration mode",
)


def as_json(value: object) -> Json:
    """A value for a JSONB column, written by orjson."""
    return Json(value, dumps=orjson.dumps)
