"""What waits for an answer, for whom, and recording it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Answer, Event, EventStatus, EventType
from scheduling.domain.rules import Reason
from scheduling.services import appointments, invitations, landing, visit_history, writes
from scheduling.services.appointments import Move
from scheduling.services.changing import AppointmentChanged, Done, NotPossible
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from scheduling.welkin.errors import NotFound
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(office: Office, make_team: Callable[..., Any]) -> UUID:
    """A colleague of Ada's team."""
    person = office.clinic.user("Ben")
    make_team("Joint", members=[office.ada, person], keepers=[office.coordinator])
    return person


@pytest.fixture
def visit(office: Office, ben: UUID) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10), staff=(ben,))


@pytest.fixture
def desk(office: Office, ben: UUID) -> Desk:
    """The coordinator's desk, after the team was made."""
    return office.desk_of(office.coordinator)


def answer(desk: Desk, event: Event, person: UUID, said: Answer = Answer.YES, intent: str = "") -> Done:
    return invitations.answer(desk, intent or writes.mint(desk), event.id, person, said=said, seen=version(event))


def waiting(desk: Desk) -> list[tuple[UUID, UUID]]:
    return [(each.event.id, each.row.person_id) for each in invitations.waiting(desk).invitations]


def test_what_waits_is_future_live_unanswered_and_not_the_hosts(
    office: Office, desk: Desk, ben: UUID, visit: Event
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    answered = office.clinic.visit(office.ada, start=at(11), staff=(ben,))
    office.api.events.answer(answered.id, ben, "No")
    cancelled = office.clinic.visit(office.ada, start=at(12), staff=(ben,))
    office.api.events.change(cancelled.id, EventChange(status=EventStatus.CANCELLED))
    office.clinic.visit(office.ada, start=now - timedelta(minutes=10), staff=(ben,))
    office.clinic.visit(office.ada, start=now + timedelta(days=61), staff=(ben,))

    assert waiting(desk) == [(visit.id, ben)]


def test_others_see_their_own_invitations_only(
    office: Office, ben: UUID, visit: Event, make_account: Callable[..., Account]
) -> None:
    other = office.clinic.visit(ben, start=at(13), staff=(office.ada,))
    own = office.desk_of(make_account(Role.CLINICIAN, welkin_id=ben))

    assert waiting(own) == [(visit.id, ben)]
    assert waiting(office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))) == [(other.id, office.ada)]


def test_an_invited_manager_sees_when_but_no_names(office: Office, make_account: Callable[..., Account]) -> None:
    boss = office.clinic.user("Dana", hours=False)
    office.clinic.visit(office.ada, start=at(9), minutes=480, staff=(boss,), type=EventType.LEAVE)
    desk = office.desk_of(make_account(Role.MANAGER, welkin_id=boss))

    found = invitations.waiting(desk).invitations

    assert [(each.event.type, each.names) for each in found] == [("LEAVE", False)]


def test_somebody_without_people_asks_nothing(
    office: Office, make_account: Callable[..., Account], api_calls: Callable[..., Any]
) -> None:
    desk = office.desk_of(make_account(Role.ADMINISTRATOR))

    with api_calls() as seen:
        assert waiting(desk) == []
    assert seen == []


def test_the_inbox_of_a_team_asks_once_and_once_more_for_the_hours_of_its_days(
    desk: Desk, visit: Event, api_calls: Callable[..., Any]
) -> None:
    with api_calls() as seen:
        found = landing.read(desk, invitations.waiting(desk))

    assert (len(seen), len(found)) == (2, 1)


def test_what_waits_after_the_days_that_are_shown_is_counted(office: Office, desk: Desk, ben: UUID) -> None:
    start = at(10) + timedelta(days=70)
    office.clinic.visit(office.ada, start=start, staff=(ben,))

    told = {days: (len(waiting_for(desk, days)), invitations.later(desk, days).count) for days in (14, 60, 305)}

    assert told == {14: (0, 1), 60: (0, 1), 305: (1, 0)}
    assert invitations.later(desk, 14).first == start


def waiting_for(desk: Desk, days: int) -> tuple[invitations.Invitation, ...]:
    return invitations.waiting(desk, days).invitations


@pytest.mark.parametrize("said", [Answer.YES, Answer.NO, Answer.MAYBE])
def test_an_answer_touches_only_its_own_row(office: Office, desk: Desk, ben: UUID, visit: Event, said: Answer) -> None:
    done = answer(desk, visit, ben, said)

    event = office.api.events.read(visit.id)
    assert done.confirmed
    assert [(row.id, row.answer) for row in event.participants] == [
        (row.id, said if row.person_id == ben else "") for row in visit.participants
    ]


def test_coordinators_record_patients_answers_too(office: Office, desk: Desk, visit: Event) -> None:
    answer(desk, visit, office.theo, Answer.MAYBE)

    assert [row.answer for row in office.api.events.read(visit.id).patients] == ["Maybe"]


@pytest.mark.parametrize("who", ["host", "patient", "colleague"])
def test_a_clinician_answers_for_nobody_else(
    office: Office, ben: UUID, visit: Event, make_account: Callable[..., Account], who: str
) -> None:
    asker = {"host": office.ada, "patient": office.ada, "colleague": office.ada}[who]
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=asker))

    with pytest.raises(NotAllowed):
        answer(desk, visit, {"host": office.ada, "patient": office.theo, "colleague": ben}[who])


def test_nobody_is_answered_for_who_was_not_invited(desk: Desk, visit: Event) -> None:
    with pytest.raises(NotFound):
        answer(desk, visit, uuid4())


def test_an_answer_to_a_time_that_is_no_more_is_not_recorded(
    office: Office, desk: Desk, ben: UUID, visit: Event
) -> None:
    office.api.events.change(visit.id, EventChange(when=half_hour(at(15))))

    with pytest.raises(AppointmentChanged):
        answer(desk, visit, ben)


def test_what_is_cancelled_wants_no_answer(office: Office, desk: Desk, ben: UUID, visit: Event) -> None:
    cancelled = office.api.events.change(visit.id, EventChange(status=EventStatus.CANCELLED))

    with pytest.raises(NotPossible) as refused:
        answer(desk, cancelled, ben)

    assert refused.value.reason is Reason.CANCELLED


def test_the_same_press_twice_answers_once(desk: Desk, ben: UUID, visit: Event) -> None:
    intent = writes.mint(desk)
    answer(desk, visit, ben, intent=intent)

    assert answer(desk, visit, ben, intent=intent).outcome.replayed


def test_after_a_move_the_invitation_waits_again(desk: Desk, ben: UUID, visit: Event) -> None:
    answer(desk, visit, ben)
    assert waiting(desk) == []

    appointments.move(desk, writes.mint(desk), Move(visit.id, half_hour(at(14)), visit.host_id, version(visit)))  # type: ignore[arg-type]

    assert waiting(desk) == [(visit.id, ben)]


def test_an_answer_that_the_api_kept_through_a_move_is_told_as_old(
    office: Office, desk: Desk, ben: UUID, visit: Event
) -> None:
    """The sandbox drops answers when it is asked to; this plays an API that keeps them by its own record of a move."""
    change = writes.Change("appointment.move", (ben,), visit.id, ("when",))
    writes.perform(desk, writes.mint(desk), change, lambda: {"event": str(visit.id), "kept_answers": [str(ben)]})
    kept = office.api.events.answer(visit.id, ben, "Yes")

    before = visit_history.answers_to_old_time(visit_history.of(desk, visit.id), kept)
    answer(desk, kept, ben, Answer.MAYBE)
    after = visit_history.answers_to_old_time(visit_history.of(desk, visit.id), office.api.events.read(visit.id))

    assert (before, after) == (frozenset({ben}), frozenset())
