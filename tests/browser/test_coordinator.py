"""The coordinator's whole way with one visit: find free time, book, look, move, answer, cancel, and find it again."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventStatus
from scheduling.domain.person import Patient

from .house import House
from .steps import (
    Spot,
    choose_patient,
    dialog,
    free_spots,
    instant,
    open_booking,
    panel,
    press_book,
    sign_in,
    status_of,
    to_next_working_day,
    toast,
    visits_of,
)

CLINIC = ZoneInfo("America/New_York")


@pytest.fixture
def free_on(daybook: House, patients: Iterator[Patient]) -> Callable[[Spot], Patient]:
    """`free_on(spot)`: a patient with nothing on the day of the spot."""

    def find(spot: Spot) -> Patient:
        day = spot.when.start.date().isoformat()
        return next(patient for patient in patients if not visits_of(daybook.api, patient.id, day))

    return find


def test_a_visit_is_booked_looked_at_moved_answered_cancelled_and_found_again(
    page: Page, daybook: House, free_on: Callable[[Spot], Patient]
) -> None:
    sign_in(page, Role.COORDINATOR)
    today = page.locator("#board").get_by_role("link", name="Today")
    expect(today).to_have_attribute("aria-current", "date")

    to_next_working_day(page)
    spot, other, *_ = sorted(
        (spot for spot in free_spots(page) if spot.when.minutes >= 60), key=lambda spot: spot.when.start
    )
    patient = free_on(spot)
    open_booking(page, spot)
    expect(page.get_by_label("Find a patient")).to_be_focused()
    choose_patient(page, patient)
    expect(page.locator("[data-conflict]")).to_have_count(0)
    press_book(page)
    expect(toast(page, f"Booked: {patient.name}")).to_be_visible()
    expect(dialog(page)).to_be_hidden()

    [event] = visits_of(daybook.api, patient.id, spot.when.start.date().isoformat())
    chip = page.locator(f"[data-clinician-id='{spot.clinician_id}'] [data-event-id='{event.id}']")
    expect(chip).to_have_attribute("data-start", spot.start)
    expect(chip).to_have_attribute("data-status", "scheduled")
    assert (event.host_id, event.when.start) == (spot.clinician_id, spot.when.start)

    chip.click()
    expect(panel(page)).to_contain_text(patient.name)
    expect(panel(page).get_by_role("region", name="History")).to_contain_text("booked")

    panel(page).get_by_role("link", name="Move").click()
    half_past = other.when.start + timedelta(minutes=30)
    dialog(page).get_by_label("Clinician").select_option(str(other.clinician_id))
    local = half_past.astimezone(CLINIC)
    dialog(page).get_by_label("Start").fill(local.strftime("%H:%M"))
    expect(dialog(page).locator("[data-conflict]")).to_have_count(0)
    dialog(page).get_by_role("button", name="Move").click()
    expect(dialog(page)).to_be_hidden()
    moved = page.locator(f"[data-clinician-id='{other.clinician_id}'] [data-event-id='{event.id}']")
    expect(moved).to_have_attribute("data-start", instant(half_past))
    expect(page.locator(f"[data-clinician-id='{spot.clinician_id}'] [data-event-id='{event.id}']")).to_have_count(0)

    answers = panel(page).get_by_role("group", name=f"Answer of {patient.name}")
    answers.get_by_role("button", name="Yes").click()
    expect(answers.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    assert [row.answer for row in daybook.api.events.read(event.id).patients] == ["Yes"]

    panel(page).get_by_role("link", name="Cancel visit").click()
    dialog(page).get_by_label("Reason").fill("The patient is travelling.")
    dialog(page).get_by_role("button", name="Cancel the visit").click()
    expect(dialog(page)).to_be_hidden()
    expect(panel(page)).to_have_attribute("data-status", "cancelled")
    expect(panel(page)).to_contain_text("The patient is travelling.")
    expect(moved).to_have_attribute("data-status", "cancelled")
    assert status_of(daybook.api, event.id) is EventStatus.CANCELLED

    page.keyboard.press("Escape")
    page.locator("body").press("/")
    page.keyboard.type(patient.last_name)
    page.get_by_role("option", name=patient.name).first.click()
    expect(page.get_by_role("heading", name=patient.name)).to_be_visible()
    expect(page.locator(f"[data-event-id='{event.id}'][data-status='cancelled']").first).to_be_visible()
