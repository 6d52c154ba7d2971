"""A group session in the browser: booked with its places, joined by mouse, by keyboard and without script."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType, Participant
from scheduling.domain.event import Role as Part
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.welkin import NewEvent

from .access import inspect
from .conftest import OpenPage, PageOf
from .house import House
from .steps import (
    choose_patient,
    dialog,
    free_spots,
    open_booking,
    panel,
    press_book,
    sign_in,
    toast,
    visits_of,
    working,
)
from .test_keyboard import arrow_to, tab_to


@pytest.fixture
def session(daybook: House, patients: Iterator[Patient], quiet_day: str) -> Event:
    """A session on a quiet day with one patient and three places."""
    start = datetime.fromisoformat(quiet_day).replace(hour=16, tzinfo=UTC)
    host = working(daybook.api)[0]
    rows = (Participant(host, Part.PSM), Participant(next(patients).id, Part.PATIENT))
    when, told = Interval(start, start + timedelta(hours=1)), {"capacity": 3}
    draft = NewEvent(when, host, rows, title="Breathing", type=EventType.GROUP_THERAPY, additional=told)
    return daybook.api.events.create(draft)


def open_panel(page: Page, session: Event) -> None:
    page.goto(f"/day/{session.when.start.date().isoformat()}/?team=all")
    page.locator(f"#board [data-event-id='{session.id}']").first.click()
    expect(panel(page)).to_contain_text("1 of 3 places taken")


def inside(daybook: House, session: Event) -> list[str]:
    return [str(row.person_id) for row in daybook.api.events.read(session.id).patients]


def test_a_group_is_booked_with_its_places_and_changed(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    open_booking(page, next(spot for spot in free_spots(page) if spot.when.minutes >= 60))
    places = dialog(page).get_by_label("Places")
    expect(places).to_be_hidden()
    dialog(page).get_by_text("Group session", exact=True).click()
    expect(places).to_have_value("8")
    places.fill("0")
    choose_patient(page, patient)
    expect(places).to_have_value("0")
    press_book(page)
    expect(places).to_have_accessible_description(re.compile("There must be at least one place."))
    places.fill("2")
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()
    [event] = visits_of(daybook.api, patient.id, quiet_day)
    assert (event.type, event.additional["capacity"]) == ("GROUP_THERAPY", 2)

    page.goto(f"/appointments/{event.id}/edit/")
    page.get_by_label("Places").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(panel(page)).to_contain_text("1 of 5 places taken")


def test_a_patient_is_added_from_the_board(
    page_of: PageOf, daybook: House, session: Event, patients: Iterator[Patient]
) -> None:
    page, joining = page_of(Role.COORDINATOR), next(patients)
    open_panel(page, session)
    panel(page).get_by_role("link", name="Add a patient").click()
    expect(dialog(page)).to_contain_text("2 places left")
    expect(dialog(page).get_by_label("Find a patient")).to_be_focused()
    page.get_by_label("Find a patient").press_sequentially(joining.last_name[1:].lower())
    page.get_by_role("option", name=joining.name).first.click()
    expect(dialog(page)).to_contain_text(f"{joining.name} is free then.")
    dialog(page).get_by_role("button", name="Add to the session").dblclick()
    expect(toast(page, f"Added: {joining.name}")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    expect(panel(page)).to_contain_text("2 of 3 places taken")
    expect(panel(page)).to_contain_text(f"added {joining.name}")
    assert inside(daybook, session).count(str(joining.id)) == 1


def test_a_patient_is_added_by_keyboard(
    page_of: PageOf, daybook: House, session: Event, patients: Iterator[Patient]
) -> None:
    page, joining = page_of(Role.COORDINATOR), next(patients)
    open_panel(page, session)
    tab_to(page, panel(page).get_by_role("link", name="Add a patient"))
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Find a patient")).to_be_focused()
    page.keyboard.type(joining.last_name.lower(), delay=20)
    arrow_to(page, page.get_by_role("option", name=joining.name).first)
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("button", name="Add to the session")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(panel(page).get_by_role("link", name="Add a patient")).to_be_focused()
    assert str(joining.id) in inside(daybook, session)


def test_a_patient_is_added_without_script(
    open_page: OpenPage, daybook: House, session: Event, patients: Iterator[Patient]
) -> None:
    page, joining = open_page(daybook.url, java_script_enabled=False), next(patients)
    sign_in(page, Role.COORDINATOR, f"/appointments/{session.id}/")
    page.get_by_role("link", name="Add a patient").click()
    page.get_by_label("Find a patient").fill(joining.last_name)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("radio", name=joining.name).first.check()
    page.get_by_role("button", name="Choose", exact=True).click()
    expect(page.get_by_text(f"{joining.name} is free then.")).to_be_visible()
    assert joining.last_name not in page.url
    page.get_by_role("button", name="Add to the session").click()
    expect(panel(page)).to_contain_text("2 of 3 places taken")
    assert str(joining.id) in inside(daybook, session)


def test_the_last_place_that_went_meanwhile(
    page_of: PageOf, daybook: House, session: Event, patients: Iterator[Patient]
) -> None:
    """Two people look at the last place; the second is told, sees the session as it is, and may choose the visit."""
    first, second, third = next(patients), next(patients), next(patients)
    pages = [page_of(Role.COORDINATOR) for _ in range(3)]
    for page, joining in zip(pages, (first, second, third), strict=True):
        page.goto(f"/appointments/{session.id}/join/?patient={joining.id}")
    for page in pages:
        page.get_by_role("button", name="Add to the session").click()
        expect(page.get_by_role("button", name="Add to the session")).to_have_count(0)
    expect(pages[2].get_by_text("All places are taken.")).to_be_visible()
    expect(pages[2].get_by_text("3 of 3 places taken")).to_be_visible()
    assert inside(daybook, session)[1:] == [str(first.id), str(second.id)]
    assert inspect(pages[2]) == []


def test_every_state_of_the_dialog_is_accessible(
    page_of: PageOf, daybook: House, session: Event, patients: Iterator[Patient]
) -> None:
    page, free = page_of(Role.COORDINATOR), next(patients)
    open_panel(page, session)
    assert inspect(page) == []
    panel(page).get_by_role("link", name="Add a patient").click()
    expect(dialog(page)).to_be_visible()
    assert inspect(page) == []
    for person in (free.id, session.patients[0].person_id):
        page.goto(f"/appointments/{session.id}/join/?patient={person}")
        assert inspect(page) == []
    start = session.when.start - timedelta(minutes=30)
    rows = (Participant(session.host_id, Part.PSM), Participant(free.id, Part.PATIENT))  # type: ignore[arg-type]
    daybook.api.events.create(NewEvent(Interval(start, session.when.end), session.host_id, rows))  # type: ignore[arg-type]
    page.goto(f"/appointments/{session.id}/join/?patient={free.id}")
    expect(page.locator("[data-conflict=PATIENT_BUSY]")).to_be_visible()
    page.get_by_role("button", name="Add to the session").click()
    expect(page.get_by_label("Why go ahead all the same?")).to_have_attribute("aria-invalid", "true")
    assert inspect(page) == []
