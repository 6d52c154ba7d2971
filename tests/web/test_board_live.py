"""A board that asks what changed: nothing, the parts that did, or the whole where they would not fit."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from scheduling.domain.week import Week
from scheduling.web.board.live import Changes, Loose, changes, held
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour, next_monday
from tests.faults.server import Faults
from tests.sandbox_fixture import Sandbox

from .board_reader import Element, read

POLL = {"HX-Request": "true", "X-Background": "1"}
A_WHILE = timedelta(minutes=10)
BOARDS = ["day", "week", "team", "day as a list", "week as a list"]


def address(office: Office, board: str) -> str:
    week = Week.containing(next_monday())
    kind, _, listed = board.partition(" as a ")
    url = {"day": f"/day/{next_monday()}/", "week": f"/week/{office.ada}/{week}/", "team": f"/team/{week}/"}[kind]
    return f"{url}?view=list" if listed else url


def holds(page: Element) -> dict[str, str]:
    """The header by which a page tells what it holds, as the script makes it."""
    (board,) = page.all("data-frame")
    parts = [f"{name}={mark}" for name, mark in marks(page).items()]
    return POLL | {"X-Board": " ".join([f"frame={board.attrs['data-frame']}", *parts])}


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved; no hour ends meanwhile, and with it no day of a zone."""
    began = datetime.now(UTC)
    began -= timedelta(minutes=20) if began.minute >= 45 else timedelta()
    with time_machine.travel(began, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize("board", BOARDS)
def test_nothing_changed_is_an_empty_answer(office: Office, now: time_machine.Traveller, board: str) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    url = address(office, board)
    page = read(office.browser.get(url))
    now.shift(A_WHILE)

    answer = office.browser.get(url, headers=holds(page))

    assert (answer.status_code, answer.content) == (204, b"")
    assert json.loads(answer["HX-Trigger"])["board-read"]["text"].startswith("As read at ")
    assert not answer.cookies


@pytest.mark.parametrize("board", BOARDS)
def test_a_moved_visit_brings_the_parts_it_stands_in(office: Office, now: time_machine.Traveller, board: str) -> None:
    bea = office.clinic.user("Bea")
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    other = office.clinic.visit(bea, office.theo, start=at(14, day=1))
    url = address(office, board)
    page = read(office.browser.get(url))
    office.api.events.change(event.id, EventChange(when=half_hour(at(11))))
    now.shift(A_WHILE)

    answer = office.browser.get(url, headers=holds(page))

    shown = read(answer)
    assert (answer.status_code, answer["X-Board"]) == (200, "parts")
    assert {each.attrs["hx-swap-oob"] for each in shown.children} == {"outerMorph"}
    whole = read(office.browser.get(url))
    changed = {each.attrs["id"]: each.attrs["data-mark"] for each in shown.children}
    before, after = marks(page), marks(whole)
    assert changed == {name: mark for name, mark in after.items() if before[name] != mark}
    assert str(other.id) not in answer.content.decode()
    if board != "team":
        assert {each.attrs["data-start"] for each in shown.all("data-event-id", str(event.id))} == {
            f"{at(11):%Y-%m-%dT%H:%M:%SZ}"
        }


def marks(page: Element) -> dict[str, str]:
    (board,) = page.all("data-frame")
    return {each.attrs["id"]: each.attrs["data-mark"] for each in board.all("data-mark")}


def test_what_makes_the_axis_longer_comes_whole(office: Office, now: time_machine.Traveller) -> None:
    url = address(office, "day")
    page = read(office.browser.get(url))
    office.clinic.visit(office.ada, office.theo, start=at(6))
    now.shift(A_WHILE)

    answer = office.browser.get(url, headers=holds(page))

    assert [each.attrs["id"] for each in read(answer).children] == ["board"]
    assert "X-Board" not in answer


@pytest.mark.parametrize("board", ["day", "week", "team"])
def test_a_calendar_that_does_not_answer_comes_whole_and_dated_and_never_empty(
    office: Office, faults: Faults, now: time_machine.Traveller, board: str
) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    url = address(office, board)
    page = read(office.browser.get(url))
    faults.rule({"status": 503}, times=None)
    now.shift(A_WHILE)

    shown = read(office.browser.get(url, headers=holds(page)))

    assert shown.all("data-stale")
    assert board == "team" or shown.all("data-event-id", str(event.id))


@pytest.mark.parametrize("header", ["", "nonsense", "frame=", "frame=0123456789", "a=0123456789"])
def test_a_page_that_does_not_say_what_it_holds_gets_all(office: Office, header: str) -> None:
    answer = office.browser.get(address(office, "day"), headers=POLL | {"X-Board": header})
    assert [each.attrs["id"] for each in read(answer).children] == ["board"]


@pytest.mark.parametrize(("background", "lives"), [(True, False), (False, True)], ids=["asking", "using"])
def test_asking_what_changed_keeps_no_session_alive(
    office: Office, settings: Any, background: bool, lives: bool
) -> None:
    """With the negative control: the same request without its header does."""
    url, start = address(office, "day"), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        page = read(office.browser.get(url))
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE - 1))
        headers = holds(page)
        if not background:
            del headers["X-Background"]
        assert office.browser.get(url, headers=headers).status_code < 300
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE + 1))
        assert (office.browser.get(url).status_code == 200) is lives


PARTS = (Loose("c0", "0000000001"), Loose("c1", "0000000002"))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("frame=00000000ff c0=0000000001 c1=0000000002", Changes(False, frozenset())),
        ("frame=00000000ff c0=0000000001 c1=0000000003", Changes(False, frozenset({"c1"}))),
        ("frame=00000000fe c0=0000000001 c1=0000000002", Changes(True, frozenset())),
        ("frame=00000000ff c0=0000000001", Changes(True, frozenset({"c1"}))),
        ("frame=00000000ff c0=0000000001 c1=0000000002 c2=0000000003", Changes(True, frozenset())),
    ],
    ids=["all there", "one changed", "another frame", "one missing", "one too many"],
)
def test_what_a_page_lacks(told: str, found: Changes) -> None:
    holding = held(told)
    assert holding
    assert changes(holding, "00000000ff", PARTS) == found
