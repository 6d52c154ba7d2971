"""The sandbox against the recorded answers of the live API: same keys, nulls, letter case and formats.

For each recorded exchange equivalent data is made, the same request is sent, and the two answers are compared value by
value. What must differ from run to run (ids, times, names of who wrote) must have the same form.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.api import Api
from tests.sandbox.conftest import MakeApi

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
Json = Any
Exchange = dict[str, Json]

FORMS = {
    "id": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "local time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"),
}
# The server's own: who wrote, what it is called, what cutting the recording took away (welkin-api 1, 4, 5, 7.1).
FREE = {
    *("createdByName", "updatedByName", "created_by_name", "updated_by_name", "createdBy", "updatedBy", "token"),
    *(
        "clientName",
        "organizationName",
        "requestURI",
        "version",
        "adminAccessEnabled",
        "auditSecurityAccessEnabled",
        "_root_user",
    ),
    *("totalElements", "numberOfElements", "instanceAccesses", "careTeam"),
}


def exchanges(name: str) -> list[Exchange]:
    told: list[Exchange] = json.loads((RECORDED / f"{name}.json").read_text())
    return told


def answer_of(name: str, place: int = 0) -> Json:
    return exchanges(name)[place]["response"]["body"]


def form_of(text: str) -> str | None:
    return next((name for name, pattern in FORMS.items() if pattern.fullmatch(text)), None)


def differences(recorded: Json, ours: Json, where: str = "") -> list[str]:
    """Where our answer leaves the recorded one; further keys are allowed."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        missing = [f"{where}.{key} is missing" for key in recorded if key not in ours]
        shared = [(key, recorded[key], ours[key]) for key in recorded if key in ours]
        return missing + [line for key, one, two in shared for line in _field(key, one, two, f"{where}.{key}")]
    if isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            return [f"{where} has {len(ours)} rows instead of {len(recorded)}"]
        pairs = enumerate(zip(recorded, ours, strict=True))
        return [line for place, (one, two) in pairs for line in differences(one, two, f"{where}[{place}]")]
    same = form_of(recorded) == form_of(ours) if _formed(recorded) and isinstance(ours, str) else recorded == ours
    return [] if same and type(recorded) is type(ours) else [f"{where} is {ours!r} instead of {recorded!r}"]


def _formed(value: Json) -> bool:
    return isinstance(value, str) and form_of(value) is not None


def _field(key: str, recorded: Json, ours: Json, where: str) -> list[str]:
    if key in FREE:
        return [] if type(recorded) is type(ours) else [f"{where} is {ours!r} instead of {recorded!r}"]
    if key == "eventStatus" and isinstance(recorded, str) and isinstance(ours, str):  # its case is normalised
        recorded, ours = recorded.upper(), ours.upper()
    return differences(recorded, ours, where)


def same(exchange: Exchange, answer: requests.Response) -> None:
    """The answer must be the recorded one."""
    assert answer.status_code == exchange["response"]["status"], answer.text
    recorded = exchange["response"]["body"]
    assert (answer.content == b"") is (recorded == "")
    assert differences(recorded, answer.json() if answer.content else "") == []


def sendable(recorded: Json, *left_out: str) -> Json:
    """What a program would have sent to get this row: everything but nulls and what the server adds."""
    own = {"id", "createdAt", "updatedAt", "createdBy", "updatedBy", *left_out}
    return {key: value for key, value in recorded.items() if key not in own and value is not None}


def host_of(api: Api, event: Json) -> Json:
    """The user of a recorded event's first participant."""
    row = event["participants"][0]
    fields = {name: row[name] for name in ("timezone", "firstName", "lastName", "email", "phone")}
    return api.post("admin/users", {"username": "host", "userState": "ACTIVE", **fields})


def event_like(api: Api, event: Json, host: Json) -> Json:
    """A recorded event made again with this host."""
    people = [{"participantId": host["id"], "participantRole": "psm"}]
    read_only = ("localStartDateTime", "localEndDateTime", "duration", "externalIdUpdatedAt")
    return api.post("calendar/events", {**sendable(event, *read_only), "hostId": host["id"], "participants": people})


def test_token(api: Api) -> None:
    answer = requests.post(api.token_url, json={"secret": api.place.secret}, timeout=30)
    same(exchanges("token")[0], answer)


def test_user_create(api: Api) -> None:
    (exchange,) = exchanges("user_create")
    same(exchange, api.ask("POST", "admin/users", exchange["request"]["body"]))


@pytest.mark.parametrize("name", ["user_read", "user_patch"])
def test_user_read_and_patch(api: Api, name: str) -> None:
    read, *changes = exchanges(name)
    user = api.post("admin/users", sendable(read["response"]["body"], "statusType"))
    same(read, api.ask("GET", f"admin/users/{user['id']}", type="ID"))
    for change in changes:
        same(change, api.ask("PATCH", f"admin/users/{user['username']}", change["request"]["body"]))


def test_users_list(api: Api) -> None:
    (exchange,) = exchanges("users_list")
    for row in exchange["response"]["body"]["data"]:
        api.post("admin/users", sendable(row))
    same(exchange, api.ask("GET", "admin/users", page=0))


def test_user_delete_forbidden(make_api: MakeApi) -> None:
    api = make_api(userDelete="forbidden")
    (exchange,) = exchanges("user_delete_forbidden")
    same(exchange, api.ask("DELETE", f"admin/users/{api.user()['id']}", type="ID"))


def test_error_not_found(api: Api) -> None:
    same(exchanges("error_not_found")[0], api.ask("GET", "admin/users/me"))


def test_patient_create(api: Api) -> None:
    (exchange,) = exchanges("patient_create")
    same(exchange, api.ask("POST", "patients", exchange["request"]["body"]))


@pytest.mark.parametrize("name", ["patient_read", "patient_patch"])
def test_patient_read_and_patch(api: Api, name: str) -> None:
    read, *changes = exchanges(name)
    patient = api.post("patients", sendable(read["response"]["body"], "careTeamMembers"))
    same(read, api.ask("GET", f"patients/{patient['id']}"))
    for change in changes:
        same(change, api.ask("PATCH", f"patients/{patient['id']}", change["request"]["body"]))


def test_patient_delete_forbidden(api: Api) -> None:
    same(exchanges("patient_delete_forbidden")[0], api.ask("DELETE", f"patients/{api.patient()['id']}"))


def test_patients_list(api: Api) -> None:
    (exchange,) = exchanges("patients_list")
    for row in reversed(exchange["response"]["body"]["content"]):
        api.post("patients", {**sendable(row), "careTeam": row["careTeamMembers"]})
    same(exchange, api.ask("POST", "by-filter/patients", {}, page=0))


@pytest.fixture
def self_care(api: Api) -> str:
    """The path of the recorded custom data type, whose two designer fields are known already."""
    base = f"patients/{api.patient()['id']}/cdts/cdt-self-care"
    api.ask("DELETE", f"{base}/{api.post(base, {'cdtf-alone-time': 'No', 'cdtf-unwind': 'No'})['id']}")
    return base


def test_cdt_create(api: Api, self_care: str) -> None:
    (exchange,) = exchanges("cdt_create")
    same(exchange, api.ask("POST", self_care, exchange["request"]["body"]))


@pytest.mark.parametrize("name", ["cdt_read", "cdt_patch", "cdt_delete"])
def test_cdt_read_patch_and_delete(api: Api, self_care: str, name: str) -> None:
    record = api.post(self_care, answer_of("cdt_create")["jsonBody"])
    for exchange in exchanges(name):
        request = exchange["request"]
        same(exchange, api.ask(request["method"], f"{self_care}/{record['id']}", request["body"]))


def test_event_create(api: Api) -> None:
    (exchange,) = exchanges("event_create")
    host = host_of(api, exchange["response"]["body"])
    people = [{"participantId": host["id"], "participantRole": "psm"}]
    same(
        exchange,
        api.ask(
            "POST", "calendar/events", exchange["request"]["body"] | {"hostId": host["id"], "participants": people}
        ),
    )


@pytest.mark.parametrize("name", ["event_read", "event_patch", "event_delete_past"])
def test_event_read_patch_and_delete(api: Api, name: str) -> None:
    recorded = answer_of(name)
    event = event_like(api, recorded, host_of(api, recorded))
    for exchange in exchanges(name):
        request = exchange["request"]
        same(exchange, api.ask(request["method"], f"calendar/events/{event['id']}", request["body"]))


def test_events_find(api: Api) -> None:
    (exchange,) = exchanges("events_find")
    rows = exchange["response"]["body"]["content"]
    host = host_of(api, rows[0])
    made = [event_like(api, row, host) for row in reversed(rows)]
    path = exchange["request"]["path"].removeprefix("/{tenant}/{instance}/")
    answer = api.ask("GET", path)
    same(exchange, answer)
    assert [row["id"] for row in answer.json()["content"]] == [row["id"] for row in reversed(made)]
    local = ("localStartDateTime", "localEndDateTime", "startDateTime", "endDateTime")
    assert [[row[name] for name in local] for row in answer.json()["content"]] == [
        [row[name] for name in local] for row in rows
    ]


def test_psm_schedules(api: Api) -> None:
    (exchange,) = exchanges("psm_schedules")
    path = exchange["request"]["path"].removeprefix("/{tenant}/{instance}/").rpartition("&")[0]
    psm = exchange["response"]["body"][0]["psmId"]
    answer = api.ask("GET", path)
    same(exchange, answer)
    assert answer.json()[0]["psmId"] == psm


ELSEWHERE = "error_empty_body"  # recorded at another address than the API's
ZONES = {
    "-04:00": "America/Puerto_Rico",
    "-05:00": "America/Bogota",
    "-07:00": "America/Phoenix",
    "-08:00": "Etc/GMT+8",
    "-10:00": "US/Hawaii",
}
BORDERS = ("startDateTime", "endDateTime", "localStartDateTime", "localEndDateTime")


def in_order(rows: list[Json]) -> list[Json]:
    """The records of a user in an order of their own: that of the service is not known."""
    return sorted(rows, key=lambda row: (row["startDateTime"], row["type"], row["ruleType"]))


def test_work_hours_read(api: Api) -> None:
    (exchange,) = exchanges("work_hours_read")
    recorded = exchange["response"]["body"]
    for number, person in enumerate(recorded):
        zone = ZONES[person["details"][0]["localStartDateTime"][-6:]]
        user = api.user(f"user{number}", timezone=zone)
        whole = [{"endDateTime": None, **sendable(row, "workHoursId")} for row in person["details"]]
        api.post("calendar/work-hours", {"psmId": user["id"], "details": whole})
    told = api.get("calendar/work-hours", from_="2026-01-01T00:00:00.000Z", to="2026-12-31T00:00:00.000Z")
    assert [len(person["details"]) for person in told] == [len(person["details"]) for person in recorded]
    for one, two in zip(recorded, told, strict=True):
        pairs = zip(in_order(one["details"]), in_order(two["details"]), strict=True)
        for before, after in pairs:
            assert differences(before, after) == []
            assert [after[name] for name in BORDERS] == [before[name] for name in BORDERS]


def test_every_recorded_file_is_named_here() -> None:
    source = Path(__file__).read_text()
    assert [path.stem for path in RECORDED.glob("*.json") if f'"{path.stem}"' not in source] == []
    assert answer_of(ELSEWHERE) == ""
