"""Loading the demo clinic and workload files by the real commands, each in a process and a folder of its own."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from scheduling.sandbox.clinic import Recipe, generate
from scheduling.sandbox.workload import WorkloadError, id_of, read, section, with_ids

ROOT = Path(__file__).resolve().parents[2]
SIZE = ("--clinicians", "3", "--weeks", "2", "--seed", "5", "--from", "2026-11-18")
ALREADY = "This tenant already has users; pass --again to add what is missing and keep the rest."
Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What a command said: its exit code and the two streams."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Row:
        """The one line of JSON."""
        (line,) = self.out.splitlines()
        told: Row = json.loads(line)
        return told


def run(verb: str, data: Path, *arguments: str) -> Told:
    command = [sys.executable, "-m", "scheduling.sandbox", verb, "--data", str(data), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    return Told(done.returncode, done.stdout, done.stderr.strip())


def stored(data: Path, query: str) -> list[Any]:
    with sqlite3.connect(f"file:{data / 'sandbox.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def counts(told: Told) -> dict[str, int]:
    return {name: told.json[name] for name in ("users", "patients", "workHours", "events", "participants")}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    data = tmp_path_factory.mktemp("seeded")
    return data, run("seed", data, *SIZE)


def made() -> Row:
    return generate(Recipe(date(2026, 11, 18), 3, 2, 5))


def test_seed_loads_the_whole_clinic(seeded: tuple[Path, Told]) -> None:
    data, told = seeded
    clinic = made()
    assert told.code == 0, told.error
    assert told.json["teams"] == clinic["teams"]
    assert told.json["people"] == clinic["people"]
    assert counts(told) == {
        "users": len(clinic["users"]),
        "patients": len(clinic["patients"]),
        "workHours": sum(len(row["details"]) for row in clinic["workHours"]),
        "events": len(clinic["events"]),
        "participants": sum(len(row["participants"]) for row in clinic["events"]),
    }
    assert stored(data, "select count(*) from sandbox_event") == [(len(clinic["events"]),)]


def test_odd_values_are_kept_as_they_are(seeded: tuple[Path, Told]) -> None:
    data, _ = seeded
    found = stored(data, "select count(*) from sandbox_event where status = 'Scheduled' or status is null")
    assert found == [(2,)]


def test_a_second_seed_is_refused_and_again_adds_nothing_twice(seeded: tuple[Path, Told]) -> None:
    data, _ = seeded
    refused, again = run("seed", data, *SIZE), run("seed", data, *SIZE, "--again")
    assert (refused.code != 0, refused.out, refused.error) == (True, "", ALREADY)
    assert set(counts(again).values()) == {0}
    assert again.json["people"] == made()["people"]


USER = {"username": "ada", "email": "ada@clinic.example", "timezone": "America/Chicago"}
ADA = "3f0c1f2e-8a51-4c0e-9d0b-6a1f5d2c7e10"
STRANGER = "c0a8f6a4-2f6d-4b1b-9d5e-0c9b7e6a5d43"
TIMES = {"startDateTime": "2026-11-18T15:00:00.000Z", "endDateTime": "2026-11-18T15:30:00.000Z"}
HOST = {"participantId": ADA, "participantRole": "psm"}


def workload(**event: Any) -> Row:
    """One user with hours and one visit with a patient nobody lists."""
    return {
        "users": [{"id": ADA, **USER}],
        "workHours": [
            {
                "psmId": ADA,
                "details": [
                    {
                        "startDateTime": "2026-10-19T00:00:00.000Z",
                        "endDateTime": None,
                        "daysInfo": [{"day": 1, "startTime": "09:00:00", "endTime": "17:00:00"}],
                    }
                ],
            }
        ],
        "events": [
            {
                **TIMES,
                "hostId": ADA,
                "createdAt": "2026-09-18T11:19:46.000Z",
                "participants": [HOST, {"participantId": STRANGER, "participantRole": "patient"}],
                **event,
            }
        ],
    }


def load(folder: Path, content: object, *arguments: str) -> Told:
    file = folder / "workload.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return run("load", folder / "data", "--file", str(file), *arguments)


def test_load_takes_rows_without_ids_and_patients_nobody_lists(tmp_path: Path) -> None:
    told, again = load(tmp_path, workload()), load(tmp_path, workload(), "--again")
    data = tmp_path / "data"
    assert counts(told) == {"users": 1, "patients": 1, "workHours": 1, "events": 1, "participants": 2}
    assert set(counts(again).values()) == {0}
    assert told.json["people"] == {"coordinator": None, "manager": ADA, "clinician": ADA, "administrator": ADA}
    assert told.json["teams"] == []
    assert stored(data, "select first_name, last_name from sandbox_patient") == [("Patient", "0001")]
    assert stored(data, "select created_at from sandbox_event") == [("2026-09-18 11:19:46",)]
    assert stored(data, "select state from sandbox_user") == [("ACTIVE",)]


def test_load_takes_the_shape_of_the_benchmarks(tmp_path: Path) -> None:
    """Every event names a patient of its own whom the file does not list."""
    events = [
        {
            **TIMES,
            "id": str(uuid5(UUID(ADA), str(number))),
            "createdBy": ADA,
            "eventTitle": "Follow-up",
            "eventType": "APPOINTMENT",
            "eventStatus": "SCHEDULED",
            "eventMode": "VIDEO",
            "duration": 1800,
            "hostId": ADA,
            "additionalInfo": {"remarks": "", "location": "Room 1408", "attachment": ""},
            "participants": [
                {**HOST, "id": str(uuid5(UUID(ADA), f"host {number}")), "participationStatus": "Yes"},
                {"participantId": str(uuid5(UUID(ADA), f"patient {number}")), "participantRole": "patient"},
            ],
        }
        for number in range(30)
    ]
    file = workload() | {"events": events, "from": "2026-10-19T00:00:00.000Z", "to": "2026-10-26T00:00:00.000Z"}
    assert counts(load(tmp_path, file)) == {
        "users": 1,
        "patients": 30,
        "workHours": 1,
        "events": 30,
        "participants": 60,
    }


BROKEN: dict[str, tuple[Callable[[], object], str]] = {
    "a list": (lambda: [], "must hold an object with users, patients, workHours, events."),
    "no list of events": (lambda: {"events": {}}, "events must be a list of objects."),
    "a user without a name": (lambda: {"users": [{"email": "a@b.example"}]}, "users[0].username: Field required."),
    "hours of nobody": (lambda: workload() | {"users": []}, "workHours[0].psmId: no such user."),
    "an event that ends first": (
        lambda: workload(endDateTime=TIMES["startDateTime"]),
        "events[0].endDateTime: must be after startDateTime.",
    ),
    "a time without an offset": (
        lambda: workload(startDateTime="2026-11-18T15:00:00"),
        "events[0].startDateTime: Value error, must be an ISO 8601 date and time with an offset or Z.",
    ),
    "a host who is not there": (
        lambda: workload(participants=[{"participantId": STRANGER, "participantRole": "patient"}]),
        "events[0].participants: must name the host as psm, and nobody twice.",
    ),
    "one username twice": (
        lambda: {"users": [{**USER, "id": ADA}, {**USER, "id": STRANGER}]},
        "Two rows share an id, a username or an externalId that must be unique.",
    ),
}


def test_a_broken_file_is_told_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    told = {name: load(tmp_path, content()) for name, (content, _) in BROKEN.items()}
    last = {name: (one.code != 0, one.out, one.error.rpartition(".json ")[2]) for name, one in told.items()}
    assert last == {name: (True, "", sentence) for name, (_, sentence) in BROKEN.items()}
    assert stored(tmp_path / "data", "select count(*) from sandbox_user") == [(0,)]


def test_a_missing_file_and_one_that_is_not_json_are_told(tmp_path: Path) -> None:
    torn = tmp_path / "torn.json"
    torn.write_text("{", encoding="utf-8")
    with pytest.raises(WorkloadError, match=r"none\.json cannot be read: No such file or directory\.$"):
        read(tmp_path / "none.json")
    with pytest.raises(WorkloadError, match=r"torn\.json is not JSON: "):
        read(torn)


def test_a_row_without_an_id_gets_the_same_one_every_time() -> None:
    owner, row = UUID(ADA), {"eventTitle": "Visit"}
    first = id_of(row, "id", owner, "events[0]")
    assert first == id_of(dict(row), "id", owner, "events[0]")
    assert first != id_of(row, "id", owner, "events[1]")
    assert id_of({"id": STRANGER.upper()}, "id", owner, "events[0]") == UUID(STRANGER)


def test_an_id_that_is_none_is_told() -> None:
    with pytest.raises(WorkloadError) as told:
        id_of({"id": "7"}, "id", UUID(ADA), "events[0]")
    assert str(told.value) == "events[0].id: must be a UUID."


@pytest.mark.parametrize("rows", [{}, [1], "x", None], ids=repr)
def test_a_section_is_a_list_of_objects(rows: object) -> None:
    with pytest.raises(WorkloadError):
        section({"users": rows}, "users")


def test_ids_change_everywhere_and_nothing_else_does() -> None:
    before = {"a": ADA, "b": [{"c": ADA}, 1, None, "text"], "d": f"x{ADA}"}
    assert with_ids(before, str.upper) == {"a": ADA.upper(), "b": [{"c": ADA.upper()}, 1, None, "text"], "d": f"x{ADA}"}
