"""A booking begins with the day and the person that were in view."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.test import RequestFactory

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.web.whereabouts import InView, in_view

ADA = UUID("3f0c1f2e-8a51-4c0e-9d0b-6a1f5d2c7e10")
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("http://testserver/day/2026-12-04/?team=3", InView(date(2026, 12, 4))),
        (f"http://testserver/week/{ADA}/2026-W48/", InView(TODAY, ADA)),
        (f"http://testserver/week/{ADA}/2026-W50/", InView(date(2026, 12, 7), ADA)),
        ("http://testserver/day/9999-99-99/", InView()),
        ("http://testserver/people/", InView()),
        ("http://elsewhere.example/day/2026-12-04/", InView()),
        ("http://[", InView()),
        ("", InView()),
    ],
    ids=["a day", "this week", "another week", "no day", "another page", "another site", "no address", "nothing"],
)
def test_what_was_in_view(address: str, seen: InView) -> None:
    assert in_view(RequestFactory().get("/", headers={"Referer": address}), TODAY) == seen


def test_a_form_of_a_session_that_has_ended_says_so(make_account: Callable[..., Account]) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(make_account(Role.COORDINATOR), backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.cookies.clear()

    page = browser.post("/appointments/new/", {"title": "x"})
    part = browser.post("/appointments/new/", {"title": "x"}, headers={"HX-Request": "true"})

    assert [page.status_code, part.status_code] == [401, 401]
    assert "/account/login/?next=" in page.content.decode()
    assert "session-ended" in part.headers["HX-Trigger"]
