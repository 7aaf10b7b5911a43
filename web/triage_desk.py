"""What the page of a task shows when it came to the desk of triage (研判分办), beside and in its form."""

from dataclasses import replace
from typing import Any

from flask import request, url_for

from bihuan.queries.foresight import Foreseen
from bihuan.queries.task_page import TaskPage
from bihuan.queries.triage import Aid
from web.forms import Filled

_WAYS_BACK = {"triage": "triage.stream"}
"""Where an officer came from to a task, and is led back to when it is handed in."""


def beside_form(found: TaskPage, aid: Aid | None, filled: Filled, foreseen: Foreseen | None = None) -> dict[str, Any]:
    """Duplicates, grounds and suggestions for a task of the desk; what is foreseen; the way back; the form itself.

    `?repeats=` an other request that is shown as like this one: the form is begun as whoever finds it repeated would.
    """
    return {
        "filled": _as_repeated(filled, aid), "aid": aid, "foreseen": foreseen,
        "labels": {field.key: field.label for field in found.form.fields},
        "back": request.values.get("back") if request.values.get("back") in _WAYS_BACK else "",
    }  # fmt: skip


def way_back() -> str:
    """The page to go to once a task is handed in: where the officer came from, or the inbox."""
    return url_for(_WAYS_BACK.get(request.form.get("back", ""), "inbox.mine"))


def _as_repeated(filled: Filled, aid: Aid | None) -> Filled:
    repeats = request.args.get("repeats", "")
    begun = aid.repeating(repeats) if aid and repeats and request.method == "GET" else {}
    return replace(filled, raw={**filled.raw, **begun}) if begun else filled
