"""Faults of what is answered, and of what is done besides: each action seen on the wire, with what it leaves alone."""

from typing import Any

import pytest
import requests

from tests.faults.server import EVENTS, ONE_EVENT, TOKENS, Faults
from tests.sandbox.api import Api
from tests.sandbox.faulty import Faulty
from tests.sandbox.raw import DAY as DAY_QUERY
from tests.sandbox.raw import exchange, split
from tests.sandbox.test_token import claims, token_of


@pytest.fixture
def faulty(faults: Faults) -> Faulty:
    return Faulty.on(faults)


def test_a_status_is_answered_without_doing_anything(faulty: Faulty) -> None:
    faulty.when_creating({"status": {"code": 503, "headers": {"X-Why": "fault"}, "body": [{"errorCode": "DOWN"}]}})
    answer = faulty.create()
    assert (answer.status_code, answer.headers["X-Why"], answer.json()) == (503, "fault", [{"errorCode": "DOWN"}])
    assert faulty.written() == 0


def test_a_body_that_is_a_text_goes_out_as_it_is(faulty: Faulty) -> None:
    faulty.when_reading({"status": {"code": 200, "body": "null"}})
    assert faulty.day().content == b"null"


def test_a_status_after_the_effect_hides_it(faulty: Faulty) -> None:
    faulty.when_creating({"apply_then_status": 502})
    assert (faulty.create().status_code, faulty.written()) == (502, 1)


def test_what_the_api_refuses_was_not_applied_and_does_not_count(faulty: Faulty) -> None:
    rule = faulty.when_creating({"apply_then_status": 502}, at_least=0, may_fail=True)
    assert faulty.create(endDateTime="2020-01-01T00:00:00Z").status_code == 502
    account = faulty.faults.account(rule)
    assert (account["consumed"], account["left"], account["failed"]) == (0, 1, ["the request was answered with 400"])


@pytest.mark.parametrize("value", ["3", "-5", "1000000000", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", None])
def test_a_caller_is_told_to_wait(faulty: Faulty, value: str | None) -> None:
    faulty.when_creating({"retry_after": value})
    answer = faulty.create()
    assert (answer.status_code, answer.headers.get("Retry-After"), faulty.written()) == (429, value, 0)


def test_a_wait_may_come_with_another_status(faulty: Faulty) -> None:
    faulty.when_creating({"retry_after": {"value": 7, "code": 503}})
    answer = faulty.create()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_a_caller_is_sent_elsewhere(faulty: Faulty) -> None:
    faulty.when_creating({"redirect": {"url": "http://elsewhere.example/", "code": 301}})
    answer = faulty.create()
    assert (answer.status_code, answer.headers["Location"], faulty.written()) == (301, "http://elsewhere.example/", 0)


def test_noise_is_no_json(faulty: Faulty) -> None:
    whole = len(faulty.day().content)
    faulty.when_reading("garbage")
    answer = faulty.day()
    assert (answer.status_code, answer.headers["Content-Type"], len(answer.content)) == (200, "application/json", whole)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_page_of_html_comes_with_the_same_status(faulty: Faulty) -> None:
    faulty.when_reading("html")
    answer = faulty.day()
    assert (answer.status_code, answer.headers["Content-Type"], b"sign in" in answer.content) == (
        200,
        "text/html; charset=utf-8",
        True,
    )


def test_what_says_it_is_gzip_cannot_be_unpacked(faulty: Faulty) -> None:
    faulty.when_reading("bad_gzip")
    with pytest.raises(requests.exceptions.ContentDecodingError):
        faulty.day()


def test_a_byte_order_mark_comes_before_the_json(faulty: Faulty) -> None:
    faulty.when_reading("bom")
    assert faulty.day().content.startswith(b'\xef\xbb\xbf{"content":')


def test_the_right_body_has_the_wrong_type(faulty: Faulty) -> None:
    usual = faulty.day()
    faulty.when_reading({"wrong_type": "application/pdf"})
    answer = faulty.day()
    assert (answer.headers["Content-Type"], answer.content) == ("application/pdf", usual.content)


PATCHES = [
    ("replace", {"op": "replace", "path": "/totalElements", "value": 7}, lambda body: body["totalElements"] == 7),
    ("remove", {"op": "remove", "path": "/content/0/hostId"}, lambda body: "hostId" not in body["content"][0]),
    ("every", {"op": "remove", "path": "/content/*/id"}, lambda body: not any("id" in row for row in body["content"])),
    ("add", {"op": "add", "path": "/content/-", "value": 5}, lambda body: body["content"][-1] == 5),
    ("insert", {"op": "add", "path": "/content/0", "value": {}}, lambda body: body["content"][0] == {}),
    ("whole", {"op": "replace", "path": "", "value": "text"}, lambda body: body == "text"),
    (
        "deep",
        {"op": "replace", "path": "/content/*/participants/*/participantId", "value": "x"},
        lambda body: {one["participantId"] for row in body["content"] for one in row["participants"]} == {"x"},
    ),
]


@pytest.mark.parametrize(("patch", "holds"), [row[1:] for row in PATCHES], ids=[row[0] for row in PATCHES])
def test_an_answer_is_patched(faulty: Faulty, patch: dict[str, Any], holds: Any) -> None:
    faulty.create(), faulty.create()
    assert not holds(faulty.day().json())
    faulty.when_reading({"mutate": [patch]})
    assert holds(faulty.day().json())
    assert not holds(faulty.day().json()), "once was asked for"


@pytest.mark.parametrize("path", ["/nowhere/deep", "/content/99", "/content/x/y"])
def test_a_patch_of_a_place_that_is_not_there_is_not_consumed(faulty: Faulty, path: str) -> None:
    rule = faulty.when_reading({"mutate": [{"op": "remove", "path": path}]}, at_least=0)
    assert (faulty.day().status_code, faulty.faults.consumed(rule)) == (200, 0)


def test_event_rows_say_words_nobody_knows(faulty: Faulty) -> None:
    faulty.create(eventType="APPOINTMENT", eventStatus="SCHEDULED", eventMode="CALL")
    faulty.when_reading("unknown_enum")
    (row,) = faulty.day().json()["content"]
    assert (row["eventStatus"], row["eventType"], row["eventMode"]) == ("WAITLISTED", "TELEHEALTH", "HOLOGRAM")
    faulty.when_reading({"unknown_enum": {"eventStatus": "Scheduled"}})
    assert faulty.day().json()["content"][0]["eventStatus"] == "Scheduled"


@pytest.mark.parametrize(("which", "later"), [("newer", True), ("older", False)])
def test_one_id_comes_twice_with_different_content(faulty: Faulty, which: str, later: bool) -> None:
    faulty.create(eventTitle="Wound check")
    faulty.when_reading({"dup_ids": which})
    one, other = faulty.day().json()["content"]
    assert (one["id"] == other["id"], other["eventTitle"], other["updatedAt"] > one["updatedAt"]) == (
        True,
        f"{which} twin",
        later,
    )


def test_a_list_grows_far_beyond_what_it_holds(faulty: Faulty) -> None:
    faulty.create()
    faulty.when_reading({"huge": 3000})
    rows = faulty.day().json()["content"]
    assert (len(rows), len({row["id"] for row in rows})) == (3000, 3000)
    faulty.faults.rule({"huge": 500}, path=ONE_EVENT)
    (event,) = faulty.faults.dump()
    assert len(faulty.api.get(f"calendar/events/{event['id']}")["participants"]) == 500


def test_a_list_never_ends(faulty: Faulty) -> None:
    faulty.when_reading("never_last")
    faulty.faults.rule("never_last", path="admin/users")
    assert (faulty.day().json()["last"], faulty.api.get("admin/users")["metaInfo"]["lastPage"]) == (False, False)


def test_pages_are_cut_from_a_list_in_another_order_each_time(faulty: Faulty) -> None:
    for _ in range(12):
        faulty.create()
    in_order = faulty.ids(size=100)
    faulty.when_reading("shuffle_pages", times=5)
    shuffled = [faulty.ids(size=100) for _ in range(5)]
    assert {tuple(sorted(ids)) for ids in shuffled} == {tuple(sorted(in_order))}
    assert len({tuple(ids) for ids in shuffled}) > 1


def test_a_list_that_grows_at_its_front_repeats_a_row(faulty: Faulty) -> None:
    made = [faulty.create().json()["id"] for _ in range(4)]
    faulty.when_reading({"insert_between_pages": 2})
    seen = [*faulty.ids(size=2, page=0), *faulty.ids(size=2, page=1)]
    assert (faulty.written(), len(faulty.ids())) == (6, 6)
    assert set(seen) <= {*made, *faulty.ids()}


def test_a_list_that_shrinks_at_its_front_loses_a_row(faulty: Faulty) -> None:
    for _ in range(4):
        faulty.create()
    before = faulty.ids()
    faulty.when_reading("delete_between_pages")
    seen = [*faulty.ids(size=2, page=0), *faulty.ids(size=2, page=1)]
    assert seen == [before[0], before[1], before[3]], "the third one has moved to the first page"


def test_pages_that_are_alone_are_not_between_any(faulty: Faulty) -> None:
    faulty.create()
    rule = faulty.when_reading("insert_between_pages", at_least=0)
    assert (len(faulty.ids()), faulty.faults.consumed(rule)) == (1, 0)


def test_a_token_lives_shorter(faulty: Faulty) -> None:
    faulty.faults.rule({"token_ttl": 7}, path=TOKENS)
    inside = claims(token_of(Api(faulty.api.place)))
    after = claims(token_of(Api(faulty.api.place)))
    assert (inside["exp"] - inside["iat"], after["exp"] - after["iat"]) == (7, 3600)


def test_a_token_is_refused_for_good_and_the_next_one_is_not(faulty: Faulty) -> None:
    other = Api(faulty.api.place)
    faulty.faults.rule("revoke_token", path="admin/users")
    refused = [faulty.api.ask("GET", path) for path in ("admin/users", "admin/users", "patients")]
    assert [answer.status_code for answer in refused] == [401] * 3
    assert {answer.json()[0]["errorCode"] for answer in refused} == {"NOT_VALID_JSON_WEB_TOKEN"}
    assert [api.ask("GET", "admin/users").status_code for api in (other, Api(faulty.api.place))] == [200, 200]


@pytest.mark.parametrize("when", ["before", "after"])
def test_somebody_else_writes_at_the_same_moment(faulty: Faulty, when: str) -> None:
    faulty.when_creating({"foreign_write": {"when": when, "copy": True, "body": {"eventTitle": "Theirs"}}})
    made = faulty.create(externalId="ours", eventTitle="Ours")
    assert made.status_code == 201
    told = faulty.faults.journal()
    assert [entry["externalId"] for entry in told] == (["ours", None] if when == "after" else [None, "ours"])
    ours, theirs = sorted(faulty.faults.dump(), key=lambda event: event["externalId"] or "", reverse=True)
    assert (ours["createdBy"] != theirs["createdBy"], ours["startDateTime"]) == (True, theirs["startDateTime"])


def test_somebody_else_changes_the_very_event(faulty: Faulty) -> None:
    event = faulty.create(eventTitle="First").json()
    foreign = {"when": "before", "method": "PATCH", "event": "this", "body": {"eventColor": "red"}}
    faulty.faults.rule({"foreign_write": foreign}, method="PATCH", path=ONE_EVENT)
    changed = faulty.api.patch(f"calendar/events/{event['id']}", {"eventTitle": "Second"})
    assert (changed["eventTitle"], changed["eventColor"]) == ("Second", "red")


def test_somebody_else_deletes_the_very_event(faulty: Faulty) -> None:
    event = faulty.create().json()
    faulty.faults.rule({"foreign_write": {"method": "DELETE", "event": "this"}}, method="PATCH", path=ONE_EVENT)
    assert faulty.api.ask("PATCH", f"calendar/events/{event['id']}", {"eventTitle": "x"}).status_code == 404
    assert [entry["kind"] for entry in faulty.faults.journal()] == ["created", "deleted"]


def test_a_foreign_write_that_is_refused_is_told_and_does_not_count(faulty: Faulty) -> None:
    rule = faulty.when_creating({"foreign_write": {"body": {}}}, at_least=0, may_fail=True)
    assert faulty.create().status_code == 201
    account = faulty.faults.account(rule)
    assert (account["consumed"], account["failed"]) == (0, ["the foreign POST was answered with 400"])


def test_actions_are_done_one_inside_the_other(faulty: Faulty) -> None:
    faulty.faults.rule({"cut": 5}, "html", path=EVENTS)
    status, headers, body = split(exchange(faulty.api, "GET", f"calendar/events?{DAY_QUERY}")[0])
    assert (status, headers["content-type"], body) == (200, "text/html; charset=utf-8", b"<!doc")
