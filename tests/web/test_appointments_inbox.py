"""The inbox of invitations over HTTP: rows, inline answers, and who sees what."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus, EventType
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def ben(office: Office, make_team: Callable[..., Any]) -> UUID:
    person = office.clinic.user("Ben")
    make_team("Joint", members=[office.ada, person], keepers=[office.coordinator])
    return person


@pytest.fixture
def visit(office: Office, ben: UUID) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10), staff=(ben,))


def form_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'name="(intent|seen|person|from)" value="([^"]*)"', html))


def test_the_inbox_lists_who_is_asked_about_what(office: Office, visit: Event) -> None:
    html = office.browser.get("/invitations/").content.decode()

    assert re.findall(r'data-event-id="([^"]+)"', html) == [str(visit.id)]
    for told in ("1 answer is waited for", "Theo Marsh", "Wound check", "with Ada Quill", "Ben Quill", "10:00–10:30"):
        assert told in html


def test_the_inbox_says_how_far_it_looks_and_asks_for_what_waits_later(office: Office, ben: UUID) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10) + timedelta(days=70), staff=(ben,))

    page = office.browser.get("/invitations/").content.decode()
    later = office.browser.get("/invitations/later/?days=14", headers=PART).content.decode()
    everything = office.browser.get("/invitations/?days=305").content.decode()

    assert ("Nothing waits for an answer until" in page, 'hx-get="/invitations/later/?days=14"' in page) == (True, True)
    assert ("1 more answer is waited for" in later, "?days=305" in later) == (True, True)
    assert ("Theo Marsh" in everything, 'id="later"' in everything) == (True, False)


def test_an_answer_swaps_its_row_only(office: Office, ben: UUID, visit: Event) -> None:
    sent = form_of(office.browser.get("/invitations/", headers=PART).content.decode())

    answer = office.browser.post(f"/appointments/{visit.id}/answer/", {**sent, "answer": "Maybe"}, headers=PART)

    told = answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"appointment-changed": true}'
    assert (told.count('class="invitation"'), "Recorded: Maybe" in told) == (1, True)
    assert {row.person_id: row.answer for row in office.api.events.read(visit.id).participants}[ben] == "Maybe"


def test_an_answer_can_be_changed_from_the_swapped_row(office: Office, ben: UUID, visit: Event) -> None:
    sent = form_of(office.browser.get("/invitations/", headers=PART).content.decode())
    first = office.browser.post(f"/appointments/{visit.id}/answer/", {**sent, "answer": "Maybe"}, headers=PART)

    office.browser.post(
        f"/appointments/{visit.id}/answer/", {**form_of(first.content.decode()), "answer": "No"}, headers=PART
    )

    assert {row.person_id: row.answer for row in office.api.events.read(visit.id).participants}[ben] == "No"


def test_without_script_one_comes_back_to_the_inbox(office: Office, visit: Event) -> None:
    sent = form_of(office.browser.get("/invitations/").content.decode())

    answer = office.browser.post(f"/appointments/{visit.id}/answer/", {**sent, "answer": "Yes"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/invitations/")
    assert "Nothing waits for an answer" in office.browser.get("/invitations/").content.decode()


def test_an_invitation_cancelled_meanwhile_says_so_in_its_row(office: Office, visit: Event) -> None:
    sent = form_of(office.browser.get("/invitations/", headers=PART).content.decode())
    office.api.events.change(visit.id, EventChange(status=EventStatus.CANCELLED))

    answer = office.browser.post(f"/appointments/{visit.id}/answer/", {**sent, "answer": "Yes"}, headers=PART)

    assert answer.status_code == 409
    assert "Somebody changed this visit meanwhile" in answer.content.decode()


def test_an_invited_manager_answers_without_seeing_a_patient(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    boss = office.clinic.user("Dana", hours=False)
    leave = office.clinic.visit(
        office.ada, office.theo, start=at(9), staff=(boss,), type=EventType.LEAVE, title="Family matter"
    )
    browser = sign_in(make_account(Role.MANAGER, welkin_id=boss))
    html = browser.get("/invitations/", headers=PART).content.decode()

    answer = browser.post(f"/appointments/{leave.id}/answer/", {**form_of(html), "answer": "Yes"}, headers=PART)

    assert answer.status_code == 200
    assert ("Leave" in html, "Theo" in html, "Family matter" in html) == (True, False, False)
    assert ("Theo" in answer.content.decode(), "Family matter" in answer.content.decode()) == (False, False)


@pytest.mark.parametrize("query", ["", "?days=14", "?days=60", "?days=9999", "?days=x"])
def test_any_window_is_a_page(office: Office, visit: Event, query: str) -> None:
    assert office.browser.get(f"/invitations/{query}").status_code == 200


# --- Roles that answer for themselves and see no names ----------------------------------------------------------------

PANELS = ('id="visit"', "Theo", "Private matter", "Room 9")
ELSEWHERE = {"inbox": {"from": "inbox"}, "no-from": {}, "odd-from": {"from": "panel"}}


@pytest.fixture
def invited(
    request: pytest.FixtureRequest,
    office: Office,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
) -> tuple[Browser, Event, dict[str, str]]:
    """Somebody of the given role who is invited to a visit of Ada's: their browser, the visit, what the form sends."""
    person = office.clinic.user("Dana", hours=False)
    event = office.clinic.visit(
        office.ada,
        office.theo,
        start=at(9),
        staff=(person,),
        title="Private matter",
        additional={"location": "Room 9"},
    )
    browser = sign_in(make_account(request.param, welkin_id=person))
    sent = form_of(browser.get("/invitations/", headers=PART).content.decode())
    sent.pop("from")
    return browser, event, {**sent, "answer": "Yes"}


@pytest.mark.parametrize("invited", [Role.MANAGER, Role.ADMINISTRATOR], indirect=True)
@pytest.mark.parametrize("source", ELSEWHERE.values(), ids=ELSEWHERE)
@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
@pytest.mark.parametrize("seen", ["", "x"], ids=["good-seen", "bad-seen"])
def test_an_answer_shows_no_panel_to_those_who_may_not_see_names(
    office: Office,
    invited: tuple[Browser, Event, dict[str, str]],
    source: dict[str, str],
    headers: dict[str, str],
    seen: str,
) -> None:
    browser, event, sent = invited
    body = {**sent, **source, **({"seen": seen} if seen else {})}

    answer = browser.post(f"/appointments/{event.id}/answer/", body, headers=headers, follow=True)

    said = [row.answer for row in office.api.events.read(event.id).participants if row.person_id != office.ada]
    told = answer.content.decode()
    assert ([word for word in PANELS if word in told], said) == ([], ["" if seen else "Yes", ""])
    assert answer.status_code == (409 if seen and headers else 200)


@pytest.mark.parametrize("invited", [Role.MANAGER, Role.ADMINISTRATOR], indirect=True)
@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_a_second_press_shows_no_panel_either(
    invited: tuple[Browser, Event, dict[str, str]], headers: dict[str, str]
) -> None:
    browser, event, sent = invited
    browser.post(f"/appointments/{event.id}/answer/", sent, headers=headers)

    again = browser.post(f"/appointments/{event.id}/answer/", sent, headers=headers, follow=True)

    assert (again.status_code, [word for word in PANELS if word in again.content.decode()]) == (200, [])


@pytest.mark.parametrize("invited", [Role.MANAGER, Role.ADMINISTRATOR], indirect=True)
def test_an_invitation_that_is_settled_shows_no_panel(
    office: Office, invited: tuple[Browser, Event, dict[str, str]]
) -> None:
    browser, event, sent = invited
    cancelled = office.api.events.change(event.id, EventChange(status=EventStatus.CANCELLED))

    answer = browser.post(f"/appointments/{event.id}/answer/", {**sent, "seen": version(cancelled)}, headers=PART)

    assert (answer.status_code, [word for word in PANELS if word in answer.content.decode()]) == (422, [])


@pytest.mark.parametrize("action", ["mark", "attendance"])
@pytest.mark.parametrize("invited", [Role.MANAGER, Role.ADMINISTRATOR, Role.CLINICIAN], indirect=True)
def test_the_other_small_forms_are_refused(invited: tuple[Browser, Event, dict[str, str]], action: str) -> None:
    browser, event, sent = invited

    answer = browser.post(
        f"/appointments/{event.id}/{action}/", {**sent, "status": "COMPLETED", "attended": "yes"}, headers=PART
    )

    assert (answer.status_code, [word for word in PANELS if word in answer.content.decode()]) == (403, [])
