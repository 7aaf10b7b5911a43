"""The figures of the installation in Prometheus' text format, for `/metrics`."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bihuan.queries.metrics import Figures

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def text(found: Figures) -> bytes:
    """The figures of one look, each with its meaning."""
    collected = CollectorRegistry(auto_describe=False)
    collected.register(_Once(found))
    return generate_latest(collected)


class _Once(Collector):
    """The figures of one look."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Each figure with its meaning."""
        found = self._found
        yield _by("due_lateness_seconds", "How long the oldest due work has been due", "kind", found.late)
        yield _by("due", "Work that is due and not done", "kind", found.due)
        yield _by("tasks_open", "Open user tasks", "state", found.tasks)
        yield _one("cases_open", "Cases that are not closed", found.open_cases)
        yield _one("incidents_open", "Technical faults that wait for a person", found.open_incidents)
        yield _one("chain_height_highest", "Events of the open case with the longest history", found.highest_chain)
        yield _one("history_events_estimated", "Events of all histories, as PostgreSQL estimates", found.events)
        if found.bell_age is not None:
            yield _one("bell_seen_seconds", "How long ago a bell was seen at work", found.bell_age)


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"bihuan_{name}", meaning, value=value)


def _by(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"bihuan_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
