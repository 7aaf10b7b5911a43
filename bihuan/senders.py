"""Senders carry letters out: mail by SMTP, text messages by an HTTP gateway. Network only, no database.

The in-app inbox needs no sender: the notice's row is the inbox.
"""

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from email.message import EmailMessage
from http.client import HTTPMessage
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit

from bihuan.domain.letters import Letter, NotSent
from bihuan.settings import Settings

PATIENCE = 20
"""Seconds a server may take to answer."""


class Sender(Protocol):
    """One channel."""

    def send(self, letter: Letter) -> None:
        """Deliver to every address of this channel. Raises NotSent; a letter without such addresses is no fault."""
        ...


class SmtpSender:
    """Mail by SMTP (RFC 5321), with TLS where the URL is smtps:// or the server offers STARTTLS.

    A password goes to nobody without TLS: whoever stands between can take the offer away.
    """

    def __init__(self, url: str, mail_from: str) -> None:
        self._url, self._from = urlsplit(url), mail_from

    def send(self, letter: Letter) -> None:
        if not letter.emails:
            return
        message = EmailMessage()
        message["Subject"], message["From"] = letter.subject, self._from
        message["Message-ID"] = f"<{letter.notice_id}@{self._from.rpartition('@')[2].strip('>')}>"
        message.set_content(letter.body)
        try:
            with self._connect() as server:
                for address in letter.emails:
                    # One envelope a person: nobody sees who else was told.
                    del message["To"]
                    message["To"] = address
                    server.send_message(message)
        except (OSError, smtplib.SMTPException) as exc:
            raise NotSent(f"SMTP: {type(exc).__name__}") from exc

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=PATIENCE)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if self._url.username:
            if not isinstance(server.sock, ssl.SSLSocket):
                server.close()
                raise NotSent("SMTP: a password is set, and the server offers no TLS")
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """Follows nobody who points elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


_opener = urllib.request.build_opener(_Nowhere)


class SmsSender:
    """Text messages by a gateway: POST JSON {id, phone, text} with a bearer token; any 2xx means taken.

    A gateway that points elsewhere has not taken it: whoever is there would be handed the token, and no message.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, letter: Letter) -> None:
        for phone in letter.phones:
            self._post(
                {"id": str(letter.notice_id), "phone": phone, "text": f"【{letter.subject}】{letter.body}"[:500]}
            )

    def _post(self, body: dict[str, str]) -> None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        # The URL is the administrator's own setting, checked to be http or https when it was read.
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310
        try:
            with _opener.open(request, timeout=PATIENCE) as answer:
                if not 200 <= answer.status < 300:
                    raise NotSent(f"SMS gateway: {answer.status}")
        except (urllib.error.URLError, TimeoutError, OSError) as exc:
            raise NotSent(f"SMS gateway: {type(exc).__name__}") from exc


def senders_of(settings: Settings) -> tuple[Sender, ...]:
    """The channels that are configured; none is lawful, notices then lie in the in-app inbox alone."""
    found: list[Sender] = []
    if settings.smtp_url:
        found.append(SmtpSender(settings.smtp_url, settings.mail_from or ""))
    if settings.sms_url:
        found.append(SmsSender(settings.sms_url, settings.sms_token or ""))
    return tuple(found)
