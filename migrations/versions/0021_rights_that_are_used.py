"""The application's rights are those it uses

Revision 0021, after 0020. What was handed in and who did, what was filled in behind a button, from when somebody stands
in, which unit an account is of: none of that is ever changed in place, so the application's role may not.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CHANGED = {
    "identity": (),
    "press": (),
    "membership": (),
    "request": ("struck_subject", "struck_body"),
    "stand_in": ("revoked_at",),
    "unit": ("phone", "email"),
    "account": ("name", "email", "phone", "password_hash", "one_time_until", "active", "session_version"),
}
"""By table the columns that deeds change."""


def upgrade() -> None:
    for table, columns in CHANGED.items():
        op.execute(f"revoke update on {table} from bihuan_app")
        if columns:
            op.execute(f"grant update ({', '.join(columns)}) on {table} to bihuan_app")
