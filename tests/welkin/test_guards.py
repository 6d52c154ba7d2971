"""What the client never does: send a change twice, go elsewhere, read without end, share a token, log a query.

Most of these have a negative control: the guard is taken out inside the test, and what it keeps away happens.
"""

import gzip
import http.server
import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import responses
from urllib3.exceptions import ConnectTimeoutError
from urllib3.util import connection as sockets

from scheduling.welkin import Client, Credentials, EventChange, NewPatient, Policy
from scheduling.welkin.errors import Malformed, Timeout, Unavailable, Unknown, Unreachable, WelkinError
from scheduling.welkin.policy import Deadline
from scheduling.welkin.transport import Exchange, _TimedConnection, addresses_of, current

from .conftest import PATIENTS_URL, SECRET, TOKEN_URL, USERS_URL, Time, credentials, sent
from .factories import ADA, THEO, VISIT, meta_page, spring_page
from .rude import TOKEN, Scene, hang_up, rude_server, whole

ROOT = Path(__file__).resolve().parents[2]


def a_client(url: str, time: Time, **policy: object) -> Client:
    return Client(credentials(url), policy=Policy(**policy), runtime=time.runtime())  # type: ignore[arg-type]


# --- Never twice: regressions 27 and 28 of reliability 5, counted at the server --------------------------------------

WRITES = [
    ("POST", lambda client: client.patients.create(NewPatient("Theo", "Marsh"))),
    ("PATCH", lambda client: client.events.change(VISIT, EventChange(title="x"))),
    ("PUT", lambda client: client.events.answer(VISIT, ADA, "Yes")),
    ("DELETE", lambda client: client.events.delete(VISIT)),
]
DEATHS: list[tuple[str, Scene]] = [
    ("hangs up", hang_up),
    ("half a head", lambda peer: peer.sendall(b"HTTP/1.1 20")),
    ("502", whole(b"", "502 Bad Gateway")),
    ("503 and when to come back", whole(b"", "503 Service Unavailable", "Retry-After: 1\r\n")),
]


@pytest.mark.parametrize("death", [row[1] for row in DEATHS], ids=[row[0] for row in DEATHS])
@pytest.mark.parametrize(("method", "call"), WRITES, ids=[row[0] for row in WRITES])
def test_a_change_whose_connection_dies_reaches_the_server_once(time, method, call, death):
    with (
        rude_server([whole(TOKEN), *[death] * 5]) as (url, requests),
        a_client(url, time) as client,
        pytest.raises(Unknown),
    ):
        call(client)

    assert [line.split()[0].decode() for line in requests] == ["POST", method]


def test_a_read_is_sent_again_there(time):
    """The control: the same server, and the loop that leaves changes out."""
    with (
        rude_server([whole(TOKEN), *[hang_up] * 5]) as (url, requests),
        a_client(url, time) as client,
        pytest.raises(Unreachable),
    ):
        client.patients.read(THEO)

    assert len(requests) == 1 + 3


def test_no_retry_is_configured_but_in_the_one_loop(client):
    for adapter in client._session._http.adapters.values():
        assert (adapter.max_retries.total, adapter.max_retries.read) == (0, False)


def test_no_other_place_of_ours_knows_of_retries_of_the_library():
    words = re.compile(r"urllib3\S* import Retry|Retry\(|allowed_methods|max_retries=(?!0)")
    found = [path.name for path in (ROOT / "scheduling").rglob("*.py") if words.search(path.read_text())]

    assert found == []


def test_a_connection_that_was_closed_while_idle_is_noticed_before_anything_is_sent(time):
    """F30: the server closes after each answer without having said so."""
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
    person = b'{"id": "%s"}' % str(THEO).encode()
    closed = threading.Semaphore(0)

    def answer_and_close(body: bytes) -> Scene:
        def play(peer: socket.socket) -> None:
            peer.sendall(kept % (len(body), body))
            peer.close()
            closed.release()

        return play

    scenes = [answer_and_close(body) for body in (TOKEN, person, person)]
    with rude_server(scenes) as (url, requests), a_client(url, time) as client:
        for call in (
            client.check,
            lambda: client.patients.read(THEO),
            lambda: client.patients.create(NewPatient("Theo", "Marsh")),
        ):
            call()
            assert closed.acquire(timeout=10)

    assert (len(requests), time.naps) == (3, [])


# --- A lasting outage (G6) -------------------------------------------------------------------------------------------


class _Counting(http.server.BaseHTTPRequestHandler):
    """503 to everything but the token call; counts."""

    protocol_version = "HTTP/1.1"
    counted: list[str]

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signing_in = "api_clients" in self.path
        if not signing_in:
            self.counted.append(self.command)
        body = TOKEN if signing_in else b""
        self.send_response(200 if signing_in else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = answer  # noqa: N815  the names that the library calls

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def broken_api() -> Iterator[tuple[str, list[str]]]:
    """The address of an API that is down, and the methods it was asked with."""
    handler = type("Handler", (_Counting,), {"counted": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler.counted
        server.shutdown()
        thread.join()


LOGICAL = 1500
PACE = 0.2
"""Seconds between two calls of our own: five minutes all in all."""


def suffer(client: Client, time: Time, calls: int = LOGICAL) -> None:
    """Five minutes of reads and changes while everything fails."""
    for number in range(calls):
        with pytest.raises((Unavailable, Unknown)):
            client.patients.read(THEO) if number % 10 else client.events.cancel(VISIT)
        time.now += PACE


ALONE = {"breaker_failures": 10**9, "breaker_pause": 0.0}


@pytest.mark.parametrize("policy", [{}, ALONE], ids=["with the breaker", "with the bucket alone"])
def test_a_lasting_outage_is_not_made_worse(time, policy):
    with broken_api() as (url, counted), a_client(url, time, **policy) as client:
        burst = Policy().bucket_capacity // Policy().retry_cost
        suffer(client, time)

    assert len(counted) <= LOGICAL * 1.1 + burst
    assert counted.count("PATCH") <= LOGICAL / 10


def test_without_the_bucket_it_is(time):
    """The negative control: three attempts for each read."""
    with broken_api() as (url, counted), a_client(url, time, **ALONE, bucket_capacity=10**9) as client:
        suffer(client, time, 200)

    assert len(counted) > 200 * 2


def test_after_the_outage_the_first_probe_opens_the_way(client, api, time):
    api.add("GET", f"{PATIENTS_URL}/{THEO}", status=503)
    for _ in range(50):
        with pytest.raises(Unavailable):
            client.patients.read(THEO)
    api.replace("GET", f"{PATIENTS_URL}/{THEO}", json={"id": str(THEO)})

    time.now += 5
    client.patients.read(THEO)

    assert (client.state().open, client.patients.read(THEO).id) == (False, THEO)


# --- One host (F28) --------------------------------------------------------------------------------------------------

STATUSES = ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]


@pytest.mark.parametrize("status", STATUSES, ids=[status[:3] for status in STATUSES])
@pytest.mark.parametrize("kind", ["read", "change", "token"])
def test_a_redirect_to_another_host_is_not_followed(time, status, kind):
    with rude_server([whole(b"{}")]) as (elsewhere, foreign):
        away = whole(b"", status, f"Location: {elsewhere}/\r\n")
        scenes = [away] if kind == "token" else [whole(TOKEN), away]
        with (
            rude_server(scenes) as (url, requests),
            a_client(url, time) as client,
            pytest.raises((Malformed, Unknown)),
        ):
            client.events.cancel(VISIT) if kind == "change" else client.patients.read(THEO)

    assert (len(requests), foreign) == (len(scenes), [])


def test_a_client_that_followed_would_go_there(time, monkeypatch):
    """The negative control."""
    with rude_server([whole(b'{"id": "%s"}' % str(THEO).encode())]) as (elsewhere, foreign):
        scenes = [whole(TOKEN), whole(b"", "302 Found", f"Location: {elsewhere}/\r\n")]
        with rude_server(scenes) as (url, _), a_client(url, time) as client:
            send = client._session._http.send
            monkeypatch.setattr(
                client._session._http, "send", lambda request, **how: send(request, **how | {"allow_redirects": True})
            )
            client.patients.read(THEO)

    assert len(foreign) == 1


def test_a_link_in_an_answer_is_never_gone_to(client, api):
    """The next page is asked for at our own address, whatever an answer says."""
    page = spring_page([{"id": str(THEO)}], last=False, total=2)
    api.add("GET", PATIENTS_URL, json={**page, "next": "https://evil.example/patients?page=1"})

    client.patients.find()

    assert {re.sub(r"\?.*", "", line) for line in sent(api)} == {f"GET {PATIENTS_URL}"}


def test_a_proxy_of_the_environment_is_not_used(monkeypatch, time):
    person = whole(b'{"id": "%s"}' % str(THEO).encode())
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with rude_server([whole(TOKEN), person]) as (url, requests), a_client(url, time) as client:
        client.patients.read(THEO)
        client._session._http.trust_env = True  # the negative control
        with pytest.raises(Unreachable):
            client.patients.read(THEO)

    assert len(requests) == 2


# --- As much as fits (F24) -------------------------------------------------------------------------------------------

BODY = b'{"id": "%s", "x": "%s"}' % (str(THEO).encode(), b"x" * 300_000)
LENGTHLESS = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
BODIES: list[tuple[str, Scene]] = [
    ("with a length", whole(BODY)),
    ("without", lambda peer: peer.sendall(LENGTHLESS + BODY)),
    ("packed", whole(gzip.compress(BODY), headers="Content-Encoding: gzip\r\n")),
]


@pytest.mark.parametrize("scene", [row[1] for row in BODIES], ids=[row[0] for row in BODIES])
@pytest.mark.parametrize(("limit", "read"), [(200_000, False), (400_000, True)], ids=["too large", "the control"])
def test_an_answer_is_read_up_to_the_limit(time, scene, limit, read):
    with rude_server([whole(TOKEN), scene]) as (url, _), a_client(url, time, body_limit=limit) as client:
        if read:
            assert client.patients.read(THEO).id == THEO
        else:
            with pytest.raises(Malformed):
                client.patients.read(THEO)


def test_the_limit_is_32_megabytes():
    assert Policy().body_limit == 32 * 1024 * 1024


# --- Tokens and logs: regression 29 of reliability 5 -----------------------------------------------------------------


def test_two_clients_of_one_tenant_do_not_share_a_token(time):
    def token_for(name: str) -> tuple[int, dict[str, str], str]:
        return 200, {}, f'{{"token": "token-of-{name}", "enabled": true}}'

    with responses.RequestsMock() as wire:
        for name in ("DAYBOOK", "REPORTS"):
            wire.add_callback("POST", TOKEN_URL.replace("DAYBOOK", name), callback=lambda _, name=name: token_for(name))
        wire.add("GET", USERS_URL, json=meta_page([]))
        for name in ("DAYBOOK", "REPORTS"):
            own = Credentials("https://api.example", "harbor", "clinic", name, SECRET)
            with Client(own, runtime=time.runtime()) as client:
                client.users.find()
        told = [call.request.headers["Authorization"] for call in wire.calls if call.request.method == "GET"]

    assert told == ["Bearer token-of-DAYBOOK", "Bearer token-of-REPORTS"]


def test_at_info_no_library_writes_a_query_to_the_log(time, caplog):
    caplog.set_level(logging.INFO)
    person = whole(b'{"content": [], "last": true, "totalElements": 0}')
    with rude_server([whole(TOKEN), person, person]) as (url, _), a_client(url, time) as client:
        client.patients.find(query="Quackenbush")
        assert "Quackenbush" not in caplog.text

        caplog.set_level(logging.DEBUG)  # the negative control: this is what urllib3 says there
        client.patients.find(query="Quackenbush")
        assert "Quackenbush" in caplog.text


def test_the_token_is_nowhere_but_in_memory(client, api, tmp_path, monkeypatch):
    """No pickle, no file: the regression of the community's client."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    api.add("GET", USERS_URL, json=meta_page([]))

    client.users.find()

    assert list(tmp_path.iterdir()) == []
    sources = "\n".join(path.read_text() for path in (ROOT / "scheduling" / "welkin").rglob("*.py"))
    assert re.search(r"import (pickle|tempfile|shelve)", sources) is None


# --- Connecting ------------------------------------------------------------------------------------------------------


@contextmanager
def exchanging(time: Time) -> Iterator[None]:
    mark = current.set(Exchange(Deadline.after(60, time.clock)))
    yield
    current.reset(mark)


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)


def test_all_addresses_of_a_host_get_the_time_to_connect_together(monkeypatch, time):
    names(monkeypatch, "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    tried: list[tuple[str, float]] = []

    def swallow(address, timeout, **_):
        tried.append((address[0], timeout))
        time.now += timeout
        raise TimeoutError

    monkeypatch.setattr(sockets, "create_connection", swallow)
    connection = _TimedConnection("api.example", 443, timeout=2.0)
    with exchanging(time), pytest.raises(ConnectTimeoutError):
        connection.connect()

    assert tried == [(f"192.0.2.{number}", 0.5) for number in (1, 2, 3, 4)]
    assert (connection.host, connection.timeout) == ("api.example", 2.0)


def test_a_dead_address_is_passed_over(monkeypatch, time):
    names(monkeypatch, "192.0.2.1", "127.0.0.1")

    def first_is_dead(address, timeout, **_):
        if address[0] == "192.0.2.1":
            raise TimeoutError
        taken = socket.socket()
        taken.connect(address)
        return taken

    monkeypatch.setattr(sockets, "create_connection", first_is_dead)
    with socket.create_server(("127.0.0.1", 0)) as listener, exchanging(time):
        connection = _TimedConnection("api.example", listener.getsockname()[1], timeout=2.0)
        connection.connect()
        assert connection.sock.getpeername()[0] == "127.0.0.1"
        connection.close()


def silent_name_server(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """No name is found until the event is set."""
    never = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        never.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return never


def test_a_name_that_is_never_found_does_not_hold_the_caller(monkeypatch):
    never = silent_name_server(monkeypatch)

    with pytest.raises(TimeoutError):
        addresses_of("api.example", 443, 0.05)
    never.set()


def test_a_name_server_that_is_silent_is_a_timeout_and_nothing_was_sent(monkeypatch):
    never = silent_name_server(monkeypatch)
    policy = Policy(connect_timeout=0.05, attempts=1)

    with Client(credentials("http://api.example"), policy=policy) as client, pytest.raises(Timeout):
        client.events.cancel(VISIT)
    never.set()


def test_a_name_that_cannot_be_one_is_unreachable(time):
    with a_client(f"http://{'a' * 70}.example", time) as client, pytest.raises(WelkinError) as caught:
        client.check()

    assert isinstance(caught.value, Unreachable)
