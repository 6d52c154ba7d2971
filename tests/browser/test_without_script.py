"""The coordinator's way in a browser that runs no script: the same addresses as whole pages."""

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventStatus
from scheduling.domain.person import Patient

from .conftest import OpenPage
from .house import House
from .steps import block, booking_button, free_spots, instant, panel, sign_in, status_of, visits_of


@pytest.fixture
def plain_page(open_page: OpenPage, daybook: House) -> Page:
    """A page whose scripts do not run."""
    return open_page(daybook.url, java_script_enabled=False)


def fill_in(page: Page, patient: Patient) -> None:
    page.get_by_label("Find a patient").fill(patient.last_name)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("radio", name=patient.name).first.check()
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()


def test_a_visit_is_booked_moved_and_cancelled_as_pages(
    plain_page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    page = plain_page
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    spot = next(spot for spot in free_spots(page) if spot.when.minutes >= 120)
    block(page, spot).click()
    expect(page.get_by_role("heading", name="Book a visit")).to_be_visible()
    fill_in(page, patient)
    booking_button(page).click()
    expect(page.get_by_text("Booked: ")).to_be_visible()
    expect(page.get_by_role("heading", name=patient.name)).to_be_visible()
    [event] = visits_of(daybook.api, patient.id, quiet_day)
    expect(panel(page)).to_have_attribute("data-event-id", str(event.id))

    page.get_by_role("link", name="Move").click()
    later = spot.when.end.astimezone(event.when.start.tzinfo)
    page.get_by_label("Length").select_option("15")
    page.get_by_role("button", name="Move").click()
    expect(panel(page)).to_have_attribute("data-event-id", str(event.id))
    moved = daybook.api.events.read(event.id)
    assert (instant(moved.when.start), moved.when.minutes) == (spot.start, 15)
    assert moved.when.end < later

    page.get_by_role("link", name="Cancel visit").click()
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Reason").fill("Called off by phone.")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(panel(page)).to_have_attribute("data-status", "cancelled")
    assert status_of(daybook.api, event.id) is EventStatus.CANCELLED


def test_going_back_and_pressing_book_again_gives_no_second_visit(
    plain_page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    page = plain_page
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    spot = next(spot for spot in free_spots(page) if spot.when.minutes >= 60)
    page.goto(f"/appointments/new/?clinician={spot.clinician_id}&start={spot.start}&patient={patient.id}")
    booking_button(page).click()
    expect(panel(page)).to_contain_text(patient.name)
    page.go_back()
    booking_button(page).click()
    expect(page.locator("[data-conflict]")).to_have_count(2)
    assert len(visits_of(daybook.api, patient.id, quiet_day)) == 1


def test_the_search_is_a_page_of_its_own(plain_page: Page, patient: Patient) -> None:
    page = plain_page
    sign_in(page, Role.COORDINATOR)
    page.get_by_label("Search patients and people").fill(patient.last_name)
    page.get_by_label("Search patients and people").press("Enter")
    page.get_by_role("link", name=patient.name).first.click()
    expect(page.get_by_role("heading", name=patient.name)).to_be_visible()
