"""Change one's own password (修改密码): with the old one, or after logging in with one that was good once."""

import sqlalchemy as sa

from bihuan.commands.accounts import SET_PASSWORD
from bihuan.domain import access, passwords
from bihuan.domain.errors import InvalidAnswers, NotAllowed
from bihuan.store.administration import log
from bihuan.store.statement import compiled
from bihuan.store.tables import ID, account
from bihuan.store.unit_of_work import UnitOfWork

BY_ID = compiled(sa.select(account).where(account.c.id == sa.bindparam("account_id", type_=ID)))


def change_own_password(work: UnitOfWork, old: str, new: str) -> None:
    """Set it; every session of the account ends, also the one that asks. Raises InvalidAnswers."""
    account_id = access.account_of(work.actor)
    row = work.one(BY_ID, account_id=account_id) if account_id else None
    if row is None:
        raise NotAllowed(f"Expected an officer to change a password, but {work.actor.ref} is none")
    if not passwords.matches(row["password_hash"], old):
        raise InvalidAnswers({"old": "原密码不正确。"})
    if new == old:
        raise InvalidAnswers({"password": "新密码不能与原密码相同。"})
    work.do(SET_PASSWORD, login=row["login"], new_hash=passwords.hashed(new), new_until=None)
    log(work, row["locality"], "password_changed", f"account:{row['id']}", reason="本人修改")
