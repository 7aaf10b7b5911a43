"""The tables of the house

Revision 0001, after nothing. There is no way back: a database is restored from its backup.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "session_version", sa.Integer(), server_default="1", nullable=False, comment="raised to end all sessions"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("login", name=op.f("account_login_key")),
        comment="An officer's account; never a complainant's",
    )
    op.create_table(
        "demonstration_clock",
        sa.Column("single", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("shift", sa.Interval(), nullable=False, comment="added to the machine's clock"),
        sa.CheckConstraint("single", name=op.f("demonstration_clock_one_row")),
        sa.PrimaryKeyConstraint("single", name=op.f("demonstration_clock_pkey")),
        comment="How far a demonstration's clock was moved; read only in demonstration mode",
    )
    op.create_table(
        "deployment",
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 over paths and contents"),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False, comment="account, or the command line"),
        sa.Column("note", sa.Text(), nullable=False, comment="why"),
        sa.PrimaryKeyConstraint("hash", name=op.f("deployment_pkey")),
        comment="A locality's folder (with the common one) as it was deployed; immutable",
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False, comment="bell, worker"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("heartbeat_pkey")),
        comment="When a process was last seen at work",
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False, comment="who acts"),
        sa.Column("for_account", sa.UUID(), nullable=False, comment="for whom"),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False, comment="no longer from this instant on"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("appointed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("stand_in_account_id_fkey")),
        sa.ForeignKeyConstraint(["for_account"], ["account.id"], name=op.f("stand_in_for_account_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("stand_in_pkey")),
        comment="Somebody acts for an absent colleague (代理) for a time; every deed says so",
    )
    op.create_index(op.f("stand_in_account_id"), "stand_in", ["account_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False, comment="the group key of its officers"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="platform, supervision, leaders, province, audit or handling"
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False, comment="order in lists"),
        sa.PrimaryKeyConstraint("locality", "id", name=op.f("unit_pkey")),
        comment="A unit (单位) that takes part in procedures",
    )
    op.create_table(
        "deployment_file",
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", postgresql.BYTEA(), nullable=False),
        sa.ForeignKeyConstraint(["deployment"], ["deployment.hash"], name=op.f("deployment_file_deployment_fkey")),
        sa.PrimaryKeyConstraint("deployment", "path", name=op.f("deployment_file_pkey")),
        comment="One file of a deployment, byte for byte; immutable",
    )
    op.create_table(
        "locality",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False, comment="in force for new cases"),
        sa.Column("calendar_version", sa.Integer(), server_default="0", nullable=False, comment="of calendar_override"),
        sa.ForeignKeyConstraint(["deployment"], ["deployment.hash"], name=op.f("locality_deployment_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("locality_pkey")),
        comment="A jurisdiction (辖区) that runs procedures",
    )
    op.create_table(
        "membership",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column(
            "role", sa.Text(), nullable=False, comment="officer, principal, auditor, process_owner, administrator"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("membership_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", "unit", "role", name=op.f("membership_pkey")),
        comment="What an account is in a unit",
    )
    op.create_table(
        "calendar_override",
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="in force from this version on"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="workday or holiday"),
        sa.Column("reason", sa.Text(), nullable=False, comment="the notice it follows"),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["locality"], ["locality.id"], name=op.f("calendar_override_locality_fkey")),
        sa.PrimaryKeyConstraint("locality", "version", "day", name=op.f("calendar_override_pkey")),
        comment="A day that differs from the State Council's notices as packaged; append-only",
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False, comment="what people see: ZBJS202600001"),
        sa.Column("deployment", sa.Text(), nullable=False, comment="stays for its life"),
        sa.Column("process", sa.Text(), nullable=False, comment="id of the main process"),
        sa.Column("origin", sa.Text(), nullable=False, comment="province or portal"),
        sa.Column("channel", sa.Text(), nullable=False, comment="how it came: portal, window, province, import"),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("handling_unit", sa.Text(), nullable=True, comment="now responsible"),
        sa.Column("complained_of_unit", sa.Text(), nullable=True, comment="never learns who complained"),
        sa.Column("involved", postgresql.ARRAY(sa.Text()), nullable=False, comment="units that ever had a task of it"),
        sa.Column("state", postgresql.BYTEA(), nullable=False, comment="the engine's, pruned; control scalars only"),
        sa.Column("events", sa.Integer(), nullable=False, comment="length of its history"),
        sa.Column("head", postgresql.BYTEA(), nullable=False, comment="hash of its last event"),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True, comment="the earliest running deadline"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "dispatched_at", sa.DateTime(timezone=True), nullable=True, comment="接收工单: deadlines count from here"
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "exit",
            sa.Text(),
            nullable=True,
            comment="closed (销号), declined, transferred, withdrawn; null while it runs",
        ),
        sa.ForeignKeyConstraint(["deployment"], ["deployment.hash"], name=op.f("case_file_deployment_fkey")),
        sa.ForeignKeyConstraint(["locality"], ["locality.id"], name=op.f("case_file_locality_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("case_file_pkey")),
        sa.UniqueConstraint("locality", "case_no", name=op.f("case_file_locality_case_no_key")),
        comment="Our handling (工单) of one request",
    )
    op.create_index(
        "case_file_open", "case_file", ["locality", "id"], unique=False, postgresql_where=sa.text("exit IS NULL")
    )
    op.create_table(
        "case_number",
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["locality"], ["locality.id"], name=op.f("case_number_locality_fkey")),
        sa.PrimaryKeyConstraint("locality", "year", name=op.f("case_number_pkey")),
        comment="The last serial number given in a locality and year",
    )
    op.create_table(
        "deadline",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False, comment="workdays(3, at=12:00)"),
        sa.Column("anchor", sa.Text(), nullable=True, comment="milestone it counts from"),
        sa.Column("anchor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="from this instant on it is missed"),
        sa.Column("original_due_at", sa.DateTime(timezone=True), nullable=False, comment="before any extension"),
        sa.Column("provisional", sa.Boolean(), nullable=False, comment="touches a year whose notice is not loaded"),
        sa.Column("internal", sa.Boolean(), nullable=False, comment="an internal limit of ours, not the document's"),
        sa.Column("on_key", sa.Text(), nullable=True, comment="the activity it sits on"),
        sa.Column(
            "receipt",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="each day counted or skipped, compact",
        ),
        sa.Column("state", sa.Text(), server_default="running", nullable=False, comment="running, passed, ended"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True, comment="when it fired"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "taken_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the bell has handed it to a worker until then",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("deadline_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("deadline_pkey")),
        comment="A time limit (办理时限) of one case: its rule, its instant, its receipt; also its timer",
    )
    op.create_index(
        "deadline_running", "deadline", ["due_at"], unique=False, postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "history_event",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False, comment="gapless from 1"),
        sa.Column("kind", sa.Text(), nullable=False, comment="past tense"),
        sa.Column("actor", sa.Text(), nullable=False, comment="officer:<account>, complainant, clock, …"),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when it happened"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False, comment="canonical JSON"),
        sa.Column("previous", postgresql.BYTEA(), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("history_event_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("history_event_pkey")),
        comment="History (流转记录): append-only, each event chained to the one before",
    )
    op.create_table(
        "identity",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False, comment="which key"),
        sa.Column("nonce", postgresql.BYTEA(), nullable=False),
        sa.Column(
            "sealed",
            postgresql.BYTEA(),
            nullable=False,
            comment="AES-256-GCM of name, phone, …; bound to the case",
        ),
        sa.Column("phone_lookup", postgresql.BYTEA(), nullable=True, comment="HMAC of the phone number"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("identity_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("identity_pkey")),
        comment="Who complained; the only place that says so",
    )
    op.create_index(op.f("identity_phone_lookup"), "identity", ["phone_lookup"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "state", sa.Text(), server_default="waiting", nullable=False, comment="waiting, done, failed, cancelled"
        ),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True, comment="a worker has it until then"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("job_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("job_pkey")),
        sa.UniqueConstraint("case_id", "key", name=op.f("job_case_id_key_key")),
        comment="A service task waiting for its handler",
    )
    op.create_index("job_waiting", "job", ["due_at"], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "notice",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False, comment="group key, or complainant"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False, comment="waiting, sent, failed"),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("notice_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notice_pkey")),
        comment="A message to people: in their in-app inbox at once, by mail or SMS through a Sender",
    )
    op.create_index("notice_case", "notice", ["case_id"], unique=False)
    op.create_index(
        "notice_inbox", "notice", ["locality", "recipient", sa.literal_column("written_at DESC")], unique=False
    )
    op.create_index("notice_waiting", "notice", ["due_at"], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "press",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pressed_by", sa.UUID(), nullable=True, comment="null: the complainant"),
        sa.Column("submission_id", sa.UUID(), nullable=False),
        sa.Column("control", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what the person wrote"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("press_case_id_fkey")),
        sa.ForeignKeyConstraint(["pressed_by"], ["account.id"], name=op.f("press_pressed_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("press_pkey")),
        sa.UniqueConstraint("case_id", "key", name=op.f("press_case_id_key_key")),
        comment="A button pressed or an outside wait ended (延期申请, 退回, 评价), with what was written",
    )
    op.create_table(
        "request",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="as handed in; sealed once struck out"),
        sa.Column(
            "struck_subject", sa.Text(), nullable=True, comment="for units; null until the platform struck it out"
        ),
        sa.Column("struck_body", sa.Text(), nullable=True, comment="for units; null until the platform struck it out"),
        sa.Column("external_no", sa.Text(), nullable=True, comment="the sender's number of it"),
        sa.Column("query_code_hash", postgresql.BYTEA(), nullable=True, comment="HMAC of the complainant's query code"),
        sa.Column("submission_id", sa.UUID(), nullable=False, comment="the same submission twice is one request"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("request_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("request_pkey")),
        sa.UniqueConstraint("submission_id", name=op.f("request_submission_id_key")),
        comment="The request (诉求) as handed in",
    )
    op.create_index(
        "request_external_no",
        "request",
        ["external_no"],
        unique=False,
        postgresql_where=sa.text("external_no IS NOT NULL"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="process/element/occurrence"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("group_key", sa.Text(), nullable=False, comment="who may do it: unit or unit:role"),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("signature", sa.Boolean(), nullable=False, comment="completing needs the password again"),
        sa.Column("assignee", sa.UUID(), nullable=True, comment="who claimed it (签收)"),
        sa.Column("state", sa.Text(), server_default="open", nullable=False, comment="open, completed, cancelled"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_key", sa.Text(), nullable=True, comment="the deadline that governs it"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="late from this instant on"),
        sa.Column("original_due_at", sa.DateTime(timezone=True), nullable=True, comment="before any extension"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.UUID(), nullable=True),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("submission_id", sa.UUID(), nullable=True),
        sa.Column(
            "control",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="decided values that went into the state",
        ),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="what the person wrote"),
        sa.ForeignKeyConstraint(["assignee"], ["account.id"], name=op.f("task_assignee_fkey")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("task_case_id_fkey")),
        sa.ForeignKeyConstraint(["completed_by"], ["account.id"], name=op.f("task_completed_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("task_pkey")),
        sa.UniqueConstraint("case_id", "key", name=op.f("task_case_id_key_key")),
        comment="A user task (待办任务)",
    )
    op.create_index(
        "task_due", "task", ["locality", "due_at", "id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "task_inbox",
        "task",
        ["locality", "group_key", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "task_mine", "task", ["assignee", "due_at", "id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="what went wrong, without anybody's data"),
        sa.Column("state", sa.Text(), server_default="open", nullable=False, comment="open, retried, cancelled"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.UUID(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True, comment="why it was retried or cancelled"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("incident_case_id_fkey")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("incident_job_id_fkey")),
        sa.ForeignKeyConstraint(["resolved_by"], ["account.id"], name=op.f("incident_resolved_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
        comment="A technical fault (异常) that waits for a person",
    )
    op.create_index("incident_open", "incident", ["locality"], unique=False, postgresql_where=sa.text("state = 'open'"))
