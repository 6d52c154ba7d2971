"""The visit panel and its forms over HTTP: page and part, what is offered to whom, conflicts with others, API away."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus, EventType
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import connection, writes
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
ELSEWHERE = {**PART, "HX-Current-URL": "http://testserver/day/"}


@pytest.fixture
def visit(office: Office, make_team: Callable[..., Any]) -> Event:
    ben = office.clinic.user("Ben", timezone="America/Chicago")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    return office.clinic.visit(
        office.ada,
        office.theo,
        start=at(10),
        staff=(ben,),
        additional={"location": "Room 3", "attachment": "javascript:alert(1)"},
    )


@pytest.fixture
def past_visit(office: Office) -> Event:
    return office.clinic.visit(
        office.ada, office.theo, start=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)
    )


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found.group(1) if found else ""


def url(event: Event, action: str = "") -> str:
    return f"/appointments/{event.id}/{action + '/' if action else ''}"


def page(office: Office, event: Event, action: str = "", browser: Browser | None = None) -> str:
    return (browser or office.browser).get(url(event, action), headers=PART).content.decode()


def tokens(html: str, **more: Any) -> dict[str, Any]:
    return {"intent": hidden(html, "intent"), "seen": hidden(html, "seen"), **more}


def small_form(html: str, marker: str) -> dict[str, str]:
    """The hidden fields of the small form that holds the marker."""
    form = next(each for each in re.findall(r"<form.*?</form>", html, re.DOTALL) if marker in each)
    return dict(re.findall(r'name="(intent|seen|person|status|from)" value="([^"]*)"', form))


def unplug(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the API is an address where nobody listens."""
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    monkeypatch.setattr(connection, "credentials", lambda: dead)


# --- Looking ----------------------------------------------------------------------------------------------------------


def test_the_panel_tells_who_when_and_where(office: Office, visit: Event) -> None:
    html = page(office, visit)

    assert "<html" not in html
    for told in (
        "Theo Marsh",
        "Wound check",
        "10:00–10:30",
        "Room 3",
        "09:00–09:30 America/Chicago",
        "Awaiting answer",
    ):
        assert told in html
    assert 'href="javascript' not in html
    assert "<html" in office.browser.get(url(visit)).content.decode()


READ_ONE, CHANGE_ONE = "GET …/events/{event}", "PATCH …/events/{event}"
FIND, HOURS = "GET …/events", "GET …/work-hours"
CALLS: dict[str, tuple[Callable[[Office, Event], object], list[str]]] = {
    "panel": (lambda office, visit: page(office, visit), [READ_ONE]),
    "open-move": (lambda office, visit: page(office, visit, "move"), [READ_ONE]),
    "open-cancel": (lambda office, visit: page(office, visit, "cancel"), [READ_ONE]),
    "move": (
        lambda office, visit: office.browser.post(
            url(visit, "move"), moved(office, told(office, visit), 14), headers=ELSEWHERE
        ),
        [READ_ONE, HOURS, FIND, CHANGE_ONE, FIND],
    ),
    "move-to-another-clinician": (
        lambda office, visit: office.browser.post(
            url(visit, "move"),
            moved(office, told(office, visit), 14) | {"host": str(visit.staff[1].person_id)},
            headers=ELSEWHERE,
        ),
        [READ_ONE, HOURS, FIND, READ_ONE, CHANGE_ONE, FIND],
    ),
    "check-move": (
        lambda office, visit: office.browser.post(
            url(visit, "move/check"), moved(office, told(office, visit), 14), headers=PART
        ),
        [READ_ONE, HOURS, FIND],
    ),
    "cancel": (
        lambda office, visit: office.browser.post(
            url(visit, "cancel"), tokens_of(office, visit, reason="x"), headers=ELSEWHERE
        ),
        [READ_ONE, CHANGE_ONE],
    ),
}


def told(office: Office, visit: Event) -> str:
    """The hidden fields of a form for this visit, without asking the API."""
    return f'name="intent" value="{writes.mint(office.desk)}" name="seen" value="{version(visit)}"'


def tokens_of(office: Office, visit: Event, **more: Any) -> dict[str, Any]:
    return tokens(told(office, visit), **more)


@pytest.mark.parametrize(("do", "calls"), CALLS.values(), ids=CALLS)
def test_how_often_the_api_is_asked(
    office: Office,
    visit: Event,
    api_calls: Callable[..., Any],
    refresh: Callable[[], None],
    do: Callable[[Office, Event], object],
    calls: list[str],
) -> None:
    refresh()
    with api_calls() as seen:
        do(office, visit)

    assert [call.replace("/{tenant}/{instance}/calendar", "…") for call in seen] == calls


@pytest.mark.parametrize("action", ["", "move", "edit", "cancel", "delete"])
def test_an_unknown_visit_is_not_found(office: Office, action: str) -> None:
    path = f"/appointments/{uuid4()}/{action + '/' if action else ''}"

    assert [office.browser.get(path).status_code, office.browser.get(path, headers=PART).status_code] == [404, 404]


def test_a_broken_id_is_not_found(office: Office) -> None:
    assert office.browser.get("/appointments/not-an-id/").status_code == 404


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", ["", "move", "edit", "cancel", "delete"])
def test_a_stranger_sees_and_opens_nothing(
    office: Office,
    visit: Event,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
    role: Role,
    action: str,
) -> None:
    answer = sign_in(make_account(role)).get(url(visit, action), headers=PART)

    assert answer.status_code == 403
    assert "Theo" not in answer.content.decode()


def offered(html: str) -> list[str]:
    return re.findall(r'id="visit-(move|edit|cancel|delete)"', html) + re.findall(r'name="status" value="(\w+)"', html)


def test_what_is_offered_follows_role_and_time(
    office: Office,
    visit: Event,
    past_visit: Event,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
) -> None:
    clinician = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))
    invited = sign_in(make_account(Role.CLINICIAN, welkin_id=office.clinic.names["Ben"]))

    assert offered(page(office, visit)) == ["move", "edit", "cancel", "delete"]
    assert offered(page(office, visit, browser=clinician)) == ["edit", "cancel"]
    assert offered(page(office, past_visit, browser=clinician)) == ["move", "edit", "cancel", "COMPLETED", "MISSED"]
    assert offered(page(office, visit, browser=invited)) == []
    assert offered(page(office, past_visit)) == ["move", "edit", "cancel", "COMPLETED", "MISSED"]


def test_why_a_shared_visit_is_not_moved_is_said_and_the_form_refused(
    office: Office, visit: Event, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    clinician = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))

    html = page(office, visit, browser=clinician)

    assert "Moving it changes the calendars of others too" in html
    assert [
        clinician.get(url(visit, "move"), headers=PART).status_code,
        clinician.post(url(visit, "move"), moved(office, told(office, visit), 14), headers=PART).status_code,
        clinician.post(url(visit, "move/check"), moved(office, told(office, visit), 14), headers=PART).status_code,
    ] == [403, 403, 403]


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.COMPLETED, EventStatus.MISSED])
def test_a_settled_visit_says_why_nothing_is_offered(office: Office, past_visit: Event, status: EventStatus) -> None:
    office.api.events.change(past_visit.id, EventChange(status=status))

    html = page(office, past_visit)

    assert [name for name in offered(html) if name != "edit"] == []
    assert "why-not" in html


# --- Moving and editing -----------------------------------------------------------------------------------------------


def moved(office: Office, html: str, hour: int, **more: Any) -> dict[str, Any]:
    start = at(hour).astimezone(office.desk.zone)
    return tokens(html, host=str(office.ada), date=f"{start:%Y-%m-%d}", start=f"{start:%H:%M}", minutes="30", **more)


def test_moving_from_the_board_swaps_the_panel_and_tells_the_board(office: Office, visit: Event) -> None:
    answer = office.browser.post(url(visit, "move"), moved(office, page(office, visit, "move"), 14), headers=ELSEWHERE)

    told = answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"appointment-changed": true, "close-dialog": true}'
    assert 'id="visit"' in told
    assert 'hx-swap-oob="true"' in told
    assert "14:00–14:30" in told
    assert office.api.events.read(visit.id).when == half_hour(at(14))


def test_the_clinician_that_the_form_shows_can_be_kept(office: Office, make_team: Callable[..., Any]) -> None:
    """Without hours of their own nobody stands in the list; the visit's host is offered all the same."""
    cleo = office.clinic.user("Cleo", hours=False)
    make_team("More", members=[cleo], keepers=[office.coordinator])
    visit = office.clinic.visit(cleo, office.theo, start=at(10))
    html = page(office, visit, "move")

    form = {**moved(office, html, 14), "host": str(cleo), "present": hidden(html, "present")}
    asked = office.browser.post(url(visit, "move"), form, headers=ELSEWHERE)
    told = asked.content.decode()
    other = office.browser.post(url(visit, "move"), {**form, "host": str(office.ada), "start": ""}, headers=ELSEWHERE)
    done = office.browser.post(url(visit, "move"), {**form, "reason": "Agreed"}, headers=ELSEWHERE)

    assert "Cleo Quill does not work 14:00–14:30." in told
    assert [f'value="{cleo}"' in each for each in (html, told, other.content.decode())] == [True] * 3
    assert (asked.status_code, done.status_code, office.api.events.read(visit.id).when) == (
        422,
        200,
        half_hour(at(14)),
    )


@pytest.mark.parametrize("host", ["", "nonsense", str(uuid4())], ids=("no host", "no id", "nobody"))
@pytest.mark.parametrize("present", ["", "nonsense", str(uuid4())], ids=("none then", "no id then", "nobody then"))
def test_a_clinician_who_is_nobody_cannot_be_chosen(office: Office, visit: Event, host: str, present: str) -> None:
    form = {**moved(office, page(office, visit, "move"), 14), "host": host, "present": present}

    answer = office.browser.post(url(visit, "move"), form, headers=ELSEWHERE)

    assert (answer.status_code, office.api.events.read(visit.id).when) == (422, half_hour(at(10)))


def test_moving_without_script_leads_back_to_the_visit(office: Office, visit: Event) -> None:
    answer = office.browser.post(url(visit, "move"), moved(office, page(office, visit, "move"), 14))

    assert (answer.status_code, answer.headers["Location"]) == (302, url(visit))


def test_a_visit_moved_by_somebody_else_comes_back_with_both(office: Office, visit: Event) -> None:
    html = page(office, visit, "move")
    office.api.events.change(visit.id, EventChange(when=half_hour(at(11))))

    first = office.browser.post(url(visit, "move"), moved(office, html, 14), headers=ELSEWHERE)
    told = first.content.decode()
    second = office.browser.post(url(visit, "move"), moved(office, told, 14), headers=ELSEWHERE)

    assert first.status_code == 409
    assert "11:00–11:30" in told
    assert [line for line in re.findall(r"<span>Now ([^<]*)", told) if "11:00–11:30" not in line] == []
    assert 'value="14:00"' in told
    assert (second.status_code, office.api.events.read(visit.id).when) == (200, half_hour(at(14)))


def test_a_conflict_stops_a_move_until_a_reason_is_given(office: Office, visit: Event) -> None:
    office.clinic.visit(office.ada, start=at(14), title="Meeting")
    html = page(office, visit, "move")

    first = office.browser.post(url(visit, "move"), moved(office, html, 14), headers=ELSEWHERE)
    second = office.browser.post(
        url(visit, "move"), moved(office, first.content.decode(), 14, reason="Agreed"), headers=ELSEWHERE
    )

    assert (first.status_code, second.status_code) == (422, 200)
    assert "Ada Quill is busy 14:00–14:30: Meeting." in first.content.decode()
    assert "although: clinician busy" in second.content.decode()
    assert "Agreed" in second.content.decode()


def test_moving_nowhere_says_so(office: Office, visit: Event) -> None:
    answer = office.browser.post(url(visit, "move"), moved(office, page(office, visit, "move"), 10), headers=ELSEWHERE)

    assert answer.status_code == 422
    assert "Nothing is different yet" in answer.content.decode()


def test_the_words_are_edited(office: Office, visit: Event) -> None:
    html = page(office, visit, "edit")
    sent = tokens(
        html, title="Dressing", type="APPOINTMENT", mode="CALL", location="Room 3", attachment="https://files.example/a"
    )

    answer = office.browser.post(url(visit, "edit"), sent, headers=ELSEWHERE)

    event = office.api.events.read(visit.id)
    assert (answer.status_code, event.title, event.mode, event.detail("attachment")) == (
        200,
        "Dressing",
        "CALL",
        "https://files.example/a",
    )


def test_words_changed_meanwhile_are_shown_beside_what_was_typed(office: Office, visit: Event) -> None:
    html = page(office, visit, "edit")
    office.api.events.change(visit.id, EventChange(title="Theirs"))

    answer = office.browser.post(
        url(visit, "edit"),
        tokens(html, title="Mine", type="APPOINTMENT", mode="CALL", attachment=""),
        headers=ELSEWHERE,
    )

    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in told
    assert 'value="Mine"' in told
    assert office.api.events.read(visit.id).title == "Theirs"


# --- Closing ----------------------------------------------------------------------------------------------------------


def test_cancelling_needs_a_reason(office: Office, visit: Event) -> None:
    html = page(office, visit, "cancel")

    refused = office.browser.post(url(visit, "cancel"), tokens(html), headers=ELSEWHERE)
    done = office.browser.post(url(visit, "cancel"), tokens(html, reason="Patient is ill"), headers=ELSEWHERE)

    assert (refused.status_code, done.status_code) == (422, 200)
    assert "Patient is ill" in done.content.decode()
    assert office.api.events.read(visit.id).status == "CANCELLED"


def test_deleting_takes_it_away(office: Office, visit: Event) -> None:
    done = office.browser.post(url(visit, "delete"), tokens(page(office, visit, "delete")), headers=ELSEWHERE)

    assert done.status_code == 200
    assert office.browser.get(url(visit)).status_code == 404


def test_a_form_for_what_is_not_possible_any_more_says_why(office: Office, past_visit: Event) -> None:
    answer = office.browser.get(url(past_visit, "delete"), headers=PART)

    assert answer.status_code == 422
    assert "Cancel it instead" in answer.content.decode()


def test_marking_shows_the_new_state_in_place(office: Office, past_visit: Event) -> None:
    sent = small_form(page(office, past_visit), 'value="COMPLETED"')

    answer = office.browser.post(url(past_visit, "mark"), sent, headers=PART)

    told = answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"appointment-changed": true}'
    assert 'data-status="completed"' in told
    assert office.api.events.read(past_visit.id).status == "COMPLETED"


def test_marking_what_somebody_marked_differently_shows_theirs(office: Office, past_visit: Event) -> None:
    sent = small_form(page(office, past_visit), 'value="COMPLETED"')
    office.api.events.change(past_visit.id, EventChange(status=EventStatus.MISSED))

    answer = office.browser.post(url(past_visit, "mark"), sent, headers=PART)

    assert answer.status_code == 409
    assert 'data-status="missed"' in answer.content.decode()
    assert office.api.events.read(past_visit.id).status == "MISSED"


def test_attendance_is_noted(office: Office, past_visit: Event) -> None:
    sent = small_form(page(office, past_visit), f'value="{office.theo}"')

    office.browser.post(url(past_visit, "attendance"), {**sent, "attended": "yes"}, headers=PART)

    assert [row.attended for row in office.api.events.read(past_visit.id).patients] == [True]


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_two_people_of_a_group_are_noted_from_the_same_panel(office: Office, headers: dict[str, str]) -> None:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)
    group = office.clinic.visit(office.ada, office.theo, office.clinic.patient("Mina", "Stone"), start=began)
    html = page(office, group)

    for row in group.patients:
        sent = next(
            dict(re.findall(r'name="(intent|seen|person)" value="([^"]*)"', form))
            for form in re.findall(r"<form.*?</form>", html, re.DOTALL)
            if "/attendance/" in form and f'value="{row.person_id}"' in form
        )
        office.browser.post(url(group, "attendance"), {**sent, "attended": "yes"}, headers=headers)

    assert [row.attended for row in office.api.events.read(group.id).patients] == [True, True]


@pytest.mark.parametrize("action", ["mark", "attendance", "answer"])
def test_small_forms_want_a_post_with_sense(office: Office, visit: Event, action: str) -> None:
    assert [
        office.browser.get(url(visit, action)).status_code,
        office.browser.post(url(visit, action), {}).status_code,
    ] == [405, 404]


def test_a_form_without_an_intent_changes_nothing(office: Office, past_visit: Event) -> None:
    sent = {**small_form(page(office, past_visit), 'value="COMPLETED"'), "intent": "made-up"}

    answer = office.browser.post(url(past_visit, "mark"), sent, headers=PART)

    assert (answer.status_code, office.api.events.read(past_visit.id).status) == (409, "SCHEDULED")


# --- The places of a group --------------------------------------------------------------------------------------------


@pytest.fixture
def breathing(office: Office) -> Event:
    """A session of Ada with two patients and four places."""
    told = {"type": EventType.GROUP_THERAPY, "title": "Breathing", "additional": {"capacity": 4, "theirs": 7}}
    return office.clinic.visit(office.ada, office.theo, office.clinic.patient("Mina", "Stone"), start=at(10), **told)


def edited(office: Office, event: Event, **more: str) -> dict[str, str]:
    sent = tokens(page(office, event, "edit"), type=event.type or "", mode="IN-PERSON", title=event.title)
    return sent | {"capacity": "4"} | more


def test_the_places_are_changed_in_the_edit_form(office: Office, breathing: Event) -> None:
    html = page(office, breathing, "edit")

    answer = office.browser.post(url(breathing, "edit"), edited(office, breathing, capacity="6"), headers=ELSEWHERE)

    assert 'name="capacity" value="4"' in html
    assert "2 of 6 places taken" in answer.content.decode()
    assert dict(office.api.events.read(breathing.id).additional) == {"capacity": 6, "theirs": 7}


@pytest.mark.parametrize(
    ("places", "said"),
    [
        pytest.param("1", "2 patients take part: there must be at least as many places.", id="too-few"),
        pytest.param("101", "There can be at most 100 places.", id="too-many"),
        pytest.param("many", "Type a whole number.", id="a-word"),
    ],
)
def test_wrong_places_come_back_with_what_was_typed(office: Office, breathing: Event, places: str, said: str) -> None:
    sent = edited(office, breathing, capacity=places, title="Long talk")

    answer = office.browser.post(url(breathing, "edit"), sent, headers=PART)

    told = answer.content.decode()
    assert answer.status_code == 422
    assert [kept in told for kept in (said, f'name="capacity" value="{places}"', 'value="Long talk"')] == [True] * 3
    assert office.api.events.read(breathing.id).additional["capacity"] == 4


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"type": "APPOINTMENT", "capacity": "many"}, id="no-group-any-more"),
        pytest.param({"title": "Long talk"}, id="other-words"),
    ],
)
def test_the_places_stay_where_only_other_words_change(office: Office, breathing: Event, more: dict[str, str]) -> None:
    answer = office.browser.post(url(breathing, "edit"), edited(office, breathing, **more), headers=ELSEWHERE)

    assert (answer.status_code, office.api.events.read(breathing.id).additional["capacity"]) == (200, 4)


def test_a_form_without_the_field_takes_no_places_away(office: Office, breathing: Event) -> None:
    sent = edited(office, breathing, title="Long talk")
    del sent["capacity"]

    office.browser.post(url(breathing, "edit"), sent, headers=ELSEWHERE)

    assert office.api.events.read(breathing.id).additional["capacity"] == 4


def test_places_that_others_changed_are_shown(office: Office, breathing: Event) -> None:
    sent = edited(office, breathing, capacity="6", was_capacity="4")
    office.api.events.change(breathing.id, EventChange(additional={"capacity": 9}))

    answer = office.browser.post(url(breathing, "edit"), sent, headers=PART)

    assert answer.status_code == 409
    told = re.findall(r'data-side="(\w+)">.*?class="prose">(?:<p>)?(\d*)<', answer.content.decode())
    assert told == [("before", "4"), ("theirs", "9"), ("mine", "6")]


# --- Trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        pytest.param("cancel", {"reason": "Patient is ill"}, id="cancel"),
        pytest.param("edit", {"title": "Patient is ill", "type": "APPOINTMENT", "mode": "CALL"}, id="edit"),
        pytest.param(
            "move", {"date": "2030-01-02", "start": "10:00", "minutes": "30", "reason": "Patient is ill"}, id="move"
        ),
    ],
)
@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_when_the_api_is_away_the_form_comes_back_with_what_was_typed(
    office: Office,
    visit: Event,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    typed: dict[str, str],
    headers: dict[str, str],
) -> None:
    sent = tokens(page(office, visit, action), host=str(office.ada), **typed)
    unplug(monkeypatch)

    answer = office.browser.post(url(visit, action), sent, headers=headers)

    told = answer.content.decode()
    assert answer.status_code == 422
    assert "The calendar service cannot be reached" in told
    assert action == "move" or "Patient is ill" in told
    assert Intent.objects.get(key=sent["intent"]).state == Intent.State.MINTED


def test_when_the_api_is_away_the_panel_says_so(office: Office, visit: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    unplug(monkeypatch)

    assert [office.browser.get(url(visit)).status_code, office.browser.get(url(visit), headers=PART).status_code] == [
        503,
        503,
    ]


def test_a_double_press_changes_once(office: Office, visit: Event) -> None:
    sent = tokens(page(office, visit, "cancel"), reason="Ill")

    answers = [office.browser.post(url(visit, "cancel"), sent, headers=ELSEWHERE).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert AuditRecord.objects.filter(phase="requested").count() == 1
