"""A worker: does what the bell rang for. `python -m workers.worker short`.

Short jobs run in the worker's own process (a fork costs seven times as much). A worker that is killed loses nothing:
its leases end and the bell rings again.
"""

import argparse
import logging

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.retry import Retry
from rq import Queue, SimpleWorker

from bihuan.settings import Settings
from workers import jobs
from workers.queues import SHORT


def main() -> None:
    """Work on the named queues until SIGTERM; the job in hand is finished first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queues", nargs="*", default=[SHORT], choices=[SHORT], help="which queues to watch")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    names = parser.parse_args().queues
    settings = Settings.from_environment()
    redis = Redis.from_url(
        settings.redis_url, retry=Retry(ExponentialBackoff(cap=5, base=0.1), 20), retry_on_error=[Unreachable]
    )
    jobs.process()  # open the database before saying that one is ready
    worker = SimpleWorker([Queue(name, connection=redis) for name in names], connection=redis, worker_ttl=60)
    worker.log_job_description = False
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
