"""A page that nobody uses: it warns, stays on a press, and at the end holds no patient's name."""

import pytest
from playwright.sync_api import Page, Route, expect

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient

from .access import inspect
from .steps import choose_patient, dialog, free_spots, open_booking, sign_in

WARNED_AFTER, LEFT_AFTER = "12:45", "14:35"


@pytest.fixture
def board(page: Page, quiet_day: str, patient: Patient) -> Page:
    """A day with a booking begun in it, on a clock that the test sets forward."""
    page.clock.install()
    sign_in(page, Role.COORDINATOR, "/search/")
    page.goto(f"/day/{quiet_day}/")
    spot = next(spot for spot in free_spots(page) if spot.when.minutes >= 60)
    open_booking(page, spot)
    choose_patient(page, patient)
    dialog(page).get_by_text("Title, location and notes").click()
    dialog(page).get_by_label("Title").fill("A long talk")
    return page


def question(page: Page):
    return page.get_by_role("alertdialog", name="Are you still there?")


def test_the_page_asks_two_minutes_before_and_a_press_keeps_the_session(board: Page, quiet_day: str) -> None:
    board.clock.fast_forward(WARNED_AFTER)
    expect(question(board)).to_be_visible()
    expect(question(board)).to_contain_text("Signed out in 1:")
    assert inspect(board) == []

    with board.expect_response("**/account/stay/") as told:
        question(board).get_by_role("button", name="Stay signed in").click()

    assert told.value.status == 204
    expect(question(board)).to_be_hidden()
    expect(dialog(board).get_by_label("Title")).to_have_value("A long talk")
    board.clock.fast_forward("10:00")
    expect(question(board)).to_be_hidden()


def test_at_the_end_no_name_is_left_and_the_form_is_kept(board: Page, quiet_day: str, patient: Patient) -> None:
    # Held back for the test, so that what the page holds by then can be read.
    signing_out: list[Route] = []
    board.route("**/account/logout/", lambda route: signing_out.append(route))
    assert patient.last_name in board.content()

    board.clock.fast_forward(LEFT_AFTER)

    expect(board.locator("body")).to_have_text("You were signed out, because nothing was done here for a while.")
    assert patient.last_name not in board.content()
    while not signing_out:
        board.wait_for_timeout(100)
    signing_out[0].continue_()
    board.get_by_role("button", name="Coordinator").click()
    expect(board.locator("#board")).to_be_visible()
    # Other tests may have left forms of this login too: then there is one line for all of them, the latest first.
    if (several := board.locator(".kept-forms > summary")).count():
        several.click()
    board.get_by_role("link", name="Go on").first.click()
    expect(board.get_by_label("Title")).to_have_value("A long talk")


def test_signing_out_by_a_press_is_not_called_idle(board: Page, quiet_day: str) -> None:
    board.clock.fast_forward(WARNED_AFTER)
    question(board).get_by_role("button", name="Sign out now").click()

    expect(board.get_by_text("You have signed out.")).to_be_visible()
    expect(board.get_by_text("nothing was done")).to_have_count(0)


def test_the_sign_in_page_says_why_and_leads_back(board: Page, quiet_day: str) -> None:
    board.clock.fast_forward(LEFT_AFTER)
    expect(board.get_by_text("You were signed out because nothing was done for a while")).to_be_visible()
    board.get_by_role("button", name="Coordinator").click()
    expect(board.locator("#board")).to_be_visible()
    expect(board.get_by_text("not saved").first).to_be_visible()


def test_use_in_one_tab_counts_for_the_other_and_so_does_the_end(board: Page, quiet_day: str) -> None:
    other = board.context.new_page()
    other.clock.install()
    other.goto("/search/")
    board.clock.fast_forward(WARNED_AFTER)
    expect(question(board)).to_be_visible()

    other.goto("/people/")

    expect(question(board)).to_be_hidden()
    board.clock.fast_forward(LEFT_AFTER)
    expect(other.get_by_text("You were signed out because nothing was done for a while")).to_be_visible()
