"""What a calendar feed tells at each level of detail, and that an entry survives being kept."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.event import Event, EventType, Participant
from scheduling.domain.feed import Detail, Entry, State, entries_of

from .builders import ADA, BEN, NEW_YORK, THEO, UNA, at, span

VISIT = Event(
    id=UUID(int=7),
    when=span("2026-11-23 14:00", "2026-11-23 14:30"),
    host_id=ADA,
    participants=(
        Participant(ADA, "psm", first_name="Ada", last_name="Quill"),
        Participant(THEO, "patient", first_name="Theo", last_name="Marsh"),
        Participant(UNA, "patient", first_name="Una", last_name=" "),
    ),
    type=EventType.GROUP_THERAPY,
    mode="VIDEO",
    title="Theo Marsh: wound check",
    description="HIV",
    additional={"location": "Room 2", "remarks": "brother of Una"},
)
LEAVE = replace(VISIT, type=EventType.LEAVE, participants=VISIT.participants[:1])


def shown(event: Event, detail: Detail = Detail.BUSY, person: UUID = ADA) -> list[Entry]:
    return entries_of([event], person, NEW_YORK, detail)


TOLD = {
    Detail.BUSY: ("", "", "", ""),
    Detail.KIND: ("GROUP_THERAPY", "VIDEO", "Room 2", ""),
    Detail.INITIALS: ("GROUP_THERAPY", "VIDEO", "Room 2", "T.M., U."),
}


@pytest.mark.parametrize(("detail", "words"), TOLD.items(), ids=str)
def test_each_level_tells_so_much_and_never_a_name_a_title_or_a_remark(detail: Detail, words: tuple[str, ...]) -> None:
    [entry] = shown(VISIT, detail)
    assert (entry.kind, entry.mode, entry.place, entry.initials) == words
    assert not any(secret in str(entry) for secret in ("Theo", "Marsh", "Una", "wound", "HIV", "brother", "Quill"))


STATES = {
    "scheduled": (replace(VISIT, status="SCHEDULED"), State.CONFIRMED),
    "an unknown status": (replace(VISIT, status="POSTPONED"), State.CONFIRMED),
    "cancelled": (replace(VISIT, status="cancelled"), State.CANCELLED),
    "leave that nobody has to grant": (LEAVE, State.CONFIRMED),
    "leave asked for": (replace(LEAVE, participants=(*LEAVE.participants, Participant(BEN, "psm"))), State.TENTATIVE),
}


@pytest.mark.parametrize(("event", "state"), STATES.values(), ids=STATES)
def test_states(event: Event, state: State) -> None:
    [entry] = shown(event)
    assert (entry.state, entry.leave) == (state, event.is_leave)


NOTHING = {
    "somebody else's visit": (VISIT, BEN),
    "leave of somebody else, who asks this one": (
        replace(LEAVE, participants=(*LEAVE.participants, Participant(BEN, "psm"))),
        BEN,
    ),
    "refused leave": (replace(LEAVE, participants=(*LEAVE.participants, Participant(BEN, "psm", answer="No"))), ADA),
}


@pytest.mark.parametrize(("event", "person"), NOTHING.values(), ids=NOTHING)
def test_what_is_not_theirs_is_not_shown(event: Event, person: UUID) -> None:
    assert shown(event, person=person) == []


def test_whole_days_are_dates() -> None:
    event = replace(VISIT, when=span("2026-11-23 00:00", "2026-11-24 23:59"), all_day=True)
    [entry] = shown(event)
    assert (entry.first, entry.last) == (date(2026, 11, 23), date(2026, 11, 24))


words = st.text(max_size=20)


@given(
    entry=st.builds(
        Entry,
        st.uuids(),
        st.sampled_from(State),
        st.just(at("2026-11-01 05:30")),
        st.just(at("2026-11-01 06:30")),
        st.booleans(),
        st.none() | st.dates(),
        st.none() | st.dates(),
        words,
        words,
        words,
        words,
    )
)
def test_an_entry_is_made_again_from_its_facts(entry: Entry) -> None:
    assert Entry.of_facts(entry.facts) == entry
