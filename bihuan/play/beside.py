"""What people do about a case beside its diagram, as a sample names it: calls, files, reminders, supervision orders.

Each is the real command. `samples` calls this; scenarios do not: none of it moves a procedure.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from bihuan.commands.attach_file import attach_files
from bihuan.commands.issue_order import issue_order
from bihuan.commands.record_call import record_call
from bihuan.commands.release_attachment import release_attachment
from bihuan.commands.remind import remind
from bihuan.commands.reply_to_order import reply_to_order
from bihuan.commands.settle_order import settle_order
from bihuan.commands.strike_out import strike_out
from bihuan.commands.supplement import supplement
from bihuan.commands.watch_case import watch_case
from bihuan.domain.attachments import LARGEST_FILE
from bihuan.domain.errors import TaskNotOpen
from bihuan.play.life import Life
from bihuan.play.naming import Names
from bihuan.play.papers import paper
from bihuan.play.strict import Strict
from bihuan.store import tables
from bihuan.store.orders import supervision_order
from bihuan.store.sealed_files import Sent
from bihuan.store.statement import at_most, compiled
from bihuan.store.unit_of_work import UnitOfWork

LAST_ORDER = compiled(
    sa.select(supervision_order.c.id)
    .where(supervision_order.c.case_id == sa.bindparam("case_id", type_=tables.ID))
    .order_by(supervision_order.c.no.desc())
    .limit(at_most(1))
)
With = Mapping[str, Any]


class Beside:
    """Does what is done beside the diagram to one case."""

    def __init__(self, file: str, life: Life, names: Names) -> None:
        self._file, self._life, self._names = file, life, names

    def does(self, word: str) -> bool:
        """Whether this word is one of them."""
        return word in DEEDS

    def do(self, who: str, word: str, given: With) -> None:
        """Do it, as somebody of `who`. Raises what the command raises, and BadInput for words it does not take."""
        actor = self._life.member(self._names.group(self._file, who))
        with self._life.play.stage.app.begin(actor) as work:
            said = Strict(self._file, f"{who} {word}", given)
            DEEDS[word](self, work, said)
            said.close()

    def _call(self, work: UnitOfWork, said: Strict) -> None:
        record_call(
            work, self._life.case_id, other=said.text("other"), direction=said.text("direction"),
            reached=said.flag("reached"), called_at=work.now, summary=said.text("summary"), submission_id=uuid4(),
        )  # fmt: skip

    def _attach(self, work: UnitOfWork, said: Strict) -> None:
        text = said.maybe_text("text")
        files = [self._sent(name, paper(name, text)) for name in said.texts("files")]
        attach_files(work, self._life.case_id, files, submission_id=uuid4())

    def _sent(self, name: str, content: bytes) -> Sent:
        incoming = self._life.play.stage.app.files.receive(largest=LARGEST_FILE)
        incoming.write(content)
        incoming.finish()
        return Sent(name, incoming)

    def _release(self, work: UnitOfWork, said: Strict) -> None:
        release_attachment(work, self._life.case_id, said.whole("number"))

    def _strike_out(self, work: UnitOfWork, said: Strict) -> None:
        strike_out(work, self._life.case_id, subject=said.text("subject"), body=said.text("body"))

    def _remind(self, work: UnitOfWork, said: Strict) -> None:
        remind(work, self._life.case_id)

    def _supplement(self, work: UnitOfWork, said: Strict) -> None:
        supplement(work, self._life.case_id, {"words": said.text("words")}, submission_id=uuid4())

    def _watch(self, work: UnitOfWork, said: Strict) -> None:
        watch_case(work, self._life.case_id)

    def _issue(self, work: UnitOfWork, said: Strict) -> None:
        unit = self._names.group(self._file, said.text("unit"))
        issue_order(
            work, self._life.case_id, unit=unit, demand=said.text("demand"),
            due_on=date.fromisoformat(said.text("due_on")), submission_id=uuid4(),
        )  # fmt: skip

    def _answer(self, work: UnitOfWork, said: Strict) -> None:
        reply_to_order(work, self._order(work), said.text("reply"))

    def _settle(self, work: UnitOfWork, said: Strict) -> None:
        settle_order(work, self._order(work), accepted=said.flag("accepted"), opinion=said.text("opinion"))

    def _order(self, work: UnitOfWork) -> Any:
        row = work.one(LAST_ORDER, case_id=self._life.case_id)
        if row is None:
            raise TaskNotOpen(f"a supervision order of {self._life.case_no}")
        return row["id"]


DEEDS: Mapping[str, Callable[[Beside, UnitOfWork, Strict], None]] = MappingProxyType(
    {
        "登记通话": Beside._call,
        "上传附件": Beside._attach,
        "放行附件": Beside._release,
        "隐去信息": Beside._strike_out,
        "催办": Beside._remind,
        "补充材料": Beside._supplement,
        "关注": Beside._watch,
        "发出督办单": Beside._issue,
        "答复督办单": Beside._answer,
        "办结督办单": Beside._settle,
    }
)
"""By the words that pages have for them."""
