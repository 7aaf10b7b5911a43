"""`/metrics`: the figures as they are, in the text that Prometheus reads, for this machine or with the token alone."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from tests.commands.test_life import dispatched
from tests.people import Town
from web import create_app

LATE = timedelta(minutes=3)


def figures(text: str) -> dict[str, float]:
    """Each figure by name and label."""
    return {
        "/".join([sample.name.removeprefix("bihuan_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_say_how_late_and_how_many(town: Town) -> None:
    case = dispatched(town)
    town.order()
    town.clock.move_to(town.open_tasks(case)["first_reply"]["due_at"] + LATE)
    answer = create_app(town.app).test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    assert found["due_lateness_seconds/timer"] >= LATE.total_seconds()
    assert found["due/timer"] >= 1
    assert found["due/job"] == 0
    assert found["cases_open"] == 2
    assert found["tasks_open/overdue"] >= 1
    assert found["incidents_open"] == 0
    assert found["chain_height_highest"] > 5


def test_nobody_else_may_read_them(town: Town) -> None:
    client = create_app(town.app).test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 404


def test_with_a_token_it_is_the_token_that_counts(town: Town) -> None:
    town.app.settings = replace(town.app.settings, metrics_token="m" * 40)
    client = create_app(town.app).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    far = {"environ_base": {"REMOTE_ADDR": "10.1.2.3"}, "headers": {"Authorization": f"Bearer {'m' * 40}"}}
    assert client.get("/metrics", **far).status_code == 200
