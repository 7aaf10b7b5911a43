"""Senders against a real SMTP server and against a gateway that speaks the published protocol of text messages."""

import json
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from bihuan.domain.letters import Letter, NotSent
from bihuan.senders import SmsSender, SmtpSender, senders_of

LETTER = Letter(
    UUID(int=1),
    "督促：请尽快回复初步处理情况",
    "工单 ZBJS202600001 应于10月9日12:00前回复。",
    emails=("a@example.test", "b@example.test"),
    phones=("13800000000",),
)


class Mailbox:
    """What the SMTP server took: (recipient, message); and what it was told to be let in, which is always enough."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.told: list[object] = []

    def let_in(self, _server: object, _session: object, _envelope: object, _how: str, told: object) -> AuthResult:
        self.told.append(told)
        return AuthResult(success=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        self.taken.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port, authenticator=box.let_in, auth_require_tls=False)
    server.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


def test_mail_goes_to_each_person_apart_with_chinese_subject_and_body(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    SmtpSender(url, "notice@example.test").send(LETTER)
    assert [recipients for recipients, _ in box.taken] == [["a@example.test"], ["b@example.test"]]
    message = message_from_bytes(box.taken[0][1])
    assert str(make_header(decode_header(message["Subject"]))) == LETTER.subject
    assert "b@example.test" not in box.taken[0][1].decode()
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().strip() == LETTER.body


def test_a_letter_sent_twice_has_one_message_id_so_that_a_reader_sees_one(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    for _ in range(2):
        SmtpSender(url, "notice@example.test").send(LETTER)
    assert len({message_from_bytes(content)["Message-ID"] for _, content in box.taken}) == 1


def test_no_password_goes_to_a_server_without_tls(mailbox: tuple[Mailbox, str]) -> None:
    """Also when it would take one: whoever listens would have it."""
    box, url = mailbox
    with pytest.raises(NotSent, match="no TLS") as fault:
        SmtpSender(url.replace("//", "//notice:secret@"), "notice@example.test").send(LETTER)
    assert "secret" not in str(fault.value)
    assert (box.told, box.taken) == ([], [])


def test_a_server_that_is_away_is_told_as_not_sent_without_an_address() -> None:
    with pytest.raises(NotSent) as fault:
        SmtpSender("smtp://127.0.0.1:1", "notice@example.test").send(LETTER)
    assert "example.test" not in str(fault.value)


class Gateway(HTTPServer):
    """A gateway for text messages: takes POST JSON {id, phone, text} with a bearer token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.taken: list[dict[str, str]] = []
        self.status, self.location, self.asked = 202, "", list[str]()


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Gateway)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != "Bearer a-token":
            self.send_error(401)
            return
        if self.server.status < 300:
            self.server.taken.append(json.loads(body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def do_GET(self) -> None:
        assert isinstance(self.server, Gateway)
        self.server.asked.append(self.headers["Authorization"] or "")
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()


def test_a_text_message_carries_id_phone_and_text(gateway: Gateway) -> None:
    SmsSender(f"http://127.0.0.1:{gateway.server_port}/sms", "a-token").send(LETTER)
    assert gateway.taken == [
        {"id": str(LETTER.notice_id), "phone": "13800000000", "text": f"【{LETTER.subject}】{LETTER.body}"}
    ]


@pytest.mark.parametrize(("token", "status"), [("wrong", 202), ("a-token", 503)])
def test_a_gateway_that_refuses_is_told_as_not_sent(gateway: Gateway, token: str, status: int) -> None:
    gateway.status = status
    with pytest.raises(NotSent):
        SmsSender(f"http://127.0.0.1:{gateway.server_port}/sms", token).send(LETTER)
    assert not gateway.taken


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_gateway_that_points_elsewhere_sends_nobody_there(gateway: Gateway, status: int) -> None:
    """Whoever is there would get the token, and the message would count as sent."""
    gateway.status, gateway.location = status, f"http://127.0.0.1:{gateway.server_port}/elsewhere"
    with pytest.raises(NotSent):
        SmsSender(f"http://127.0.0.1:{gateway.server_port}/sms", "a-token").send(LETTER)
    assert gateway.asked == []


def test_without_channels_notices_lie_in_the_inbox_alone(settings: object) -> None:
    assert senders_of(settings) == ()
