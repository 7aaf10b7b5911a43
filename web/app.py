"""Puts the web together: one `App` of the house, log-in, protection, and the views, one module a reader."""

import logging

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bihuan.bootstrap import App
from bihuan.settings import Settings
from web import access, assets, border, errors, filters, limits, resuming, security, sessions, uploads
from web.house import EXTENSION
from web.views import (
    administrative_log,
    attachments,
    audit,
    calendar,
    calls,
    cases,
    clock,
    deployments,
    display,
    documents,
    drafts,
    evidence,
    health,
    inbox,
    inbox_bulk,
    incidents,
    leaders,
    notice_texts,
    orders,
    password,
    people,
    portal,
    procedures,
    recounts,
    reports,
    session,
    session_desk,
    stand_in,
    supervision,
    tasks,
    triage,
    units,
    window,
)

LARGEST_POST = 256 * 1024
VIEWS = (
    triage,
    session_desk,
    portal,
    window,
    session,
    inbox,
    inbox_bulk,
    tasks,
    drafts,
    cases,
    calls,
    attachments,
    documents,
    supervision,
    orders,
    evidence,
    leaders,
    reports,
    procedures,
    audit,
    calendar,
    recounts,
    people,
    units,
    notice_texts,
    administrative_log,
    incidents,
    deployments,
    password,
    display,
    stand_in,
    clock,
    health,
    assets,
)


def put_together(house: App | None) -> Flask:
    """The WSGI application of `web.create_app`."""
    if house is None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
        house = App(Settings.from_environment(), most_connections=8).__enter__()
    app = Flask("web", static_folder=None)
    secure = house.settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=house.settings.secret_key,
        SESSION_COOKIE_NAME="__Host-bihuan" if secure else "bihuan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=sessions.LONGEST,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=LARGEST_POST,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        RATELIMIT_STORAGE_URI=house.settings.redis_url,
    )
    if proxies := house.settings.trusted_proxies:
        # Who asks, and over what: as our own proxies say. What stands before their entries anybody may have written.
        behind = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)
        app.wsgi_app = behind  # type: ignore[method-assign]  # as Flask would have it
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = house
    access.protect(app)
    uploads.register(app)
    limits.limiter.init_app(app)
    security.csrf.init_app(app)
    border.register(app)
    app.after_request(security.add_headers)
    errors.register(app)
    resuming.register(app)
    filters.register(app)
    for module in VIEWS:
        app.register_blueprint(module.pages)
    return app
