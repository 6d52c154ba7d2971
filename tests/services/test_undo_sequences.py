"""Whatever was done with a visit, undoing all of it makes the visit what it was; doing it all again what it had become.

`UNDO_SEQUENCES` sets how many sequences are played.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.domain.event import Answer, Event
from scheduling.ledger.models import Step
from scheduling.services import appointments, closing, invitations, restoring, undo, writes
from scheduling.services.changing import NothingToChange, NotPossible
from scheduling.services.desk import NotAllowed
from scheduling.services.versions import PARTS, version
from scheduling.welkin.errors import NotFound
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db
SEQUENCES = int(os.environ.get("UNDO_SEQUENCES", "6"))
Act = Callable[[Office, Event], object]
DAYS = count()


def key(office: Office) -> str:
    return writes.mint(office.desk)


def moved(hour: int, minutes: int) -> Act:
    def act(office: Office, visit: Event) -> object:
        to = half_hour(visit.when.start.replace(hour=hour), minutes)
        assert visit.host_id
        return appointments.move(
            office.desk, key(office), appointments.Move(visit.id, to, visit.host_id, version(visit))
        )

    return act


def handed(name: str) -> Act:
    def act(office: Office, visit: Event) -> object:
        wish = appointments.Move(visit.id, visit.when, office.clinic.names[name], version(visit))
        return appointments.move(office.desk, key(office), wish)

    return act


def worded(**words: str) -> Act:
    return lambda office, visit: appointments.edit(
        office.desk, key(office), appointments.Edit(visit.id, words, version(visit))
    )


def answered(said: Answer) -> Act:
    def act(office: Office, visit: Event) -> object:
        ben = office.clinic.names["Ben"]
        return invitations.answer(office.desk, key(office), visit.id, ben, said=said, seen=version(visit))

    return act


def cancelled(office: Office, visit: Event) -> object:
    return closing.cancel(office.desk, key(office), visit.id, seen=version(visit), reason="Ill")


def restored(office: Office, visit: Event) -> object:
    return restoring.restore(office.desk, key(office), visit.id, seen=version(visit))


ACTS: dict[str, Act] = {
    "to-15": moved(15, 30),
    "to-16-longer": moved(16, 60),
    "longer": moved(19, 45),
    "to-ben": handed("Ben"),
    "to-ada": handed("Ada"),
    "title": worded(title="Second look", location=""),
    "remarks": worded(title="Third look", remarks="Bring the chart\nand the list", mode="VIDEO"),
    "yes": answered(Answer.YES),
    "no": answered(Answer.NO),
    "cancel": cancelled,
    "restore": restored,
}


@pytest.fixture
def clinic_of_two(office: Office, make_team: Callable[..., Any]) -> Office:
    person = office.clinic.user("Ben")
    make_team("Joint", members=[person, office.ada], keepers=[office.coordinator])
    return office


def content(office: Office, visit: Event) -> dict[str, object]:
    now = office.api.events.read(visit.id)
    return {name: part(now) for name, part in PARTS.items()}


def play(office: Office, visit: Event, names: list[str]) -> int:
    """Do these changes, as far as each is possible when its turn comes; how many were."""
    made = 0
    for name in names:
        with suppress(NotPossible, NothingToChange, NotFound, NotAllowed):
            ACTS[name](office, office.api.events.read(visit.id))
            made += 1
    return made


def take_all_back(office: Office, *, redo: bool) -> int:
    taken = 0
    while step := undo.last(office.desk, redo=redo):
        assert undo.take_back(office.desk, key(office), step.id).confirmed
        taken += 1
    return taken


@given(names=st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=6))
@settings(
    max_examples=SEQUENCES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_undoing_everything_restores_the_visit(clinic_of_two: Office, names: list[str]) -> None:
    office = clinic_of_two
    Step.objects.all().delete()
    told = {"additional": {"location": "Room 3", "theirs": 7}, "staff": (office.clinic.names["Ben"],)}
    visit = office.clinic.visit(office.ada, office.theo, start=at(10, day=7 * next(DAYS)), **told)
    before = content(office, visit)

    made = play(office, visit, names)
    after = content(office, visit)
    undone = take_all_back(office, redo=False)

    assert content(office, visit) == before
    assert dict(office.api.events.read(visit.id).additional)["theirs"] == 7
    assert undone == made
    assert take_all_back(office, redo=True) == made
    assert content(office, visit) == after
