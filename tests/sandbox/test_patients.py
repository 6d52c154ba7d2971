"""Patients: welkin-api 4."""

from typing import Any

import pytest

from tests.sandbox.api import Api, invalid, missing

NO_PATIENT = missing("PATIENT", "PATIENT_NOT_FOUND", "Patient doesn't exist")
NOWHERE = "00000000-0000-4000-8000-000000000000"


def names(page: dict[str, Any]) -> list[str]:
    return [patient["firstName"] for patient in page["content"]]


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"firstName": "Theo"}, {"lastName": "Field required"}),
        ({"lastName": "Marsh"}, {"firstName": "Field required"}),
        ({"firstName": "", "lastName": "Marsh"}, {"firstName": "String should have at least 1 character"}),
        ({"firstName": "T", "lastName": "M", "birthDate": "soon"}, {"birthDate": "must be a date"}),
        ({"firstName": "T", "lastName": "M", "birthDate": "2012-13-01"}, {"birthDate": "month must be in 1..12"}),
        ({"firstName": "T", "lastName": "M", "phone": 5}, {"phone": "Input should be a valid string"}),
    ],
    ids=["no-last", "no-first", "empty-first", "no-date", "month-13", "number"],
)
def test_a_bad_patient_is_refused(sqlite_api: Api, body: dict[str, Any], details: dict[str, str]) -> None:
    assert sqlite_api.refused(400, "POST", "patients", body) == invalid("PATIENT", **details)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("1988-02-09", "1988-02-09T00:00:00.000Z"),
        ("1988-02-09T00:00:00.000Z", "1988-02-09T00:00:00.000Z"),
        ("2012-3-12", "2012-03-12T00:00:00.000Z"),
        (None, None),
    ],
)
def test_a_birth_date_is_a_day_at_midnight(api: Api, sent: str | None, told: str | None) -> None:
    assert api.patient(birthDate=sent)["birthDate"] == told


def test_patch_keeps_what_is_not_sent(api: Api) -> None:
    before = api.patient(phone="+15550100177", city="Erie", externalId="x-1")
    after = api.patch(f"patients/{before['id']}", {"city": "Troy", "surplus": True, "createdBy": NOWHERE})
    assert after | {"updatedAt": before["updatedAt"]} == before | {"city": "Troy"}
    assert api.get(f"patients/{before['id']}") == after


@pytest.mark.parametrize(
    ("field", "default"),
    [("gender", "UNKNOWN"), ("maritalStatus", "UKN"), ("primaryLanguage", "ENGLISH"), ("cadence", []), ("city", None)],
)
def test_a_null_brings_the_default_back(api: Api, field: str, default: object) -> None:
    set_to = ["weekly"] if default == [] else "OTHER"
    patient = api.patient(**{field: set_to})
    assert patient[field] == set_to
    assert api.patch(f"patients/{patient['id']}", {field: None})[field] == default


def test_the_first_of_a_care_team_is_the_contact_unless_one_is_flagged(api: Api) -> None:
    one, two = api.user("one"), api.user("two")
    plain = api.patient(careTeam=[{"id": one["id"]}, {"id": two["id"]}])
    flagged = api.patch(
        f"patients/{plain['id']}", {"careTeam": [{"id": one["id"]}, {"id": two["id"], "pointOfContact": True}]}
    )
    assert [member["pointOfContact"] for member in plain["careTeam"]] == [True, False]
    assert [member["pointOfContact"] for member in flagged["careTeam"]] == [False, True]


@pytest.mark.parametrize(
    ("kind", "key"), [("EID", "e-1"), ("EGUID", "g-1"), ("MRN", "m-1"), ("eid", "e-1"), ("ID", None), (None, None)]
)
def test_a_patient_is_read_by_each_key(api: Api, kind: str | None, key: str | None) -> None:
    patient = api.patient(externalId="e-1", externalGuid="g-1", mrn="m-1")
    assert api.get(f"patients/{key or patient['id']}", type=kind) == patient


@pytest.mark.parametrize("key", [NOWHERE, "no-id"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_an_unknown_patient_is_404(api: Api, method: str, key: str) -> None:
    assert api.refused(404, method, f"patients/{key}", {} if method == "PATCH" else None) == NO_PATIENT


def test_delete_is_closed_and_put_is_not_there(api: Api) -> None:
    patient = api.patient()
    assert api.ask("DELETE", f"patients/{patient['id']}").status_code == 403
    assert api.ask("PUT", f"patients/{patient['id']}", {"firstName": "x", "lastName": "y"}).status_code == 405
    assert api.get(f"patients/{patient['id']}") == patient


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Uma", "Theo", "Ada"]),
        ({"query": "THEO"}, ["Theo"]),
        ({"query": "theo marsh"}, ["Theo"]),
        ({"query": "marsh"}, ["Uma", "Theo"]),
        ({"query": "0177"}, ["Theo"]),
        ({"query": "mail.example"}, ["Ada"]),
        ({"email": "ADA@mail.example"}, ["Ada"]),
        ({"email": "ada"}, []),
        ({"timezone": "US/Pacific"}, ["Uma"]),
        ({"cadence": "weekly"}, ["Ada"]),
        ({"cadence": ""}, ["Uma", "Theo"]),
        ({"territories": "Ohio,Maryland"}, ["Uma"]),
        ({"sort": "firstName,asc"}, ["Ada", "Theo", "Uma"]),
        ({"sort": ["lastName,desc", "firstName,desc"]}, ["Ada", "Uma", "Theo"]),
    ],
    ids=str,
)
def test_the_list_is_narrowed_and_newest_first(api: Api, query: dict[str, Any], found: list[str]) -> None:
    api.patient("Ada", "Quill", email="ada@mail.example", cadence=["weekly"])
    api.patient("Theo", phone="+15550100177")
    place = {"name": "east", "territories": ["Ohio"]}
    api.patient("Uma", timezone="US/Pacific", patientTerritories=[place, {"territories": None}, "odd"])
    assert names(api.get("patients", **query)) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (None, ["Uma", "Theo"]),
        ({}, ["Uma", "Theo"]),
        ({"lastName": "Marsh"}, ["Theo"]),
        ({"lastName": "marsh"}, []),
        ({"lastName": "Marsh", "city": None}, ["Theo"]),
        ({"city": "Troy"}, ["Uma"]),
        ({"unheardOf": 1}, []),
    ],
    ids=str,
)
def test_a_filter_compares_top_level_fields(api: Api, body: dict[str, Any] | None, found: list[str]) -> None:
    api.patient("Theo", "Marsh")
    api.patient("Uma", "Lund", city="Troy")
    assert names(api.told(200, "POST", "by-filter/patients", body)) == found


def test_a_filter_is_paged_by_the_query(api: Api) -> None:
    for name in "abc":
        api.patient(name)
    page = api.told(200, "POST", "by-filter/patients", {}, page=1, size=2)
    assert (names(page), page["number"], page["last"], page["totalElements"]) == (["a"], 1, True, 3)
