"""From settings to a client of the API: the configured Welkin tenant, or the sandbox on loopback."""

import json
from contextvars import ContextVar
from functools import lru_cache

import structlog
from django.conf import settings

from scheduling.welkin import Call, Client, Credentials

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
    """One log line for each exchange with the API: route template and status, never ids, queries or bodies."""
    counted = _calls.get()
    if counted is not None:
        counted.append(call)
    log.info("api_call", method=call.method, route=call.route, status=call.status, ms=round(call.seconds * 1000))


@lru_cache(maxsize=32)
def client_for(chosen: Credentials) -> Client:
    """One client, and so one connection pool and one token, for each set of credentials in this process."""
    return Client(chosen, observe=note_call)


def connect() -> Client:
    """The client of the configured back end. Raises NotConfigured."""
    return client_for(credentials())


def scope_of(chosen: Credentials) -> str:
    """The name that our own tables keep for a back end, so that two tenants never mix.

    The sandbox stays itself when it listens on another port.
    """
    place = "sandbox" if settings.SANDBOX else chosen.url
    return f"{place}|{chosen.tenant}|{chosen.instance}"
