"""For whoever watches over the processes: `/healthz` (alive), `/readyz` (able to work) and `/metrics` (figures)."""

from flask import Blueprint, Response, jsonify
from redis import Redis
from redis.exceptions import RedisError

from bihuan.queries.readiness import bell_is_alive
from web.access import public
from web.house import house
from web.views import metrics

pages = Blueprint("health", __name__)
pages.register_blueprint(metrics.pages)
_PATIENCE = 2


@pages.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Database migrated, Redis answers, a bell at work: 200; else 503, naming what is not."""
    database = house().ready()
    checks = {"database": database, "redis": _redis_answers(), "bell": database and _bell()}
    able = all(checks.values())
    return jsonify(status="ok" if able else "unavailable", **checks), 200 if able else 503


def _redis_answers() -> bool:
    url = house().settings.redis_url
    try:
        with Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def _bell() -> bool:
    with house().read() as reader:
        return bell_is_alive(reader)
