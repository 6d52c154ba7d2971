"""Typed text outlives an ended session, a renewed token, a lost connection, and an eager finger."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient

from .access import inspect
from .conftest import PageOf
from .house import House
from .steps import (
    booking_button,
    choose_patient,
    dialog,
    free_spots,
    make_visit,
    open_booking,
    press_book,
    sign_in,
    toast,
    visits_of,
)
from .watch import Watch


def typed_into(page: Page, day: str, patient: Patient) -> None:
    """The booking dialog of a free spot with a patient and a title."""
    page.goto(f"/day/{day}/")
    spot = next(spot for spot in free_spots(page) if spot.when.minutes >= 60)
    open_booking(page, spot)
    choose_patient(page, patient)
    dialog(page).get_by_text("Title, location and notes").click()
    dialog(page).get_by_label("Title").fill("A long talk")


def forgive(watch: Watch, *words: str) -> None:
    """What the browser and htmx say of a lost connection is what the test is about."""
    watch.troubles[:] = [each for each in watch.troubles if not any(word in each for word in words)]


def gate(page: Page) -> Any:
    return page.locator("#sign-in")


def titles(daybook: House, patient: Patient, day: str) -> list[str]:
    return [event.title for event in visits_of(daybook.api, patient.id, day)]


def test_a_session_that_ended_is_begun_again_in_place_and_the_press_goes_through(
    page: Page, watch: Watch, daybook: House, quiet_day: str, patient: Patient
) -> None:
    watch.expected |= {401}
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    page.context.clear_cookies()

    press_book(page)
    expect(gate(page).get_by_role("heading", name="Sign in to go on")).to_be_visible()
    expect(page.locator("#board")).to_be_hidden()
    expect(page.locator("#booking")).to_be_hidden()
    gate(page).get_by_role("button", name="Coordinator").click()

    expect(toast(page, "Booked")).to_be_visible()
    expect(gate(page)).to_be_hidden()
    expect(page.locator("#board")).to_be_visible()
    assert titles(daybook, patient, quiet_day) == ["A long talk"]


def test_somebody_else_who_signs_in_gets_a_fresh_page_and_not_the_form(
    page: Page, watch: Watch, daybook: House, quiet_day: str, patient: Patient
) -> None:
    watch.expected |= {401}
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    page.context.clear_cookies()
    press_book(page)

    gate(page).get_by_role("button", name="Manager").click()

    expect(page).to_have_url(re.compile("/utilisation/"))
    expect(page.get_by_text("You have a form that was not saved")).to_have_count(0)
    expect(page.get_by_text(patient.name)).to_have_count(0)
    assert titles(daybook, patient, quiet_day) == []

    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    for summary in page.locator(".kept-forms > summary").all():
        summary.click()
    line = page.locator("[data-draft]", has_text="You have a form that was not saved: Book a visit").first
    key = line.get_attribute("data-draft")
    line.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("Title")).to_have_value("A long talk")
    expect(page.get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()
    expect(page.locator("#check")).to_contain_text("are free then")
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()
    assert titles(daybook, patient, quiet_day) == ["A long talk"]
    page.goto("/drafts/")
    expect(page.get_by_role("heading", name="Forms that were not saved")).to_be_visible()
    expect(page.locator(f"[data-draft='{key}']")).to_have_count(0)


def test_a_login_in_another_tab_renews_the_token_silently(
    page: Page, watch: Watch, daybook: House, quiet_day: str, patient: Patient
) -> None:
    watch.expected |= {403}
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, Role.COORDINATOR, "/search/")

    press_book(page)

    expect(toast(page, "Booked")).to_be_visible()
    assert titles(daybook, patient, quiet_day) == ["A long talk"]


def test_another_person_who_signed_in_in_another_tab_ends_the_page(
    page: Page, watch: Watch, daybook: House, quiet_day: str, patient: Patient
) -> None:
    watch.expected |= {403}
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, Role.MANAGER, "/search/")

    press_book(page)

    expect(page).to_have_url(re.compile("/utilisation/"))
    assert titles(daybook, patient, quiet_day) == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_without_a_connection_the_form_stays_and_the_same_press_books_once(
    page: Page, watch: Watch, daybook: House, quiet_day: str, patient: Patient, moment: str
) -> None:
    """Gone before the request leaves, and gone while the answer is on its way."""
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)

    def cut(route: Route) -> None:
        if moment == "after":
            route.fetch()
        route.abort("internetdisconnected")

    page.route("**/appointments/new/", cut)
    press_book(page)
    alert = page.get_by_role("alert").filter(has_text="No connection to the server")
    expect(alert).to_contain_text("What you typed is kept here")
    expect(dialog(page).get_by_label("Title")).to_have_value("A long talk")
    page.unroute("**/appointments/new/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("alert").filter(has_text="The connection is back.")).to_be_visible()
    page.get_by_role("alert").get_by_role("button", name="Send again").click()

    expect(toast(page, "ooked" if moment == "after" else "Booked")).to_be_visible()
    assert titles(daybook, patient, quiet_day) == ["A long talk"]
    forgive(watch, "ERR_INTERNET_DISCONNECTED", "Failed to fetch")


@pytest.mark.parametrize("pause", [0, 20, 80, 150, 300])
def test_a_press_and_enter_book_once(page: Page, daybook: House, quiet_day: str, patient: Patient, pause: int) -> None:
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    button = booking_button(page)
    button.evaluate(
        """(button, pause) => {
          button.click();
          setTimeout(() => button.isConnected && button.form?.requestSubmit(button), pause);
        }""",
        pause,
    )
    expect(toast(page, "Booked")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    assert titles(daybook, patient, quiet_day) == ["A long talk"]


def test_two_tabs_with_one_form_book_once(page: Page, daybook: House, quiet_day: str, patient: Patient) -> None:
    """The second tab sends what the first one sent, as a browser that restores a tab does."""
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    fields = page.evaluate("[...new FormData(document.getElementById('placing-form'))]")
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()

    other = page.context.new_page()
    other.goto("/search/")
    told = other.evaluate(
        """async fields => {
          const body = new URLSearchParams([...fields, ["step", "book"]]);
          const answer = await fetch("/appointments/new/", { method: "POST", body });
          return [answer.status, answer.redirected, await answer.text()];
        }""",
        fields,
    )
    assert told[:2] == [200, True]
    assert "This was booked already" in told[2]
    assert titles(daybook, patient, quiet_day) == ["A long talk"]


def test_back_and_submit_again_shows_the_visit_and_makes_no_second_one(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    sign_in(page, Role.COORDINATOR, "/search/")
    page.goto(f"/day/{quiet_day}/")
    spot = next(spot for spot in free_spots(page) if spot.when.minutes >= 60)
    page.goto(f"/appointments/new/?clinician={spot.clinician_id}&start={spot.start}&patient={patient.id}")
    press_book(page)
    expect(page).to_have_url(re.compile("/appointments/[0-9a-f-]{36}/"))
    visit = page.url
    page.go_back()
    expect(page.get_by_role("heading", name="Book a visit")).to_be_visible()
    press_book(page)
    # Kept by the browser it is the same form and its visit; read anew it is a form that says the time is taken.
    there = page.locator("#visit").or_(page.locator("[data-conflict]")).first
    expect(there).to_be_visible()
    assert len(visits_of(daybook.api, patient.id, quiet_day)) == 1
    assert visit


def test_two_tabs_of_one_person_do_not_disturb_each_other(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    spots = {spot.clinician_id: spot for spot in free_spots(page) if spot.when.minutes >= 60}
    here, beside = list(spots.values())[:2]
    there = page.context.new_page()
    there.goto(f"/day/{quiet_day}/")
    open_booking(page, here)
    open_booking(there, beside)
    assert dialog(page).get_by_label("Clinician", exact=True).input_value() == str(here.clinician_id)
    choose_patient(there, patient)
    choose_patient(page, patient)
    assert dialog(there).get_by_label("Clinician", exact=True).input_value() == str(beside.clinician_id)
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()
    [made] = visits_of(daybook.api, patient.id, quiet_day)
    assert made.host_id == here.clinician_id
    expect(dialog(there).get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()


STATUSES = {
    302: ("/account/login/", "The server sent something else than was asked for"),
    400: ("", "That did not work"),
    403: ("<h1>Forbidden</h1>", "That did not work"),
    413: ("<html><h1>Request Entity Too Large</h1></html>", "This is more text than the server takes"),
    419: ("", "Too much was asked for at once"),
    429: ("", "Too much was asked for at once"),
    500: ("", "That did not work"),
    502: ("<html>Bad gateway</html>", "That did not work"),
    503: ("<html>Away</html>", "That did not work"),
    504: ("", "That did not work"),
}


@pytest.mark.parametrize(
    ("status", "body", "says"), [(key, *told) for key, told in STATUSES.items()], ids=map(str, STATUSES)
)
def test_every_answer_that_is_none_says_something_and_leaves_the_form(
    page_of: PageOf, watches: list[Watch], quiet_day: str, patient: Patient, status: int, body: str, says: str
) -> None:
    """What a proxy before us may answer; our own answers have their tests in tests/web."""
    page = page_of(Role.COORDINATOR)
    watches[0].expected.add(status)
    typed_into(page, quiet_day, patient)

    def answer(route: Route) -> None:
        if status == 302:
            return route.fulfill(
                status=200, content_type="text/html", body="<!DOCTYPE html><html><h1>Sign in</h1></html>"
            )
        return route.fulfill(status=status, content_type="text/html", body=body)

    page.route("**/appointments/new/", answer)
    press_book(page)
    expect(page.get_by_role("alert").filter(has_text=says)).to_be_visible()
    expect(dialog(page).get_by_label("Title")).to_have_value("A long talk")


def test_a_server_that_takes_too_long_says_so_and_leaves_the_form(
    page_of: PageOf, quiet_day: str, patient: Patient, watches: list[Watch]
) -> None:
    page = page_of(Role.COORDINATOR)
    typed_into(page, quiet_day, patient)
    page.evaluate("htmx.config.defaultTimeout = 300")
    page.route("**/appointments/new/", lambda _route: None)
    press_book(page)
    expect(page.get_by_role("alert").filter(has_text="The server took too long")).to_be_visible()
    expect(dialog(page).get_by_label("Title")).to_have_value("A long talk")
    forgive(watches[0], "htmx:error: timeout")


def test_a_dialog_that_nobody_typed_into_closes_without_a_question(page_of: PageOf, quiet_day: str) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto(f"/day/{quiet_day}/")
    open_booking(page, free_spots(page)[0])
    asked: list[str] = []
    page.on("dialog", lambda question: (asked.append(question.message), question.accept()))
    dialog(page).get_by_role("button", name="Close").first.click()
    expect(dialog(page)).to_be_hidden()
    page.reload()
    assert asked == []


def test_everybody_can_use_the_login_over_a_page_and_the_line_of_a_kept_form(
    page: Page, watch: Watch, quiet_day: str, patient: Patient
) -> None:
    watch.expected |= {401}
    sign_in(page, Role.COORDINATOR, "/search/")
    typed_into(page, quiet_day, patient)
    page.context.clear_cookies()
    press_book(page)
    expect(gate(page).get_by_role("button", name="Coordinator")).to_be_visible()
    assert inspect(page) == []

    sign_in(page, Role.COORDINATOR, "/drafts/")
    for summary in page.locator(".kept-forms > summary").all():
        summary.click()
    expect(page.locator("[data-draft]").first).to_be_visible()
    assert inspect(page) == []


def test_a_form_that_was_closed_unsaved_shows_in_the_frame_at_once(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    spot = next(spot for spot in free_spots(page) if spot.when.minutes >= 60)
    make_visit(daybook.api, spot.clinician_id, patient, spot.when)
    open_booking(page, spot)
    choose_patient(page, patient)
    press_book(page)
    expect(dialog(page).get_by_label("Why go ahead all the same?")).to_have_attribute("aria-invalid", "true")
    key = dialog(page).locator("[name=intent]").first.input_value()
    page.once("dialog", lambda question: question.accept())
    dialog(page).get_by_role("button", name="Close").first.click()

    line = page.locator(f"[data-draft='{key}']")
    expect(line).to_have_count(1)
    for summary in page.locator(".kept-forms > summary").all():
        summary.click()
    line.get_by_role("button", name="Throw away").click()
    expect(line).to_have_count(0)
