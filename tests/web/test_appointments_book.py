"""The booking dialog over HTTP: page and part, steps, errors, and what the pages do when the API is away."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.services import writes
from scheduling.web.clock import stamp
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db
NEW = "/appointments/new/"
PART = {"HX-Request": "true"}
ELSEWHERE = {**PART, "HX-Current-URL": "http://testserver/day/"}


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found.group(1) if found else ""


def opened(office: Office, **query: Any) -> str:
    return office.browser.get(f"{NEW}?{urlencode(query)}", headers=PART).content.decode()


def filled(office: Office, html: str, hour: int = 10, **more: Any) -> dict[str, Any]:
    """What a browser would send for the opened form."""
    start = at(hour)
    return {
        "intent": hidden(html, "intent"),
        "newcomer-intent": hidden(html, "newcomer-intent"),
        "patient": [str(office.theo)],
        "host": str(office.ada),
        "type": "APPOINTMENT",
        "mode": "VIDEO",
        "date": f"{start.astimezone(office.desk.zone):%Y-%m-%d}",
        "start": f"{start.astimezone(office.desk.zone):%H:%M}",
        "minutes": "30",
        "step": "book",
        **more,
    }


def test_the_dialog_opens_filled_in_from_a_free_spot(office: Office) -> None:
    html = opened(office, clinician=office.ada, start=stamp(at(10)), patient=office.theo)

    assert "<html" not in html
    assert hidden(html, "patient") == str(office.theo)
    assert 'value="10:00"' in html
    assert "Ada Quill and Theo Marsh are free then." in html


def test_the_dialog_is_a_page_of_its_own_too(office: Office) -> None:
    answer = office.browser.get(NEW)

    assert answer.status_code == 200
    assert "<html" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("clinician=nonsense", 404, id="broken-clinician"),
        pytest.param(f"clinician={uuid4()}", 404, id="unknown-clinician"),
        pytest.param("patient=nonsense", 404, id="broken-patient"),
        pytest.param(f"patient={uuid4()}", 404, id="unknown-patient"),
        pytest.param("start=yesterday", 200, id="broken-start"),
        pytest.param("start=0001-01-01T00:00:00Z", 200, id="start-in-the-year-one"),
    ],
)
def test_links_that_lead_nowhere(office: Office, query: str, status: int) -> None:
    assert office.browser.get(f"{NEW}?{query}", headers=PART).status_code == status
    assert office.browser.get(f"{NEW}?{query}").status_code == status


def test_booking_from_the_dialog_answers_with_a_toast_and_triggers(office: Office) -> None:
    html = opened(office, clinician=office.ada)

    answer = office.browser.post(
        NEW, filled(office, html), headers={**PART, "HX-Current-URL": "http://testserver/day/"}
    )

    told = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == '{"appointment-changed": true, "close-dialog": true}'
    assert answer.headers["HX-Reswap"] == "none"
    assert "Booked: Theo Marsh" in told
    assert [event.when for event in office.api.events.find(half_hour(at(10)), participant_ids=[office.theo])] == [
        half_hour(at(10))
    ]


def test_booking_without_script_leads_to_the_visit(office: Office) -> None:
    html = office.browser.get(NEW).content.decode()

    answer = office.browser.post(NEW, filled(office, html))

    event = office.api.events.find(half_hour(at(10)), participant_ids=[office.theo]).rows[0]
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("appointment", args=[event.id]))
    assert "Booked: " in office.browser.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    "headers", [{}, {**PART, "HX-Current-URL": f"http://testserver{NEW}"}], ids=["page", "part-of-its-own-page"]
)
def test_no_name_is_kept_in_a_cookie_or_a_stored_message(office: Office, headers: dict[str, str]) -> None:
    office.browser.post(NEW, filled(office, office.browser.get(NEW).content.decode()), headers=headers)

    cookies = " ".join(morsel.OutputString() for morsel in office.browser.cookies.values())
    stored = f"{cookies} {dict(office.browser.session)}"
    assert ("Booked" in stored, "Booked" in cookies) == (True, False)
    assert [name for name in ("Theo", "Marsh", "Ada", "Quill") if name in stored] == []


def test_errors_stand_next_to_fields_and_typed_text_stays(office: Office) -> None:
    html = opened(office, clinician=office.ada)

    answer = office.browser.post(
        NEW, filled(office, html, patient=[], start="", title="Long talk", attachment="ftp://x"), headers=PART
    )

    told = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a patient." in told
    assert "Type a whole address that starts with https:// or http://." in told
    assert 'value="Long talk"' in told
    assert 'value="ftp://x"' in told
    assert hidden(told, "intent") == hidden(html, "intent")


def test_a_conflict_comes_back_with_who_and_when_and_passes_with_a_reason(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), title="Follow-up")
    html = opened(office, clinician=office.ada)
    refused = office.browser.post(NEW, filled(office, html), headers=PART)
    told = refused.content.decode()

    passed = office.browser.post(
        NEW, filled(office, told, reason="Twins"), headers={**PART, "HX-Current-URL": "http://testserver/day/"}
    )

    assert refused.status_code == 422
    assert "Ada Quill is busy 10:00–10:30: Follow-up (Theo Marsh)." in told
    assert "Theo Marsh is busy 10:00–10:30: Follow-up (Ada Quill)." in told
    assert (passed.status_code, len(office.api.events.find(half_hour(at(10)), participant_ids=[office.ada]))) == (
        200,
        2,
    )


def test_the_check_looks_before_anything_is_saved(office: Office) -> None:
    office.clinic.visit(office.ada, start=at(10), title="Meeting")
    html = opened(office, clinician=office.ada)

    told = office.browser.post("/appointments/new/check/", filled(office, html), headers=PART).content.decode()

    assert "Ada Quill is busy 10:00–10:30: Meeting." in told
    assert 'data-conflict="CLINICIAN_BUSY"' in told


def test_patients_are_found_chosen_and_dropped_without_script(office: Office) -> None:
    html = office.browser.get(NEW).content.decode()
    sent = filled(office, html, patient=[], remarks="Left arm")
    found = office.browser.post(NEW, {**sent, "step": "find", "q": "mars"}).content.decode()
    chosen = office.browser.post(NEW, {**sent, "step": "add", "add_patient": str(office.theo)}).content.decode()
    dropped = office.browser.post(
        NEW, {**sent, "patient": [str(office.theo)], "drop": str(office.theo)}
    ).content.decode()

    assert f'name="add_patient" value="{office.theo}"' in found
    assert hidden(chosen, "patient") == str(office.theo)
    assert hidden(dropped, "patient") == ""
    assert all("Left arm" in page and "error-summary" not in page for page in (found, chosen, dropped))


def test_a_patient_who_is_ticked_and_not_chosen_yet_is_shown_before_anything_is_booked(office: Office) -> None:
    sent = filled(office, opened(office)) | {"patient": [], "add_patient": str(office.theo), "q": "Marsh"}

    html = office.browser.post(NEW, sent).content.decode()

    assert "Theo Marsh" in html
    assert f'name="patient" value="{office.theo}"' in html
    assert writes.earlier(office.desk, sent["intent"]) is None


def test_a_patient_is_created_on_the_spot(office: Office) -> None:
    html = opened(office, clinician=office.ada)
    sent = filled(
        office,
        html,
        patient=[],
        step="newcomer",
        **{"newcomer-first_name": "Mina", "newcomer-last_name": "Stone", "newcomer-email": "mina@mail.example"},
    )

    told = office.browser.post(NEW, sent, headers=PART).content.decode()

    mina = office.api.patients.find(query="Stone").rows[0]
    assert (hidden(told, "patient"), mina.first_name, mina.email) == (str(mina.id), "Mina", "mina@mail.example")


def test_a_namesake_is_shown_first(office: Office) -> None:
    html = opened(office, clinician=office.ada)
    sent = filled(
        office, html, patient=[], step="newcomer", **{"newcomer-first_name": "theo", "newcomer-last_name": "marsh"}
    )

    first = office.browser.post(NEW, sent, headers=PART)
    second = office.browser.post(NEW, {**sent, "newcomer-all_the_same": "true"}, headers=PART)

    assert (first.status_code, second.status_code) == (422, 200)
    assert "Is it one of these?" in first.content.decode()
    assert len(office.api.patients.find(query="marsh")) == 2


@pytest.fixture
def cleo(office: Office, make_team: Callable[..., Any]) -> UUID:
    """Somebody of the coordinator's who has no hours and so stands in no list, but whose calendar can be booked."""
    person = office.clinic.user("Cleo", hours=False)
    make_team("More", members=[person], keepers=[office.coordinator])
    return person


def test_the_clinician_of_the_link_can_be_booked(office: Office, cleo: UUID) -> None:
    html = opened(office, clinician=cleo)
    sent = filled(office, html, host=str(cleo))

    asked = office.browser.post(NEW, sent, headers=PART)
    looked = office.browser.post("/appointments/new/check/", sent, headers=PART)
    done = office.browser.post(NEW, {**sent, "reason": "Agreed"}, headers=ELSEWHERE)

    told = [each.content.decode() for each in (asked, looked)]
    assert ["Cleo Quill does not work 10:00–10:30." in each for each in told] == [True, True]
    assert f'value="{cleo}" selected' in told[0]
    assert (asked.status_code, done.status_code) == (422, 200)
    assert [event.host_id for event in office.api.events.find(half_hour(at(10)))] == [cleo]


@pytest.mark.parametrize("host", ["nonsense", str(uuid4())], ids=("no id", "nobody"))
def test_a_clinician_who_is_nobody_is_an_error_by_the_field(office: Office, host: str) -> None:
    answer = office.browser.post(NEW, filled(office, opened(office), host=host), headers=PART)

    assert answer.status_code == 422
    assert "This clinician cannot be chosen." in answer.content.decode()


def test_nobody_out_of_reach_is_booked_by_a_made_up_form(office: Office) -> None:
    stranger = office.clinic.user("Stella", hours=False)

    answer = office.browser.post(NEW, filled(office, opened(office), host=str(stranger)), headers=PART)

    assert (answer.status_code, list(office.api.events.find(half_hour(at(10))))) == (403, [])


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_those_who_may_not_book_are_told(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role
) -> None:
    browser = sign_in(make_account(role))

    assert [
        browser.get(NEW).status_code,
        browser.get(NEW, headers=PART).status_code,
        browser.post(NEW, {}).status_code,
    ] == [403, 403, 403]


def test_a_clinician_cannot_book_for_somebody_else(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    other = office.clinic.user("Ben")
    browser = sign_in(make_account(Role.CLINICIAN, welkin_id=other))

    assert browser.get(f"{NEW}?clinician={office.ada}").status_code == 403


@pytest.mark.parametrize(
    ("day", "start", "said"),
    [
        pytest.param(
            "2027-03-14",
            "02:30",
            "There is no 02:30 on 14 March 2027 in America/New_York: the clocks go forward to 03:00.",
            id="skipped",
        ),
        pytest.param(
            "2027-11-07",
            "01:30",
            "01:30 comes twice on 7 November 2027 in America/New_York, because the clocks go back. Choose which one.",
            id="repeated",
        ),
        pytest.param("2020-01-01", "10:00", "This time is over. Choose one that is still to come.", id="past"),
        pytest.param("9999-12-31", "10:00", "Type a date between 1970 and 2199.", id="far"),
    ],
)
def test_times_that_cannot_be_booked_are_explained(office: Office, day: str, start: str, said: str) -> None:
    html = opened(office, clinician=office.ada)

    answer = office.browser.post(NEW, filled(office, html, date=day, start=start), headers=PART)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_second_of_two_times_can_be_chosen(office: Office) -> None:
    html = opened(office, clinician=office.ada)
    sent = filled(office, html, date="2027-11-07", start="01:30", which="2027-11-07T06:30:00Z", reason="Night")

    answer = office.browser.post(NEW, sent, headers={**PART, "HX-Current-URL": "http://testserver/day/"})

    assert answer.status_code == 200
    assert "Sun 7 Nov 2027, 01:30–02:00" in answer.content.decode()


def test_a_half_typed_patient_survives_the_other_steps(office: Office) -> None:
    html = opened(office, clinician=office.ada)
    sent = filled(
        office, html, patient=[], step="add", add_patient=str(office.theo), **{"newcomer-last_name": "Stonebridge"}
    )

    told = office.browser.post(NEW, sent, headers=PART).content.decode()

    assert 'value="Stonebridge"' in told
    assert hidden(told, "newcomer-intent") == sent["newcomer-intent"]


CALLS: dict[str, tuple[Callable[[Office], object], list[str]]] = {
    "open-empty": (lambda office: opened(office), []),
    "open-from-a-free-spot": (
        lambda office: opened(office, clinician=office.ada, start=stamp(at(10)), patient=office.theo),
        ["GET …/work-hours", "GET …/events"],
    ),
    "check": (
        lambda office: office.browser.post(f"{NEW}check/", filled(office, ""), headers=PART),
        ["GET …/work-hours", "GET …/events"],
    ),
    "book": (
        lambda office: office.browser.post(NEW, filled(office, opened(office)), headers=PART),
        # The last one looks whether somebody booked the same time in Welkin itself.
        ["GET …/work-hours", "GET …/events", "POST …/events", "GET …/events"],
    ),
}


@pytest.mark.parametrize(("do", "calls"), CALLS.values(), ids=CALLS)
def test_how_often_booking_asks_the_api(
    office: Office, api_calls: Callable[..., Any], do: Callable[[Office], object], calls: list[str]
) -> None:
    with api_calls() as seen:
        do(office)

    assert [call.replace("/{tenant}/{instance}/calendar", "…") for call in seen] == calls


GROUP = {"type": "GROUP_THERAPY", "minutes": "60"}


@pytest.mark.parametrize(
    ("places", "said"),
    [
        pytest.param("", "Say how many places there are.", id="none"),
        pytest.param("0", "There must be at least one place.", id="zero"),
        pytest.param("1", "2 patients take part: there must be at least as many places.", id="too-few"),
        pytest.param("101", "There can be at most 100 places.", id="too-many"),
        pytest.param("many", "Type a whole number.", id="a-word"),
    ],
)
def test_wrong_places_are_explained_next_to_their_field(office: Office, places: str, said: str) -> None:
    second = str(office.clinic.patient("Mina", "Stone"))
    sent = filled(office, opened(office), patient=[str(office.theo), second], capacity=places, **GROUP)

    answer = office.browser.post(NEW, sent, headers=PART)

    told = answer.content.decode()
    field = re.search(r'<input type="number" name="capacity"[^>]*>', told)
    assert (answer.status_code, said in told) == (422, True)
    assert field is not None
    assert 'aria-invalid="true"' in field[0]
    assert (f'value="{places}"' in field[0]) is bool(places)


def test_a_group_is_booked_with_its_places(office: Office) -> None:
    html = opened(office)

    answer = office.browser.post(NEW, filled(office, html, capacity="5", **GROUP), headers=ELSEWHERE)

    [event] = office.api.events.find(half_hour(at(10)), participant_ids=[office.theo])
    assert '<input type="number" name="capacity" value="8"' in html
    assert (answer.status_code, event.type, event.additional["capacity"]) == (200, "GROUP_THERAPY", 5)


@pytest.mark.parametrize("places", ["8", "many", None], ids=["the-usual", "a-word", "not-sent"])
def test_the_places_count_for_a_group_only(office: Office, places: str | None) -> None:
    more = {} if places is None else {"capacity": places}

    answer = office.browser.post(NEW, filled(office, opened(office), **more), headers=ELSEWHERE)

    [event] = office.api.events.find(half_hour(at(10)), participant_ids=[office.theo])
    assert (answer.status_code, "capacity" in event.additional) == (200, False)


def test_the_places_that_were_typed_stay_while_patients_are_chosen(office: Office) -> None:
    sent = filled(office, opened(office), patient=[], capacity="12", step="add", add_patient=str(office.theo), **GROUP)

    assert 'name="capacity" value="12"' in office.browser.post(NEW, sent, headers=PART).content.decode()
