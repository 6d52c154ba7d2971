"""The summary of a week over HTTP: page and part, figures by their names, rights, odd addresses."""

import re
from collections.abc import Callable

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.domain.week import Week
from tests.clinic_fixture import Office, at, next_monday
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
URL = "/utilisation/"


@pytest.fixture
def manager(office: Office, make_account: Callable[..., Account]) -> Account:
    account = make_account(Role.MANAGER)
    Team.objects.get(name="Nursing").keepers.add(account)
    return account


@pytest.fixture
def browser(manager: Account, sign_in: Callable[[Account], Browser]) -> Browser:
    return sign_in(manager)


def coming() -> str:
    return f"{URL}?week={Week.containing(next_monday())}"


def metrics(html: str, row: str) -> dict[str, str]:
    """The values of a row's figures by name."""
    start = html.index(row)
    found = re.findall(r'data-metric="([^"]+)" data-value="([^"]*)"', html[start : html.index("</tr>", start)])
    return dict(found)


def test_the_figures_of_a_week(office: Office, browser: Browser) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(16, 30), minutes=60, status="COMPLETED")

    html = browser.get(coming()).content.decode()

    ours = metrics(html, f'data-clinician-id="{office.ada}"')
    assert ours == {
        "utilisation": "3.8",
        "offered": "2400",
        "booked-inside": "90",
        "booked-outside": "30",
        "leave": "0",
        "free": "2310",
        "visits": "2",
        "status-scheduled": "1",
        "status-completed": "1",
        "status-missed": "0",
        "status-cancelled": "0",
    }
    assert metrics(html, "data-total") == ours
    theirs = metrics(html[html.index("use-theirs") :], f'data-clinician-id="{office.ada}"')
    assert theirs == {"api-working-hours": "40", "api-event-hours": "2", "api-occupancy": "5", "api-events": "2"}
    assert "their occupancy counts visits outside the hours (0:30)" in html
    assert metrics(html, "data-sum-of-theirs") == {"api-working-hours": "40", "api-event-hours": "2", "api-events": "2"}


def test_no_patient_is_named(office: Office, browser: Browser) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))

    html = browser.get(coming()).content.decode()

    assert [name for name in ("Theo", "Marsh", "Wound check") if name in html] == []


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (PART, False)], ids=["page", "part"])
def test_page_and_part(browser: Browser, headers: dict[str, str], whole: bool) -> None:
    answer = browser.get(coming(), headers=headers)

    html = answer.content.decode()
    assert (answer.status_code, "<html" in html, 'id="utilisation"' in html) == (200, whole, True)


def test_a_clinician_without_hours_is_said_so(office: Office, browser: Browser, refresh: Callable[[], None]) -> None:
    bea = office.clinic.user("Bea", hours=False, timezone=None)
    refresh()
    Team.objects.get(name="Nursing").members.add(StaffMember.objects.get(welkin_id=bea))

    html = browser.get(coming()).content.decode()

    row = html[html.index(f'data-clinician-id="{bea}"') :]
    assert metrics(html, f'data-clinician-id="{bea}"')["utilisation"] == ""
    assert "no hours offered" in row[: row.index("</tr>")]
    assert "no time zone set" in row[: row.index("</tr>")]


def test_an_empty_team(office: Office, browser: Browser, manager: Account) -> None:
    team = Team.objects.create(scope=Team.objects.get(name="Nursing").scope, name="Nobody")
    team.keepers.add(manager)

    html = browser.get(f"{URL}?team={team.pk}").content.decode()

    assert ("Nobody to sum up" in html, "data-metric" in html) == (True, False)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("week=1970-W01", 200),
        ("week=2199-W52", 200),
        ("week=0001-W01", 404),
        ("week=9999-W52", 404),
        ("week=2026-W60", 404),
        ("week=next", 404),
        ("team=99999", 404),
        ("team=all", 404),
        ("team=-1", 404),
        ("team=²", 404),
        ("team=99999999999999999999", 404),
    ],
)
def test_addresses(browser: Browser, query: str, status: int) -> None:
    assert browser.get(f"{URL}?{query}").status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COORDINATOR, 403), (Role.ADMINISTRATOR, 403), (Role.CLINICIAN, 200), (Role.MANAGER, 200)],
)
def test_who_may_see_figures(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role, status: int
) -> None:
    browser = sign_in(make_account(role, welkin_id=office.ada))

    assert (browser.get(URL).status_code, browser.get(URL, headers=PART).status_code) == (status, status)


def test_nothing_can_be_sent(browser: Browser) -> None:
    assert browser.post(URL).status_code == 405


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (PART, False)], ids=["page", "part"])
def test_nothing_is_called_free_where_something_may_be_missing(
    office: Office, browser: Browser, garble: Garble, headers: dict[str, str], whole: bool
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=60)
    garble("/calendar/events", lambda body: body | {"totalElements": 5, "last": False})

    html = browser.get(coming(), headers=headers).content.decode()

    assert ("<html" in html, "The calendar did not come whole" in html) == (whole, True)
    for row in (f'data-clinician-id="{office.ada}"', "data-total"):
        ours = metrics(html, row)
        assert (ours["free"], ours["booked-inside"]) == ("", "60")
    assert ('class="use-free" x=' in html, "39:00" in html) == (False, False)


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "does not allow this to Daybook"), (503, "cannot be reached"), (404, "Welkin's own summary")],
)
def test_a_summary_of_theirs_that_is_refused_leaves_ours(
    office: Office, browser: Browser, garble: Garble, status: int, said: str
) -> None:
    garble("/psm-event-summary", lambda _: [{"message": "no"}], status=status)

    answer = browser.get(coming())

    html = answer.content.decode()
    assert (answer.status_code, metrics(html, "data-total")["offered"]) == (200, "2400")
    assert "Welkin's own summary could not be had for this week." in html
    assert said in html


def test_the_sum_of_theirs_counts_whom_they_sent(office: Office, browser: Browser, refresh: Callable[[], None]) -> None:
    bea = office.clinic.user("Bea")
    office.clinic.visit(office.ada, office.theo, start=at(10), staff=(bea,), minutes=60, type="GROUP_THERAPY")
    refresh()
    Team.objects.get(name="Nursing").members.add(StaffMember.objects.get(welkin_id=bea))

    html = browser.get(coming()).content.decode()

    assert metrics(html, "data-sum-of-theirs") == {"api-working-hours": "80", "api-event-hours": "2", "api-events": "2"}
