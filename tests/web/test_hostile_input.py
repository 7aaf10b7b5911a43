"""Hostile input at every address and in every field: never a fault, and never anything of others.

The addresses come from the router, the names of fields from the views' own source and from the locality's forms: a page
that is added is attacked without being entered here. The generator is seeded, so that a fault comes again.
"""

import random
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import DataError
from werkzeug.routing import IntegerConverter, Rule

from bihuan.commands.deploy import deploy
from bihuan.domain.access import Machine, Officer
from bihuan.locality.deployments import deployment_of
from bihuan.queries.history import verify
from bihuan.store.deployments import locality_row
from tests.people import COMPANY, Town, with_inspection
from tests.web.conftest import Enter
from tests.web.routes import Walk

WEB = Path(__file__).parents[2] / "web"
ROUNDS = 5
NASTY = (
    "", " ", "\0", "a\0b", "\r\nSet-Cookie: a=b", "‮", "😀" * 50, "9" * 400, "-1", "0",
    "1e309", "NaN", "٣", "２０２６", "2147483648", "9223372036854775808", "true", "null", "[]", '{"a": [',
    "' or 1=1 --",
    "%s%n%x", "{{ 7 * 7 }}", "${case_no}", "<script>alert(1)</script>", "../../../../etc/passwd", "..%2f..%2fetc",
    "=1+1",
    "2026-02-30", "9999-12-31", "0001-01-01", "10000-01-01", "2026-11-03", "2026-13", "2026Q9", "monthly",
    "00000000-0000-0000-0000-000000000000", "ZBJS202600002", "commerce", "commerce:principal", "request/dispatch/1",
    "a/b/c", "request/first_reply/99999999999999999999", "~", "2026-11-03T09:00:00~x", "zibo", "on", "\u00ad", "\\",
)  # fmt: skip
"""Each has broken some program somewhere."""
LONG = "长" * 3000, "A" * 70_000
"""At most one to a form: of more of them none would be read, being too large together."""
_NAMES = re.compile(
    r"""(?:args|form|values|files|posted|given)(?:\.get(?:list)?\(|\[)["']([\w-]+)["']"""
    r"""|(?:_text\(|day_in\([\w.]+, )["'](\w+)"""
)


def names_asked_for() -> list[str]:
    """Every name that a view looks for in an address or a form."""
    source = "\n".join(path.read_text("utf-8") for path in sorted(WEB.rglob("*.py")))
    found = {name for pair in _NAMES.findall(source) for name in pair if name}
    return sorted(found | {f"contact-{key}" for key in ("name", "phone", "organisation", "email")})


def test_the_names_that_views_ask_for_are_found() -> None:
    assert {"before", "which", "reason", "login", "password", "submission_id", "q", "until"} <= set(names_asked_for())


class Attacker:
    """Somebody who sends whatever comes to mind."""

    def __init__(self, client: FlaskClient, walk: Walk, fields: list[str], seed: str) -> None:
        self._client, self._walk, self._fields = client, walk, fields
        self._random = random.Random(seed)

    def attack(self, rule: Rule, method: str) -> tuple[str, int, str]:
        """One request: what was asked, the status, the answer."""
        path = self._path(rule)
        arguments: dict[str, Any] = {"query_string": self._some(self._names, most=4)}
        if method == "POST":
            arguments |= self._body()
        answer = self._client.open(path, method=method, **arguments)
        return f"{method} {path} {arguments}", answer.status_code, answer.get_data().decode(errors="replace")

    def _path(self, rule: Rule) -> str:
        values = {}
        for name in sorted(rule.arguments):  # a set, in another order each time: the generator would not be seeded
            real = self._walk.values.get(name, ["x"])
            kind = type(rule._converters[name]).__name__
            if isinstance(rule._converters[name], IntegerConverter):
                values[name] = self._random.choice([*real, "0", "2147483648", "9" * 30])
            elif kind == "UUIDConverter" or self._random.random() < 0.6:
                values[name] = self._random.choice(real)
            else:
                text = self._random.choice([one for one in NASTY if one.strip() and len(one) < 4000])
                values[name] = text if kind == "PathConverter" else text.replace("/", "%2f")
        built = rule.build(values)
        assert built is not None, rule
        return built[1]

    @property
    def _names(self) -> list[str]:
        return self._fields

    def _some(self, names: list[str], most: int) -> dict[str, Any]:
        chosen = self._random.sample(names, self._random.randint(0, min(most, len(names))))
        return {name: self._value() for name in chosen}

    def _value(self) -> Any:
        if self._random.random() < 0.15:
            return [self._random.choice(NASTY) for _ in range(3)]
        return self._random.choice(NASTY)

    def _body(self) -> dict[str, Any]:
        roll = self._random.random()
        if roll < 0.05:
            return {
                "data": b"%ff%fe=%00&submission_id=" + bytes(range(256)),
                "content_type": "application/x-www-form-urlencoded",
            }
        if roll < 0.1:
            return {"data": '{"submission_id": 1, "reason": {"a": []}}', "content_type": "application/json"}
        if roll < 0.15:
            return {"data": b"--x\r\nnot a part", "content_type": "multipart/form-data; boundary=x"}
        data = self._some(self._fields, most=len(self._fields))
        if self._random.random() < 0.8:
            data["submission_id"] = str(uuid4())
        if self._random.random() < 0.2:
            data[self._random.choice(self._fields)] = self._random.choice(LONG)
        if self._random.random() < 0.2:
            data[self._random.choice(self._fields)] = (BytesIO(b"\x00\xff" * 50), "../../" + "长" * 200 + ".exe")
        return {"data": data}


@pytest.fixture
def walk(town: Town) -> Walk:
    """A case of somebody, in the hands of 市商务局."""
    with town.app.begin(Machine("test")) as work:
        deploy(work, with_inspection(), note="")
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    town.officer("commerce")
    found = Walk(town, opened)
    found.renew()
    return found


@pytest.fixture
def fields(town: Town, walk: Walk) -> list[str]:
    """Every field that a form of a page or of the locality may send."""
    with town.app.read() as reader:
        row = locality_row(reader, "zibo")
        assert row is not None
        forms = deployment_of(reader, row["deployment"]).locality.forms.values()
    return sorted({*names_asked_for(), *(f"f-{one.key}" for form in forms for one in form.fields)})


WHO: dict[str, tuple[str, str] | None] = {
    "a visitor": None,
    "an officer of another unit": ("taxation", "officer"),
    "the handling officer": ("commerce", "officer"),
    "the platform": ("platform", "officer"),
    "the supervision office": ("supervision_office", "officer"),
    "an auditor": ("audit_office", "auditor"),
    "an administrator": ("platform", "administrator"),
}
STRANGERS = ("a visitor", "an officer of another unit", "an administrator")
LEAVES = ("session.leave", "clock.move", "password.change")


@pytest.mark.parametrize("who", WHO)
def test_nothing_that_is_sent_breaks_a_page(
    who: str, pages: Flask, enter: Enter, town: Town, walk: Walk, fields: list[str]
) -> None:
    """Whatever the address, the query and the form say: an answer, and to a stranger nothing of the case."""
    officer: Officer | None = town.officer(*WHO[who]) if WHO[who] else None  # type: ignore[misc]
    attacker, faults = Attacker(enter(officer), walk, fields, who), list[str]()
    for rule in sorted(pages.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            if rule.endpoint in LEAVES:
                continue
            for _ in range(ROUNDS):
                asked, status, page = attacker.attack(rule, method)
                if status >= 500 and not rule.endpoint.startswith("health."):
                    faults.append(f"{status}: {asked[:600]}")
                if who in STRANGERS:
                    typed = walk.opened.case_no in asked  # an address that names it: no form does, none keeps it
                    assert typed or walk.opened.case_no not in page, asked[:2000]
                    assert not any(word in page for word in COMPANY.values()), asked[:2000]
    assert not faults, "\n".join(faults)
    with town.app.snapshot() as reader:
        assert verify(reader, walk.opened.case_id).ok


@pytest.mark.parametrize(
    "address",
    [
        "/inbox?after=2026-11-03T09:00:00~{0}",
        "/triage?after=2026-11-03T09:00:00~{0}",
        "/triage?after=~x",
        "/inbox?no=a%00b",
    ],
)
def test_what_can_be_nobodys_is_refused_at_the_border(address: str, enter: Enter, town: Town) -> None:
    """An instant without a zone, an id that is none, a letter that no text may hold."""
    assert enter(town.officer("platform")).get(address.format(uuid4())).status_code == 400


def test_a_number_beyond_the_databases_is_no_page(enter: Enter, town: Town, walk: Walk) -> None:
    client = enter(town.officer("platform"))
    assert client.get(f"/cases/{walk.opened.case_no}/attachments/{2**31}").status_code == 404


def test_a_fault_of_our_own_in_the_database_is_not_put_on_who_asks(
    pages: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """500, and the log says where; not what the fault's own words quote."""
    with pages.test_request_context("/"):
        answer = pages.make_response(pages.handle_user_exception(DataError(f"invalid input: {COMPANY['name']}")))
    assert answer.status_code == 500
    assert "refused by the store: DataError" in caplog.text
    assert COMPANY["name"] not in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD"])
def test_other_methods_do_nothing(method: str, pages: Flask, enter: Enter, town: Town, walk: Walk) -> None:
    client = enter(town.officer("platform"))
    for rule in pages.url_map.iter_rules():
        answer = client.open(walk.path(rule), method=method)
        assert answer.status_code < 500 or rule.endpoint.startswith("health."), (method, rule.rule)
        if method not in ("OPTIONS", "HEAD"):
            assert answer.status_code == 405, (method, rule.rule)


def test_without_its_token_no_form_does_anything(pages: Flask, enter: Enter, town: Town, walk: Walk) -> None:
    """A page of another site cannot send a form in somebody's name."""
    pages.config["WTF_CSRF_ENABLED"] = True
    client = enter(town.officer("platform"))
    for rule in pages.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            answer = client.post(walk.path(rule), data={"submission_id": str(uuid4()), "reason": "reply"})
            assert answer.status_code == 400, rule.rule
