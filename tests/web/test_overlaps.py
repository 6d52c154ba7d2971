"""Visits that overlap, as the pages tell it: above the boards, on both panels, in a list; who may see and mend what."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.ledger.models import Clash
from scheduling.services import appointments, overlaps, writes
from scheduling.services.appointments import Wish
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Current-URL": "http://testserver/day/"}


@pytest.fixture
def both(office: Office) -> tuple[Event, Event]:
    """Ours, booked through Daybook, and one that somebody booked over it in Welkin itself; the worker has seen it."""
    wish = Wish(half_hour(at(10)), (office.ada,), (office.theo,), title="Wound check")
    done = appointments.book(office.desk, writes.mint(office.desk), wish)
    theirs = office.clinic.visit(office.ada, office.clinic.patient("Uma"), start=at(10, 15), title="Consultation")
    assert overlaps.watch(datetime.now(UTC)) == 1
    assert done.event
    return done.event, theirs


def page(browser: Browser, url: str) -> str:
    return browser.get(url, follow=True).content.decode()


@pytest.mark.parametrize("board", ["/day/", "/week/"])
def test_the_notice_stands_above_the_boards_and_costs_no_call(
    office: Office, both: tuple[Event, Event], board: str, api_calls: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with api_calls() as seen:
        html = page(office.browser, board)
    Clash.objects.all().delete()
    with api_calls() as without:
        clean = page(office.browser, board)

    assert re.search(r"1 visit overlaps since \d\d:\d\d: somebody booked it in Welkin\.", html)
    assert 'href="/overlaps/"' in html
    assert 'hx-get="/overlaps/notice/"' in html
    assert 'hx-get="/overlaps/notice/"' in clean
    assert "data-overlaps" not in clean
    assert len(seen) >= len(without)


def test_a_board_that_stays_open_asks_for_the_notice_alone(
    office: Office, both: tuple[Event, Event], api_calls: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with api_calls() as seen:
        told = office.browser.get("/overlaps/notice/", headers={**PART, "X-Background": "1"}).content.decode()

    assert ("1 visit overlaps since" in told, "<html" in told, seen) == (True, False, [])


def test_the_panels_of_both_say_it_and_offer_the_repair(office: Office, both: tuple[Event, Event]) -> None:
    ours, theirs = both
    for event, other in ((ours, "Consultation (Uma Marsh)"), (theirs, "Wound check (Theo Marsh)")):
        html = office.browser.get(f"/appointments/{event.id}/", headers=PART).content.decode()
        flag = html[html.index("overlap-flag") :]

        assert other in flag
        assert "Both take the time of Ada Quill; known since" in flag
        assert html.count(f"/find/?visit={event.id}") == flag.count(f"/find/?visit={event.id}") == 1
        assert re.search(r'href="/overlaps/\d+/keep/"', flag)


def test_the_list_tells_who_when_and_what_and_offers_every_repair(office: Office, both: tuple[Event, Event]) -> None:
    ours, theirs = both
    html = page(office.browser, "/overlaps/")

    assert re.search(r"Ada Quill, [^<]* 10:15–10:30", html)
    assert [f"/appointments/{event.id}/{way}/" in html for event in both for way in ("move", "cancel")] == [True] * 4
    assert html.index("through Daybook</span>") < html.index("not through Daybook</span>")
    assert (str(ours.id) in html, str(theirs.id) in html) == (True, True)


def test_both_are_kept_with_a_reason_and_once(office: Office, both: tuple[Event, Event]) -> None:
    url = f"/overlaps/{Clash.objects.get().pk}/keep/"

    blank = office.browser.post(url, {"reason": " "}, headers=PART)
    done, again = (office.browser.post(url, {"reason": "Both agreed"}, headers=PART) for _ in range(2))

    panel = office.browser.get(f"/appointments/{both[1].id}/", headers=PART).content.decode()
    assert (blank.status_code, "Say in a few words why both shall stay." in blank.content.decode()) == (422, True)
    assert "Both visits stay as they are." in done.content.decode()
    assert "This was settled already." in again.content.decode()
    assert "overlap-flag" not in panel
    assert "kept it although it overlaps with another visit" in panel
    assert panel.count("Both agreed") == 1
    assert "No visits overlap" in page(office.browser, "/overlaps/")


def test_the_history_names_daybook_as_the_finder(office: Office, both: tuple[Event, Event]) -> None:
    html = office.browser.get(f"/appointments/{both[0].id}/", headers=PART).content.decode()

    assert "<strong>Daybook</strong> found that it overlaps with another visit" in html


@pytest.mark.parametrize(
    ("role", "names", "notice", "may_keep"),
    [
        pytest.param(Role.COORDINATOR, False, False, 403, id="coordinator-of-others"),
        pytest.param(Role.CLINICIAN, True, True, 403, id="the-clinician"),
        pytest.param(Role.ADMINISTRATOR, False, False, 403, id="administrator"),
    ],
)
def test_names_only_for_those_who_may_see_the_calendar(
    office: Office,
    both: tuple[Event, Event],
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
    role: Role,
    names: bool,
    notice: bool,
    may_keep: int,
) -> None:
    browser = sign_in(make_account(role, welkin_id=office.ada if role == Role.CLINICIAN else None))

    listed, board = page(browser, "/overlaps/"), page(browser, "/day/")

    assert ("Theo Marsh" in listed, "Wound check" in listed) == (names, names)
    assert "10:15" in listed
    assert ("data-overlaps" in board) == notice
    assert browser.get(f"/overlaps/{Clash.objects.get().pk}/keep/").status_code == may_keep
    assert "/keep/" not in listed


def test_a_manager_of_other_teams_sees_nothing_of_it(
    office: Office,
    both: tuple[Event, Event],
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
) -> None:
    browser = sign_in(make_account(Role.MANAGER))

    assert "10:15" not in page(browser, "/overlaps/")
    assert browser.get(f"/overlaps/{Clash.objects.get().pk}/keep/").status_code == 404


@pytest.mark.parametrize("looked", [True, False], ids=["watched", "unwatched"])
def test_that_none_overlap_is_said_only_while_somebody_looks(office: Office, looked: bool) -> None:
    wish = Wish(half_hour(at(10)), (office.ada,), (office.theo,), title="Wound check")
    appointments.book(office.desk, writes.mint(office.desk), wish)
    overlaps.watch(datetime.now(UTC))

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        if looked:
            overlaps.watch(datetime.now(UTC))
        html = page(office.browser, "/overlaps/")

    assert ("No visits overlap" in html, "shows up here within a minute" in html) == (looked, looked)
    assert bool(re.search(r"Daybook could not look since \d\d:\d\d\.", html)) is not looked


def test_the_printed_list_has_no_buttons(office: Office, both: tuple[Event, Event]) -> None:
    html = page(office.browser, "/overlaps/")
    shown = html[html.index('id="overlaps"') :]
    rows = re.findall(r'<(?:p|div) class="([^"]*)">(?:(?!</?(?:p|div)\b).)*?<a class="button', shown, re.DOTALL)

    assert rows
    assert all("no-print" in row for row in rows), rows
