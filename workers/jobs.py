"""What RQ calls: thin functions from ids in texts to errands. A job's arguments are ids alone, never anybody's data."""

from functools import lru_cache
from uuid import UUID

from bihuan import errands
from bihuan.bootstrap import App
from bihuan.domain.ids import CaseId
from bihuan.senders import Sender, senders_of
from bihuan.settings import Settings


@lru_cache(maxsize=1)
def process() -> tuple[App, tuple[Sender, ...]]:
    """This worker's application and channels, opened at its first job and kept for its life."""
    settings = Settings.from_environment()
    return App(settings).__enter__(), senders_of(settings)


def fire_timers(case_ids: list[str]) -> None:
    """Fire what is due in each of these cases, one transaction a case."""
    app, _ = process()
    errands.fire_timers(app, [CaseId(UUID(text)) for text in case_ids])


def run_jobs(job_ids: list[str]) -> None:
    """Run the handlers of these service tasks."""
    app, _ = process()
    for text in job_ids:
        errands.run_job(app, UUID(text))


def send_notices(notice_ids: list[str]) -> None:
    """Send these notices."""
    app, senders = process()
    for text in notice_ids:
        errands.send_notice(app, senders, UUID(text))
