"""What may come between a press on free time and a visit: conflicts, mistakes, a new patient, an eager finger."""

import re
from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, Route, expect

from scheduling.accounts.roles import Role
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .house import House
from .steps import (
    Spot,
    book,
    booking_button,
    choose_patient,
    dialog,
    free_spots,
    make_visit,
    open_booking,
    panel,
    press_book,
    sign_in,
    toast,
    visits_of,
)


def on_a_quiet_day(page: Page, day: str) -> Spot:
    """The coordinator on the board of a day that has no visits yet; the first free time of an hour or more."""
    sign_in(page, Role.COORDINATOR, f"/day/{day}/")
    return next(spot for spot in free_spots(page) if spot.when.minutes >= 60)


def test_a_patient_who_is_not_there_yet_is_made_while_booking(page: Page, daybook: House, quiet_day: str) -> None:
    open_booking(page, on_a_quiet_day(page, quiet_day))
    page.get_by_text("New patient").click()
    page.get_by_label("First name").fill("Xanthe")
    page.get_by_label("Birth date").fill("1991-05-17")
    page.get_by_role("button", name="Create and choose").click()
    expect(page.get_by_label("Last name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("First name")).to_have_value("Xanthe")
    page.get_by_label("Last name").fill("Quillfeather")
    page.get_by_role("button", name="Create and choose").click()
    expect(page.get_by_role("button", name="Remove Xanthe Quillfeather")).to_be_visible()
    press_book(page)
    expect(toast(page, "Booked: Xanthe Quillfeather")).to_be_visible()
    [made] = daybook.api.patients.find(query="Quillfeather").rows
    assert (made.name, str(made.birth_date)) == ("Xanthe Quillfeather", "1991-05-17")
    assert len(visits_of(daybook.api, made.id, quiet_day)) == 1


def test_a_conflict_is_shown_before_saving_and_passed_with_a_reason(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    spot = on_a_quiet_day(page, quiet_day)
    first = Interval(spot.when.start, spot.when.start + timedelta(minutes=30))
    taken = make_visit(daybook.api, spot.clinician_id, patient, first)
    open_booking(page, spot)
    choose_patient(page, patient)
    against = dialog(page).locator("[data-conflict]")
    kinds = against.evaluate_all("rows => rows.map(row => row.dataset.conflict)")
    assert sorted(kinds) == ["CLINICIAN_BUSY", "PATIENT_BUSY"]
    expect(against.filter(has_text=patient.name).first).to_be_visible()

    press_book(page)
    expect(dialog(page).get_by_label("Why go ahead all the same?")).to_have_attribute("aria-invalid", "true")
    assert [event.id for event in visits_of(daybook.api, patient.id, quiet_day)] == [taken.id]

    dialog(page).get_by_label("Why go ahead all the same?").fill("They come together.")
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()
    [new] = [event for event in visits_of(daybook.api, patient.id, quiet_day) if event.id != taken.id]
    # Neither hides the other: each can be pressed in its middle.
    page.locator(f"#board [data-event-id='{taken.id}']").click(trial=True)
    page.locator(f"#board [data-event-id='{new.id}']").click()
    expect(panel(page).get_by_role("region", name="History")).to_contain_text("They come together.")


def test_quick_changes_end_with_a_check_of_the_last_one(page: Page, quiet_day: str, patient: Patient) -> None:
    """A change that comes while the answer to the one before is being swapped is not lost."""
    open_booking(page, on_a_quiet_day(page, quiet_day))
    choose_patient(page, patient)
    start = dialog(page).get_by_label("Start")
    for pause in (0, 20, 60, 90, 120, 160):
        start.fill("06:15")
        page.wait_for_timeout(pause)  # sweeps the moment of the swap; nothing is asserted about time
        start.fill("07:45")
        expect(dialog(page).locator("#check")).to_contain_text("07:45–")


def test_mistakes_stand_next_to_their_fields_and_nothing_typed_is_lost(
    page: Page, daybook: House, quiet_day: str
) -> None:
    open_booking(page, on_a_quiet_day(page, quiet_day))
    form = dialog(page)
    form.get_by_text("Title, location and notes").click()
    form.get_by_label("Title").fill("A long talk")
    form.get_by_label("Remarks").fill("Bring the <b>letter</b> & the list")
    form.get_by_label("Link to an attachment").fill("somewhere")
    form.get_by_label("Start").fill("")
    press_book(page)

    expect(form.get_by_text("Please look at this again")).to_be_visible()
    expect(form.get_by_label("Start")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Link to an attachment")).to_have_accessible_description(
        "Type a whole address that starts with https:// or http://."
    )
    expect(form.get_by_label("Find a patient")).to_have_accessible_description("Choose a patient.")
    expect(form.get_by_label("Title")).to_have_value("A long talk")
    expect(form.get_by_label("Remarks")).to_have_value("Bring the <b>letter</b> & the list")
    expect(form.get_by_label("Link to an attachment")).to_have_value("somewhere")


def test_a_double_click_books_once(page: Page, daybook: House, quiet_day: str, patient: Patient) -> None:
    open_booking(page, on_a_quiet_day(page, quiet_day))
    choose_patient(page, patient)
    booking_button(page).dblclick()
    expect(toast(page, "Booked")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    assert len(visits_of(daybook.api, patient.id, quiet_day)) == 1


def test_the_back_button_leads_back_to_what_was_there(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    spot = on_a_quiet_day(page, quiet_day)
    book(page, spot, patient)
    board = page.url
    page.get_by_role("link", name="Next day").click()
    page.wait_for_url(lambda url: url != board)
    page.go_back()
    expect(page).to_have_url(board)
    chip = page.locator(f"[data-event-id][data-start='{spot.start}']")
    chip.click()
    panel(page).get_by_role("link", name=patient.name).click()
    expect(page.get_by_role("heading", name=patient.name)).to_be_visible()
    page.go_back()
    expect(page).to_have_url(board)
    expect(chip).to_be_visible()


def test_closing_a_form_that_was_typed_into_asks_first(page: Page, quiet_day: str) -> None:
    open_booking(page, on_a_quiet_day(page, quiet_day))
    page.get_by_label("Find a patient").fill("some")
    asked: list[str] = []
    page.once("dialog", lambda question: (asked.append(question.message), question.dismiss()))
    dialog(page).get_by_role("button", name="Close").first.click()
    assert asked == ["Close and lose what you typed?"]
    expect(dialog(page)).to_be_visible()


def test_what_is_typed_before_the_scripts_are_there_is_searched_all_the_same(
    page: Page, patients: Iterator[Patient]
) -> None:
    patient = next(patients)
    sign_in(page, Role.COORDINATOR, "/search/")

    def late(route: Route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route(re.compile(r"/js/autocomplete[^/]*\.js"), late)
    page.goto("/appointments/new/", wait_until="commit")
    field = page.get_by_label("Find a patient")
    expect(field).to_be_focused()
    field.press_sequentially(patient.last_name[1:].lower())

    expect(page.get_by_role("option", name=patient.name).first).to_be_visible()
