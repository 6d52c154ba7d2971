"""Asking for leave, granting and refusing it, and what each does to the time it takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Answer, Event, EventStatus, EventType
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, leave_state
from scheduling.domain.rules import Reason
from scheduling.ledger.models import Claim
from scheduling.services import appointments, cover, invitations, landing, leave, restoring, undo, writes
from scheduling.services.appointments import Move
from scheduling.services.appointments import Wish as Booking
from scheduling.services.changing import AppointmentChanged, Done, NotPossible, PlacementRejected
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.leave import LeaveOverlaps, State, Wish
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from scheduling.welkin.resources.events import Events
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db


@dataclass
class Staff:
    """Ada, who asks; Dana, who manages her team; Ben, who may stand in."""

    office: Office
    ada: Desk
    dana: Desk
    boss: UUID
    ben: UUID

    def wish(self, start: int = 9, minutes: int = 480, **more: Any) -> Wish:
        when = half_hour(at(start), minutes)
        return replace(Wish(self.office.ada, self.boss, when, False, "Vacation", cover_id=self.ben), **more)

    def ask(self, **more: Any) -> Event:
        done = leave.ask(self.ada, writes.mint(self.ada), self.wish(**more))
        assert done.event is not None
        return done.event

    def says(self, event: Event, said: Answer, desk: Desk | None = None) -> Done:
        asked, now = desk or self.dana, self.office.api.events.read(event.id)
        return invitations.answer(asked, writes.mint(asked), event.id, self.boss, said=said, seen=version(now))

    def book(self, hour: int = 10) -> Done:
        wish = Booking(half_hour(at(hour)), (self.office.ada,), (self.office.theo,))
        return appointments.book(self.office.desk, writes.mint(self.office.desk), wish)

    def states(self) -> list[tuple[State, UUID | None]]:
        return [(each.state, each.said_by) for each in leave.overview(self.ada).leave]


@pytest.fixture
def staff(office: Office, make_account: Callable[..., Account], make_team: Callable[..., Any]) -> Staff:
    boss, ben = office.clinic.user("Dana", hours=False), office.clinic.user("Ben")
    manager = make_account(Role.MANAGER, welkin_id=boss, timezone="America/New_York")
    make_team("Wound care", members=[office.ada, ben], keepers=[manager])
    ada = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))
    return Staff(office, ada, office.desk_of(manager), boss, ben)


def test_asking_makes_one_pending_event_that_takes_no_time(staff: Staff) -> None:
    asked = staff.ask()

    assert (asked.type, asked.color, asked.host_id, cover.cover_of(asked)) == (
        EventType.LEAVE,
        "grey",
        staff.office.ada,
        staff.ben,
    )
    assert [(row.person_id, row.answer) for row in asked.staff] == [(staff.office.ada, ""), (staff.boss, "")]
    assert not Claim.objects.exists()
    assert (staff.states(), staff.book().confirmed) == ([(State.ASKED, None)], True)


def test_the_same_form_twice_asks_once(staff: Staff) -> None:
    intent = writes.mint(staff.ada)
    leave.ask(staff.ada, intent, staff.wish())

    assert leave.ask(staff.ada, intent, staff.wish()).outcome.replayed
    assert len(leave.overview(staff.ada).leave) == 1


@pytest.mark.parametrize("said", [None, Answer.YES], ids=["asked", "granted"])
def test_other_leave_in_the_time_is_refused_and_named(staff: Staff, said: Answer | None) -> None:
    first = staff.ask()
    if said:
        staff.says(first, said)

    with pytest.raises(LeaveOverlaps) as refused:
        leave.ask(staff.ada, writes.mint(staff.ada), staff.wish(16, 120))

    assert [event.id for event in refused.value.leave] == [first.id]


@pytest.mark.parametrize("start", [17, 7], ids=["after", "before"])
def test_leave_that_only_touches_other_leave_is_asked_for(staff: Staff, start: int) -> None:
    staff.ask(start=9)
    assert staff.ask(start=start, minutes=120).live


def test_granting_blocks_booking_and_leaves_the_visits_there(staff: Staff) -> None:
    visit = staff.book()
    assert staff.says(staff.ask(), Answer.YES).confirmed

    with pytest.raises(PlacementRejected):
        staff.book(14)

    assert visit.event_id
    assert staff.office.api.events.read(visit.event_id).live
    assert staff.states() == [(State.GRANTED, staff.boss)]


@pytest.mark.parametrize("before", [(), (Answer.MAYBE,), (Answer.YES,)], ids=["at-once", "maybe", "after-yes"])
def test_a_no_leaves_no_trace(staff: Staff, before: tuple[Answer, ...]) -> None:
    asked = staff.ask()
    for said in before:
        staff.says(asked, said)

    assert staff.says(asked, Answer.NO).confirmed

    assert not staff.office.api.events.read(asked.id).live
    assert not Claim.objects.filter(state__in=Claim.LIVE).exists()
    assert staff.book().confirmed
    told = leave.overview(staff.ada).leave[0]
    assert (told.state, told.said_by, told.said_at is not None) == (State.REFUSED, staff.boss, True)


def undone(staff: Staff, done: Done) -> Done:
    step = undo.of_intent(staff.dana, done.outcome.intent)
    assert step is not None
    return undo.take_back(staff.dana, writes.mint(staff.dana), step.id)


@pytest.mark.parametrize("before", [None, Answer.MAYBE], ids=["asked", "maybe"])
@pytest.mark.parametrize(
    ("said", "state"), [(Answer.YES, State.GRANTED), (Answer.NO, State.REFUSED)], ids=["granted", "refused"]
)
def test_an_answer_to_leave_is_undone_and_given_again(
    staff: Staff, said: Answer, state: State, before: Answer | None
) -> None:
    asked = staff.ask()
    if before:
        staff.says(asked, before)

    back = undone(staff, staff.says(asked, said))
    [waiting], answers = leave.overview(staff.ada).leave, staff.office.api.events.read(asked.id).participants
    booked = staff.book()
    again = undone(staff, back)

    assert (back.confirmed, waiting.state, booked.confirmed) == (True, State.ASKED, True)
    assert [row.answer for row in answers if row.person_id == staff.boss] == [before or ""]
    assert (again.confirmed, [each for each, _by in staff.states()]) == (True, [state])
    assert staff.office.api.events.read(asked.id).live == (said is Answer.YES)


def says_maybe_instead(staff: Staff, asked: Event) -> None:
    staff.office.api.events.answer(asked.id, staff.boss, "Maybe")


def puts_it_elsewhere(staff: Staff, asked: Event) -> None:
    staff.office.api.events.change(asked.id, EventChange(when=half_hour(at(9, day=1)), status=EventStatus.SCHEDULED))


def cancels_it(staff: Staff, asked: Event) -> None:
    staff.office.api.events.cancel(asked.id)


@pytest.mark.parametrize(
    ("said", "other", "parts"),
    [
        pytest.param(Answer.YES, says_maybe_instead, ("answers",), id="another answer"),
        pytest.param(Answer.YES, cancels_it, ("status",), id="withdrawn"),
        pytest.param(Answer.YES, puts_it_elsewhere, ("when",), id="granted, and now elsewhere"),
        pytest.param(Answer.NO, puts_it_elsewhere, ("when",), id="refused, and now elsewhere"),
        pytest.param(Answer.NO, says_maybe_instead, ("answers",), id="refused, and another answer"),
    ],
)
def test_an_answer_to_leave_is_not_undone_over_what_came_later(
    staff: Staff, said: Answer, other: Callable[[Staff, Event], None], parts: tuple[str, ...]
) -> None:
    done = staff.says(staff.ask(), said)
    assert done.event is not None
    other(staff, done.event)
    before = staff.office.api.events.read(done.event.id)

    with pytest.raises(AppointmentChanged) as kept:
        undone(staff, done)

    assert (kept.value.parts, staff.office.api.events.read(done.event.id)) == (parts, before)


def test_the_same_no_twice_cancels_once(staff: Staff) -> None:
    asked, intent = staff.ask(), writes.mint(staff.dana)
    for _turn in range(2):
        done = invitations.answer(staff.dana, intent, asked.id, staff.boss, said=Answer.NO, seen=version(asked))
    assert (done.outcome.replayed, staff.office.api.events.read(asked.id).live) == (True, False)


def test_only_who_is_asked_grants(staff: Staff, make_team: Callable[..., Any]) -> None:
    make_team("All", members=[staff.office.ada, staff.boss], keepers=[staff.office.coordinator])
    desk = staff.office.desk_of(staff.office.coordinator)

    with pytest.raises(NotAllowed):
        staff.says(staff.ask(), Answer.YES, desk)


def test_leave_is_asked_of_managers_of_the_team_only(staff: Staff) -> None:
    with pytest.raises(NotAllowed):
        leave.ask(staff.ada, writes.mint(staff.ada), staff.wish(manager_id=staff.ben))


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.COORDINATOR])
def test_nobody_asks_for_people_of_others(staff: Staff, make_account: Callable[..., Account], role: Role) -> None:
    desk = staff.office.desk_of(make_account(role, welkin_id=staff.ben if role == Role.CLINICIAN else None))
    with pytest.raises(NotAllowed):
        leave.asking(desk, staff.office.ada)


def test_a_coordinator_asks_for_the_people_of_the_team(staff: Staff) -> None:
    told = leave.asking(staff.office.desk, staff.office.ada)
    assert [manager.id for manager in told.managers] == [staff.boss]


def test_managers_without_a_welkin_user_are_named(
    staff: Staff, make_account: Callable[..., Account], make_team: Callable[..., Any]
) -> None:
    make_team("Other", members=[staff.office.ada], keepers=[make_account(Role.MANAGER, username="eve")])
    assert leave.asking(staff.ada, staff.office.ada).untied == ("eve",)


def test_taking_back_granted_leave_frees_its_time_and_can_be_undone(staff: Staff) -> None:
    asked = staff.ask()
    staff.says(asked, Answer.YES)
    now = staff.office.api.events.read(asked.id)

    leave.withdraw(staff.ada, writes.mint(staff.ada), asked.id, seen=version(now))
    free = (staff.states()[0][0], Claim.objects.filter(state__in=Claim.LIVE).exists())
    gone = staff.office.api.events.read(asked.id)
    restoring.restore(staff.ada, writes.mint(staff.ada), asked.id, seen=version(gone))

    assert (free, staff.states()) == ((State.WITHDRAWN, False), [(State.GRANTED, staff.boss)])


def test_leave_without_invitees_counts_as_granted(staff: Staff) -> None:
    staff.office.clinic.visit(staff.office.ada, start=at(9), minutes=480, type=EventType.LEAVE)
    assert staff.states() == [(State.GRANTED, None)]


def test_the_list_asks_a_bounded_number_of_times(staff: Staff, api_calls: Callable[..., Any]) -> None:
    staff.ask()
    with api_calls() as seen:
        leave.overview(staff.ada)
    assert len(seen) == 6


def test_a_managers_inbox_reads_far_ahead_once_and_the_days_in_three_calls(
    staff: Staff, api_calls: Callable[..., Any]
) -> None:
    for start in (9, 11, 13):
        staff.ask(start=start, minutes=60)
    with api_calls() as seen:
        waiting = invitations.waiting(staff.dana)
    assert len(seen) == 5
    with api_calls() as seen:
        found = landing.read(staff.dana, waiting)
    assert (len(seen), len(found)) == (3, 3)


WAITS = {
    "begun": (-2, 8, True),
    "begun-days-ago": (-72, 5 * 24, True),
    "in-100-days": (100 * 24, 24, True),
    "in-299-days": (299 * 24, 24, True),
    "over": (-8, 6, False),
}


@pytest.mark.parametrize(("start", "hours", "waits"), WAITS.values(), ids=WAITS)
def test_leave_waits_from_when_it_is_asked_for_until_it_is_over(
    staff: Staff, start: int, hours: int, waits: bool
) -> None:
    begin = staff.dana.now.replace(microsecond=0) + timedelta(hours=start)
    asked = staff.office.clinic.visit(
        staff.office.ada, start=begin, minutes=hours * 60, staff=(staff.boss,), type=EventType.LEAVE
    )

    found = invitations.waiting(staff.dana)

    assert [each.event.id for each in found.invitations] == ([asked.id] if waits else [])
    if waits:
        assert (asked.id, staff.boss) in landing.read(staff.dana, found)
        assert staff.says(asked, Answer.YES).confirmed


def test_a_manager_sees_what_a_leave_strands_and_who_else_is_away(staff: Staff) -> None:
    staff.book()
    office, asked = staff.office, staff.ask()
    office.clinic.visit(staff.ben, start=at(11), minutes=60, type=EventType.LEAVE)
    office.clinic.visit(staff.ben, office.theo, start=at(14))

    waiting = invitations.waiting(staff.dana)
    told = landing.read(staff.dana, waiting)[asked.id, staff.boss]

    assert [(each.names, each.leave) for each in waiting.invitations] == [(False, True)]
    assert (told.visits, [(other.name, other.granted) for other in told.others]) == (1, [("Ben Quill", True)])


@pytest.mark.parametrize(
    ("said", "expected"), [(None, [False]), (Answer.YES, [True]), (Answer.NO, [])], ids=["asked", "granted", "refused"]
)
def test_cover_is_told_from_the_events_alone(staff: Staff, said: Answer | None, expected: list[bool]) -> None:
    asked = staff.ask()
    if said:
        staff.says(asked, said)
    events = [staff.office.api.events.read(asked.id)]

    told = cover.covers(events, staff.ada.clinic_zone)

    assert [each.granted for each in told] == expected
    assert all((each.away, each.by, each.when) == (staff.office.ada, staff.ben, asked.when) for each in told)
    later = Interval(asked.when.end, asked.when.end + timedelta(days=1))
    assert cover.covers(events, staff.ada.clinic_zone, later) == ()


@dataclass
class Between:
    """Does something of somebody else once, right after the API answered this call."""

    monkeypatch: pytest.MonkeyPatch
    done: bool = False

    def after(self, name: str, other: Callable[[], object]) -> None:
        call = getattr(Events, name)

        def calling(*args: Any, **kwargs: Any) -> Any:
            told = call(*args, **kwargs)
            if not self.done:
                self.done = True
                other()
            return told

        self.monkeypatch.setattr(Events, name, calling)


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Between:
    return Between(monkeypatch)


def test_of_two_requests_for_the_same_time_the_second_finds_the_first(staff: Staff, between: Between) -> None:
    first: list[Event] = []
    between.after("find", lambda: first.append(staff.ask()))

    with pytest.raises(LeaveOverlaps) as refused:
        staff.ask()

    assert [event.id for event in refused.value.leave] == [first[0].id]
    assert len(leave.overview(staff.ada).leave) == 1


def test_two_requests_for_other_times_at_once_are_both_made(staff: Staff, between: Between) -> None:
    between.after("find", lambda: staff.ask())
    assert staff.ask(start=18, minutes=60).live
    assert len(leave.overview(staff.ada).leave) == 2


def test_of_two_yeses_at_once_the_one_that_grants_takes_the_time(
    staff: Staff, between: Between, make_account: Callable[..., Account]
) -> None:
    ben = staff.office.desk_of(make_account(Role.CLINICIAN, welkin_id=staff.ben))
    asked = staff.office.clinic.visit(
        staff.office.ada, start=at(9), minutes=480, staff=(staff.boss, staff.ben), type=EventType.LEAVE
    )

    def bens() -> None:
        told = {"said": Answer.YES, "seen": version(asked)}
        invitations.answer(ben, writes.mint(ben), asked.id, staff.ben, **told)

    between.after("read", bens)
    intent = writes.mint(staff.dana)
    invitations.answer(staff.dana, intent, asked.id, staff.boss, said=Answer.YES, seen=version(asked))

    live = Claim.objects.filter(state__in=Claim.LIVE)
    assert [(row.resource, row.intent) for row in live] == [(staff.office.ada, intent)]


def move(staff: Staff, event: Event, host: UUID, hour: int) -> Done:
    desk, now = staff.office.desk, staff.office.api.events.read(event.id)
    wish = Move(event.id, half_hour(at(hour), 60), host, version(now), "asked for")
    return appointments.move(desk, writes.mint(desk), wish)


MOVES = {"another-time": (False, 15), "another-host": (True, 9), "both": (True, 15)}


@pytest.mark.parametrize(("given", "hour"), MOVES.values(), ids=MOVES)
def test_granted_leave_that_goes_elsewhere_waits_for_its_answer_again(
    staff: Staff, make_team: Callable[..., Any], given: bool, hour: int
) -> None:
    make_team("All", members=[staff.office.ada, staff.ben, staff.boss], keepers=[staff.office.coordinator])
    staff.office.desk = staff.office.desk_of(staff.office.coordinator)
    asked = staff.ask(minutes=60)
    staff.says(asked, Answer.YES)
    host = staff.ben if given else staff.office.ada

    assert move(staff, asked, host, hour).confirmed

    now = staff.office.api.events.read(asked.id)
    assert (now.host_id, leave_state(now)) == (host, Use.PENDING_LEAVE)
    assert not Claim.objects.filter(state__in=Claim.LIVE).exists()
    assert [each.event.id for each in invitations.waiting(staff.dana).invitations] == [asked.id]


def test_leave_that_nobody_was_asked_about_goes_to_nobody_else(staff: Staff, make_team: Callable[..., Any]) -> None:
    make_team("All", members=[staff.office.ada, staff.ben], keepers=[staff.office.coordinator])
    staff.office.desk = staff.office.desk_of(staff.office.coordinator)
    own = staff.office.clinic.visit(staff.office.ada, start=at(9), minutes=60, type=EventType.LEAVE)

    with pytest.raises(NotPossible) as refused:
        move(staff, own, staff.ben, 9)

    assert refused.value.reason is Reason.NOBODY_ASKED
    assert move(staff, own, staff.office.ada, 15).confirmed
