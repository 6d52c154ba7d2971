"""Tokens that end, are taken away, or cannot be had, and clocks that are off (reliability F10 to F12, F29)."""

import json
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from scheduling.welkin import Client
from scheduling.welkin.errors import (
    BadCredentials,
    Malformed,
    NotAuthorized,
    Timeout,
    Unavailable,
    Unreachable,
    WelkinError,
)
from tests.faults.impatience import HURRIED, IMPATIENT, Clock, client_of
from tests.faults.server import TOKENS, Do, Faults
from tests.sandbox.api import Api

USERS = "admin/users"
PAGE = "<!doctype html><title>Sign in</title>"
UNAUTHORIZED = [
    pytest.param({"status": {"code": 401, "body": [{"errorCode": "TOKEN_EXPIRED", "message": "x"}]}}, id="token code"),
    pytest.param({"status": {"code": 401, "body": PAGE, "headers": {"Content-Type": "text/html"}}}, id="html"),
    pytest.param({"status": 401}, id="empty"),
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(faults: Faults, clock: Clock) -> Iterator[Client]:
    with client_of(faults.place, runtime=clock.runtime()) as made:
        yield made


def names(client: Client) -> set[str]:
    return {user.username for user in client.users.find()}


def test_f10_tokens_that_end_in_the_middle_of_pages_are_renewed_once_each(faults: Faults) -> None:
    """Eight callers, a page for each user, and a token that ends four times on the way: nobody notices."""
    api = Api(faults.place)
    wanted = {api.user(f"u{number}")["username"] for number in range(6)}
    before = faults.token_calls()
    ended = faults.rule("revoke_token", method="GET", path=USERS, nth=[100, 300, 500, 700], times=4, at_least=3)
    everyone, text = Barrier(8), "@harbor.example"
    # Each caller asks in other words: the same question at the same time would be one call for all of them.
    words = [text[start:end] for start in range(8) for end in [start + 6]]

    with client_of(faults.place, replace(IMPATIENT, page_size=1, read_deadline=60, connections=64)) as client:

        def read(word: str) -> list[set[str]]:
            everyone.wait(timeout=60)
            return [{user.username for user in client.users.find(search=word)} for _ in range(16)]

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(read, words)) == [[wanted] * 16] * 8

    calls, endings = faults.token_calls() - before, faults.consumed(ended)
    assert calls - 1 <= 1.2 * endings, "the first token, then one for each that ended"


def test_f10_tokens_of_a_second_are_good_enough(make_fault_sandbox: Any) -> None:
    """A token of one second has ended by the time it is used, more often than not."""
    faults = Faults(make_fault_sandbox(tokenLifetime=1))
    with client_of(faults.place, replace(IMPATIENT, read_deadline=30)) as client, ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: len(names(client)), range(200)))
    assert done == [0] * 200
    assert faults.token_calls() < 100


@pytest.mark.parametrize("do", UNAUTHORIZED)
def test_f11_a_refusal_for_ever_costs_two_calls_for_the_first_and_one_for_the_next(
    faults: Faults, client: Client, do: Do
) -> None:
    faults.rule(do, path=USERS, times=None)
    for _ in range(4):
        with pytest.raises(NotAuthorized):
            names(client)
    assert len(faults.requests("GET", USERS)) == 2 + 3
    assert faults.token_calls() == 2


def test_f11_a_client_that_is_switched_off_is_not_asked_for_again_and_again(faults: Faults, client: Client) -> None:
    assert names(client) == set()
    faults.mode(enabled=False)
    for _ in range(5):
        with pytest.raises(BadCredentials):
            names(client)
    assert (len(faults.requests("GET", USERS)), faults.token_calls()) == (2 * 1 + 4, 1)


def test_f11_a_change_that_is_refused_for_its_token_is_sent_again_with_a_new_one(faults: Faults) -> None:
    """A 401 comes before any effect, so this is the one case in which a change may be sent twice."""
    from tests.faults.test_api_faults_calls import Stage

    stage = Stage(faults)
    stage.when_creating("revoke_token")
    assert stage.create().external_id == "marker"
    assert (stage.arrived(), stage.written()) == (2, 1)


NO_TOKEN = [
    pytest.param({"status": 503}, Unavailable, id="503"),
    pytest.param({"status": 500}, Unavailable, id="500"),
    pytest.param({"status": 400}, BadCredentials, id="400"),
    pytest.param("reset_before_apply", Unreachable, id="reset"),
    pytest.param("html", Malformed, id="html"),
    pytest.param({"cut": 0.5}, Unreachable, id="cut"),
    pytest.param({"mutate": [{"op": "remove", "path": "/token"}]}, Malformed, id="no token"),
    pytest.param({"mutate": [{"op": "replace", "path": "/token", "value": None}]}, Malformed, id="null token"),
    pytest.param({"mutate": [{"op": "replace", "path": "/token", "value": "a\nb"}]}, Malformed, id="odd token"),
    pytest.param(
        {"mutate": [{"op": "replace", "path": "/enabled", "value": False}]}, BadCredentials, id="switched off"
    ),
    pytest.param({"redirect": "http://elsewhere.invalid/"}, WelkinError, id="redirect"),
]


@pytest.mark.parametrize(("do", "error"), NO_TOKEN)
def test_f12_an_old_token_is_used_to_its_end_while_there_is_no_new_one(
    faults: Faults, client: Client, clock: Clock, do: Do, error: type[WelkinError]
) -> None:
    names(client)
    faults.rule(do, path=TOKENS, times=None)
    clock.forward(3600 - 30)  # within the time in which it is renewed early
    assert names(client) == set()
    clock.forward(60)
    with pytest.raises(error) as caught:
        names(client)
    told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert faults.place.secret not in told
    faults.clear()
    clock.forward(60)
    assert names(client) == set()


def test_f12_a_token_endpoint_that_is_silent_ends_with_the_deadline_of_the_call(faults: Faults) -> None:
    faults.rule({"stall": {"seconds": 60, "apply": "never"}}, path=TOKENS, times=None)
    with client_of(faults.place, HURRIED) as client, pytest.raises(Timeout):
        names(client)
    assert faults.requests("GET", USERS) == []


SKEWS = [pytest.param(600, id="ahead"), pytest.param(-600, id="behind"), pytest.param(-86_400, id="exp in the past")]


@pytest.mark.parametrize("seconds", SKEWS)
def test_f29_a_clock_that_is_off_brings_no_storm_of_tokens(faults: Faults, client: Client, seconds: int) -> None:
    faults.rule({"clock_skew": seconds}, times=None)
    for _ in range(20):
        assert names(client) == set()
    assert faults.token_calls() == 1


@pytest.mark.parametrize("seconds", [7200, -7200], ids=["ahead", "behind"])
def test_f29_a_clock_that_jumps_costs_one_token_at_most(faults: Faults, client: Client, seconds: int) -> None:
    names(client)
    faults.rule({"clock_skew": seconds}, times=None)
    for _ in range(10):
        names(client)
    assert faults.token_calls() == (2 if seconds > 0 else 1)


def test_f29_our_own_clock_put_back_brings_no_storm_either(faults: Faults, clock: Clock) -> None:
    """The wall clock is used for what others tell us only; lifetimes are counted by the one that never jumps."""
    runtime = replace(clock.runtime(), wall=lambda: 0.0)
    with client_of(faults.place, runtime=runtime) as client:
        for _ in range(10):
            names(client)
    assert (faults.token_calls(), json.dumps(faults.journal())) == (1, "[]")


def test_f12_early_renewal_at_a_silent_token_endpoint_leaves_time_for_the_call(faults: Faults, clock: Clock) -> None:
    with client_of(faults.place, IMPATIENT, runtime=clock.runtime()) as client:
        names(client)
        faults.rule({"stall": {"seconds": 60, "apply": "never"}}, path=TOKENS, times=None)
        clock.forward(3600 - 30)
        assert names(client) == set()
