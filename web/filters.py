"""How instants, limits and machine words look on a page. Asia/Shanghai appears here and nowhere below."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from bihuan.domain.access import PLATFORM, SUPERVISION, oversees
from bihuan.domain.clock import BEIJING
from bihuan.domain.identity import Mark, struck_out
from web import wording
from web.assets import version_of
from web.house import house

_WEEKDAYS = "一二三四五六日"


def register(app: Flask) -> None:
    """Give the templates their filters and globals."""
    env = app.jinja_env
    env.filters.update(
        moment=moment, second=second, day=day, due=due, marked=marked, struck=struck_out, sentence=wording.sentence,
        words=wording.words,
    )  # fmt: skip
    env.globals.update(
        asset=asset, wording=wording, csrf=csrf, oversees=oversees,
        PLATFORM=PLATFORM, SUPERVISION=SUPERVISION,
    )  # fmt: skip
    app.context_processor(_demonstration)


def moment(at: datetime | None) -> str:
    """2026-10-26 12:00"""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""


def second(at: datetime | None) -> str:
    """2026-10-26 12:00:00"""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if at else ""


def day(at: datetime | None) -> str:
    """2026年10月26日"""
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日}" if at else ""


def due(at: datetime | None) -> str:
    """10月26日（周一）12:00; a limit that ends with its day reads 24:00 of that day."""
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    if (local.hour, local.minute) == (0, 0):
        local -= timedelta(days=1)
        hour = "24:00"
    else:
        hour = f"{local:%H:%M}"
    return f"{local:%-m月%-d日}（周{_WEEKDAYS[local.weekday()]}）{hour}"


def marked(text: str, marks: tuple[Mark, ...]) -> Markup:
    """The text with everything that may betray its writer highlighted."""
    parts, start = [Markup()], 0
    for mark in marks:
        parts.append(Markup("{}").format(text[start : mark.start]))
        parts.append(Markup('<mark title="{}">{}</mark>').format(f"疑似{mark.kind}", text[mark.start : mark.end]))
        start = mark.end
    parts.append(Markup("{}").format(text[start:]))
    return Markup("").join(parts)


def asset(name: str) -> str:
    """The address of a file of ours or of a third party, with the hash of its content."""
    return url_for("assets.asset", name=name, v=version_of(name))


def csrf() -> Markup:
    """The hidden token of a form that changes something."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _demonstration() -> dict[str, Any]:
    return {"demonstration": house().settings.demonstration}
