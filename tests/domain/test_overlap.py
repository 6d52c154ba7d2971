"""Which visits share a person's time: by a sweep that is held against every pair there is."""

from dataclasses import replace
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.event import Event, EventStatus, EventType, Participant
from scheduling.domain.occupancy import Use, use_of
from scheduling.domain.overlap import pairs

from .builders import ADA, BEN, NEW_YORK, THEO, UNA, minutes

LONG_AGO, PEOPLE = minutes(-2, -1).start, (ADA, BEN, THEO, UNA)


def visit(number: int, start: int, end: int, host: UUID = ADA, *others: UUID, **more: object) -> Event:
    rows = tuple(Participant(one, "patient" if one in (THEO, UNA) else "psm") for one in (host, *others))
    told = {"type": EventType.APPOINTMENT, "status": EventStatus.SCHEDULED, **more}
    return Event(UUID(int=number), minutes(start, end), host, rows, **told)  # type: ignore[arg-type]


def found(*events: Event, now: int = -2) -> set[tuple[UUID, frozenset[UUID]]]:
    calendars = {person: [event for event in events if event.involves(person)] for person in PEOPLE}
    return {pair.key for pair in pairs(calendars, NEW_YORK, minutes(now, now + 1).start)}


FIRST = visit(1, 0, 30, ADA, THEO)


@pytest.mark.parametrize(
    ("second", "whose"),
    [
        pytest.param(visit(2, 0, 30), {ADA}, id="same"),
        pytest.param(visit(2, 10, 20), {ADA}, id="inside"),
        pytest.param(visit(2, -30, 60), {ADA}, id="around"),
        pytest.param(visit(2, 29, 60, BEN, THEO), {THEO}, id="the-patients-only"),
        pytest.param(visit(2, 15, 45, ADA, THEO), {ADA, THEO}, id="both"),
        pytest.param(visit(2, 0, 30, ADA, status="IN_DOUBT"), {ADA}, id="a-status-nobody-knows"),
        pytest.param(visit(2, 30, 60), set(), id="touching-the-end"),
        pytest.param(visit(2, -30, 0), set(), id="touching-the-start"),
        pytest.param(visit(2, 0, 30, BEN, UNA), set(), id="other-people"),
        pytest.param(visit(2, 0, 30, status=EventStatus.CANCELLED), set(), id="cancelled"),
        pytest.param(visit(2, 0, 30, type=EventType.LEAVE), set(), id="leave"),
        pytest.param(visit(2, 0, 30, BEN, ADA, type=EventType.LEAVE), set(), id="leave-of-somebody-else"),
    ],
)
def test_two_visits_of_one_person_overlap(second: Event, whose: set[UUID]) -> None:
    both = frozenset((FIRST.id, second.id))

    assert found(FIRST, second) == {(person, both) for person in whose}


def test_the_people_of_one_session_are_no_overlap() -> None:
    assert found(visit(1, 0, 30, ADA, BEN, THEO, UNA, type=EventType.GROUP_THERAPY)) == set()


def test_what_is_over_is_not_told() -> None:
    assert found(FIRST, visit(2, 0, 10), now=10) == set()
    assert len(found(FIRST, visit(2, 0, 10), now=9)) == 1


def test_a_row_that_could_not_be_read_is_nobodys_overlap() -> None:
    """The client puts it into the calendar of everybody it asked for, so that no time there is offered."""
    guessed = visit(2, 0, 30, BEN)
    guessed = replace(guessed, participants=(*guessed.participants, Participant(ADA, "")), whole=False)

    assert found(FIRST, guessed) == set()
    assert len(found(FIRST, replace(guessed, host_id=ADA))) == 1


EVENTS = st.lists(
    st.builds(
        lambda start, length, people, kind, status: (start, start + length, people, kind, status),
        st.integers(0, 30),
        st.integers(1, 15),
        st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True),
        st.sampled_from([EventType.APPOINTMENT, EventType.GROUP_THERAPY, EventType.LEAVE, None]),
        st.sampled_from([EventStatus.SCHEDULED, EventStatus.COMPLETED, EventStatus.CANCELLED, None]),
    ),
    max_size=14,
)


@given(EVENTS, st.integers(-2, 40))
def test_the_sweep_finds_what_comparing_every_two_finds(rows: list[tuple], now: int) -> None:
    events = [
        visit(number, start, end, *people, type=kind, status=status)
        for number, (start, end, people, kind, status) in enumerate(rows, 1)
    ]
    moment = minutes(now, now + 1).start
    expected = {
        (person, frozenset((one.id, other.id)))
        for one, other in combinations(events, 2)
        for person in PEOPLE
        if use_of(one, person) is use_of(other, person) is Use.VISIT
        and one.when.overlaps(other.when)
        and min(one.when.end, other.when.end) > moment
    }

    assert found(*events, now=now) == expected
