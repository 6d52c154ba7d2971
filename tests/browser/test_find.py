"""Find a slot, in a browser: from the question to a booked or moved visit, by mouse, by keyboard and without script."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .access import inspect
from .conftest import OpenPage, PageOf
from .house import House
from .steps import booking_button, dialog, instant, make_visit, panel, press_book, sign_in, toast, visits_of, working
from .test_keyboard import arrow_to, tab_to
from .watch import Watch


def question(day: str, **more: str) -> str:
    """The address of a question about one day."""
    return f"/find/?{urlencode({'minutes': '30', 'team': 'all', 'first': day, 'last': day, **more})}"


def slots(page: Page) -> Locator:
    return page.locator("[data-slot]")


def starts(page: Page) -> list[str]:
    return slots(page).evaluate_all("each => each.map(slot => slot.dataset.start)")


def find_times(page: Page) -> None:
    """Press the button, and wait for the answer to stand there."""
    with page.expect_response(re.compile(r"/find/\?")):
        page.get_by_role("button", name="Find times").click()
    expect(page.locator("#found")).not_to_have_attribute("aria-busy", "true")


def choose(page: Page, patient: Patient) -> None:
    page.get_by_label("Find a patient").press_sequentially(patient.last_name[1:].lower())
    page.get_by_role("option", name=patient.name).first.click()
    expect(page.get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()


def test_a_slot_is_found_for_a_patient_and_booked_with_one_press(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    sign_in(page, Role.COORDINATOR, "/day/")
    page.get_by_role("link", name="Find a slot", exact=True).first.click()
    page.get_by_label("From", exact=True).fill(quiet_day)
    page.get_by_label("Until").fill(quiet_day)
    page.get_by_label("Length").select_option("45")
    page.get_by_text("Video", exact=True).click()
    find_times(page)
    choose(page, patient)
    expect(page).to_have_url(re.compile(str(patient.id)))
    assert patient.last_name.lower() not in page.url.lower()
    start = starts(page)[0]

    slots(page).first.click()
    expect(dialog(page).get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Book", exact=True).last).to_be_focused()
    expect(dialog(page).get_by_label("Length")).to_have_value("45")
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    [event] = visits_of(daybook.api, patient.id, quiet_day)
    assert (instant(event.when.start), event.when.minutes, event.mode) == (start, 45, "VIDEO")
    # The answer is asked again: the time of the patient is no longer offered to anybody.
    expect(page.locator(f"[data-slot][data-start='{start}']")).to_have_count(0)


def test_the_address_is_the_question_and_back_leads_to_the_one_before(page: Page, quiet_day: str) -> None:
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    first = starts(page)
    page.get_by_label("Length").select_option("120")
    find_times(page)
    expect(page).to_have_url(re.compile("minutes=120"))
    assert "patient=" not in page.url

    page.go_back()
    expect(page.get_by_label("Length")).to_have_value("30")
    assert starts(page) == first


def test_more_slots_are_added_below_and_the_focus_goes_to_the_first_of_them(page: Page, quiet_day: str) -> None:
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    shown = slots(page).count()
    page.get_by_role("link", name=re.compile("^More, from")).click()

    expect(slots(page).nth(shown)).to_be_focused()
    assert starts(page) == sorted(starts(page))
    expect(page.locator("#announce")).to_contain_text(re.compile("free times?"))


@pytest.fixture
def coming(daybook: House, patient: Patient, quiet_day: str) -> Event:
    """A visit to come, in the middle of a quiet day."""
    start = datetime.fromisoformat(quiet_day).replace(hour=17, tzinfo=UTC)
    return make_visit(daybook.api, working(daybook.api)[0], patient, Interval(start, start + timedelta(minutes=45)))


def test_another_time_is_found_for_a_visit_and_it_is_moved(page: Page, daybook: House, coming: Event) -> None:
    sign_in(page, Role.COORDINATOR, f"/appointments/{coming.id}/")
    panel(page).get_by_role("link", name="Find another time").click()
    expect(page.get_by_role("heading", name="Find another time")).to_be_visible()
    expect(page.get_by_label("Length")).to_have_value("45")
    new = starts(page)[1]

    slots(page).nth(1).click()
    expect(dialog(page).get_by_role("heading", name="Move visit")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Move", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(toast(page, "Moved to")).to_be_visible()
    moved = daybook.api.events.read(coming.id)
    assert (instant(moved.when.start), moved.when.minutes) == (new, 45)
    expect(page.get_by_text(re.compile(r"^.*now .*"))).to_be_visible()


def test_nothing_free_is_explained_and_a_loosening_leads_to_its_slot(
    page: Page, daybook: House, quiet_day: str, patient: Patient
) -> None:
    clinician = working(daybook.api)[0]
    day = datetime.fromisoformat(quiet_day).replace(hour=5, tzinfo=UTC)
    make_visit(daybook.api, clinician, patient, Interval(day, day + timedelta(hours=24)))
    sign_in(page, Role.COORDINATOR, question(quiet_day, clinician=str(clinician)))

    expect(page.get_by_role("heading", name="Nothing is free")).to_be_visible()
    table = page.get_by_role("region", name="Where the time goes")
    expect(table.locator("[data-rule=BUSY]")).not_to_have_attribute("data-minutes", "0")
    expect(table.get_by_role("img")).to_have_accessible_name(re.compile("at work but booked"))

    later = page.locator("[data-loosen=LATER]")
    promised = (later.locator("small").text_content() or "").split(" with ")[0]
    later.click()
    expect(slots(page).first).to_be_visible()
    expect(page.locator("#found-title")).to_be_focused()
    shown = slots(page).first
    assert promised.endswith((shown.locator("time").text_content() or "").strip())


def test_all_of_it_by_keyboard(page: Page, daybook: House, quiet_day: str, patient: Patient) -> None:
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    tab_to(page, page.get_by_label("Find a patient"))
    page.keyboard.type(patient.last_name.lower(), delay=20)
    arrow_to(page, page.get_by_role("option", name=patient.name).first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Remove {patient.name}")).to_be_focused()
    tab_to(page, page.get_by_label("Length"))
    page.keyboard.type("1 h")
    tab_to(page, page.get_by_role("button", name="Find times"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("minutes=60"))
    expect(page.get_by_role("button", name="Find times")).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("free times")

    start = starts(page)[0]
    tab_to(page, slots(page).first)
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("button", name="Book", exact=True).last).to_be_focused()
    page.keyboard.press("Enter")
    expect(toast(page, "Booked")).to_be_visible()
    [event] = visits_of(daybook.api, patient.id, quiet_day)
    assert (instant(event.when.start), event.when.minutes) == (start, 60)


def test_without_script(open_page: OpenPage, daybook: House, quiet_day: str, patient: Patient) -> None:
    page = open_page(daybook.url, java_script_enabled=False)
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    page.get_by_label("Find a patient").fill(patient.last_name)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("main").get_by_role("link", name=patient.name).first.click()
    expect(page.get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()
    page.get_by_label("Length").select_option("60")
    page.get_by_role("button", name="Find times").click()
    expect(slots(page).first).to_be_visible()
    first, shown = starts(page), slots(page).evaluate_all("each => each.map(slot => slot.id)")
    page.get_by_role("link", name=re.compile("^More, from")).click()
    back = page.get_by_role("link", name="From the beginning")
    expect(back).to_be_visible()
    assert starts(page)[0] >= first[-1]
    assert slots(page).first.get_attribute("id") not in shown
    back.click()
    expect(back).to_be_hidden()
    assert starts(page) == first

    slots(page).first.click()
    booking_button(page).click()
    expect(panel(page)).to_have_attribute("data-start", first[0])
    [event] = visits_of(daybook.api, patient.id, quiet_day)
    assert (instant(event.when.start), event.when.minutes) == (first[0], 60)


# --- Slow, away, pressed twice ----------------------------------------------------------------------------------------


def test_a_slow_answer_is_shown_as_busy_and_a_second_press_does_no_harm(page: Page, quiet_day: str) -> None:
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    held: list[Route] = []
    page.route(re.compile(r"/find/\?"), lambda route: held.append(route))
    page.get_by_label("Length").select_option("60")
    page.get_by_role("button", name="Find times").click()
    expect(page.locator("#found")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_text("Looking through the calendars")).to_be_visible()
    with page.expect_request(re.compile(r"/find/\?")):
        page.get_by_role("button", name="Find times").click()
    # The second question took the place of the first, which nobody waits for any more.
    held[-1].continue_()

    expect(page).to_have_url(re.compile("minutes=60"))
    expect(page.locator("#found")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#find")).to_have_count(1)
    assert slots(page).count() > 0


def test_without_a_connection_the_form_stays_and_it_is_said(page: Page, watches: list[Watch], quiet_day: str) -> None:
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    page.get_by_label("Length").select_option("60")
    page.route(re.compile(r"/find/\?"), lambda route: route.fulfill(status=503, body="away"))
    watches[0].expected.add(503)
    page.get_by_role("button", name="Find times").click()

    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Length")).to_have_value("60")
    expect(page.get_by_role("button", name="Find times")).to_be_focused()
    expect(page.locator("#found")).not_to_have_attribute("aria-busy", "true")


def test_mistakes_are_named_and_take_the_focus(page: Page, quiet_day: str) -> None:
    sign_in(page, Role.COORDINATOR, question(quiet_day))
    page.get_by_label("Until").fill("2020-01-01")
    find_times(page)

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Until")).to_have_accessible_description("This day lies before the first one.")
    expect(page.get_by_label("Until")).to_have_value("2020-01-01")
    assert slots(page).count() == 0


# --- Everybody can use it ---------------------------------------------------------------------------------------------

Reach = Callable[[Page, House, str, UUID], str]


def many(page: Page, daybook: House, day: str, patient: UUID) -> str:
    last = (date.fromisoformat(day) + timedelta(days=6)).isoformat()
    return question(day, patient=str(patient), last=last, order="CARE_TEAM")


def together(page: Page, daybook: House, day: str, patient: UUID) -> str:
    return question(day, together="all", earliest="09:00", latest="16:00", weekday="1")


def nothing(page: Page, daybook: House, day: str, patient: UUID) -> str:
    return question(day, minutes="240", earliest="05:00", latest="06:00")


def mistakes(page: Page, daybook: House, day: str, patient: UUID) -> str:
    return question(day, minutes="0", last="2020-01-01", clock="patient", team="99")


STATES: dict[str, Reach] = {"many": many, "together": together, "nothing": nothing, "mistakes": mistakes}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_state_is_for_everybody(
    page_of: PageOf, daybook: House, quiet_day: str, patient: Patient, state: Reach
) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto(state(page, daybook, quiet_day, patient.id))
    assert inspect(page) == []


def test_the_dialog_over_the_page_is_for_everybody(page_of: PageOf, quiet_day: str) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto(question(quiet_day))
    slots(page).first.click()
    expect(dialog(page).get_by_label("Length")).to_have_value("30")
    assert inspect(page) == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN])
def test_the_bare_page_is_for_everybody(page_of: PageOf, role: Role) -> None:
    page = page_of(role)
    page.goto("/find/")
    page.get_by_text("Days, times, breaks").click()
    assert inspect(page) == []
