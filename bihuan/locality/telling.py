"""What the notices of one step say: whoever sends them and whoever foretells them go through its facts in their order.

Called by `recording` and by the foresight of a task. A notice never says who complained, nor what people wrote.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.domain.access import COMPLAINANT
from bihuan.domain.workdays import due_words
from bihuan.engine import Fact, Waits
from bihuan.locality.deployments import Deployment
from bihuan.locality.notices import WHEN

NOT_DISPATCHED = "尚未分办"


class Telling:
    """Hears the facts of a step, and words each notice among them."""

    def __init__(self, deployment: Deployment, waits: Waits, *, case_no: str, handling_unit: str | None) -> None:
        """`waits`: as they are after the step; `handling_unit`: whose the case is then."""
        self._deployment, self._case_no, self._unit = deployment, case_no, handling_unit
        self._due_at = min((task.due_at for task in waits.tasks if task.due_at is not None), default=None)
        """The limit that was just spoken of, and the step it stands on: a 督促 that follows names them."""
        self._task = ""

    def hear(self, fact: Fact) -> None:
        """A limit that passed or was moved is what a notice after it speaks of."""
        if fact.kind in ("deadline_passed", "deadline_moved"):
            detail = fact.detail
            self._due_at = datetime.fromisoformat(detail["due_at" if fact.kind == "deadline_passed" else "new"])
            self._task = self._deployment.step_under(fact.key)

    def words(self, fact: Fact) -> tuple[str, str]:
        """Subject and body of the notice that this fact throws. Raises NotFound when there is no such template."""
        payload: Mapping[str, Any] = fact.detail["payload"]
        locality, to = self._deployment.locality, str(payload["to"])
        when = datetime.fromisoformat(payload[WHEN]) if payload.get(WHEN) else None
        words = {
            "case_no": self._case_no,
            "clause": locality.rulebook.cite(fact.detail["clause"] or ""),
            "unit": locality.unit_name(self._unit) if self._unit else NOT_DISPATCHED,
            "recipient": "" if to == COMPLAINANT else locality.group_name(to),
            "task": self._task,
            "due": due_words(self._due_at) if self._due_at else "",
            "locality": locality.name,
            WHEN: due_words(when) if when else "",
        }
        return locality.notice(payload["template"]).render(words)
