"""Identical reads under way at the same time are made once; whoever needs to know freshly asks alone."""

import json
import threading
from collections.abc import Callable

import pytest

from scheduling.welkin import Call, Client
from scheduling.welkin.errors import Forbidden, NotFound, Timeout, WelkinError
from scheduling.welkin.flights import Flights
from scheduling.welkin.policy import Deadline

from .conftest import EVENTS_URL, HOURS_URL, credentials, sent
from .factories import ADA, DAY, THEO, VISIT, event_row, spring_page

EVENT_URL = f"{EVENTS_URL}/{VISIT}"
SOON = 0.05


class Crowd:
    """One who reads, and others who ask the same meanwhile. Each ends with what it got, a value or an error."""

    def __init__(self, brings: Callable[[], object]) -> None:
        self.flights, self.reads, self.ends = Flights(), 0, []
        self._brings = brings
        self._begun, self._go = threading.Event(), threading.Event()

    def read(self) -> object:
        self.reads += 1
        self._begun.set()
        self._go.wait(10)
        return self._brings()

    def gather(self, followers: int) -> None:
        """Everybody asks; the first one's read ends when all the others wait for it."""
        leader = self._ask(Deadline.after(60, lambda: 0.0))
        assert self._begun.wait(10)
        looks = [threading.Event() for _ in range(followers)]
        # A deadline is looked at when its owner begins to wait.
        others = [self._ask(Deadline.after(60, _telling(look))) for look in looks]
        assert all(look.wait(10) for look in looks)
        self._go.set()
        for thread in [leader, *others]:
            thread.join(10)

    def _ask(self, deadline: Deadline) -> threading.Thread:
        def run() -> None:
            try:
                self.ends.append(self.flights.share("week", self.read, deadline, fresh=False))
            except (WelkinError, ZeroDivisionError) as error:
                self.ends.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def _telling(look: threading.Event) -> Callable[[], float]:
    looks = []

    def clock() -> float:
        looks.append(1)
        if len(looks) > 1:  # the first is for the making of the deadline
            look.set()
        return 0.0

    return clock


def test_all_who_ask_the_same_at_once_share_one_read():
    brought = object()
    crowd = Crowd(lambda: brought)

    crowd.gather(5)

    assert (crowd.reads, crowd.ends) == (1, [brought] * 6)


def test_an_error_is_told_to_all_each_with_a_copy_of_its_own():
    def refuse() -> object:
        raise Forbidden("closed", method="GET", route="/x", status=403)

    crowd = Crowd(refuse)
    crowd.gather(3)

    assert crowd.reads == 1
    assert {(type(error), str(error)) for error in crowd.ends} == {(Forbidden, "closed GET /x 403")}
    assert len({id(error) for error in crowd.ends}) == 4


def test_who_has_time_left_asks_on_where_the_first_one_ran_out_of_its():
    tries = []

    def late_once() -> object:
        tries.append(1)
        if len(tries) == 1:
            raise Timeout("too slow for the first one")
        return "there"

    crowd = Crowd(late_once)
    crowd.gather(3)

    assert sorted(map(str, crowd.ends)) == ["there"] * 3 + ["too slow for the first one"]
    assert 2 <= crowd.reads <= 4


def test_a_mistake_of_ours_is_not_handed_on():
    def stumble() -> object:
        if len(crowd.ends) == 0 and crowd.reads == 1:
            raise ZeroDivisionError
        return "there"

    crowd = Crowd(stumble)
    crowd.gather(2)

    assert sorted(type(end).__name__ for end in crowd.ends) == ["ZeroDivisionError", "str", "str"]


def test_nobody_waits_for_another_beyond_the_own_deadline():
    flights = Flights()

    def read() -> object:
        return flights.share("week", lambda: "never", Deadline.after(0, lambda: 0.0), fresh=False)

    with pytest.raises(Timeout):
        flights.share("week", read, Deadline.after(60, lambda: 0.0), fresh=False)


# --- Through the client: what asks while the first one's answer is on its way ----------------------------------------


def meanwhile(api, url: str, ask: Callable[[], object], body: str) -> list[object]:
    """The first GET of `url` runs `ask` before it is answered; what came of it."""
    ends: list[object] = []

    def answer(_request):
        if not ends:
            ends.append(None)
            try:
                ends[0] = ask()
            except Timeout as late:
                ends[0] = late
        return 200, {}, body

    api.add_callback("GET", url, callback=answer)
    return ends


PAGE = '{"content": [], "last": true, "totalElements": 0}'


def test_a_find_joins_the_same_find_under_way(client, api):
    ends = meanwhile(api, EVENTS_URL, lambda: client.events.find(DAY, deadline=SOON), PAGE)

    client.events.find(DAY)

    assert isinstance(ends[0], Timeout)  # it waited for the other one, which waits for it
    assert len(sent(api)) == 1


FRESH = [
    ("events", EVENTS_URL, lambda client, **how: client.events.find(DAY, participant_ids=[ADA], **how), PAGE),
    ("hours", HOURS_URL, lambda client, **how: client.hours.find([ADA], DAY, **how), "[]"),
]


@pytest.mark.parametrize(("url", "find", "body"), [row[1:] for row in FRESH], ids=[row[0] for row in FRESH])
def test_a_fresh_find_never_joins_one_that_is_under_way(client, api, url, find, body):
    ends = meanwhile(api, url, lambda: find(client, fresh=True), body)

    find(client)

    assert (len(sent(api)), list(ends[0])) == (2, [])


@pytest.mark.parametrize(("url", "find", "body"), [row[1:] for row in FRESH], ids=[row[0] for row in FRESH])
def test_without_that_word_it_does(client, api, url, find, body):
    """The negative control."""
    ends = meanwhile(api, url, lambda: find(client, deadline=SOON), body)

    find(client)

    assert (len(sent(api)), type(ends[0])) == (1, Timeout)


OTHERS = [
    ("other people", lambda client: client.events.find(DAY, participant_ids=[THEO])),
    ("cancelled ones too", lambda client: client.events.find(DAY, include_cancelled=True)),
    ("another kind", lambda client: client.events.find(DAY, type="LEAVE")),
]


@pytest.mark.parametrize("other", [row[1] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_a_find_that_asks_for_something_else_is_not_joined(client, api, other):
    ends = meanwhile(api, EVENTS_URL, lambda: other(client), PAGE)

    client.events.find(DAY, participant_ids=[ADA])

    assert (len(sent(api)), list(ends[0])) == (2, [])


SINGLE = [
    ("by id", EVENT_URL, lambda client: client.events.read(VISIT)),
    ("by marker", f"{EVENTS_URL}/daybook-x", lambda client: client.events.read_by_external_id("daybook-x")),
]


@pytest.mark.parametrize(("url", "read"), [row[1:] for row in SINGLE], ids=[row[0] for row in SINGLE])
def test_a_single_read_is_never_shared(client, api, url, read):
    ends = meanwhile(api, url, lambda: read(client), json.dumps(event_row()))

    read(client)

    assert (len(sent(api)), ends[0].id) == (2, VISIT)


def test_a_read_that_begins_after_a_change_joins_none_from_before_it(client, api):
    api.add("PATCH", EVENT_URL, json=event_row())

    def change_and_look() -> object:
        client.events.cancel(VISIT)
        return client.events.find(DAY)

    ends = meanwhile(api, EVENTS_URL, change_and_look, PAGE)

    client.events.find(DAY)

    assert (len(sent(api, "?")), list(ends[0])) == (2, [])


def test_a_change_that_failed_counts_as_one(client, api):
    api.add("PATCH", EVENT_URL, status=404)

    def change_and_look() -> object:
        with pytest.raises(NotFound):
            client.events.cancel(VISIT)
        return client.events.find(DAY)

    ends = meanwhile(api, EVENTS_URL, change_and_look, PAGE)

    client.events.find(DAY)

    assert list(ends[0]) == []


def test_one_exchange_is_told_once_however_many_it_served(api, time):
    calls: list[Call] = []
    with Client(credentials(), observe=calls.append, runtime=time.runtime()) as client:
        client.check()
        meanwhile(api, EVENTS_URL, lambda: client.events.find(DAY, deadline=SOON), PAGE)
        client.events.find(DAY)
        client.events.find(DAY)

    assert [call.method for call in calls] == ["POST", "GET", "GET"]


def test_nobody_asked_for_is_nobody_and_never_somebody_elses_list(client, api):
    api.add("GET", EVENTS_URL, json=spring_page([]))

    assert (list(client.events.find(DAY, participant_ids=[])), list(client.hours.find([], DAY))) == ([], [])
    assert sent(api) == []
