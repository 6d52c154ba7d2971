"""Every request that arrived, applied or not, for as long as the server runs."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from ..instants import now, written

MOST = 100_000


@dataclass(slots=True)
class Arrival:
    """One request; `status` is filled in when the server has (or would have) answered."""

    number: int
    method: str
    path: str
    connection: str
    request: str
    external_id: str | None = None
    at: datetime = field(default_factory=now)
    status: int | None = None
    rules: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "at": written(self.at),
            "method": self.method,
            "path": self.path,
            "externalId": self.external_id,
            "status": self.status,
            "connection": self.connection,
            "request": self.request,
            "rules": list(self.rules),
        }


def external_id_of(body: bytes) -> str | None:
    """The marker of a body that would make an event, None where there is none."""
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    found = sent.get("externalId") if isinstance(sent, dict) else None
    return found if isinstance(found, str) else None


class Arrivals:
    """The newest `MOST` requests of each tenant. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._kept: dict[str, deque[Arrival]] = {}

    def add(self, tenant: str, **about: Any) -> Arrival:
        with self._lock:
            arrival = Arrival(next(self._numbers), **about)
            self._kept.setdefault(tenant, deque(maxlen=MOST)).append(arrival)
            return arrival

    def of(self, tenant: str) -> list[Arrival]:
        with self._lock:
            return list(self._kept.get(tenant, ()))


arrivals = Arrivals()
