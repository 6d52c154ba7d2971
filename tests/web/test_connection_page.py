"""How we stand with the API, in plain words for administrators; the page comes whether the API answers or not."""

import re
from dataclasses import replace

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.services import connection
from scheduling.welkin.errors import Unreachable


@pytest.fixture
def page(credentials, make_account, sign_in):
    """`page()`: the connection page of an administrator."""
    browser: Browser = sign_in(make_account(Role.ADMINISTRATOR))

    def read() -> str:
        answer = browser.get("/people/connection/")
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def metric(html: str, name: str) -> str:
    found = re.search(rf'data-metric="{name}"[^>]*>([^<]*)</dd><dd class="faint">([^<]*)', html)
    assert found is not None
    return ": ".join(found.groups())


def test_a_service_that_answers(page) -> None:
    html = page()

    assert metric(html, "circuit") == "open: calls are made as they come"
    assert re.fullmatch(r"[1-9]\d*: by this process; no limit is set", metric(html, "calls"))
    assert metric(html, "calls-under-way").startswith("0: of at most 4")
    assert metric(html, "retries-left").startswith("500: of 500")


def test_a_service_that_is_down(page, monkeypatch) -> None:
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    monkeypatch.setattr(connection, "credentials", lambda: dead)
    for _ in range(5):
        with pytest.raises(Unreachable):
            connection.connect().users.find()

    html = page()

    assert re.fullmatch(r"closed: it was down; tried again in [0-5] s", metric(html, "circuit"))
    assert not metric(html, "retries-left").startswith("500")


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_all_processes(page, settings) -> None:
    settings.WELKIN_CALLS_PER_MINUTE = 900
    connection._clients.forget()

    words = metric(page(), "calls")

    assert re.fullmatch(r"[1-9]\d*: by this process; [1-9]\d* of 900 taken by all", words)
