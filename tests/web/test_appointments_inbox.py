"""The inbox of invitations over HTTP: rows, inline answers, and who sees what."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus, EventType
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
