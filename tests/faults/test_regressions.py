"""The list of regressions is whole and true, and what no other test holds of it."""

import ast
import multiprocessing
import sqlite3
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from scheduling.services import appointments, claims, placing, writes
from scheduling.services.appointments import Wish
from scheduling.services.claims import Wanted
from scheduling.services.writes import Change
from tests.clinic_fixture import Office, at, half_hour

from .regressions import REGRESSIONS, Regression
from .sqlite_writer import write_often

TESTS = Path(__file__).resolve().parents[1]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("told", REGRESSIONS.values(), ids=[f"{number}" for number in REGRESSIONS])
def test_each_regression_names_tests_that_are_there(told: Regression) -> None:
    assert bool(told.tests) is not bool(told.why)
    for named in told.tests:
        path, _, name = named.partition("::")
        assert (TESTS / path).is_file(), named
        assert not name or name in names_in(TESTS / path), named


def test_the_list_is_whole() -> None:
    assert list(REGRESSIONS) == list(range(1, 50))


def wish(office: Office) -> Wish:
    return Wish(half_hour(at(10)), (office.ada,), (office.theo,), title="Wound check")


# --- 5: what is kept never decides a booking -------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_booking_reads_the_calendar_itself(office: Office, api_calls: Callable[..., Any]) -> None:
    """Also right after a page has read the same week."""
    office.browser.get(f"/day/{at(10):%Y-%m-%d}/")
    with api_calls() as seen:
        placing.check(office.desk, wish(office).placement)

    assert seen == [
        "GET /{tenant}/{instance}/calendar/work-hours",
        "GET /{tenant}/{instance}/calendar/events",
    ]


# --- 10: taken in another tab ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_time_that_was_taken_in_another_tab_is_told_in_the_form(office: Office) -> None:
    desk = replace(office.desk, session="another tab")
    intent = writes.mint(office.desk)
    appointments.book(desk, writes.mint(desk), wish(office))
    when = at(10).astimezone(office.desk.zone)
    sent = {"date": f"{when:%Y-%m-%d}", "start": "10:00", "minutes": "30", "type": "APPOINTMENT", "mode": "IN-PERSON"}
    sent |= {"host": str(office.ada), "patient": str(office.theo), "title": "Typed by hand", "intent": intent}

    answer = office.browser.post("/appointments/new/", sent)

    html = answer.content.decode()
    assert (answer.status_code, "Typed by hand" in html, intent in html) == (422, True, True)
    assert "is busy" in html


# --- 16, 17: locks ---------------------------------------------------------------------------------------------------


def test_locks_are_asked_for_in_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks, in whichever order: the numbers go to the database sorted, each once."""
    asked: list[list[int]] = []

    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def execute(self, _: str, told: Any = None) -> None:
            if told:
                asked.append(told[0])

    class Postgres:
        vendor = "postgresql"

        def cursor(self) -> Cursor:
            return Cursor()

    monkeypatch.setattr(claims, "database", Postgres())
    people = [uuid4() for _ in range(6)]
    claims.lock("here", people)
    claims.lock("here", [*reversed(people), people[2]])

    assert asked[0] == asked[1] == sorted(set(asked[0]))
    assert len(asked[0]) == 6


@pytest.mark.django_db
def test_a_change_of_nobodys_time_claims_nothing(office: Office) -> None:
    appointments.book(office.desk, writes.mint(office.desk), wish(office))
    nobody = Change("appointment.book", wanted=lambda: Wanted((), half_hour(at(10)), judge=lambda holds: _none(holds)))

    assert writes.perform(office.desk, writes.mint(office.desk), nobody, lambda: {"event": str(uuid4())}).confirmed


def _none(holds: tuple[Any, ...]) -> claims.Judged:
    assert holds == ()
    return claims.Judged()


# --- 18: nothing is asked while something is locked ------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_is_asked_while_the_time_is_taken(office: Office, api_calls: Callable[..., Any]) -> None:
    place = placing.Place(office.desk, wish(office).placement, "")
    place.accept()
    key = writes.mint(office.desk)

    with api_calls() as seen, CaptureQueriesContext(database) as queries:
        writes._take(office.desk, key, Change("appointment.book", wanted=place.wanted))

    assert seen == []
    assert any("ledger_claim" in query["sql"] for query in queries)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_the_api_is_asked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    create, inside = appointments.create, []

    def watched(*args: Any) -> Any:
        inside.append(database.in_atomic_block)
        return create(*args)

    monkeypatch.setattr(appointments, "create", watched)

    assert appointments.book(office.desk, writes.mint(office.desk), wish(office)).confirmed
    assert inside == [False]


# --- 33: no page in the browser's storage ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_page_is_kept_in_the_browser(office: Office) -> None:
    answer = office.browser.get("/week/", follow=True)

    assert "no-store" in answer.headers["Cache-Control"]
    scripts = [path.read_text() for path in (settings.BASE_DIR / "static" / "js").rglob("*.js")]
    assert not any(word in script for script in scripts for word in ("sessionStorage", "indexedDB", "caches.open"))


# --- 40: many writers of one file ------------------------------------------------------------------------------------

PROCESSES = 8


@pytest.mark.parametrize(("begin", "fails"), [("BEGIN IMMEDIATE", False), ("BEGIN", True)], ids=["as we do", "as read"])
def test_many_processes_write_one_file_and_none_is_locked_out(tmp_path: Path, begin: str, fails: bool) -> None:
    path = str(tmp_path / "told.sqlite3")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE told (who INTEGER, turn INTEGER)")
    connection.close()

    # Not a `Pool`: ending one may kill a process that holds the lock for which another one waits.
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        sent = [pool.submit(write_often, path, number, begin) for number in range(PROCESSES)]
        locked = sum(one.result(timeout=60) for one in sent)

    options = settings.DATABASES["default"]["OPTIONS"]
    assert (locked > 0) is fails
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 5)
