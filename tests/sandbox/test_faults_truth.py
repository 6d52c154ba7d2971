"""What a fault server knows for certain: the journal, the dump, the arrivals; lag and modes. On both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.server import Faults
from tests.postgres_fixture import Cluster
from tests.sandbox.api import Api
from tests.sandbox.conftest import BACK_ENDS
from tests.sandbox.faulty import DAY, Faulty
from tests.sandbox.test_concurrency import at_once, statuses
from tests.sandbox_fixture import running, tenant_of


@pytest.fixture(scope="session")
def faults_on_postgres(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fault server over PostgreSQL."""
    folder = tmp_path_factory.mktemp("faults-postgres")
    with running(folder, "--test-control", "--faults", database=postgres.database("faults")) as address:
        yield address


MakeFaulty = Callable[..., Faulty]


@pytest.fixture(params=BACK_ENDS)
def make_faulty(request: pytest.FixtureRequest) -> Iterator[MakeFaulty]:
    """`make_faulty(externalIdKnown=False)`: a fresh tenant that can be made to fail, on each kind of database."""
    address = request.getfixturevalue("fault_server" if request.param == "sqlite" else "faults_on_postgres")
    made: list[Faulty] = []

    def make(**options: Any) -> Faulty:
        made.append(Faulty.on(Faults(tenant_of(address, **options))))
        return made[-1]

    yield make
    for faulty in made:
        faulty.faults.check()
        faulty.faults.clear()


@pytest.fixture
def faulty(make_faulty: MakeFaulty) -> Faulty:
    return make_faulty()


def test_every_write_that_was_applied_is_in_the_journal_and_no_other(faulty: Faulty) -> None:
    patient = faulty.api.patient()
    event = faulty.api.event(faulty.host, patient, externalId="m-1", additionalInfo={"marker": "m-2"})
    path = f"calendar/events/{event['id']}"
    faulty.api.patch(path, {"eventStatus": "COMPLETED"})
    faulty.api.patch(path, {})
    faulty.api.put(f"{path}/invitation-response", {"participantId": patient["id"], "participationStatus": "Yes"})
    faulty.api.told(400, "PATCH", path, {"endDateTime": "2020-01-01T00:00:00Z"})
    faulty.api.told(204, "DELETE", path)
    faulty.api.told(404, "DELETE", path)
    past = faulty.api.event(faulty.host, startDateTime="2020-01-06T09:00:00Z", endDateTime="2020-01-06T10:00:00Z")
    faulty.api.told(204, "DELETE", f"calendar/events/{past['id']}")
    told = faulty.faults.journal()
    assert [(entry["kind"], entry["method"], entry["event"]) for entry in told] == [
        ("created", "POST", event["id"]),
        ("changed", "PATCH", event["id"]),
        ("answered", "PUT", event["id"]),
        ("deleted", "DELETE", event["id"]),
        ("created", "POST", past["id"]),
        ("cancelled", "DELETE", past["id"]),
    ]
    first = told[0]
    assert {
        name: first[name] for name in ("externalId", "marker", "hostId", "status", "start", "end", "people", "rule")
    } == {
        "externalId": "m-1",
        "marker": "m-2",
        "hostId": faulty.host["id"],
        "status": None,
        "start": event["startDateTime"],
        "end": event["endDateTime"],
        "people": [faulty.host["id"], patient["id"]],
        "rule": None,
    }
    assert (first["by"], first["connection"][:10]) == (event["createdBy"], "127.0.0.1:")
    assert [entry["number"] for entry in told] == sorted(entry["number"] for entry in told)
    assert faulty.faults.journal(after=told[3]["number"]) == told[4:]


def test_a_write_names_the_request_the_connection_and_the_rule(faulty: Faulty) -> None:
    rule = faulty.when_creating({"apply_then_status": 502})
    faulty.api.session.headers["X-Request-ID"] = "attempt-1"
    faulty.create(externalId="m")
    (entry,), (arrival,) = faulty.faults.journal(), faulty.faults.requests("POST", "calendar/events")
    assert (entry["request"], entry["rule"], arrival["request"]) == ("attempt-1", rule, "attempt-1")
    assert entry["connection"] == arrival["connection"]


def test_what_arrived_is_known_though_nothing_came_of_it(faulty: Faulty) -> None:
    rule = faulty.when_creating({"status": 503})
    faulty.create(externalId="m")
    (arrival,) = faulty.faults.requests("POST", "calendar/events")
    assert (arrival["externalId"], arrival["status"], arrival["rules"]) == ("m", 503, [rule])
    assert (faulty.faults.journal(), faulty.faults.dump()) == ([], [])


def test_many_writers_leave_one_entry_for_each_write(faulty: Faulty) -> None:
    answers = at_once(
        faulty.api, lambda caller, n: caller.ask("POST", "calendar/events", faulty.body(externalId=f"m{n}"))
    )
    assert statuses(answers) == {201: 12}
    assert sorted(entry["externalId"] for entry in faulty.faults.journal()) == sorted(f"m{n}" for n in range(12))
    assert len(faulty.faults.dump()) == 12


def test_the_dump_is_everything_as_it_is(faulty: Faulty) -> None:
    event = faulty.api.event(faulty.host, externalId="m", additionalInfo={"marker": "m"}, eventTitle="Wound check")
    gone = faulty.api.event(faulty.host)
    faulty.api.patch(f"calendar/events/{gone['id']}", {"eventStatus": "CANCELLED"})
    one, other = faulty.faults.dump()
    names = ("id", "externalId", "eventTitle", "hostId", "startDateTime", "endDateTime", "additionalInfo", "createdAt")
    assert {name: one[name] for name in names} == {name: event[name] for name in names}
    assert one["participants"] == [
        {"participantId": faulty.host["id"], "participantRole": "psm", "participationStatus": ""}
    ]
    assert (other["id"], other["eventStatus"]) == (gone["id"], "CANCELLED")


def test_a_read_that_lags_shows_what_was(faulty: Faulty) -> None:
    before, gone = faulty.api.event(faulty.host, eventTitle="First"), faulty.api.event(faulty.host)
    path = f"calendar/events/{before['id']}"
    faulty.faults.rule({"replica_lag": 3600}, method="GET", times=None)
    faulty.api.patch(path, {"eventTitle": "Second", "participants": before["participants"]})
    faulty.api.patch(path, {"eventTitle": "Third"})
    faulty.api.told(204, "DELETE", f"calendar/events/{gone['id']}")
    new = faulty.create(externalId="new").json()
    as_seen = faulty.day().json()
    assert sorted(row["id"] for row in as_seen["content"]) == sorted([before["id"], gone["id"]])
    assert faulty.api.get(path) == before
    assert faulty.api.ask("GET", f"calendar/events/{new['id']}").status_code == 404
    assert faulty.api.ask("GET", "calendar/events/new", type="EXTERNAL_ID").status_code == 404
    schedule = faulty.api.get("calendar/psm-schedules", psmIds=faulty.host["id"], **DAY)
    assert len(schedule[0]["events"]) == 2
    faulty.faults.clear()
    assert {row["eventTitle"] for row in faulty.day().json()["content"]} == {"Third", None}
    assert faulty.api.get(f"calendar/events/{new['id']}") == new


def test_a_write_is_not_behind_and_a_short_lag_passes(faulty: Faulty) -> None:
    event = faulty.api.event(faulty.host)
    faulty.faults.rule({"replica_lag": 0.3}, method="GET", times=None)
    path = f"calendar/events/{event['id']}"
    assert faulty.api.patch(path, {"eventTitle": "New"})["eventTitle"] == "New"
    assert faulty.api.get(path)["eventTitle"] is None
    while faulty.api.get(path)["eventTitle"] is None:
        pass
    assert faulty.api.get(path)["eventTitle"] == "New"


def test_a_lag_without_a_change_is_not_consumed(faulty: Faulty) -> None:
    faulty.create()
    rule = faulty.when_reading({"replica_lag": 60}, times=None, at_least=0)
    assert (len(faulty.ids()), faulty.faults.consumed(rule)) == (1, 0)


def test_lagging_reads_and_writes_at_once_see_states_that_were(faulty: Faulty) -> None:
    """Each write sets both fields to one number: a reader never sees two numbers, nor one from the future."""
    event = faulty.api.event(faulty.host, eventTitle="0", eventDescription="0")
    path = f"calendar/events/{event['id']}"
    faulty.faults.rule({"replica_lag": 0.05}, method="GET", times=None, at_least=0)

    def both(caller: Api, number: int) -> Any:
        for turn in range(5):
            if number % 2:
                word = str(number * 100 + turn)
                answer = caller.ask("PATCH", path, {"eventTitle": word, "eventDescription": word})
            else:
                answer = caller.ask("GET", path)
                told = answer.json()
                assert told["eventTitle"] == told["eventDescription"]
        return answer

    assert statuses(at_once(faulty.api, both, 6)) == {200: 6}


@pytest.mark.parametrize("known", [True, False])
def test_an_external_id_may_be_a_field_that_is_not_known(make_faulty: MakeFaulty, known: bool) -> None:
    faulty = make_faulty(externalIdKnown=known)
    made = faulty.create(externalId="m").json()
    read = faulty.api.ask("GET", "calendar/events/m", type="EXTERNAL_ID")
    again = faulty.create(externalId="m")
    assert (made["externalId"], read.status_code, again.status_code) == (("m", 200, 400) if known else (None, 404, 201))
    assert {row["externalId"] for row in faulty.day().json()["content"]} == {"m" if known else None}


def test_a_tenant_changes_its_mode(faulty: Faulty) -> None:
    assert faulty.create(externalId="m").status_code == 201
    assert faulty.faults.mode() == {
        "externalIdUnique": True,
        "externalIdKnown": True,
        "tokenLifetime": 3600,
        "pageLimit": 1000,
        "enabled": True,
    }
    assert faulty.faults.mode(externalIdKnown=False, pageLimit=1)["pageLimit"] == 1
    assert [row["externalId"] for row in faulty.day(size=10).json()["content"]] == [None]
    assert faulty.api.ask("GET", "calendar/events/m", type="EXTERNAL_ID").status_code == 404
    assert faulty.create(externalId="m").status_code == 201
    faulty.faults.mode(externalIdKnown=True, externalIdUnique=False, pageLimit=1000)
    assert [faulty.create(externalId="m").status_code for _ in range(2)] == [201, 201]
    faulty.faults.mode(enabled=False)
    assert faulty.day().status_code == 401


def test_late_effects_and_foreign_ones_are_journalled_like_any_other(faulty: Faulty) -> None:
    faulty.when_creating({"foreign_write": {"copy": True}})
    faulty.create(externalId="m")
    theirs, ours = faulty.faults.journal()
    assert (theirs["connection"], ours["connection"][:10], theirs["by"] == ours["by"]) == (
        "elsewhere",
        "127.0.0.1:",
        False,
    )
