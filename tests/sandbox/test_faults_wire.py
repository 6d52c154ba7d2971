"""Faults of the connection, seen from a bare socket: resets are resets, silence is silence, part is part."""

import json
import socket
import time

import pytest
import requests

from tests.faults.server import EVENTS, Faults
from tests.sandbox.faulty import Faulty
from tests.sandbox.raw import DAY, exchange, opened, rest, say, split, whole

CREATE = ("POST", "calendar/events")
READ = ("GET", f"calendar/events?{DAY}")


@pytest.fixture
def faulty(faults: Faults) -> Faulty:
    return Faulty.on(faults)


def test_without_a_rule_the_answer_is_whole_and_the_connection_goes_on(faulty: Faulty) -> None:
    with opened(faulty.api) as peer:
        for _ in range(2):
            say(peer, faulty.api, *CREATE, faulty.body())
            assert whole(peer).startswith(b"HTTP/1.1 201 Created\r\n")
    assert faulty.written() == 2


@pytest.mark.parametrize(("action", "applied"), [("reset_before_apply", 0), ("apply_then_reset", 1)])
def test_a_reset_is_a_tcp_reset_without_a_byte(faulty: Faulty, action: str, applied: int) -> None:
    rule = faulty.when_creating(action)
    assert exchange(faulty.api, *CREATE, faulty.body()) == (b"", True)
    assert (faulty.written(), faulty.faults.consumed(rule)) == (applied, 1)


@pytest.mark.parametrize(("then", "reset"), [("reset", True), ("close", False)])
def test_a_late_effect_lands_after_the_connection_has_ended(faulty: Faulty, then: str, reset: bool) -> None:
    rule = faulty.when_creating({"delay_apply": {"seconds": 0.3, "then": then}})
    assert exchange(faulty.api, *CREATE, faulty.body(externalId="late")) == (b"", reset)
    assert (faulty.written(), faulty.faults.account(rule)["pending"]) == (0, 1)
    while faulty.faults.account(rule)["pending"]:
        time.sleep(0.02)
    assert [entry["externalId"] for entry in faulty.faults.journal()] == ["late"]


def test_a_late_effect_may_come_with_a_status(faulty: Faulty) -> None:
    rule = faulty.when_creating({"delay_apply": {"seconds": 0.2, "then": 504}})
    assert (faulty.create().status_code, faulty.written()) == (504, 0)
    while faulty.faults.account(rule)["pending"]:
        time.sleep(0.02)
    assert faulty.written() == 1


def test_a_late_effect_that_is_refused_is_told(faulty: Faulty) -> None:
    rule = faulty.when_creating({"delay_apply": 0.1}, may_fail=True)
    exchange(faulty.api, *CREATE, faulty.body(endDateTime="2020-01-01T00:00:00Z"))
    while faulty.faults.account(rule)["pending"]:
        time.sleep(0.02)
    assert faulty.faults.account(rule)["failed"] == ["landed late with 400"]


@pytest.mark.parametrize(("apply", "written"), [("before", 1), ("after", 0), ("never", 0)])
def test_silence_is_not_a_byte(faulty: Faulty, apply: str, written: int) -> None:
    faulty.when_creating({"stall": {"seconds": 2, "apply": apply}})
    with opened(faulty.api) as peer:
        say(peer, faulty.api, *CREATE, faulty.body())
        peer.settimeout(0.5)
        with pytest.raises(TimeoutError):
            peer.recv(1)
        assert faulty.written() == written


def test_a_short_silence_ends_with_the_answer(faulty: Faulty) -> None:
    faulty.when_creating({"stall": 0.1})
    faulty.when_creating({"stall": {"seconds": 0.1, "apply": "after"}})
    assert [faulty.create().status_code for _ in range(2)] == [201, 201]


def test_a_stalled_caller_who_leaves_frees_the_server(faulty: Faulty) -> None:
    rule = faulty.when_reading({"stall": 600}, times=70)
    for _ in range(70):  # more than the server has threads
        with opened(faulty.api) as peer:
            say(peer, faulty.api, *READ)
    assert faulty.api.ask("GET", "admin/users").status_code == 200
    while faulty.faults.consumed(rule) < 70:
        time.sleep(0.02)


def test_a_drip_comes_byte_by_byte(faulty: Faulty) -> None:
    faulty.when_creating({"drip": 50})
    with opened(faulty.api) as peer:
        say(peer, faulty.api, *CREATE, faulty.body())
        status, headers, body = split(peer.recv(65536))
        assert (status, len(body) <= 1) == (201, True)
        peer.recv(65536)
        assert int(headers["content-length"]) > 500
        parts = [len(peer.recv(65536)) for _ in range(5)]
    assert max(parts) <= 2


def test_a_head_drips_too(faulty: Faulty) -> None:
    faulty.when_creating({"drip": {"rate": 50, "head": True}})
    with opened(faulty.api) as peer:
        say(peer, faulty.api, *CREATE, faulty.body())
        assert peer.recv(65536) == b"H"


@pytest.mark.parametrize(
    ("upto", "share"), [(0, 0.0), (1, None), (0.5, 0.5), (-1, None)], ids=["nothing", "one", "half", "all-but-one"]
)
def test_a_cut_answer_promises_more_than_comes(faulty: Faulty, upto: float, share: float | None) -> None:
    faulty.when_creating({"cut": upto})
    status, headers, body = split(exchange(faulty.api, *CREATE, faulty.body())[0])
    whole = int(headers["content-length"])
    expected = {0: 0, 1: 1, 0.5: whole // 2, -1: whole - 1}[upto]
    assert (status, len(body), faulty.written()) == (201, expected, 1)


def test_a_cut_that_takes_nothing_away_is_not_consumed(faulty: Faulty) -> None:
    rule = faulty.when_creating({"cut": 10**9}, at_least=0)
    assert (faulty.create().status_code, faulty.faults.consumed(rule)) == (201, 0)


@pytest.mark.parametrize(("how", "reset"), [("close", False), ("reset", True)])
def test_a_connection_that_is_said_to_stay_goes(faulty: Faulty, how: str, reset: bool) -> None:
    faulty.when_creating({"close_after": how})
    with opened(faulty.api) as peer:
        say(peer, faulty.api, *CREATE, faulty.body())
        status, headers, body = split(peer.recv(65536))
        ended = rest(peer)
    assert (status, headers["connection"], json.loads(body)["hostId"]) == (201, "keep-alive", faulty.host["id"])
    assert ended == (b"", reset)


def test_many_hang_ups_leave_the_server_well(faulty: Faulty) -> None:
    faulty.when_reading("reset_before_apply", times=200)
    for _ in range(200):
        assert exchange(faulty.api, *READ) == (b"", True)
    assert faulty.day().status_code == 200


def test_latency_is_there_beside_another_rule(faulty: Faulty) -> None:
    slow = faulty.faults.rule({"latency": 5}, times=None)
    faulty.when_creating({"status": 503})
    assert faulty.create().status_code == 503
    assert faulty.faults.consumed(slow) == 1


def test_a_clock_that_is_off_shows_in_the_date_the_token_and_the_stamps(faulty: Faulty) -> None:
    faulty.faults.rule({"clock_skew": 86_400}, times=None)
    usual = requests.get(f"{faulty.api.place.url}/_sandbox/health", timeout=60).headers["Date"]
    answer = faulty.create()
    assert answer.status_code == 401, "a token of yesterday has ended"
    again = Faulty(faulty.api.__class__(faulty.api.place), faulty.host, faulty.faults)
    made = again.create()
    assert made.status_code == 201
    assert (made.headers["Date"][:16] != usual[:16], made.json()["createdAt"][:10] > _today()) == (True, True)


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def test_a_socket_library_sees_the_reset_as_one(faulty: Faulty) -> None:
    faulty.faults.rule("reset_before_apply", path=EVENTS)
    with pytest.raises(requests.ConnectionError) as caught:
        faulty.day()
    assert isinstance(caught.value.__context__.__context__, ConnectionResetError | socket.error)
