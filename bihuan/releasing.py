"""What somebody had claimed is put back for the colleagues when the account is closed or a post left: each task a deed.

Shared by the page and the command line, which change the account first, in a deed of its own.
"""

from bihuan.bootstrap import App
from bihuan.commands.release_left import release_left
from bihuan.domain.access import Actor
from bihuan.domain.errors import BihuanError
from bihuan.queries.accounts import claimed


def release_all_left(app: App, actor: Actor, login: str) -> tuple[int, int]:
    """Put back all that this account claimed and can do no longer: how many were put back, and how many could not be.

    What could not be stays with a closed account, which the inbox says, so that a colleague takes it over. Repeatable.
    """
    with app.read() as reader:
        tasks = claimed(reader, actor, login)
    done = failed = 0
    for task_id in tasks:
        try:
            with app.begin(actor) as work:
                done += release_left(work, task_id)
        except BihuanError:
            failed += 1
    return done, failed
