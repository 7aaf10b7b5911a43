"""What the templates may use beside their data: filters, the addresses of assets, the token of a form."""

from typing import Any

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from bihuan.domain.access import PLATFORM, SUPERVISION, oversees
from bihuan.domain.identity import Mark
from web import wording
from web.addresses import address, asset_address
from web.assets import version_of
from web.counting import counted
from web.house import house
from web.pattern import Pattern
from web.times import day, due, due_in_full, local, moment, second
from web.views.display import large_type

CSRF = Pattern('<input type="hidden" name="csrf_token" value="{token}">')


def register(app: Flask) -> None:
    """Give the templates their filters and globals."""
    env = app.jinja_env
    env.filters.update(
        moment=moment, local=local, second=second, day=day, due=due, due_in_full=due_in_full, counted=counted,
        marked=marked, sentence=wording.sentence, words=wording.words, ahead=wording.ahead,
    )  # fmt: skip
    env.globals.update(
        asset=asset, wording=wording, csrf=csrf, oversees=oversees, url_for=page_address,
        PLATFORM=PLATFORM, SUPERVISION=SUPERVISION,
    )  # fmt: skip
    env.globals.update(large_type=large_type)
    app.context_processor(_demonstration)


def marked(text: str, marks: tuple[Mark, ...]) -> Markup:
    """The text with everything that may betray its writer highlighted."""
    parts, start = [Markup()], 0
    for mark in marks:
        parts.append(Markup("{}").format(text[start : mark.start]))
        parts.append(Markup('<mark title="{}">{}</mark>').format(f"疑似{mark.kind}", text[mark.start : mark.end]))
        start = mark.end
    parts.append(Markup("{}").format(text[start:]))
    return Markup("").join(parts)


def page_address(endpoint: str, **values: Any) -> str:
    """Flask's `url_for`; a page that takes nothing has one address, which is asked for once. A menu is full of them."""
    return url_for(endpoint, **values) if values else address(endpoint)


def asset(name: str) -> str:
    """The address of a file of ours or of a third party, with the hash of its content."""
    return asset_address(name, version_of(name))


def csrf() -> Markup:
    """The hidden token of a form that changes something."""
    return CSRF.fill(token=generate_csrf())


def _demonstration() -> dict[str, Any]:
    return {"demonstration": house().settings.demonstration}
