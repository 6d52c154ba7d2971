"""Many writers at once: one winner where there can be one, no change lost, no server error."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from tests.sandbox.api import Api, event_of
from tests.sandbox.conftest import MakeApi

THREADS = 12
EVENTS = "calendar/events"


def at_once(api: Api, ask: Callable[[Api, int], requests.Response], threads: int = THREADS) -> list[requests.Response]:
    """The answers of as many callers that begin together, each on a connection of its own."""
    callers, barrier = [Api(api.place) for _ in range(threads)], Barrier(threads)

    def one(number: int) -> requests.Response:
        barrier.wait(timeout=30)
        return ask(callers[number], number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def statuses(answers: list[requests.Response]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


def test_one_external_id_is_created_exactly_once(api: Api) -> None:
    host = api.user()
    for number in range(5):
        body = event_of(host, externalId=f"marker-{number}")
        answers = at_once(api, lambda caller, _, body=body: caller.ask("POST", EVENTS, body))
        assert statuses(answers) == {201: 1, 400: THREADS - 1}
        assert [list(answer.json()[0]["details"]) for answer in answers if answer.status_code == 400] == [
            ["externalId"]
        ] * (THREADS - 1)
    found = api.get(EVENTS, from_="2027-05-04T00:00:00Z", to="2027-05-05T00:00:00Z")
    assert sorted(event["externalId"] for event in found["content"]) == [f"marker-{number}" for number in range(5)]


def test_one_external_id_is_given_to_exactly_one_of_many_events(api: Api) -> None:
    host = api.user()
    events = [api.event(host)["id"] for _ in range(THREADS)]
    answers = at_once(api, lambda caller, n: caller.ask("PATCH", f"{EVENTS}/{events[n]}", {"externalId": "one"}))
    assert statuses(answers) == {200: 1, 400: THREADS - 1}


def test_one_username_is_created_exactly_once(api: Api) -> None:
    body = {"username": "ada", "email": "ada@harbor.example"}
    answers = at_once(api, lambda caller, _: caller.ask("POST", "admin/users", body))
    assert statuses(answers) == {201: 1, 400: THREADS - 1}


FIELDS: list[dict[str, Any]] = [
    {"eventTitle": "Title"},
    {"eventDescription": "Words"},
    {"eventMode": "CALL"},
    {"eventColor": "green"},
    {"timezone": "US/Pacific"},
    {"additionalInfo": {"location": "Room 3"}},
    {"eventType": "LEAVE"},
    {"eventStatus": "MISSED"},
]


def test_changes_of_different_fields_of_an_event_all_stay(api: Api) -> None:
    event = api.event(api.user())
    path = f"{EVENTS}/{event['id']}"
    answers = at_once(api, lambda caller, n: caller.ask("PATCH", path, FIELDS[n]), len(FIELDS))
    assert statuses(answers) == {200: len(FIELDS)}
    told = api.get(path)
    assert {name: told[name] for field in FIELDS for name in field} == {
        name: value for field in FIELDS for name, value in field.items()
    }
    assert len({answer.json()["updatedAt"] for answer in answers}) == len(FIELDS)


def test_changes_of_different_fields_of_a_person_all_stay(api: Api) -> None:
    user, patient = api.user(), api.patient()
    names = ("firstName", "lastName", "phone", "timezone", "credentials", "locale")
    for path in (f"admin/users/{user['username']}", f"patients/{patient['id']}"):
        keys = names if path.startswith("admin") else (*names[:4], "city", "zip")
        answers = at_once(
            api, lambda caller, n, path=path, keys=keys: caller.ask("PATCH", path, {keys[n]: f"new {n}"}), 6
        )
        told = api.get(path)
        assert (statuses(answers), [told[key] for key in keys]) == ({200: 6}, [f"new {n}" for n in range(6)])


def test_every_answer_to_an_invitation_stays(api: Api) -> None:
    host, people = api.user(), [api.patient(f"p{number}") for number in range(THREADS)]
    event = api.event(host, *people)
    path = f"{EVENTS}/{event['id']}/invitation-response"

    def yes(caller: Api, number: int) -> requests.Response:
        return caller.ask("PUT", path, {"participantId": people[number]["id"], "participationStatus": "Yes"})

    assert statuses(at_once(api, yes)) == {200: THREADS}
    told = api.get(f"{EVENTS}/{event['id']}")["participants"]
    assert [row["participationStatus"] for row in told] == [""] + ["Yes"] * THREADS


def test_replacing_the_participants_at_once_leaves_one_whole_list(api: Api) -> None:
    host, people = api.user(), [api.patient(f"p{number}") for number in range(THREADS)]
    event = api.event(host)
    path = f"{EVENTS}/{event['id']}"
    wanted = [event_of(host, people[number], people[number - 1])["participants"] for number in range(THREADS)]
    answers = at_once(api, lambda caller, n: caller.ask("PATCH", path, {"participants": wanted[n]}))
    assert statuses(answers) == {200: THREADS}
    rows = api.get(path)["participants"]
    told = [{name: row[name] for name in ("participantId", "participantRole")} for row in rows]
    assert (told in wanted, rows[0]["id"]) == (True, event["participants"][0]["id"])


def test_deleting_at_once_is_answered_by_one_204(api: Api) -> None:
    event = api.event(api.user())
    answers = at_once(api, lambda caller, _: caller.ask("DELETE", f"{EVENTS}/{event['id']}"))
    assert statuses(answers) == {204: 1, 404: THREADS - 1}


def test_bulk_changes_of_the_same_records_in_either_order_do_not_block_each_other(api: Api) -> None:
    base = f"patients/{api.patient()['id']}/cdts/medication"
    ids = [api.post(base, {"medication_name": str(number)})["id"] for number in range(10)]

    def both_ways(caller: Api, number: int) -> requests.Response:
        rows = [{"id": key, "jsonBody": {f"field{number}": number}} for key in ids]
        return caller.ask("PATCH", base, {"rows": rows if number % 2 else rows[::-1]})

    assert statuses(at_once(api, both_ways)) == {200: THREADS}
    told = api.get(base)["data"]["content"]
    fields = {f"field{number}": number for number in range(THREADS)}
    assert [{name: row["jsonBody"][name] for name in fields} for row in told] == [fields] * len(ids)


def test_a_new_type_of_record_begins_once(api: Api) -> None:
    base = f"patients/{api.patient()['id']}/cdts/never-used"
    answers = at_once(api, lambda caller, n: caller.ask("POST", base, {f"field{n}": n}))
    assert (statuses(answers), len({answer.json()["cdtId"] for answer in answers})) == ({201: THREADS}, 1)
    fields = {f"field{number}" for number in range(THREADS)}
    assert all(fields <= row["jsonBody"].keys() for row in api.get(base)["data"]["content"])


def test_mixed_reads_and_writes_never_fail(api: Api) -> None:
    host = api.user()
    week = {"from_": "2027-05-03T00:00:00Z", "to": "2027-05-10T00:00:00Z"}

    def some_of_each(caller: Api, number: int) -> requests.Response:
        answers = []
        for round_number in range(4):
            made = caller.ask("POST", EVENTS, event_of(host, externalId=f"{number}-{round_number}"))
            path = f"{EVENTS}/{made.json()['id']}"
            answers += [made, caller.ask("PATCH", path, {"eventTitle": "x"}), caller.ask("GET", EVENTS, **week)]
        return max(answers, key=lambda answer: answer.status_code)

    assert statuses(at_once(api, some_of_each)) == {201: THREADS}
    assert api.get(EVENTS, **week)["totalElements"] == 4 * THREADS


def test_tenants_do_not_hold_each_other_up(make_api: MakeApi) -> None:
    tenants = [make_api() for _ in range(4)]
    hosts = [api.user() for api in tenants]

    def in_own(_: Api, number: int) -> requests.Response:
        api = Api(tenants[number % 4].place)
        return api.ask("POST", EVENTS, event_of(hosts[number % 4]))

    assert statuses(at_once(tenants[0], in_own)) == {201: THREADS}
