"""Answers that say no, ask for patience, or make no sense (reliability F13 to F15, F17 to F24, F28).

Nothing that cannot be read is ever taken for an empty calendar, and one bad row never takes the others with it.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from scheduling.welkin import Client
from scheduling.welkin.errors import Forbidden, Malformed, Unavailable, WelkinError
from tests.faults.impatience import IMPATIENT, Clock, client_of
from tests.faults.server import EVENTS, Do, Faults
from tests.faults.test_api_faults_calls import DAY, Stage

CANARY = "Zebulon Quorndale"


@pytest.fixture
def stage(faults: Faults) -> Iterator[Stage]:
    made = Stage(faults)
    yield made
    made.client.close()
    made.hurried.close()


def ids(listing: Any) -> list[Any]:
    return [event.id for event in listing]


# --- No, and not now -------------------------------------------------------------------------------------------------


def test_f13_what_is_closed_to_us_is_closed_alone(stage: Stage) -> None:
    stage.faults.rule(
        {"status": {"code": 403, "body": [{"errorCode": "ACCESS_FOR_API_CLIENT_RESTRICTED"}]}}, path="*/work-hours"
    )
    with pytest.raises(Forbidden):
        stage.client.hours.find([stage.ada], DAY)
    assert ids(stage.day()) == [stage.visit]
    assert len(stage.faults.requests("GET", "work-hours")) == 1


def in_30_seconds() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=31), usegmt=True)


SHORT = [
    pytest.param("1", 1, id="a second"),
    pytest.param(None, 0, id="absent"),
    pytest.param("-5", 0, id="negative"),
    pytest.param("soon", 0, id="garbage"),
    pytest.param("0", 0, id="nothing"),
]
LONG = [
    pytest.param("30", 30, id="half a minute"),
    pytest.param("1000000000", 60, id="thirty years are cut to a minute"),
    pytest.param(in_30_seconds, 29, id="a date"),
]


@pytest.mark.parametrize(("told", "wait"), SHORT)
@pytest.mark.parametrize("code", [429, 503])
def test_f14_a_short_wait_is_waited_for(stage: Stage, told: str | None, wait: int, code: int) -> None:
    clock = Clock()
    with client_of(stage.faults.place, runtime=clock.runtime()) as client:
        stage.when_reading({"retry_after": {"value": told, "code": code}})
        assert ids(stage.day(client)) == [stage.visit]
    assert (stage.arrived("GET"), sum(clock.naps) >= wait) == (2, True)


@pytest.mark.parametrize(("told", "wait"), LONG)
@pytest.mark.parametrize("code", [429, 503])
def test_f14_a_long_wait_is_handed_on_and_nobody_asks_before_its_end(
    stage: Stage, told: Any, wait: int, code: int
) -> None:
    clock = Clock()
    with client_of(stage.faults.place, runtime=clock.runtime()) as client:
        stage.when_reading({"retry_after": {"value": told() if callable(told) else told, "code": code}})
        for _ in range(3):
            with pytest.raises(Unavailable) as caught:
                stage.day(client)
            assert wait - 1 <= (caught.value.retry_after or 0) <= wait + 2
        assert stage.arrived("GET") == 1
        clock.forward(wait + 3)
        assert ids(stage.day(client)) == [stage.visit]


def test_f14_a_change_that_is_told_to_wait_has_not_happened_and_is_not_sent_again(stage: Stage) -> None:
    stage.when_creating({"retry_after": 30})
    with pytest.raises(Unavailable) as caught:
        stage.create()
    assert (caught.value.retry_after, stage.arrived(), stage.written()) == (30, 1, 0)


@pytest.mark.parametrize("code", [500, 502, 503])
def test_f15_a_tenth_of_errors_is_not_noticed_by_readers(stage: Stage, code: int) -> None:
    stage.when_reading({"status": code}, probability=0.1, seed=5, times=None)
    assert [ids(stage.day()) for _ in range(100)] == [[stage.visit]] * 100
    assert stage.arrived("GET") <= 100 * 1.3


def test_f15_a_lasting_outage_is_not_made_worse(stage: Stage) -> None:
    """Calls out ÷ logical calls ≤ 1.1, beside what the bucket of retries holds; without a breaker to help."""
    outage = stage.when_reading({"status": 503}, times=None)
    logical, bucket = 200, 50
    policy = replace(IMPATIENT, bucket_capacity=bucket, breaker_pause=0)
    with client_of(stage.faults.place, policy) as client:
        for _ in range(logical):
            with pytest.raises(Unavailable):
                stage.day(client)
        assert stage.arrived("GET") <= 1.1 * logical + bucket / policy.retry_cost
        stage.faults.remove(outage)
        assert ids(stage.day(client)) == [stage.visit]


def test_f15_with_the_breaker_an_outage_costs_next_to_nothing(stage: Stage) -> None:
    stage.when_reading({"status": 503}, times=None)
    with client_of(stage.faults.place, replace(IMPATIENT, breaker_failures=5, breaker_pause=60)) as client:
        for _ in range(200):
            with pytest.raises(Unavailable):
                stage.day(client)
    assert stage.arrived("GET") <= 5 * IMPATIENT.attempts


# --- Nonsense --------------------------------------------------------------------------------------------------------

NO_CALENDAR = [
    pytest.param("html", id="html"),
    pytest.param("garbage", id="noise"),
    pytest.param({"status": 200}, id="empty"),
    pytest.param({"status": {"code": 204}}, id="204"),
    pytest.param({"status": {"code": 200, "body": "null"}}, id="null"),
    pytest.param({"status": {"code": 200, "body": "[]"}}, id="a bare list"),
    pytest.param({"status": {"code": 200, "body": {}}}, id="an empty object"),
    pytest.param({"status": {"code": 200, "body": "0"}}, id="a number"),
    pytest.param({"status": {"code": 200, "body": '"ok"'}}, id="a text"),
    pytest.param({"status": {"code": 200, "body": {"content": None}}}, id="no rows"),
    pytest.param({"status": {"code": 200, "body": {"content": {}}}}, id="rows of another type"),
    pytest.param({"status": {"code": 200, "body": '{"content": ['}}, id="half of it"),
    pytest.param({"mutate": [{"op": "remove", "path": "/content"}]}, id="all but the rows"),
    pytest.param({"mutate": [{"op": "replace", "path": "/content", "value": []}]}, id="a count without its rows"),
    pytest.param({"mutate": [{"op": "replace", "path": "/content/0", "value": None}]}, id="a row of null"),
    pytest.param({"redirect": "http://elsewhere.invalid/"}, id="a redirect"),
]


@pytest.mark.parametrize("do", NO_CALENDAR)
def test_f17_nonsense_is_never_an_empty_calendar(stage: Stage, do: Do) -> None:
    stage.when_reading(do, times=None)
    try:
        listing = stage.day()
    except WelkinError:
        return
    assert not listing.sure


def test_f17_a_calendar_that_is_really_empty_is_known_to_be(stage: Stage) -> None:
    """The other way round: what the test above takes for nonsense is not just everything."""
    stage.client.events.delete(stage.visit)
    listing = stage.day()
    assert (ids(listing), listing.sure) == ([], True)


HARMLESS = [pytest.param("bom", id="a byte order mark"), pytest.param("wrong_type", id="a wrong content type")]


@pytest.mark.parametrize("do", HARMLESS)
def test_f17_what_can_be_read_is_read(stage: Stage, do: Do) -> None:
    stage.when_reading(do)
    assert ids(stage.day()) == [stage.visit]


WORDS = ["RESCHEDULED", "scheduled", "Scheduled", "TENTATIVE", "", None, 5, ["x"], {"a": 1}, "ÜBERBUCHT", "x" * 500]


@pytest.mark.parametrize("field", ["eventStatus", "eventType", "eventMode"])
@pytest.mark.parametrize("word", WORDS, ids=lambda word: str(word)[:12] or "empty")
def test_f18_a_word_nobody_knows_is_busy_time(stage: Stage, field: str, word: Any) -> None:
    rule = stage.when_reading({"unknown_enum": {field: word}}, at_least=0)
    listing = stage.day()
    assert (ids(listing), [event.live for event in listing]) == ([stage.visit], [True])
    assert stage.faults.account(rule)["seen"] == 1


ROWS = [
    ("an extra field", [{"op": "add", "path": "/content/0/new", "value": {"deep": [1]}}]),
    ("no id", [{"op": "remove", "path": "/content/0/id"}]),
    ("an odd id", [{"op": "replace", "path": "/content/0/id", "value": "nope"}]),
    ("no start", [{"op": "remove", "path": "/content/0/startDateTime"}]),
    ("a null end", [{"op": "replace", "path": "/content/0/endDateTime", "value": None}]),
    ("an odd start", [{"op": "replace", "path": "/content/0/startDateTime", "value": "tomorrow"}]),
    ("an end before the start", [{"op": "replace", "path": "/content/0/endDateTime", "value": "1999-01-01T00:00:00Z"}]),
    ("no host", [{"op": "remove", "path": "/content/0/hostId"}]),
    ("null participants", [{"op": "replace", "path": "/content/0/participants", "value": None}]),
    ("no participants", [{"op": "replace", "path": "/content/0/participants", "value": []}]),
    ("participants of null", [{"op": "replace", "path": "/content/0/participants", "value": [None]}]),
    ("a participant without id", [{"op": "remove", "path": "/content/0/participants/0/participantId"}]),
    ("an odd role", [{"op": "replace", "path": "/content/0/participants/0/participantRole", "value": 7}]),
    ("a text", [{"op": "replace", "path": "/content/0", "value": "event"}]),
    ("a list", [{"op": "replace", "path": "/content/0", "value": []}]),
]


@pytest.mark.parametrize("patch", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_f19_one_bad_row_leaves_the_others(stage: Stage, patch: list[Any]) -> None:
    others = {stage.client.events.create(stage.draft(hour)).id for hour in (12, 14)}
    stage.when_reading({"mutate": patch})
    listing = stage.day()
    assert others <= set(ids(listing))
    bad = [event for event in listing if event.id not in others]
    assert bad or not listing.sure, "either it takes its time, or the reading is known to be short of it"


BODIES = [
    ("a list", [{"errorCode": "X", "message": CANARY, "details": {"name": CANARY}}]),
    ("an object", {"errorCode": "X", "message": CANARY}),
    ("an empty list", []),
    ("lists in lists", [[[]]]),
    ("wrong types", [{"errorCode": 5, "message": [CANARY], "details": "x", "date": {}}]),
    ("a text", f'"{CANARY}"'),
    ("a number", "12"),
    ("nothing", ""),
    ("null", "null"),
    ("html", f"<html>{CANARY}</html>"),
    ("half", '[{"errorCode": "X", "mess'),
    ("deep", "[" * 5000),
    ("five megabytes", json.dumps([{"message": CANARY + "x" * 5_000_000}])),
    ("nul and half surrogates", '[{"message": "\\u0000 \\ud800"}]'),
]


@pytest.mark.parametrize("status", [400, 404, 409, 500])
@pytest.mark.parametrize("body", [row[1] for row in BODIES], ids=[row[0] for row in BODIES])
def test_f20_no_error_body_breaks_its_reader_and_none_is_logged(stage: Stage, body: Any, status: int) -> None:
    stage.when_reading({"status": {"code": status, "body": body}}, times=None)
    with pytest.raises(WelkinError) as caught:
        stage.day()
    assert caught.value.status == status
    assert CANARY not in str(caught.value) + repr(caught.value)


# --- Lists that do not hold still ------------------------------------------------------------------------------------

TWELVE = range(8, 20)


@pytest.fixture
def paged(stage: Stage) -> Iterator[tuple[Stage, Client]]:
    """Thirteen visits and a client that reads them three at a time."""
    for hour in TWELVE:
        stage.client.events.create(stage.draft(hour))
    with client_of(stage.faults.place, replace(IMPATIENT, page_size=3, max_pages=50, read_deadline=10)) as client:
        yield stage, client


MOVING = ["insert_between_pages", {"insert_between_pages": 4}, "delete_between_pages", {"delete_between_pages": 3}]


@pytest.mark.parametrize("times", [1, None], ids=["once", "all the time"])
@pytest.mark.parametrize("do", [*MOVING, "shuffle_pages"], ids=str)
def test_f21_a_list_that_moves_is_whole_or_said_to_be_not(
    paged: tuple[Stage, Client], do: Do, times: int | None
) -> None:
    stage, client = paged
    stage.when_reading(do, times=times)
    found = stage.day(client)
    stage.faults.clear()
    now = set(ids(stage.day()))
    assert len(ids(found)) == len(set(ids(found)))
    assert not found.sure or now <= set(ids(found)), "a row that was lost without a word is a free hour that is none"


LIES = [
    pytest.param("never_last", id="no page is the last"),
    pytest.param({"mutate": [{"op": "replace", "path": "/totalElements", "value": 10**9}]}, id="a huge count"),
    pytest.param({"mutate": [{"op": "replace", "path": "/totalElements", "value": 1}]}, id="a small count"),
    pytest.param({"mutate": [{"op": "replace", "path": "/totalElements", "value": -1}]}, id="a negative count"),
    pytest.param({"mutate": [{"op": "replace", "path": "/totalPages", "value": 1}]}, id="one page"),
    pytest.param({"mutate": [{"op": "remove", "path": "/last"}]}, id="no word of the last"),
    pytest.param({"mutate": [{"op": "replace", "path": "/size", "value": 10**6}]}, id="another size"),
]


@pytest.mark.parametrize("do", LIES)
def test_f22_lies_about_pages_cost_few_calls_and_no_row(paged: tuple[Stage, Client], do: Do) -> None:
    stage, client = paged
    true = set(ids(stage.day(client)))
    before = stage.arrived("GET")
    stage.when_reading(do, times=None)
    found = stage.day(client)
    assert (set(ids(found)) == true or not found.sure, stage.arrived("GET") - before <= 2 * 50 + 2) == (True, True)


def test_f22_the_same_page_for_ever_ends(paged: tuple[Stage, Client]) -> None:
    stage, client = paged
    page = {"content": [{"id": "aa0d3f52-7c1e-4b9a-8f60-1e2d3c4b5a69"}], "last": False, "totalElements": 9, "number": 0}
    stage.when_reading({"status": {"code": 200, "body": page}}, times=None)
    found = stage.day(client)
    assert (found.sure, stage.arrived("GET") <= 2 * 50) == (False, True)


@pytest.mark.parametrize("which", ["newer", "older"])
def test_f23_of_two_rows_with_one_id_the_newer_one_counts(stage: Stage, which: str) -> None:
    stage.when_reading({"dup_ids": which}, times=3)
    for _ in range(3):
        (event,) = stage.day()
        assert (event.id, event.title == "newer twin") == (stage.visit, which == "newer")


def test_f24_an_answer_that_is_too_large_is_refused_before_it_is_held(stage: Stage) -> None:
    stage.when_reading({"huge": 20_000})
    narrow = replace(IMPATIENT, body_limit=1_000_000, read_deadline=30)
    with client_of(stage.faults.place, narrow) as client, pytest.raises(Malformed):
        stage.day(client)


def test_f24_more_rows_than_anyone_wants_are_not_all_asked_for(paged: tuple[Stage, Client]) -> None:
    stage, _ = paged
    with client_of(stage.faults.place, replace(IMPATIENT, page_size=3, max_rows=6, read_deadline=10)) as client:
        before = stage.arrived("GET")
        found = stage.day(client)
    assert (found.complete, stage.arrived("GET") - before <= 8) == (False, True)


def test_f24_a_visit_of_very_many_people_is_read(stage: Stage) -> None:
    stage.faults.rule({"huge": 20_000}, path="*/calendar/events/*")
    with client_of(stage.faults.place, replace(IMPATIENT, read_deadline=30)) as client:
        assert client.events.read(stage.visit).id == stage.visit


# --- Sent elsewhere --------------------------------------------------------------------------------------------------


@contextmanager
def stranger() -> Iterator[tuple[str, list[bytes]]]:
    """Another host, and what was said to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    heard.append(peer.recv(65536))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", heard
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["read", "write", "token"])
def test_f28_nobody_is_followed_elsewhere(faults: Faults, code: int, where: str) -> None:
    stage = Stage(faults)
    with stranger() as (url, heard), client_of(faults.place) as client:
        path = "admin/api_clients/*" if where == "token" else EVENTS
        faults.rule({"redirect": {"url": url, "code": code}}, path=path, times=None)
        with pytest.raises(WelkinError):
            stage.create(client) if where == "write" else stage.day(client)
    assert (heard, stage.written(), stage.arrived() <= 1) == ([], 0, True)


def test_f28_a_link_to_the_next_page_is_not_followed(paged: tuple[Stage, Client]) -> None:
    stage, client = paged
    with stranger() as (url, heard):
        links = {"next": url, "_links": {"next": {"href": url}}}
        patch = [{"op": "add", "path": f"/{name}", "value": value} for name, value in links.items()]
        stage.when_reading({"mutate": patch}, times=None)
        assert len(stage.day(client)) == len(TWELVE) + 1
    assert heard == []
