"""A database that takes no writes for longer than we wait: a page that says so, never a broken one (fault F54)."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from scheduling.directory.models import Team
from scheduling.web.middleware.failures import Failures
from tests.clinic_fixture import Office, next_monday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held() -> Iterator[None]:
    """Somebody else writes and does not end; we wait for nothing."""
    if connection.vendor != "sqlite":
        pytest.fail("these tests hold the write lock of an SQLite file")
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, uri=True)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()
    connection.close()


def get_response(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_a_form_that_cannot_be_made_ready_says_so(office: Office, held: None, part: bool) -> None:
    answer = office.browser.get("/appointments/new/", headers={"HX-Request": "true"} if part else {})

    assert answer.status_code == 503
    assert "Daybook is saving too much at once" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "said"),
    [("GET", "Nothing was changed."), ("POST", "Look at the calendar before you try again.")],
)
def test_where_it_gives_up_in_the_middle_nothing_is_promised(
    office: Office, held: None, rf: RequestFactory, method: str, said: str
) -> None:
    with pytest.raises(OperationalError) as busy:
        Team.objects.create(name="Another")

    answer = Failures(get_response).process_exception(rf.generic(method, "/"), busy.value)

    assert answer is not None
    assert (answer.status_code, said in answer.content.decode()) == (503, True)


def test_a_broken_database_stays_a_mistake(office: Office, rf: RequestFactory) -> None:
    with pytest.raises(OperationalError) as broken, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")

    assert Failures(get_response).process_exception(rf.get("/"), broken.value) is None


def test_a_board_that_is_looked_at_again_is_shown_all_the_same(office: Office, request: pytest.FixtureRequest) -> None:
    url = f"/day/{next_monday()}/"
    office.browser.get(url)
    request.getfixturevalue("held")

    assert office.browser.get(url).status_code == 200
