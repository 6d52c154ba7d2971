"""The OpenAPI document against the server: what it says is what is answered, whatever is sent."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.sandbox.api import Api

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CASES = int(os.environ.get("FUZZ_CASES", "5"))  # for each operation; `make fuzz` asks for many
SHARED = {"400", "401", "405", "413", "500"}
REQUIRED = {
    "Secret": ["secret"],
    "NewUser": ["username", "email"],
    "UserChange": [],
    "NewPatient": ["firstName", "lastName"],
    "PatientChange": [],
    "HoursBody": ["psmId", "details"],
    "HoursRecord": ["startDateTime", "endDateTime", "daysInfo"],
    "DayInfo": ["day", "startTime", "endTime"],
    "NewEvent": ["startDateTime", "endDateTime", "hostId", "participants"],
    "EventChange": [],
    "ParticipantBody": ["participantId", "participantRole"],
    "Invitation": ["participantId", "participationStatus"],
    "BulkChange": ["rows"],
}
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document(sandbox_server: str) -> Any:
    """The document, which needs no token."""
    return requests.get(f"{sandbox_server}/openapi.json", timeout=30).json()


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def test_it_names_the_required_fields(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert {name: schemas[name].get("required", []) for name in REQUIRED} == REQUIRED


def test_it_names_the_words_of_a_field(document: Any) -> None:
    fields = document["components"]["schemas"]["NewEvent"]["properties"]
    assert {name: fields[name]["anyOf"][0]["enum"] for name in ("eventType", "eventStatus", "eventMode")} == {
        "eventType": ["APPOINTMENT", "GROUP_THERAPY", "LEAVE", "ENCOUNTER"],
        "eventStatus": ["SCHEDULED", "CANCELLED", "COMPLETED", "MISSED", "RESCHEDULED"],
        "eventMode": ["IN-PERSON", "CALL", "VIDEO"],
    }


def test_it_names_the_statuses_every_operation_shares(document: Any) -> None:
    assert {name: SHARED - operation["responses"].keys() for name, operation in operations(document)} == {
        name: set() for name, _ in operations(document)
    }


def test_only_the_token_call_health_and_test_control_are_open(document: Any) -> None:
    open_ones = [name for name, operation in operations(document) if not operation.get("security")]
    assert open_ones == [
        "POST /{tenant}/admin/api_clients/{client}",
        "GET /_sandbox/health",
        "POST /_sandbox/tenants",
    ]


def test_every_route_of_the_reference_is_there_once(document: Any) -> None:
    assert sorted(document["paths"]) == sorted(
        [
            "/_sandbox/health",
            "/_sandbox/tenants",
            "/{tenant}/admin/api_clients/{client}",
            "/{tenant}/admin/users",
            "/{tenant}/admin/users/{name}",
            "/{tenant}/{instance}/users",
            "/{tenant}/{instance}/patients",
            "/{tenant}/{instance}/patients/{patient}",
            "/{tenant}/{instance}/by-filter/patients",
            *(f"/{{tenant}}/{{instance}}/patients/{{patient}}/{word}/{{name}}" for word in ("cdts", "cdt")),
            *(f"/{{tenant}}/{{instance}}/patients/{{patient}}/{word}/{{name}}/{{record}}" for word in ("cdts", "cdt")),
            "/{tenant}/{instance}/calendar/work-hours",
            "/{tenant}/{instance}/calendar/work-hours/{record}",
            "/{tenant}/{instance}/calendar/events",
            "/{tenant}/{instance}/calendar/events/{event}",
            "/{tenant}/{instance}/calendar/events/{event}/invitation-response",
            "/{tenant}/{instance}/calendar/psm-schedules",
            "/{tenant}/{instance}/calendar/available-psm-schedules",
            "/{tenant}/{instance}/calendar/full-psm-schedules",
            "/{tenant}/{instance}/calendar/psm-event-summary",
        ]
    )
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert sorted(ids) == sorted(set(ids))


def test_whatever_is_sent_the_answer_is_a_documented_one(api: Api) -> None:
    schema = schemathesis.openapi.from_url(f"{api.place.url}/openapi.json")
    host, patient = api.user(), api.patient()
    known = {
        "patient": patient["id"],
        "event": api.event(host, patient)["id"],
        "name": "ada",
        "record": api.post(f"patients/{patient['id']}/cdts/ada", {"a": 1})["id"],
        "client": api.place.client,
    }
    for found in schema.get_all_operations():
        _try(api, found.ok(), known)


def _try(api: Api, operation: Any, known: dict[str, str]) -> None:
    """Some cases of one operation, half of them on rows that are there."""
    place = {"tenant": api.place.tenant, "instance": api.place.instance}

    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), on_known=st.booleans())
    def check(case: Any, on_known: bool) -> None:
        named = case.path_parameters or {}
        chosen = place | (known if on_known else {})
        case.path_parameters = {name: chosen.get(name, value) for name, value in named.items()}
        response = case.call(base_url=api.place.url, headers={"Authorization": api.session.headers["Authorization"]})
        case.validate_response(response, checks=CHECKS)

    check()
