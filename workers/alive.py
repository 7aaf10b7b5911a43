"""Whether a bell or a worker is at work: the container's health check. `python -m workers.alive bell`."""

import argparse
import socket
import sys
from datetime import UTC, timedelta

from redis import Redis
from rq import Worker

from bihuan.bootstrap import App
from bihuan.queries.readiness import bell_is_alive
from bihuan.settings import Settings

LONGEST_SILENCE = timedelta(seconds=120)
"""A worker speaks to Redis at least once a minute."""


def main() -> int:
    """0 when the asked one was seen at work of late, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["bell", "worker"])
    settings = Settings.from_environment()
    alive = _bell(settings) if parser.parse_args().what == "bell" else _worker_of_this_host(settings)
    return 0 if alive else 1


def _bell(settings: Settings) -> bool:
    with App(settings, most_connections=1) as app, app.read() as reader:
        return bell_is_alive(reader)


def _worker_of_this_host(settings: Settings) -> bool:
    with Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5) as redis:
        now = redis.time()[0]
        here = (worker for worker in Worker.all(connection=redis) if worker.hostname == socket.gethostname())
        seen = (worker.last_heartbeat for worker in here)
        return any(at and now - at.replace(tzinfo=UTC).timestamp() < LONGEST_SILENCE.total_seconds() for at in seen)


if __name__ == "__main__":
    sys.exit(main())
