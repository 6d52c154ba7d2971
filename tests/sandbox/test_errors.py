"""What holds for every answer: errors as arrays, slashes, pages, headers (welkin-api 1, 1.1, 1.2 and 12)."""

import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.api import Api, invalid
from tests.sandbox.conftest import MakeApi

KEYS = ["componentType", "date", "details", "errorCode", "message"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def check(answer: requests.Response, status: int, component: str) -> Any:
    """The one error of an answer, whose outside must be as it always is."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    assert answer.headers["Cache-Control"] == "no-cache, no-store"
    (error,) = answer.json()
    assert (sorted(error), bool(TIME.fullmatch(error["date"]))) == (KEYS, True)
    assert error["componentType"] == component
    return error


@pytest.mark.parametrize(
    ("path", "component"),
    [
        ("nothing", "AUTH"),
        ("calendar", "CALENDAR"),
        ("calendar/nothing", "CALENDAR"),
        ("patients/x/nothing", "PATIENT"),
        ("patients/x/cdts", "CDT"),
        ("admin/nothing", "AUTH"),
        ("admin/users/x/y", "USER"),
    ],
)
def test_an_unknown_address_is_404(sqlite_api: Api, path: str, component: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for slash in ("", "/"):
            assert check(sqlite_api.ask(method, path + slash), 404, component)["errorCode"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["", "/", "//", "/favicon.ico", "/docs", "/admin/", "/a/b/c/d/e/f/g"])
def test_an_address_outside_the_api_is_404(sandbox_server: str, path: str) -> None:
    check(requests.get(sandbox_server + path, timeout=30), 404, "AUTH")


@pytest.mark.parametrize(
    ("method", "path", "component", "allowed"),
    [
        ("PUT", "admin/users", "USER", "GET, POST"),
        ("DELETE", "calendar/events", "CALENDAR", "GET, POST"),
        ("POST", "calendar/events/x", "CALENDAR", "DELETE, GET, PATCH, PUT"),
        ("GET", "calendar/events/x/invitation-response", "CALENDAR", "PATCH, POST, PUT"),
        ("POST", "calendar/psm-schedules", "CALENDAR", "GET"),
        ("GET", "by-filter/patients", "PATIENT", "POST"),
        ("GET", "admin/api_clients/x", "AUTH", "POST"),
        ("OPTIONS", "patients", "PATIENT", "GET, POST"),
        ("BREW", "patients/x/cdts/y", "CDT", "GET, PATCH, POST"),
    ],
)
def test_a_wrong_method_is_405_and_names_the_right_ones(
    sqlite_api: Api, method: str, path: str, component: str, allowed: str
) -> None:
    answer = sqlite_api.ask(method, path)
    assert check(answer, 405, component)["errorCode"] == "METHOD_NOT_ALLOWED"
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"{'single': 'quotes'}",
        b'{"a": 1,}',
        b'{"a": None}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\\u0000"}',
        b'{"a\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
        b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=[
        "open",
        "bytes",
        "quotes",
        "comma",
        "None",
        "NaN",
        "inf",
        "huge",
        "nul",
        "nul-key",
        "half",
        "deep",
        "nested",
        "long",
    ],
)
def test_a_broken_body_is_400(sqlite_api: Api, body: bytes) -> None:
    for method, path, component in (
        ("POST", "admin/users", "USER"),
        ("PATCH", "calendar/events/x", "CALENDAR"),
        ("POST", "patients/x/cdts/y", "CDT"),
    ):
        answer = sqlite_api.session.request(method, sqlite_api.url(path), data=body, timeout=30)
        assert check(answer, 400, component)["message"] == "The body is not valid JSON"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"1", b'"text"', b"true"])
@pytest.mark.parametrize("path", ["admin/users", "patients", "calendar/events", "calendar/work-hours"])
def test_a_body_that_is_no_object_is_400(sqlite_api: Api, path: str, body: bytes) -> None:
    answer = sqlite_api.session.post(sqlite_api.url(path), data=body, timeout=30)
    assert answer.json()[0]["errorCode"] == "VALIDATION_ERROR"


def test_a_body_over_five_megabytes_is_413(sqlite_api: Api) -> None:
    body = b'{"username": "' + b"x" * 5 * 1024 * 1024 + b'"}'
    answer = sqlite_api.session.post(sqlite_api.url("admin/users"), data=body, timeout=30)
    assert check(answer, 413, "USER")["errorCode"] == "PAYLOAD_TOO_LARGE"


def test_a_nul_in_an_address_is_400(sqlite_api: Api) -> None:
    check(sqlite_api.ask("GET", "admin/users/a%00b"), 400, "USER")
    check(sqlite_api.session.get(sqlite_api.url("patients") + "?query=%00", timeout=30), 400, "PATIENT")


def test_a_foreign_host_name_is_400(sqlite_api: Api) -> None:
    headers = {"Host": "rebound.example"}
    check(sqlite_api.session.get(sqlite_api.url("admin/users"), headers=headers, timeout=30), 400, "USER")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"this is no request\r\n\r\n", 400),
    ],
    ids=["long-line", "long-header", "noise"],
)
def test_bytes_that_are_no_request_get_the_array_too(sandbox_server: str, request_bytes: bytes, status: int) -> None:
    place = urlsplit(sandbox_server)
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(request_bytes)
        with connection.makefile("rb") as stream:
            told = stream.read()
    head, _, body = told.partition(b"\r\n\r\n")
    assert (int(head.split()[1]), b"Content-Type: application/json" in head, body[:14]) == (
        status,
        True,
        b'[{"errorCode":',
    )


def test_a_hundred_ids_fit_into_one_address(sqlite_api: Api) -> None:
    ids = ",".join("3f0c1f2e-8a51-4c0e-9d0b-6a1f5d2c7e10" for _ in range(100))
    query = {"from_": "2027-05-04T00:00:00Z", "to": "2027-05-05T00:00:00Z"}
    assert sqlite_api.get("calendar/events", participantIds=ids, **query)["content"] == []


@pytest.mark.parametrize(
    "path",
    [
        "admin/users",
        "admin/users/ada",
        "users",
        "patients",
        "calendar/work-hours?from=2027-05-04T00:00:00Z&to=2027-05-05T00:00:00Z",
        "calendar/events?from=2027-05-04T00:00:00Z&to=2027-05-05T00:00:00Z",
        "calendar/psm-schedules?from=2027-05-04T00:00:00Z&to=2027-05-05T00:00:00Z",
        "calendar/psm-event-summary?from=2027-05-04T00:00:00Z&to=2027-05-05T00:00:00Z",
    ],
)
def test_both_slash_forms_answer_alike_and_uncached(sqlite_api: Api, path: str) -> None:
    sqlite_api.user("ada", userState="ACTIVE")
    plain = sqlite_api.ask("GET", path)
    slashed = sqlite_api.ask("GET", path.replace("?", "/?") if "?" in path else path + "/")
    assert (plain.status_code, plain.content) == (200, slashed.content)
    assert (plain.headers["Cache-Control"], plain.headers["Content-Type"]) == ("no-cache, no-store", "application/json")


def test_a_post_with_a_slash_is_not_redirected(sqlite_api: Api) -> None:
    assert sqlite_api.post("admin/users/", {"username": "ada", "email": "a@b.example"})["username"] == "ada"


@pytest.mark.parametrize(
    ("asked", "granted"), [(None, 20), ("0", 1), ("1", 1), ("1000", 1000), ("1001", 1000), ("9" * 30, 1000)]
)
@pytest.mark.parametrize("path", ["admin/users", "patients"])
def test_a_size_is_clamped(sqlite_api: Api, path: str, asked: str | None, granted: int) -> None:
    page = sqlite_api.get(path, size=asked)
    assert (page["metaInfo"]["pageSize"] if "metaInfo" in page else page["size"]) == granted


def test_a_tenant_may_grant_smaller_pages(make_api: MakeApi) -> None:
    api = make_api(pageLimit=2)
    for name in "abc":
        api.user(name)
    pages = [api.get("admin/users", page=number, size=1000) for number in range(2)]
    assert [(len(page["data"]), page["metaInfo"]["pageSize"], page["metaInfo"]["lastPage"]) for page in pages] == [
        (2, 2, False),
        (1, 2, True),
    ]


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "", "1e3", "٣ "])
@pytest.mark.parametrize("name", ["page", "size"])
@pytest.mark.parametrize("path", ["admin/users", "patients"])
def test_a_page_that_is_no_number_is_400(sqlite_api: Api, path: str, name: str, value: str) -> None:
    assert list(sqlite_api.refused(400, "GET", path, **{name: value})["details"]) == [name]


@pytest.mark.parametrize("number", [1, 7, 10**30])
def test_a_page_past_the_end_is_empty_and_the_last(sqlite_api: Api, number: int) -> None:
    sqlite_api.user()
    sqlite_api.patient()
    users, patients = sqlite_api.get("admin/users", page=number), sqlite_api.get("patients", page=number)
    assert (users["data"], users["metaInfo"]["lastPage"], users["metaInfo"]["page"]) == ([], True, number)
    assert (patients["content"], patients["last"], patients["number"], patients["empty"]) == ([], True, number, True)
    assert isinstance(patients["pageable"], dict)


@pytest.mark.parametrize(
    ("path", "component", "sort"),
    [
        ("admin/users", "USER", "secret,asc"),
        ("admin/users", "USER", "username,sideways"),
        ("patients", "PATIENT", "careTeam"),
        ("patients", "PATIENT", ""),
    ],
)
def test_an_unknown_sort_is_400(sqlite_api: Api, path: str, component: str, sort: str) -> None:
    error = sqlite_api.refused(400, "GET", path, sort=sort)
    assert error == invalid(component, sort=f"cannot sort by {sort!r}")


def test_the_health_of_the_server_needs_no_token(server: str) -> None:
    answer = requests.get(f"{server}/_sandbox/health/", timeout=30)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
