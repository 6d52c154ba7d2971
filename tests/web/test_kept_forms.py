"""A form that was sent while the API was away is not lost: the page of the failure sends it again."""

import socket
from collections.abc import Callable
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.services import connection
from scheduling.welkin import Credentials


class Hidden(HTMLParser):
    """The hidden fields of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: list[tuple[str | None, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name") != "csrfmiddlewaretoken":
            self.fields.append((told.get("name"), told.get("value")))


@pytest.fixture
def dead_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of an address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    dead = Credentials(url=f"http://127.0.0.1:{port}", tenant="t", instance="i", client="c", secret="s")
    monkeypatch.setattr(connection, "credentials", lambda: dead)


def test_a_form_sent_without_script_while_the_api_is_down_can_be_sent_again(
    dead_api: None, make_account: Callable[..., Account]
) -> None:
    me = uuid4()
    browser = Browser()
    browser.force_login(
        make_account(Role.CLINICIAN, welkin_id=me), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    sent = [("day1_start", "09:00"), ("name", '"><script>alert(1)</script>')]

    answer = browser.post(f"/hours/{me}/new/", dict(sent))

    assert answer.status_code == 503
    assert [field for field in Hidden(answer.content.decode()).fields if field in sent] == sent
    assert "<script>alert" not in answer.content.decode()


def test_the_same_form_sent_by_htmx_stays_where_it_is_and_gets_a_notice(
    dead_api: None, make_account: Callable[..., Account]
) -> None:
    me = uuid4()
    browser = Browser()
    browser.force_login(
        make_account(Role.CLINICIAN, welkin_id=me), backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    answer = browser.post(f"/hours/{me}/new/", {"name": "x"}, headers={"HX-Request": "true"})

    assert (answer.status_code, "notice" in answer.headers["HX-Trigger"]) == (503, True)
