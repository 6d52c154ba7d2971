"""A visit of which not all could be read: no change may delete what is missing here."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
import requests

from scheduling.domain.event import Event
from scheduling.services import connection, writes
from scheduling.services.versions import version
from scheduling.welkin import Credentials
from tests.clinic_fixture import Office, at, half_hour
from tests.web.test_appointments_trouble import Middleman

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
SENTENCE = "A part of this visit could not be read."


class Spoiler(Middleman):
    """Passes everything on to the sandbox; a single visit comes back as `server.spoil` has changed it."""

    def do_GET(self) -> None:
        if "/calendar/events/" not in self.path:
            return self.pass_on()
        headers = {"Authorization": self.headers["Authorization"]}
        told = requests.get(f"{self.server.target}{self.path}", headers=headers, timeout=10)  # type: ignore[attr-defined]
        row = told.json()
        row.update(self.server.spoil)  # type: ignore[attr-defined]
        row["participants"] += self.server.strangers  # type: ignore[attr-defined]
        return self.answer(told.status_code, json.dumps(row).encode())

    def do_PATCH(self) -> None:
        self.pass_on()


@pytest.fixture
def spoiled(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`spoiled(additionalInfo=..., strangers=[...])`: from now on a visit has these fields and further people."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Spoiler)
    server.target = credentials.url  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def start(strangers: list[Any] | None = None, **fields: Any) -> None:
        server.strangers, server.spoil = strangers or [], fields  # type: ignore[attr-defined]
        through = replace(credentials, url=f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(connection, "credentials", lambda: through)

    yield start
    server.shutdown()
    thread.join()
    server.server_close()


SPOILS: dict[str, dict[str, Any]] = {
    "a-stranger": {"strangers": [{"id": None, "participantId": "not an id", "participantRole": "patient"}]},
    "a-null-row": {"strangers": [None]},
    "details": {"additionalInfo": ["Room 3"]},
}


@pytest.fixture
def visit(office: Office) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10), additional={"location": "Room 3"})


@pytest.fixture
def past_visit(office: Office) -> Event:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)
    return office.clinic.visit(office.ada, office.theo, start=began)


def sent(office: Office, event: Event, **more: str) -> dict[str, str]:
    return {"intent": writes.mint(office.desk), "seen": version(event), **more}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_it_is_not_moved(office: Office, visit: Event, spoiled: Callable[..., None], spoil: dict[str, Any]) -> None:
    start = at(14).astimezone(office.desk.zone)
    place = {"host": str(office.ada), "date": f"{start:%Y-%m-%d}", "start": f"{start:%H:%M}", "minutes": "30"}
    spoiled(**spoil)

    opened = office.browser.get(f"/appointments/{visit.id}/move/", headers=PART)
    answer = office.browser.post(f"/appointments/{visit.id}/move/", sent(office, visit, **place), headers=PART)

    assert [opened.status_code, answer.status_code] == [422, 422]
    assert [SENTENCE in each.content.decode() for each in (opened, answer)] == [True, True]
    assert office.api.events.read(visit.id).when == half_hour(at(10))


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_attendance_is_not_noted(
    office: Office, past_visit: Event, spoiled: Callable[..., None], spoil: dict[str, Any]
) -> None:
    form = sent(office, past_visit, person=str(office.theo), attended="yes")
    spoiled(**spoil)

    answer = office.browser.post(f"/appointments/{past_visit.id}/attendance/", form, headers=PART)

    told = answer.content.decode()
    assert (answer.status_code, SENTENCE in told, 'name="attended"' in told) == (422, True, False)
    assert [row.attended for row in office.api.events.read(past_visit.id).participants] == [False, False]


@pytest.mark.parametrize(
    ("typed", "status"), [({"title": "Dressing"}, 200), ({"location": "Room 5"}, 422)], ids=["title", "details"]
)
def test_of_the_words_only_the_details_are_kept_from_changes(
    office: Office, visit: Event, spoiled: Callable[..., None], typed: dict[str, str], status: int
) -> None:
    words = {"title": "Wound check", "type": "APPOINTMENT", "mode": "IN-PERSON", **typed}
    spoiled(additionalInfo=["Room 3"])
    seen = office.desk_of(office.coordinator).client.events.read(visit.id)

    answer = office.browser.post(
        f"/appointments/{visit.id}/edit/",
        sent(office, seen, **words),
        headers={**PART, "HX-Current-URL": "http://testserver/day/"},
    )

    event = office.api.events.read(visit.id)
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (status, status == 422)
    assert (event.title == "Dressing", event.detail("location")) == (status == 200, "Room 3")


def test_it_can_still_be_cancelled(office: Office, visit: Event, spoiled: Callable[..., None]) -> None:
    spoiled(strangers=[None])

    answer = office.browser.post(f"/appointments/{visit.id}/cancel/", sent(office, visit, reason="Ill"), headers=PART)

    assert (answer.status_code, office.api.events.read(visit.id).status) == (200, "CANCELLED")
