"""No text of the calendar service, and none that somebody typed here, is ever more than text.

Each text field of users, patients, visits and hours holds payloads, and each page that shows them is opened in a
browser: no element of theirs is there, nothing ran, nothing was asked of another host, and the content policy, which
would have stopped it all the same, had nothing to do (watch.py). Of the visits by themselves `make test` opens a third.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, Participant
from scheduling.domain.event import Role as Part
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.welkin import NewEvent, NewPatient, UserChange
from tests.security.payloads import ADDRESSES, PAYLOADS

from . import house
from .access import ALL
from .conftest import OpenPage
from .house import House
from .steps import sign_in

A_DAY, HALF_HOUR = 16, timedelta(minutes=30)
FOUND = """() => [...document.querySelectorAll("[data-pwned], a[href]")]
  .filter(each => "pwned" in each.dataset || !/^https?:$/.test(each.protocol))
  .map(each => each.outerHTML.slice(0, 200)).concat(window.pwned ? ["it ran"] : [])"""
# What somebody reads, and what stands in attributes and fields.
SHOWN = """() => [document.documentElement.textContent, ...[...document.querySelectorAll("*")]
  .flatMap(each => [...each.attributes].map(one => one.value).concat(each.value ?? []))].join("\\n")"""
CONTEXTS = (
    "<p>{}</p>",
    '<input value="{}">',
    "<b title='{}'></b>",
    "<b title={}></b>",
    "<textarea>{}</textarea>",
    "<title>{}</title>",
    "<script>let a = '{}'</script>",
    "<style>{}</style>",
    "<!-- {} -->",
    "<select><option>{}</option></select>",
    '<a href="{}">x</a>',
)


@pytest.fixture(scope="module")
def clinic(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Daybook of its own: its texts would disturb the others."""
    with house.running(tmp_path_factory.mktemp("xss"), clinicians=2, weeks=1) as started:
        yield started


def monday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=28 - today.weekday())


def patient(clinic: House, number: int, text: str) -> Patient:
    """One who is called so, in every field that takes a text."""
    words = {"middle_name": text, "gender": text, "language": text, "mrn": text}
    return clinic.api.patients.create(NewPatient(text, text, external_id=f"x-{number}", **words))


@pytest.fixture(scope="module")
def visits(clinic: House) -> list[Event]:
    """A visit for each payload, in all its words, with a patient of that name and a clinician whose name is many."""
    now = datetime.now(UTC)
    users = clinic.api.users.find().rows
    hours = clinic.api.hours.find([user.id for user in users], Interval(now, now + timedelta(days=7))).rows
    host = next(user for user in users if user.id == hours[0].clinician_id)
    first, last, title = list(PAYLOADS.values())[:3]
    clinic.api.users.change(host.username, UserChange(first_name=first, last_name=last, credentials=title))
    return [visit(clinic, host.id, number, text) for number, text in enumerate(PAYLOADS.values())]


def visit(clinic: House, host: object, number: int, text: str) -> Event:
    start = datetime.combine(monday() + timedelta(days=number // A_DAY), datetime.min.time(), UTC)
    start += timedelta(hours=14) + HALF_HOUR * (number % A_DAY)
    people = (Participant(host, Part.PSM), Participant(patient(clinic, number, text).id, Part.PATIENT))  # type: ignore[arg-type]
    link = list(ADDRESSES.values())[number % len(ADDRESSES)]
    told = {"location": text, "remarks": text, "attachment": link, "capacity": text}
    return clinic.api.events.create(
        NewEvent(Interval(start, start + HALF_HOUR), host, people, title=text, description=text, additional=told)  # type: ignore[arg-type]
    )


def walk(page: Page, *addresses: str) -> set[str]:
    """Open all of them: of the payloads nothing is there but their text. Those that are to be read."""
    shown = ""
    for address in addresses:
        page.goto(address)
        assert page.evaluate(FOUND) == [], address
        shown += " ".join(page.evaluate(SHOWN).split())
    return {name for name, text in PAYLOADS.items() if " ".join(text.split()) in shown}


def test_the_pages_of_a_coordinator(clinic: House, visits: list[Event], open_page: OpenPage) -> None:
    page = open_page(clinic.url)
    sign_in(page, Role.COORDINATOR, "/search/")
    host, (year, week, _day) = visits[0].host_id, monday().isocalendar()
    boards = [f"/week/{host}/{year}-W{week:02}/", f"/team/{year}-W{week:02}/?team=all"]
    boards += [f"/day/{monday() + timedelta(days=day)}/?team=all" for day in range(4)]
    assert walk(page, *boards, *(f"{board}{'&' if '?' in board else '?'}view=list" for board in boards)) == set(
        PAYLOADS
    )
    opened = range(0, len(visits), 1 if ALL else 3)
    names = {list(PAYLOADS)[number] for number in opened}
    assert walk(page, *(f"/appointments/{visits[number].id}/" for number in opened)) >= names

    some = visits[::9]
    forms = [f"/appointments/{each.id}/{way}/" for each in some for way in ("edit", "move", "cancel", "delete")]
    whose = [row.person_id for each in some for row in each.participants if row.role == Part.PATIENT]
    assert len(walk(page, *forms, *(f"/patients/{person}/" for person in whose))) >= len(some)
    links = (f"/find/?clinician={host}&patient={whose[0]}", f"/hours/{host}/", "/hours/", "/people/", "/invitations/")
    assert walk(page, *links)


def test_a_search_for_each(clinic: House, visits: list[Event], open_page: OpenPage) -> None:
    page = open_page(clinic.url)
    sign_in(page, Role.COORDINATOR, "/search/")
    token = page.evaluate("() => document.body.getAttribute('hx-headers:inherited')")
    for text in PAYLOADS.values():
        page.evaluate(
            """([headers, q]) => htmx.ajax("POST", "/search/",
            {target: "main", swap: "innerHTML", values: {q}, headers: JSON.parse(headers)})""",
            [token, " ".join(text.split())],
        )
        assert page.evaluate(FOUND) == []


def test_what_is_typed_here(clinic: House, visits: list[Event], open_page: OpenPage) -> None:
    page = open_page(clinic.url)
    sign_in(page, Role.ADMINISTRATOR, "/people/")
    main = page.get_by_role("main")
    for number, text in enumerate(list(PAYLOADS.values())[:3]):
        for address, button in (("/people/teams/new/", "Make the team"), ("/closures/places/new/", "Save place")):
            page.goto(address)
            page.get_by_label("Name", exact=True).fill(f"{number} {text}")
            main.get_by_role("button", name=button).click()
    page.goto("/people/visits/")
    page.get_by_label("Locations").fill("\n".join(PAYLOADS.values()))
    main.get_by_role("button", name="Save").click()
    lists = ("/people/", "/people/teams/", "/closures/", "/audit/", "/people/logins/", "/people/logins/new/")
    one = f"/people/users/{visits[0].host_id}/"
    assert len(walk(page, *lists, one, "/people/visits/")) == len(PAYLOADS)


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Page]:
    """A page without a content policy, and without a way out."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


EACH = {**PAYLOADS, **{f"address: {name}": text for name, text in ADDRESSES.items()}}


@pytest.mark.parametrize("text", EACH.values(), ids=EACH)
def test_each_is_noticed_where_nothing_is_escaped(bare: Page, text: str) -> None:
    """The control: in one context at least it is more than text."""

    def noticed(context: str) -> bool:
        bare.set_content(f"<!doctype html><main>{context.replace('{}', text)}</main>", wait_until="commit")
        return bool(bare.evaluate(FOUND))

    assert any(map(noticed, CONTEXTS))
