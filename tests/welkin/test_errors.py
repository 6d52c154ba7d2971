"""From a status or a broken connection to an error, for reads, writes and the token call."""

import json
import traceback

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval
from scheduling.welkin import Client, Credentials, EventChange, NewPatient, Policy
from scheduling.welkin.errors import (
    BadCredentials,
    Forbidden,
    Malformed,
    NotAuthorized,
    NotFound,
    Refused,
    Timeout,
    Unavailable,
    Unknown,
    UnknownInstance,
    UnknownTenant,
    Unreachable,
    WelkinError,
)
from scheduling.welkin.failures import Reply, failure_of
from scheduling.welkin.request import Request
from scheduling.welkin.wire.problems import read_problem

from .conftest import PATIENTS_URL, ROOT, SECRET, TOKEN_URL, USERS_URL, Time, credentials
from .factories import ADA, DAY, THEO, VISIT
from .rude import TOKEN, cut, hang_up, raw, rude_server, whole

BODY = [{"errorCode": "SOME_CODE", "componentType": "X", "message": "Theo Marsh is busy", "details": {"phone": "bad"}}]

#        status  read          write         token
STATUS = [
    (301, Malformed, Unknown, Malformed),
    (400, Refused, Refused, BadCredentials),
    (401, NotAuthorized, NotAuthorized, BadCredentials),
    (403, Forbidden, Forbidden, BadCredentials),
    (404, NotFound, NotFound, UnknownTenant),
    (405, Refused, Refused, UnknownTenant),
    (406, Refused, Refused, Refused),
    (408, Unavailable, Unknown, Unavailable),
    (409, Refused, Refused, Refused),
    (410, NotFound, NotFound, UnknownTenant),
    (422, Refused, Refused, BadCredentials),
    (429, Unavailable, Unavailable, Unavailable),
    (500, Unavailable, Unknown, Unavailable),
    (502, Unavailable, Unknown, Unavailable),
    (503, Unavailable, Unknown, Unavailable),
    (504, Unavailable, Unknown, Unavailable),
    (599, Unavailable, Unknown, Unavailable),
    (304, Malformed, Unknown, Malformed),
]


@pytest.mark.parametrize(("status", "read", "write", "token"), STATUS, ids=[str(row[0]) for row in STATUS])
def test_each_status_is_its_error(status, read, write, token):
    reply = Reply(status, None, json.dumps(BODY).encode())
    requests = (Request("GET", "/r"), Request("PATCH", "/r", effect=True), Request("POST", "/r", signed=False))

    failures = [failure_of(request, reply, wall=0, limit=60) for request in requests]

    assert [type(failure) for failure in failures] == [read, write, token]
    assert {(failure.status, failure.code, failure.message) for failure in failures} == {
        (status, "SOME_CODE", "Theo Marsh is busy")
    }


@pytest.mark.parametrize("status", [200, 201, 204, 206])
def test_a_success_is_no_error(status):
    assert failure_of(Request("GET", "/r"), Reply(status, None, b""), wall=0, limit=60) is None


def test_codes_tell_a_closed_client_and_a_missing_instance_apart():
    def failure(status, code):
        body = json.dumps([{"errorCode": code}]).encode()
        return type(failure_of(Request("GET", "/r"), Reply(status, None, body), wall=0, limit=60))

    assert failure(401, "API_CLIENT_NOT_AUTHORIZED") is BadCredentials
    assert failure(404, "INSTANCE_NOT_FOUND") is UnknownInstance


def test_a_refusal_says_why_and_its_text_for_the_log_does_not():
    failure = failure_of(
        Request("POST", "/{tenant}/x", effect=True), Reply(400, None, json.dumps(BODY).encode()), wall=0, limit=60
    )

    assert (failure.reason, dict(failure.details)) == ("Theo Marsh is busy", {"phone": "bad"})
    assert str(failure) == "refused POST /{tenant}/x 400 SOME_CODE"


ERROR_BODIES = [
    (b"", ("", "", {})),
    (b"<html>Bad gateway</html>", ("", "", {})),
    (b"null", ("", "", {})),
    (b'"no"', ("", "no", {})),
    (b'{"errorCode": "A", "message": "m", "details": null}', ("A", "m", {})),
    (b'[{"errorCode": "A", "message": 7, "details": {"x": ["a", "b"], "y": 7}}]', ("A", "", {"x": "a; b", "y": ""})),
    (b"[]", ("", "", {})),
    (b"[[[]]]", ("", "", {})),
    (b"[" * 100_000, ("", "", {})),
]


@pytest.mark.parametrize(("body", "read"), ERROR_BODIES, ids=[str(body[:20]) for body, _ in ERROR_BODIES])
def test_error_bodies_of_any_kind_are_read(body, read):
    problem = read_problem(body)

    assert (problem.code, problem.message, dict(problem.details)) == read


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["errorCode", "message", "details", "date", "componentType"]), inner)
    ),
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_error_body_breaks_the_reader(body):
    problem = read_problem(body)

    assert {type(text) for text in (problem.code, problem.message, *problem.details.values())} == {str}


def test_a_huge_message_is_cut():
    assert len(read_problem(json.dumps([{"message": "x" * 5_000_000}]).encode()).message) == 500


def connect(url: str, time: Time) -> Client:
    return Client(credentials(url), policy=Policy(attempts=1), runtime=time.runtime())


def test_a_dead_address_is_unreachable_even_for_a_write(time):
    with rude_server([]) as (url, _):
        pass

    with connect(url, time) as client, pytest.raises(Unreachable) as caught:
        client.patients.create(NewPatient("Theo", "Marsh"))

    assert type(caught.value) is Unreachable


def test_an_unknown_name_is_unreachable(time):
    with connect("http://no-such-host.invalid", time) as client, pytest.raises(Unreachable) as caught:
        client.check()

    assert type(caught.value) is Unreachable


TORN = [
    ("hang up", hang_up, Unreachable),
    ("no HTTP at all", raw(b"SSH-2.0-x\r\n\r\n"), Unreachable),
    ("cut body", cut(b'{"id": "x"}', 4), Unreachable),
    ("nothing of the body", cut(b'{"id": "x"}', 0), Unreachable),
    ("empty", whole(b""), Malformed),
    ("null", whole(b"null"), Malformed),
    ("HTML", whole(b"<html>Sign in</html>"), Malformed),
    ("bad gzip", whole(b"nonsense", headers="Content-Encoding: gzip\r\n"), Malformed),
    ("500", whole(b"", "500 Oops"), Unavailable),
]


@pytest.mark.parametrize(("scene", "read"), [row[1:] for row in TORN], ids=[row[0] for row in TORN])
def test_a_torn_read_is_never_an_empty_answer(scene, read, time):
    with (
        rude_server([whole(TOKEN), scene]) as (url, _),
        connect(url, time) as client,
        pytest.raises(WelkinError) as caught,
    ):
        client.events.read(VISIT)

    assert type(caught.value) is read


@pytest.mark.parametrize("scene", [row[1] for row in TORN], ids=[row[0] for row in TORN])
def test_a_torn_write_has_an_unknown_outcome_and_is_sent_once(scene, time):
    scenes = [whole(TOKEN), scene, scene, scene]
    with rude_server(scenes) as (url, requests), connect(url, time) as client, pytest.raises(Unknown):
        client.events.change(VISIT, EventChange(title="Moved"))

    assert requests[1:] == [f"PATCH /harbor/clinic/calendar/events/{VISIT} HTTP/1.1".encode()]


def test_no_error_quotes_a_name_or_the_secret(time):
    with rude_server([whole(TOKEN), hang_up, whole(b"", "400 No"), hang_up]) as (url, _), connect(url, time) as client:
        for call in (
            lambda: client.patients.find(query="Theo Marsh"),
            lambda: client.patients.create(NewPatient("Theo", "Marsh")),
            lambda: client.patients.read(THEO),
        ):
            with pytest.raises(WelkinError) as caught:
                call()
            text = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
            assert "Theo%20Marsh" not in text
            assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def frames_of(error: BaseException) -> str:
    """Every local variable of every frame, as an error page would print them."""
    shown = []
    trace = error.__traceback__
    while trace:
        shown.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return "".join(shown[1:])


@pytest.mark.parametrize("scene", [hang_up, whole(b"", "401 No"), whole(b"<html>")], ids=["hang up", "401", "HTML"])
def test_the_secret_is_in_no_frame_of_a_failed_sign_in(scene, time):
    with rude_server([scene]) as (url, _), connect(url, time) as client, pytest.raises(WelkinError) as caught:
        client.check()

    assert SECRET not in frames_of(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_the_secret_is_not_shown_by_what_holds_it(client):
    assert SECRET not in repr(client.credentials)
    assert SECRET not in repr(vars(client))


ADDRESSES = [
    "",
    "api.example",
    "ftp://api.example",
    "https://",
    "https://user:word@api.example",
    "https://api.example/?a=b",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_that_is_none_is_refused_at_once(url):
    with pytest.raises(ValueError):
        Credentials(url, "harbor", "clinic", "DAYBOOK", SECRET)


@pytest.mark.parametrize("name", ["", ".", "..", " "])
def test_a_name_that_would_climb_in_the_path_is_not_found_and_not_sent(client, api, name):
    with pytest.raises(NotFound):
        client.users.read_by_name(name)

    assert len(api.calls) == 0


def test_a_name_with_a_slash_stays_one_segment(client, api):
    api.add("GET", f"{USERS_URL}/a%2Fb%3Fc", json={"id": str(ADA), "username": "a/b?c"})

    assert client.users.read_by_name("a/b?c").id == ADA


def test_a_redirect_is_not_followed(client, api):
    api.add("GET", f"{PATIENTS_URL}/{THEO}", status=301, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(Malformed):
        client.patients.read(THEO)

    assert {call.request.url.split("/")[2] for call in api.calls} == {"api.example"}


def test_too_large_an_answer_is_not_read(api, time):
    api.add("GET", f"{PATIENTS_URL}/{THEO}", body=b"x" * 200_000)

    strict = Client(credentials(), policy=Policy(body_limit=100_000), runtime=time.runtime())
    with strict as client, pytest.raises(Malformed):
        client.patients.read(THEO)


def test_an_error_says_where_it_happened(client, api):
    api.add("GET", f"{ROOT}/harbor/clinic/calendar/events", json={"content": None})

    with pytest.raises(Malformed) as caught:
        client.events.find(Interval(DAY.start, DAY.end))

    assert str(caught.value) == "no list of rows in 'content' GET /{tenant}/{instance}/calendar/events 200"


SIGN_IN = [
    ("wrong secret", {"status": 401, "json": [{"errorCode": "API_CLIENT_NOT_AUTHORIZED"}]}, BadCredentials),
    ("a token code", {"status": 401, "json": [{"errorCode": "TOKEN_EXPIRED"}]}, BadCredentials),
    ("switched off", {"status": 200, "json": {"token": "x", "enabled": False}}, BadCredentials),
    ("unknown tenant", {"status": 404, "json": [{"errorCode": "TENANT_NOT_FOUND"}]}, UnknownTenant),
    ("another server", {"status": 404, "body": "<html>"}, UnknownTenant),
    ("broken", {"status": 500}, Unavailable),
    ("no token", {"status": 200, "json": {"enabled": True}}, Malformed),
    ("a token that is no text", {"status": 200, "json": {"token": 7}}, Malformed),
    ("a token with a line break", {"status": 200, "json": {"token": "a\r\nX: y"}}, Malformed),
    ("HTML", {"status": 200, "body": "<html>"}, Malformed),
    ("slow", {"body": responses.ConnectionError("x")}, Unreachable),
]


@pytest.mark.parametrize(("answer", "error"), [row[1:] for row in SIGN_IN], ids=[row[0] for row in SIGN_IN])
def test_each_way_a_sign_in_fails(answer, error, time):
    with responses.RequestsMock() as wire, Client(credentials(), runtime=time.runtime()) as client:
        wire.add("POST", TOKEN_URL, **answer)
        with pytest.raises(error) as caught:
            client.check()

    assert type(caught.value) is error
    assert isinstance(caught.value, Timeout) is False
