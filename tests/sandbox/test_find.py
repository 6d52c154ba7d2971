"""Finding events in a window, and schedules: welkin-api 7.3 and 8."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.api import Api

ALL = "calendar/events"
DAY = {"from_": "2027-05-04T00:00:00Z", "to": "2027-05-05T00:00:00Z"}
SCHEDULES = ("psm-schedules", "available-psm-schedules", "full-psm-schedules")


def titles(page: dict[str, Any]) -> list[str]:
    return [event["eventTitle"] for event in page["content"]]


@pytest.mark.parametrize("filtered", [False, True], ids=["everybody", "by-person"])
@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2027-05-03T23:00:00Z", "2027-05-04T00:00:00Z", False),
        ("2027-05-03T23:00:00Z", "2027-05-04T00:00:00.001Z", True),
        ("2027-05-04T00:00:00Z", "2027-05-05T00:00:00Z", True),
        ("2027-05-04T12:00:00Z", "2027-05-04T12:00:00Z", True),
        ("2027-05-05T00:59:59.999Z", "2027-05-06T00:00:00Z", True),
        ("2027-05-05T01:00:00Z", "2027-05-06T00:00:00Z", False),
        ("2027-05-04T01:00:00+02:00", "2027-05-04T03:00:00+02:00", True),
    ],
)
def test_a_window_finds_what_overlaps_it(api: Api, start: str, end: str, found: bool, filtered: bool) -> None:
    host = api.user()
    event = api.event(host, startDateTime="2027-05-04T00:00:00Z", endDateTime="2027-05-05T01:00:00Z")
    query = {"participantIds": host["id"]} if filtered else {}
    told = api.get(ALL, from_=start, to=end, **query)["content"]
    assert told == ([event] if found else [])


@pytest.mark.parametrize(
    "end",
    [
        "2027-05-05T01:00:00Z",
        "2027-05-12T00:00:00Z",
        "2027-07-07T00:00:00Z",
        "2028-09-28T00:00:00Z",
        "2999-01-01T00:00:00Z",
    ],
    ids=["25-hours", "8-days", "64-days", "512-days", "for-ever"],
)
@pytest.mark.parametrize("filtered", [False, True], ids=["everybody", "by-person"])
def test_events_of_every_length_are_found_at_both_ends(api: Api, end: str, filtered: bool) -> None:
    host = api.user()
    event = api.event(host, startDateTime="2027-05-04T00:00:00Z", endDateTime=end)
    query = {"participantIds": host["id"]} if filtered else {}
    first = api.get(ALL, from_="2027-05-03T00:00:00Z", to="2027-05-04T00:00:00.001Z", **query)
    last = api.get(ALL, from_=_a_moment_before(end), to="2999-12-31T00:00:00Z", **query)
    after = api.get(ALL, from_=end, to="2999-12-31T00:00:00Z", **query)
    assert (first["content"], last["content"], after["content"]) == ([event], [event], [])


def _a_moment_before(text: str) -> str:
    return (datetime.fromisoformat(text) - timedelta(milliseconds=1)).isoformat()


def test_people_are_a_union_and_each_event_comes_once(api: Api) -> None:
    ada, ben, theo = api.user("ada"), api.user("ben"), api.patient()
    api.event(ada, theo, eventTitle="both")
    api.event(ada, eventTitle="ada")
    api.event(ben, eventTitle="ben")
    ids = f"{ada['id'].upper()},{theo['id']}"
    assert sorted(titles(api.get(ALL, **DAY, participantIds=ids))) == ["ada", "both"]
    assert sorted(titles(api.get(ALL, **DAY, participantIds=[theo["id"], ben["id"]]))) == ["ben", "both"]
    assert sorted(titles(api.get(ALL, **DAY))) == ["ada", "ben", "both"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["none", "visit"]),
        ({"includeCancelled": "false"}, ["none", "visit"]),
        ({"includeCancelled": "True"}, ["none", "visit", "off"]),
        ({"includeCancelled": "TRUE"}, ["none", "visit", "off"]),
        ({"eventType": "APPOINTMENT"}, ["visit"]),
        ({"eventType": "appointment", "includeCancelled": "true"}, ["visit", "off"]),
        ({"eventType": "LEAVE"}, []),
        ({"includeEncounterInfo": "True", "excludeAssignedToEncounterEvents": "False"}, ["none", "visit"]),
    ],
    ids=str,
)
def test_find_narrows_by_type_and_hides_cancelled(api: Api, query: dict[str, str], found: list[str]) -> None:
    host = api.user()
    api.event(host, eventTitle="none", startDateTime="2027-05-04T08:00:00Z")
    api.event(host, eventTitle="visit", eventType="APPOINTMENT", startDateTime="2027-05-04T09:00:00Z")
    off = {"eventStatus": "CANCELLED", "eventType": "APPOINTMENT", "startDateTime": "2027-05-04T10:00:00Z"}
    api.event(host, eventTitle="off", **off)
    assert titles(api.get(ALL, **DAY, **query)) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ([], ["b", "c", "a"]),
        (["startDateTime,asc"], ["b", "c", "a"]),
        (["startDateTime,desc"], ["a", "c", "b"]),
        (["eventTitle"], ["a", "b", "c"]),
        (["eventType,desc", "eventTitle,desc"], ["c", "b", "a"]),
    ],
    ids=str,
)
def test_find_sorts(api: Api, sort: list[str], found: list[str]) -> None:
    host = api.user()
    api.event(host, eventTitle="a", eventType="APPOINTMENT", startDateTime="2027-05-04T10:00:00Z")
    api.event(host, eventTitle="b", eventType="LEAVE", startDateTime="2027-05-04T08:00:00Z")
    api.event(host, eventTitle="c", eventType="LEAVE", startDateTime="2027-05-04T09:00:00Z")
    assert titles(api.get(ALL, **DAY, sort=sort)) == found


def test_pages_tile_the_whole_and_the_last_flag_comes_true(api: Api) -> None:
    host = api.user()
    made = {api.event(host)["id"] for _ in range(5)}
    pages = [api.get(ALL, **DAY, page=number, size=2) for number in range(4)]
    seen = [event["id"] for page in pages for event in page["content"]]
    assert (len(seen), set(seen)) == (5, made)
    assert [(page["number"], page["last"], page["numberOfElements"]) for page in pages] == [
        (0, False, 2),
        (1, False, 2),
        (2, True, 1),
        (3, True, 0),
    ]
    assert {(page["totalElements"], page["totalPages"], page["sort"]["sorted"]) for page in pages} == {(5, 3, True)}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"to": "2027-05-05T00:00:00Z"}, "from"),
        ({"from_": "2027-05-05T00:00:00Z"}, "to"),
        ({**DAY, "from_": "2027-05-04"}, "from"),
        ({**DAY, "to": "2027-05-05T00:00:00"}, "to"),
        ({**DAY, "from_": "2027-05-06T00:00:00Z"}, "to"),
        ({**DAY, "participantIds": "x"}, "participantIds.0"),
        ({**DAY, "eventType": "PARTY"}, "eventType"),
        ({**DAY, "includeCancelled": "perhaps"}, "includeCancelled"),
        ({**DAY, "sort": "hostId,asc"}, "sort"),
        ({**DAY, "sort": "startDateTime,up"}, "sort"),
        ({**DAY, "page": "-1"}, "page"),
        ({**DAY, "size": "many"}, "size"),
        ({**DAY, "viewerTimezone": "Nowhere"}, "viewerTimezone"),
    ],
    ids=str,
)
def test_a_bad_find_is_refused(sqlite_api: Api, query: dict[str, str], field: str) -> None:
    error = sqlite_api.refused(400, "GET", ALL, **query)
    assert (error["componentType"], list(error["details"])) == ("CALENDAR", [field])


@pytest.mark.parametrize("route", SCHEDULES)
def test_schedules_have_a_row_for_each_id_asked(api: Api, route: str) -> None:
    ada, ben, theo = api.user("ada", userState="ACTIVE"), api.user("ben"), api.patient()
    event = api.event(ada, theo, eventTitle="visit", eventColor="green")
    api.event(ada, eventStatus="CANCELLED")
    nobody = "00000000-0000-4000-8000-000000000000"
    rows = api.get(f"calendar/{route}", psmIds=f"{ben['id']},{ada['id']},{nobody}", includeCancelled="True", **DAY)
    assert [(row["psmId"], row["workHours"], len(row["events"])) for row in rows] == [
        (ben["id"], [], 0),
        (ada["id"], [], 1),
        (nobody, [], 0),
    ]
    (told,) = rows[1]["events"]
    short = {name: value for name, value in event.items() if name in told}
    assert told == (event if route.startswith("full") else short | {"eventId": event["id"]})
    assert [row["psmId"] for row in api.get(f"calendar/{route}", **DAY)] == [ada["id"]]


def test_a_patient_has_no_schedule(api: Api) -> None:
    theo = api.patient()
    api.event(api.user(), theo)
    assert [row["events"] for row in api.get("calendar/psm-schedules", psmIds=theo["id"], **DAY)] == [[]]


def test_a_schedule_holds_the_hours_as_they_are_read(api: Api) -> None:
    ada = api.user(timezone="US/Pacific")
    times = {"startDateTime": "2027-05-03T00:00:00Z", "endDateTime": None}
    body = {"psmId": ada["id"], **times, "daysInfo": [{"day": 2, "startTime": "09:00:00", "endTime": "17:00:00"}]}
    made = api.post("calendar/work-hours", body)
    (row,) = api.get("calendar/psm-schedules", psmIds=ada["id"], **DAY)
    assert row["workHours"] == made["details"]


def test_a_group_session_stands_in_the_schedule_of_each_psm(api: Api) -> None:
    ada, ben = api.user("ada"), api.user("ben")
    people = [{"participantId": user["id"], "participantRole": "psm"} for user in (ada, ben)]
    event = api.event(ada, participants=people)
    rows = api.get("calendar/full-psm-schedules", **{"psm-ids": f"{ada['id']},{ben['id']}"}, **DAY)
    assert [row["events"] for row in rows] == [[event], [event]]
