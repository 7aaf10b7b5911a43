"""通知文本: what a locality's notices say, where its diagrams send them, and one to be changed; for administrators."""

from dataclasses import dataclass

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.locality.deployments import Deployment, current
from bihuan.locality.notices import NOTICE_WORDS, Notice, placeholders
from bihuan.locality.rules.groups import entries
from bihuan.store.unit_of_work import Reader

SAMPLE = {
    "clause": "《关于持续深入优化营商环境的实施意见》第4项", "unit": "市商务局", "recipient": "市商务局",
    "task": "回复初步处理情况", "due": "2026年10月9日12:00", "locality": "淄博市", "when": "2026年10月9日09:00",
}  # fmt: skip
"""What stands for the placeholders in a preview."""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """One template: its words, and where it is sent from: (procedure, event), each once."""

    notice: Notice
    sent_at: tuple[tuple[str, str], ...]
    common: bool
    """It is the text of all localities; changing it makes one of the locality's own."""


@dataclass(frozen=True, slots=True)
class NoticeTextPage:
    """One template, to be changed; the placeholders it may use, with what they mean."""

    text: NoticeText
    words: tuple[tuple[str, str], ...]
    sample: tuple[tuple[str, str], ...]
    """What stands for the placeholders in a preview."""


def notice_texts(reader: Reader, actor: Officer) -> tuple[NoticeText, ...]:
    """All templates that the diagrams in force send, in the order in which they are drawn. Raises NotAllowed."""
    access.require_administrator(actor, actor.locality)
    deployment = current(reader, actor.locality).deployment
    sent = _sent(deployment)
    return tuple(_text(deployment, deployment.locality.notices[name], where) for name, where in sent.items())


def notice_text_page(reader: Reader, actor: Officer, template: str) -> NoticeTextPage:
    """One of them. Raises NotAllowed, NotFound."""
    access.require_administrator(actor, actor.locality)
    deployment = current(reader, actor.locality).deployment
    notice = deployment.locality.notice(template)
    found = _text(deployment, notice, _sent(deployment).get(template, []))
    locality = deployment.locality
    own = {"case_no": locality.case_no(2026, 12345), "locality": locality.name}
    return NoticeTextPage(found, tuple(NOTICE_WORDS.items()), tuple({**SAMPLE, **own}.items()))


def preview(page: NoticeTextPage, subject: str, body: str) -> tuple[str, str]:
    """Subject and body with sample words in place of the placeholders; one that there is not stays as it was typed."""
    unknown = {word: f"${{{word}}}" for word in placeholders(subject + body)}
    return Notice("", "", subject, body).render({**unknown, **dict(page.sample)})


def _text(deployment: Deployment, notice: Notice, sent_at: list[tuple[str, str]]) -> NoticeText:
    return NoticeText(notice, tuple(dict.fromkeys(sent_at)), not notice.file.startswith(f"{deployment.locality.id}/"))


def _sent(deployment: Deployment) -> dict[str, list[tuple[str, str]]]:
    """The templates that are sent, each with where."""
    definition, found = deployment.definition, dict[str, list[tuple[str, str]]]()
    for process in definition.processes.values():
        for element in definition.elements(process.id):
            for template in sorted(entries(element.payload or "", "template")) if element.payload else ():
                if template in deployment.locality.notices:
                    found.setdefault(template, []).append((process.name, element.name))
    return found
