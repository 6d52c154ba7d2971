"""Taking back one's own changes: each kind, twice, redone, over somebody's later change, with lost answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from scheduling.domain.event import Answer, Event, EventStatus, EventType
from scheduling.ledger.models import Claim, Step
from scheduling.services import appointments, closing, invitations, joining, restoring, steps, undo, writes
from scheduling.services.changing import AppointmentChanged, Done
from scheduling.services.desk import Desk
from scheduling.services.undo import NotUndoable, Why
from scheduling.services.versions import PARTS, version
from scheduling.services.wishes import Wish
from scheduling.welkin import EventChange
from scheduling.welkin.errors import NotFound
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Kind:
    """One kind of change: how it is made, what somebody else does that stands against its undo, on which visit."""

    name: str
    make: Callable[[Office, Event], Done]
    other: Callable[[Office, Event], Any] | None = None
    past: bool = False
    group: bool = False
    cancelled: bool = False


def intent(office: Office) -> str:
    return writes.mint(office.desk)


def ben(office: Office) -> Any:
    return office.clinic.names["Ben"]


def book(office: Office, _: Event) -> Done:
    wish = Wish(half_hour(at(14)), (office.ada, ben(office)), (office.clinic.patient("Una"),), title="First talk")
    return appointments.book(office.desk, intent(office), wish)


def move(office: Office, visit: Event, *, to: Any = None, host: Any = None) -> Done:
    wish = appointments.Move(visit.id, to or visit.when, host or office.ada, version(visit))
    return appointments.move(office.desk, intent(office), wish)


def edit(office: Office, visit: Event) -> Done:
    words = {"title": "Second look", "location": "", "remarks": "Bring the chart", "mode": "VIDEO"}
    return appointments.edit(office.desk, intent(office), appointments.Edit(visit.id, words, version(visit)))


def attend(office: Office, visit: Event) -> Done:
    return closing.attend(office.desk, intent(office), visit.id, office.theo, attended=True, seen=version(visit))


def answer(office: Office, visit: Event) -> Done:
    said = {"said": Answer.NO, "seen": version(visit)}
    return invitations.answer(office.desk, intent(office), visit.id, ben(office), **said)


def join(office: Office, visit: Event) -> Done:
    wish = joining.Join(visit.id, office.clinic.patient("Vera"), version(visit))
    return joining.join(office.desk, intent(office), wish)


def seen_by(service: Any, **more: Any) -> Callable[[Office, Event], Done]:
    return lambda office, visit: service(office.desk, intent(office), visit.id, seen=version(visit), **more)


def changes(**told: Any) -> Callable[[Office, Event], Any]:
    return lambda office, visit: office.api.events.change(visit.id, EventChange(**told))


ELSEWHERE, RENAMED = changes(when=half_hour(at(15))), changes(title="Theirs")
KINDS = [
    Kind("book", book, RENAMED),
    Kind("move", lambda office, visit: move(office, visit, to=half_hour(at(11))), ELSEWHERE),
    Kind("resize", lambda office, visit: move(office, visit, to=half_hour(at(10), 60)), ELSEWHERE),
    Kind("reassign", lambda office, visit: move(office, visit, host=ben(office)), ELSEWHERE),
    Kind("edit", edit, RENAMED),
    Kind("cancel", seen_by(closing.cancel, reason="Ill"), changes(status=EventStatus.SCHEDULED)),
    Kind("restore", seen_by(restoring.restore), ELSEWHERE, cancelled=True),
    Kind(
        "completed", seen_by(closing.mark, status=EventStatus.COMPLETED), changes(status=EventStatus.MISSED), past=True
    ),
    Kind("missed", seen_by(closing.mark, status=EventStatus.MISSED), changes(status=EventStatus.COMPLETED), past=True),
    Kind("attendance", attend, changes(status=EventStatus.MISSED), past=True),
    Kind("answer", answer, lambda office, visit: office.api.events.answer(visit.id, ben(office), "Maybe")),
    Kind("join", join, ELSEWHERE, group=True),
    Kind("delete", seen_by(closing.delete)),
]
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture
def visit_for(office: Office, make_team: Callable[..., Any]) -> Callable[[Kind], Event]:
    person = office.clinic.user("Ben")
    make_team("Joint", members=[person, office.ada], keepers=[office.coordinator])

    def make(kind: Kind) -> Event:
        start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3) if kind.past else at(10)
        told: dict[str, Any] = {"additional": {"location": "Room 3", "capacity": 4}, "staff": (person,)}
        told |= {"type": EventType.GROUP_THERAPY} if kind.group else {}
        event = office.clinic.visit(office.ada, office.theo, start=start, **told)
        office.api.events.answer(event.id, person, "Yes")
        if kind.cancelled:
            office.api.events.cancel(event.id)
        return office.api.events.read(event.id)

    return make


def content(event: Event) -> dict[str, object]:
    return {name: part(event) for name, part in PARTS.items()}


def now_of(office: Office, done: Done) -> Event:
    return office.api.events.read(done.event_id)


def step_of(office: Office, done: Done, desk: Desk | None = None) -> undo.Told:
    step = undo.of_intent(desk or office.desk, done.outcome.intent)
    assert step is not None
    return step


def back(office: Office, step: undo.Told, key: str = "", **more: Any) -> Done:
    return undo.take_back(office.desk, key or intent(office), step.id, **more)


@each
def test_a_change_is_taken_back_once_and_done_again_but_never_over_somebody_elses(
    office: Office, visit_for: Callable[[Kind], Event], kind: Kind
) -> None:
    visit = visit_for(kind)
    done = kind.make(office, visit)
    after = None if kind.name == "delete" else now_of(office, done)
    step, key = step_of(office, done), intent(office)

    undone = back(office, step, key)
    same_form = back(office, step, key)
    with pytest.raises(NotUndoable) as twice:
        back(office, step)

    assert (undone.confirmed, same_form.outcome.replayed, twice.value.why) == (True, True, Why.UNDONE)
    assert_undone(office, kind, visit, undone)
    again = undo.last(office.desk, redo=True)
    assert again is not None
    redone = back(office, again)
    assert redone.confirmed
    assert_redone(office, kind, after, undone)
    assert (undo.last(office.desk) or step).id == step.id
    assert undo.last(office.desk, redo=True) is None
    assert undo.find(office.desk, step.id).why is None
    assert not Claim.objects.filter(state__in=(Claim.State.RESERVED, Claim.State.SENT)).exists()
    if kind.other is not None:
        assert_left_alone(office, done, kind.other)


def assert_undone(office: Office, kind: Kind, visit: Event, undone: Done) -> None:
    now = now_of(office, undone)
    if kind.name == "book":
        assert now.known_status is EventStatus.CANCELLED
    elif kind.name == "delete":
        assert now.id != visit.id
        told = {part: content(now)[part] for part in ("when", "host", "people", "status", "title", "location")}
        assert told.items() <= content(visit).items()
        with pytest.raises(NotFound):
            office.api.events.read(visit.id)
    else:
        assert content(now) == content(visit)


def assert_redone(office: Office, kind: Kind, after: Event | None, undone: Done) -> None:
    if after is None:
        with pytest.raises(NotFound):
            now_of(office, undone)
    else:
        assert content(now_of(office, undone)) == content(after)


def assert_left_alone(office: Office, done: Done, other: Callable[[Office, Event], Any]) -> None:
    """Somebody else changes the visit in Welkin itself: it stays as they left it, and who it was can be told."""
    other(office, now_of(office, done))
    theirs, step = now_of(office, done), step_of(office, done)

    with pytest.raises(AppointmentChanged) as changed:
        back(office, step)

    assert content(now_of(office, done)) == content(theirs)
    assert changed.value.parts
    assert undo.changers(office.desk, step, theirs).keys() == set(undo.changed_since(step, theirs)) != set()
    assert undo.on_visit(office.desk, theirs) == {}
    assert not Step.objects.filter(undoes=step.id, state="open").exists()


def test_of_two_tabs_one_undoes_whatever_both_have_seen(office: Office, visit_for: Callable[[Kind], Event]) -> None:
    """Neither the check before nor the calendar keeps a deleted visit from being booked again twice: the step does."""
    visit = visit_for(KINDS[-1])
    step = step_of(office, KINDS[-1].make(office, visit))
    back(office, step)
    taken = Step.objects.get(undoes=step.id)
    taken.pk, taken.intent = None, "another"
    assert step.was

    with pytest.raises(steps.AlreadyUndone):  # `step` is what the second tab knows: it could be undone then
        undo.WAYS[step.action](replace(office.desk, undoes=step.id), intent(office), step, step.was, "Again")
    with pytest.raises(IntegrityError), transaction.atomic():
        taken.save(force_insert=True)

    assert len(office.api.events.find(visit.when, participant_ids=[office.ada]).rows) == 1


def test_what_was_done_before_a_delete_is_undone_after_it(office: Office, visit_for: Callable[[Kind], Event]) -> None:
    """The visit that is booked again has another id: what was done with the deleted one goes on with it."""
    visit = visit_for(KINDS[1])
    first = move(office, visit, to=half_hour(at(11)))
    deleted = closing.delete(office.desk, intent(office), visit.id, seen=version(now_of(office, first)))
    while_gone = step_of(office, first).why

    booked = back(office, step_of(office, deleted))
    moved_back = back(office, step_of(office, first))
    while again := undo.last(office.desk, redo=True):
        back(office, again)

    assert (while_gone, step_of(office, deleted).why) == (Why.GONE, None)
    assert (moved_back.event_id, moved_back.event.when if moved_back.event else None) == (booked.event_id, visit.when)
    with pytest.raises(NotFound):
        now_of(office, booked)
