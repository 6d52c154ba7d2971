"""Every page and state through axe, in light and dark, at 1440 and 360 pixels."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval

from .access import inspect
from .conftest import PageOf
from .house import House
from .steps import dialog, free_spots, make_visit, match, open_booking, panel, press_book, working
from .watch import Watch

PAGES = [
    pytest.param(Role.COORDINATOR, "/day/", id="day, coordinator"),
    pytest.param(Role.MANAGER, "/day/", id="day, manager"),
    pytest.param(Role.COORDINATOR, "/week/", id="week, coordinator"),
    pytest.param(Role.CLINICIAN, "/week/", id="week, clinician"),
    pytest.param(Role.COORDINATOR, "/appointments/new/", id="booking as a page"),
    pytest.param(Role.COORDINATOR, "/invitations/", id="invitations"),
    pytest.param(Role.COORDINATOR, "/overlaps/", id="overlaps"),
    pytest.param(Role.CLINICIAN, "/hours/", id="own hours"),
    pytest.param(Role.COORDINATOR, "/hours/", id="hours of others"),
    pytest.param(Role.MANAGER, "/utilisation/", id="utilisation"),
    pytest.param(Role.COORDINATOR, "/people/", id="people"),
    pytest.param(Role.ADMINISTRATOR, "/people/", id="people, administrator"),
    pytest.param(Role.ADMINISTRATOR, "/people/connection/", id="connection"),
    pytest.param(Role.COORDINATOR, "/patients/new/", id="new patient"),
    pytest.param(Role.COORDINATOR, "/patients/find/", id="find a patient"),
    pytest.param(Role.COORDINATOR, "/search/", id="search"),
    pytest.param(Role.COORDINATOR, "/team/sets/", id="sets of people"),
    pytest.param(Role.COORDINATOR, "/team/sets/new/", id="new set of people"),
    pytest.param(Role.COORDINATOR, "/outcomes/nothing-like-this/", id="outcome"),
    pytest.param(Role.COORDINATOR, "/account/logout/", id="sign out"),
    pytest.param(Role.COORDINATOR, "/account/password/", id="password"),
    pytest.param(Role.MANAGER, "/appointments/new/", id="not allowed"),
    pytest.param(Role.COORDINATOR, f"/patients/{uuid4()}/", id="not found"),
    pytest.param(Role.COORDINATOR, "/go/?date=never", id="no such date"),
]


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_a_page(page_of: PageOf, watches: list[Watch], role: Role, path: str) -> None:
    page = page_of(role)
    watches[0].expected |= {400, 403, 404}
    page.goto(path)
    assert inspect(page) == []


def test_the_login(page: Page) -> None:
    page.goto("/account/login/")
    assert inspect(page) == []
    page.get_by_label("User name or e-mail").fill("somebody")
    page.get_by_label("Password", exact=True).fill("something else")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert inspect(page) == []


@pytest.fixture
def coming(daybook: House, patients, quiet_day: str) -> Event:
    """A visit to come with an invited second clinician."""
    start = datetime.fromisoformat(quiet_day).replace(hour=15, tzinfo=UTC)
    host, other, *_ = working(daybook.api)
    return make_visit(daybook.api, host, next(patients), Interval(start, start + timedelta(minutes=45)), other)


Reach = Callable[[Page, Event], None]


def booking(page: Page, event: Event) -> None:
    page.goto(f"/day/{event.when.start.date().isoformat()}/")
    open_booking(page, free_spots(page)[0])


def booking_with_mistakes(page: Page, event: Event) -> None:
    booking(page, event)
    dialog(page).get_by_label("Start").fill("")
    press_book(page)
    expect(dialog(page).get_by_text("Please look at this again")).to_be_visible()


def booking_with_conflicts(page: Page, event: Event) -> None:
    start = event.when.start.strftime("%Y-%m-%dT%H:%M:%SZ")
    page.goto(f"/appointments/new/?clinician={event.host_id}&start={start}&patient={event.patients[0].person_id}")
    expect(page.locator("[data-conflict]").first).to_be_visible()


def booking_with_matches(page: Page, event: Event) -> None:
    booking(page, event)
    page.get_by_label("Find a patient").press_sequentially("an")
    expect(match(page)).to_be_visible()


def booking_somebody_new(page: Page, event: Event) -> None:
    booking(page, event)
    page.get_by_text("New patient").click()
    page.get_by_role("button", name="Create and choose").click()
    expect(page.get_by_label("Last name")).to_have_attribute("aria-invalid", "true")


def the_panel(page: Page, event: Event) -> None:
    page.goto(f"/day/{event.when.start.date().isoformat()}/")
    page.locator(f"[data-event-id='{event.id}']").first.click()
    expect(panel(page)).to_be_visible()


def a_form_of_the_panel(name: str) -> Reach:
    def reach(page: Page, event: Event) -> None:
        the_panel(page, event)
        panel(page).get_by_role("link", name=name).click()
        expect(dialog(page)).to_be_visible()

    return reach


def undo_of_a_cancel(page: Page, event: Event) -> None:
    a_form_of_the_panel("Cancel visit")(page, event)
    dialog(page).get_by_label("Reason").fill("Ill")
    dialog(page).get_by_role("button", name="Cancel the visit").click()
    panel(page).get_by_role("link", name="Set it back to scheduled").click()
    expect(dialog(page).get_by_role("button", name="Set it back")).to_be_visible()


def the_visit(page: Page, event: Event) -> None:
    page.goto(f"/appointments/{event.id}/")


def the_patient(page: Page, event: Event) -> None:
    page.goto(f"/patients/{event.patients[0].person_id}/")


def matches_in_the_bar(page: Page, event: Event) -> None:
    page.goto("/search/")
    page.get_by_label("Search patients and people").press_sequentially("an")
    expect(match(page)).to_be_visible()


def results(page: Page, event: Event) -> None:
    page.goto("/search/")
    page.get_by_role("main").get_by_role("searchbox").fill("an")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()


def the_menu(page: Page, event: Event) -> None:
    page.goto("/search/")
    page.get_by_role("button", name="Your menu").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def hours_with_mistakes(page: Page, event: Event) -> None:
    page.goto(f"/hours/{event.host_id}/new/")
    page.get_by_label("Sunday, interval 1, from").fill("25")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_label("Sunday, interval 1, from")).to_have_attribute("aria-invalid", "true")


def hours_that_strand_a_visit(page: Page, event: Event) -> None:
    page.goto(f"/hours/{event.host_id}/new/?kind=OVERRIDE")
    day = event.when.start.date().isoformat()
    page.get_by_label("From", exact=True).fill(day)
    page.get_by_label(re.compile("^To")).fill(day)
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_role("heading", name="Before this is saved")).to_be_visible()


def hours_to_end(page: Page, event: Event) -> None:
    page.goto(f"/hours/{event.host_id}/")
    page.get_by_role("link", name=re.compile("^End .* early$")).first.click()
    expect(page.get_by_role("button", name="End this period")).to_be_visible()


STATES = {
    "booking": booking,
    "booking with mistakes": booking_with_mistakes,
    "booking with conflicts": booking_with_conflicts,
    "booking with matches": booking_with_matches,
    "booking somebody new": booking_somebody_new,
    "panel": the_panel,
    "move": a_form_of_the_panel("Move"),
    "edit": a_form_of_the_panel("Edit"),
    "cancel": a_form_of_the_panel("Cancel visit"),
    "delete": a_form_of_the_panel("Delete"),
    "undo of a cancel": undo_of_a_cancel,
    "visit as a page": the_visit,
    "patient": the_patient,
    "matches in the bar": matches_in_the_bar,
    "search results": results,
    "user menu": the_menu,
    "hours with mistakes": hours_with_mistakes,
    "hours that strand a visit": hours_that_strand_a_visit,
    "hours to end": hours_to_end,
}


@pytest.mark.parametrize("reach", STATES.values(), ids=STATES)
def test_a_state(page_of: PageOf, coming: Event, reach: Reach) -> None:
    page = page_of(Role.COORDINATOR)
    reach(page, coming)
    assert inspect(page) == []
