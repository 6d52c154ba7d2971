"""What is counted for a monitoring system (Prometheus): requests and calls to the API, by closed sets of labels.

A label is a route's name or template, a method or a class of status: never a path, an id or a name. Several processes
that answer at one address share their counts over a folder, which PROMETHEUS_MULTIPROC_DIR names (docs/hardening.md).
"""

import os
from collections.abc import Iterator, Mapping

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

BORDERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})

REQUESTS = Histogram(
    "daybook_request_seconds", "Requests to the dashboard.", ["route", "method", "status"], buckets=BORDERS
)
API_CALLS = Histogram(
    "daybook_api_call_seconds", "Exchanges with the Welkin API.", ["route", "method", "status"], buckets=BORDERS
)


def method_of(told: str | None) -> str:
    """The method where it is a known one: it is free text of the client."""
    return told if told in METHODS else "OTHER"


def status_class(status: int | None) -> str:
    """`2xx` to `5xx`; `none` where no answer came."""
    return f"{status // 100}xx" if status else "none"


def note_request(route: str, method: str | None, status: int, seconds: float) -> None:
    REQUESTS.labels(route or "none", method_of(method), status_class(status)).observe(seconds)


def note_api_call(route: str, method: str, status: int | None, seconds: float) -> None:
    API_CALLS.labels(route, method_of(method), status_class(status)).observe(seconds)


class _Given(Collector):
    """Gauges that are looked up when they are asked for."""

    def __init__(self, gauges: Mapping[str, tuple[str, float]]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (meaning, value) in self._gauges.items():
            yield GaugeMetricFamily(f"daybook_{name}", meaning, value=value)


def exposition(gauges: Mapping[str, tuple[str, float]]) -> bytes:
    """Everything counted, as Prometheus reads it, with these gauges: name to meaning and value."""
    given = CollectorRegistry()
    given.register(_Given(gauges))
    return _counted() + generate_latest(given)


def _counted() -> bytes:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return generate_latest(shared)
