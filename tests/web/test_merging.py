"""The page that two people meet on: before, theirs and mine of each field in question, and nothing lost by a choice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.ledger.models import Draft
from scheduling.services import writes
from scheduling.services.appointments import Edit, edit
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour

from .form_reader import fields_of

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Current-URL": "http://testserver/day/"}


@pytest.fixture
def visit(office: Office) -> Event:
    return office.clinic.visit(
        office.ada,
        office.theo,
        start=at(10),
        mode="CALL",
        description="Bring\nthe plan",
        additional={"location": "Room 3", "remarks": "", "attachment": "", "theirs": 7},
    )


def url(event: Event, action: str) -> str:
    return f"/appointments/{event.id}/{action}/"


def opened(office: Office, event: Event, action: str, **typed: str) -> dict[str, list[str]]:
    """The form as it was shown, with this typed into it."""
    html = office.browser.get(url(event, action), headers=PART).content.decode()
    return fields_of(html) | {name: [text] for name, text in typed.items()}


def send(office: Office, event: Event, action: str, fields: dict[str, Any], headers: Any = PART) -> Any:
    return office.browser.post(url(event, action), fields, headers=headers)


def columns(html: str, name: str) -> dict[str, str]:
    """The three texts of a question, by side."""
    part = next(
        each for each in re.findall(r"<fieldset.*?</fieldset>", html, re.DOTALL) if f'data-question="{name}"' in each
    )
    return {
        side: re.sub(r"<[^>]+>", "", text).strip()
        for side, text in re.findall(r'data-side="(\w+)">.*?class="prose">(.*?)</(?:p|span)>', part, re.DOTALL)
    }


def theirs(office: Office, event: Event, **told: Any) -> Event:
    """Somebody changes it in Welkin itself."""
    return office.api.events.change(event.id, EventChange(**told))


# --- Words ------------------------------------------------------------------------------------------------------------


def test_the_same_field_comes_back_in_three_columns(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")

    answer = send(office, visit, "edit", form)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert columns(html, "title") == {"before": "Wound check", "theirs": "Theirs", "mine": "Mine"}
    assert "changed in Welkin at" in html
    assert re.findall(r'data-question="(\w+)"', html) == ["title"]
    assert office.api.events.read(visit.id).title == "Theirs"


def test_who_changed_it_through_daybook_is_named(
    office: Office, visit: Event, make_account: Callable[..., Account], make_team: Any, desk_of: Any
) -> None:
    bea = make_account(Role.COORDINATOR, username="bea")
    make_team("Second desk", members=[office.ada], keepers=[bea])
    form = opened(office, visit, "edit", title="Mine", location="Room 9")
    desk = desk_of(bea)
    edit(desk, writes.mint(desk), Edit(visit.id, {"title": "Hers"}, version(visit)))
    now = office.api.events.read(visit.id)
    theirs(office, visit, additional={**now.additional, "location": "Room 4"})

    html = send(office, visit, "edit", form).content.decode()

    told = dict(re.findall(r'data-question="(\w+)".*?versus-by">changed ([^<]*?) at', html, re.DOTALL))
    assert told == {"title": f"by {bea.display_name}", "location": "in Welkin"}


def test_ones_own_change_from_another_tab_is_told_as_ones_own(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    edit(office.desk, writes.mint(office.desk), Edit(visit.id, {"title": "Mine before"}, version(visit)))

    html = send(office, visit, "edit", form).content.decode()

    assert "changed by you at" in html
    assert "omebody else" not in html


@pytest.mark.parametrize(
    ("choice", "typed", "becomes"),
    [
        pytest.param("theirs", "Mine", "Theirs", id="theirs"),
        pytest.param("mine", "Mine", "Mine", id="mine"),
        pytest.param("mine", "Both of us", "Both of us", id="a-text-of-both"),
    ],
)
def test_the_choice_decides(office: Office, visit: Event, choice: str, typed: str, becomes: str) -> None:
    form = opened(office, visit, "edit", title="Mine", location="Room 9")
    theirs(office, visit, title="Theirs")
    asked = fields_of(send(office, visit, "edit", form).content.decode())

    answer = send(office, visit, "edit", asked | {"title": [typed], "keep_title": [choice]})

    event = office.api.events.read(visit.id)
    assert answer.status_code == 200
    assert (event.title, event.detail("location")) == (becomes, "Room 9")


def test_nothing_is_chosen_beforehand_and_a_press_without_a_choice_asks_again(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")
    asked = fields_of(send(office, visit, "edit", form).content.decode())

    again = send(office, visit, "edit", asked)

    html = again.content.decode()
    assert "keep_title" not in asked
    assert (again.status_code, office.api.events.read(visit.id).title) == (422, "Theirs")
    assert columns(html, "title") == {"before": "Wound check", "theirs": "Theirs", "mine": "Mine"}
    assert "Choose which one to keep." in html


def test_keeping_theirs_throughout_saves_nothing(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")
    asked = fields_of(send(office, visit, "edit", form).content.decode())
    before = office.api.events.read(visit.id)

    answer = send(office, visit, "edit", asked | {"keep_title": ["theirs"]})

    assert "Nothing was changed: the visit stays as it is now." in answer.content.decode()
    assert office.api.events.read(visit.id).updated_at == before.updated_at


def test_a_third_change_before_the_choice_is_asked_for_too(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")
    asked = fields_of(send(office, visit, "edit", form).content.decode())
    theirs(office, visit, title="Third")

    answer = send(office, visit, "edit", asked | {"keep_title": ["mine"]})

    assert answer.status_code == 409
    assert columns(answer.content.decode(), "title") == {"before": "Theirs", "theirs": "Third", "mine": "Mine"}


def test_disjoint_changes_are_merged_and_told(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", location="Room 9")
    theirs(office, visit, title="Theirs", when=half_hour(at(11)))

    answer = send(office, visit, "edit", form)

    event = office.api.events.read(visit.id)
    assert answer.status_code == 200
    assert "Saved. Time, title were changed by somebody else meanwhile and stay." in answer.content.decode()
    assert (event.title, event.detail("location"), event.additional["theirs"]) == ("Theirs", "Room 9", 7)


def test_what_was_not_touched_comes_back_as_it_is_now(office: Office, visit: Event) -> None:
    """So that the next press cannot put the old words in place of theirs."""
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs", description="New\nplan")

    html = send(office, visit, "edit", form).content.decode()
    asked = fields_of(html)
    send(office, visit, "edit", asked | {"keep_title": ["mine"]})

    event = office.api.events.read(visit.id)
    assert "Description was changed by somebody else meanwhile and stays." in html
    assert (event.title, event.description) == ("Mine", "New\nplan")


def test_lines_that_a_browser_ends_differently_are_no_change(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine", description="Bring\r\nthe plan")
    theirs(office, visit, description="Other")

    answer = send(office, visit, "edit", form)

    event = office.api.events.read(visit.id)
    assert (answer.status_code, event.title, event.description) == (200, "Mine", "Other")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"was_title": ["Theirs"]}, id="forged-base"),
        pytest.param({"was_title": []}, id="no-base"),
        pytest.param({"seen": ["nonsense"]}, id="forged-token"),
    ],
)
def test_a_forged_base_loses_nobody_anything(office: Office, visit: Event, broken: dict[str, list[str]]) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")

    answer = send(office, visit, "edit", form | broken)

    html = answer.content.decode()
    assert (answer.status_code, office.api.events.read(visit.id).title) == (409, "Theirs")
    assert columns(html, "title") == {"before": "not known", "theirs": "Theirs", "mine": "Mine"}


def test_a_cancelled_visit_is_not_edited(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    office.api.events.cancel(visit.id)

    answer = send(office, visit, "edit", form)

    assert answer.status_code == 422
    assert 'value="Mine"' in answer.content.decode()


def test_without_script_it_is_a_page_with_the_same_question(office: Office, visit: Event) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")

    answer = send(office, visit, "edit", form, headers={})
    html = answer.content.decode()
    done = send(office, visit, "edit", fields_of(html) | {"keep_title": ["mine"], "search": []}, headers={})

    assert "<html" in html
    assert columns(html, "title")["theirs"] == "Theirs"
    assert (done.status_code, office.api.events.read(visit.id).title) == (302, "Mine")


def test_a_kept_form_asks_once_more(office: Office, visit: Event) -> None:
    """What was typed into a form that met a change is kept as a draft; opened again it meets the change again."""
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")
    send(office, visit, "edit", form)
    kept = Draft.objects.get()

    html = office.browser.get(f"{url(visit, 'edit')}?draft={kept.intent}", headers=PART).content.decode()
    answer = send(office, visit, "edit", fields_of(html))

    assert 'value="Mine"' in html
    assert columns(answer.content.decode(), "title") == {"before": "Wound check", "theirs": "Theirs", "mine": "Mine"}


def test_a_form_that_met_a_change_is_not_offered_any_more_when_the_visit_was_edited_anew(
    office: Office, visit: Event
) -> None:
    form = opened(office, visit, "edit", title="Mine")
    theirs(office, visit, title="Theirs")
    send(office, visit, "edit", form)
    assert Draft.objects.count() == 1

    answer = send(office, visit, "edit", opened(office, visit, "edit", title="Anew"))

    assert (answer.status_code, Draft.objects.exists()) == (200, False)


# --- Places -----------------------------------------------------------------------------------------------------------


def local(office: Office, hour: int) -> dict[str, str]:
    start = at(hour).astimezone(office.desk.zone)
    return {"date": f"{start:%Y-%m-%d}", "start": f"{start:%H:%M}"}


def test_a_time_that_both_changed_comes_back_in_three_columns(office: Office, visit: Event) -> None:
    form = opened(office, visit, "move", **local(office, 14))
    theirs(office, visit, when=half_hour(at(11)))

    answer = send(office, visit, "move", form)

    told = columns(answer.content.decode(), "when")
    assert answer.status_code == 409
    assert [told[side][-11:] for side in ("before", "theirs", "mine")] == ["10:00–10:30", "11:00–11:30", "14:00–14:30"]


@pytest.mark.parametrize(("choice", "hour"), [("theirs", 11), ("mine", 14)])
def test_the_choice_decides_where_it_stands(office: Office, visit: Event, choice: str, hour: int) -> None:
    form = opened(office, visit, "move", **local(office, 14))
    theirs(office, visit, when=half_hour(at(11)))
    asked = fields_of(send(office, visit, "move", form).content.decode())
    blank = send(office, visit, "move", asked)

    answer = send(office, visit, "move", asked | {"keep_when": [choice]})

    assert (blank.status_code, answer.status_code) == (422, 200)
    assert office.api.events.read(visit.id).when == half_hour(at(hour))


def test_their_time_and_my_clinician(office: Office, visit: Event, make_team: Any) -> None:
    """Time and clinician are one place: it is asked, with theirs chosen where nothing was touched here."""
    ben = office.clinic.user("Ben")
    make_team("Joint", members=[office.ada, ben], keepers=[office.coordinator])
    form = opened(office, visit, "move", host=str(ben))
    theirs(office, visit, when=half_hour(at(11)))

    asked = fields_of(send(office, visit, "move", form).content.decode())
    answer = send(office, visit, "move", asked)

    event = office.api.events.read(visit.id)
    assert asked["keep_when"] == ["theirs"]
    assert (answer.status_code, event.host_id, event.when) == (200, ben, half_hour(at(11)))


def test_people_who_changed_are_shown_as_they_are_now(
    office: Office, visit: Event, sign_in: Callable[..., Browser]
) -> None:
    form = opened(office, visit, "move", **local(office, 14))
    uma = office.clinic.patient("Uma")
    theirs(
        office, visit, participants=(*visit.participants, *office.clinic.visit(office.ada, uma, start=at(15)).patients)
    )

    answer = send(office, visit, "move", form)

    assert answer.status_code == 409
    assert "Uma Marsh" in answer.content.decode()
    assert office.api.events.read(visit.id).when == half_hour(at(10))
