"""What a view needs of the house: transactions for commands, readers for queries, and who is asking."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from flask import current_app
from flask_login import current_user

from bihuan.bootstrap import App
from bihuan.domain.access import Actor, Officer
from bihuan.store.unit_of_work import Reader, UnitOfWork
from bihuan.store.vault import Vault

EXTENSION = "bihuan"


def house() -> App:
    """The application of the house behind this web application."""
    return cast(App, current_app.extensions[EXTENSION])


def me() -> Officer:
    """The officer who is logged in; the guard has made sure that there is one."""
    return cast(Officer, current_user.officer)


def deed(actor: Actor | None = None) -> AbstractContextManager[UnitOfWork]:
    """The transaction of one deed, in the name of whoever is logged in unless said otherwise."""
    return house().begin(actor or me())


@contextmanager
def reading(*, as_of_one_moment: bool = False) -> Iterator[tuple[Reader, Vault]]:
    """Reads for queries, with the vault that veils and masks; a proof needs them as of one moment of the database."""
    app = house()
    with app.snapshot() if as_of_one_moment else app.read() as reader:
        yield reader, app.vault
