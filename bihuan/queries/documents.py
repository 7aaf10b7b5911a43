"""The words that go into a case's documents (文书): never who complained, never more than this reader may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bihuan.domain.access import Complainant, Officer
from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import NotFound
from bihuan.domain.events import Event
from bihuan.domain.ids import Key
from bihuan.domain.workdays import due_words
from bihuan.locality.deployments import Deployment
from bihuan.locality.documents import ALL, BY, DECIDED, LIMIT, ON, Document
from bihuan.locality.options import options_of
from bihuan.locality.rules.needs import ORDER_FORM, PORTAL_FORM
from bihuan.queries.case_deeds import Deed, DoneRows, deeds_of
from bihuan.queries.case_header import CaseFile, OpenedCase, open_case_file, own_case_file
from bihuan.queries.history import history
from bihuan.queries.veil import Veil, veil_of
from bihuan.store import tables
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault

_deadline = tables.deadline
LIMITS = compiled(
    sa.select(_deadline.c.key, _deadline.c.due_at)
    .where(_deadline.c.case_id == sa.bindparam("case_id", type_=tables.ID))
    .order_by(_deadline.c.set_at, _deadline.c.key)
)
_REPLY = "reply_to_company"


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """A template and the words to put in."""

    case_no: str
    document: Document
    words: Mapping[str, str]


def document_words(reader: Reader, vault: Vault, actor: Officer, case_no: str, template: str) -> DocumentWords:
    """The words of a document that a case, which this officer may read, has come to. Raises NotFound."""
    case = open_case_file(reader, vault, actor, case_no=case_no)
    done = DoneRows.of(reader, case)
    if template not in documents_begun(case.deployment, case.row["process"], done.forms):
        raise NotFound(f"Expected case {case_no} to have come to a document {template!r}, but it has not")
    document = case.deployment.locality.document(template)
    deeds = deeds_of(reader, case, actor, done, options_of(reader, case.deployment))
    (found,) = _filled(reader, vault, case, deeds, _decisions(reader, case, document), [document])
    return found


def _decisions(reader: Reader, case: CaseFile, document: Document) -> Sequence[Event]:
    """The history, where the document tells what was decided."""
    return history(reader, case.row["id"]) if any(form == DECIDED for form, _ in document.answers) else ()


def documents_handed(deployment: Deployment, process: str, forms: Iterable[str]) -> tuple[str, ...]:
    """The documents made out to the complainant that are finished: of the forms filled in."""
    handed = deployment.locality.settings.documents_handed
    return tuple(name for name in documents_begun(deployment, process, forms) if name in handed) if handed else ()


def own_document(reader: Reader, vault: Vault, actor: Complainant, template: str) -> DocumentWords:
    """The words of a document made out to this complainant. Raises NotFound when there is none such, or not yet."""
    case = own_case_file(reader, vault, actor)
    deeds = deeds_of(reader, case, actor, DoneRows.of(reader, case), options_of(reader, case.deployment))
    if template not in documents_handed(case.deployment, case.row["process"], (deed.form for deed in deeds)):
        raise NotFound(f"Expected case {actor.case_id} to have a document {template!r} to hand out, but it has none")
    document = case.deployment.locality.document(template)
    (found,) = _filled(reader, vault, case, deeds, _decisions(reader, case, document), [document])
    return found


def documents_of(
    reader: Reader, vault: Vault, case: OpenedCase, deeds: tuple[Deed, ...], events: Sequence[Event]
) -> tuple[DocumentWords, ...]:
    """The words of every document of which something was filled in, from what was read of the case already."""
    begun = documents_begun(case.deployment, case.row["process"], (deed.form for deed in deeds))
    return tuple(_filled(reader, vault, case, deeds, events, map(case.deployment.locality.document, begun)))


def _filled(
    reader: Reader, vault: Vault, case: CaseFile, deeds: tuple[Deed, ...], events: Sequence[Event],
    documents: Iterable[Document],
) -> Iterator[DocumentWords]:  # fmt: skip
    # A document leaves the house: it is veiled also for the platform, which may see more on the page.
    veil = veil_of(reader, vault, case.row["id"])
    told = {LIMIT: _limits(reader, case), DECIDED: _decided(case, events)}
    common = _words(case, deeds, veil, reader.now)
    for document in documents:
        words = dict(common)
        for form, field in document.answers:
            said = told[form].get(field, "") if form in told else _answer(deeds, form, field)
            words[f"{form}.{field}"] = veil.over(said)
        yield DocumentWords(case.row["case_no"], document, words)


def documents_offered(deployment: Deployment, process: str) -> tuple[str, ...]:
    """The documents that a case of this procedure can fill in, by name.

    A template that prints forms belongs to the procedures that use one of them; any other belongs to requests.
    """
    used, main = frozenset(_forms(deployment, process)), process == deployment.locality.settings.process
    used |= {PORTAL_FORM, ORDER_FORM} if main else frozenset()
    documents = deployment.locality.documents.values()
    return tuple(sorted(one.id for one in documents if (one.forms & used if one.forms else main)))


def documents_begun(deployment: Deployment, process: str, forms: Iterable[str]) -> tuple[str, ...]:
    """Of the documents offered those that are made at one of these forms, or else print one: what the case has come to.

    Otherwise an accepted case would offer a notice that it is declined (不予受理通知书). What was handed in is there.
    """
    reached = frozenset(forms)
    if process == deployment.locality.settings.process:
        reached |= {PORTAL_FORM, ORDER_FORM}
    offered, made = documents_offered(deployment, process), deployment.locality.settings.document_forms
    asked = {name: frozenset(made.get(name, ())) or deployment.locality.document(name).forms for name in offered}
    return tuple(name for name, needed in asked.items() if not needed or not needed.isdisjoint(reached))


def _forms(deployment: Deployment, process: str) -> Iterator[str]:
    """The forms of a procedure and of the processes it calls; no process calls itself (D15)."""
    for element in deployment.definition.elements(process):
        if element.form:
            yield element.form
        if element.called:
            yield from _forms(deployment, element.called)


def _answer(deeds: Sequence[Deed], form: str, field: str) -> str:
    """What was last filled in there: a field, by whom, on which day; or every time, a line each."""
    filled = [deed for deed in deeds if deed.form == form]
    if not filled:
        return ""
    if field == ALL:
        return "\n".join(map(_line, filled))
    entries = {entry.key: entry.text for entry in filled[-1].entries}
    return entries.get(field) or {BY: filled[-1].by or "", ON: _day(filled[-1].at)}.get(field, "")


def _line(deed: Deed) -> str:
    said = "；".join(f"{entry.label}：{entry.text}" for entry in deed.entries)
    return f"{_day(deed.at)} {deed.unit}　{said}"


def _limits(reader: Reader, case: CaseFile) -> dict[str, str]:
    """When each limit ends that was ever set, by its element, the last one: 2026年10月9日12:00前."""
    rows = reader.all(LIMITS, case_id=case.row["id"])
    return {Key.parse(row["key"]).element: f"{due_words(row['due_at'])}前" for row in rows}


def _decided(case: CaseFile, events: Iterable[Event]) -> dict[str, str]:
    """What tables decided last, in the words of locality.toml; nothing of what they do not name."""
    named, found = case.deployment.locality.settings.decided, {}
    for event in events:
        if event.kind == "decision_made":
            outputs = event.detail["outputs"]
            found.update({name: named[name].get(str(outputs[name]), "") for name in outputs.keys() & named.keys()})
    return found


def _words(case: CaseFile, deeds: tuple[Deed, ...], veil: Veil, now: datetime) -> dict[str, str]:
    row, locality = case.row, case.deployment.locality
    unit = locality.unit_name(row["handling_unit"]) if row["handling_unit"] else ""
    return {
        "case_no": row["case_no"],
        "unit": unit,
        "recipient": unit,
        "locality": locality.name,
        "subject": veil.over_request(row["subject"], row["struck_subject"]),
        "body": veil.over_request(row["body"], row["struck_body"]),
        "category": locality.categories.get(row["category"], ""),
        "received_on": _day(row["opened_at"]),
        "dispatched_on": _day(row["dispatched_at"]),
        "closed_on": _day(row["ended_at"]),
        "reply": veil.over(_reply(deeds)),
        "printed_on": _day(now),
    }


def _reply(deeds: tuple[Deed, ...]) -> str:
    """The last reply (答复) that the reader's own page shows, too; what was only told on the way is none."""
    written = [entry.text for deed in deeds for entry in deed.entries if entry.key == _REPLY]
    return written[-1] if written else ""


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y年%-m月%-d日}" if moment else ""
