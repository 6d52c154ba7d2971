"""How long the calls of a page may take together: decided by what the request is, before anything else."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from scheduling.services import connection
from scheduling.web.middleware.deadline import ONLY_LOOKING, AnswerInTime
from scheduling.welkin import Client, time_left
from tests.clinic_fixture import Office

from .test_headers import ROUTES

READ, WRITE = 3.5, 7.5
CASES = [
    ("a page", "GET", "/day/", READ),
    ("its head", "HEAD", "/day/", READ),
    ("a form", "GET", "/appointments/new/", READ),
    ("booking", "POST", "/appointments/new/", WRITE),
    ("the check of a booking", "POST", "/appointments/new/check/", READ),
    ("a search", "POST", "/search/", READ),
    ("a search for times", "POST", "/find/", READ),
    ("a new patient", "POST", "/patients/new/", WRITE),
    ("no page of ours", "POST", "/nowhere/", READ),
]


def seconds_of(method: str, path: str) -> float:
    """What a request has when the rest of the dashboard begins with it."""
    left: list[float | None] = []

    def rest(_: HttpRequest) -> HttpResponse:
        left.append(time_left())
        return HttpResponse()

    AnswerInTime(rest)(getattr(RequestFactory(), method.lower())(path))
    assert left[0] is not None
    return left[0]


@pytest.mark.parametrize(("method", "path", "most"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_request_has_the_seconds_of_its_kind(method, path, most):
    assert most - 2 < seconds_of(method, path) <= most


def test_nothing_of_it_is_left_for_the_next_one():
    seconds_of("GET", "/day/")

    assert time_left() is None


def test_it_comes_before_everything_else():
    assert settings.MIDDLEWARE[0] == "scheduling.web.middleware.deadline.AnswerInTime"


def test_what_is_only_looked_at_has_these_names():
    assert set(ROUTES) >= ONLY_LOOKING


@pytest.fixture
def seconds_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """What was left of its request after each call of the API."""
    left: list[float | None] = []
    watched = Client(office.clinic.credentials, observe=lambda _: left.append(time_left()))
    monkeypatch.setattr(connection, "client_for", lambda _: watched)
    return left


PAGES = {"a board": "/day/", "one thing": f"/patients/{uuid4()}/", "a list": "/invitations/"}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_every_call_of_a_page_knows_how_long_the_page_may_take(office: Office, seconds_left, address: str) -> None:
    office.browser.get(address, follow=True)

    assert seconds_left
    assert [left for left in seconds_left if left is None or left > READ] == []
