"""Every page, walked by everybody: closed unless declared public; the complained-of unit never learns who wrote."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import orjson
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from bihuan.commands.accounts import set_active
from bihuan.commands.deploy import deploy
from bihuan.commands.open_case import Opened
from bihuan.commands.reveal_identity import reveal_identity
from bihuan.domain.access import Complainant, Machine, Officer
from bihuan.domain.errors import NotAllowed
from bihuan.locality.files import read_folder
from bihuan.queries.history import verify
from bihuan.store.deployments import locality_row
from tests.people import COMPANY, PROCESSES, Town, with_inspection
from tests.web.conftest import Enter

TELLING = [COMPANY["name"], COMPANY["phone"], COMPANY["organisation"]]
BODY = (
    f"本人{COMPANY['name']}，{COMPANY['organisation']}负责人，电话{COMPANY['phone']}。申请许可已满一个月，请协调办理。"
)
OVERSEERS = {"platform", "supervision", "auditor"}
EVERYBODY = OVERSEERS | {"administrator", "process_owner", "uninvolved", "complained_of"}

MAY_GET = {
    "inbox.mine": EVERYBODY,
    "clock.show": EVERYBODY,
    "stand_in.show": EVERYBODY,
    "audit.drawing": EVERYBODY,
    "cases.index": OVERSEERS,
    "cases.show": OVERSEERS | {"complained_of"},
    "cases.document": OVERSEERS | {"complained_of"},
    "cases.striking": {"platform"},
    "audit.step": OVERSEERS,
    "supervision.show": {"platform", "supervision"},
    "leaders.show": EVERYBODY,
    "leaders.behind": set(),  # of no report
    "procedures.index": EVERYBODY,
    "reports.index": EVERYBODY,
    "reports.show": OVERSEERS,
    "reports.behind": OVERSEERS,
    "reports.workbook": OVERSEERS,
    "reports.bulletin": OVERSEERS,
    "procedures.write": {"platform"},
    "incidents.index": {"administrator"},
    "calendar.show": {"administrator"},
    "deployments.index": {"administrator", "process_owner"},
    "tasks.show": {"complained_of"},
    "tasks.button": {"complained_of"},
    "triage.stream": {"platform"},
    "session_desk.show": set(),  # 淄博 holds no sessions; tests/web/test_session_pages.py is where some are held
    "session_desk.one": set(),
}
"""Who gets each closed page of a case that lies with the very unit it complains of. A new page must be entered here."""


@dataclass
class Walk:
    """What addresses are filled with."""

    town: Town
    opened: Opened
    values: dict[str, str] = field(default_factory=dict)

    def path(self, rule: str) -> str:
        """An address with the case's own values put in."""
        for name, value in self.values.items():
            for kind in ("", "uuid:", "path:"):
                rule = rule.replace(f"<{kind}{name}>", value)
        return rule


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
    opened = town.request(complained_of_unit="commerce", subject=f"{COMPANY['name']}反映许可迟迟不办", body=BODY)
    town.do(opened.case_id, "dispatch", handling_unit="commerce", note=f"请联系{COMPANY['name']}")
    return Walk(town, opened, _values(town, opened))


def _values(town: Town, opened: Opened) -> dict[str, str]:
    tasks = town.open_tasks(opened.case_id)
    task = next(iter(tasks.values()), None)
    buttons = sorted(key for key in town.buttons(opened.case_id) if "extension" in key)
    with town.app.read() as reader:
        row = locality_row(reader, "zibo")
    assert row is not None
    return {
        "case_no": opened.case_no, "task_id": str(task["id"] if task else uuid4()), "locality": "zibo",
        "key": buttons[0] if buttons else "request/ask_extension/1", "content_hash": row["deployment"],
        "process": "inspection", "report_id": "monthly", "template": "转办单", "incident_id": str(uuid4()),
        "name": "bihuan.css",
    }  # fmt: skip


def _closed_rules(pages: Flask, method: str) -> dict[str, str]:
    return {
        rule.endpoint: rule.rule
        for rule in pages.url_map.iter_rules()
        if method in (rule.methods or ()) and not getattr(pages.view_functions[rule.endpoint], "is_public", False)
    }


def test_nobody_gets_a_closed_page(pages: Flask, enter: Enter, walk: Walk) -> None:
    """Without a log-in every page that is not public leads to the log-in, whatever the method."""
    client = enter(None)
    for method in ("GET", "POST"):
        for endpoint, rule in _closed_rules(pages, method).items():
            answer = client.open(walk.path(rule), method=method, data={})
            assert answer.status_code == 303, endpoint
            assert answer.location.startswith("/login"), endpoint


def test_the_public_pages_are_these_alone(pages: Flask) -> None:
    """A page becomes public by being declared so, and by being listed here."""
    public = {name for name, view in pages.view_functions.items() if getattr(view, "is_public", False)}
    assert {name for name in public if not name.startswith("portal.")} == {
        "session.log_in", "session.enter", "health.alive", "health.ready", "health.metrics.show", "assets.asset",
        "session_desk.subscription",
    }  # fmt: skip


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_each_gets_what_is_theirs(who: str, pages: Flask, enter: Enter, walk: Walk, people: dict[str, Officer]) -> None:
    """Every closed page answers exactly those who may read it; all others learn nothing."""
    client = enter(people[who])
    for endpoint, rule in _closed_rules(pages, "GET").items():
        answer = client.get(walk.path(rule))
        if who in MAY_GET[endpoint]:
            assert answer.status_code == 200, (endpoint, answer.status_code)
        else:
            assert answer.status_code in (403, 404, 409), (endpoint, answer.status_code)
            assert "许可迟迟" not in answer.get_data(as_text=True), endpoint


@pytest.mark.parametrize("who", ["uninvolved", "auditor", "supervision"])
def test_a_deed_of_others_is_refused(
    who: str, pages: Flask, enter: Enter, walk: Walk, people: dict[str, Officer]
) -> None:
    """Whoever may not do it gets a refusal, never a fault, and nothing moves."""
    client, before = enter(people[who]), set(walk.town.open_tasks(walk.opened.case_id))
    for endpoint, rule in _closed_rules(pages, "POST").items():
        if endpoint in ("session.leave", "clock.move", "stand_in.act"):
            continue
        data = {"submission_id": str(uuid4()), "reason": "reply", "subject": "x", "body": "y"}
        assert client.post(walk.path(rule), data=data).status_code in (403, 404, 409, 422), endpoint
    assert set(walk.town.open_tasks(walk.opened.case_id)) == before


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
    town.do(case, "relay_reply", reply_to_company=f"{COMPANY['name']}您好：已经办结。")
    a_minute_later(town)
    written = f"已电话联系{COMPANY['name']}（{COMPANY['phone']}），表示满意。"
    town.do(case, "verify", follow_up_method="phone", follow_up_record=written, sound="true")
    _walk_all(pages, client, walk)
    town.press(case, "rated", by=Complainant(case), rating="5", comment=f"{COMPANY['organisation']}感谢")
    page = _walk_all(pages, client, walk)
    assert "表示满意" not in page, "a follow-up with the complainant is not for the unit complained about"


@pytest.fixture
def named_later(town: Town) -> Opened:
    """A case against nobody that commerce handles, until the platform names commerce on a form of another step."""
    files = dict(read_folder(PROCESSES / "zibo"))
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
    opened = town.request(subject=f"{COMPANY['name']}反映许可迟迟不办", body=BODY)
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
    town.do(case, "redispatch", handling_unit="commerce", note="仍由你单位办理。", complained_of_unit="commerce")
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
    walk.values = _values(walk.town, walk.opened)
    seen = []
    for method in ("GET", "POST"):
        for endpoint, rule in _closed_rules(pages, method).items():
            if endpoint in ("session.leave", "clock.move", "stand_in.act", "inbox.claim", "inbox.release"):
                continue
            answer = client.open(
                walk.path(rule), method=method, data={"reason": "reply", "submission_id": str(uuid4())}
            )
            assert answer.status_code < 500, (endpoint, answer.status_code)
            page = _text(answer.get_data(), endpoint)
            for telling in TELLING:
                assert telling not in page, (endpoint, method)
            seen.append(page)
    return "\n".join(seen)


def _text(content: bytes, endpoint: str) -> str:
    if endpoint != "cases.document" or not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as package:
        return "".join(package.read(name).decode(errors="replace") for name in package.namelist() if "xml" in name)


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
