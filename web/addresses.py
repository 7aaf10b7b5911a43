"""Addresses that a list needs by the hundred: the router is asked once, the part that differs is put in."""

from functools import cache
from urllib.parse import quote, urlsplit
from uuid import UUID

from flask import url_for

_ANY = UUID(int=0)
_NO_CASE = "0-NO-CASE-0"


def task_address(task_id: str) -> str:
    """The page of a task, by its id as text."""
    before, after = _around("tasks.show")
    return before + task_id + after


def claim_address(task_id: str) -> str:
    """Where a task is claimed (签收)."""
    before, after = _around("inbox.claim")
    return before + task_id + after


def page_of_ours(wanted: str) -> str:
    """The address, if it leads to a page of ours and nowhere else, however a browser may read it; else nothing."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else wanted


def case_address(case_no: str) -> str:
    """The file of a case."""
    return _of_case().replace(_NO_CASE, quote(case_no, safe=""))


@cache
def address(endpoint: str) -> str:
    """A page of its own that takes nothing from its path."""
    return url_for(endpoint)


@cache
def asset_address(name: str, version: str) -> str:
    """A file of ours or of a third party; dozens a page."""
    return url_for("assets.asset", name=name, v=version)


@cache
def _around(endpoint: str) -> tuple[str, str]:
    before, _, after = url_for(endpoint, task_id=_ANY).partition(str(_ANY))
    return before, after


@cache
def _of_case() -> str:
    return url_for("cases.show", case_no=_NO_CASE)
