"""The doctor: each thing that can be wrong with a configuration gives its line, and its sentence says what to do."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from scheduling.directory.models import MirrorState
from scheduling.ledger.models import Claim, Intent
from scheduling.services import checkup, connection, mirror
from scheduling.services.checkup import Finding, check_up
from scheduling.welkin import Client, Credentials, Policy

NOW = datetime.now(UTC)
REFUSED = (
    "the API refuses the client name or secret for this tenant: check WELKIN_CLIENT, WELKIN_SECRET and WELKIN_TENANT."
)


@pytest.fixture
def silent_address() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def prattling_address() -> Iterator[str]:
    """A server that answers everything with a web page."""
    server = socket.create_server(("127.0.0.1", 0))
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html></html>"
    ended = threading.Event()

    def answer() -> None:
        while not ended.is_set():
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                caller.recv(65536)
                caller.sendall(page)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    ended.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


def api_finding(credentials: Credentials, deadline: float = 4.0) -> Finding:
    policy = Policy(read_deadline=deadline, connect_timeout=min(deadline, 1.0))
    with Client(credentials, policy=policy) as client:
        return checkup.look_at_api(client, NOW)


def test_a_good_configuration(refresh, db) -> None:
    refresh()
    found = list(check_up(datetime.now(UTC)))
    assert [(finding.part, finding.good) for finding in found] == [
        (part, True)
        for part in (
            *("time zone", "database", "files", "proxy", "API settings"),
            *("API", "clock", "calls", "directory", "staff zones", "changes", "claims"),
        )
    ]


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "a wrong secret": (
        {"secret": "wrong"},
        REFUSED,
    ),
    "an unknown client": (
        {"client": "NOBODY"},
        REFUSED,
    ),
    # The sandbox does not tell an unknown tenant from an unknown client, so the sentence names both.
    "an unknown tenant": ({"tenant": "nowhere"}, REFUSED),
    "no API at the path": (
        {"url": "/elsewhere"},
        "the API does not know this tenant or instance: check WELKIN_TENANT and WELKIN_INSTANCE.",
    ),
    "an unknown instance": (
        {"instance": "nowhere"},
        "the API does not know this instance: check WELKIN_INSTANCE (and WELKIN_TENANT).",
    ),
    "a dead address": (
        {"url": "http://127.0.0.1:9"},
        "nothing answers at this address: check WELKIN_URL and the network (or start `make run`).",
    ),
    "a name that no server has": (
        {"url": "http://daybook.invalid"},
        "nothing answers at this address: check WELKIN_URL and the network (or start `make run`).",
    ),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_the_api(credentials: Credentials, changed: dict[str, str], sentence: str) -> None:
    if changed.get("url", "").startswith("/"):
        changed = {"url": credentials.url + changed["url"]}
    assert api_finding(replace(credentials, **changed)) == Finding("API", False, sentence)


def test_a_client_that_was_switched_off(make_tenant) -> None:
    tenant = make_tenant(enabled=False)
    off = Credentials(**{name: getattr(tenant, name) for name in ("url", "tenant", "instance", "client", "secret")})
    sentence = REFUSED
    assert api_finding(off) == Finding("API", False, sentence)


def test_a_slow_api(credentials: Credentials, silent_address: str) -> None:
    sentence = "the API did not answer in time: check the network, or try again later."
    assert api_finding(replace(credentials, url=silent_address), deadline=0.5) == Finding("API", False, sentence)


def test_something_else_at_the_address(credentials: Credentials, prattling_address: str) -> None:
    sentence = "something answers, but it does not speak the Welkin API: check WELKIN_URL."
    assert api_finding(replace(credentials, url=prattling_address)) == Finding("API", False, sentence)


def test_a_bad_zone(settings) -> None:
    settings.CLINIC_TIMEZONE = "Eastern Time"
    assert checkup.look_at_zone() == Finding(
        "time zone", False, "'Eastern Time' is no IANA time zone: set CLINIC_TIMEZONE."
    )


def test_missing_settings(settings) -> None:
    settings.SANDBOX = False
    settings.WELKIN_URL, settings.WELKIN_TENANT = "https://api.example", "t"
    settings.WELKIN_INSTANCE = settings.WELKIN_CLIENT = settings.WELKIN_SECRET = ""
    assert checkup.look_at_credentials() == Finding(
        "API settings", False, "WELKIN_URL is set, but WELKIN_INSTANCE, WELKIN_CLIENT, WELKIN_SECRET is missing."
    )


def test_a_sandbox_that_was_never_started(settings, tmp_path) -> None:
    settings.SANDBOX_DATA = tmp_path
    assert checkup.look_at_credentials() == Finding(
        "API settings", False, "The sandbox has not been started yet: there is no credentials file. Use `make run`."
    )


def test_broken_settings_leave_out_what_needs_them(settings, tmp_path, db) -> None:
    settings.SANDBOX_DATA = tmp_path
    found = [finding.part for finding in check_up(NOW)]
    assert found == ["time zone", "database", "files", "proxy", "API settings", "changes", "claims"]


def test_files_that_others_may_read_are_named(settings, tmp_path) -> None:
    settings.DATA = tmp_path
    tmp_path.chmod(0o755)
    assert checkup.look_at_files() == Finding(
        "files", False, f"others may read {tmp_path.name}: chmod -R go= the DATA folder."
    )
    tmp_path.chmod(0o700)
    assert checkup.look_at_files().good


def test_https_without_a_believed_proxy_is_told(settings) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = True, []
    assert not checkup.look_at_proxy().good
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert checkup.look_at_proxy().good


MIRRORS: dict[str, tuple[dict[str, int], str]] = {
    "never read": ({}, "staff and patients not read yet: is `python manage.py worker` running?"),
    "half read": ({"staff": 1}, "patients not read yet: is `python manage.py worker` running?"),
    "old": ({"staff": 1, "patients": 31}, "older than 30 minutes: is `python manage.py worker` running?"),
}


@pytest.mark.parametrize(("ages", "sentence"), MIRRORS.values(), ids=MIRRORS)
def test_the_directory(db, ages: dict[str, int], sentence: str) -> None:
    for kind, age in ages.items():
        MirrorState.objects.create(scope="here", kind=kind, completed_at=NOW - timedelta(minutes=age))
    for kind in ("staff", "patients"):
        MirrorState.objects.create(scope="another tenant", kind=kind, completed_at=NOW)
    assert checkup.look_at_mirrors(NOW, "here") == Finding("directory", False, sentence)


def test_changes_without_an_outcome(make_account) -> None:
    old = NOW - timedelta(minutes=16)
    Intent.objects.create(key="k", account=make_account(), state="unknown", minted_at=old, started_at=old)
    assert checkup.look_at_changes(NOW) == Finding(
        "changes",
        False,
        "1 changes have no known outcome for more than 15 minutes: look at the calendar and the audit trail.",
    )


def test_a_clock_that_is_wrong(sandbox_server: str) -> None:
    late = datetime.now(UTC) + timedelta(minutes=5)
    found = checkup.look_at_clock(sandbox_server, late)
    assert (found.part, found.good) == ("clock", False)
    assert checkup.look_at_clock("http://127.0.0.1:9", NOW).good


def test_staff_without_a_zone_are_told_and_no_mistake(clinic, api, credentials, db) -> None:
    clinic.user("Ada")
    clinic.user("Ben", timezone=None)
    scope = connection.scope_of(credentials)
    mirror.refresh_staff(api, scope, NOW)
    assert checkup.look_at_staff_zones(scope) == Finding(
        "staff zones", True, "not known for 1 of the active people: the clinic's is used"
    )


def claim(**more: Any) -> Claim:
    told = {
        "scope": "s",
        "resource": uuid4(),
        "visit": "intent:k",
        "intent": "k",
        "changed_at": NOW,
        "state": "unknown",
    }
    row = Claim(starts_at=NOW, ends_at=NOW + timedelta(minutes=30), **(told | more))
    row.save()
    return row


HELD: dict[str, tuple[dict[str, Any], dict[str, Any], bool, str]] = {
    "unknown": ({"state": "unknown", "look_at": NOW}, {}, True, "1 hold time until an outcome is known"),
    "on its way": ({"state": "working", "lease_until": NOW}, {"state": "sent"}, True, "none hold time without need"),
    "confirmed": ({"state": "confirmed"}, {"state": "confirmed"}, True, "none hold time without need"),
    "of a change that ended": (
        {"state": "refused"},
        {},
        False,
        "1 hold time for no change that is under way: look at the audit trail.",
    ),
    "for too long": (
        {"state": "unknown", "look_at": NOW},
        {"changed_at": NOW - timedelta(minutes=16)},
        False,
        "1 hold time for no change that is under way: look at the audit trail.",
    ),
    "nobody looks": (
        {"state": "unknown", "look_at": NOW - timedelta(minutes=4)},
        {},
        False,
        "1 changes wait to be looked for: is `python manage.py worker` running?",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("intent", "held", "good", "sentence"), HELD.values(), ids=HELD)
def test_time_that_is_held(
    make_account: Any, intent: dict[str, Any], held: dict[str, Any], good: bool, sentence: str
) -> None:
    Intent.objects.create(key="k", account=make_account(), session="", minted_at=NOW, started_at=NOW, **intent)
    claim(**held)

    assert checkup.look_at_claims(NOW) == Finding("claims", good, sentence)
