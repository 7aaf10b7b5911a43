"""Handing in by steps: each asks its own, nothing typed is lost on the way, and nothing of it lies in clear."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from bihuan.settings import Settings
from tests.a_file import a_jpeg
from tests.people import Town
from tests.web.conftest import Enter, handed_in
from web import qr
from web.filling import PERSON
from web.limits import limiter

WHAT = {"f-subject": "开办餐饮店迟迟未办结", "f-body": "我公司申请食品经营许可已满一个月，窗口称仍在流转。"}
ABOUT = {"f-category": "market_order", "f-complained_of_unit": ""}
CONTACT = {"contact-name": "张晓明", "contact-phone": "13812345678", "contact-organisation": "", "contact-email": ""}
STEPS = {"what": WHAT, "about": ABOUT, "contact": CONTACT}
REQUEST = "/portal/zibo/request"
OURS = {"Origin": "http://localhost"}


def submission(page: str) -> str:
    """The id that a page's form carries."""
    found = re.search(r'name="submission_id" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def text(client: FlaskClient, address: str) -> str:
    """The page at this address."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.location)
    return str(answer.get_data(as_text=True))


def go_through(client: FlaskClient, root: str = REQUEST, **changed: str) -> str:
    """All steps up to the last look, as the pages lead; the id it will be handed in by."""
    key, address = submission(text(client, root)), f"{root}/what"
    for step, answers in STEPS.items():
        assert address == f"{root}/{step}"
        known = {name: changed.get(name, value) for name, value in answers.items()}
        answer = client.post(address, data={**known, "submission_id": key, "go": "next"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        address = str(answer.location)
    assert address == f"{root}/check"
    return key


def kept(settings: Settings) -> list[bytes]:
    """What lies in the database of what people are filling in."""
    with psycopg.connect(settings.owner_database_url or "") as owner:
        return [bytes(row[0]) for row in owner.execute("select sealed from portal_draft").fetchall()]


def test_the_steps_lead_to_a_last_look_and_a_number(enter: Enter, settings: Settings) -> None:
    """What was typed is shown under its labels, with the choices in words; handed in, nothing of it is kept apart."""
    client = enter(None)
    key = go_through(client)
    page = text(client, f"{REQUEST}/check")
    for words in ("开办餐饮店迟迟未办结", "市场秩序（质量、价格、竞争、知识产权）", "张晓明", "13812345678"):
        assert words in page
    assert submission(page) == key
    answer = client.post(REQUEST, data={"submission_id": key})
    assert answer.location == "/portal/zibo/confirmation"
    page = text(client, answer.location)
    assert re.search(r'id="case-no">ZBJS\d+', page)
    assert "由窗口代填" not in page
    assert kept(settings) == []


def test_a_step_refuses_its_own_faults_alone_and_loses_nothing(enter: Enter) -> None:
    client = enter(None)
    key = submission(text(client, REQUEST))
    sent = {"submission_id": key, "f-subject": "短", "f-body": WHAT["f-body"], "go": "next"}
    answer = client.post(f"{REQUEST}/what", data=sent)
    assert answer.location == f"{REQUEST}/what", "a page that a telephone's own key leads back to"
    page = text(client, answer.location)
    assert "“诉求标题”至少4字" in page
    assert WHAT["f-body"] in page
    assert "联系电话" not in page
    again = text(client, f"{REQUEST}/what")
    assert "“诉求标题”至少4字" not in again
    assert 'value="短"' in again, "also after the page was left"
    assert client.get(f"{REQUEST}/check").location == f"{REQUEST}/what", "what comes before is asked first"


def test_going_back_keeps_what_is_not_finished(enter: Enter) -> None:
    """Back asks for nothing; what was typed stands there when one comes again."""
    client = enter(None)
    key = submission(text(client, REQUEST))
    client.post(f"{REQUEST}/what", data={**WHAT, "submission_id": key, "go": "next"})
    answer = client.post(f"{REQUEST}/about", data={"f-category": "tax", "submission_id": key, "go": "back"})
    assert answer.location == f"{REQUEST}/what"
    assert WHAT["f-body"] in text(client, f"{REQUEST}/what")
    assert '<option value="tax" selected>' in text(client, f"{REQUEST}/about")
    client.post(f"{REQUEST}/about", data={**ABOUT, "submission_id": key, "go": "next"})
    client.post(f"{REQUEST}/contact", data={"contact-name": "张晓明", "submission_id": key, "go": "back"})
    assert 'value="张晓明"' in text(client, f"{REQUEST}/contact")


def test_what_is_being_typed_is_kept_without_a_button(enter: Enter) -> None:
    """A telephone that rings may throw the page away. Nothing is refused meanwhile, and nothing is handed in."""
    client = enter(None)
    key = submission(text(client, REQUEST))
    half = {"submission_id": key, "f-subject": "短", "f-body": "我公司申请食", "go": "keep"}
    answer = client.post(f"{REQUEST}/what", data=half, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.get_data(as_text=True) == "刚才填写的内容已自动保留，离开本页也不会丢失。"
    page = text(client, REQUEST)
    assert "我公司申请食" in page
    assert "至少4字" not in page, "nobody has said yet that it is done"
    assert "我公司申请食" not in text(enter(None), REQUEST)
    long = {**half, "f-body": "长" * 25_000}
    assert client.post(f"{REQUEST}/what", data=long, headers={"HX-Request": "true"}).status_code == 422
    assert "我公司申请食" in text(client, REQUEST)


def test_keeping_what_is_typed_uses_up_no_steps(pages_as_served: Flask) -> None:
    """Behind one address there may be a whole hall of people that type."""
    client = pages_as_served.test_client()
    limiter.reset()
    page = text(client, REQUEST)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    said = {"csrf_token": token[1], "submission_id": submission(page), **WHAT}
    for _ in range(401):
        assert client.post(f"{REQUEST}/what", data={**said, "go": "keep"}).status_code == 200
    assert client.post(f"{REQUEST}/what", data={**said, "go": "next"}).status_code == 303


def test_handing_in_twice_gives_the_same_number(enter: Enter) -> None:
    """Also when the second click comes after the first was done, and brings nothing but the id."""
    client = enter(None)
    key = go_through(client)
    first, second = (client.post(REQUEST, data={"submission_id": key}) for _ in range(2))
    assert first.status_code == second.status_code == 303
    numbers = {re.findall(r'id="case-no">(\w+)', text(client, "/portal/zibo/confirmation"))[0] for _ in range(2)}
    with client.session_transaction() as session:
        session.clear()
    third = client.post(REQUEST, data={"submission_id": key}, follow_redirects=True).get_data(as_text=True)
    assert {*numbers, *re.findall(r'id="case-no">(\w+)', third)} == numbers
    assert len(numbers) == 1


def test_what_is_typed_lies_sealed_for_a_day_and_is_the_browsers_own(
    enter: Enter, town: Town, settings: Settings
) -> None:
    client = enter(None)
    go_through(client)
    (sealed,) = kept(settings)
    for words in ("张晓明", "13812345678", "食品经营许可"):
        assert words.encode() not in sealed
    stranger = enter(None)
    assert "张晓明" not in text(stranger, REQUEST)
    assert stranger.get(f"{REQUEST}/check").status_code == 303
    town.clock.move_to(town.clock.now() + timedelta(hours=25))
    assert WHAT["f-body"] not in text(client, REQUEST)
    go_through(stranger)
    assert len(kept(settings)) == 1, "what has expired goes"


def test_what_was_typed_can_be_thrown_away(enter: Enter, settings: Settings) -> None:
    client = enter(None)
    go_through(client)
    client.post("/portal/zibo/clear")
    assert kept(settings) == []
    assert WHAT["f-body"] not in text(client, REQUEST)


def test_a_session_that_ends_in_the_middle_of_a_step_loses_nothing(pages_as_served: Flask) -> None:
    """The token no longer holds: the page that comes holds what was typed, and one click sends it again."""
    client = pages_as_served.test_client()
    key = submission(text(client, REQUEST))
    sent = {**WHAT, "submission_id": key, "csrf_token": "of another session", "go": "next"}
    answer = client.post(f"{REQUEST}/what", data=sent, headers=OURS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert held["f-body"] == WHAT["f-body"]
    assert held["csrf_token"] != sent["csrf_token"]
    again = client.post(f"{REQUEST}/what", data=held, headers=OURS)
    assert again.location == f"{REQUEST}/about"


def test_another_site_puts_no_words_into_anybodys_form(pages_as_served: Flask) -> None:
    client = pages_as_served.test_client()
    for headers in ({"Origin": "https://evil.example"}, {}):
        answer = client.post(f"{REQUEST}/what", data={"f-body": "不是我写的"}, headers=headers)
        assert answer.status_code == 400
        assert "不是我写的" not in answer.get_data(as_text=True)


def test_photographs_go_in_with_the_request(enter: Enter, town: Town) -> None:
    """One that is none is refused before anything is handed in, and nothing typed is lost."""
    client = enter(None)
    key = go_through(client)
    bad = {"submission_id": key, "files": [(BytesIO(b"MZ\x90\x00 not a picture"), "照片.jpg")]}
    answer = client.post(REQUEST, data=bad, content_type="multipart/form-data", follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert answer.request.path == f"{REQUEST}/check"
    assert "不是可以上传的文件" in page
    assert "已选的文件没有保留，请重新选择全部文件。" in page
    assert WHAT["f-body"] in page
    named = {"submission_id": key, "files": [(BytesIO(a_jpeg()), "店面.jpg"), (BytesIO(b"echo"), "打开看.bat")]}
    answer = client.post(REQUEST, data=named, content_type="multipart/form-data", follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "第2个附件“打开看.bat”的名称以“.bat”结尾" in page
    good = {"submission_id": key, "files": [(BytesIO(a_jpeg()), "店面.jpg"), (BytesIO(a_jpeg()), "许可.jpg")]}
    page = client.post(REQUEST, data=good, content_type="multipart/form-data", follow_redirects=True)
    assert "已收到2个：店面.jpg、许可.jpg" in page.get_data(as_text=True)
    number = re.findall(r'id="case-no">(\w+)', page.get_data(as_text=True))[0]
    code = re.findall(r'id="query-code">([\w ]+)', page.get_data(as_text=True))[0]
    client.post("/portal/zibo/progress", data={"case_no": number, "code": code})
    mine = text(client, "/portal/zibo/progress/case")
    assert "店面.jpg" in mine
    assert client.get("/portal/zibo/progress/attachments/1").status_code == 200
    assert enter(None).get("/portal/zibo/progress/attachments/1").status_code == 404
    unit = enter(town.officer("commerce"))
    assert unit.get(f"/cases/{number}/attachments/1").status_code == 404


def test_the_picture_on_the_confirmation_leads_to_the_own_case(enter: Enter, settings: Settings) -> None:
    """Number and code stand behind the #, which no browser sends to any server."""
    client = enter(None)
    number, code = handed_in(client)
    picture = client.get("/portal/zibo/confirmation.svg")
    wanted = f"{settings.base_url}/portal/zibo/progress#{number}.{code.replace(' ', '')}"
    assert picture.mimetype == "image/svg+xml"
    assert picture.data == qr.picture(wanted).data
    assert enter(None).get("/portal/zibo/confirmation.svg").status_code == 404


def test_each_locality_has_a_poster_for_its_entrance(enter: Enter, settings: Settings) -> None:
    client = enter(None)
    page = text(client, "/portal/zibo/poster")
    assert f"{settings.base_url}/portal/zibo/" in page
    assert client.get("/portal/zibo/poster.svg").data == qr.picture(f"{settings.base_url}/portal/zibo/").data
    assert client.get("/portal/nowhere/poster.svg").status_code == 404


def test_who_sees_what_is_told_by_the_localitys_own_names(enter: Enter) -> None:
    client = enter(None)
    page = text(client, REQUEST)
    assert "谁能看到" not in page
    go_through(client)
    page = text(client, f"{REQUEST}/contact")
    assert "只有市“接诉即办”平台和承办单位的工作人员" in page
    assert "无论如何看不到是谁反映的" in page


NASTY = ("", "\0", "é" * 9000, "<script>", "{{7*7}}", "'; drop table", "\ud83d\ude00" * 50, "0" * 70_000, "..%2f", "﷽")


def test_whatever_is_sent_is_never_a_fault_of_ours(pages: Flask, enter: Enter) -> None:
    """Every address of the portal that takes a form, each field with each of what people and machines send."""
    pages.config["PROPAGATE_EXCEPTIONS"] = False
    client = enter(None)
    handed_in(client)
    others = ("f-nothing", "f-rating", "f-words", "which", "case_no", "code")
    names = [*WHAT, *ABOUT, *(f"contact-{name}" for name in PERSON), *others]
    rules = [one for one in pages.url_map.iter_rules() if one.endpoint.startswith("portal.") and "POST" in one.methods]
    assert len(rules) >= 9
    for rule in rules:
        for value in NASTY:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
            for step in ("what", "about", "contact", "check", "nowhere"):
                address = rule.rule.replace("<locality>", "zibo").replace("<step>", step)
                data = {**dict.fromkeys(names, value), "submission_id": str(uuid4()), "go": "next"}
                answer = client.post(address, data=data)
                assert answer.status_code < 500, (address, value[:20])
                if "<step>" not in rule.rule:
                    break
    for value in ("", "x", "\0", str(uuid4()).upper()):
        answer = client.post(REQUEST, data={**WHAT, "submission_id": value})
        assert answer.status_code in (400, 422) or answer.location == f"{REQUEST}/check"
