"""Emergency access: a reason, a short time, an alarm, a line for everything; it shows names and changes nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone
from structlog.testing import capture_logs

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.ledger.models import AuditRecord, EmergencyGrant
from tests.clinic_fixture import Office, at

from .board_reader import read

pytestmark = pytest.mark.django_db
REASON = "Somebody collapsed in the waiting room, nobody of the team can be reached"


@pytest.fixture
def stranger(office: Office) -> UUID:
    """A clinician of a team that the coordinator does not look after, with a visit of Theo."""
    far = office.clinic.user("Zelda")
    office.clinic.visit(far, office.theo, start=at(10), title="A talk about blood")
    return far


def shown(office: Office, person: UUID) -> str:
    year, week, _day = at(10).date().isocalendar()
    answer = office.browser.get(f"/week/{person}/{year}-W{week:02}/")
    assert answer.status_code == 200
    return answer.content.decode()


def open_it(office: Office, reason: str = REASON) -> Any:
    return office.browser.post("/emergency/", {"reason": reason})


def lines() -> list[tuple[str, str, str]]:
    rows = AuditRecord.objects.filter(action__startswith="emergency.").order_by("id")
    return list(rows.values_list("action", "phase", "reason"))


def test_it_shows_names_of_other_teams_for_a_reason_and_says_so_on_every_page(office: Office, stranger: UUID) -> None:
    assert "Marsh" not in shown(office, stranger)

    answer = open_it(office)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/week/")
    page = shown(office, stranger)
    assert "Marsh" in page
    assert "Emergency access is open" in page
    assert "Emergency access is open" in office.browser.get("/hours/").content.decode()
    assert lines() == [("emergency.open", phase, REASON) for phase in ("requested", "confirmed")]


def test_it_ends_by_itself_after_half_an_hour(office: Office, stranger: UUID) -> None:
    now = datetime.now(at(10).tzinfo)
    with time_machine.travel(now, tick=False) as clock:
        open_it(office)
        clock.shift(timedelta(minutes=14, seconds=50))
        office.browser.get("/hours/")
        clock.shift(timedelta(minutes=14, seconds=50))
        assert "Marsh" in shown(office, stranger)
        assert "HX-Refresh" not in office.browser.get("/emergency/over/").headers
        clock.shift(timedelta(seconds=21))
        assert "Marsh" not in shown(office, stranger)
        # The page that is still open asks, and loads itself again.
        assert office.browser.get("/emergency/over/").headers["HX-Refresh"] == "true"


def test_it_ends_when_its_owner_ends_it(office: Office, stranger: UUID) -> None:
    open_it(office)
    office.browser.post("/emergency/end/", headers={"Referer": "http://testserver/hours/"})

    assert "Marsh" not in shown(office, stranger)
    assert [action for action, _phase, _reason in lines()][2:] == ["emergency.end"] * 2
    office.browser.post("/emergency/end/")
    assert len(lines()) == 4


@pytest.mark.parametrize("reason", ["", "   ", "urgent", "x" * 501], ids=["none", "blanks", "a word", "too long"])
def test_without_a_reason_it_stays_closed_and_what_was_typed_stays(office: Office, stranger: UUID, reason: str) -> None:
    answer = open_it(office, reason)

    assert (answer.status_code, 'id="id_reason_error"' in answer.content.decode()) == (422, True)
    assert reason.strip() in answer.content.decode()
    assert "Marsh" not in shown(office, stranger)
    assert not EmergencyGrant.objects.exists()


def test_each_visit_that_is_opened_by_it_has_its_line(office: Office, stranger: UUID) -> None:
    visit = office.clinic.visit(stranger, office.theo, start=at(12))
    path, part = f"/appointments/{visit.id}/", {"HX-Request": "true"}
    assert office.browser.get(path, headers=part).status_code == 403

    open_it(office)

    assert office.browser.get(path, headers=part).status_code == 200
    [line] = AuditRecord.objects.filter(action="appointment.read")
    assert (line.object_id, line.account) == (str(visit.id), office.coordinator)


@pytest.mark.parametrize("step", ["move", "edit", "cancel"])
def test_it_changes_nothing(office: Office, stranger: UUID, step: str) -> None:
    visit = office.clinic.visit(stranger, office.theo, start=at(12))
    open_it(office)

    assert office.browser.get(f"/appointments/{visit.id}/{step}/", headers={"HX-Request": "true"}).status_code == 403


def test_two_presses_open_it_once(office: Office) -> None:
    open_it(office)
    open_it(office)

    assert (EmergencyGrant.objects.count(), len(lines())) == (1, 2)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_else_can_open_it(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role
) -> None:
    browser = sign_in(make_account(role, welkin_id=office.ada))

    assert browser.get("/emergency/").status_code == 403
    assert browser.post("/emergency/", {"reason": REASON}).status_code == 403
    assert "/emergency/" not in browser.get("/people/").content.decode()
    assert not EmergencyGrant.objects.exists()


def test_it_is_the_login_s_own(
    office: Office, stranger: UUID, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    open_it(office)
    office.browser = sign_in(make_account(Role.COORDINATOR))

    assert "Marsh" not in shown(office, stranger)


def test_a_role_that_was_taken_away_takes_it_along(office: Office, stranger: UUID) -> None:
    open_it(office)
    desk = office.desk_of(office.coordinator)
    assert desk.may("calendar.names", stranger)
    desk.account.role = Role.MANAGER
    del desk.__dict__["emergency"]

    assert not desk.may("calendar.names", stranger)


def test_the_log_tells_at_once_and_without_the_reason(office: Office) -> None:
    with capture_logs() as logs:
        open_it(office)

    [told] = [line for line in logs if line["event"] == "emergency_opened"]
    assert told == {
        "event": "emergency_opened",
        "log_level": "warning",
        "number": EmergencyGrant.objects.get().pk,
        "user_id": office.coordinator.pk,
    }


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_those_who_read_the_trail_have_it_before_their_eyes_until_they_looked(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role
) -> None:
    open_it(office)
    browser = sign_in(make_account(role))
    grant = EmergencyGrant.objects.get()
    [count] = [row for row in read(browser.get("/people/")).walk() if "badge-count" in row.classes]
    assert count.text == "1"
    page = browser.get("/audit/")
    assert REASON in page.content.decode()
    [link] = [row for row in read(page).walk() if f"account={office.coordinator.pk}" in row.attrs.get("href", "")]
    assert browser.get(f"/audit/{link.attrs['href'].removeprefix('/audit/')}").status_code == 200

    assert browser.post(f"/emergency/{grant.pk}/seen/").status_code == 302

    page = read(browser.get("/audit/"))
    assert (page.all("data-emergency"), [row for row in page.walk() if "badge-count" in row.classes]) == ([], [])
    grant.refresh_from_db()
    assert grant.seen_at is not None
    assert lines()[-1][:2] == ("emergency.seen", "confirmed")
    assert browser.post(f"/emergency/{grant.pk}/seen/").status_code == 404


def test_nobody_else_can_say_that_they_looked(office: Office) -> None:
    open_it(office)

    assert office.browser.post(f"/emergency/{EmergencyGrant.objects.get().pk}/seen/").status_code == 403


def test_no_line_no_access(office: Office, stranger: UUID) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'x'); END")
    office.browser.raise_request_exception = False
    assert open_it(office).status_code >= 500

    assert not EmergencyGrant.objects.filter(until__gt=timezone.now()).exists()
    assert "Marsh" not in shown(office, stranger)
