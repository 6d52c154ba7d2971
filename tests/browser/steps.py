"""What people do on the pages, found as they find it: by role, label, text and the attributes of docs/pages.md."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus, Participant
from scheduling.domain.event import Role as Part
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.welkin import Client, NewEvent

FREE = """blocks => blocks.map(block =>
  [block.closest("[data-clinician-id]").dataset.clinicianId, block.dataset.start, block.dataset.end])"""


def sign_in(page: Page, role: Role, to: str = "/") -> None:
    """Ask for a page, be sent to the login, press the demo login, and be where one wanted to be."""
    page.goto(to)
    page.get_by_role("button", name=role.value.capitalize()).click()
    expect(page.get_by_role("button", name="Your menu")).to_be_visible()


@dataclass(frozen=True, slots=True)
class Spot:
    """Free time of a clinician, as long as the blocks that hang together."""

    clinician_id: UUID
    when: Interval

    @property
    def start(self) -> str:
        return instant(self.when.start)


def instant(moment: datetime) -> str:
    """As `data-start` has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def free_spots(page: Page) -> list[Spot]:
    """All free time of the board, by clinician and start, neighbouring blocks as one."""
    joined: list[Spot] = []
    for clinician, start, end in page.locator("[data-free]").evaluate_all(FREE):
        when = Interval(datetime.fromisoformat(start), datetime.fromisoformat(end))
        last = joined[-1] if joined else None
        if last and str(last.clinician_id) == clinician and last.when.end == when.start:
            joined[-1] = Spot(last.clinician_id, Interval(last.when.start, when.end))
        else:
            joined.append(Spot(UUID(clinician), when))
    return joined


def block(page: Page, spot: Spot) -> Locator:
    """The block that begins the spot."""
    return page.locator(f"[data-clinician-id='{spot.clinician_id}'] [data-free][data-start='{spot.start}']")


def to_next_working_day(page: Page) -> None:
    """Press "next" until somebody is free for an hour."""
    day = page.get_by_role("heading", level=1)
    for _day in range(14):
        shown = day.inner_text()
        page.get_by_role("link", name="Next day").click()
        expect(day).not_to_have_text(shown)  # a day without hours has no columns to wait for
        if any(spot.when.minutes >= 60 for spot in free_spots(page)):
            return
    raise AssertionError("nobody is free in the next two weeks")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def panel(page: Page) -> Locator:
    """The visit beside the board, or on a page of its own."""
    return page.locator("#visit")


def choose_patient(page: Page, patient: Patient) -> None:
    """Type a part of the last name and press the one that is meant."""
    page.get_by_label("Find a patient").press_sequentially(patient.last_name[1:].lower())
    page.get_by_role("option", name=patient.name).first.click()
    expect(page.get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()


def match(page: Page) -> Locator:
    """The first thing found for what was typed; the pickers of the page have options too."""
    return page.locator("auto-complete [role=option]").first


def open_booking(page: Page, spot: Spot) -> Locator:
    """Press a free block of the board; the dialog is there and its check is done."""
    block(page, spot).click()
    expect(dialog(page).get_by_role("heading", name="Book a visit")).to_be_visible()
    return dialog(page)


def press_book(page: Page) -> None:
    booking_button(page).click()


def booking_button(page: Page) -> Locator:
    """The button that books, in the dialog or on the page of the form."""
    return page.locator("#booking").get_by_role("button", name="Book", exact=False).last


def book(page: Page, spot: Spot, patient: Patient) -> None:
    """The whole booking on the board, until the toast says so and the dialog is gone."""
    open_booking(page, spot)
    choose_patient(page, patient)
    press_book(page)
    expect(toast(page, "Booked")).to_be_visible()
    expect(dialog(page)).to_be_hidden()


def toast(page: Page, text: str) -> Locator:
    return page.locator("#toasts").get_by_text(text)


def visits_of(api: Client, patient_id: UUID, day: str) -> list[Event]:
    """What the back end holds of the patient on the UTC days around the day, cancelled ones too."""
    noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    window = Interval(noon - timedelta(hours=24), noon + timedelta(hours=36))
    return list(api.events.find(window, participant_ids=[patient_id], include_cancelled=True).rows)


def make_visit(api: Client, clinician_id: UUID, patient: Patient, when: Interval, *others: UUID) -> Event:
    """A visit put into the back end past the pages."""
    staff = [Participant(person_id=each, role=Part.PSM) for each in (clinician_id, *others)]
    row = Participant(person_id=patient.id, role=Part.PATIENT)
    draft = NewEvent(when=when, host_id=clinician_id, participants=(*staff, row), title="Follow-up")
    return api.events.create(draft)


def working(api: Client) -> list[UUID]:
    """The users who have work hours just now, by id."""
    now = datetime.now(UTC)
    ids = [user.id for user in api.users.find().rows]
    records = api.hours.find(ids, Interval(now, now + timedelta(days=7))).rows
    return sorted({record.clinician_id for record in records})


def status_of(api: Client, event_id: UUID) -> EventStatus | None:
    return api.events.read(event_id).known_status
