"""Handing a request in by steps (分步填写): at the portal by the company itself, at a window for somebody (窗口代填).

Shared by both views. What was typed is kept sealed under the id it will be handed in by, at every step and also when
something is wrong with it; the browser holds the id, in the form and in its session. No table does: what lies there
is named by a keyed hash of it (`_kept`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.attach_file import attach_files
from bihuan.commands.attaching import FILES, require_sense
from bihuan.commands.begin_case import Opened
from bihuan.commands.open_case import submit_request
from bihuan.commands.save_portal_draft import discard_portal_draft, save_portal_draft
from bihuan.domain.access import Actor, Complainant
from bihuan.domain.errors import InvalidAnswers, NotFound, StorageFull
from bihuan.domain.identity import Identity
from bihuan.domain.ids import CaseId
from bihuan.locality.fields import Field
from bihuan.queries.attachments import attachments_of
from bihuan.queries.case_deeds import shown
from bihuan.queries.portal import CHECK, CONTACT, WHAT, RequestPage, front_page, request_errors
from bihuan.queries.progress import Progress, progress
from bihuan.store import portal_drafts
from bihuan.store.portal_drafts import PortalDraft
from bihuan.store.sealed_files import Sent
from web import qr
from web.forms import Filled, answers_in, opening_in, require_asked
from web.house import deed, house, reading
from web.uploads import let_go, sent

PERSON = {"name": "联系人姓名", "phone": "联系电话", "organisation": "企业名称", "email": "电子邮箱"}
"""What is asked of whoever hands it in, by the names of `Identity`."""
TITLES = {"about": "有关情况", "contact": "联系方式", "check": "核对提交"}
"""Of the steps; the first is called by what it asks to be told."""
WRONG = "填写内容有误，请按提示修改。"
KEEP = "keep"
"""What a page says that is still being filled in, instead of going on or back."""
KEPT = "刚才填写的内容已自动保留，离开本页也不会丢失。"
Errors = dict[str, dict[str, str]]
"""By step, then by field."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Where a request is filled in, by whom, and what its form asks."""

    actor: Actor
    page: RequestPage
    window: bool = False

    @property
    def locality(self) -> str:
        return self.page.id

    def address(self, step: str) -> str:
        """The page of a step."""
        return self._to("fill_in", step=step)

    def hand_in_address(self) -> str:
        """Where the whole is handed in."""
        return self._to("hand_in")

    def confirmation_address(self) -> str:
        return self._to("confirmation")

    def picture_address(self) -> str:
        """The QR code on the confirmation."""
        return self._to("confirmation_picture")

    def clear_address(self) -> str:
        """Where what was typed is thrown away."""
        return self._to("clear")

    def leave_address(self) -> str:
        """Where number and code are forgotten."""
        return self._to("leave")

    def _to(self, endpoint: str, **values: Any) -> str:
        if self.window:
            return url_for(f"window.{endpoint}", **values)
        return url_for(f"portal.{endpoint}", locality=self.locality, **values)

    @property
    def titles(self) -> Mapping[str, str]:
        """What the steps are called."""
        return {WHAT: f"说明{self.page.called}", **TITLES}

    @property
    def draft_key(self) -> str:
        """Where the browser's session names the draft."""
        return f"draft:{self.locality}:{'window' if self.window else 'portal'}"

    @property
    def faults_key(self) -> str:
        """Where the session keeps what was wrong, on the way to the page that says so."""
        return f"faults:{self.draft_key}"

    @property
    def handed_in_key(self) -> str:
        return "filled_in" if self.window else "handed_in"


def show(filling: Filling, step: str) -> Response | AnyResponse:
    """The page of a step; what comes before and is not filled in yet is asked first. Raises NotFound."""
    if step not in filling.page.steps:
        raise NotFound(f"Expected one of the steps {filling.page.steps}, but it is {step}")
    submission = _under_way(filling)
    draft = _read(filling, submission)
    refused_at, faults = session.pop(filling.faults_key, (None, {}))
    if refused_at == step:
        return _page(filling, step, draft, submission, faults)
    before = filling.page.steps[: filling.page.steps.index(step)]
    errors = _errors(filling, draft) if before else {}
    if first := next((one for one in before if errors.get(one)), None):
        return redirect(filling.address(first), code=303)
    return _page(filling, step, draft, submission, {})


def take(filling: Filling, step: str) -> Response | AnyResponse:
    """Keep what was typed at a step, and stay, go on, back, or to what is wrong. Raises NotFound, InvalidAnswers."""
    if step not in filling.page.steps or step == CHECK:
        raise NotFound(f"Expected a step that asks something, but it is {step}")
    submission = opening_in(request.form)
    draft = _typed(filling, _read(filling, submission), [step])
    not_kept = _keep(filling, draft, submission)
    session[filling.draft_key] = str(submission)
    if only_kept():
        if not_kept:
            raise InvalidAnswers(not_kept)
        return make_response(KEPT)
    steps = filling.page.steps
    if request.form.get("go") == "back" and not not_kept:
        return redirect(filling.address(steps[max(steps.index(step) - 1, 0)]), code=303)
    faults = _errors(filling, draft).get(step, {}) | _asked_anew(filling, step, draft)
    if not_kept or faults:
        return _refused(filling, step, draft, submission, {step: not_kept | faults}, kept=not not_kept)
    return redirect(filling.address(steps[steps.index(step) + 1]), code=303)


def only_kept() -> bool:
    """Whether this form is sent by the page while somebody fills it in (web/static/draft.js)."""
    return request.form.get("go") == KEEP


def sent_by_hand() -> bool:
    """Whether somebody pressed a button."""
    return not only_kept()


def hand_in(filling: Filling) -> Response | AnyResponse:
    """Hand in what was filled in. Sent twice, it gives the same number and code. Raises NotAllowed, InvalidAnswers."""
    submission, files = opening_in(request.form), sent()
    draft = _typed(filling, _read(filling, submission), filling.page.steps)
    try:
        require_sense(files)
        with deed(filling.actor) as work:
            opened = submit_request(work, filling.locality, draft.raw, draft.contact, submission_id=_kept(submission))
    except InvalidAnswers as fault:
        kept = not _keep(filling, draft, submission)
        session[filling.draft_key] = str(submission)
        errors = _errors(filling, draft)
        errors[CHECK] = let_go({key: words for key, words in fault.errors.items() if key == FILES})
        return _refused(filling, CHECK, draft, submission, errors, kept=kept)
    _attach(filling, opened, files, submission)
    session.pop(filling.draft_key, None)
    session[filling.handed_in_key] = {
        "case_no": opened.case_no, "code": opened.query_code, "case": str(opened.case_id),
    }  # fmt: skip
    return redirect(filling.confirmation_address(), code=303)


def _attach(filling: Filling, opened: Opened, files: tuple[Sent, ...], submission: UUID) -> None:
    """The request is in: what became of its files is told beside the number."""
    try:
        if files:
            with deed(Complainant(opened.case_id)) as work:
                attach_files(work, opened.case_id, files, submission_id=_kept(submission))
    except (InvalidAnswers, StorageFull) as fault:
        words = fault.errors.get(FILES, "") if isinstance(fault, InvalidAnswers) else fault.chinese
        flash(f"{filling.page.called}已经收到，但照片和文件没有收下：{words}可以凭编号和查询码在进度页补充。")


def clear(filling: Filling) -> AnyResponse:
    """Throw away what was typed and begin anew."""
    with deed(filling.actor) as work:
        discard_portal_draft(work, submission_id=_kept(_under_way(filling)))
    session.pop(filling.draft_key, None)
    flash("已清除填写的内容。")
    return redirect(filling.address(filling.page.steps[0]), code=303)


def confirmation(filling: Filling) -> Response:
    """Number, query code, the promised date and what happens next; to be printed or photographed. Raises NotFound."""
    handed_in, found = _handed_in(filling)
    own = Complainant(found.case_id)
    if not filling.window:
        session["follows"] = str(found.case_id)  # whoever reads the code here need not type it to follow the case
    with reading() as (reader, vault):
        front, files = front_page(reader, filling.locality), attachments_of(reader, vault, own, own.case_id)
    html = render_template(
        "portal_confirmation.html", filling=filling, page=front, progress=found, code=handed_in["code"],
        attachments=files,
    )  # fmt: skip
    return make_response(html)


def confirmation_picture(filling: Filling) -> Response:
    """The way to the progress page with number and code behind the `#`, which no browser sends and no log keeps."""
    handed_in, _ = _handed_in(filling)
    way = url_for("portal.progress.ask", locality=filling.locality)
    return qr.picture(f"{house().settings.base_url}{way}#{handed_in['case_no']}.{handed_in['code']}")


def _handed_in(filling: Filling) -> tuple[Mapping[str, str], Progress]:
    handed_in = session.get(filling.handed_in_key)
    if not handed_in:
        raise NotFound("Expected a request handed in by this visitor, but there is none")
    with reading() as (reader, _):
        found = progress(reader, Complainant(CaseId(UUID(handed_in["case"]))))
    if found.locality != filling.locality:
        raise NotFound(f"Expected a request handed in at {filling.locality}, but it was at {found.locality}")
    return handed_in, found


def _under_way(filling: Filling) -> UUID:
    """The id of what this browser is filling in, or of something new."""
    known = session.get(filling.draft_key)
    return UUID(known) if known else uuid4()


def _kept(submission: UUID) -> UUID:
    """The id by which the house knows what the browser calls so."""
    return house().vault.kept_id(submission)


def _read(filling: Filling, submission: UUID) -> PortalDraft:
    with reading() as (reader, vault):
        return portal_drafts.read(reader, vault, filling.locality, _kept(submission))


def _keep(filling: Filling, draft: PortalDraft, submission: UUID) -> dict[str, str]:
    """Keep it; what is wrong when it cannot be kept."""
    try:
        with deed(filling.actor) as work:
            save_portal_draft(work, filling.locality, draft, submission_id=_kept(submission))
    except InvalidAnswers as fault:
        return fault.errors
    return {}


def _typed(filling: Filling, draft: PortalDraft, steps: tuple[str, ...] | list[str]) -> PortalDraft:
    """The draft with what this POST brings for these steps; a step of which nothing came stays as it was."""
    sent = answers_in(request.form, filling.page.form)
    for step in steps:
        part = filling.page.parts.get(step)
        keys = {field.key for field in part.fields} if part else set()
        given = {key: value for key, value in sent.items() if key in keys}
        if part and (given or len(steps) == 1):
            kept = {key: value for key, value in draft.raw.items() if key not in keys}
            draft = replace(draft, raw={**kept, **given})
    contact = {key: request.form[f"contact-{key}"] for key in PERSON if f"contact-{key}" in request.form}
    return replace(draft, contact={**draft.contact, **contact}) if CONTACT in steps else draft


def _errors(filling: Filling, draft: PortalDraft) -> Errors:
    """All that is wrong, by the step where it is to be put right."""
    wrong = request_errors(filling.page, draft.raw, filling.actor)
    found: Errors = {step: {} for step in filling.page.steps}
    for key, words in wrong.items():
        found[filling.page.step_of(key)][key] = words
    try:
        Identity.of(draft.contact, required=True)
    except InvalidAnswers as fault:
        found[CONTACT] |= {f"contact-{key}": words for key, words in fault.errors.items()}
    return found


def _asked_anew(filling: Filling, step: str, draft: PortalDraft) -> dict[str, str]:
    if step not in filling.page.parts:
        return {}
    try:
        require_asked(request.form, filling.page.form, draft.raw)
    except InvalidAnswers as fault:
        return fault.errors
    return {}


def _refused(
    filling: Filling, step: str, draft: PortalDraft, submission: UUID, errors: Errors, *, kept: bool
) -> Response | AnyResponse:
    """Say what is wrong on the step's own page, to which a telephone's key leads back; what could not be kept, here."""
    if not kept:
        return make_response(_page(filling, step, draft, submission, errors), 422)
    session[filling.faults_key] = (step, errors)
    return redirect(filling.address(step), code=303)


def _page(filling: Filling, step: str, draft: PortalDraft, submission: UUID, errors: Errors) -> Response:
    wrong = errors.get(step, {})
    filled = Filled(draft.raw, wrong, WRONG if wrong else "", submission_id=submission)
    template = "portal_check.html" if step == CHECK else "portal_step.html"
    html = render_template(
        template, filling=filling, page=filling.page, step=step, titles=filling.titles, filled=filled, person=PERSON,
        contact=draft.contact, errors=errors, summary=_summary(filling, draft),
    )  # fmt: skip
    return make_response(html)


def _summary(filling: Filling, draft: PortalDraft) -> dict[str, list[tuple[str, str]]]:
    """What was filled in, by step, each under its label."""
    found = {
        step: [
            (field.label, _words(field, draft, filling.page))
            for field in part.fields
            if field not in part.hidden(draft.raw) and draft.raw.get(field.key)
        ]
        for step, part in filling.page.parts.items()
    }
    return {**found, CONTACT: [(label, draft.contact[key]) for key, label in PERSON.items() if draft.contact.get(key)]}


def _words(field: Field, draft: PortalDraft, page: RequestPage) -> str:
    value = draft.raw[field.key]
    return shown(field, True if field.type == "checkbox" else value, page.options)
