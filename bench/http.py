"""`http`: a task completed through the web server, and the next page; one client and four.

One gunicorn process as `./manage up` starts it, with log-in, CSRF and the rate limiter. A client posts the form of a
task and reads its inbox of thirty tasks; beside it stand an empty Flask route on a server of its own, and the same deed
without the web.
"""

import http.client
import re
import threading
import time
from collections.abc import Iterable, Sequence
from functools import partial
from urllib.parse import urlencode

from bench import harness
from bench.harness import Result, Seconds, timed
from bench.processes import own_redis, running, until
from bench.rows import Rows
from bench.step import Steps
from bench.town import PASSWORD, TASKS, Town, before, town
from bihuan.domain.ids import CaseId

SERVE = ["gunicorn", "--worker-class=gthread", "--threads=8", "--no-control-socket", "--log-level=error"]
WEB_PORT, EMPTY_PORT = 18731, 18732
"""Below those that the system gives to outgoing connections."""
OPEN = 30
CLIENTS = 4
DEEDS = 20
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Client:
    """A browser without a window: keeps its cookies and its connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._cookies: dict[str, str] = {}

    def rested(self) -> "Client":
        """Back after a while: the server has closed the connection, as it does after two idle seconds."""
        self._connection.close()
        return self

    def get(self, path: str) -> str:
        """The page. Raises AssertionError unless it is one."""
        status, body, _ = self._ask("GET", path)
        assert status == 200, (path, status)
        return body

    def post(self, path: str, values: dict[str, str]) -> str:
        """Send a form; where the server sends the client on. Raises AssertionError when it does not."""
        status, _, there = self._ask("POST", path, urlencode(values))
        assert status == 303, (path, status)
        return there

    def log_in(self, login: str) -> "Client":
        """As a person does."""
        token = csrf(self.get("/login"))
        self.post("/login", {"csrf_token": token, "login": login, "password": PASSWORD})
        return self

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, {"cookie": cookies, **(FORM if body is not None else {})})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text, answer.headers.get("location", "")


def csrf(page: str) -> str:
    """The token in a page's first form."""
    return _hidden("csrf_token", page)


def _hidden(name: str, page: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found is not None, name
    return found[1]


class Officer:
    """A person at work: reads a task, hands its form in, reads the inbox."""

    def __init__(self, where: Town, port: int) -> None:
        self._town = where
        self.client = Client(port).log_in("platform_officer")
        self.posts: list[Seconds] = []
        self.pages: list[Seconds] = []
        self.task_pages: list[Seconds] = []

    def work(self, case_ids: Sequence[CaseId]) -> None:
        """Bring these cases to their end, one task after the other."""
        self.client.rested().get("/inbox")
        for case_id in case_ids:
            while task := self._town.open_task(case_id):
                task_id, answers = task
                path = f"/tasks/{task_id}"
                begun = time.perf_counter()
                page = self.client.get(path)
                self.task_pages.append(time.perf_counter() - begun)
                form = {name: _hidden(name, page) for name in ("csrf_token", "submission_id")}
                form |= {f"f-{name}": value for name, value in answers.items()}
                self.posts.append(timed(partial(self.client.post, path, form)))
                self.pages.append(timed(partial(self.client.get, "/inbox")))


def measure(quick: bool) -> Result:
    """Empty route, step, and the two pages, in turn; then four clients at once."""
    with harness.scratch_settings() as settings, own_redis(settings), town(settings, cases=before(quick)) as where:
        rows = Rows(settings, where.app.clock)
        for _ in range(OPEN):
            where.hand_in()
        commands = [
            [*SERVE, f"--bind=127.0.0.1:{WEB_PORT}", "web:create_app()"],
            [*SERVE, f"--bind=127.0.0.1:{EMPTY_PORT}", "bench.empty:create_app()"],
        ]
        with running(settings, *commands):
            until(partial(answers, WEB_PORT, "/healthz"), every=0.2)
            until(partial(answers, EMPTY_PORT, "/"), every=0.2)
            nothing, officer = Client(EMPTY_PORT), Officer(where, WEB_PORT)

            def empty() -> Iterable[Seconds]:
                nothing.rested().get("/")
                return [timed(partial(nothing.get, "/")) for _ in range(60)]

            def http_() -> Iterable[Seconds]:
                officer.work(_handed_in(where))
                return officer.posts[-DEEDS:]

            runs = {"empty": empty, "step": Steps(where, rows).step, "post": http_}
            times = harness.interleaved(runs, rounds=1 if quick else 15)
            alone, alone_task = officer.pages[DEEDS:], officer.task_pages[DEEDS:]
            four = [Officer(where, WEB_PORT) for _ in range(CLIENTS)]
            for _ in range(1 if quick else 5):
                _at_once(where, four)
        rows.close()
    together = [seconds for each in four for seconds in each.pages]
    post, step, nothing_ms = (harness.milliseconds(times[name]) for name in ("post", "step", "empty"))
    return {
        "http_post_over_budget": round(post / (2 * step + 2 * nothing_ms), 3),
        "http_page_over_empty": harness.ratio(alone, times["empty"]),
        "http_page_p95_ms": harness.percentile(alone, 0.95),
        "http_page_p95_of_four_ms": harness.percentile(together, 0.95),
        "figures": {
            "post_ms": post,
            "step_ms": step,
            "empty_ms": nothing_ms,
            "page_ms": harness.milliseconds(alone),
            "task_page_ms": harness.milliseconds(alone_task),
            "task_page_p95_ms": harness.percentile(alone_task, 0.95),
            "post_of_four_ms": harness.milliseconds([seconds for each in four for seconds in each.posts]),
        },
    }


def _at_once(where: Town, officers: list[Officer]) -> None:
    shares = [_handed_in(where) for _ in officers]
    threads = [threading.Thread(target=one.work, args=(share,)) for one, share in zip(officers, shares, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _handed_in(where: Town) -> list[CaseId]:
    return [where.hand_in().case_id for _ in range(DEEDS // TASKS)]


def answers(port: int, path: str) -> bool:
    """Whether a server is there and has this page."""
    try:
        Client(port).get(path)
    except (OSError, AssertionError, http.client.HTTPException):
        return False
    return True


if __name__ == "__main__":
    harness.main("http", measure, __doc__)
