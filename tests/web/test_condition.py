"""What an orchestrator and a monitor see: ready or not, figures by closed names, and nobody's data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from prometheus_client.parser import text_string_to_metric_families

from scheduling.services import condition
from scheduling.services import connection as to_api
from tests.clinic_fixture import Office, at

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    tmp_path.chmod(0o700)
    return tmp_path


def told() -> tuple[int, dict[str, bool]]:
    answer = Browser().get("/readyz")
    return answer.status_code, answer.json()


def test_it_is_ready_with_an_api_that_answers_and_says_that_no_worker_runs(credentials: object) -> None:
    needed = dict.fromkeys(condition.NEEDED, True)
    assert told() == (200, {"ready": True, **needed, "api": True, "worker": False})


def wide(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.chmod(0o755)


def no_settings(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise to_api.NotConfigured("the secret path /srv/x")

    monkeypatch.setattr(to_api, "credentials", refuse)


def behind(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    condition._migrated.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ledger'")


@pytest.mark.parametrize(("part", "spoil"), [("files", wide), ("settings", no_settings), ("database", behind)], ids=str)
def test_what_it_cannot_work_without_makes_it_unready_without_a_word_why(
    credentials: object, data: Path, monkeypatch: pytest.MonkeyPatch, part: str, spoil: Callable[..., None]
) -> None:
    spoil(data, monkeypatch)
    assert told() == (503, {"ready": False} | dict.fromkeys(condition.NEEDED, True) | {part: False})


# --- Figures ---------------------------------------------------------------------------------------------------------


def figures(browser: Browser) -> dict[tuple[str, frozenset[str]], float]:
    answer = browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(row.name, frozenset(row.labels.values())): row.value for family in families for row in family.samples}


@pytest.mark.parametrize(
    ("token", "header"),
    [("", ""), ("", "Bearer "), (TOKEN, ""), (TOKEN, "Bearer "), (TOKEN, f"Bearer {TOKEN}x"), (TOKEN, "Bearer é")],
)
def test_without_the_token_there_is_no_such_page(settings: Any, token: str, header: str) -> None:
    settings.METRICS_TOKEN = token
    assert Browser().get("/metrics", headers={"Authorization": header}).status_code == 404


def test_requests_and_calls_are_counted_by_route_and_nobody_is_in_it(settings: Any, office: Office) -> None:
    settings.METRICS_TOKEN = TOKEN
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    before = figures(office.browser)
    for address in (f"/patients/{office.theo}/", f"/appointments/{visit.id}/", "/nothing/Theo-Marsh/"):
        office.browser.get(address)
    after = figures(office.browser)

    def more(name: str, *labels: str) -> float:
        return after.get((name, frozenset(labels)), 0) - before.get((name, frozenset(labels)), 0)

    assert more("daybook_request_seconds_count", "patient", "GET", "2xx") == 1
    assert more("daybook_request_seconds_count", "none", "GET", "4xx") == 1
    api = "/{tenant}/{instance}/patients/{patient}"
    assert more("daybook_api_call_seconds_count", api, "GET", "2xx") == 1
    page = office.browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert not [word for word in ("Theo", "Marsh", str(office.theo), str(visit.id), "Ada") if word in page]


def test_the_gauges_tell_of_sessions_and_unsealed_lines(settings: Any, office: Office) -> None:
    settings.METRICS_TOKEN = TOKEN
    office.browser.get(f"/patients/{office.theo}/")
    found = figures(office.browser)
    assert found["daybook_sessions", frozenset()] >= 1
    assert found["daybook_audit_lines_unsealed", frozenset()] == 1
    assert found["daybook_worker_idle_seconds", frozenset()] == -1
