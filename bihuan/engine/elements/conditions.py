"""What has to hold before somebody's deed is taken: `until`, `requires`, and the sentences that refuse it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.domain.workdays import CannotCount
from bihuan.engine import around, keys
from bihuan.engine.errors import Refused
from bihuan.engine.evaluate import attempt
from bihuan.engine.expressions import Expression, Failed
from bihuan.engine.info import ElementInfo
from bihuan.engine.tree import Token

TOO_LATE = "已过可以提出的期限，不能再办理此事项。"
NOT_MET = "不符合办理此事项的条件，请核对填写内容。"
_BETWEEN = re.compile(r"[；。\n]+")


class Conditions:
    """The conditions of one element. Where `refusal` has a sentence for each, in their order and `until` first, only
    those are said that do not hold; else the whole of it.
    """

    def __init__(self, info: ElementInfo, requires: Expression | None) -> None:
        self._refusal, self._parts = info.refusal, requires.parts if requires else ()
        sentences = [said for said in map(str.strip, _BETWEEN.split(info.refusal or "")) if said]
        asked = len(self._parts) + bool(info.until)
        self._sentences = sentences if len(sentences) == asked > 1 else None

    def require(self, token: Token, control: Mapping[str, Any], until: datetime | None = None) -> None:
        """Raises Refused when it is `until` or later, or when something does not hold that `control` is asked for."""
        moment = token.moment
        late = until is not None and moment.at >= until
        given = {**control, "pressed_at": moment.at}
        missed = [late] if until is not None else []
        # Too late is too late, whatever else is wrong with it.
        missed += [False if late else not _holds(token, part, given) for part in self._parts]
        if any(missed):
            raise Refused(keys.key_of(token), around.clause_of(token), self._told(missed, late))

    def _told(self, missed: list[bool], late: bool) -> str:
        if self._sentences is None:
            return self._refusal or (TOO_LATE if late else NOT_MET)
        return "；".join(said for said, wrong in zip(self._sentences, missed, strict=True) if wrong) + "。"


def _holds(token: Token, part: Expression, given: Mapping[str, Any]) -> bool:
    try:
        return bool(attempt(token, part, given))
    except (Failed, CannotCount):  # what a person left out or wrote wrongly is no fault of the diagram
        return False
