"""Every page, walked by everybody: closed unless declared public; the complained-of unit never learns who wrote."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote
from uuid import uuid4
from zipfile import BadZipFile, ZipFile

import orjson
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from bihuan.commands.accounts import create_account, set_active
from bihuan.commands.attach_file import attach_files
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import Opened, submit_request
from bihuan.commands.release_attachment import release_attachment
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.domain.access import Complainant, Machine, Officer, Visitor
from bihuan.domain.errors import NotAllowed
from bihuan.queries.history import verify
from tests.a_file import DOCX_PARTS, PDF, a_jpeg, a_package, sent
from tests.people import COMPANY, REQUEST, Town, files_of, with_inspection
from tests.web.conftest import Enter
from tests.web.routes import CASES_OWN, EVERYBODY, MAY_GET, MAY_POST, PUBLIC, Walk, closed_rules, expected, is_public
from web import pdf

WHO = {**COMPANY, "email": "xiaoming@example.com"}
TELLING = [*WHO.values(), *(json.dumps(word)[1:-1] for word in WHO.values()), "张＊", "138＊"]
"""What must never be found: each field, also as JSON escapes it, and what is shown of it to those who may ask."""
LEAVES = ("session.leave", "clock.move", "stand_in.act")
"""What would end the walk, or move the ground under it."""
BODY = f"本人{WHO['name']}，{WHO['organisation']}负责人，电话{WHO['phone']}。申请许可已满一个月，请协调办理。"


@pytest.fixture(autouse=True)
def typeset(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDF on every machine, and as the page it is set from: what that says can be read, a PDF's words are packed."""
    monkeypatch.setattr(pdf, "is_offered", lambda: True)
    monkeypatch.setattr(pdf, "pdf_of", lambda html, css: html.encode())


@pytest.fixture
def people(town: Town) -> dict[str, Officer]:
    """One of every kind that walks."""
    return {
        "platform": town.officer("platform"),
        "supervision": town.officer("supervision_office"),
        "auditor": town.officer("audit_office", "auditor"),
        "administrator": town.officer("platform", "administrator"),
        "process_owner": town.officer("platform", "process_owner"),
        "uninvolved": town.officer("taxation"),
        "complained_of": town.officer("commerce"),
    }


@pytest.fixture
def walk(town: Town) -> Walk:
    """A case against the unit that handles it, dispatched, its text full of what betrays the complainant."""
    with town.app.begin(Machine("test")) as work:
        deploy(work, with_inspection(), note="")
    told = {"subject": f"{WHO['name']}反映许可迟迟不办", "body": BODY, "complained_of_unit": "commerce"}
    with town.app.begin(Visitor("zibo")) as work:
        opened = submit_request(work, "zibo", REQUEST | told, WHO, submission_id=uuid4())
    files = (f"{WHO['name']}.jpg", a_jpeg()), ("合同.docx", a_package(DOCX_PARTS)), (f"{WHO['phone']}.pdf", PDF)
    with town.app.begin(Complainant(opened.case_id)) as work:
        attach_files(work, opened.case_id, [sent(town.app, *each) for each in files], submission_id=uuid4())
    for number in (1, 2):
        with town.app.begin(town.officer("platform")) as work:
            release_attachment(work, opened.case_id, number, looked=True)
    with town.app.begin(town.officer("supervision_office")) as work:
        attach_files(work, opened.case_id, [sent(town.app, f"电话记录{WHO['phone']}.pdf", PDF)], submission_id=uuid4())
    town.do(opened.case_id, "dispatch", handling_unit="commerce", note=f"请联系{WHO['name']}")
    found = Walk(town, opened)
    found.renew()
    return found


def test_nobody_gets_a_closed_page(pages: Flask, enter: Enter, walk: Walk) -> None:
    """Without a log-in every page that is not public leads to the log-in, whatever the method."""
    client = enter(None)
    for method in ("GET", "POST"):
        for endpoint, rule in closed_rules(pages, method).items():
            answer = client.open(walk.path(rule), method=method, data={})
            assert answer.status_code == 303, endpoint
            assert answer.location.startswith("/login"), endpoint


def test_the_public_pages_are_these_alone(pages: Flask) -> None:
    """A page becomes public by being declared so, and by being listed."""
    public = {name for name in pages.view_functions if is_public(pages, name)}
    assert {name for name in public if not name.startswith("portal.")} == PUBLIC


def test_every_page_has_its_line_and_every_line_its_page(pages: Flask) -> None:
    """A page that is added, or taken away, is entered in tests/web/routes.py, or struck out there."""
    assert set(closed_rules(pages, "GET")) == set(MAY_GET)
    assert set(closed_rules(pages, "POST")) == set(MAY_POST)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_each_gets_what_is_theirs(who: str, pages: Flask, enter: Enter, walk: Walk, people: dict[str, Officer]) -> None:
    """Every closed page answers exactly those who may read it; all others learn nothing."""
    client = enter(people[who])
    for endpoint, rule in closed_rules(pages, "GET").items():
        answer = client.get(walk.path(rule))
        if who in expected(MAY_GET, endpoint):
            assert answer.status_code == 200, (endpoint, answer.status_code)
        else:
            assert answer.status_code in (403, 404, 409), (endpoint, answer.status_code)
            assert "许可迟迟" not in answer.get_data(as_text=True), endpoint


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_each_does_what_is_theirs(who: str, pages: Flask, enter: Enter, walk: Walk, people: dict[str, Officer]) -> None:
    """Whoever may not do it gets a refusal, never a fault, and nothing moves."""
    client, before = enter(people[who]), set(walk.town.open_tasks(walk.opened.case_id))
    for endpoint, rule in closed_rules(pages, "POST").items():
        if endpoint in LEAVES:
            continue
        data = {"submission_id": str(uuid4()), "reason": "reply", "subject": "x", "body": "y"}
        status = client.post(walk.path(rule), data=data).status_code
        if who in expected(MAY_POST, endpoint):
            assert status in (200, 303, 400, 409, 422), (endpoint, status)
        else:
            assert status in (403, 404), (endpoint, status)
    assert set(walk.town.open_tasks(walk.opened.case_id)) == before


def test_another_locality_gets_none_of_it(pages: Flask, enter: Enter, walk: Walk, town: Town) -> None:
    """The platform of 开化 is nobody in 淄博: whatever names something of 淄博's is not there for it."""
    town.officer("commerce")
    with town.app.begin(Machine("test")) as work:
        deploy(work, files_of("kaihua"), note="")
    with town.app.begin(Machine("test")) as work:
        roles = [("platform", role) for role in ("officer", "administrator", "process_owner", "auditor")]
        stranger = create_account(work, "kaihua", "stranger", "外地人", "correct horse battery", roles)
    client = enter(Officer(stranger, "外地人", "kaihua", frozenset(roles)))
    for method in ("GET", "POST"):
        for endpoint, rule in closed_rules(pages, method).items():
            if endpoint in LEAVES:
                continue
            data = {"submission_id": str(uuid4()), "reason": "reply", "subject": "x", "body": "y"}
            path = walk.path(rule)
            answer = client.open(path, method=method, data=data if method == "POST" else None)
            assert answer.status_code < 500, (endpoint, answer.status_code)
            page = "".join(texts(answer.get_data())).replace(unquote(path), "")  # which large type leads back to
            assert walk.opened.case_no not in page, endpoint
            assert "许可迟迟" not in page, endpoint
            if CASES_OWN & rule.arguments or (endpoint.startswith("people.") and "login" in rule.arguments):
                assert answer.status_code in (403, 404, 409), (endpoint, answer.status_code)


def test_the_complained_of_unit_never_learns_who_complained(
    pages: Flask, enter: Enter, walk: Walk, people: dict[str, Officer]
) -> None:
    """By no page, at no stage of the case's life, whatever others wrote into it."""
    town, case = walk.town, walk.opened.case_id
    client = enter(people["complained_of"])
    _walk_all(pages, client, walk)
    a_minute_later(town)
    town.do(case, "first_reply", progress="正在核实有关情况。")
    a_minute_later(town)
    town.do(case, "resolve", outcome="resolved", reply_to_company="已办结。请查收。", report_to_platform="已办结报告。")
    _walk_all(pages, client, walk)
    a_minute_later(town)
    town.do(case, "relay_reply", reply_to_company=f"{WHO['name']}您好：已经办结。")
    a_minute_later(town)
    written = f"已电话联系{WHO['name']}（{WHO['phone']}），表示满意。"
    town.do(case, "verify", follow_up_method="phone", follow_up_record=written, sound="true")
    _walk_all(pages, client, walk)
    town.press(case, "rated", by=Complainant(case), rating="5", comment=f"{WHO['organisation']}感谢")
    page = _walk_all(pages, client, walk)
    assert "表示满意" not in page, "a follow-up with the complainant is not for the unit complained about"


@pytest.fixture
def named_later(town: Town) -> Opened:
    """A case against nobody that commerce handles, until the platform names commerce on a form of another step."""
    files = dict(files_of("zibo"))
    for path in ("zibo/forms/decide_send_back.form", "zibo/forms/redispatch.form"):
        form = orjson.loads(files[path])
        form["components"].append(
            {
                "type": "select", "key": "complained_of_unit", "label": "被反映的单位", "valuesKey": "handling_units",
                "properties": {"control": "true"},
            }
        )  # fmt: skip
        files[path] = orjson.dumps(form)
    with town.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    opened = town.request(subject=f"{WHO['name']}反映许可迟迟不办", body=BODY)
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    with town.app.begin(town.officer("commerce")) as work:
        assert reveal_identity(work, opened.case_id, "reply")["phone"] == COMPANY["phone"]
    town.press(
        opened.case_id, "send_back", by=town.officer("commerce"), reason="不属于我单位职责。", basis="三定方案。"
    )
    a_minute_later(town)
    return opened


def test_a_unit_named_later_is_barred_from_then_on(
    pages: Flask, enter: Enter, town: Town, named_later: Opened, people: dict[str, Officer]
) -> None:
    """By no page, export or deed, though it handles the case and saw the identity before; history says who named it."""
    case, walk = named_later.case_id, Walk(town, named_later)
    town.do(case, "decide_send_back", agreed=True, opinion="同意退回。")
    a_minute_later(town)
    town.do(
        case, "redispatch", handling_unit="commerce", insisted=True, insist_reason="仍由你单位办理。",
        note="请按期回复。", complained_of_unit="commerce",
    )  # fmt: skip
    a_minute_later(town)
    client = enter(people["complained_of"])
    page = _walk_all(pages, client, walk)
    assert "登记被反映单位" in page
    with pytest.raises(NotAllowed), town.app.begin(town.officer("commerce", "principal")) as work:
        reveal_identity(work, case, "reply")
    town.do(case, "first_reply", progress="正在核实有关情况。")
    a_minute_later(town)
    town.do(case, "resolve", outcome="resolved", reply_to_company="已办结。请查收。", report_to_platform="已办结报告。")
    _walk_all(pages, client, walk)
    assert "relay_reply" in town.open_tasks(case), "its reply goes through the platform from then on"
    with town.app.snapshot() as reader:
        assert verify(reader, case).ok


def test_what_the_complainant_said_is_not_written_to_the_unit_complained_about(
    enter: Enter, town: Town, people: dict[str, Officer]
) -> None:
    """A follow-up that sends the case back (整改、重新办理) is handed over with its reasons, without what was said."""
    files = dict(files_of("zibo"))
    form = orjson.loads(files["zibo/forms/dispatch.form"])
    form["components"].append({"type": "textarea", "key": "follow_up_record", "label": "回访记录"})
    files["zibo/forms/dispatch.form"] = orjson.dumps(form)
    with town.app.begin(Machine("test")) as work:
        deploy(work, files, note="")
    opened = town.request(complained_of_unit="commerce")
    said = {"note": "请重新核实办理时限。", "follow_up_record": "诉求人称其面馆就在贵局楼下。"}
    town.do(opened.case_id, "dispatch", handling_unit="commerce", **said)
    for who, seen in (("complained_of", False), ("supervision", True)):
        client = enter(people[who])
        for address in ("", "/documents/转办单", "/attachments"):
            page = client.get(f"/cases/{opened.case_no}{address}").get_data(as_text=True)
            assert (said["follow_up_record"] in page) == (seen and not address), (who, address)
        assert said["note"] in client.get(f"/cases/{opened.case_no}").get_data(as_text=True)


def test_a_second_unit_named_leaves_the_first_barred(town: Town, named_later: Opened) -> None:
    """Naming another, or leaving the field blank, takes no bar back; one taken out of the row by hand is noticed."""
    case, of_commerce = named_later.case_id, town.officer("commerce")
    for named in ("commerce", "taxation", ""):
        town.do(case, "decide_send_back", agreed=False, opinion="不同意退回。", complained_of_unit=named)
        a_minute_later(town)
        town.press(case, "send_back", by=of_commerce, reason="不属于我单位职责。", basis="三定方案。")
        a_minute_later(town)
    for unit in ("commerce", "taxation"):
        with pytest.raises(NotAllowed), town.app.begin(town.officer(unit)) as work:
            reveal_identity(work, case, "reply")
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("update case_file set complained_of = '{taxation}' where id = %s", (case,))
    with town.app.snapshot() as reader:
        assert any("commerce" in fault for fault in verify(reader, case).faults)


def a_minute_later(town: Town) -> None:
    """Deeds of people do not share an instant."""
    town.clock.move_to(town.clock.now() + timedelta(minutes=1))


def _walk_all(pages: Flask, client: FlaskClient, walk: Walk) -> str:
    """Ask for everything there is by every address that the case gives; all that was answered."""
    walk.renew()
    seen = []
    for method in ("GET", "POST"):
        for endpoint, rule in closed_rules(pages, method).items():
            if endpoint in (*LEAVES, "inbox.claim", "inbox.release"):
                continue
            for path in walk.paths(rule):
                data = {"reason": "reply", "submission_id": str(uuid4())} if method == "POST" else None
                answer = client.open(path, method=method, data=data)
                assert answer.status_code < 500, (endpoint, answer.status_code)
                page = "\n".join((unquote(str(answer.headers)), *texts(answer.get_data())))
                for telling in TELLING:
                    assert telling not in page, (method, path, telling)
                seen.append(page)
    return "\n".join(seen)


def texts(content: bytes, name: str = "") -> Iterator[str]:
    """What a file says: its name and its text; of an archive (.docx, .xlsx, .zip) each part's, archives in it too."""
    yield name
    if not content.startswith(b"PK"):
        yield content.decode(errors="replace")
        return
    try:
        with ZipFile(BytesIO(content)) as package:
            yield package.comment.decode(errors="replace")
            for part in package.infolist():
                yield part.comment.decode(errors="replace")
                yield from texts(package.read(part), part.filename)
    except BadZipFile:
        yield content.decode(errors="replace")


def test_what_is_looked_through_is_found() -> None:
    """The search itself sees a name in a header, in a file's name, and in an archive within an archive."""
    inner, outer = BytesIO(), BytesIO()
    with ZipFile(inner, "w") as package:
        package.writestr("word/document.xml", WHO["name"])
    with ZipFile(outer, "w") as package:
        package.writestr(f"{WHO['organisation']}.docx", inner.getvalue())
    found = "".join(texts(outer.getvalue()))
    assert WHO["name"] in found
    assert WHO["organisation"] in found
    assert WHO["name"] in unquote("filename*=UTF-8''%E5%BC%A0%E6%99%93%E6%98%8E.docx")


def test_a_closed_account_is_out_at_once(town: Town, enter: Enter) -> None:
    """The session is bound to the account's session number."""
    client = enter(town.officer("taxation"))
    assert client.get("/inbox").status_code == 200
    with town.app.begin(Machine("test")) as work:
        set_active(work, "taxation_officer", False)
    assert client.get("/inbox").status_code == 303


def test_the_identity_is_shown_for_a_reason_and_remembered(town: Town, enter: Enter) -> None:
    """Masked, then revealed by POST with a reason, which is an event; without a reason nothing is shown."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    client = enter(town.officer("commerce"))
    page = client.get(f"/cases/{opened.case_no}").get_data(as_text=True)
    assert COMPANY["phone"] not in page
    assert "张＊＊" in page
    refused = client.post(f"/cases/{opened.case_no}/identity", data={})
    assert refused.status_code == 422
    assert COMPANY["phone"] not in refused.get_data(as_text=True)
    shown = client.post(f"/cases/{opened.case_no}/identity", data={"reason": "reply"}).get_data(as_text=True)
    assert COMPANY["phone"] in shown
    assert "查看诉求人身份（答复企业）" in client.get(f"/cases/{opened.case_no}").get_data(as_text=True)


def test_the_public_pages_show_nobodys_case(pages: Flask, enter: Enter, walk: Walk) -> None:
    """A visitor with another's number and a wrong code learns nothing of it."""
    client = enter(None)
    answer = client.post("/portal/zibo/progress", data={"case_no": walk.opened.case_no, "code": "A" * 16})
    assert answer.status_code == 422
    assert walk.opened.case_no in answer.get_data(as_text=True), "what was typed stays"
    assert "许可" not in answer.get_data(as_text=True)
    assert client.get("/portal/zibo/progress/case").status_code == 303
