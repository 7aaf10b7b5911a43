"""The application's rights, and the tables that only grow

Revision 0002, after 0001. The application's role owns nothing: it reads, inserts and updates, and deletes only
memberships. History, deployments and calendar overrides can be read and appended to, by grant and by trigger, so
that even the tables' owner does not change them by accident.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("history_event", "deployment", "deployment_file", "calendar_override")


def upgrade() -> None:
    op.execute(
        "do $$ begin if not exists (select from pg_roles where rolname = 'bihuan_app') "
        "then create role bihuan_app nologin; end if; end $$"
    )
    op.execute("grant usage on schema public to bihuan_app")
    op.execute("grant select, insert, update on all tables in schema public to bihuan_app")
    op.execute("revoke insert, update on alembic_version from bihuan_app")
    op.execute("grant delete on membership to bihuan_app")
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as $$ begin "
        "raise exception '% only grows: % refused', tg_table_name, lower(tg_op); end $$"
    )
    for table in APPEND_ONLY:
        op.execute(f"revoke update on {table} from bihuan_app")
        op.execute(
            f"create trigger {table}_only_grows before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    # Rows of these tables are updated at every step: dead ones must go before they slow the partial indexes down.
    for table in ("task", "deadline", "job", "notice", "case_file"):
        op.execute(
            f"alter table {table} set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)"
        )
