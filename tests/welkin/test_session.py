"""Patience and its limits: deadlines, retries, the bucket, the breaker, and what is never sent twice."""

import threading
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from scheduling.welkin import Call, Client, EventChange, NewPatient, Policy
from scheduling.welkin.breaker import Breaker
from scheduling.welkin.errors import (
    Forbidden,
    NotFound,
    Timeout,
    Unavailable,
    Unknown,
    Unreachable,
    WelkinError,
)
from scheduling.welkin.retry import RetryBucket, backoff, retry_after

from .conftest import EVENTS_URL, PATIENTS_URL, USERS_URL, Time, credentials, sent
from .factories import ADA, DAY, THEO, VISIT, event_row, meta_page, spring_page
from .rude import TOKEN, cut, drip, hang_up, rude_server, whole

PATIENT = {"id": str(THEO), "firstName": "Theo", "lastName": "Marsh"}
PATIENT_URL = f"{PATIENTS_URL}/{THEO}"


def fails(api: responses.RequestsMock, *statuses: int, **fields) -> None:
    for status in statuses:
        api.add("GET", PATIENT_URL, status=status, **fields)


def test_a_read_is_tried_three_times_with_growing_jitter(client, api, time):
    fails(api, 503, 502)
    api.add("GET", PATIENT_URL, json=PATIENT)

    assert client.patients.read(THEO).name == "Theo Marsh"
    assert time.naps == [0.05, 0.1]


def test_a_read_gives_up_after_three_attempts(client, api, time):
    fails(api, 500)

    with pytest.raises(Unavailable) as caught:
        client.patients.read(THEO)

    assert (len(sent(api)), caught.value.status, caught.value.retry_after) == (3, 500, None)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 422])
def test_a_clear_no_is_not_tried_again(client, api, status):
    fails(api, status)

    with pytest.raises(WelkinError):
        client.patients.read(THEO)

    assert len(sent(api)) == 1


def test_a_listing_by_filter_is_a_read_and_tried_again(client, api):
    url = PATIENTS_URL.replace("/patients", "/by-filter/patients")
    api.add("POST", url, status=502)
    api.add("POST", url, json=spring_page([PATIENT]))

    assert len(client.patients.by_filter()) == 1


WRITES = [
    ("create", "POST", lambda client: client.patients.create(NewPatient("Theo", "Marsh"))),
    ("change", "PATCH", lambda client: client.events.change(VISIT, EventChange(title="x"))),
    ("cancel", "PATCH", lambda client: client.events.cancel(VISIT)),
    ("delete", "DELETE", lambda client: client.events.delete(VISIT)),
    ("answer", "PUT", lambda client: client.events.answer(VISIT, ADA, "Yes")),
]


@pytest.mark.parametrize(("method", "call"), [row[1:] for row in WRITES], ids=[row[0] for row in WRITES])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_write_is_sent_once_and_its_outcome_unknown(client, api, time, method, call, status):
    for url in (PATIENTS_URL, f"{EVENTS_URL}/{VISIT}", f"{EVENTS_URL}/{VISIT}/invitation-response"):
        api.add(method, url, status=status)

    with pytest.raises(Unknown):
        call(client)

    assert (len(sent(api)), time.naps) == (1, [])


def test_a_write_that_is_told_to_wait_has_not_happened(client, api):
    api.add("POST", PATIENTS_URL, status=429, headers={"Retry-After": "30"})

    with pytest.raises(Unavailable) as caught:
        client.patients.create(NewPatient("Theo", "Marsh"))

    assert (caught.value.retry_after, len(sent(api))) == (30, 1)


RETRY_AFTER = [
    ("seconds", "3", 3.0),
    ("a date", format_datetime(datetime.fromtimestamp(1_000_030, UTC), usegmt=True), 30.0),
    ("a past date", format_datetime(datetime.fromtimestamp(999_000, UTC), usegmt=True), None),
    ("absent", None, None),
    ("empty", " ", None),
    ("nothing", "0", None),
    ("negative", "-5", None),
    ("a billion", "1000000000", 60.0),
    ("very many digits", "9" * 400, 60.0),
    ("a fraction", "1.5", None),
    ("garbage", "soon", None),
    ("other digits", "²", None),
]


@pytest.mark.parametrize(("header", "seconds"), [row[1:] for row in RETRY_AFTER], ids=[row[0] for row in RETRY_AFTER])
def test_retry_after_is_read(header, seconds):
    assert retry_after(header, now=1_000_000, limit=60) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reader(header):
    seconds = retry_after(header, now=0, limit=60)

    assert seconds is None or 0 < seconds <= 60


def test_a_short_retry_after_is_waited_for(client, api, time):
    fails(api, 429, headers={"Retry-After": "2"})
    api.add("GET", PATIENT_URL, json=PATIENT)

    client.patients.read(THEO)

    assert time.naps == [2]


@pytest.mark.parametrize("wait", ["4", "6", "3600"])
def test_a_retry_after_that_does_not_fit_is_handed_on(client, api, time, wait):
    fails(api, 503, headers={"Retry-After": wait})

    with pytest.raises(Unavailable) as caught:
        client.patients.read(THEO)

    assert (caught.value.retry_after, time.naps) == (min(float(wait), 60), [])


def test_nobody_asks_earlier_than_anyone_was_told(client, api, time):
    fails(api, 429, headers={"Retry-After": "30"})
    api.add("GET", USERS_URL, json=meta_page([]))
    with pytest.raises(Unavailable):
        client.patients.read(THEO)

    with pytest.raises(Unavailable) as caught:
        client.users.find()
    time.now += 29
    client.users.find()

    assert (caught.value.retry_after, caught.value.status, time.naps) == (30, None, [1])
    assert len(sent(api, "users")) == 1


def test_retries_end_with_the_deadline(api, time):
    slow = Client(credentials(), policy=Policy(attempts=50, backoff_base=1, backoff_limit=1), runtime=time.runtime(1.0))
    fails(api, 500)

    with slow, pytest.raises(Unavailable):
        slow.patients.read(THEO, deadline=3.5)

    assert time.naps == [1, 1, 1]


def a_client(url: str, time: Time) -> Client:
    return Client(credentials(url), runtime=time.runtime())


def test_a_dripping_body_is_ended_by_the_deadline_of_the_whole_call():
    time = Time(tick=0.01)
    scenes = [whole(TOKEN), drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")]

    with rude_server(scenes) as (url, _), a_client(url, time) as client, pytest.raises(Timeout):
        client.patients.read(THEO, deadline=2)

    assert time.naps == []


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["status line", "header"])
def test_a_dripping_head_is_ended_too(head, time):
    with rude_server([whole(TOKEN), drip(head)]) as (url, _), a_client(url, time) as client:
        client.check()
        time.tick = 0.7  # from here each look at the clock, one before each read, takes long
        with pytest.raises(Timeout):
            client.patients.read(THEO, deadline=4)


def test_a_dripping_answer_to_a_write_leaves_its_outcome_unknown():
    time = Time(tick=0.01)
    scenes = [whole(TOKEN), drip(b"HTTP/1.1 201 Created\r\nContent-Length: 100000000\r\n\r\n")]

    with rude_server(scenes) as (url, _), a_client(url, time) as client, pytest.raises(Unknown):
        client.patients.create(NewPatient("Theo", "Marsh"), deadline=3)


def test_a_deadline_that_has_passed_sends_nothing(client, api):
    with pytest.raises(Timeout):
        client.patients.create(NewPatient("Theo", "Marsh"), deadline=0)

    assert sent(api) == []


def test_a_read_cut_short_is_read_again(time):
    scenes = [whole(TOKEN), cut(b'{"id": "x"}', 3), hang_up, whole(f'{{"id": "{THEO}"}}'.encode())]

    with rude_server(scenes) as (url, requests), a_client(url, time) as client:
        assert client.patients.read(THEO).id == THEO

    assert len(requests) == 4


def test_the_environment_is_not_asked(monkeypatch, tmp_path, time):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    scenes = [whole(TOKEN), whole(f'{{"id": "{THEO}"}}'.encode())]

    with rude_server(scenes) as (url, _), Client(credentials(url), runtime=time.runtime()) as client:
        assert client.patients.read(THEO).id == THEO


def test_observe_is_told_of_each_exchange_and_of_no_value(api, time):
    calls: list[Call] = []
    api.add("GET", PATIENTS_URL, status=500)
    api.add("GET", PATIENTS_URL, json=spring_page([PATIENT]))

    with Client(credentials(), observe=calls.append, runtime=time.runtime()) as client:
        client.patients.find(query="Theo")

    assert [(call.method, call.route, call.status) for call in calls] == [
        ("POST", "/{tenant}/admin/api_clients/{client}", 200),
        ("GET", "/{tenant}/{instance}/patients", 500),
        ("GET", "/{tenant}/{instance}/patients", 200),
    ]


def test_the_bucket_pays_for_retries_and_is_refilled_by_success():
    bucket = RetryBucket(20)

    assert [bucket.take(5) for _ in range(5)] == [True, True, True, True, False]
    bucket.give_back(10)
    bucket.give_back(0)
    assert bucket.level == 11
    bucket.give_back(100)
    assert bucket.level == 20


def test_the_bucket_stays_within_its_bounds_under_threads():
    bucket, seen = RetryBucket(50), []

    def hammer() -> None:
        for _ in range(500):
            taken = 5 if bucket.take(5) else 0
            seen.append(bucket.level)
            bucket.give_back(taken)

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (min(seen) >= 0, max(seen) <= 50, bucket.level) == (True, True, 50)


class _Watched(RetryBucket):
    """A bucket in which two threads look at the level at the same moment."""

    meeting = threading.Barrier(2)

    @property
    def _level(self) -> int:
        level = self.kept
        if not self.meeting.broken:
            with suppress(threading.BrokenBarrierError):
                self.meeting.wait(timeout=0.5)
            self.meeting.abort()
        return level

    @_level.setter
    def _level(self, level: int) -> None:
        self.kept = level


@pytest.mark.parametrize("guarded", [True, False], ids=["with its lock", "without: the negative control"])
def test_of_two_that_take_the_last_retry_at_once_one_gets_it(guarded):
    bucket, got = _Watched(5), []
    bucket.meeting = threading.Barrier(2)
    if not guarded:
        bucket._lock = nullcontext()
    threads = [threading.Thread(target=lambda: got.append(bucket.take(5))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got) == ([False, True] if guarded else [True, True])


def test_a_lasting_outage_gets_few_retries(api, time):
    fails(api, 503)
    policy = Policy(bucket_capacity=50, breaker_failures=1_000_000, breaker_pause=0.0)
    client = Client(credentials(), policy=policy, runtime=time.runtime())

    for _ in range(200):
        with pytest.raises(Unavailable):
            client.patients.read(THEO)

    assert len(sent(api)) <= 200 * 1.1


@given(st.integers(0, 40), st.floats(0, 1))
def test_backoff_is_jittered_below_its_limit(attempt, dice):
    wait = backoff(attempt, base=0.1, limit=2.0, dice=lambda: dice)

    assert 0 <= wait <= min(2.0, 0.1 * 2**attempt)


def test_the_breaker_opens_and_lets_one_probe_through(client, api, time):
    fails(api, *[500] * 15)
    for _ in range(5):
        with pytest.raises(Unavailable):
            client.patients.read(THEO)
    tried = len(sent(api))

    with pytest.raises(Unavailable) as refused:
        client.events.cancel(VISIT)
    assert (len(sent(api)), refused.value.retry_after) == (tried, 5)

    time.now += 5
    with pytest.raises(Unavailable):
        client.patients.read(THEO)
    with pytest.raises(Unavailable):
        client.patients.read(THEO)
    assert len(sent(api)) == tried + 3

    time.now += 5
    api.replace("GET", PATIENT_URL, json=PATIENT)
    client.patients.read(THEO)
    client.patients.read(THEO)
    assert len(sent(api)) == tried + 5


def test_refusals_do_not_open_the_breaker(client, api):
    fails(api, 404)

    for _ in range(20):
        with pytest.raises(NotFound):
            client.patients.read(THEO)

    assert len(sent(api)) == 20


def test_only_one_caller_is_the_probe(time):
    breaker = Breaker(1, 5.0, time.clock)
    breaker.record(Unreachable())
    time.now += 5

    outcomes = []
    for _ in range(3):
        try:
            breaker.admit()
            outcomes.append("in")
        except Unavailable:
            outcomes.append("out")

    assert outcomes == ["in", "out", "out"]


def test_no_more_calls_are_under_way_than_there_are_connections(api, time):
    under_way, most, lock = 0, 0, threading.Lock()
    everyone = threading.Barrier(3)

    def answer(request):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        everyone.wait(timeout=10)
        with lock:
            under_way -= 1
        return 200, {}, '{"content": [], "last": true, "totalElements": 0}'

    api.add_callback("GET", EVENTS_URL, callback=answer)
    ids = [ADA.__class__(int=number) for number in range(6)]

    with Client(credentials(), policy=Policy(connections=3, ids_per_query=1), runtime=time.runtime()) as client:
        client.events.find(DAY, participant_ids=ids)

    assert most == 3


def test_the_first_error_of_several_calls_is_raised(client, api):
    api.add("GET", EVENTS_URL, status=403)
    ids = [ADA.__class__(int=number) for number in range(200)]

    with pytest.raises(Forbidden):
        client.events.find(DAY, participant_ids=ids)


def test_a_read_of_an_event_is_decoded(client, api):
    api.add("GET", f"{EVENTS_URL}/{VISIT}", json=event_row())

    assert client.events.read(VISIT).host_id == ADA
