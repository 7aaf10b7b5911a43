"""How often somebody may try, and by whose word an address is known."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from flask import Flask

from bihuan.bootstrap import App
from tests.people import Town
from web import create_app
from web.limits import limiter


def test_tries_are_counted_by_the_address_that_our_own_proxies_name(town: Town, app: App) -> None:
    """Whatever a visitor writes before their entries counts for nothing; without proxies of ours nothing of it does."""
    limiter.enabled = True
    for proxies, expected in ((0, 429), (1, 422)):
        house = App(replace(app.settings, trusted_proxies=proxies), clock=town.clock)
        with house:
            pages = create_app(house)
            pages.config["WTF_CSRF_ENABLED"] = False
            limiter.reset()
            assert last_of(pages, lambda number: f"203.0.113.{number}") == expected
            limiter.reset()
            assert last_of(pages, lambda number: f"198.51.100.{number}, 203.0.113.9") == 429
            limiter.reset()
            assert last_of(pages, lambda number: f"2001:db8:0:{number:x}::1") == expected
            limiter.reset()
            assert last_of(pages, lambda number: f"2001:db8::{number:x}:1") == 429, "all of one house"
            limiter.reset()
            assert last_of(pages, lambda number: f"::ffff:203.0.113.{number}") == expected
    limiter.reset()


def test_nobody_sends_deeds_without_end(pages_as_served: Flask) -> None:
    """By address, an hour long; also what is sent without a visit counts."""
    limiter.enabled = True
    limiter.reset()
    pages_as_served.config["WTF_CSRF_ENABLED"] = False
    client = pages_as_served.test_client()
    answers = [client.post("/portal/zibo/progress/remind") for _ in range(61)]
    limiter.reset()
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    said = answers[-1].get_data(as_text=True)
    assert "请1小时后再试。" in said
    assert "解除锁定" not in said, "that is for whoever logs in"


def last_of(pages: Flask, forwarded: Callable[[int], str]) -> int:
    """What the last of more tries than one address may make is answered."""
    client = pages.test_client()
    answers = [
        client.post(
            "/portal/zibo/progress", data={"case_no": uuid4().hex, "code": "A" * 16},
            headers={"X-Forwarded-For": forwarded(number)},
        )
        for number in range(31)
    ]  # fmt: skip
    return answers[-1].status_code
