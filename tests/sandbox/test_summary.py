"""The event summary: welkin-api 9."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.api import Api

PATH = "calendar/psm-event-summary"
WEEK = {"from_": "2027-05-03T04:00:00.000Z", "to": "2027-05-10T04:00:00.000Z"}


def hours_of(api: Api, user: Any, *days: tuple[int, str, str], **fields: Any) -> None:
    times = {"startDateTime": "2027-01-01T00:00:00Z", "endDateTime": None, **fields}
    info = [{"day": day, "startTime": start, "endTime": end} for day, start, end in days]
    api.post("calendar/work-hours", {"psmId": user["id"], **times, "daysInfo": info})


def row_of(api: Api, user: Any, **query: Any) -> Any:
    (row,) = api.get(PATH, psmIds=user["id"], **(query or WEEK))["summary"]
    return row


def test_the_vendors_sample_worked_back(api: Api) -> None:
    """16 hours offered, 6 booked: 37.5 %; one of five events cancelled, two begun, two to come."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start, end = now - timedelta(days=3), now + timedelta(days=4)
    ada = api.user()
    for day in ((now - timedelta(days=2)).date(), (now + timedelta(days=2)).date()):
        span = {"startDateTime": f"{day}T00:00:00Z", "endDateTime": f"{day}T23:59:59.999Z"}
        hours_of(api, ada, (day.isoweekday(), "09:00:00", "17:00:00"), **span)
    for begins, lasts, status in (
        (start - timedelta(hours=1), 2, "SCHEDULED"),  # one hour of it lies in the window
        (now - timedelta(hours=3), 2, "SCHEDULED"),
        (now + timedelta(hours=1), 2, None),
        (end - timedelta(hours=1), 5, "SCHEDULED"),  # one hour of it lies in the window
        (now + timedelta(hours=1), 5, "CANCELLED"),
        (end, 1, "SCHEDULED"),  # after it
    ):
        times = {"startDateTime": begins.isoformat(), "endDateTime": (begins + timedelta(hours=lasts)).isoformat()}
        api.event(ada, **times, eventStatus=status)
    whole = api.get(PATH, psmIds=ada["id"], from_=start.isoformat(), to=end.isoformat())
    assert whole == {
        "startDateTime": start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "endDateTime": end.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "summary": [
            {
                "psmId": ada["id"],
                "totalCreatedEvents": 5,
                "totalOccurredEvents": 2,
                "totalFutureEvents": 2,
                "eventStatusCount": {"SCHEDULED": 4, "CANCELLED": 1},
                "totalWorkingHours": "16.0 hours",
                "totalEventHours": "6.0 hours",
                "occupancy": "37.5%",
            }
        ],
    }


def test_idle_people_have_a_row_in_the_order_asked(api: Api) -> None:
    one, two = api.user("one", userState="ACTIVE"), api.user("two")
    nobody = "00000000-0000-4000-8000-000000000000"
    asked = [two["id"], nobody, one["id"]]
    for name in ("psmIds", "psm-ids"):
        rows = api.get(PATH, **{name: ",".join(asked)}, **WEEK)["summary"]
        assert [(row["psmId"], row["occupancy"], row["eventStatusCount"]) for row in rows] == [
            (key, "0.0%", {}) for key in asked
        ]
    assert [row["psmId"] for row in api.get(PATH, **WEEK)["summary"]] == [one["id"]]


def test_only_the_place_as_psm_counts_and_overlaps_are_summed(api: Api) -> None:
    ada, ben, theo = api.user("ada"), api.user("ben"), api.patient()
    api.event(ada, theo)
    api.event(ada, participants=[{"participantId": user["id"], "participantRole": "psm"} for user in (ada, ben)])
    assert [row_of(api, person)["totalEventHours"] for person in (ada, ben, theo)] == [
        "2.0 hours",
        "1.0 hours",
        "0.0 hours",
    ]


@pytest.mark.parametrize(
    ("records", "hours"),
    [
        ([([(1, "09:00:00", "12:00:00"), (1, "12:30:00", "17:00:00")], {})], "7.5"),
        ([([(1, "09:00:00", "12:00:00"), (1, "09:00:00", "12:00:00")], {})], "3.0"),
        ([([(1, "09:00:00", "12:00:00"), (1, "11:00:00", "13:00:00")], {})], "4.0"),
        ([([(1, "20:00:00", "23:59:00")], {})], "4.0"),
        ([([(1, "20:00:00", "23:59:59")], {})], "4.0"),
        ([([(day, "09:00:00", "17:00:00") for day in range(1, 8)], {})], "56.0"),
        ([([(1, "09:00:00", "17:00:00")], {"type": "AVAILABILITY"})], "0.0"),
        (
            [
                ([(1, "09:00:00", "17:00:00"), (2, "09:00:00", "17:00:00")], {}),
                (
                    [(1, "10:00:00", "11:00:00")],
                    {
                        "ruleType": "OVERRIDE",
                        "startDateTime": "2027-05-03T00:00:00Z",
                        "endDateTime": "2027-05-03T23:59:59.999Z",
                    },
                ),
            ],
            "9.0",
        ),
        ([([(1, "09:00:00", "17:00:00")], {}), ([(1, "09:00:00", "10:00:00")], {})], "1.0"),
        (
            [
                (
                    [(day, "09:00:00", "17:00:00") for day in range(1, 8)],
                    {"startDateTime": "2027-05-05T00:00:00Z", "endDateTime": "2027-05-06T23:59:59.999Z"},
                )
            ],
            "16.0",
        ),
    ],
    ids=[
        "split",
        "twice",
        "overlapping",
        "23:59",
        "23:59:59",
        "all-week",
        "availability",
        "override",
        "newest",
        "range",
    ],
)
def test_working_hours_by_their_rules(api: Api, records: list[Any], hours: str) -> None:
    ada = api.user(timezone="America/New_York")
    for days, fields in records:
        hours_of(api, ada, *days, **fields)
    assert row_of(api, ada)["totalWorkingHours"] == f"{hours} hours"


def test_hours_are_clipped_to_the_window_on_the_users_clock(api: Api) -> None:
    ada = api.user(timezone="America/New_York")
    hours_of(api, ada, (1, "09:00:00", "17:00:00"))
    morning = {"from_": "2027-05-03T12:00:00Z", "to": "2027-05-03T16:00:00Z"}  # 8 to 12 in New York
    assert row_of(api, ada, **morning)["totalWorkingHours"] == "3.0 hours"


@pytest.mark.parametrize(
    ("zone", "start", "end", "hours"),
    [
        ("America/New_York", "2027-03-14T00:00:00-05:00", "2027-03-15T00:00:00-04:00", "23.0"),
        ("America/New_York", "2027-11-07T00:00:00-04:00", "2027-11-08T00:00:00-05:00", "25.0"),
        ("Australia/Lord_Howe", "2027-04-04T00:00:00+11:00", "2027-04-05T00:00:00+10:30", "24.5"),
        ("Europe/Berlin", "2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00", "23.0"),
    ],
)
def test_a_whole_day_is_as_long_as_it_really_is(api: Api, zone: str, start: str, end: str, hours: str) -> None:
    ada = api.user(timezone=zone)
    hours_of(api, ada, *[(day, "00:00:00", "23:59:59") for day in range(1, 8)])
    assert row_of(api, ada, from_=start, to=end)["totalWorkingHours"] == f"{hours} hours"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from_": "2027-05-03T00:00:00Z"}, "to"),
        ({"to": "2027-05-03T00:00:00Z"}, "from"),
        ({"from_": "2027-05-04T00:00:00Z", "to": "2027-05-03T00:00:00Z"}, "to"),
        ({"from_": "1000-01-01T00:00:00Z", "to": "2027-05-03T00:00:00Z"}, "to"),
        ({**WEEK, "psmIds": "me"}, "psmIds.0"),
    ],
    ids=str,
)
def test_a_bad_summary_is_refused(sqlite_api: Api, query: dict[str, str], field: str) -> None:
    assert list(sqlite_api.refused(400, "GET", PATH, **query)["details"]) == [field]
