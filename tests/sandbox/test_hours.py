"""Work hours: welkin-api 6."""

from typing import Any

import pytest

from tests.sandbox.api import Api, invalid, missing

NOWHERE = "00000000-0000-4000-8000-000000000000"
ALL = "calendar/work-hours"
MAY = {"startDateTime": "2027-05-03T00:00:00.000Z", "endDateTime": "2027-05-30T23:59:59.999Z"}
SPLIT = [
    {"day": 1, "startTime": "09:00:00", "endTime": "12:00:00"},
    {"day": 1, "startTime": "12:30", "endTime": "17:00:00"},
    {"day": 6, "startTime": None, "endTime": None},
]


def record(**fields: Any) -> dict[str, Any]:
    return MAY | {"daysInfo": SPLIT} | fields


def hours(user: dict[str, Any], *records: dict[str, Any]) -> dict[str, Any]:
    return {"psmId": user["id"], "details": list(records)}


def test_a_new_record_is_told_with_its_defaults(api: Api) -> None:
    user = api.user(timezone="America/New_York")
    told = api.post(ALL, hours(user, record()))
    (only,) = told["details"]
    days = [{name: day[name] for name in ("day", "startTime", "endTime")} for day in only["daysInfo"]]
    assert (told["psmId"], only["type"], only["ruleType"], only["name"], "encounters" in only) == (
        user["id"],
        "WORKING_HOURS",
        "DEFAULT",
        None,
        False,
    )
    assert days == [SPLIT[0], SPLIT[1] | {"startTime": "12:30:00"}, SPLIT[2]]
    assert only["localStartDateTime"] == "2027-05-02T20:00:00.000-04:00"
    assert api.get(ALL, from_="2027-05-03T00:00:00Z", to="2027-05-09T00:00:00Z") == [told]


def test_the_fields_of_one_record_may_stand_beside_the_id(api: Api) -> None:
    user = api.user()
    told = api.post(ALL, {"psmId": user["id"], **record(name="Summer")})
    assert [row["name"] for row in told["details"]] == ["Summer"]


def test_availability_keeps_its_encounters(api: Api) -> None:
    (told,) = api.post(ALL, hours(api.user(), record(type="availability", encounters=["new-patient"])))["details"]
    assert (told["type"], told["encounters"]) == ("AVAILABILITY", ["new-patient"])


def test_put_replaces_the_record_and_keeps_its_id(api: Api) -> None:
    user = api.user()
    (before,) = api.post(ALL, hours(user, record(name="Spring")))["details"]
    open_ended = record(endDateTime=None, daysInfo=[{"day": 2, "startTime": "08:00:00", "endTime": "23:59:00"}])
    (after,) = api.put(f"{ALL}/{before['workHoursId']}", hours(user, open_ended))["details"]
    assert (after["workHoursId"], after["endDateTime"], after["localEndDateTime"], after["name"]) == (
        before["workHoursId"],
        None,
        None,
        None,
    )
    assert [(day["day"], day["endTime"]) for day in after["daysInfo"]] == [(2, "23:59:00")]
    assert (after["createdAt"], after["updatedAt"] > before["updatedAt"]) == (before["createdAt"], True)
    assert api.get(ALL, from_="2050-01-01T00:00:00Z", to="2050-01-02T00:00:00Z")[0]["details"] == [after]


@pytest.mark.parametrize(
    ("change", "details"),
    [
        ({"startDateTime": None}, "details.0.startDateTime"),
        ({"startDateTime": "2027-05-03T00:00:00"}, "details.0.startDateTime"),
        ({"endDateTime": "2027-05-02T00:00:00Z"}, "details.0"),
        ({"daysInfo": None}, "details.0.daysInfo"),
        ({"daysInfo": [{"day": 0, "startTime": None, "endTime": None}]}, "details.0.daysInfo.0.day"),
        ({"daysInfo": [{"day": 8, "startTime": None, "endTime": None}]}, "details.0.daysInfo.0.day"),
        ({"daysInfo": [{"day": "1", "startTime": None, "endTime": None}]}, "details.0.daysInfo.0.day"),
        ({"daysInfo": [{"day": 1, "startTime": "09:00:00"}]}, "details.0.daysInfo.0.endTime"),
        ({"daysInfo": [{"day": 1, "startTime": "09:00:00", "endTime": None}]}, "details.0.daysInfo.0"),
        ({"daysInfo": [{"day": 1, "startTime": "09:00:00", "endTime": "09:00:00"}]}, "details.0.daysInfo.0"),
        ({"daysInfo": [{"day": 1, "startTime": "09:00:00", "endTime": "08:00:00"}]}, "details.0.daysInfo.0"),
        ({"daysInfo": [{"day": 1, "startTime": "09:00:00", "endTime": "24:00:00"}]}, "details.0.daysInfo.0"),
        ({"daysInfo": [{"day": 1, "startTime": "9:00", "endTime": "17:00:00"}]}, "details.0.daysInfo.0"),
        ({"type": "OVERTIME"}, "details.0.type"),
        ({"ruleType": "EXCEPTION"}, "details.0.ruleType"),
    ],
    ids=str,
)
def test_a_bad_record_is_refused_at_its_place(sqlite_api: Api, change: dict[str, Any], details: str) -> None:
    error = sqlite_api.refused(400, "POST", ALL, hours(sqlite_api.user(), record(**change)))
    assert (error["errorCode"], error["componentType"], list(error["details"])) == (
        "VALIDATION_ERROR",
        "CALENDAR",
        [details],
    )


@pytest.mark.parametrize("field", ["psmId", "startDateTime", "endDateTime", "daysInfo"])
def test_four_fields_are_required(sqlite_api: Api, field: str) -> None:
    body = {"psmId": sqlite_api.user()["id"], **record()}
    del body[field]
    assert sqlite_api.ask("POST", ALL, body).status_code == 400


def test_strangers_are_refused(api: Api) -> None:
    user, other = api.user("one"), api.user("two")
    (made,) = api.post(ALL, hours(user, record()))["details"]
    no_user = missing("USER", "USER_NOT_FOUND", "User doesn't exist")
    no_hours = missing("CALENDAR", "WORK_HOURS_NOT_FOUND", "Work hours don't exist")
    path = f"{ALL}/{made['workHoursId']}"
    assert api.refused(404, "POST", ALL, hours({"id": NOWHERE}, record())) == no_user
    assert [api.refused(404, "PUT", f"{ALL}/{key}", hours(user, record())) for key in (NOWHERE, "x")] == [no_hours] * 2
    assert api.refused(400, "PUT", path, hours(other, record())) == invalid(
        "CALENDAR", psmId="the record belongs to another user"
    )
    assert api.refused(400, "PUT", path, hours(user, record(), record())) == invalid(
        "CALENDAR", details="one record is replaced by one record"
    )


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_one_record_is_neither_read_nor_deleted(sqlite_api: Api, method: str) -> None:
    assert sqlite_api.ask(method, f"{ALL}/{NOWHERE}").status_code == 405


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2027-05-01T00:00:00Z", "2027-05-02T23:59:59Z", False),
        ("2027-05-01T00:00:00Z", "2027-05-03T00:00:00Z", False),  # still 2 May in New York
        ("2027-05-01T00:00:00Z", "2027-05-03T04:00:00Z", True),
        ("2027-05-10T00:00:00Z", "2027-05-10T00:00:00Z", True),
        ("2027-05-30T23:59:59.999Z", "2027-06-30T00:00:00Z", True),
        ("2027-05-31T03:59:00Z", "2027-06-30T00:00:00Z", True),  # still 30 May in New York
        ("2027-05-31T04:00:00Z", "2027-06-30T00:00:00Z", False),
    ],
)
def test_a_record_counts_whole_days_on_its_users_clock(api: Api, start: str, end: str, found: bool) -> None:
    api.post(ALL, hours(api.user(timezone="America/New_York"), record()))
    assert bool(api.get(ALL, from_=start, to=end)) is found


def test_borders_within_a_day_stand_for_the_whole_day(api: Api) -> None:
    odd = record(startDateTime="2027-05-03T15:20:00Z", endDateTime="2027-05-03T16:00:00Z")
    api.post(ALL, hours(api.user(), odd))
    assert len(api.get(ALL, from_="2027-05-03T00:00:00Z", to="2027-05-03T10:00:00Z")) == 1
    assert len(api.get(ALL, from_="2027-05-03T20:00:00Z", to="2027-05-03T23:00:00Z")) == 1


@pytest.mark.parametrize("name", ["psmIds", "psm-ids"])
def test_both_spellings_of_the_ids_filter(api: Api, name: str) -> None:
    users = [api.user(word) for word in ("one", "two", "three")]
    for user in users[:2]:
        api.post(ALL, hours(user, record()))
    week = {"from_": "2027-05-03T00:00:00Z", "to": "2027-05-09T00:00:00Z"}
    everybody = api.get(ALL, **week, page=3)
    some = api.get(ALL, **week, **{name: f"{users[1]['id']},{users[2]['id']}"})
    assert [row["psmId"] for row in everybody] == [users[0]["id"], users[1]["id"]]
    assert [row["psmId"] for row in some] == [users[1]["id"]]


def test_local_borders_follow_the_viewer(api: Api) -> None:
    api.post(ALL, hours(api.user(timezone="US/Pacific"), record()))
    query = {"from_": "2027-05-03T00:00:00Z", "to": "2027-05-09T00:00:00Z"}
    plain, viewed = api.get(ALL, **query), api.get(ALL, **query, viewerTimezone="Asia/Kolkata")
    assert plain[0]["details"][0]["localStartDateTime"] == "2027-05-02T17:00:00.000-07:00"
    assert viewed[0]["details"][0]["localStartDateTime"] == "2027-05-03T05:30:00.000+05:30"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"to": "2027-05-09T00:00:00Z"}, "from"),
        ({"from_": "2027-05-09T00:00:00Z"}, "to"),
        ({"from_": "2027-05-09T00:00:00", "to": "2027-05-10T00:00:00Z"}, "from"),
        ({"from_": "2027-05-10T00:00:00Z", "to": "2027-05-09T00:00:00Z"}, "to"),
        ({"from_": "2027-05-09T00:00:00Z", "to": "2027-05-10T00:00:00Z", "viewerTimezone": "Mars"}, "viewerTimezone"),
        ({"from_": "2027-05-09T00:00:00Z", "to": "2027-05-10T00:00:00Z", "psmIds": "x"}, "psmIds.0"),
    ],
    ids=str,
)
def test_a_bad_read_is_refused(sqlite_api: Api, query: dict[str, str], field: str) -> None:
    error = sqlite_api.refused(400, "GET", ALL, **query)
    assert (error["errorCode"], list(error["details"])) == ("VALIDATION_ERROR", [field])
