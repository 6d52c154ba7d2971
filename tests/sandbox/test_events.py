"""Calendar events, one at a time: welkin-api 7.1 to 7.3."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.api import Api, event_of, invalid, missing
from tests.sandbox.conftest import MakeApi

NOWHERE = "00000000-0000-4000-8000-000000000000"
ALL = "calendar/events"
NO_EVENT = missing("CALENDAR", "CALENDAR_EVENT_NOT_FOUND", "Calendar event doesn't exist")
OPTIONAL = (
    "eventTitle",
    "eventDescription",
    "eventType",
    "eventStatus",
    "eventMode",
    "eventColor",
    "timezone",
    "externalId",
    "additionalInfo",
)
WHOLE = {
    "eventTitle": "Wound check",
    "eventDescription": "Bring the chart",
    "eventType": "APPOINTMENT",
    "eventStatus": "SCHEDULED",
    "eventMode": "IN-PERSON",
    "eventColor": "#00ff00",
    "timezone": "America/New_York",
    "externalId": "ours-1",
    "additionalInfo": {"location": "Room 3", "capacity": 4, "deep": [{"a": None}]},
}


def ahead(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds")


def test_four_fields_suffice_and_the_rest_is_null(api: Api) -> None:
    event = api.event(api.user())
    assert [event[name] for name in OPTIONAL] == [None] * len(OPTIONAL)
    assert (event["allDayEvent"], event["duration"]) == (False, 3600)


def test_every_field_comes_back(api: Api) -> None:
    event = api.event(api.user(), **WHOLE, allDayEvent=True, createdBy=NOWHERE, surplus=1)
    assert {name: event[name] for name in WHOLE} == WHOLE
    assert (event["allDayEvent"], event["createdBy"] == event["updatedBy"] != NOWHERE) == (True, True)
    assert api.get(f"{ALL}/{event['id']}") == event


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("eventStatus", "Scheduled", "SCHEDULED"),
        ("eventStatus", "rescheduled", "RESCHEDULED"),
        ("eventStatus", "CANCELLED", "CANCELLED"),
        ("eventStatus", "missed", "MISSED"),
        ("eventStatus", "COMPLETED", "COMPLETED"),
        ("eventStatus", None, None),
        ("eventType", "group_therapy", "GROUP_THERAPY"),
        ("eventType", "LEAVE", "LEAVE"),
        ("eventType", "ENCOUNTER", "ENCOUNTER"),
        ("eventMode", "in-person", "IN-PERSON"),
        ("eventMode", "CALL", "CALL"),
        ("eventMode", "Video", "VIDEO"),
        ("additionalInfo", [1, "two", None], [1, "two", None]),
        ("additionalInfo", "text", "text"),
        ("eventTitle", "𝒯 é \u202e \n", "𝒯 é \u202e \n"),
        ("timezone", "US/Eastern", "US/Eastern"),
    ],
)
def test_values_are_kept_in_their_own_case(api: Api, field: str, sent: object, kept: object) -> None:
    event = api.event(api.user(), **{field: sent})
    assert api.get(f"{ALL}/{event['id']}")[field] == event[field] == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2027-05-04T14:00:00Z", "2027-05-04T14:00:00.000Z"),
        ("2027-05-04T14:00Z", "2027-05-04T14:00:00.000Z"),
        ("2027-05-04T14:00:00.5Z", "2027-05-04T14:00:00.500Z"),
        ("2027-05-04T14:00:00.123987Z", "2027-05-04T14:00:00.123Z"),
        ("2027-05-04T10:00:00.000-04:00", "2027-05-04T14:00:00.000Z"),
        ("2027-05-04T19:30:00+0530", "2027-05-04T14:00:00.000Z"),
    ],
)
def test_times_are_normalised_to_milliseconds_in_utc(api: Api, sent: str, kept: str) -> None:
    assert api.event(api.user(), startDateTime=sent)["startDateTime"] == kept


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"startDateTime": "2027-05-04T14:00:00"}, "startDateTime"),
        ({"startDateTime": "2027-05-04"}, "startDateTime"),
        ({"startDateTime": "2027-02-30T14:00:00Z"}, "startDateTime"),
        ({"startDateTime": "2027-05-04T14:00:00.1234567Z"}, "startDateTime"),
        ({"startDateTime": "0001-01-01T00:00:00+14:00"}, "startDateTime"),
        ({"endDateTime": "9999-12-31T23:59:59-12:00"}, "endDateTime"),
        ({"startDateTime": 1809439200000}, "startDateTime"),
        ({"startDateTime": None}, "startDateTime"),
        ({"endDateTime": "2027-05-04T14:00:00Z"}, "endDateTime"),
        ({"endDateTime": "2027-05-04T13:00:00Z"}, "endDateTime"),
        ({"hostId": NOWHERE}, "hostId"),
        ({"hostId": "x"}, "hostId"),
        ({"participants": None}, "participants"),
        ({"participants": []}, "participants"),
        ({"participants": [{"participantId": NOWHERE, "participantRole": "psm"}]}, "participants"),
        ({"participants": [{"participantId": NOWHERE, "participantRole": "patient"}]}, "participants"),
        ({"participants": [{"participantRole": "psm"}]}, "participants.0.participantId"),
        ({"participants": [{"participantId": NOWHERE}]}, "participants.0.participantRole"),
        ({"participants": [{"participantId": NOWHERE, "participantRole": "boss"}]}, "participants.0.participantRole"),
        ({"eventStatus": "POSTPONED"}, "eventStatus"),
        ({"eventType": "PARTY"}, "eventType"),
        ({"eventMode": "INPERSON"}, "eventMode"),
        ({"allDayEvent": "yes"}, "allDayEvent"),
        ({"allDayEvent": 1}, "allDayEvent"),
        ({"eventTitle": 5}, "eventTitle"),
    ],
    ids=str,
)
def test_a_bad_event_is_refused_whole(sqlite_api: Api, change: dict[str, Any], field: str) -> None:
    host = sqlite_api.user()
    before = sqlite_api.event(host)
    for method in ("POST", "PUT", "PATCH"):
        path = ALL if method == "POST" else f"{ALL}/{before['id']}"
        error = sqlite_api.refused(400, method, path, change if method == "PATCH" else event_of(host, **change))
        told = (error["errorCode"], error["componentType"], list(error["details"]))
        assert told == ("VALIDATION_ERROR", "CALENDAR", [field])
    assert sqlite_api.get(f"{ALL}/{before['id']}") == before


@pytest.mark.parametrize("field", ["startDateTime", "endDateTime", "hostId", "participants"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_four_fields_are_required(sqlite_api: Api, method: str, field: str) -> None:
    host = sqlite_api.user()
    path = ALL if method == "POST" else f"{ALL}/{sqlite_api.event(host)['id']}"
    body = event_of(host)
    del body[field]
    assert sqlite_api.refused(400, method, path, body) == invalid("CALENDAR", **{field: "Field required"})


def test_people_of_another_tenant_are_unknown(make_api: MakeApi) -> None:
    one, other = make_api(), make_api()
    stranger = other.patient()
    error = one.refused(400, "POST", ALL, event_of(one.user(), stranger))
    assert error == invalid("CALENDAR", participants=f"unknown: {stranger['id']}")


@pytest.mark.parametrize("role", ["psm", "patient"])
def test_a_person_counts_only_in_their_own_role(api: Api, role: str) -> None:
    host, patient = api.user(), api.patient()
    wrong = {"participantId": patient["id"] if role == "psm" else api.user("ben")["id"], "participantRole": role}
    body = event_of(host)
    body["participants"].append(wrong)
    assert api.refused(400, "POST", ALL, body)["details"] == {"participants": f"unknown: {wrong['participantId']}"}


def test_the_same_person_twice_is_refused(api: Api) -> None:
    patient = api.patient()
    error = api.refused(400, "POST", ALL, event_of(api.user(), patient, patient))
    assert error == invalid("CALENDAR", participants="the same participantId twice")


def test_a_deleted_user_is_booked_no_more_but_stays_in_old_events(api: Api) -> None:
    host, gone = api.user("ada"), api.user("ben", firstName="Ben")
    body = event_of(host)
    body["participants"].append({"participantId": gone["id"], "participantRole": "psm"})
    event = api.post(ALL, body)
    api.ask("DELETE", "admin/users/ben")
    (_, row) = api.get(f"{ALL}/{event['id']}")["participants"]
    assert (row["firstName"], row["deleted"], row["enabled"]) == ("Ben", True, False)
    assert api.refused(400, "POST", ALL, body)["details"] == {"participants": f"unknown: {gone['id']}"}
    assert api.patch(f"{ALL}/{event['id']}", {"participants": body["participants"]})["participants"][1] == row


def test_overlaps_are_accepted(api: Api) -> None:
    host, patient = api.user(), api.patient()
    assert api.event(host, patient)["id"] != api.event(host, patient)["id"]


@pytest.mark.parametrize(
    ("viewer", "zone", "host_zone", "local"),
    [
        ("Asia/Kolkata", "US/Pacific", "Europe/Berlin", "19:30:00.000+05:30"),
        (None, "US/Pacific", "Europe/Berlin", "07:00:00.000-07:00"),
        (None, None, "Europe/Berlin", "16:00:00.000+02:00"),
        (None, None, None, "14:00:00.000+00:00"),
        (None, "Mars / Base", "Europe/Berlin", "16:00:00.000+02:00"),
    ],
)
def test_local_times_are_the_viewers_the_events_the_hosts(
    api: Api, viewer: str | None, zone: str | None, host_zone: str | None, local: str
) -> None:
    host = api.user(timezone=host_zone)
    event = api.post(ALL, event_of(host, timezone=zone), viewerTimezone=viewer)
    assert event["localStartDateTime"] == f"2027-05-04T{local}"
    assert api.get(f"{ALL}/{event['id']}", viewerTimezone=viewer) == event


def test_an_unknown_viewer_zone_is_refused(sqlite_api: Api) -> None:
    error = sqlite_api.refused(400, "GET", f"{ALL}/{NOWHERE}", viewerTimezone="Mars")
    assert error == invalid("CALENDAR", viewerTimezone="must be an IANA time zone")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"surplus": 1},
        {"eventTitle": "New"},
        {"eventTitle": None},
        {"eventStatus": "CANCELLED"},
        {"allDayEvent": True},
        {"additionalInfo": None},
        {"timezone": "US/Pacific", "localStartDateTime": "ignored"},
    ],
    ids=str,
)
def test_patch_changes_only_what_is_sent(api: Api, change: dict[str, Any]) -> None:
    before = api.event(api.user(), **WHOLE)
    after = api.patch(f"{ALL}/{before['id']}", change)
    moved = {name: after[name] for name in ("updatedAt", "localStartDateTime", "localEndDateTime")}
    known = {name: value for name, value in change.items() if name in (*WHOLE, "allDayEvent")}
    assert after == before | known | moved
    assert (after["updatedAt"] > before["updatedAt"]) is bool(known)


def test_moving_moves_duration_local_times_and_the_window(api: Api) -> None:
    host = api.user(timezone="US/Pacific")
    before = api.event(host)
    times = {"startDateTime": "2027-06-01T10:00:00.000Z", "endDateTime": "2027-06-11T10:30:00.000Z"}
    after = api.patch(f"{ALL}/{before['id']}", times)
    assert (after["duration"], after["localStartDateTime"]) == (10 * 86400 + 1800, "2027-06-01T03:00:00.000-07:00")
    assert after["participants"] == before["participants"]
    for ids in ({}, {"participantIds": host["id"]}):
        old = api.get(ALL, from_="2027-05-04T00:00:00Z", to="2027-05-05T00:00:00Z", **ids)
        new = api.get(ALL, from_="2027-06-11T10:29:00Z", to="2027-06-12T00:00:00Z", **ids)
        assert ([row["id"] for row in old["content"]], [row["id"] for row in new["content"]]) == ([], [before["id"]])


def test_participants_sent_replace_the_list_and_known_ones_keep_id_and_answer(api: Api) -> None:
    host, patient, other = api.user(), api.patient("Theo"), api.patient("Uma")
    event = api.event(host, patient)
    yes = {"participantId": patient["id"], "participationStatus": "Yes"}
    api.put(f"{ALL}/{event['id']}/invitation-response", yes)
    people = [
        {"participantId": other["id"], "participantRole": "patient", "attended": True},
        {"participantId": patient["id"], "participantRole": "patient"},
        {"participantId": host["id"], "participantRole": "psm", "participationStatus": "Maybe"},
    ]
    rows = api.patch(f"{ALL}/{event['id']}", {"participants": people})["participants"]
    told = [(row["participantId"], row["participationStatus"], row["attended"]) for row in rows]
    assert told == [(other["id"], "", True), (patient["id"], "Yes", False), (host["id"], "Maybe", False)]
    assert [rows[2]["id"], rows[1]["id"]] == [row["id"] for row in event["participants"]]


def test_a_known_row_id_goes_on_with_another_person_unless_it_is_in_use(api: Api) -> None:
    host, patient, other = api.user(), api.patient("Theo"), api.patient("Uma")
    event = api.event(host, patient)
    host_row, patient_row = event["participants"]
    keep = {"participantId": host["id"], "participantRole": "psm"}
    taken_over = {"id": patient_row["id"], "participantId": other["id"], "participantRole": "patient"}
    swapped = api.patch(f"{ALL}/{event['id']}", {"participants": [keep, taken_over]})["participants"]
    assert [row["id"] for row in swapped] == [host_row["id"], patient_row["id"]]
    claimed = taken_over | {"id": host_row["id"], "participantId": patient["id"]}
    fresh = api.patch(f"{ALL}/{event['id']}", {"participants": [keep, claimed]})["participants"]
    assert fresh[0]["id"] == host_row["id"] != fresh[1]["id"]


def test_taking_the_host_out_is_refused(api: Api) -> None:
    host, patient = api.user(), api.patient()
    event = api.event(host, patient)
    only_patient = [{"participantId": patient["id"], "participantRole": "patient"}]
    error = api.refused(400, "PATCH", f"{ALL}/{event['id']}", {"participants": only_patient})
    assert error == invalid("CALENDAR", hostId="must be among the participants as psm")
    assert api.get(f"{ALL}/{event['id']}") == event


def test_a_new_host_comes_with_the_participants(api: Api) -> None:
    host, next_host = api.user("ada"), api.user("ben")
    event = api.event(host)
    people = [{"participantId": next_host["id"], "participantRole": "psm"}]
    assert api.ask("PATCH", f"{ALL}/{event['id']}", {"hostId": next_host["id"]}).status_code == 400
    after = api.patch(f"{ALL}/{event['id']}", {"hostId": next_host["id"], "participants": people})
    assert (after["hostId"], [row["participantId"] for row in after["participants"]]) == (
        next_host["id"],
        [next_host["id"]],
    )


def test_put_makes_what_is_left_out_null(api: Api) -> None:
    host = api.user()
    before = api.event(host, **WHOLE, allDayEvent=True)
    after = api.put(f"{ALL}/{before['id']}", event_of(host, eventTitle="Only this"))
    assert {name: after[name] for name in OPTIONAL} == dict.fromkeys(OPTIONAL) | {"eventTitle": "Only this"}
    assert (after["allDayEvent"], after["participants"]) == (False, before["participants"])
    assert after["createdAt"] == before["createdAt"]


def test_an_external_id_is_unique_for_each_instance_and_readable(make_api: MakeApi) -> None:
    api, other = make_api(), make_api()
    host = api.user()
    first = api.event(host, externalId="k 1")
    second = api.event(host, externalId="k-2")
    taken = invalid("CALENDAR", externalId="another event has it")
    assert api.refused(400, "POST", ALL, event_of(host, externalId="k 1")) == taken
    assert api.refused(400, "PATCH", f"{ALL}/{second['id']}", {"externalId": "k 1"}) == taken
    assert api.refused(400, "PUT", f"{ALL}/{second['id']}", event_of(host, externalId="k 1")) == taken
    assert api.patch(f"{ALL}/{first['id']}", {"externalId": "k 1"})["id"] == first["id"]
    assert other.event(other.user(), externalId="k 1")["externalId"] == "k 1"
    assert api.get(f"{ALL}/k 1", type="EXTERNAL_ID")["id"] == first["id"]
    assert api.get(f"{ALL}/k-2/", type="external_id")["id"] == second["id"]
    assert api.refused(404, "GET", f"{ALL}/k-3", type="EXTERNAL_ID") == NO_EVENT


def test_a_freed_external_id_may_be_used_again(api: Api) -> None:
    host = api.user()
    first, second = api.event(host, externalId="k"), api.event(host, externalId="l")
    freed = api.patch(f"{ALL}/{first['id']}", {"externalId": None})
    api.ask("DELETE", f"{ALL}/{second['id']}")
    assert freed["externalIdUpdatedAt"] > first["externalIdUpdatedAt"]
    assert [api.event(host, externalId=name)["externalId"] for name in ("k", "l")] == ["k", "l"]


def test_a_tenant_may_take_one_external_id_many_times(make_api: MakeApi) -> None:
    api = make_api(externalIdUnique=False)
    host = api.user()
    first = api.event(host, externalId="k")
    api.event(host, externalId="k")
    assert api.get(f"{ALL}/k", type="EXTERNAL_ID")["id"] == first["id"]


def test_a_future_event_is_deleted_for_good(api: Api) -> None:
    event = api.event(api.user(), startDateTime=ahead(1), endDateTime=ahead(2))
    gone = api.ask("DELETE", f"{ALL}/{event['id']}")
    assert (gone.status_code, gone.content, "Content-Type" in gone.headers) == (204, b"", False)
    assert [api.refused(404, method, f"{ALL}/{event['id']}") for method in ("GET", "DELETE")] == [NO_EVENT] * 2


@pytest.mark.parametrize("status", [None, "SCHEDULED", "COMPLETED", "CANCELLED"])
def test_an_event_that_has_begun_is_cancelled_instead(api: Api, status: str | None) -> None:
    event = api.event(api.user(), startDateTime=ahead(-1), endDateTime=ahead(1), eventStatus=status)
    assert api.ask("DELETE", f"{ALL}/{event['id']}").status_code == 204
    after = api.get(f"{ALL}/{event['id']}")
    assert after == event | {"eventStatus": "CANCELLED", "updatedAt": after["updatedAt"]}
    assert (after["updatedAt"] == event["updatedAt"]) is (status == "CANCELLED")


@pytest.mark.parametrize("key", [NOWHERE, "no-id", "aa0d3f527c1e4b9a8f601e2d3c4b5a69"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_an_unknown_event_is_404(sqlite_api: Api, method: str, key: str) -> None:
    body = {"PATCH": {}, "PUT": event_of(sqlite_api.user())}.get(method)
    assert sqlite_api.refused(404, method, f"{ALL}/{key}", body) == NO_EVENT


def test_an_event_of_another_tenant_is_404(make_api: MakeApi) -> None:
    one, other = make_api(), make_api()
    theirs = other.event(other.user())
    assert one.refused(404, "GET", f"{ALL}/{theirs['id']}") == NO_EVENT
    assert one.refused(404, "PATCH", f"{ALL}/{theirs['id']}", {"eventTitle": "x"}) == NO_EVENT


def test_updated_at_grows_with_every_change(api: Api) -> None:
    event = api.event(api.user())
    stamps = [event["updatedAt"]]
    stamps += [api.patch(f"{ALL}/{event['id']}", {"eventTitle": str(n)})["updatedAt"] for n in range(5)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
@pytest.mark.parametrize(("sent", "kept"), [("Yes", "Yes"), ("no", "No"), ("MAYBE", "Maybe"), ("", "")])
def test_an_answer_touches_only_its_own_row(api: Api, method: str, sent: str, kept: str) -> None:
    host, patient = api.user(), api.patient()
    event = api.event(host, patient)
    path = f"{ALL}/{event['id']}/invitation-response"
    told = api.told(200, method, path, {"participantId": patient["id"], "participationStatus": sent})
    assert [row["participationStatus"] for row in told["participants"]] == ["", kept]
    assert told["participants"][0] == event["participants"][0]
    assert api.get(f"{ALL}/{event['id']}") == told


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"participationStatus": "Yes"}, "participantId"),
        ({"participantId": NOWHERE}, "participationStatus"),
        ({"participantId": NOWHERE, "participationStatus": None}, "participationStatus"),
        ({"participantId": NOWHERE, "participationStatus": "Perhaps"}, "participationStatus"),
        ({"participantId": "x", "participationStatus": "Yes"}, "participantId"),
    ],
    ids=str,
)
def test_a_bad_answer_is_refused(sqlite_api: Api, body: dict[str, Any], field: str) -> None:
    event = sqlite_api.event(sqlite_api.user())
    error = sqlite_api.refused(400, "PUT", f"{ALL}/{event['id']}/invitation-response", body)
    assert list(error["details"]) == [field]


def test_an_answer_of_somebody_not_invited_is_404(api: Api) -> None:
    event, answer = api.event(api.user()), {"participantId": api.patient()["id"], "participationStatus": "Yes"}
    nobody = missing("CALENDAR", "PARTICIPANT_NOT_FOUND", "Not a participant of this event")
    assert api.refused(404, "PUT", f"{ALL}/{event['id']}/invitation-response", answer) == nobody
    assert api.refused(404, "PUT", f"{ALL}/{NOWHERE}/invitation-response", answer) == NO_EVENT
    assert api.get(f"{ALL}/{event['id']}")["updatedAt"] == event["updatedAt"]
