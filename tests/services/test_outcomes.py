"""Finding out what came of a change whose answer was lost."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from scheduling.domain.claim import marker_of
from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import appointments, closing, joining, outcomes, patients, versions, writes
from scheduling.services.appointments import Edit, Move
from scheduling.services.desk import Desk
from scheduling.services.joining import Join
from scheduling.services.writes import Change, Ending, IntentRefused
from scheduling.welkin import Client, Credentials, NewPatient
from scheduling.welkin.errors import Refused, Unknown
from tests.clinic_fixture import Office, at, half_hour

from .builders import NOON, patient, user, visit


def lost() -> Mapping[str, Any]:
    raise Unknown("cut off")


def start(desk, action: str, act: Callable[[], Mapping[str, Any]] = lost) -> str:
    """A change of this kind whose answer `act` loses."""
    key = writes.mint(desk)
    writes.perform(desk, key, Change(action=action), act)
    return key


@pytest.fixture
def desk(desk_of, make_account):
    return desk_of(make_account(), now=NOON)


def test_a_visit_is_found_by_its_marker(api: Client, desk) -> None:
    key = start(desk, "appointment.book")
    assert outcomes.tell(desk, key).outcome.ending is Ending.UNKNOWN

    event = visit(api, user(api), patient(api), NOON, external_id=marker_of(key))
    told = outcomes.tell(desk, key)

    assert (told.outcome.ending, told.event_id, told.open) == (Ending.CONFIRMED, event.id, False)
    last = AuditRecord.objects.order_by("id").last()
    assert (last.phase, last.code, last.object_id) == ("confirmed", "found by marker", str(event.id))


def test_a_patient_whose_answer_was_lost_is_found(api: Client, desk) -> None:
    key = writes.mint(desk)
    draft = NewPatient("Anna", "Ek")

    def made_but_lost() -> Mapping[str, Any]:
        api.patients.create(replace(draft, external_id=marker_of(key)))
        raise Unknown("cut off")

    writes.perform(desk, key, Change(action=patients.CREATE), made_but_lost)
    told = outcomes.tell(desk, key)
    assert (told.outcome.ending, told.patient_id) == (Ending.CONFIRMED, api.patients.find().rows[0].id)


def test_that_it_is_not_there_yet_is_never_called_failed(desk) -> None:
    key = start(desk, "appointment.book")
    for later, late in ((1, False), (119, False), (121, True), (86400, True)):
        told = outcomes.tell(replace(desk, now=NOON + timedelta(seconds=later)), key)
        assert (told.outcome.ending, told.late, told.open) == (Ending.UNKNOWN, late, True)


def test_an_api_that_does_not_answer_leaves_it_open(desk) -> None:
    key = start(desk, "appointment.book")
    dead = Credentials(url="http://127.0.0.1:9", tenant="t", instance="i", client="c", secret="s")
    with Client(dead) as nobody:
        told = outcomes.tell(replace(desk, client=nobody), key)
    assert (told.outcome.ending, told.api_answers) == (Ending.UNKNOWN, False)


def test_a_submit_that_died_on_the_way_is_looked_for(api: Client, desk) -> None:
    key = writes.mint(desk)
    Intent.objects.filter(key=key).update(
        state="working", action="appointment.book", started_at=NOON, sent_at=NOON, lease_until=NOON + writes.LEASE
    )
    event = visit(api, user(api), patient(api), NOON, external_id=marker_of(key))
    early = outcomes.tell(replace(desk, now=NOON + timedelta(seconds=29)), key)
    later = outcomes.tell(replace(desk, now=NOON + timedelta(seconds=31)), key)
    assert (early.outcome.ending, later.outcome.ending) == (Ending.WORKING, Ending.CONFIRMED)
    assert later.event_id == event.id


def test_what_is_known_costs_no_call(api_calls, desk) -> None:
    def refused() -> Mapping[str, Any]:
        raise Refused("no")

    keys = [start(desk, "appointment.book", refused), start(desk, "appointment.book", lambda: {"event": ""})]
    with api_calls() as seen:
        endings = [outcomes.tell(desk, key).outcome.ending for key in keys]
    assert (endings, seen) == ([Ending.REFUSED, Ending.CONFIRMED], [])


def test_two_who_look_at_once_write_one_line(api: Client, desk) -> None:
    key = start(desk, "appointment.book")
    visit(api, user(api), patient(api), NOON, external_id=marker_of(key))
    intent = Intent.objects.get(key=key)
    first, second = outcomes.find_out(desk, intent), outcomes.find_out(desk, intent)
    assert first.ending is second.ending is Ending.CONFIRMED
    assert AuditRecord.objects.filter(phase="confirmed").count() == 1


def test_an_outcome_is_told_to_its_owner_only(desk, desk_of, make_account) -> None:
    key = start(desk, "appointment.book")
    with pytest.raises(IntentRefused):
        outcomes.tell(desk_of(make_account()), key)
    with pytest.raises(IntentRefused):
        outcomes.tell(desk, "made-up")


def test_a_form_that_was_never_sent(desk) -> None:
    told = outcomes.tell(desk, writes.mint(desk))
    assert (told.outcome.ending, told.open) == (Ending.MINTED, False)


LOST_CHANGES: dict[str, Callable[[Any, Any, str], Any]] = {
    "a move": lambda office, event, key: appointments.move(
        office.desk,
        key,
        Move(event.id, half_hour(at(14)), office.ada, seen=versions.version(event), reason=""),
    ),
    "an edit": lambda office, event, key: appointments.edit(
        office.desk,
        key,
        Edit(event.id, words_of(event) | {"title": "Wound care"}, seen=versions.version(event)),
    ),
    "an edit of the places": lambda office, event, key: appointments.edit(
        office.desk,
        key,
        Edit(event.id, words_of(event) | {"capacity": "5"}, seen=versions.version(event)),
    ),
    "a cancel": lambda office, event, key: closing.cancel(
        office.desk, key, event.id, seen=versions.version(event), reason="Ill"
    ),
    "a new patient in a group": lambda office, event, key: joining.join(
        office.desk, key, Join(event.id, office.clinic.patient("Mina", "Stone"), versions.version(event))
    ),
    "a delete": lambda office, event, key: closing.delete(office.desk, key, event.id, seen=versions.version(event)),
}


class LosesAnswers(BaseHTTPRequestHandler):
    """Passes every request on to the sandbox; of a change it then cuts the line instead of bringing the answer back."""

    behind = ""

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = requests.request(self.command, self.behind + self.path, data=body, headers=kept, timeout=10)
        self.close_connection = True
        if self.command != "GET" and "/api_clients/" not in self.path:
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *arguments: object) -> None:
        return


@pytest.fixture
def far_desk(office: Office, credentials: Credentials) -> Iterator[Desk]:
    """The coordinator's desk behind a line that loses the answers of changes."""
    methods = {f"do_{method}": LosesAnswers.handle_any for method in ("GET", "POST", "PATCH", "PUT", "DELETE")}
    handler = type("Behind", (LosesAnswers,), {"behind": credentials.url, **methods})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as line:
        thread = threading.Thread(target=line.serve_forever)
        thread.start()
        with Client(replace(credentials, url=f"http://127.0.0.1:{line.server_port}")) as client:
            yield replace(office.desk, client=client)
        line.shutdown()
        thread.join()


def words_of(event: Event) -> dict[str, str]:
    plain = {"title": event.title, "description": event.description, "type": event.type or "", "mode": event.mode or ""}
    return plain | {name: event.detail(name) for name in ("location", "remarks", "attachment")}


@pytest.mark.parametrize("change", LOST_CHANGES.values(), ids=LOST_CHANGES)
def test_a_change_whose_answer_was_lost_is_seen_in_the_visit(office: Office, far_desk: Desk, change) -> None:
    group = {"type": "GROUP_THERAPY", "additional": {"capacity": 3}}
    event = office.api.events.read(office.clinic.visit(office.ada, office.theo, start=at(10), **group).id)
    key = writes.mint(office.desk)

    assert change(replace(office, desk=far_desk), event, key).outcome.ending is Ending.UNKNOWN
    told = outcomes.tell(office.desk, key)

    assert (told.outcome.ending, told.event_id) == (Ending.CONFIRMED, event.id)
    assert list(AuditRecord.objects.order_by("id").values_list("phase", flat=True)) == [
        "requested",
        "unknown",
        "confirmed",
    ]


def test_a_change_that_did_not_arrive_stays_unknown(office: Office) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    key = writes.mint(office.desk)
    writes.perform(office.desk, key, Change("appointment.cancel", object_id=event.id), lost)
    told = outcomes.tell(office.desk, key)
    assert (told.outcome.ending, told.event_id) == (Ending.UNKNOWN, event.id)
