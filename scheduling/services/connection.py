"""From settings to a client of the API: the configured Welkin tenant, or the sandbox on loopback."""

import json
import os
import threading
import time
from collections import OrderedDict
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from django.conf import settings

from scheduling.welkin import Call, Client, Credentials, Limiter, Policy, State, Unlimited

from . import metrics, vitals
from .call_budget import FleetBudget, key_of, taken_lately

log = structlog.get_logger("daybook.api")


class NotConfigured(Exception):
    """The API cannot be called because a setting is missing; the text says which."""


def credentials() -> Credentials:
    """What the settings say; for the sandbox, what its own file says. Raises NotConfigured."""
    if not settings.SANDBOX:
        missing = [
            name
            for name in ("WELKIN_TENANT", "WELKIN_INSTANCE", "WELKIN_CLIENT", "WELKIN_SECRET")
            if not getattr(settings, name)
        ]
        if missing:
            raise NotConfigured(f"WELKIN_URL is set, but {', '.join(missing)} is missing.")
        try:
            return Credentials(
                url=settings.WELKIN_URL,
                tenant=settings.WELKIN_TENANT,
                instance=settings.WELKIN_INSTANCE,
                client=settings.WELKIN_CLIENT,
                secret=settings.WELKIN_SECRET,
            )
        except ValueError as broken:
            raise NotConfigured("WELKIN_URL must look like https://host, without a user name or a query.") from broken
    path = settings.SANDBOX_DATA / "credentials.json"
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError) as missing_file:
        raise NotConfigured(
            "The sandbox has not been started yet: there is no credentials file. Use `make run`."
        ) from missing_file
    return Credentials(
        url=settings.SANDBOX_URL,
        tenant=kept["tenant"],
        instance=kept["instance"],
        client=kept["client"],
        secret=kept["secret"],
    )


_calls: ContextVar[list[Call] | None] = ContextVar("api_calls", default=None)


def count_calls() -> list[Call]:
    """Begin to collect the API calls of one request, also those of the threads that fetch pages for it."""
    calls: list[Call] = []
    _calls.set(calls)
    return calls


def note_call(call: Call) -> None:
    """One log line for each exchange with the API: route template and status, never ids, queries or bodies.

    What nobody could be trusted with was no exchange: it is a line to raise an alarm on (ASVS 16.3.4).
    """
    if call.distrusted:
        log.error("api_not_trusted", method=call.method, route=call.route)
        return
    counted = _calls.get()
    if counted is not None:
        counted.append(call)
    vitals.tally.note(call)
    metrics.note_call(call)
    log.info("api_call", method=call.method, route=call.route, status=call.status, ms=round(call.seconds * 1000))


def note_standing() -> None:
    """Tell the figures how this process stands with the API, after it made calls. Raises NotConfigured."""
    metrics.note_state(connect().state())


KEPT_CLIENTS = 32


class Clients:
    """The clients of this process. Thread-safe."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[Credentials, Client] = OrderedDict()

    def of(self, chosen: Credentials) -> Client:
        """The one for these credentials, the secret included; made by whoever asks first."""
        with self._lock:
            client = self._made.get(chosen) or self._made.setdefault(chosen, _make(chosen))
            self._made.move_to_end(chosen)
            while len(self._made) > KEPT_CLIENTS:
                self._made.popitem(last=False)
            return client

    def forget(self) -> None:
        """A child process begins without those of its parent: their threads and sockets are not its own."""
        self._begin()


def _make(chosen: Credentials) -> Client:
    policy = Policy(places=max(1, settings.WEB_THREADS // 2))
    return Client(chosen, policy=policy, observe=note_call, limiter=limiter_for(chosen))


def limiter_for(chosen: Credentials) -> Limiter:
    """What keeps all processes together below the API's limit; nothing where no limit is set."""
    if settings.WELKIN_CALLS_PER_MINUTE is None:
        return Unlimited()
    return FleetBudget(key_of(chosen), settings.WELKIN_CALLS_PER_MINUTE)


_clients = Clients()
os.register_at_fork(after_in_child=_clients.forget)


def client_for(chosen: Credentials) -> Client:
    """One client, and so one connection pool and one token, for each set of credentials in this process."""
    return _clients.of(chosen)


def connect() -> Client:
    """The client of the configured back end. Raises NotConfigured."""
    return client_for(credentials())


@dataclass(frozen=True, slots=True)
class Standing:
    """How we stand with the API: this process (`here`), and what all processes took of `per_minute` in the last minute.

    `per_minute` and `fleet` are None where no limit is kept.
    """

    here: State
    per_minute: int | None
    fleet: int | None


def state() -> Standing:
    """For the status page and the doctor: no call, one query. Raises NotConfigured, DatabaseError."""
    chosen = credentials()
    most = settings.WELKIN_CALLS_PER_MINUTE
    fleet = None if most is None else taken_lately(key_of(chosen), time.time())
    return Standing(client_for(chosen).state(), most, fleet)


def scope_of(chosen: Credentials) -> str:
    """The name that our own tables keep for a back end, so that two tenants never mix.

    The sandbox stays itself when it listens on another port.
    """
    place = "sandbox" if settings.SANDBOX else chosen.url
    return f"{place}|{chosen.tenant}|{chosen.instance}"
