"""Joining a group session over HTTP: page and part, the search, who may, and what comes back when it is not done."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus, EventType
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import connection, writes
from scheduling.services.joining import joining_change
from scheduling.welkin import EventChange
from scheduling.welkin.errors import Unknown
from tests.clinic_fixture import Office, at, half_hour
from tests.services.test_joining import Moments, moments

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
ELSEWHERE = {**PART, "HX-Current-URL": "http://testserver/day/"}

__all__ = ["moments"]


def session_of(office: Office, *patients: UUID, places: object = 3, **more: Any) -> Event:
    told = {"type": EventType.GROUP_THERAPY, "title": "Breathing", "start": at(10)} | more
    return office.clinic.visit(office.ada, *patients, additional={"capacity": places, "theirs": 7}, **told)


@pytest.fixture
def mina(office: Office, refresh: Callable[[], None]) -> UUID:
    """A patient who lives an hour west of the clinic."""
    person = office.clinic.patient("Mina", "Stone", timezone="America/Chicago")
    refresh()
    return person


@pytest.fixture
def session(office: Office) -> Event:
    return session_of(office, office.theo)


def url(event: Event, action: str = "join") -> str:
    return f"/appointments/{event.id}/{action + '/' if action else ''}"


def get(office: Office, path: str, browser: Browser | None = None) -> str:
    return (browser or office.browser).get(path, headers=PART).content.decode()


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found.group(1) if found else ""


def filled(html: str, **more: Any) -> dict[str, str]:
    """What a browser would send for the dialog that is open."""
    names = ("intent", "seen", "patient", "now_title", "now_who", "now_when", "now_host")
    return {name: hidden(html, name) for name in names} | {"step": "join"} | more


def opened(office: Office, event: Event, person: UUID) -> dict[str, str]:
    return filled(get(office, f"{url(event)}?patient={person}"))


def inside(office: Office, event: Event) -> list[UUID]:
    return [row.person_id for row in office.api.events.read(event.id).patients]


# --- The panel --------------------------------------------------------------------------------------------------------


def test_the_panel_says_how_many_places_are_taken_and_offers_to_add(office: Office, session: Event) -> None:
    html = get(office, url(session, ""))

    assert "1 of 3 places taken" in html
    assert f'id="visit-join" href="{url(session)}"' in html
    assert "Add a patient" in html


PANELS: dict[str, tuple[dict[str, Any], str]] = {
    "full": ({"places": 1}, "1 of 1 place taken"),
    "overfull": ({"places": "1", "more": True}, "2 of 1 place taken"),
    "no number": ({"places": "many"}, "Nobody said how many places this session has"),
    "no group": ({"type": EventType.APPOINTMENT}, "Wound care"),
    "over": (
        {"start": datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)},
        "1 of 3 places taken",
    ),
}


@pytest.mark.parametrize(("told", "said"), PANELS.values(), ids=PANELS)
def test_nobody_is_added_where_nobody_can_join(office: Office, told: dict[str, Any], said: str) -> None:
    told = dict(told)
    people = (office.theo, *([office.clinic.patient("Nora", "Vale")] if told.pop("more", False) else []))
    html = get(office, url(session_of(office, *people, **{"title": "Wound care"} | told), ""))

    assert said in html
    assert "visit-join" not in html


def test_who_shares_the_session_and_who_only_sees_it(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    ben = office.clinic.user("Ben")
    shared = session_of(office, office.theo, staff=(ben,))
    host, other = (sign_in(make_account(Role.CLINICIAN, welkin_id=person)) for person in (office.ada, ben))

    assert ["visit-join" in get(office, url(shared, ""), browser) for browser in (host, other)] == [True, False]
    assert [browser.get(url(shared), headers=PART).status_code for browser in (host, other)] == [200, 403]


# --- Opening ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_without_a_patient_it_offers_the_search(office: Office, session: Event, headers: dict[str, str]) -> None:
    html = office.browser.get(url(session), headers=headers).content.decode()

    assert ("<html" in html) is not bool(headers)
    assert "Find a patient" in html
    assert "1 of 3 places taken" in html
    assert "Add to the session" not in html


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_with_a_patient_it_says_what_their_coming_means(
    office: Office, session: Event, mina: UUID, headers: dict[str, str]
) -> None:
    html = office.browser.get(f"{url(session)}?patient={mina}", headers=headers).content.decode()

    assert ("<html" in html) is not bool(headers)
    for told in (
        "Breathing",
        "10:00–10:30",
        "America/New_York",
        "2 places left",
        "Mina Stone is free then.",
        "For Mina Stone it is 09:00–09:30 (America/Chicago).",
        "Add to the session",
    ):
        assert told in html
    assert "data-conflict" not in html


def test_the_clock_of_the_clinician_is_shown_before_anybody_is_chosen(
    office: Office, make_team: Callable[..., Any]
) -> None:
    cleo = office.clinic.user("Cleo", timezone="America/Chicago")
    make_team("More", members=[cleo], keepers=[office.coordinator])
    told = {"type": EventType.GROUP_THERAPY, "additional": {"capacity": 3}}

    html = get(office, url(office.clinic.visit(cleo, start=at(10), **told)))

    assert "For Cleo Quill it is 09:00–09:30 (America/Chicago)." in html


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
@pytest.mark.parametrize("patient", ["nonsense", str(uuid4())], ids=["broken", "unknown"])
def test_a_link_to_nobody_leads_nowhere(office: Office, session: Event, patient: str, headers: dict[str, str]) -> None:
    assert office.browser.get(f"{url(session)}?patient={patient}", headers=headers).status_code == 404


def test_an_unknown_session_is_not_found(office: Office) -> None:
    assert office.browser.get(f"/appointments/{uuid4()}/join/").status_code == 404


def test_somebody_who_is_in_it_already_is_named_and_the_search_is_there(office: Office, session: Event) -> None:
    answer = office.browser.get(f"{url(session)}?patient={office.theo}", headers=PART)

    assert answer.status_code == 422
    assert "Theo Marsh takes part already. Choose somebody else." in answer.content.decode()
    assert "Find a patient" in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_a_full_session_does_not_open(office: Office, headers: dict[str, str]) -> None:
    answer = office.browser.get(url(session_of(office, office.theo, places=1)), headers=headers)

    assert answer.status_code == 422
    assert "All places are taken." in answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_sees_and_adds_nobody(
    office: Office,
    session: Event,
    mina: UUID,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
    role: Role,
    method: str,
) -> None:
    browser, sent = sign_in(make_account(role)), opened(office, session, mina)

    if method == "post":
        answer = browser.post(url(session), sent, headers=PART)
    else:
        answer = browser.get(f"{url(session)}?patient={mina}", headers=PART)

    assert (answer.status_code, inside(office, session)) == (403, [office.theo])
    assert "Theo" not in answer.content.decode()


# --- Choosing ---------------------------------------------------------------------------------------------------------


def test_a_patient_is_found_and_chosen_without_script(office: Office, session: Event, mina: UUID) -> None:
    found = office.browser.post(url(session), {"step": "find", "q": "ston", "patient": ""}).content.decode()
    chosen = office.browser.post(url(session), {"step": "choose", "q": "ston", "patient": ["", str(mina)]})

    assert f'name="patient" value="{mina}"' in found
    assert 'value="ston"' in found
    assert (chosen.status_code, chosen.headers["Location"]) == (302, f"{url(session)}?patient={mina}")


def test_a_patient_who_was_picked_is_shown_in_the_dialog(office: Office, session: Event, mina: UUID) -> None:
    answer = office.browser.post(url(session), {"step": "choose", "patient": str(mina)}, headers=PART)

    assert (answer.status_code, hidden(answer.content.decode(), "patient")) == (200, str(mina))


def test_nobody_found_is_said(office: Office, session: Event) -> None:
    html = office.browser.post(url(session), {"step": "find", "q": "nobody like this"}, headers=PART).content.decode()

    assert "No patient was found." in html


@pytest.mark.parametrize("patient", ["nonsense", str(uuid4())], ids=["broken", "unknown"])
def test_a_made_up_choice_leads_nowhere(office: Office, session: Event, patient: str) -> None:
    sent = {"step": "choose", "patient": patient}

    assert office.browser.post(url(session), sent, headers=PART).status_code == 404


# --- Joining ----------------------------------------------------------------------------------------------------------


def test_joining_from_the_board_swaps_the_panel_and_tells_the_board(office: Office, session: Event, mina: UUID) -> None:
    answer = office.browser.post(url(session), opened(office, session, mina), headers=ELSEWHERE)

    html = answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"appointment-changed": true, "close-dialog": true}'
    assert "Added: Mina Stone, " in html
    assert "2 of 3 places taken" in html
    assert "added Mina Stone" in html
    assert "data-stay" not in html
    assert inside(office, session) == [office.theo, mina]


def test_joining_without_script_leads_to_the_session_and_stores_no_name(
    office: Office, session: Event, mina: UUID
) -> None:
    answer = office.browser.post(url(session), opened(office, session, mina))

    kept = str(dict(office.browser.session)) + str(office.browser.cookies)
    assert (answer.status_code, answer.headers["Location"]) == (302, url(session, ""))
    assert [name for name in ("Mina", "Stone") if name in kept] == []
    assert "Added to the session: " in office.browser.get(url(session, "")).content.decode()


def test_a_double_press_adds_once(office: Office, session: Event, mina: UUID) -> None:
    sent = opened(office, session, mina)

    answers = [office.browser.post(url(session), sent, headers=ELSEWHERE).status_code for _ in range(2)]

    assert (answers, inside(office, session)) == ([200, 200], [office.theo, mina])
    assert AuditRecord.objects.filter(phase="requested").count() == 1


def test_a_busy_patient_joins_with_a_reason(office: Office, session: Event, mina: UUID) -> None:
    office.clinic.visit(office.clinic.user("Ben"), mina, start=at(10), title="Eyes")
    html = get(office, f"{url(session)}?patient={mina}")

    refused = office.browser.post(url(session), filled(html), headers=PART)
    passed = office.browser.post(url(session), filled(html, reason="Comes later"), headers=ELSEWHERE)

    assert 'data-conflict="PATIENT_BUSY"' in html
    assert "Mina Stone is busy 10:00–10:30: another visit." in html
    assert (refused.status_code, passed.status_code) == (422, 200)
    assert "say why they should join all the same" in refused.content.decode()
    assert "although: patient busy" in passed.content.decode()


def test_a_clinician_may_not_go_ahead_over_a_conflict(
    office: Office,
    session: Event,
    mina: UUID,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
) -> None:
    office.clinic.visit(office.clinic.user("Ben"), mina, start=at(10), title="Eyes")
    browser = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))
    html = get(office, f"{url(session)}?patient={mina}", browser)

    answer = browser.post(url(session), filled(html), headers=PART)

    assert "Your role does not allow to go ahead over this." in html
    assert 'name="reason"' not in html
    assert (answer.status_code, inside(office, session)) == (422, [office.theo])


def test_a_session_that_filled_meanwhile_comes_back_as_it_is_now(office: Office, mina: UUID) -> None:
    session = session_of(office, office.theo, places=2)
    sent = opened(office, session, mina)
    office.api.events.change(session.id, joining_change(session, office.clinic.patient("Nora", "Vale")))

    answer = office.browser.post(url(session), sent, headers=PART)

    html = answer.content.decode()
    assert (answer.status_code, inside(office, session).count(mina)) == (422, 0)
    for told in ("All places are taken.", "2 of 2 places taken", "0 places left", "Mina Stone"):
        assert told in html
    assert "Add to the session" not in html


CHANGES: dict[str, tuple[EventChange, str]] = {
    "moved": (EventChange(when=half_hour(at(14))), "14:00–14:30"),
    "cancelled": (EventChange(status=EventStatus.CANCELLED), "Cancelled"),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_session_that_changed_meanwhile_is_shown_as_it_is_now(
    office: Office, session: Event, mina: UUID, change: EventChange, said: str
) -> None:
    sent = opened(office, session, mina)
    office.api.events.change(session.id, change)

    answer = office.browser.post(url(session), sent, headers=PART)

    assert (answer.status_code, inside(office, session)) == (409, [office.theo])
    assert "Somebody changed this visit meanwhile" in answer.content.decode()
    assert said in answer.content.decode()


def test_after_seeing_the_new_time_the_next_press_means_it(office: Office, session: Event, mina: UUID) -> None:
    sent = opened(office, session, mina)
    office.api.events.change(session.id, EventChange(when=half_hour(at(14))))
    html = office.browser.post(url(session), sent, headers=PART).content.decode()

    answer = office.browser.post(url(session), filled(html), headers=ELSEWHERE)

    assert (answer.status_code, inside(office, session)) == (200, [office.theo, mina])


def test_while_another_change_is_open_the_press_is_asked_for_again(office: Office, session: Event, mina: UUID) -> None:
    def lost() -> dict[str, str]:
        raise Unknown("cut off")

    other, change = writes.mint(office.desk), writes.Change("appointment.attend", object_id=session.id, since=0)
    writes.perform(office.desk, other, change, lost)
    sent = opened(office, session, mina)

    first = office.browser.post(url(session), sent, headers=ELSEWHERE)
    writes.settle(office.desk, other, change, writes.Ending.REFUSED, {})
    second = office.browser.post(url(session), sent, headers=ELSEWHERE)

    assert (first.status_code, second.status_code, inside(office, session)) == (409, 200, [office.theo, mina])
    assert "Another change of this visit is being saved just now" in first.content.decode()


@pytest.mark.parametrize("headers", [{}, ELSEWHERE], ids=["page", "part"])
def test_more_patients_than_places_are_told_in_a_message_that_stays(
    office: Office, mina: UUID, moments: Moments, headers: dict[str, str]
) -> None:
    session, nora = session_of(office, office.theo, places=2), office.clinic.patient("Nora", "Vale")
    sent = opened(office, session, mina)
    moments.after(
        "PATCH",
        "/{event}",
        1,
        lambda: office.api.events.change(session.id, joining_change(office.api.events.read(session.id), nora)),
    )

    answer = office.browser.post(url(session), sent, headers=headers)

    html = answer.content.decode() if headers else office.browser.get(url(session, "")).content.decode()
    assert "there is now 1 patient more than places" in html
    assert "data-stay" in html
    assert "3 of 2 places taken" in html


def test_a_form_without_an_intent_adds_nobody(office: Office, session: Event, mina: UUID) -> None:
    sent = {**opened(office, session, mina), "intent": "made-up"}

    assert office.browser.post(url(session), sent, headers=PART).status_code == 409
    assert inside(office, session) == [office.theo]


@pytest.mark.parametrize("patient", ["", "nonsense"], ids=["none", "broken"])
def test_a_form_without_a_patient_comes_back(office: Office, session: Event, mina: UUID, patient: str) -> None:
    sent = {**opened(office, session, mina), "patient": patient}

    assert office.browser.post(url(session), sent, headers=PART).status_code == 422


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_when_the_api_is_away_the_form_comes_back(
    office: Office, session: Event, mina: UUID, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    sent = opened(office, session, mina) | {"reason": "Comes later"}
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    monkeypatch.setattr(connection, "credentials", lambda: dead)

    answer = office.browser.post(url(session), sent, headers=headers)

    html = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("The calendar service cannot be reached", "Mina Stone", "Comes later", "Breathing", sent["intent"]):
        assert kept in html
    assert Intent.objects.get(key=sent["intent"]).state == Intent.State.MINTED


READ_ONE, CHANGE_ONE = "GET …/events/{event}", "PATCH …/events/{event}"
CHECK = ["GET …/work-hours", "GET …/events"]
CALLS: dict[str, tuple[Callable[[Office, Event, dict[str, str]], object], list[str]]] = {
    "open": (lambda office, session, _: get(office, url(session)), [READ_ONE]),
    "open-with-a-patient": (
        lambda office, session, sent: get(office, f"{url(session)}?patient={sent['patient']}"),
        [READ_ONE, *CHECK],
    ),
    "join": (
        lambda office, session, sent: office.browser.post(url(session), sent, headers=ELSEWHERE),
        [READ_ONE, *CHECK, READ_ONE, CHANGE_ONE, READ_ONE, CHECK[-1]],
    ),
}


@pytest.mark.parametrize(("do", "calls"), CALLS.values(), ids=CALLS)
def test_how_often_the_api_is_asked(
    office: Office,
    session: Event,
    mina: UUID,
    api_calls: Callable[..., Any],
    do: Callable[[Office, Event, dict[str, str]], object],
    calls: list[str],
) -> None:
    sent = opened(office, session, mina)
    with api_calls() as seen:
        do(office, session, sent)

    assert [call.replace("/{tenant}/{instance}/calendar", "…") for call in seen] == calls
