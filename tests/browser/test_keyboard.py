"""Booking and moving with the keyboard alone."""

from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient

from .house import House
from .steps import block, dialog, free_spots, instant, panel, sign_in, toast, visits_of

FOCUSED = "element => element === document.activeElement"


def tab_to(page: Page, goal: Locator, most: int = 60) -> None:
    """Press Tab until the goal has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if goal.evaluate(FOCUSED):
            return
    raise AssertionError(f"{goal} is not reached with {most} presses of Tab")


def arrow_to(page: Page, goal: Locator, most: int = 12) -> None:
    """Press the down arrow until the goal is the option that Enter takes."""
    expect(goal).to_be_visible()
    for _press in range(most):
        if goal.get_attribute("aria-selected") == "true":
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{goal} is not reached with {most} presses of the down arrow")


def test_a_visit_is_booked_and_moved_by_keyboard(page: Page, daybook: House, quiet_day: str, patient: Patient) -> None:
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    spot = free_spots(page)[0]
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, block(page, spot))
    page.keyboard.press("Enter")

    expect(page.get_by_label("Find a patient")).to_be_focused()
    page.keyboard.type(patient.last_name.lower(), delay=20)
    arrow_to(page, page.get_by_role("option", name=patient.name).first)
    page.keyboard.press("Enter")
    chosen = dialog(page).get_by_role("button", name=f"Remove {patient.name}")
    expect(chosen).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Book")).to_be_focused()
    page.keyboard.press("Enter")
    expect(toast(page, "Booked")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    [event] = visits_of(daybook.api, patient.id, quiet_day)

    chip = page.locator(f"#board [data-event-id='{event.id}']")
    chip.focus()
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_visible()
    tab_to(page, panel(page).get_by_role("link", name="Move"))
    page.keyboard.press("Enter")
    start = dialog(page).get_by_label("Start")
    expect(start).to_be_visible()
    later = datetime.strptime(start.input_value(), "%H:%M") + timedelta(minutes=10)
    tab_to(page, start)
    page.keyboard.type(later.strftime("%H%M"))
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(chip).to_have_attribute("data-start", instant(spot.when.start + timedelta(minutes=10)))

    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
