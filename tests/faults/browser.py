"""An officer at a browser, insisting: the page is read, its form sent, and sent again until an answer comes."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from http.cookiejar import CookieJar
from uuid import UUID

from bihuan.play.filling import Sent
from tests.people import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
AWAY = (urllib.error.URLError, HTTPException, OSError)


class Unavailable(Exception):
    """No answer, or one that says to try later."""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # type: ignore[override]
        return None


class Browser:
    """One officer, logged in when a page asks for it."""

    def __init__(self, url: str, login: str) -> None:
        self._url, self._login = url, login
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())

    def complete(self, task_id: UUID, answers: Sent, submission_id: UUID) -> int:
        """Open the task's page and hand its form in: the status of the answer. Raises Unavailable."""
        status, page = self._ask(f"/tasks/{task_id}")
        if status in (302, 303):
            self._enter()
            status, page = self._ask(f"/tasks/{task_id}")
        token = TOKEN.search(page)
        if token is None:
            raise Unavailable(f"{status}: a page without a form")
        fields = [(f"f-{key}", one) for key, given in answers.items() for one in _each(given)]
        status, _ = self._ask(
            f"/tasks/{task_id}", [("csrf_token", token[1]), ("submission_id", str(submission_id)), *fields]
        )
        return status

    def _enter(self) -> None:
        _, page = self._ask("/login")
        token = TOKEN.search(page)
        if token is None:
            raise Unavailable("no log-in page")
        status, _ = self._ask("/login", [("csrf_token", token[1]), ("login", self._login), ("password", PASSWORD)])
        if status != 303:
            raise Unavailable(f"log-in answered {status}")

    def _ask(self, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        try:
            with self._opener.open(urllib.request.Request(self._url + path, body), timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            if answer.code >= 500:
                raise Unavailable(f"{answer.code}") from answer
            return answer.code, answer.read().decode()
        except AWAY as fault:
            raise Unavailable(type(fault).__name__) from fault


def _each(given: str | list[str]) -> list[str]:
    return given if isinstance(given, list) else [given]
