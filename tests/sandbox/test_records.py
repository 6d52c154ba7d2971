"""Custom data types, CDT: welkin-api 5."""

from typing import Any

import pytest

from tests.sandbox.api import Api, invalid, missing

NO_RECORD = missing("CDT", "DT_RECORD_NOT_FOUND", "DT record not found")
NOWHERE = "00000000-0000-4000-8000-000000000000"
IBUPROFEN = {"medication_name": "Ibuprofen", "medication_status": "active"}


@pytest.fixture
def base(api: Api) -> str:
    """The path of the medications of a fresh patient."""
    return f"patients/{api.patient()['id']}/cdts/medication"


def test_the_shipped_type_has_three_fields_and_drops_what_is_none(api: Api, base: str) -> None:
    record = api.post(base, IBUPROFEN | {"cdtName": "medication", "created_by": NOWHERE, "id": NOWHERE})
    custom = {name: value for name, value in record["jsonBody"].items() if name.startswith("medication")}
    assert custom == IBUPROFEN | {"medication_start_date": None}
    assert "cdtName" not in record["jsonBody"]
    assert record["jsonBody"]["id"] == record["id"] != NOWHERE
    assert record["jsonBody"]["created_by"] != NOWHERE


def test_update_is_partial_and_keeps_the_version(api: Api, base: str) -> None:
    before = api.post(base, IBUPROFEN)
    after = api.patch(f"{base}/{before['id']}", {"medication_status": "ended"})
    changed = before["jsonBody"] | {
        "medication_status": "ended",
        "updated_at": after["jsonBody"]["updated_at"],
    }
    assert after == before | {"jsonBody": changed}
    assert api.get(f"{base}/{before['id']}") == after


def test_fields_met_once_are_null_in_other_records(api: Api, base: str) -> None:
    plain = api.post(base, IBUPROFEN)
    api.post(base, {"dose": "200 mg"})
    assert api.get(f"{base}/{plain['id']}")["jsonBody"]["dose"] is None


def test_both_spellings_of_the_path_are_one(api: Api, base: str) -> None:
    old = base.replace("/cdts/", "/cdt/")
    record = api.post(old, IBUPROFEN)
    assert api.get(f"{base}/{record['id']}") == record
    assert api.get(f"{old}/") == api.get(base)


def test_a_deleted_record_is_gone(api: Api, base: str) -> None:
    path = f"{base}/{api.post(base, IBUPROFEN)['id']}"
    gone = api.ask("DELETE", path)
    assert (gone.status_code, gone.content) == (200, b"")
    assert [api.refused(404, method, path) for method in ("GET", "DELETE")] == [NO_RECORD, NO_RECORD]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("key", [NOWHERE, "no-id"])
def test_an_unknown_record_is_404(api: Api, base: str, method: str, key: str) -> None:
    assert api.refused(404, method, f"{base}/{key}", {} if method == "PATCH" else None) == NO_RECORD


def test_a_record_is_not_found_under_another_type_or_patient(api: Api, base: str) -> None:
    record = api.post(base, IBUPROFEN)
    other = f"patients/{api.patient()['id']}/cdts/medication/{record['id']}"
    renamed = base.replace("medication", "allergy") + f"/{record['id']}"
    assert [api.refused(404, "GET", path) for path in (other, renamed)] == [NO_RECORD, NO_RECORD]


def test_the_bulk_form_changes_all_or_none(api: Api, base: str) -> None:
    one, two = (api.post(base, IBUPROFEN) for _ in range(2))
    rows = [{"id": record["id"], "jsonBody": {"medication_status": "ended"}} for record in (two, one)]
    told = api.patch(base, {"rows": rows})["rows"]
    assert [(row["id"], row["jsonBody"]["medication_status"], row["result"]) for row in told] == [
        (two["id"], "ended", {"status": "OK", "content": None}),
        (one["id"], "ended", {"status": "OK", "content": None}),
    ]
    broken = [{"id": one["id"], "jsonBody": {"medication_status": "lost"}}, {"id": NOWHERE, "jsonBody": {}}]
    assert api.refused(404, "PATCH", base, {"rows": broken}) == NO_RECORD
    assert api.get(f"{base}/{one['id']}")["jsonBody"]["medication_status"] == "ended"


@pytest.mark.parametrize(
    "body", [{}, {"rows": None}, {"rows": [{"id": NOWHERE}]}, {"rows": [{"jsonBody": {}}]}], ids=str
)
def test_a_bulk_change_needs_its_rows(api: Api, base: str, body: dict[str, Any]) -> None:
    assert api.refused(400, "PATCH", base, body)["errorCode"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["c", "b", "a"]),
        ({"sort": "created_at,asc"}, ["a", "b", "c"]),
        ({"sort": "createdAt,DESC"}, ["c", "b", "a"]),
        ({"filters": "n=a,c"}, ["c", "a"]),
        ({"filters": ["n=a,c", "ward=2"]}, ["c"]),
        ({"filters": "urgent=true"}, ["b"]),
        ({"filters": "ward=9"}, []),
        ({"dateStart": "2000-01-01T00:00:00Z"}, ["c", "b", "a"]),
        ({"dateStart": "2999-01-01T00:00:00Z"}, []),
        ({"dateEnd": "2000-01-01T00:00:00Z"}, []),
        ({"page": 1, "size": 2}, ["a"]),
    ],
    ids=str,
)
def test_find_filters_sorts_and_pages(api: Api, base: str, query: dict[str, Any], found: list[str]) -> None:
    api.post(base, {"n": "a", "ward": 1})
    api.post(base, {"n": "b", "ward": 2, "urgent": True})
    api.post(base, {"n": "c", "ward": "2"})
    page = api.get(base, **query)
    assert page["name"] == "medication"
    assert [row["jsonBody"]["n"] for row in page["data"]["content"]] == found


def test_find_brings_the_fields_asked_for_and_all_system_ones(api: Api, base: str) -> None:
    record = api.post(base, IBUPROFEN)
    (row,) = api.get(base, fields="medication_name,nothing")["data"]["content"]
    custom = ("medication_status", "medication_start_date")
    assert row["jsonBody"] == {name: value for name, value in record["jsonBody"].items() if name not in custom}


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ({"filters": "no equals sign"}, {"filters": "must look like key=value1,value2"}),
        ({"sort": "dose,asc"}, {"sort": "cannot sort by 'dose,asc'"}),
        ({"dateStart": "yesterday"}, {"dateStart": "must be an ISO 8601 date and time with an offset or Z"}),
    ],
    ids=str,
)
def test_a_bad_find_is_refused(api: Api, base: str, query: dict[str, str], details: dict[str, str]) -> None:
    assert api.refused(400, "GET", base, **query) == invalid("CDT", **details)


def test_reading_an_unused_type_is_an_empty_page(api: Api, base: str) -> None:
    page = api.get(base.replace("medication", "never-used"))
    assert (page["name"], page["data"]["content"], page["data"]["last"]) == ("never-used", [], True)


def test_a_name_of_boundless_length_is_no_type(api: Api, base: str) -> None:
    assert api.refused(404, "POST", base + "x" * 300, IBUPROFEN) == NO_RECORD


def test_a_record_of_no_patient_is_404(api: Api) -> None:
    assert api.refused(404, "GET", f"patients/{NOWHERE}/cdts/medication")["errorCode"] == "PATIENT_NOT_FOUND"
