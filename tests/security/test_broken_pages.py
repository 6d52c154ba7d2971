"""A mistake of ours, on every route: a page that says nothing of the inside and carries the headers (ASVS 16.5.1)."""

import logging
from typing import Any, NoReturn

import pytest

from scheduling.web.middleware import desk as desk_middleware
from tests.clinic_fixture import Office
from tests.web.test_headers import CLOSED, PART, assert_headers

pytestmark = pytest.mark.django_db
SECRET = "Marsh, Theo, born 1950-02-03"


@pytest.fixture
def broken(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A clinic in which every page of a login fails in our own code, with a patient's name in the exception."""

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise LookupError(SECRET)

    monkeypatch.setattr(desk_middleware, "seat", fail)
    office.browser.raise_request_exception = False
    return office


def test_every_route_that_breaks_says_nothing_and_carries_the_headers(
    broken: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for name, address in CLOSED.items():
            for headers in ({}, PART):
                answer = broken.browser.get(address, headers=headers)
                assert answer.status_code == 500, name
                assert_headers(answer)
                told = answer.content.decode()
                for word in ("Marsh", "LookupError", "Traceback", "scheduling/", ".py", "SELECT"):
                    assert word not in told, (name, word)
    assert "Marsh" not in "\n".join(record.getMessage() for record in caplog.records if record.name != "django.request")


def test_the_page_tells_what_to_look_for_in_the_log(broken: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "daybook.access"):
        told = broken.browser.get("/people/").content.decode()

    [line] = [record.msg for record in caplog.records if record.name == "daybook.access"]
    assert line["status"] == 500
    assert line["request_id"] in told
