"""The page "Find a slot" over HTTP: page and part, the form, rights, mistakes, and an API that is away."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventStatus, EventType
from scheduling.services.finding import MOST_NAMED, PAGE
from scheduling.web.clock import stamp
from scheduling.web.finding.words import wait
from scheduling.welkin.drafts import EventChange
from tests.clinic_fixture import Office, at, next_monday
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db
FIND = "/find/"
PART = {"HX-Request": "true"}
SLOT = re.compile(r'<a class="slot[^>]*?href="([^"]+)"[^>]*?data-slot data-start="([^"]+)"')


def question(office: Office, **more: Any) -> dict[str, Any]:
    """Half an hour with Ada on next week's Monday, as the form asks it."""
    monday = next_monday().isoformat()
    told = {"minutes": "30", "clinician": str(office.ada), "first": monday, "last": monday, **more}
    return {name: value for name, value in told.items() if value is not None}


def ask(office: Office, headers: dict[str, str] | None = None, **more: Any) -> Any:
    return office.browser.get(f"{FIND}?{urlencode(question(office, **more), doseq=True)}", headers=headers or {})


def slots(html: str) -> list[tuple[str, str]]:
    """Where each slot leads, and when it starts."""
    return [(href.replace("&amp;", "&"), start) for href, start in SLOT.findall(html)]


def errors_by(html: str, field: str) -> str:
    found = re.search(rf'id="find_{field}_error"[^>]*>(.*?)</ul>', html, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found.group(1)).strip() if found else ""


def test_page_and_part_show_the_same_slots(office: Office) -> None:
    page, part = ask(office), ask(office, PART)

    assert (page.status_code, part.status_code) == (200, 200)
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    assert slots(page.content.decode()) == slots(part.content.decode())
    assert slots(page.content.decode())[0][1] == stamp(at(9))
    assert "HX-Request" in page.headers["Vary"]
    assert page.headers["Cache-Control"] == "no-store"


def test_the_bare_address_asks_something_sensible(office: Office) -> None:
    html = office.browser.get(FIND).content.decode()

    assert len(slots(html)) == PAGE
    assert f'value="{office.desk.today.isoformat()}"' in html
    assert f'value="{(office.desk.today + timedelta(days=27)).isoformat()}"' in html


def test_a_slot_carries_what_tests_and_tools_rely_on(office: Office) -> None:
    html = ask(office).content.decode()
    attributes = (
        f'data-slot data-start="{stamp(at(9))}" data-end="{stamp(at(9, 30))}" '
        f'data-clinician-id="{office.ada}" data-date="{next_monday().isoformat()}"'
    )
    assert attributes in html


def test_a_slot_leads_to_the_filled_booking_dialog(office: Office) -> None:
    html = ask(office, patient=str(office.theo), mode="VIDEO", minutes="45").content.decode()
    href, _start = slots(html)[0]

    assert parse_qs(urlsplit(href).query) == {
        "clinician": [str(office.ada)],
        "start": [stamp(at(9))],
        "minutes": ["45"],
        "patient": [str(office.theo)],
        "mode": ["VIDEO"],
        "type": ["APPOINTMENT"],
    }
    dialog = office.browser.get(href, headers=PART).content.decode()
    assert "Ada Quill and Theo Marsh are free then." in dialog
    assert re.search(r'value="VIDEO"[^>]*checked', dialog)
    assert '<option value="45" selected>' in dialog


def test_a_slot_of_several_fills_the_dialog_with_all_of_them(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])

    html = ask(office, clinician=[str(office.ada), str(ben)], together="all").content.decode()
    href, _start = slots(html)[0]
    dialog = office.browser.get(href, headers=PART).content.decode()

    assert f'data-clinician-id="{office.ada} {ben}"' in html
    assert re.search(rf'name="others" value="{ben}"[^>]*checked', dialog)
    assert "Ada Quill and Ben Quill are free then." in dialog


def test_more_slots_come_as_a_part_of_their_own(office: Office) -> None:
    html = ask(office, last=(next_monday() + timedelta(days=4)).isoformat()).content.decode()
    more = re.search(r'hx-get="([^"]+cursor=[^"]+)"', html)
    assert more is not None
    url = more.group(1).replace("&amp;", "&")

    part = office.browser.get(url, headers=PART).content.decode()
    page = office.browser.get(url).content.decode()

    assert len(slots(html)) == PAGE
    assert slots(part) == slots(page)
    assert slots(part)[0][1] > slots(html)[-1][1]
    assert 'id="find-form"' not in part
    assert "continued" in part
    assert "From the beginning" in page


def test_both_clocks_are_told_where_they_differ(office: Office) -> None:
    una = office.clinic.patient("Una", "Reed", timezone="America/Los_Angeles")

    html = ask(office, patient=str(una)).content.decode()

    assert "06:00–06:30 for the patient (America/Los Angeles)" in html
    assert "for the clinician" not in html


def test_the_patient_s_clock_may_decide_the_time_of_day(office: Office) -> None:
    una = office.clinic.patient("Una", "Reed", timezone="America/Los_Angeles")

    html = ask(office, patient=str(una), earliest="09:00", latest="10:00", clock="patient").content.decode()

    assert [start for _href, start in slots(html)] == [stamp(at(12)), stamp(at(12, 15)), stamp(at(12, 30))]


# --- No names where they do not belong --------------------------------------------------------------------------------


def test_no_name_stands_in_an_address_or_a_title(office: Office) -> None:
    html = ask(office, patient=str(office.theo)).content.decode()
    addresses = " ".join(re.findall(r'(?:href|hx-get|action|src)="([^"]*)"', html))
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)

    assert "Theo Marsh" in html
    assert title is not None
    assert "Theo" not in title.group(1)
    assert not re.search("theo|marsh|quill", addresses, re.IGNORECASE)


def test_the_typed_part_of_a_name_travels_by_post_alone(office: Office) -> None:
    answer = office.browser.post(f"{FIND}?{urlencode(question(office))}", {"q": "mar"})
    html = answer.content.decode()
    [link] = re.findall(r'<li><a href="([^"]+)">Theo Marsh</a>', html)

    assert answer.status_code == 200
    assert parse_qs(urlsplit(link.replace("&amp;", "&")).query)["patient"] == [str(office.theo)]
    assert re.search(r'<input[^>]*id="find-q"[^>]*>', html)
    assert not re.search(r'<input[^>]*id="find-q"[^>]*form="find-form"', html)


def test_what_is_remembered_tells_of_nobody(office: Office) -> None:
    ask(office, patient=str(office.theo), step="30", before="10", order="EVEN_LOAD")

    assert office.browser.session["find"] == {"team": "all", "order": "EVEN_LOAD"}
    fresh = office.browser.get(FIND).content.decode()
    assert '<option value="EVEN_LOAD" selected>' in fresh
    assert '<option value="15" selected>15 min</option>' in fresh


def test_starting_again_forgets_what_is_remembered(office: Office) -> None:
    page = ask(office, order="EVEN_LOAD").content.decode()
    [again] = re.findall(r'href="([^"]+)">Start again', page)

    fresh = office.browser.get(again.replace("&amp;", "&")).content.decode()

    assert '<option value="SOONEST" selected>' in fresh


def test_a_chosen_patient_can_be_dropped(office: Office) -> None:
    part = ask(office, PART, patient=str(office.theo), drop=str(office.theo))
    page = ask(office, patient=str(office.theo), drop=str(office.theo))

    assert "Theo Marsh" not in part.content.decode()
    assert str(office.theo) not in part.headers["HX-Push-Url"]
    assert page.status_code == 302
    assert str(office.theo) not in page.headers["Location"]


# --- Mistakes ---------------------------------------------------------------------------------------------------------

TUESDAY = (next_monday() + timedelta(days=1)).isoformat()
MANY = [str(UUID(int=number)) for number in range(1, 181)]
UNKNOWN = MANY[0]
MISTAKES = [
    pytest.param({"minutes": "0"}, "minutes", "between 10 minutes and 4 hours", id="no length"),
    pytest.param({"minutes": "4320"}, "minutes", "between 10 minutes and 4 hours", id="three days"),
    pytest.param({"minutes": "-30"}, "minutes", "between 10 minutes and 4 hours", id="negative"),
    pytest.param({"first": TUESDAY}, "last", "lies before the first", id="end before start"),
    pytest.param({"first": "2026-13-45"}, "first", "not a date", id="no date"),
    pytest.param({"last": "2036-11-23"}, "last", "At most 92 days", id="ten years"),
    pytest.param({"first": "2020-01-06", "last": "2020-01-07"}, "last", "are over", id="the past"),
    pytest.param({"first": "9999-12-31", "last": "9999-12-31"}, "first", "between 1970 and 2199", id="end of time"),
    pytest.param({"first": "0001-01-01", "last": "0001-01-01"}, "first", "between 1970 and 2199", id="first day"),
    pytest.param({"team": "99999", "clinician": None}, "team", "not there", id="unknown team"),
    pytest.param({"clinician": "nobody"}, "clinician", "not a clinician", id="broken clinician"),
    pytest.param({"clinician": UNKNOWN}, "clinician", "Not everybody", id="unknown clinician"),
    pytest.param({"clinician": MANY[: MOST_NAMED + 1]}, "clinician", "at most 40", id="many clinicians"),
    pytest.param({"clinician": MANY}, "clinician", "at most 40", id="hundreds of clinicians"),
    pytest.param({"earliest": "12:00", "latest": "09:00"}, "latest", "before the earliest", id="evening first"),
    pytest.param({"earliest": "25:00"}, "earliest", "not a time", id="no time"),
    pytest.param({"clock": "patient"}, "clock", "Choose a patient first", id="nobody's clock"),
    pytest.param({"clock": "Mars/Olympus"}, "clock", "Choose the clinician", id="unknown clock"),
    pytest.param({"step": "1"}, "step", "Choose one", id="step"),
    pytest.param({"before": "999"}, "before", "Choose one", id="buffer"),
    pytest.param({"weekday": "8"}, "weekday", "Monday to Sunday", id="eighth day"),
    pytest.param({"order": "BEST"}, "order", "Choose one", id="order"),
    pytest.param({"mode": "PIGEON"}, "mode", "not known", id="mode"),
]


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
@pytest.mark.parametrize(("wrong", "field", "told"), MISTAKES)
def test_a_mistake_stands_by_its_field_and_nothing_is_looked_up(
    office: Office, api_calls: Any, headers: dict[str, str], wrong: dict[str, Any], field: str, told: str
) -> None:
    with api_calls() as seen:
        answer = ask(office, headers, **wrong)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert told in errors_by(html, field)
    assert slots(html) == []
    assert seen == []


@pytest.mark.parametrize(
    ("patients", "told"),
    [
        pytest.param(["nobody"], "This is not a patient", id="broken"),
        pytest.param([UNKNOWN], "not there any more", id="unknown"),
        pytest.param(MANY, "At most 12 patients", id="hundreds"),
    ],
)
def test_a_patient_who_is_none_is_told_by_the_field(office: Office, patients: list[str], told: str) -> None:
    answer = ask(office, patient=patients)
    assert answer.status_code == 422
    assert told in errors_by(answer.content.decode(), "patient")


def test_thousands_of_ids_are_turned_away_before_anything_is_done(office: Office, api_calls: Any) -> None:
    with api_calls() as seen:
        answer = ask(office, clinician=MANY * 20)
    assert (answer.status_code, seen) == (400, [])


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "9" * 400, "' OR 1=1", "../../etc"])
def test_a_broken_cursor_is_said_and_is_no_500(office: Office, cursor: str) -> None:
    answer = ask(office, cursor=cursor)
    assert answer.status_code == 422
    assert "cannot be read" in answer.content.decode()


@pytest.mark.parametrize("visit", ["nonsense", UNKNOWN])
def test_a_visit_that_is_not_there_is_said(office: Office, visit: str) -> None:
    answer = ask(office, visit=visit)
    assert answer.status_code == 422
    assert "not there any more" in answer.content.decode()
    assert slots(answer.content.decode()) == []


# --- Another time for a visit -----------------------------------------------------------------------------------------


def test_another_time_is_filled_from_the_visit_and_looks_past_it(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9), minutes=45)
    monday = next_monday().isoformat()

    html = office.browser.get(f"{FIND}?visit={visit.id}&first={monday}").content.decode()
    href, start = slots(html)[0]

    assert "Find another time" in html
    assert start == stamp(at(9, 15))  # over its old place, but not at it
    assert '<option value="45" selected>' in html
    assert urlsplit(href).path == f"/appointments/{visit.id}/move/"
    dialog = office.browser.get(href, headers=PART).content.decode()
    assert 'name="start" value="09:15"' in dialog
    assert "are free then" in dialog


def test_the_form_s_own_question_keeps_the_visit_and_may_ask_others(
    office: Office, make_team: Callable[..., Any]
) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))

    html = ask(office, visit=str(visit.id), clinician=str(ben)).content.decode()
    href, _start = slots(html)[0]
    dialog = office.browser.get(href, headers=PART).content.decode()

    assert f'<option value="{ben}" selected>' in dialog


def test_a_shared_visit_asks_for_all_of_its_clinicians(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    visit = office.clinic.visit(office.ada, office.theo, start=at(9), staff=(ben,))

    html = ask(office, visit=str(visit.id), clinician=str(ben)).content.decode()

    assert f'data-clinician-id="{office.ada} {ben}"' in html
    assert "They share this visit" in html


def test_every_visit_that_can_be_moved_offers_another_time(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))
    link = f'href="/find/?visit={visit.id}"'

    assert link in office.browser.get(f"/appointments/{visit.id}/", headers=PART).content.decode()
    assert link in office.browser.get(f"/appointments/{visit.id}/move/", headers=PART).content.decode()
    office.api.events.cancel(visit.id)
    assert link not in office.browser.get(f"/appointments/{visit.id}/", headers=PART).content.decode()
    assert office.browser.get(f"{FIND}?visit={visit.id}").status_code == 422


@pytest.mark.parametrize(
    ("days", "minutes", "told"),
    [
        pytest.param(0, 10, "within the hour", id="soon"),
        pytest.param(0, 130, "in 2 hours", id="today"),
        pytest.param(1, -600, "tomorrow", id="tomorrow, less than a day off"),
        pytest.param(3, -600, "in 3 days", id="by the calendar, not by the hours"),
    ],
)
def test_the_wait_is_told_from_now_on_the_viewers_calendar(days: int, minutes: int, told: str) -> None:
    now = datetime(2026, 11, 23, 19, tzinfo=UTC)  # 14:00 in New York
    start = now + timedelta(days=days, minutes=minutes)

    assert wait(start, now, ZoneInfo("America/New_York")) == told


def test_a_search_of_coming_days_tells_how_far_off_they_are(office: Office) -> None:
    ahead = (next_monday() - office.desk.today).days
    html = ask(office).content.decode()
    assert ("tomorrow" if ahead == 1 else f"in {ahead} days") in html


def test_a_day_can_be_skipped(office: Office) -> None:
    tuesday = next_monday() + timedelta(days=1)
    html = ask(office, last=(tuesday + timedelta(days=3)).isoformat()).content.decode()
    [url] = re.findall(r'href="([^"]+)"[^>]*>Go on with', html)

    further = office.browser.get(url.replace("&amp;", "&")).content.decode()

    assert slots(html)[0][1] == stamp(at(9))
    assert slots(further)[0][1] == stamp(at(9, day=(tuesday - next_monday()).days))


def test_a_broken_cursor_is_not_blamed_on_the_breaks(office: Office) -> None:
    assert not errors_by(ask(office, cursor="x").content.decode(), "after")


def test_times_the_wrong_way_round_are_told_beside_other_mistakes(office: Office) -> None:
    html = ask(office, minutes="0", earliest="18:00", latest="09:00").content.decode()
    assert "lies before the earliest" in errors_by(html, "latest")
    assert errors_by(html, "minutes")


def test_places_in_groups_are_looked_for_one_patient_at_a_time(office: Office) -> None:
    una = office.clinic.patient("Una", "Voss")
    html = ask(office, patient=[str(office.theo), str(una)], join="on").content.decode()
    assert "one patient at a time" in errors_by(html, "join")


# --- Little, unsure, away ---------------------------------------------------------------------------------------------


def test_an_empty_answer_shows_where_the_time_went_and_what_would_open_one(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9), minutes=8 * 60)

    html = ask(office).content.decode()

    assert "Nothing is free" in html
    assert 'data-rule="NO_HOURS" data-minutes="960"' in html
    assert 'data-rule="BUSY" data-minutes="480"' in html
    [later] = re.findall(r'data-loosen="LATER" href="([^"]+)"', html)
    assert slots(office.browser.get(later.replace("&amp;", "&")).content.decode())[0][1] == stamp(at(9, day=1))


def test_every_loosening_leads_to_the_slot_that_it_promises(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    office.clinic.visit(office.ada, office.theo, start=at(9, 45), minutes=7 * 60 + 15)
    html = ask(office, minutes="60", earliest="09:00", latest="11:00", weekday="1").content.decode()

    kinds = re.findall(r'data-loosen="([A-Z_]+)" href="([^"]+)"', html)
    answers = {kind: slots(office.browser.get(url.replace("&amp;", "&")).content.decode()) for kind, url in kinds}

    assert {"SHORTER", "CLINICIAN", "LATER"} <= set(answers)
    assert all(answers.values())


def test_one_person_all_at_once_is_offered_a_further_one_in_either_s_place(
    office: Office, make_team: Callable[..., Any]
) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    office.clinic.visit(office.ada, office.theo, start=at(9), minutes=8 * 60)
    html = ask(office, clinician=str(office.ada), together="all").content.decode()

    [further] = re.findall(r'data-loosen="CLINICIAN" href="([^"]+)"', html)

    assert slots(office.browser.get(further.replace("&amp;", "&")).content.decode())


def test_somebody_without_hours_is_explained(office: Office, make_team: Callable[..., Any]) -> None:
    idle = office.clinic.user("Ida", hours=False)
    make_team("Idle", members=[idle], keepers=[office.coordinator])
    visit = office.clinic.visit(idle, office.theo, start=at(9))

    html = ask(office, visit=str(visit.id), clinician=str(idle)).content.decode()

    assert 'data-rule="NO_HOURS" data-minutes="1440"' in html
    assert "no hours" in html


def garbled_times(body: Any) -> Any:
    for row in body["content"]:
        row["startDateTime"] = "whenever"
    return body


def test_an_unsure_answer_calls_nothing_free(office: Office, garble: Garble) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9))
    garble("/calendar/events", garbled_times)

    html = ask(office).content.decode()

    assert "could not be read completely" in html
    assert "possible times" in html
    assert "free times" not in html.partition('id="found"')[2].partition("<footer")[0]


@pytest.mark.parametrize(("headers", "status"), [({}, 502), (PART, 422)], ids=["page", "part"])
def test_a_failing_api_keeps_the_form_and_never_says_that_nothing_is_free(
    office: Office, garble: Garble, headers: dict[str, str], status: int
) -> None:
    garble("/calendar/work-hours", status=403)

    answer = ask(office, headers, minutes="45", earliest="10:00", patient=str(office.theo))

    html = answer.content.decode()
    assert answer.status_code == status
    assert 'value="10:00"' in html
    assert '<option value="45" selected>' in html
    assert "Whether anything is free is not known" in html
    assert "Nothing is free" not in html


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_who_books_for_nobody_has_no_such_page(
    office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Any], role: Role
) -> None:
    browser = sign_in(make_account(role))
    assert browser.get(FIND).status_code == 403
    assert 'href="/find/"' not in browser.get("/people/").content.decode()


def test_a_clinician_finds_their_own_time_alone(
    office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Any], make_team: Callable[..., Any]
) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[])
    browser = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))

    html = browser.get(FIND).content.decode()
    refused = browser.get(f"{FIND}?clinician={ben}")

    assert set(re.findall(r'data-clinician-id="([^"]+)"', html)) == {str(office.ada)}
    assert "Ben Quill" not in html
    assert refused.status_code == 422


def test_somebody_else_s_visit_is_not_searched_for(
    office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Any]
) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))
    ben: UUID = office.clinic.user("Ben")

    answer = sign_in(make_account(Role.CLINICIAN, welkin_id=ben)).get(f"{FIND}?visit={visit.id}")

    assert answer.status_code == 403
    assert "Theo" not in answer.content.decode()


def test_the_board_leads_here_with_who_is_shown(office: Office) -> None:
    monday = next_monday()
    week = office.browser.get(f"/week/{office.ada}/{monday:%G-W%V}/").content.decode()
    day = office.browser.get(f"/day/{monday}/?team=own").content.decode()
    patient = office.browser.get(f"/patients/{office.theo}/").content.decode()

    assert f'href="/find/?clinician={office.ada}&amp;first={monday}"' in week
    assert f'href="/find/?team=own&amp;first={monday}"' in day
    assert f'href="/find/?patient={office.theo}"' in patient
    assert slots(office.browser.get(f"{FIND}?team=own&first={monday}").content.decode())[0][1] == stamp(at(9))


# --- From a finished visit, and into a group --------------------------------------------------------------------------


def test_a_finished_visit_leads_to_the_next_one(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9, day=-14), minutes=45, mode="VIDEO")
    assert "Find the next visit" not in office.browser.get(f"/appointments/{visit.id}/").content.decode()
    office.api.events.change(visit.id, EventChange(status=EventStatus.COMPLETED))

    panel = office.browser.get(f"/appointments/{visit.id}/").content.decode()
    [link] = re.findall(r'id="visit-next" href="([^"]+)"', panel)
    html = office.browser.get(link.replace("&amp;", "&")).content.decode()
    booking = parse_qs(urlsplit(slots(html)[0][0]).query)

    assert (booking["patient"], booking["clinician"]) == ([str(office.theo)], [str(office.ada)])
    assert (booking["minutes"], booking["mode"]) == (["45"], ["VIDEO"])


def test_a_place_in_a_group_session_leads_to_joining_it(office: Office) -> None:
    una = office.clinic.patient("Una", "Reed")
    group = office.clinic.visit(
        office.ada, una, start=at(9), minutes=90, type=EventType.GROUP_THERAPY, additional={"capacity": 3}
    )

    plain = ask(office, patient=str(office.theo)).content.decode()
    html = ask(office, patient=str(office.theo), join="on").content.decode()

    href, start = slots(html)[0]
    assert (href, start) == (f"/appointments/{group.id}/join/?patient={office.theo}", stamp(at(9)))
    assert "2 places left" in html
    assert slots(plain)[0][1] == stamp(at(10, 30))
    assert "Theo Marsh" in office.browser.get(href, headers=PART).content.decode()


@pytest.mark.parametrize(
    ("query", "status", "shown"),
    [
        pytest.param("", 200, 'name="start" value="09:00"', id="as it stands"),
        pytest.param("start={later}", 200, 'name="start" value="11:00"', id="another time"),
        pytest.param("start={later}&minutes=60", 200, '<option value="60" selected>', id="another length"),
        pytest.param("start={later}&minutes=9999", 200, '<option value="30" selected>', id="no such length"),
        pytest.param("start=whenever", 200, 'name="start" value="09:00"', id="no time"),
        pytest.param("start={later}&clinician=nobody", 404, "Not found", id="nobody"),
        pytest.param(f"start={{later}}&clinician={UNKNOWN}", 404, "Not found", id="somebody unknown"),
    ],
)
def test_the_move_dialog_is_filled_from_a_link(office: Office, query: str, status: int, shown: str) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))

    answer = office.browser.get(f"/appointments/{visit.id}/move/?{query.format(later=stamp(at(11)))}", headers=PART)

    assert answer.status_code == status
    assert shown in answer.content.decode()


def test_leave_is_not_looked_for_another_time(office: Office) -> None:
    leave = office.clinic.visit(office.ada, start=at(9), minutes=480, type=EventType.LEAVE)
    assert "/find/?visit=" not in office.browser.get(f"/appointments/{leave.id}/").content.decode()
    assert "/find/?visit=" not in office.browser.get(f"/appointments/{leave.id}/move/").content.decode()
