"""Two sessions edit one visit in every pair of fields: no save ever changes what its page did not show (F41, F42, G10).

A save is judged by what the calendar itself held just before and just after: each field that it changed must have stood
on the saver's page as it was, and must be one that was typed into. `LOST_UPDATE_PAIRS` sets how many pairs are played
(1,000 in the full form); the pairs themselves are the same for the same number.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, product

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType
from scheduling.services import versions
from scheduling.services.versions import WORDS, plain, text_of
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at
from tests.faults.server import ONE_EVENT, Faults
from tests.sandbox_fixture import Sandbox
from tests.web.form_reader import fields_of

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Current-URL": "http://testserver/day/"}
PAIRS = int(os.environ.get("LOST_UPDATE_PAIRS", "24"))
SEED = 20261123
VALUES = {
    "title": ("Morning group", "Evening group", "Quiet group"),
    "description": ("Bring\r\na mat", "Bring\r\n\r\nwater", "Nothing to bring"),
    "type": (EventType.GROUP_THERAPY, EventType.APPOINTMENT, EventType.APPOINTMENT),
    "mode": ("CALL", "VIDEO", "IN-PERSON"),
    "location": ("Room 1", "Room 2", "Room 3"),
    "remarks": ("first\r\nsecond", "other", "third"),
    "attachment": ("https://files.example/a", "https://files.example/b", "https://files.example/c"),
    "capacity": ("4", "6", "9"),
}


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@dataclass
class Session:
    """One person with the form of one visit before them. `typed`: the fields they meant to change."""

    browser: Browser
    address: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    def open(self) -> None:
        self.fields = fields_of(self.browser.get(self.address, headers=PART).content.decode())

    def type(self, name: str, text: str) -> None:
        self.fields[name] = [text]
        self.typed.add(name)

    def shown(self, name: str) -> str:
        """What the page said the field is."""
        return plain(name, self.fields.get(f"was_{name}", [""])[0])

    def send(self) -> int:
        """Press "Save"; a page that asks is before them then."""
        answer = self.browser.post(self.address, self.fields, headers=PART)
        if answer.status_code in (409, 422):
            self.fields = fields_of(answer.content.decode())
        return answer.status_code

    def answer(self, chance: random.Random) -> None:
        for name in filter(None, self.fields.get("asked", [""])[0].split(",")):
            self.fields[f"keep_{name}"] = [chance.choice(("mine", "theirs"))]


def held(office: Office, event: Event) -> dict[str, str]:
    now = office.api.events.read(event.id)
    return {name: plain(name, text_of(now, name)) for name in WORDS}


@dataclass
class Table:
    """The office with two coordinators, and what was found."""

    office: Office
    other: Browser
    lost: list[str] = field(default_factory=list)
    asked: int = 0
    saved: int = 0

    def save(self, event: Event, session: Session) -> int:
        before = held(self.office, event)
        status = session.send()
        after = held(self.office, event)
        for name in WORDS:
            if before[name] != after[name] and (session.shown(name) != before[name] or name not in session.typed):
                self.lost.append(f"{name}: {before[name]!r} became {after[name]!r}, shown was {session.shown(name)!r}")
        self.asked += status == 409
        self.saved += status == 200
        return status

    def play(self, first: str, second: str, chance: random.Random) -> None:
        """Both open the visit; one saves `first`, then the other saves `second` and answers what is asked."""
        event = self.office.clinic.visit(
            self.office.ada,
            self.office.theo,
            start=at(10),
            type=EventType.GROUP_THERAPY,
            mode="CALL",
            description="Bring\na mat",
            additional={"location": "Room 1", "remarks": "first\nsecond", "capacity": 4, "theirs": [1]},
        )
        sessions = [Session(who, f"/appointments/{event.id}/edit/") for who in (self.office.browser, self.other)]
        chance.shuffle(sessions)
        for session in sessions:
            session.open()
        one, two = sessions
        self._change(event, one, first, VALUES[first][1], chance)
        two.type(second, VALUES[second][2])
        for turn in range(4):
            if self.save(event, two) != 409:
                break
            if turn == 0 and chance.random() < 0.3:  # somebody else is quicker once more
                self._elsewhere(event, chance.choice(("title", "location", first)), "once more")
            two.answer(chance)

    def _change(self, event: Event, session: Session, name: str, text: str, chance: random.Random) -> None:
        if chance.random() < 0.3:
            self._elsewhere(event, name, text)
        else:
            session.type(name, text)
            assert self.save(event, session) == 200

    def _elsewhere(self, event: Event, name: str, text: str) -> None:
        """Somebody changes it in Welkin itself."""
        told = {"capacity": 7}.get(name, VALUES[name][1] if name in ("type", "mode", "attachment") else text)
        now = self.office.api.events.read(event.id)
        if name in ("location", "remarks", "attachment", "capacity"):
            self.office.api.events.change(event.id, EventChange(additional={**now.additional, name: told}))
        else:
            self.office.api.events.change(event.id, EventChange(**{name: told}))  # type: ignore[arg-type]


@pytest.fixture
def table(office: Office, make_account: object, make_team: object, sign_in: object) -> Table:
    second: Account = make_account(Role.COORDINATOR, timezone="America/New_York")  # type: ignore[operator]
    make_team("Second desk", members=[office.ada], keepers=[second])  # type: ignore[operator]
    return Table(office, sign_in(second))  # type: ignore[operator]


def games(count: int) -> Iterator[tuple[str, str]]:
    """Pairs of fields: every pair comes before any comes again."""
    every = list(product(WORDS, WORDS))
    random.Random(SEED).shuffle(every)
    return (pair for pair, _ in zip(cycle(every), range(count), strict=False))


def run(table: Table, count: int) -> None:
    chance = random.Random(SEED)
    for first, second in games(count):
        table.play(first, second, chance)


def test_no_update_is_lost_between_two_sessions_over_all_pairs_of_fields(table: Table) -> None:
    run(table, PAIRS)

    assert table.lost == []
    assert table.asked >= PAIRS // 20
    assert table.saved >= PAIRS


def test_edits_of_one_second_are_told_apart_by_their_content(table: Table, faults: Faults) -> None:
    """F42: the API says the same `updatedAt` for all of them."""
    patch = [{"op": "add", "path": "/updatedAt", "value": "2026-11-23T12:00:00.000Z"}]
    faults.rule({"mutate": patch}, path=ONE_EVENT, times=None)

    run(table, max(16, PAIRS // 4))

    assert table.lost == []
    assert table.asked > 0


def test_without_the_comparison_updates_are_lost(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the guard taken out the same games show what it is for."""
    monkeypatch.setattr(versions, "changed", lambda *_: ())

    chance = random.Random(SEED)
    for first, second in games(64):
        table.play(first, second, chance)
        if table.lost:
            break

    assert table.lost != []
