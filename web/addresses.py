"""Addresses that a list needs by the hundred: the router is asked once, the part that differs is put in."""

from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

from flask import url_for

_ANY = UUID(int=0)


def task_address(task_id: UUID) -> str:
    """The page of a task."""
    return _around("tasks.show").replace(str(_ANY), str(task_id))


def claim_address(task_id: UUID) -> str:
    """Where a task is claimed (签收)."""
    return _around("inbox.claim").replace(str(_ANY), str(task_id))


def page_of_ours(wanted: str) -> str:
    """The address, if it leads to a page of ours and nowhere else, however a browser may read it; else nothing."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else wanted


@cache
def asset_address(name: str, version: str) -> str:
    """A file of ours or of a third party; dozens a page."""
    return url_for("assets.asset", name=name, v=version)


@cache
def _around(endpoint: str) -> str:
    return url_for(endpoint, task_id=_ANY)
