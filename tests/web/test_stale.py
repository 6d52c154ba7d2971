"""Pages while the calendar service is in trouble: dated, read-only, never free by mistake, and well again alone."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from scheduling.domain.week import Week
from scheduling.ledger.models import Claim
from scheduling.services import appointments, writes
from scheduling.services.appointments import Wish
from scheduling.web import clock
from tests.clinic_fixture import NEW_YORK, Office, at, half_hour, next_monday
from tests.faults.server import EVENTS, Faults
from tests.sandbox_fixture import Sandbox

from .board_reader import Element, read

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
A_WHILE = timedelta(minutes=10)
PART = {"HX-Request": "true"}
POLL = PART | {"X-Background": "1"}
AWAY: dict[str, Any] = {"status": 503}


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def manager(office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]) -> Browser:
    account = make_account(Role.MANAGER, timezone="America/New_York")
    Team.objects.get(name="Nursing").keepers.add(account)
    return sign_in(account)


def week_url(person: UUID) -> str:
    return f"/week/{person}/{Week.containing(next_monday())}/"


PAGES: dict[str, Callable[[Office], str]] = {
    "week": lambda office: week_url(office.ada),
    "day": lambda _: f"/day/{next_monday()}/",
    "patient": lambda office: f"/patients/{office.theo}/",
    "utilisation": lambda _: f"/utilisation/?week={Week.containing(next_monday())}",
}


@pytest.fixture(params=PAGES, ids=str)
def page(request: pytest.FixtureRequest, office: Office, manager: Browser) -> tuple[Browser, str]:
    """Who looks at which page."""
    return (manager if request.param == "utilisation" else office.browser), PAGES[request.param](office)


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved; in the day's last hour an hour early, to stay within the day."""
    start = datetime.now(NEW_YORK).replace(microsecond=0)
    with time_machine.travel(start - HOUR if start.hour == 23 else start, tick=False) as traveller:
        yield traveller


def polls(shown: Any) -> list[Element]:
    """What asks again by itself; the notice of overlaps, which every board has, left out."""
    return [each for each in shown.all("data-poll") if each.attrs["hx-get"] != "/overlaps/notice/"]


def at_rest(url: str) -> list[str]:
    """How a page asks again that was read just now and shows nothing open: the boards do, because they stand open."""
    return ["every 40s, ask"] if url.startswith(("/week/", "/day/")) else []


def texts(answer: Any) -> str:
    return read(answer).text


def banner(shown: Element) -> str:
    """What the banner says, its date apart: the reader puts what is strong behind the rest."""
    return " ".join(each.text for each in shown.all("data-stale"))


def date_of(shown: Element) -> list[str]:
    return [each.text for row in shown.all("data-stale") for each in row.walk() if each.tag == "strong"]


# --- Through an outage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, PART, POLL], ids=["page", "part", "poll"])
def test_in_an_outage_a_page_stays_readable_dated_and_read_only(
    office: Office, faults: Faults, page: tuple[Browser, str], now: time_machine.Traveller, headers: dict[str, str]
) -> None:
    browser, url = page
    office.clinic.visit(office.ada, office.theo, start=at(10))
    good = read(browser.get(url))
    as_of = clock.time(datetime.now(NEW_YORK), NEW_YORK)
    faults.rule(AWAY, times=None)
    now.shift(A_WHILE)

    answer = browser.get(url, headers=headers)

    shown = read(answer)
    assert answer.status_code == 200
    assert date_of(shown) == [f"As of {as_of}."]
    assert banner(shown).startswith("The calendar service cannot be reached; you can look, not change.")
    assert [each.attrs["data-event-id"] for each in good.all("data-event-id")] == [
        each.attrs["data-event-id"] for each in shown.all("data-event-id")
    ]
    assert shown.all("data-free") == []
    assert [each.attrs["hx-trigger"] for each in polls(shown)] == ["every 10s, ask"]
    assert all('"X-Background"' in each.attrs["hx-headers:inherited"] for each in polls(shown))


def test_it_is_well_again_alone(faults: Faults, page: tuple[Browser, str], now: time_machine.Traveller) -> None:
    browser, url = page
    browser.get(url)
    faults.rule(AWAY, times=None)
    now.shift(A_WHILE)
    outage = read(browser.get(url))
    faults.clear()

    back = read(browser.get(url, headers=POLL))

    assert (len(outage.all("data-stale")), back.all("data-stale")) == (1, [])
    assert [each.attrs["hx-trigger"] for each in polls(back)] == at_rest(url)


@pytest.mark.parametrize("board", ["week", "day"])
def test_a_board_that_stands_open_turns_dated_by_itself_and_goes_on_by_itself(
    office: Office, faults: Faults, now: time_machine.Traveller, board: str
) -> None:
    """Nobody presses anything: only what the page itself asks for, at the pace that it says."""
    shown, waited, url = read(office.browser.get(PAGES[board](office))), 0, ""
    rule = faults.rule(AWAY, times=None)

    while not shown.all("data-stale") and waited < 60:
        (poll,) = polls(shown)
        seconds, url = int(poll.attrs["data-poll"]), poll.attrs["hx-get"]
        now.shift(timedelta(seconds=seconds))
        waited += seconds
        shown = read(office.browser.get(url, headers=POLL))

    away = len(shown.all("data-stale")), shown.all("data-free"), len(polls(shown))
    faults.remove(rule)
    now.shift(timedelta(seconds=10))
    back = read(office.browser.get(url, headers=POLL))
    assert away == (1, [], 1)
    assert waited < 60
    assert (back.all("data-stale"), bool(back.all("data-free"))) == ([], True)


def test_the_free_blocks_come_back_with_it(office: Office, faults: Faults, now: time_machine.Traveller) -> None:
    free = len(read(office.browser.get(week_url(office.ada))).all("data-free"))
    rule = faults.rule(AWAY, times=None)
    now.shift(A_WHILE)
    away = len(read(office.browser.get(week_url(office.ada))).all("data-free"))
    faults.remove(rule)

    assert (away, len(read(office.browser.get(week_url(office.ada))).all("data-free"))) == (0, free)


def test_with_nothing_kept_the_page_says_so_and_shows_no_empty_calendar(
    faults: Faults, page: tuple[Browser, str]
) -> None:
    browser, url = page
    faults.rule(AWAY, times=None)

    answer = browser.get(url)

    assert answer.status_code == 503
    assert "The calendar service cannot be reached" in texts(answer)
    assert [read(answer).all(name) for name in ("data-date", "data-metric", "data-free")] == [[], [], []]


def test_after_a_day_it_is_an_error_again(
    faults: Faults, page: tuple[Browser, str], now: time_machine.Traveller, office: Office
) -> None:
    browser, url = page
    browser.get(url)
    faults.rule(AWAY, times=None)
    now.shift(25 * HOUR)
    account = office.coordinator if browser is office.browser else Account.objects.get(role=Role.MANAGER)
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert browser.get(url).status_code == 503


def test_of_another_day_the_day_is_told(office: Office, faults: Faults, now: time_machine.Traveller) -> None:
    url = week_url(office.ada)
    now.move_to(datetime.now(NEW_YORK).replace(hour=23, minute=50) - timedelta(days=1))
    office.browser.get(url)
    day = clock.day(datetime.now(NEW_YORK), NEW_YORK)
    faults.rule(AWAY, times=None)
    now.shift(A_WHILE * 1.4)

    assert date_of(read(office.browser.get(url))) == [f"As of {day}, 23:50."]


def test_the_patients_page_says_why_booking_waits(office: Office, faults: Faults, now: time_machine.Traveller) -> None:
    url = f"/patients/{office.theo}/"
    before = read(office.browser.get(url))
    faults.rule(AWAY, times=None)
    now.shift(A_WHILE)

    for headers in ({}, PART):
        [actions] = read(office.browser.get(url, headers=headers)).all("id", "patient-actions")
        assert [each for each in actions.all("href") if each.tag == "a"] == []
        assert actions.text.endswith("Booking waits until the calendar service is back.")
        assert "disabled" in actions.all("aria-describedby")[0].attrs
    [could] = before.all("id", "patient-actions")
    assert len([each for each in could.all("href") if each.tag == "a"]) == 2


def test_a_manager_is_not_told_about_booking(
    office: Office, manager: Browser, faults: Faults, now: time_machine.Traveller
) -> None:
    url = PAGES["utilisation"](office)
    manager.get(url)
    faults.rule(AWAY, times=None)
    now.shift(A_WHILE)

    assert "Booking" not in banner(read(manager.get(url)))


def test_search_and_booking_never_take_what_is_kept(
    office: Office, faults: Faults, now: time_machine.Traveller
) -> None:
    office.browser.get(week_url(office.ada))
    url = f"/find/?clinician={office.ada}&first={next_monday()}&last={next_monday()}&length=30"
    assert read(office.browser.get(url)).all("data-slot")
    faults.rule(AWAY, times=None)
    now.shift(timedelta(seconds=10))

    answer = office.browser.get(url)

    assert (answer.status_code, read(answer).all("data-slot")) == (503, [])
    assert "The calendar service cannot be reached" in texts(answer)
    assert office.browser.get(f"/appointments/new/?clinician={office.ada}").status_code == 200


def test_a_fresh_page_costs_no_call(page: tuple[Browser, str], api_calls: Callable[[], Any]) -> None:
    browser, url = page
    browser.get(url)
    with api_calls() as seen:
        browser.get(url)

    assert seen == []


def test_a_page_that_is_read_again_behind_looks_soon(page: tuple[Browser, str], now: time_machine.Traveller) -> None:
    browser, url = page
    browser.get(url)
    now.shift(timedelta(minutes=1))
    first, second = read(browser.get(url)), read(browser.get(url, headers=POLL))

    assert [each.attrs["hx-trigger"] for each in polls(first)] == ["every 2s, ask"]
    assert first.all("data-stale") == []
    assert [each.attrs["hx-trigger"] for each in polls(second)] == at_rest(url)


# --- False free = 0 --------------------------------------------------------------------------------------------------

BROKEN: dict[str, Any] = {
    "an empty body": {"cut": 0},
    "cut after a byte": {"cut": 1},
    "cut in the middle": {"cut": 0.5},
    "cut before the end": {"cut": -1},
    "noise": "garbage",
    "a page of HTML": "html",
    "no gzip": "bad_gzip",
    "null": {"status": {"code": 200, "body": "null"}},
    "an empty list": {"status": {"code": 200, "body": "[]"}},
    "an empty object": {"status": {"code": 200, "body": "{}"}},
    "nothing at all": {"status": {"code": 200, "body": ""}},
    "a text": {"status": {"code": 200, "body": '"no events"'}},
    "rows of another type": {"mutate": [{"op": "replace", "path": "/content", "value": 7}]},
    "no rows": {"mutate": [{"op": "replace", "path": "/content", "value": []}]},
    "rows without times": {
        "mutate": [
            {"op": "remove", "path": "/content/*/startDateTime"},
            {"op": "remove", "path": "/content/*/endDateTime"},
            {"op": "remove", "path": "/content/*/duration"},
            {"op": "remove", "path": "/content/*/localStartDateTime"},
            {"op": "remove", "path": "/content/*/localEndDateTime"},
        ]
    },
}


def taken_but_free(shown: Element) -> int:
    """How often the half hour of the visit is offered as free."""
    start = clock.stamp(at(10))
    return sum(each.attrs["data-start"] <= start < each.attrs["data-end"] for each in shown.all("data-free"))


@pytest.mark.parametrize("kept_before", [False, True], ids=["nothing kept", "kept"])
@pytest.mark.parametrize("do", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_never_looks_free(
    office: Office, faults: Faults, now: time_machine.Traveller, do: Any, kept_before: bool
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    if kept_before:
        office.browser.get(week_url(office.ada))
    now.shift(A_WHILE)
    faults.rule(do, method="GET", path=EVENTS, times=None)

    answer = office.browser.get(week_url(office.ada))

    shown = read(answer)
    assert taken_but_free(shown) == 0
    assert not shown.all("data-free")
    assert answer.status_code in ((200,) if kept_before else (200, 502, 503))
    assert shown.all("data-tone", "warn") or answer.status_code > 500


def test_the_same_look_finds_free_time_where_it_is(office: Office) -> None:
    shown = read(office.browser.get(week_url(office.ada)))

    assert taken_but_free(shown) == 1


# --- Lag -------------------------------------------------------------------------------------------------------------


def test_what_was_just_booked_is_there_though_the_api_lags(
    office: Office, faults: Faults, now: time_machine.Traveller
) -> None:
    office.browser.get(week_url(office.ada))
    faults.rule({"replica_lag": 600}, method="GET", times=None)
    wish = Wish(when=half_hour(at(10)), clinician_ids=(office.ada,), patient_ids=(office.theo,), title="Wound check")
    desk = office.desk_of(office.coordinator)

    done = appointments.book(desk, writes.mint(desk), wish)

    for url in (week_url(office.ada), f"/day/{next_monday()}/", f"/patients/{office.theo}/"):
        shown = read(office.browser.get(url))
        assert str(done.event.id) in [each.attrs["data-event-id"] for each in shown.all("data-event-id")]
        assert taken_but_free(shown) == 0
        assert shown.all("data-hold") == []


# --- Open claims -----------------------------------------------------------------------------------------------------


def claim(office: Office, person: UUID, state: str, start: datetime, minutes: int = 30) -> None:
    key = uuid4().hex
    Claim.objects.create(
        scope=office.desk.scope,
        resource=person,
        visit=f"intent:{key}",
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        state=state,
        intent=key,
        changed_at=office.desk.now,
    )


WORDS = {
    Claim.State.RESERVED: "Being booked",
    Claim.State.SENT: "Being booked",
    Claim.State.UNKNOWN: "Checking whether it is saved",
    Claim.State.CONFIRMED: "Just booked",
}


@pytest.mark.parametrize("url", [PAGES["week"], PAGES["day"]], ids=["week", "day"])
@pytest.mark.parametrize(("state", "word"), WORDS.items(), ids=[state.value for state in WORDS])
def test_an_open_claim_is_a_block_that_says_what_goes_on(
    office: Office, url: Callable[[Office], str], state: str, word: str
) -> None:
    claim(office, office.ada, state, at(10))

    shown = read(office.browser.get(url(office)))

    [block] = shown.all("data-hold")
    assert (block.tag, block.attrs["data-hold"]) == ("span", state)
    assert (block.attrs["data-start"], block.attrs["data-end"]) == (clock.stamp(at(10)), clock.stamp(at(10, 30)))
    said = next(each.text for each in block.children if "sr-only" in each.classes)
    assert said == f"{word}, Monday {next_monday().day} {next_monday():%B}, 10:00 to 10:30"
    assert taken_but_free(shown) == 0
    assert [each.attrs["data-poll"] for each in polls(shown)] == ["10"]
    assert not [name for name in ("Theo", "Marsh") if name in shown.text]


def test_without_a_claim_the_board_is_in_no_hurry(office: Office) -> None:
    claim(office, office.ada, Claim.State.RELEASED, at(10))
    shown = read(office.browser.get(week_url(office.ada)))

    assert (shown.all("data-hold"), taken_but_free(shown)) == ([], 1)
    assert [each.attrs["data-poll"] for each in polls(shown)] == ["40"]


def test_a_short_claim_and_one_over_a_visit_have_their_place(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    claim(office, office.ada, Claim.State.UNKNOWN, at(10, 15))
    claim(office, office.ada, Claim.State.SENT, at(12), minutes=10)

    shown = read(office.browser.get(week_url(office.ada)))

    both, short = shown.all("data-hold")
    assert {"n2", "l1", "hold"} <= set(both.parent.classes)
    assert (
        short.text == f"Being booked, Monday {next_monday().day} {next_monday():%B}, 12:00 to 12:10 12:00 Being booked"
    )


def test_a_claim_outside_the_hours_is_seen_too(office: Office) -> None:
    claim(office, office.ada, Claim.State.UNKNOWN, at(20))

    assert len(read(office.browser.get(week_url(office.ada))).all("data-hold")) == 1


def test_a_clinician_of_the_team_sees_the_block(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    claim(office, office.ada, Claim.State.UNKNOWN, at(10))
    own = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada, timezone="America/New_York"))

    assert len(read(own.get(week_url(office.ada))).all("data-hold")) == 1


def test_the_patients_page_says_what_is_on_its_way(office: Office) -> None:
    claim(office, office.theo, Claim.State.UNKNOWN, at(10))

    shown = read(office.browser.get(f"/patients/{office.theo}/"))

    [row] = shown.all("data-hold")
    assert row.text.endswith("10:00 – 10:30 Checking whether it is saved")
    assert [each.attrs["data-poll"] for each in polls(shown)] == ["10"]
