"""Undo of a cancel over HTTP: where it is offered, what the dialog says, and that no hour is given twice by it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus
from scheduling.ledger.models import AuditRecord
from scheduling.services import writes
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from scheduling.welkin.errors import Unknown
from tests.clinic_fixture import Office, at, half_hour
from tests.web.test_appointments_panel import ELSEWHERE, PART, page, tokens, unplug, url

pytestmark = pytest.mark.django_db
SIGN = 'id="visit-restore"'


@pytest.fixture
def cancelled(office: Office) -> Event:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    office.api.events.change(visit.id, EventChange(status=EventStatus.CANCELLED))
    return office.api.events.read(visit.id)


@pytest.fixture
def clinician(office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]) -> Browser:
    """Ada herself, who may book in her own calendar and override nothing."""
    return sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))


def press(office: Office, visit: Event, html: str, browser: Browser | None = None, **more: Any) -> Any:
    return (browser or office.browser).post(url(visit, "restore"), tokens(html, **more), headers=ELSEWHERE)


def status(office: Office, visit: Event) -> EventStatus | None:
    return office.api.events.read(visit.id).known_status


# --- Where it is offered ----------------------------------------------------------------------------------------------


def test_the_panel_of_a_cancelled_visit_to_come_offers_it(office: Office, cancelled: Event) -> None:
    html = page(office, cancelled)

    assert SIGN in html
    assert "Set it back to scheduled first, or book a new one" in html


def test_nothing_is_offered_for_a_visit_that_is_not_cancelled(office: Office) -> None:
    assert SIGN not in page(office, office.clinic.visit(office.ada, office.theo, start=at(10)))


def test_nothing_is_offered_when_its_time_is_over_and_the_panel_does_not_say_so_either(office: Office) -> None:
    past = office.clinic.visit(office.ada, start=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))
    office.api.events.change(past.id, EventChange(status=EventStatus.CANCELLED))

    html = page(office, past)

    assert SIGN not in html
    assert "Set it back" not in html
    assert "Book a new one if it should take place after all." in html
    assert office.browser.get(url(past, "restore"), headers=PART).status_code == 422


def test_nothing_is_offered_to_whom_the_calendars_of_all_its_staff_are_not_open(
    office: Office, clinician: Browser, make_team: Callable[..., Any]
) -> None:
    ben = office.clinic.user("Ben")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    shared = office.clinic.visit(office.ada, office.theo, start=at(10), staff=(ben,))
    office.api.events.change(shared.id, EventChange(status=EventStatus.CANCELLED))
    shared = office.api.events.read(shared.id)

    html = page(office, shared, browser=clinician)
    told = f'name="intent" value="{writes.mint(office.desk)}" name="seen" value="{version(shared)}"'

    assert (SIGN in html, "Set it back" in html) == (False, False)
    assert clinician.get(url(shared, "restore"), headers=PART).status_code == 403
    assert press(office, shared, told, clinician).status_code == 403
    assert SIGN in page(office, shared)


@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_opens_nothing(
    office: Office,
    cancelled: Event,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
    role: Role,
) -> None:
    answer = sign_in(make_account(role)).get(url(cancelled, "restore"), headers=PART)

    assert (answer.status_code, "Theo" in answer.content.decode()) == (403, False)


def cancel(office: Office, visit: Event, **headers: Any) -> Any:
    html = page(office, visit, "cancel")
    return office.browser.post(url(visit, "cancel"), tokens(html, reason="Ill"), headers=headers or ELSEWHERE)


def test_the_toast_after_a_cancel_offers_to_undo_it(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))

    told = cancel(office, visit).content.decode()

    assert re.search(r'hx-post="/changes/\d+/undo/".*>Undo</button>', told, re.DOTALL)


def test_the_toast_after_a_cancel_of_what_is_over_offers_nothing(office: Office) -> None:
    past = office.clinic.visit(office.ada, start=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))

    told = cancel(office, past).content.decode()

    assert ("Cancelled." in told, "Undo" in told) == (True, False)


# --- Setting it back --------------------------------------------------------------------------------------------------


def test_it_is_scheduled_again_and_the_panel_and_the_history_say_so(office: Office, cancelled: Event) -> None:
    html = page(office, cancelled, "restore")

    answer = press(office, cancelled, html)

    told = answer.content.decode()
    assert "are free then." in html
    assert "Why go ahead" not in html
    assert answer.headers["HX-Trigger"] == '{"appointment-changed": true, "close-dialog": true}'
    assert ("Set back to scheduled." in told, 'data-status="scheduled"' in told) == (True, True)
    assert "set it back to scheduled" in told
    assert status(office, cancelled) is EventStatus.SCHEDULED


def test_without_script_it_leads_back_to_the_visit(office: Office, cancelled: Event) -> None:
    html = office.browser.get(url(cancelled, "restore")).content.decode()

    answer = office.browser.post(url(cancelled, "restore"), tokens(html))

    assert (answer.status_code, answer.headers["Location"]) == (302, url(cancelled))
    assert status(office, cancelled) is EventStatus.SCHEDULED


def test_two_presses_are_one(office: Office, cancelled: Event) -> None:
    html = page(office, cancelled, "restore")

    answers = [press(office, cancelled, html).status_code for _press in range(2)]

    assert answers == [200, 200]
    assert AuditRecord.objects.filter(action="appointment.restore", phase="requested").count() == 1


def test_who_may_not_override_is_told_who_has_its_time_now(
    office: Office, cancelled: Event, clinician: Browser
) -> None:
    office.clinic.visit(office.ada, start=at(10), title="Meeting")

    html = page(office, cancelled, "restore", clinician)
    answer = press(office, cancelled, html, clinician)
    forced = press(office, cancelled, html, clinician, reason="It was promised")

    told = answer.content.decode()
    assert answer.status_code == 422
    for each in (html, told):
        assert "Ada Quill is busy 10:00–10:30: Meeting." in each
        assert "Your role does not allow to go ahead over this." in each
        assert 'type="submit"' not in each
        assert f"/find/?patient={office.theo}&amp;clinician={office.ada}" in each
    assert forced.status_code == 403
    assert status(office, cancelled) is EventStatus.CANCELLED


def test_what_was_booked_while_the_dialog_stood_open_stops_it(office: Office, cancelled: Event) -> None:
    html = page(office, cancelled, "restore")
    office.clinic.visit(office.ada, start=at(10), title="Meeting")

    first = press(office, cancelled, html)
    left = status(office, cancelled)
    second = press(office, cancelled, first.content.decode(), reason="Agreed with both")

    told = first.content.decode()
    assert (first.status_code, left) == (422, EventStatus.CANCELLED)
    assert "Ada Quill is busy 10:00–10:30: Meeting." in told
    assert "Say why it should take place all the same" in told
    assert (second.status_code, status(office, cancelled)) == (200, EventStatus.SCHEDULED)
    assert "although: clinician busy" in second.content.decode()
    assert "Agreed with both" in second.content.decode()


def test_without_what_was_booked_meanwhile_the_same_press_goes_through(office: Office, cancelled: Event) -> None:
    """The negative control of the test before."""
    assert press(office, cancelled, page(office, cancelled, "restore")).status_code == 200


def test_a_visit_that_somebody_else_set_back_already_says_so(office: Office, cancelled: Event) -> None:
    html = page(office, cancelled, "restore")
    office.api.events.change(cancelled.id, EventChange(status=EventStatus.SCHEDULED))

    answer = press(office, cancelled, html)

    told = answer.content.decode()
    assert answer.status_code == 422
    assert "This visit is not cancelled, so there is nothing to set back." in told
    assert 'type="submit"' not in told


def test_a_visit_that_was_put_elsewhere_meanwhile_is_shown_before_it_is_set_back(
    office: Office, cancelled: Event
) -> None:
    html = page(office, cancelled, "restore")
    office.api.events.change(cancelled.id, EventChange(when=half_hour(at(11))))

    first = press(office, cancelled, html)
    left = status(office, cancelled)
    second = press(office, cancelled, first.content.decode())

    assert (first.status_code, left) == (409, EventStatus.CANCELLED)
    assert "11:00–11:30" in first.content.decode()
    assert (second.status_code, status(office, cancelled)) == (200, EventStatus.SCHEDULED)


def test_another_change_that_is_open_is_told_and_nothing_is_lost(office: Office, cancelled: Event) -> None:
    def lost() -> dict[str, str]:
        raise Unknown("cut off")

    html = page(office, cancelled, "restore")
    change = writes.Change("appointment.edit", object_id=cancelled.id, since=0)
    writes.perform(office.desk, writes.mint(office.desk), change, lost)

    answer = press(office, cancelled, html, reason="They came after all")

    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Another change of this visit is being saved just now" in told
    assert "They came after all" in told


# --- Nothing typed is lost --------------------------------------------------------------------------------------------


def test_when_the_api_is_away_what_was_typed_comes_back_and_is_kept(
    office: Office, cancelled: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = page(office, cancelled, "restore")
    with monkeypatch.context() as away:
        unplug(away)
        answer = press(office, cancelled, html, reason="They came after all")
    intent = tokens(html)["intent"]

    again = office.browser.get(f"{url(cancelled, 'restore')}?draft={intent}", headers=PART).content.decode()

    assert answer.status_code == 422
    assert "They came after all" in answer.content.decode()
    assert "They came after all" in again
    assert press(office, cancelled, again).status_code == 200
    assert status(office, cancelled) is EventStatus.SCHEDULED
