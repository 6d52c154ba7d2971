"""Rules that hold for every route: closed by default, headers, CSRF, and that reading changes nothing.

The routes are walked, so that a new view cannot be forgotten.
"""

import re
from collections.abc import Iterator
from itertools import product
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from scheduling.accounts.roles import Role
from scheduling.services import audit
from tests.clinic_fixture import Office

PART = {"HX-Request": "true"}
# `ready` and `metrics` decide for themselves whom they answer: an orchestrator has no login (test_operations.py).
PUBLIC = {
    "health",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "demo-login",
    "mfa_authenticate",
    "feed-file",
    "ready",
    "metrics",
}
SAMPLES = {"week": "2026-W48", "day": "2026-11-25", "key": "made-up", "number": "7", "pk": "7"}


def patterns(resolver=None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from patterns(entry)


def address_of(pattern: URLPattern) -> str:
    """The route with a sample in each place; ids are those of nobody."""
    text = str(pattern.pattern)
    for name in pattern.pattern.converters:
        text = re.sub(f"<(.*?:)?{name}>", SAMPLES.get(name) or str(uuid4()), text)
    return f"/{text}"


ROUTES = {pattern.name or str(pattern.pattern): address_of(pattern) for pattern in patterns()}
CLOSED = {name: address for name, address in ROUTES.items() if name not in PUBLIC}
EXPECTED = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'",
}  # fmt: skip


FILES = (
    "text/csv; charset=utf-8",
    "text/calendar; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


def assert_headers(answer) -> None:
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert "camera=()" in answer.headers["Permissions-Policy"]
    if answer.content:
        kind = answer.headers["Content-Type"].lower()
        assert kind in ("text/html; charset=utf-8", "text/plain; charset=utf-8", "application/json", *FILES)
        # What a browser does not show itself is saved, never opened in the page's name.
        assert kind not in FILES or answer.headers["Content-Disposition"].startswith("attachment;")
    for cookie in answer.cookies.values():
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_walk_finds_the_routes() -> None:
    assert {"home", "week-of", "day-of", "appointment", "patient", "outcome", "hours-of", "utilisation"} <= set(ROUTES)
    assert set(ROUTES) >= PUBLIC
    assert [address for address in ROUTES.values() if "<" in address] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", CLOSED.values(), ids=CLOSED)
def test_a_stranger_is_sent_to_the_login(address: str) -> None:
    for method in ("get", "post"):
        page = getattr(Browser(), method)(address)
        assert (page.status_code, page.headers["Location"].split("?")[0]) == (302, "/account/login/")
        part = getattr(Browser(), method)(address, headers=PART)
        assert (part.status_code, "<html" in part.content.decode()) == (401, False)
        assert_headers(page)
        assert_headers(part)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_is_public_carries_the_headers_too(name: str) -> None:
    for headers in ({}, PART):
        answer = Browser().get(ROUTES[name], headers=headers)
        # What there is none of, or what a dashboard without an API cannot give; the others answer.
        assert answer.status_code in ((404, 503) if name in ("feed-file", "ready", "metrics") else (200, 302, 405))
        assert_headers(answer)


@pytest.mark.parametrize("role", Role)
def test_every_answer_of_every_route_carries_the_headers(office: Office, make_account, sign_in, role: Role) -> None:
    browser = sign_in(make_account(role))
    seen = set()
    for address in CLOSED.values():
        for headers in ({}, PART):
            answer = browser.get(address, headers=headers)
            assert answer.status_code < 500, address
            assert_headers(answer)
            seen.add(answer.status_code)
    assert {200, 302, 404} <= seen


def test_failures_outside_the_views_carry_them_too(office: Office) -> None:
    browser = office.browser
    assert_headers(browser.get("/nothing/"))
    assert_headers(browser.get("/people"))
    assert_headers(browser.get("/people/", headers={"Host": "evil.example"}))
    assert_headers(browser.put("/people/"))


UNSAFE = ["post", "put", "patch", "delete"]


def test_no_route_takes_an_unsafe_request_without_the_token(office: Office) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(office.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address, method in product(ROUTES.values(), UNSAFE):
        answer = getattr(strict, method)(address)
        assert answer.status_code == 403, (method, address)
        assert_headers(answer)


# What a GET may write: the use of the session and where it is used, the intent of a form that is shown, the mirrors of
# people, what is kept of a reading.
MAY_WRITE = ("django_session", "usersessions_", "ledger_intent", "directory_", "ledger_keptread")
# Lines of the audit trail that tell that somebody looked, took a file, or was denied: a GET may add no others.
MAY_BE_NOTED = ("'access.denied'", "'patient.read'", "'appointment.read'", "'emergency.read'", ".export'")
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def test_reading_changes_nothing(office: Office, api_calls) -> None:
    office.browser.get("/people/")
    with api_calls() as calls, CaptureQueriesContext(database) as queries:
        for address in CLOSED.values():
            office.browser.get(address)
    written = [row["sql"] for row in queries if row["sql"].startswith(WRITING)]
    assert [sql for sql in written if not any(table in sql for table in MAY_WRITE) and not only_noted(sql)] == []
    assert [
        call for call in calls if not call.startswith("GET ") and "by-filter" not in call and "api_clients" not in call
    ] == []


def only_noted(sql: str) -> bool:
    return sql.startswith('INSERT INTO "ledger_auditrecord"') and any(action in sql for action in MAY_BE_NOTED)


def test_the_sweep_would_see_a_line_about_a_change(office: Office) -> None:
    """The control: a line that tells of something else than a look is none that a GET may write."""
    with CaptureQueriesContext(database) as queries:
        audit.note(office.desk, "appointment.move")
        audit.note(office.desk, "patient.read", audit.READ)
    assert [only_noted(row["sql"]) for row in queries if row["sql"].startswith(WRITING)] == [False, True]


def test_signing_out_takes_a_post(office: Office) -> None:
    office.browser.get("/account/logout/")
    assert office.browser.get("/people/").status_code == 200


def test_the_session_cookie_is_not_for_scripts(office: Office) -> None:
    cookie = office.browser.cookies[settings.SESSION_COOKIE_NAME]
    assert (settings.CSRF_USE_SESSIONS, settings.SESSION_COOKIE_HTTPONLY, cookie.key) == (True, True, cookie.key)
