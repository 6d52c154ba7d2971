"""Pages that ask once more who is there: at once for who came long ago, and never so that what was typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db
PAGES = [
    "/people/logins/new/",
    "/people/teams/new/",
    "/people/users/new/",
    "/people/users/{}/",
]
CONFIRM = "/account/confirm/"


@pytest.fixture
def browser(office: Office, make_account: Callable[..., Account], sign_in_now: Callable[..., Browser]) -> Browser:
    return sign_in_now(make_account(Role.ADMINISTRATOR, username="root"))


def later(minutes: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_shown_for_five_minutes_and_then_asks(browser: Browser, office: Office, page: str) -> None:
    address = page.format(office.ada)
    with later(4):
        assert browser.get(address).status_code == 200
    with later(6):
        answer = browser.get(address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, CONFIRM)


def test_a_form_that_took_ten_minutes_to_fill_in_is_taken(browser: Browser) -> None:
    with later(14):
        assert browser.post("/people/teams/new/", {"name": "Nights"}).headers["Location"] == "/people/teams/"

    assert Team.objects.filter(name="Nights").exists()


def test_later_nothing_is_done(browser: Browser) -> None:
    with later(16):
        assert browser.post("/people/teams/new/", {"name": "Nights"}).headers["Location"].startswith(CONFIRM)

    assert not Team.objects.filter(name="Nights").exists()
