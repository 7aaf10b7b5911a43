"""Addresses that a list needs by the hundred: the router is asked once, the part that differs is put in."""

from functools import cache
from uuid import UUID

from flask import url_for

_ANY = UUID(int=0)


def task_address(task_id: UUID) -> str:
    """The page of a task."""
    return _around("tasks.show").replace(str(_ANY), str(task_id))


def claim_address(task_id: UUID) -> str:
    """Where a task is claimed (签收)."""
    return _around("inbox.claim").replace(str(_ANY), str(task_id))


@cache
def asset_address(name: str, version: str) -> str:
    """A file of ours or of a third party; dozens a page."""
    return url_for("assets.asset", name=name, v=version)


@cache
def _around(endpoint: str) -> str:
    return url_for(endpoint, task_id=_ANY)
