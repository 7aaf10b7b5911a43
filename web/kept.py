"""Reports as they were counted, kept for whoever looks within minutes (see `bihuan.store.counted`)."""

from flask import request

from bihuan.commands.keep_counted import keep_counted
from bihuan.queries.counted import Counted
from bihuan.queries.reports import Chosen
from web.house import deed


def anew() -> bool:
    """Whether the address asks for all to be counted now (重新统计)."""
    return request.args.get("anew") == "1"


def keep(chosen: Chosen, counted: Counted) -> None:
    """Keep what was counted for this page; what was kept already stays as it is."""
    if counted.fresh and chosen.may_be_kept:
        with deed() as work:
            keep_counted(work, chosen.key, readers=chosen.report.readers, as_of=counted.as_of, sums=counted.to_keep())
