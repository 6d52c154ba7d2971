"""The token: when it is fetched, renewed and replayed, and that nothing here ever loops."""

import json
import threading

import jwt
import pytest
import responses

from scheduling.welkin import Client, NewPatient, Policy
from scheduling.welkin.auth import Token, TokenHolder, read_token
from scheduling.welkin.errors import BadCredentials, Malformed, NotAuthorized, Unavailable, WelkinError
from scheduling.welkin.policy import Deadline

from .conftest import PATIENTS_URL, TOKEN_URL, Time, credentials
from .factories import THEO

PATIENT_URL = f"{PATIENTS_URL}/{THEO}"
PATIENT = {"id": str(THEO), "firstName": "Theo", "lastName": "Marsh"}
EXPIRED = [{"errorCode": "TOKEN_EXPIRED", "componentType": "AUTH", "message": "expired"}]


def a_jwt(**claims) -> str:
    return jwt.encode(claims, "x" * 32, algorithm="HS256")


LIFETIMES = [
    ("an hour", a_jwt(iat=1000, exp=4600), 3600.0),
    ("two seconds", a_jwt(iat=1000, exp=1002), 2.0),
    ("a clock ten minutes off", a_jwt(iat=9_999_000, exp=9_999_060), 60.0),
    ("no iat, by the wall clock", a_jwt(exp=2000), 500.0),
    ("no exp", a_jwt(iat=1000), None),
    ("over before it began", a_jwt(iat=1000, exp=900), None),
    ("exp is a text", a_jwt(iat=1000, exp="soon"), None),
    ("no jwt", "redacted", None),
    ("two dots", "a.b.c", None),
]


@pytest.mark.parametrize(("token", "lifetime"), [row[1:] for row in LIFETIMES], ids=[row[0] for row in LIFETIMES])
def test_the_lifetime_is_read_from_the_token(token, lifetime):
    assert read_token({"token": token, "enabled": True}, wall=1500).lifetime == lifetime


@pytest.mark.parametrize("body", [None, [], {}, {"token": None}, {"token": ""}, {"token": "a b\n"}], ids=str)
def test_an_answer_without_a_token_is_malformed(body):
    with pytest.raises(Malformed):
        read_token(body, wall=0)


class Issuer:
    """Counts the token calls, and fails when told."""

    def __init__(self, time: Time, lifetime: float = 3600.0) -> None:
        self.lifetime, self.calls, self.failure = lifetime, 0, None
        self.holder = TokenHolder(self.fetch, Policy(), time.runtime())
        self.time = time

    def fetch(self, deadline: Deadline) -> Token:
        self.calls += 1
        if self.failure:
            raise self.failure
        return Token(f"token-{self.calls}", self.lifetime)

    def token(self) -> str:
        return self.holder.token(Deadline.after(5, self.time.clock)).value


def test_a_token_is_kept_until_a_minute_before_its_end(time):
    issuer = Issuer(time)

    assert issuer.token() == "token-1"
    time.now += 3600 - 64
    assert issuer.token() == "token-1"
    time.now += 2
    assert issuer.token() == "token-2"


def test_a_short_token_is_kept_for_most_of_its_life(time):
    issuer = Issuer(time, lifetime=2.0)

    issuer.token()
    time.now += 1.5
    issuer.token()
    time.now += 0.2
    issuer.token()

    assert issuer.calls == 2


def test_a_failed_renewal_keeps_the_old_token_to_its_end(time):
    issuer = Issuer(time)
    issuer.token()
    issuer.failure = Unavailable("down")

    time.now += 3560
    assert [issuer.token() for _ in range(10)] == ["token-1"] * 10
    assert issuer.calls == 2
    time.now += 6
    assert (issuer.token(), issuer.calls) == ("token-1", 3)
    time.now += 60
    with pytest.raises(Unavailable):
        issuer.token()


def test_a_refused_secret_is_believed_for_a_while(time):
    issuer = Issuer(time)
    issuer.failure = BadCredentials("no")

    for _ in range(20):
        with pytest.raises(BadCredentials):
            issuer.token()
    assert issuer.calls == 1

    time.now += 11
    issuer.failure = None
    assert issuer.token() == "token-2"


def test_an_early_renewal_takes_a_part_of_the_calls_time_only(time):
    issuer, given = Issuer(time), []
    assert issuer.token() == "token-1"
    issuer.holder._fetch = lambda deadline: given.append(deadline.remaining()) or issuer.fetch(deadline)

    time.now += 3600 - 30
    assert issuer.token() == "token-2"
    time.now += 3600
    assert issuer.token() == "token-3"

    assert given == [1.25, 5.0]


def test_of_two_refusals_the_second_is_not_believed_where_another_thread_renewed_meanwhile(time):
    issuer = Issuer(time)
    old = issuer.holder.token(Deadline.after(5, time.clock))
    new = issuer.holder.renew(old, Deadline.after(5, time.clock))

    assert issuer.holder.refuse(old) is new
    assert issuer.holder.renew(new, Deadline.after(5, time.clock)).value == "token-3"


def test_the_current_token_refused_twice_is_believed(time):
    issuer = Issuer(time)
    own = issuer.holder.token(Deadline.after(5, time.clock))

    assert issuer.holder.refuse(own) is None
    assert issuer.holder.renew(own, Deadline.after(5, time.clock)) is None
    assert issuer.calls == 1


def together(count: int, task) -> list:
    """What the task brought in each of so many threads, or the error it raised."""
    results, gate = [], threading.Barrier(count)

    def run() -> None:
        gate.wait(timeout=10)
        try:
            results.append(task())
        except WelkinError as failure:
            results.append(type(failure))

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return results


def test_many_threads_share_one_fetch(time):
    issuer = Issuer(time)

    assert together(16, issuer.token) == ["token-1"] * 16
    assert issuer.calls == 1


def test_those_who_waited_share_the_failure_too(time):
    issuer = Issuer(time)
    entered, leave = threading.Event(), threading.Event()

    def fetch(deadline: Deadline) -> Token:
        issuer.calls += 1
        entered.set()
        leave.wait(timeout=10)
        raise Unavailable("down")

    issuer.holder = TokenHolder(fetch, Policy(), time.runtime())
    results: list = []
    threads = [threading.Thread(target=lambda: results.extend(together(1, issuer.token))) for _ in range(6)]
    threads[0].start()
    entered.wait(timeout=10)
    for thread in threads[1:]:
        thread.start()
    while sum(thread.is_alive() for thread in threads) < 6:
        continue
    leave.set()
    for thread in threads:
        thread.join(timeout=20)

    assert results == [Unavailable] * 6
    assert issuer.calls <= 6


def test_a_thread_uses_the_old_token_while_another_renews(time):
    issuer = Issuer(time)
    issuer.token()
    time.now += 3560
    entered, leave = threading.Event(), threading.Event()

    def fetch(deadline: Deadline) -> Token:
        entered.set()
        leave.wait(timeout=10)
        return Token("token-2", 3600)

    issuer.holder._fetch = fetch
    renewer = threading.Thread(target=issuer.token)
    renewer.start()
    entered.wait(timeout=10)

    assert issuer.token() == "token-1"
    leave.set()
    renewer.join(timeout=10)
    assert issuer.token() == "token-2"


def signed(api: responses.RequestsMock) -> list[str]:
    """The tokens shown by the requests, in turn."""
    return [call.request.headers["Authorization"] for call in api.calls if "Authorization" in call.request.headers]


@pytest.fixture
def wire():
    """Tokens are numbered as they are asked for."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        count = iter(range(1, 1000))
        mock.add_callback(
            "POST", TOKEN_URL, callback=lambda _: (200, {}, json.dumps({"token": f"t{next(count)}", "enabled": True}))
        )
        yield mock


REFUSED = [
    ("expired", {"json": EXPIRED}),
    ("not valid", {"json": [{"errorCode": "NOT_VALID_JSON_WEB_TOKEN"}]}),
    ("HTML", {"body": "<html>Sign in</html>"}),
    ("empty", {"body": ""}),
    ("an object without a code", {"json": {"error": "unauthorized"}}),
]


@pytest.mark.parametrize("answer", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_token_is_renewed_and_the_call_repeated_once(wire, time, answer, method):
    url = PATIENT_URL if method == "GET" else PATIENTS_URL
    wire.add(method, url, status=401, **answer)
    wire.add(method, url, json=PATIENT, status=200)

    with Client(credentials(), runtime=time.runtime()) as client:
        if method == "GET":
            client.patients.read(THEO)
        else:
            client.patients.create(NewPatient("Theo", "Marsh"))

    assert signed(wire) == ["Bearer t1", "Bearer t2"]
    assert time.naps == []


def test_a_token_route_that_wants_to_be_left_alone_holds_nobody_who_has_a_token(wire, time):
    wire.add("GET", PATIENT_URL, json=PATIENT)

    with Client(credentials(), runtime=time.runtime()) as client:
        client.patients.read(THEO)
        wire.replace("POST", TOKEN_URL, status=429, headers={"Retry-After": "60"})
        time.now += 3600 - 30
        for _ in range(3):
            client.patients.read(THEO)

    assert signed(wire) == ["Bearer t1"] * 4
    assert time.naps == []


def test_a_401_for_ever_is_not_asked_for_ever(wire, time):
    wire.add("GET", PATIENT_URL, status=401, json=EXPIRED)

    with Client(credentials(), runtime=time.runtime()) as client:
        for _ in range(10):
            with pytest.raises(NotAuthorized):
                client.patients.read(THEO)

    tokens = sum("api_clients" in call.request.url for call in wire.calls)
    assert (tokens, len(signed(wire))) == (2, 11)


def test_another_401_is_not_about_the_token(wire, time):
    wire.add("GET", PATIENT_URL, status=401, json=[{"errorCode": "API_CLIENT_NOT_AUTHORIZED"}])

    with Client(credentials(), runtime=time.runtime()) as client, pytest.raises(BadCredentials):
        client.patients.read(THEO)

    assert signed(wire) == ["Bearer t1"]


def test_the_token_call_is_never_answered_by_another_token_call(time):
    with responses.RequestsMock() as mock, Client(credentials(), runtime=time.runtime()) as client:
        mock.add("POST", TOKEN_URL, status=401, json=EXPIRED)
        with pytest.raises(BadCredentials):
            client.patients.read(THEO)

        assert len(mock.calls) == 1
        assert json.loads(mock.calls[0].request.body) == {"secret": "a-very-secret-word"}


def test_a_token_answer_of_201_is_as_good(time):
    with responses.RequestsMock() as mock, Client(credentials(), runtime=time.runtime()) as client:
        mock.add("POST", TOKEN_URL, status=201, json={"token": "t", "enabled": True})
        mock.add("GET", PATIENT_URL, json=PATIENT)

        assert client.patients.read(THEO).id == THEO


def test_a_token_call_that_is_down_is_tried_in_one_loop_only(time):
    with responses.RequestsMock() as mock, Client(credentials(), runtime=time.runtime()) as client:
        mock.add("POST", TOKEN_URL, status=503)
        with pytest.raises(Unavailable):
            client.patients.read(THEO)

        assert len(mock.calls) == 3
