"""What the player of virtual time promises: order, completeness, and nothing of it near anything real."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import psycopg
import pytest

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput, Misconfigured
from bihuan.locality.fields import Option
from bihuan.play.filling import filled
from bihuan.play.life import Handed, Play
from bihuan.play.scratch import scratch_database
from bihuan.queries.history import history
from bihuan.settings import Settings
from tests.play.conftest import START

ANSWERS: Mapping[str, str] = {"subject": "诉求标题", "body": "诉求内容，请尽快办理。", "category": "其他"}


def test_time_lets_everything_happen_at_its_own_instant_and_in_order(zibo: Play) -> None:
    zibo.stage.begin_at(START)
    life = zibo.hand_in(Handed("province", ANSWERS, {}))
    (dispatch,) = life.tasks()
    life.complete(dispatch, {"handling_unit": "市商务局"})

    zibo.stage.move_to(datetime(2026, 11, 20, tzinfo=BEIJING))

    with zibo.stage.app.read() as reader:
        passed = [event for event in history(reader, life.case_id) if event.kind == "deadline_passed"]
    assert [f"{event.at.astimezone(BEIJING):%m-%d %H:%M}" for event in passed[:3]] == [
        "10-09 12:00", "10-26 12:00", "11-02 12:00",
    ]  # fmt: skip
    assert all(event.at == event.recorded_at for event in passed)


def test_a_form_is_filled_in_by_label_and_never_decides_by_itself(zibo: Play) -> None:
    form = zibo.deployment.locality.form("verify")

    left_open = filled(form, {}, zibo.options, otherwise={})
    decided = filled(form, {"sound": False, "follow_up_method": "上门"}, zibo.options, otherwise={"sound": "true"})

    assert "sound" not in left_open
    assert left_open["follow_up_record"]
    assert decided["sound"] == "false"
    labels = {option.label: option.value for field in form.fields for option in field.options}
    assert decided["follow_up_method"] in (labels.get("上门"), "上门")


def test_a_form_does_not_take_what_it_does_not_ask(zibo: Play) -> None:
    form = zibo.deployment.locality.form("verify")

    with pytest.raises(BadInput, match="weather"):
        filled(form, {"weather": "fine"}, zibo.options, otherwise={})


def test_whatever_a_form_requires_can_be_made_up(zibo: Play) -> None:
    options = {name: tuple(found) for name, found in zibo.options.items()}
    for form in zibo.deployment.locality.forms.values():
        control = {field.key: _any(field, options) for field in form.fields if field.control and field.required}
        form.validate(filled(form, control, options, otherwise={}), options)


def _any(field: object, options: Mapping[str, tuple[Option, ...]]) -> str:
    choices = options[field.values_key] if field.values_key else field.options  # type: ignore[attr-defined]
    if field.type == "number":  # type: ignore[attr-defined]
        return f"{field.least or 1:g}"  # type: ignore[attr-defined]
    return str(choices[0].value).lower() if choices else "2026-12-01"


def test_production_has_no_scratch_database(settings: Settings) -> None:
    with pytest.raises(Misconfigured), scratch_database(replace(settings, demonstration=False)):
        pass


def test_what_a_killed_play_left_behind_is_dropped_and_what_is_alive_is_not(settings: Settings) -> None:
    with scratch_database(settings) as killed:
        left_behind = urlsplit(killed.database_url).path[1:-1] + "x"
    with psycopg.connect(settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute(f'create database "{left_behind}"')

        with scratch_database(settings) as first, scratch_database(settings) as second:
            names = {row[0] for row in owner.execute("select datname from pg_database").fetchall()}

    assert left_behind not in names
    assert {urlsplit(scratch.database_url).path[1:] for scratch in (first, second)} <= names


def test_another_installation_on_the_same_server_keeps_its_own(settings: Settings) -> None:
    owner = settings.owner_database_url or ""
    elsewhere = replace(settings, owner_database_url=urlsplit(owner)._replace(path="/postgres").geturl())

    with scratch_database(settings) as alive, scratch_database(elsewhere):
        psycopg.connect(alive.owner_database_url or "").close()
