"""`/readyz` and `/metrics`: whom they answer, what they say, and what they never say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client as Browser

from scheduling.services import connection, metrics, vitals
from scheduling.vitals.models import CallMinute
from tests.clinic_fixture import Office

TOKEN = "a-token-of-forty-random-looking-characters"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
READY = dict.fromkeys(("database", "migrations", "files", "settings", "worker", "api"), True)


@pytest.fixture
def house(settings: Any, tmp_path: Path, credentials: Any, db: None) -> Path:
    """A folder of data in order, and a worker that is there."""
    settings.DATA = tmp_path
    (tmp_path / "daybook.sqlite3").touch(mode=0o600)
    vitals.beat(datetime.now(UTC))
    return tmp_path


def forget_a_migration(*_: object) -> None:
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'vitals'")


def forget_the_settings(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise connection.NotConfigured("the secret path /srv/x")

    monkeypatch.setattr(connection, "credentials", refuse)


def stop_the_worker(*_: object) -> None:
    vitals.beat(datetime.now(UTC) - timedelta(minutes=4))


def take_the_api_away(*_: object) -> None:
    minute = int(datetime.now(UTC).timestamp() // 60)
    CallMinute.objects.create(minute=minute, within=4000, failed=True, calls=9)


TROUBLE: dict[str, tuple[Any, int, set[str]]] = {
    "all in order": (lambda *_: None, 200, set()),
    "a migration is missing": (forget_a_migration, 503, {"migrations"}),
    "others may read the database": (lambda data, _: (data / "daybook.sqlite3").chmod(0o640), 503, {"files"}),
    "nobody said which API": (forget_the_settings, 503, {"settings", "api"}),
    "the worker stands still": (stop_the_worker, 503, {"worker"}),
    "the API is away, and pages are readable all the same": (take_the_api_away, 200, {"api"}),
}


@pytest.mark.parametrize(("break_it", "status", "wrong"), TROUBLE.values(), ids=TROUBLE)
def test_readiness_names_what_is_wrong(
    house: Path, monkeypatch: pytest.MonkeyPatch, break_it: Any, status: int, wrong: set[str]
) -> None:
    break_it(house, monkeypatch)

    answer = Browser().get("/readyz")

    assert (answer.status_code, answer.json()) == (status, READY | dict.fromkeys(wrong, False))


@pytest.mark.parametrize("folder_mode", [0o700, 0o755], ids=oct)
def test_on_a_public_address_the_folder_is_closed_too(house: Path, settings: Any, folder_mode: int) -> None:
    settings.LOCAL_ONLY = False
    house.chmod(folder_mode)

    assert Browser().get("/readyz").json()["files"] == (folder_mode == 0o700)


def test_a_database_that_is_away_is_told_without_a_word_about_it(house: Path, monkeypatch: Any) -> None:
    with database.execute_wrapper(refuse):
        answer = Browser().get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        **dict.fromkeys(("database", "migrations", "worker", "api"), False),
        "files": True,
        "settings": True,
    }


def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    from django.db import OperationalError

    raise OperationalError("no such host: secret-host.example")


# Peer, forwarded for, token, listed proxies -> whether it is answered.
ASKING: dict[str, tuple[str, str, bool, list[str], bool]] = {
    "this machine": ("127.0.0.1", "", False, [], True),
    "this machine by v6": ("::1", "", False, [], True),
    "a stranger": ("203.0.113.5", "", False, [], False),
    "a stranger with the token": ("203.0.113.5", "", True, [], True),
    "a listed machine by itself": ("10.0.0.7", "", False, ["10.0.0.0/8"], True),
    "a browser behind a listed proxy": ("10.0.0.7", "203.0.113.5", False, ["10.0.0.0/8"], False),
    "one that says it is this machine": ("10.0.0.7", "127.0.0.1", False, ["10.0.0.0/8"], False),
    "a browser behind a proxy nobody named": ("127.0.0.1", "203.0.113.5", False, [], False),
    "no address": ("", "", False, [], False),
}


@pytest.mark.parametrize(("peer", "forwarded", "token", "listed", "told"), ASKING.values(), ids=ASKING)
def test_readiness_is_for_who_starts_and_stops_us(
    house: Path, settings: Any, peer: str, forwarded: str, token: bool, listed: list[str], told: bool
) -> None:
    settings.METRICS_TOKEN, settings.TRUSTED_PROXIES = TOKEN, listed
    headers = (BEARER if token else {}) | ({"X-Forwarded-For": forwarded} if forwarded else {})

    answer = Browser(REMOTE_ADDR=peer).get("/readyz", headers=headers)

    assert answer.status_code == (200 if told else 404)


TOKENS: dict[str, tuple[str, dict[str, str], int]] = {
    "no token is set": ("", {"Authorization": "Bearer "}, 404),
    "no token is set, one is told": ("", BEARER, 404),
    "none is told": (TOKEN, {}, 404),
    "a wrong one": (TOKEN, {"Authorization": f"Bearer {TOKEN}x"}, 404),
    "another scheme": (TOKEN, {"Authorization": f"Basic {TOKEN}"}, 404),
    "signs outside ASCII": (TOKEN, {"Authorization": "Bearer \xe9"}, 404),
    "the right one": (TOKEN, BEARER, 200),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("token", "headers", "status"), TOKENS.values(), ids=TOKENS)
def test_figures_are_for_the_token_alone(settings: Any, token: str, headers: dict[str, str], status: int) -> None:
    settings.METRICS_TOKEN = token
    assert Browser().get("/metrics", headers=headers).status_code == status


@pytest.fixture
def figures(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`figures()`: the lines of /metrics by what stands before their value; this process counts meanwhile."""
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(metrics._Counting, "begun", True)

    def read() -> dict[str, float]:
        text = Browser().get("/metrics", headers=BEARER).content.decode()
        lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    return read


def test_what_is_counted(office: Office, figures: Any) -> None:
    before = figures()
    office.browser.get("/people/")
    office.browser.get("/nothing/at/all/")
    office.browser.get(f"/patients/{office.theo}/")
    after = figures()

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more('daybook_request_seconds_count{method="GET",route="people",status="2xx"}') == 1
    assert more('daybook_request_seconds_count{method="GET",route="none",status="4xx"}') == 1
    assert more('daybook_request_seconds_count{method="GET",route="patient",status="2xx"}') == 1
    calls = {name: more(name) for name in after if name.startswith("daybook_api_call_seconds_count") and more(name)}
    assert calls
    assert all('outcome="answered"' in name for name in calls)
    assert after['daybook_api_held_back{by="breaker"}'] == 0.0
    assert {"daybook_outcomes_unknown", "daybook_audit_unsealed_lines", "daybook_sessions"} <= set(after)
    assert after["daybook_sessions"] >= 1


def test_the_beat_is_told_where_there_is_one(figures: Any, db: None) -> None:
    assert "daybook_worker_beat_age_seconds" not in figures()
    vitals.beat(datetime.now(UTC) - timedelta(seconds=30))
    assert 30 <= figures()["daybook_worker_beat_age_seconds"] < 60


OUTCOMES = {200: "answered", 204: "answered", 302: "other", 404: "refused", 429: "too many", 503: "broken"}


@pytest.mark.parametrize(("status", "word"), [*OUTCOMES.items(), (None, "no answer")])
def test_outcomes_of_calls_are_a_closed_set(status: int | None, word: str) -> None:
    assert metrics.outcome_of(status) == word


def test_no_patient_and_no_id_stands_in_the_figures(office: Office, figures: Any, settings: Any) -> None:
    patient = connection.connect().patients.read(office.theo)
    for address in (f"/patients/{office.theo}/", f"/week/{office.ada}/", f"/nothing/{patient.last_name}/", "/people/"):
        office.browser.get(address, headers={"User-Agent": patient.last_name})
    office.browser.post("/patients/find/", {"q": patient.last_name})
    office.browser.generic(patient.last_name.upper(), "/people/")

    text = Browser().get("/metrics", headers=BEARER).content.decode()

    assert "daybook_request_seconds" in text
    for secret in (str(office.theo), str(office.ada), patient.last_name, office.clinic.credentials.tenant, TOKEN):
        assert secret.lower() not in text.lower()
