"""The demo clinic: the same every time, whole, varied as promised, and good to look at on any day of the year."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.sandbox.clinic import Recipe, generate

TODAY = date(2026, 11, 18)  # a Wednesday
SETTLED = "2026-11-18T00:00:00.000Z"
DEFAULT = Recipe(TODAY)
Row = dict[str, Any]


@cache
def clinic(recipe: Recipe = DEFAULT) -> Row:
    return generate(recipe)


def digest(recipe: Recipe) -> str:
    return hashlib.sha256(json.dumps(generate(recipe)).encode()).hexdigest()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def visits(made: Row) -> list[Row]:
    """What keeps somebody's time: neither leave nor cancelled."""
    return [row for row in made["events"] if row["eventType"] != "LEAVE" and row["eventStatus"] != "CANCELLED"]


def invited(row: Row) -> list[Row]:
    """The psm of an event other than the host."""
    people = row["participants"]
    return [one for one in people if one["participantRole"] == "psm" and one["participantId"] != row["hostId"]]


def zones(made: Row) -> dict[str, ZoneInfo]:
    return {user["id"]: ZoneInfo(user["timezone"] or "America/New_York") for user in made["users"]}


def hours_of(records: list[Row], day: date) -> list[tuple[str, str]]:
    """The hours of a day by welkin-api 6.2, written down once more without the generator."""
    on = [
        record
        for record in records
        if record["type"] == "WORKING_HOURS"
        and record["startDateTime"][:10] <= str(day) <= (record["endDateTime"] or "9999")[:10]
    ]
    on = [record for record in on if record["ruleType"] == "OVERRIDE"] or on
    newest = max(on, key=lambda record: record["createdAt"], default={"daysInfo": []})
    entries = [entry for entry in newest["daysInfo"] if entry["day"] == day.isoweekday() and entry["startTime"]]
    return sorted({(entry["startTime"], entry["endTime"]) for entry in entries})


def inside(row: Row, records: list[Row], zone: ZoneInfo) -> bool:
    start, end = (instant(row[name]).astimezone(zone) for name in ("startDateTime", "endDateTime"))
    if start.date() != end.date():
        return False
    hours = hours_of(records, start.date())
    return any(first <= f"{start:%H:%M:%S}" and f"{end:%H:%M:%S}" <= last for first, last in hours)


def overlapping(rows: list[Row]) -> int:
    """Pairs of neighbours in time that overlap."""
    times = sorted((row["startDateTime"], row["endDateTime"]) for row in rows)
    return sum(later[0] < earlier[1] for earlier, later in pairwise(times))


def test_the_same_recipe_gives_the_same_bytes_in_another_process() -> None:
    recipe = Recipe(TODAY, clinicians=6, weeks=4, seed=9)
    code = f"from tests.sandbox.test_clinic import *; print(digest({recipe!r}))".replace("datetime.date", "date")
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    other = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert other == digest(recipe) == digest(recipe)


@pytest.mark.parametrize("other", [Recipe(TODAY, seed=2), Recipe(date(2026, 11, 19))], ids=["seed", "day"])
def test_another_recipe_gives_another_clinic(other: Recipe) -> None:
    assert clinic(other)["events"] != clinic()["events"]


COUNTS: dict[str, tuple[Callable[[Row], int], int, int]] = {
    "clinicians": (lambda made: len(made["workHours"]), 24, 24),
    "people on the staff": (lambda made: len(made["users"]), 29, 29),
    "patients": (lambda made: len(made["patients"]), 400, 400),
    "teams": (lambda made: len(made["teams"]), 4, 4),
    "managers": (lambda made: len({one for team in made["teams"] for one in team["managers"]}), 2, 2),
    "zones": (lambda made: len({user["timezone"] for user in made["users"]} - {None}), 4, 9),
    "old zone links": (lambda made: sum(user["timezone"] == "US/Eastern" for user in made["users"]), 1, 4),
    "users without a zone": (lambda made: sum(user["timezone"] is None for user in made["users"]), 1, 1),
    "patients without an e-mail": (lambda made: sum(row["email"] is None for row in made["patients"]), 10, 100),
    "events of a clinician and week": (lambda made: len(made["events"]) // 24 // 12, 23, 27),
    "participants": (lambda made: sum(len(row["participants"]) for row in made["events"]), 13000, 17000),
    "open ends": (lambda made: sum(record["endDateTime"] is None for record in records(made)), 10, 30),
    "ends in 50 years": (
        lambda made: sum("2076" <= (one["endDateTime"] or "") < "2077" for one in records(made)),
        4,
        9,
    ),
    "records ended and followed": (lambda made: sum(len(defaults(row)) == 2 for row in made["workHours"]), 4, 8),
    "split shifts": (lambda made: sum(is_split(record) for record in records(made)), 10, 40),
    "part-timers": (lambda made: sum(weekly_hours(row) < 30 for row in made["workHours"]), 3, 6),
    "ends at 23:59": (lambda made: sum(entry["endTime"] == "23:59:00" for entry in entries(made)), 1, 5),
    "days off as null times": (lambda made: sum(entry["endTime"] is None for entry in entries(made)), 10, 100),
    "exact duplicates": (lambda made: sum(has_duplicate(record) for record in records(made)), 2, 5),
    "records of availability": (lambda made: sum("encounters" in record for record in records(made)), 1, 3),
    "overrides": (lambda made: sum(record["ruleType"] == "OVERRIDE" for record in records(made)), 8, 20),
    "granted leave": (lambda made: len(leave(made, "Yes")), 15, 60),
    "leave waiting for a manager": (lambda made: len(leave(made, "")), 3, 30),
    "leave of whole days": (lambda made: sum(row["allDayEvent"] for row in made["events"]), 15, 60),
    "open invitations": (lambda made: len(waiting(made)), 20, 120),
    "groups": (lambda made: sum(row["eventType"] == "GROUP_THERAPY" for row in made["events"]), 80, 160),
    "full groups": (lambda made: sum(is_full(row) for row in made["events"]), 5, 80),
    "double bookings": (lambda made: sum(overlapping(of_host(made, one)) for one in hosts(made)), 30, 250),
    "statuses in mixed case": (lambda made: sum(row["eventStatus"] == "Scheduled" for row in made["events"]), 1, 1),
    "rows without a type": (lambda made: sum(row["eventType"] is None for row in made["events"]), 1, 1),
    "remarks": (
        lambda made: sum(bool((row["additionalInfo"] or {}).get("remarks")) for row in made["events"]),
        300,
        2000,
    ),
}


def records(made: Row) -> list[Row]:
    return [record for row in made["workHours"] for record in row["details"]]


def entries(made: Row) -> list[Row]:
    return [entry for record in records(made) for entry in record["daysInfo"]]


def defaults(row: Row) -> list[Row]:
    return [one for one in row["details"] if one["ruleType"] == "DEFAULT" and one["type"] == "WORKING_HOURS"]


def is_split(record: Row) -> bool:
    times = {(entry["day"], entry["startTime"]) for entry in record["daysInfo"]}
    return len(times) > len({day for day, _ in times})


def has_duplicate(record: Row) -> bool:
    times = Counter((entry["day"], entry["startTime"], entry["endTime"]) for entry in record["daysInfo"])
    return max(times.values()) > 1


def weekly_hours(row: Row) -> float:
    """Hours of the usual week, duplicates counted once."""
    spans = {(one["day"], one["startTime"], one["endTime"]) for one in defaults(row)[0]["daysInfo"] if one["endTime"]}
    return sum(minute(end) - minute(start) for _, start, end in spans) / 60


def minute(text: str) -> int:
    return 60 * int(text[:2]) + int(text[3:5])


def leave(made: Row, answer: str) -> list[Row]:
    rows = [row for row in made["events"] if row["eventType"] == "LEAVE"]
    return [row for row in rows if [one["participationStatus"] for one in invited(row)] == [answer]]


def waiting(made: Row) -> list[Row]:
    """Visits to come with a second clinician who has not answered."""
    coming = [row for row in visits(made) if row["startDateTime"] > SETTLED]
    return [row for row in coming if any(one["participationStatus"] == "" for one in invited(row))]


def is_full(row: Row) -> bool:
    patients = [one for one in row["participants"] if one["participantRole"] == "patient"]
    return (row["additionalInfo"] or {}).get("capacity") == len(patients)


def hosts(made: Row) -> list[str]:
    return [row["psmId"] for row in made["workHours"]]


def of_host(made: Row, host: str) -> list[Row]:
    return [row for row in visits(made) if row["hostId"] == host]


@pytest.mark.parametrize("name", COUNTS)
def test_the_default_clinic_holds(name: str) -> None:
    measure, least, most = COUNTS[name]
    found = measure(clinic())
    assert least <= found <= most, found


VALUES = {
    "eventType": {"APPOINTMENT", "GROUP_THERAPY", "LEAVE", "ENCOUNTER", None},
    "eventStatus": {"SCHEDULED", "COMPLETED", "CANCELLED", "MISSED", "Scheduled", None},
    "eventMode": {"IN-PERSON", "CALL", "VIDEO", None},
}


@pytest.mark.parametrize("field", VALUES)
def test_every_value_occurs(field: str) -> None:
    assert {row[field] for row in clinic()["events"]} == VALUES[field]


def test_every_answer_occurs_among_second_clinicians_and_patients() -> None:
    answers = {
        role: {
            one["participationStatus"]
            for row in visits(clinic())
            for one in (invited(row) if role == "psm" else row["participants"])
            if one["participantRole"] == role
        }
        for role in ("psm", "patient")
    }
    assert answers == {role: {"", "Yes", "No", "Maybe"} for role in ("psm", "patient")}


def test_every_usual_length_occurs() -> None:
    spans = Counter(
        (instant(row["endDateTime"]) - instant(row["startDateTime"])) // timedelta(minutes=1)
        for row in visits(clinic())
    )
    assert sorted(spans) == [15, 20, 30, 45, 50, 60, 90]


def test_ids_are_unique() -> None:
    made = clinic()
    ids = [row["id"] for name in ("users", "patients", "events") for row in made[name]]
    ids += [record["workHoursId"] for record in records(made)] + [entry["daysInfoId"] for entry in entries(made)]
    ids += [one["id"] for row in made["events"] for one in row["participants"]]
    assert len(ids) == len(set(ids))


def test_usernames_are_unique() -> None:
    users = clinic(Recipe(TODAY, clinicians=200, weeks=1))["users"]
    assert len({user["username"] for user in users}) == len(users)


def test_everything_named_exists() -> None:
    made = clinic()
    users, patients = ({row["id"] for row in made[name]} for name in ("users", "patients"))
    named_users = {row["hostId"] for row in made["events"]} | set(hosts(made)) | set(made["people"].values())
    named_users |= {one for team in made["teams"] for one in team["members"] + team["managers"]}
    named_users |= {one["id"] for row in made["patients"] for one in row["careTeam"]}
    by_role: dict[str, set[str]] = {"psm": set(), "patient": set()}
    for row in made["events"]:
        for one in row["participants"]:
            by_role[one["participantRole"]].add(one["participantId"])
    assert (named_users | by_role["psm"]) - users == set()
    assert by_role["patient"] - patients == set()


def test_the_host_takes_part_and_nobody_is_named_twice() -> None:
    for row in clinic()["events"]:
        people = [one["participantId"] for one in row["participants"]]
        assert people[0] == row["hostId"]
        assert len(set(people)) == len(people)


def test_nothing_is_settled_before_it_has_happened() -> None:
    early = [
        row["id"]
        for row in clinic()["events"]
        if row["eventStatus"] in ("COMPLETED", "MISSED") and row["endDateTime"] > SETTLED
    ]
    assert early == []


def test_nothing_was_made_or_changed_after_today_began() -> None:
    made = clinic()
    rows = [*made["users"], *made["patients"], *made["events"], *records(made)]
    assert [row for row in rows if not row["createdAt"] <= row["updatedAt"] <= SETTLED] == []


def test_attendance_stands_on_completed_visits_only() -> None:
    attended = {row["eventStatus"] for row in clinic()["events"] for one in row["participants"] if one["attended"]}
    assert attended == {"COMPLETED"}


CHANGES = {
    "default": DEFAULT,
    "autumn change": Recipe(date(2026, 11, 1), clinicians=12, weeks=3),
    "spring change": Recipe(date(2027, 3, 14), clinicians=12, weeks=3),
}


@pytest.mark.parametrize("recipe", CHANGES.values(), ids=CHANGES)
def test_visits_lie_mostly_inside_the_hours(recipe: Recipe) -> None:
    made = clinic(recipe)
    zone = zones(made)
    for row in made["workHours"]:
        own = [one for one in of_host(made, row["psmId"]) if one["startDateTime"][:10] <= str(recipe.last)]
        share = sum(inside(one, row["details"], zone[row["psmId"]]) for one in own) / len(own)
        assert 0.9 <= share <= 1


def test_some_visits_lie_outside_the_hours() -> None:
    made = clinic()
    zone = zones(made)
    hours = {row["psmId"]: row["details"] for row in made["workHours"]}
    outside = sum(not inside(row, hours[row["hostId"]], zone[row["hostId"]]) for row in visits(made))
    assert 30 <= outside <= 200


@pytest.mark.parametrize("today", [date(2026, 11, 1), date(2027, 3, 14)], ids=["autumn", "spring"])
def test_whole_days_are_local_days_on_the_night_of_a_clock_change(today: date) -> None:
    made = clinic(Recipe(today, clinicians=60, weeks=3))
    zone = zones(made)
    for row in made["events"]:
        if row["allDayEvent"]:
            times = [instant(row[name]).astimezone(zone[row["hostId"]]) for name in ("startDateTime", "endDateTime")]
            assert [f"{time:%H:%M}" for time in times] == ["00:00", "00:00"]


def days_of(made: Row, day: date) -> Iterator[datetime]:
    zone = zones(made)
    for row in visits(made):
        start = instant(row["startDateTime"]).astimezone(zone[row["hostId"]])
        if start.date() == day:
            yield start


WEEK = {f"{TODAY + timedelta(days=number):%A}": TODAY + timedelta(days=number) for number in range(7)}


@pytest.mark.parametrize("today", WEEK.values(), ids=WEEK)
def test_today_is_full_in_the_morning_and_in_the_afternoon(today: date) -> None:
    starts = list(days_of(clinic(Recipe(today, weeks=4)), today))
    assert sum(start.hour < 12 for start in starts) >= 10
    assert sum(start.hour >= 12 for start in starts) >= 10


@pytest.mark.parametrize("today", WEEK.values(), ids=WEEK)
def test_this_week_is_full_and_leaves_time_free(today: date) -> None:
    made = clinic(Recipe(today, weeks=4))
    monday = today - timedelta(days=today.weekday())
    offered = booked = 0
    for row in made["workHours"]:
        days = [hours_of(row["details"], monday + timedelta(days=number)) for number in range(7)]
        offered += sum(minute(end) - minute(start) for day in days for start, end in day)
    for one in visits(made):
        if str(monday) <= one["startDateTime"][:10] < str(monday + timedelta(days=7)):
            booked += (instant(one["endDateTime"]) - instant(one["startDateTime"])) // timedelta(minutes=1)
    assert 0.4 < booked / offered < 0.75


@pytest.mark.parametrize("today", WEEK.values(), ids=WEEK)
def test_the_demo_clinician_has_something_to_do(today: date) -> None:
    made = clinic(Recipe(today, weeks=4))
    me = made["people"]["clinician"]
    (records_of_mine,) = (row["details"] for row in made["workHours"] if row["psmId"] == me)
    asked = [
        row
        for row in visits(made)
        if row["startDateTime"][:10] > str(today)
        and any(one["participantId"] == me and one["participationStatus"] == "" for one in invited(row))
    ]
    pending = [row for row in leave(made, "") if row["hostId"] == me and row["startDateTime"][:10] > str(today)]
    assert is_split(records_of_mine[0])
    assert len(asked) >= 2
    assert len(pending) >= 1


def test_each_manager_leads_two_teams_and_finds_leave_waiting() -> None:
    made = clinic()
    led = Counter(manager for team in made["teams"] for manager in team["managers"])
    asked = {one["participantId"] for row in leave(made, "") for one in invited(row) if row["endDateTime"] > SETTLED}
    assert set(led.values()) == {2}
    assert asked == set(led)


def test_patients_mostly_see_their_own_care_team() -> None:
    made = clinic()
    teams = {row["id"]: {one["id"] for one in row["careTeam"]} for row in made["patients"]}
    seen = [
        row["hostId"] in teams[one["participantId"]]
        for row in visits(made)
        for one in row["participants"]
        if one["participantRole"] == "patient"
    ]
    assert 0.8 < sum(seen) / len(seen) < 1


def test_addresses_and_numbers_belong_to_nobody() -> None:
    people = clinic()["users"] + clinic()["patients"]
    assert {row["email"].rpartition(".")[2] for row in people if row["email"]} == {"example"}
    assert {row["phone"][:8] for row in people if row["phone"]} == {"+1555010"}
    assert {len(row["phone"]) for row in people if row["phone"]} == {12}


def test_no_title_names_a_patient() -> None:
    names = {row["lastName"] for row in clinic()["patients"] if len(row["lastName"]) > 3}
    words = {word for row in clinic()["events"] for word in (row["eventTitle"] or "").split()}
    assert words & names == set()


@settings(max_examples=12, deadline=None)
@given(
    clinicians=st.integers(1, 9),
    weeks=st.integers(1, 5),
    seed=st.integers(-5, 2**40),
    today=st.dates(date(1975, 1, 1), date(2190, 12, 31)),
)
def test_a_clinic_of_any_size_and_day_is_whole(clinicians: int, weeks: int, seed: int, today: date) -> None:
    made = generate(Recipe(today, clinicians, weeks, seed))
    people = {row["id"] for row in made["users"] + made["patients"]}
    ids = [row["id"] for row in made["events"]]
    assert len(made["workHours"]) == clinicians
    assert len(ids) == len(set(ids))
    assert {one["participantId"] for row in made["events"] for one in row["participants"]} <= people
    assert all(row["startDateTime"] < row["endDateTime"] for row in made["events"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"clinicians": 0}, "The number of clinicians must be from 1 to 1000."),
        ({"clinicians": 1001}, "The number of clinicians must be from 1 to 1000."),
        ({"weeks": 0}, "The number of weeks must be from 1 to 104."),
        ({"weeks": 105}, "The number of weeks must be from 1 to 104."),
        ({"today": date(1, 1, 1)}, "The day must lie in the years 1975 to 2190."),
        ({"today": date(9999, 12, 31)}, "The day must lie in the years 1975 to 2190."),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_size_out_of_range_is_told(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as told:
        Recipe(**{"today": TODAY, **wrong})
    assert str(told.value) == sentence
