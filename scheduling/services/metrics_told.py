"""All figures as text: what the processes counted (metrics.py), and what the database tells."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from . import audit_chain, vitals
from .metrics import REGISTRY
from .writes import open_longer_than


class _Kept(Collector):
    """What stands in the database, the same for whichever process is asked."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Raises DatabaseError."""
        yield _gauge("outcomes_unknown", "Changes without a known outcome.", open_longer_than(self._now, 0))
        yield _gauge(
            "audit_unsealed_lines",
            f"Lines of the audit trail that wait for their seal; {audit_chain.BATCH} stands for that many or more.",
            len(audit_chain.unsealed()),
        )
        yield _gauge("sessions", "Sessions that have not ended.", self._sessions())
        age = vitals.beat_age(self._now)
        if age is not None:
            yield _gauge(
                "worker_beat_age_seconds", "Since a worker last finished a piece of work.", age.total_seconds()
            )

    def _sessions(self) -> int:
        return Session.objects.filter(expire_date__gt=self._now).count()


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"daybook_{name}", told, value=value)


def exposition(now: datetime) -> bytes:
    """All figures as Prometheus reads them. Raises DatabaseError."""
    kept = CollectorRegistry()
    kept.register(_Kept(now))
    return generate_latest(_counted()) + generate_latest(kept)


def _counted() -> CollectorRegistry:
    """What was counted: by all processes where they share a folder, else by this one."""
    if settings.METRICS_FOLDER is None:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.METRICS_FOLDER))
    return registry
