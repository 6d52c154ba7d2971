"""What bounds calls from outside: the time of a whole page, the calls of the fleet, and the threads of a process."""

import threading
import time as real
from collections.abc import Iterator
from contextlib import suppress

import pytest
import responses
from requests import ReadTimeout

from scheduling.welkin import Client, EventChange, NewPatient, Policy, time_left, within
from scheduling.welkin.errors import HeldBack, NotFound, OutOfTime, Timeout, Unavailable, Unknown
from scheduling.welkin.places import Places
from scheduling.welkin.policy import Deadline

from .conftest import EVENTS_URL, HOURS_URL, PATIENTS_URL, TOKEN_URL, Time, credentials, sent
from .factories import ADA, DAY, THEO, VISIT, event_row, spring_page

EVENT_URL = f"{EVENTS_URL}/{VISIT}"
NOTHING = (200, {}, "[]")


def limits_of(api: responses.RequestsMock) -> list[tuple[float, float]]:
    """The seconds to connect and to read that each request but the token's was given."""
    return [call.request.req_kwargs["timeout"] for call in api.calls if "api_clients" not in str(call.request.url)]


# --- By class --------------------------------------------------------------------------------------------------------

CLASSES = [
    ("a read", lambda client: client.events.read(VISIT), (2.0, 4.0)),
    ("a list", lambda client: client.events.find(DAY), (2.0, 4.0)),
    ("a list by POST", lambda client: client.patients.by_filter(), (2.0, 4.0)),
    ("a change", lambda client: client.events.change(VISIT, EventChange(title="x")), (2.0, 8.0)),
    ("a new one", lambda client: client.patients.create(NewPatient("Theo", "Marsh")), (2.0, 8.0)),
]


@pytest.mark.parametrize(("call", "limits"), [row[1:] for row in CLASSES], ids=[row[0] for row in CLASSES])
def test_each_class_of_call_has_its_limits(client, api, call, limits):
    api.add("GET", EVENT_URL, json=event_row())
    api.add("PATCH", EVENT_URL, json=event_row())
    api.add("GET", EVENTS_URL, json=spring_page([]))
    api.add("POST", PATIENTS_URL.replace("/patients", "/by-filter/patients"), json=spring_page([]))
    api.add("POST", PATIENTS_URL, json={"id": str(THEO)})

    call(client)

    assert limits_of(api) == [limits]


# --- A whole page ----------------------------------------------------------------------------------------------------


def test_outside_of_a_page_nothing_is_cut():
    assert time_left() is None


def test_a_page_cuts_each_call_to_what_is_left_of_it(client, api, time):
    def slowly(_request):
        time.now += 3
        return NOTHING

    api.add_callback("GET", HOURS_URL, callback=slowly)
    api.add("GET", EVENTS_URL, json=spring_page([]))

    with within(3.5, time.clock):
        client.hours.find([ADA], DAY)
        client.events.find(DAY)

    assert limits_of(api) == [(2.0, 3.5), (0.5, 0.5)]


def test_a_page_whose_time_is_over_asks_nothing_more(client, api, time):
    client.check()

    with within(3.5, time.clock):
        time.now += 4
        with pytest.raises(OutOfTime):
            client.events.find(DAY)

    assert (sent(api), time.naps) == ([], [])


def test_a_block_within_another_can_only_shorten_it(time):
    with within(3, time.clock):
        with within(8, time.clock):
            assert time_left() == 3
        with within(1, time.clock):
            assert time_left() == 1
        assert time_left() == 3


def test_a_deadline_of_the_caller_is_cut_too(client, api, time):
    api.add("GET", EVENTS_URL, json=spring_page([]))

    with within(1.5, time.clock):
        client.events.find(DAY, deadline=60)

    assert limits_of(api) == [(1.5, 1.5)]


def test_pages_that_are_fetched_in_parallel_share_the_limit(api, time):
    api.add("GET", EVENTS_URL, json=spring_page([]))
    ids = [ADA.__class__(int=number) for number in range(4)]

    with Client(credentials(), policy=Policy(ids_per_query=1), runtime=time.runtime()) as client, within(1, time.clock):
        client.events.find(DAY, participant_ids=ids)

    assert limits_of(api) == [(1.0, 1.0)] * 4


# --- Changes that would come too late --------------------------------------------------------------------------------


def test_a_change_with_too_little_time_left_is_not_sent(client, api, time):
    api.add("PATCH", EVENT_URL, json=event_row())

    with within(1.9, time.clock), pytest.raises(OutOfTime):
        client.events.cancel(VISIT)

    assert sent(api) == []


def test_a_change_with_time_enough_is_sent(client, api, time):
    api.add("PATCH", EVENT_URL, json=event_row())

    with within(2.1, time.clock):
        client.events.cancel(VISIT)

    assert len(sent(api)) == 1


def test_without_that_rule_it_is_cut_short_and_its_outcome_unknown(api, time):
    """The negative control."""
    api.add("PATCH", EVENT_URL, body=ReadTimeout())
    client = Client(credentials(), policy=Policy(write_share=0), runtime=time.runtime())

    with client, within(1.9, time.clock), pytest.raises(Unknown):
        client.events.cancel(VISIT)

    assert len(sent(api)) == 1


@pytest.mark.parametrize(("seconds", "count"), [(5.9, 1), (6.1, 0)], ids=["in time", "too slow"])
def test_the_time_that_a_token_takes_counts(time, seconds, count):
    def slowly(_request):
        time.now += seconds
        return 200, {}, '{"token": "opaque", "enabled": true}'

    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as api,
        Client(credentials(), runtime=time.runtime()) as client,
    ):
        api.add_callback("POST", TOKEN_URL, callback=slowly)
        api.add("PATCH", EVENT_URL, json=event_row())
        with suppress(OutOfTime):
            client.events.cancel(VISIT)
        assert len(sent(api)) == count


def test_what_was_never_sent_does_not_open_the_breaker(client, api, time):
    api.add("GET", EVENTS_URL, json=spring_page([]))
    with within(0.0, time.clock):
        for _ in range(20):
            with pytest.raises(OutOfTime):
                client.events.find(DAY)

    client.events.find(DAY)

    assert not client.state().open


def test_what_was_never_sent_does_not_close_it_either(client, api, time):
    api.add("GET", EVENTS_URL, status=500)
    for _ in range(5):
        with pytest.raises(Unavailable):
            client.events.find(DAY)
    time.now += 6

    with within(0.0, time.clock), pytest.raises(OutOfTime):
        client.events.find(DAY)

    assert client.state().open


# --- The calls of the fleet ------------------------------------------------------------------------------------------


class Told:
    """A limiter that says what a test wants, and notes what it was asked."""

    def __init__(self, *waits: float) -> None:
        self.waits = list(waits)
        self.asked: list[bool] = []
        self.heard: list[float] = []

    def take(self, *, urgent: bool) -> float:
        self.asked.append(urgent)
        return self.waits.pop(0) if self.waits else 0.0

    def told(self, seconds: float) -> None:
        self.heard.append(seconds)


def limited(told: Told, time: Time) -> Client:
    return Client(credentials(), runtime=time.runtime(), limiter=told)


def test_every_exchange_is_asked_for_and_changes_are_urgent(api, time):
    told = Told()
    api.add("GET", EVENT_URL, status=500)
    api.add("GET", EVENT_URL, json=event_row())
    api.add("PATCH", EVENT_URL, json=event_row())

    with limited(told, time) as client:
        client.events.read(VISIT)
        client.events.cancel(VISIT)

    assert told.asked == [True, False, False, True]  # the token, a read and its retry, a change


def test_a_read_waits_for_its_turn_within_its_deadline(api, time):
    api.add("GET", EVENT_URL, json=event_row())

    with limited(Told(0, 0.5, 0.25), time) as client:
        client.events.read(VISIT)

    assert time.naps == [0.5, 0.25]


@pytest.mark.parametrize("wait", [4.0, 5.5, 60.0])
def test_a_read_that_cannot_wait_is_held_back_and_says_until_when(api, time, wait):
    with limited(Told(0, wait), time) as client, pytest.raises(HeldBack) as caught:
        client.events.read(VISIT)

    assert (caught.value.retry_after, sent(api), time.naps) == (wait, [], [])


def test_a_change_does_not_wait_so_long_that_it_comes_too_late(api, time):
    with limited(Told(0, 2.0), time) as client, within(3.9, time.clock), pytest.raises(HeldBack):
        client.events.cancel(VISIT)

    assert (sent(api), time.naps) == ([], [])


# --- Retry-After: never earlier than told ----------------------------------------------------------------------------


def test_a_shorter_wish_does_not_end_a_longer_one(client, api, time):
    api.add("GET", EVENT_URL, status=429, headers={"Retry-After": "30"})
    with pytest.raises(Unavailable):
        client.events.read(VISIT)
    client._session._hold.until(1)

    assert client.state().told_to_wait == 30


def test_a_service_that_closes_for_a_while_is_left_alone_by_all(client, api, time):
    api.add("GET", EVENT_URL, status=503, headers={"Retry-After": "30"})
    with pytest.raises(Unavailable):
        client.events.read(VISIT)

    with pytest.raises(HeldBack):
        client.patients.create(NewPatient("Theo", "Marsh"))

    assert len(sent(api)) == 1


@pytest.mark.parametrize(
    ("status", "headers", "heard"),
    [
        (429, {"Retry-After": "30"}, [30.0]),
        (429, {}, []),
        (503, {"Retry-After": "30"}, []),
        (429, {"Retry-After": "-1"}, []),
    ],
    ids=["too many calls", "without a time", "closed", "a time that is past"],
)
def test_all_who_share_the_key_are_told_of_too_many_calls(api, time, status, headers, heard):
    told = Told()
    api.add("PATCH", EVENT_URL, status=status, headers=headers)

    with limited(told, time) as client, pytest.raises((Unavailable, Unknown)):
        client.events.cancel(VISIT)

    assert told.heard == heard


def test_a_billion_seconds_switch_nothing_off(client, api, time):
    api.add("GET", EVENT_URL, status=429, headers={"Retry-After": "1000000000"})
    with pytest.raises(Unavailable):
        client.events.read(VISIT)
    time.now += 60
    api.replace("GET", EVENT_URL, json=event_row())

    assert client.events.read(VISIT).id == VISIT


# --- Places ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def soon() -> Deadline:
    return Deadline.after(60, Time().clock)


class Sitting:
    """Threads that sit in places until they are let go."""

    def __init__(self, places: Places, deadline: Deadline) -> None:
        self._places, self._deadline = places, deadline
        self._go = threading.Event()
        self._threads: list[threading.Thread] = []

    def sit(self, count: int) -> None:
        for _ in range(count):
            inside = threading.Event()
            thread = threading.Thread(target=self._one, args=(inside,))
            thread.start()
            assert inside.wait(10)
            self._threads.append(thread)

    def _one(self, inside: threading.Event) -> None:
        with self._places.one(self._deadline):
            inside.set()
            self._go.wait(10)

    def leave(self) -> None:
        self._go.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def sitting(time, soon) -> Iterator[Sitting]:
    made = Sitting(Places(4, 1.0, time.clock), soon)
    yield made
    made.leave()


def test_a_caller_is_sent_away_at_once_while_slow_calls_hold_the_places(sitting, soon, time):
    sitting.sit(4)
    time.now += 1

    with pytest.raises(HeldBack) as caught, sitting._places.one(soon):
        pass

    assert (caught.value.retry_after, sitting._places.taken) == (1.0, 4)


def test_with_a_place_free_slow_calls_keep_nobody_out(sitting, soon, time):
    sitting.sit(3)
    time.now += 1

    with sitting._places.one(soon):
        assert sitting._places.taken == 4


def test_while_calls_are_prompt_one_more_waits_for_its_place(time, soon):
    """One slow call among prompt ones is no stalled API."""
    places, entered = Places(3, 1.0, time.clock), threading.Event()
    slow, prompt = Sitting(places, soon), Sitting(places, soon)
    slow.sit(1)
    time.now += 5
    prompt.sit(2)

    def one_more() -> None:
        with places.one(soon):
            entered.set()

    waiting = threading.Thread(target=one_more)
    waiting.start()
    assert not entered.is_set()
    prompt.leave()
    assert entered.wait(10)
    waiting.join()
    slow.leave()
    assert places.taken == 0


def test_who_waits_is_sent_away_when_the_calls_become_slow(soon):
    places, outcome = Places(2, 0.2, real.monotonic), []
    sitting = Sitting(places, soon)
    sitting.sit(2)

    def wait() -> None:
        try:
            with places.one(soon):
                outcome.append("in")
        except HeldBack:
            outcome.append("sent away")

    waiting = threading.Thread(target=wait)
    waiting.start()
    waiting.join(10)
    sitting.leave()

    assert outcome == ["sent away"]


def test_nobody_waits_longer_than_the_deadline(sitting):
    sitting.sit(4)

    with pytest.raises(HeldBack), sitting._places.one(Deadline.after(0, Time().clock)):
        pass


OPERATIONS = [
    ("a read", lambda client: client.events.read(VISIT)),
    ("a list", lambda client: client.events.find(DAY)),
    ("hours", lambda client: client.hours.find([ADA], DAY)),
    ("a change", lambda client: client.events.cancel(VISIT)),
    ("a check", lambda client: client.check()),
]


@pytest.mark.parametrize("call", [row[1] for row in OPERATIONS], ids=[row[0] for row in OPERATIONS])
def test_every_kind_of_call_needs_a_place(api, time, call):
    client = Client(credentials(), policy=Policy(places=1), runtime=time.runtime())
    sitting = Sitting(client._places, Deadline.after(60, time.clock))
    sitting.sit(1)
    time.now += 1

    with client, pytest.raises(HeldBack):
        call(client)

    sitting.leave()
    assert list(api.calls) == []


def test_a_place_is_given_back_whatever_happens(client, api):
    api.add("GET", EVENT_URL, status=404)
    api.add("GET", EVENTS_URL, body=TimeoutError())

    for call in (lambda: client.events.read(VISIT), lambda: client.events.find(DAY)):
        with pytest.raises((NotFound, Timeout)):
            call()

    assert client.state().places_taken == 0


# --- What can be seen ------------------------------------------------------------------------------------------------


def test_the_state_of_a_client_is_told_without_a_call(client, api, time):
    assert (client.state().open, client.state().last_minute) == (False, 0)
    api.add("GET", EVENT_URL, status=500)
    for _ in range(5):
        with pytest.raises(Unavailable):
            client.events.read(VISIT)

    broken = client.state()
    time.now += 61

    assert (broken.open, broken.probe_in, broken.last_minute) == (True, 5.0, 16)
    assert (broken.bucket, broken.bucket_capacity) == (500 - 5 * 2 * 5, 500)
    assert (client.state().last_minute, client.state().probe_in) == (0, 0)
