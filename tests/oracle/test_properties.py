"""What must hold between two answers of the engine, whatever the clinic: a visit more never opens a slot, and so on."""

from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduling.domain import slots
from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.request import BadRequest, Order, Problem
from scheduling.domain.spans import clip, instant, intersect, merge, subtract, union

from . import engine
from .agreement import as_place
from .clinics import MINUTE, Case, Shut, numbered

CASES = st.integers(0, 1_000_000).map(numbered)
unhurried = settings(max_examples=150, deadline=None)


def starts(case: Case) -> list[set[int]]:
    return [set(each) for each in slots.starts(engine.clinic(case), engine.request(case))]


def offered(case: Case, order: Order = Order.SOONEST) -> list:
    return [as_place(slot) for slot in engine.everything(engine.clinic(case), engine.request(case, order))]


def nowhere_more(fewer: list[set[int]], more: list[set[int]]) -> bool:
    return all(each <= other for each, other in zip(fewer, more, strict=True))


def visit(case: Case, chance: Random, number: int) -> Event:
    """A further visit of one of the clinicians, with the first of the patients."""
    room = int(case.window.duration / MINUTE) - 5
    start = case.window.start + MINUTE * chance.randint(0, room)
    host = chance.choice(case.people).id
    rows = [Participant(host, "psm"), *(Participant(patient, "patient") for patient in case.patients[:1])]
    when = Interval(start, start + MINUTE * chance.choice([5, 30, 240]))
    return Event(UUID(int=8000 + number), when, host, tuple(rows))


@unhurried
@given(CASES, st.randoms(use_true_random=False))
def test_a_visit_a_claim_or_a_closure_more_never_opens_a_start(case, chance):
    before, when = starts(case), visit(case, chance, 0).when
    host = case.people[0]
    claimed = (replace(host, claims=(*host.claims, when)), *case.people[1:])
    for change in (
        {"events": (*case.events, visit(case, chance, 1))},
        {"shuts": (*case.shuts, Shut(when, chance.random() < 0.5))},
        {"people": claimed},
    ):
        assert nowhere_more(starts(replace(case, **change)), before)


@unhurried
@given(CASES)
def test_to_ask_for_less_never_loses_a_start(case):
    ask, before = case.ask, starts(case)
    for less in (
        {"length": max(ask.length - 10, 5)},
        {"before": 0},
        {"after": 0},
        {"weekdays": tuple(range(1, 8))},
        {"between": None},
        {"window": case.window},
        {} if ask.step % 5 or ask.offset % 5 else {"step": 5, "offset": 0},
    ):
        assert nowhere_more(before, starts(replace(case, ask=replace(ask, **less)))), less


@unhurried
@given(CASES)
def test_together_is_never_when_the_first_is_not_free(case):
    first = starts(replace(case, ask=replace(case.ask, together=False)))[0]
    assert nowhere_more(starts(replace(case, ask=replace(case.ask, together=True))), [first])


@unhurried
@given(CASES)
def test_a_visit_that_moves_is_as_if_it_were_not_there(case):
    assume(case.events)
    for event in case.events[:4]:
        others = tuple(each for each in case.events if each.id != event.id)
        assert offered(replace(case, moving=event.id)) == offered(replace(case, events=others, moving=None))


@unhurried
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_in_which_the_calendar_is_told_does_not_matter(case, chance):
    mixed = {name: tuple(chance.sample(getattr(case, name), len(getattr(case, name)))) for name in ("records", "shuts")}
    mixed["events"] = tuple(chance.sample(case.events, len(case.events)))
    for order in Order:
        assert offered(case, order) == offered(replace(case, **mixed), order)


@unhurried
@given(CASES)
def test_hours_are_either_free_or_taken(case):
    for table in engine.clinic(case).tables:
        known = clip(table.hours, table.window)
        taken = union(table.visits, table.claimed, table.leave, table.closed, table.holidays)
        assert not intersect(table.free(), taken)
        assert table.free() == subtract(known, taken)
        assert merge([*table.free(), *intersect(known, taken)]) == merge(known)
        assert table.free(600, 900) == intersect(table.free(), table.free(600, 900))


@unhurried
@given(CASES)
def test_what_is_offered_can_be_booked_and_is_then_offered_no_more(case):
    found = [place for place in offered(case) if not place.joins]
    assume(found)
    place = found[len(found) // 2]
    when = Interval(instant(place.start), instant(place.end))
    rows = tuple(Participant(person, "psm") for person in place.clinicians)
    booked = replace(case, events=(*case.events, Event(UUID(int=8000), when, place.clinicians[0], rows)))
    before, after = case.ask.before * 60, case.ask.after * 60
    left = [
        each
        for each in offered(case)
        if each.joins
        or not set(each.clinicians) & set(place.clinicians)
        or each.end + after <= place.start
        or place.end + before <= each.start
    ]
    assert offered(booked) == left


@unhurried
@given(CASES)
def test_no_conflict_stands_against_what_is_offered(case):
    known = engine.times(case)
    for slot in engine.everything(engine.clinic(case), engine.request(case))[:40]:
        around = (slot.when.start - MINUTE * case.ask.before, slot.when.end + MINUTE * case.ask.after)
        if slot.joins is None and case.window.start <= around[0] and around[1] <= case.window.end:
            people = tuple(person for person in case.people if person.id in slot.clinician_ids)
            assert not engine.conflicts(replace(case, people=people), known, slot.when.start, slot.when.end, False)


# Pages


def blocked(of: slots.Clinic, place) -> slots.Clinic:
    """The same clinic with the patients busy at this place: it is gone, and nobody's hours or load have changed."""
    return replace(of, patient_busy=union(of.patient_busy, [(place.start, place.end)]))


@unhurried
@given(CASES, st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(list(Order)))
def test_a_slot_that_goes_or_comes_moves_no_other_across_a_cursor(case, size, which, order):
    whole, wanted = engine.clinic(case), engine.request(case, order)
    everything = [as_place(slot) for slot in engine.everything(whole, wanted)]
    assume(len(everything) > 1)
    size = size % (len(everything) - 1) + 1
    seen, rest = everything[:size], everything[size:]
    less = blocked(whole, seen[which % size])
    there = {as_place(slot) for slot in engine.everything(less, wanted)}
    # It goes: behind the cursor are still all those that were there, as far as they are left.
    cursor = slots.find(whole, wanted, limit=size).next
    assert behind(less, wanted, cursor) == [place for place in rest if place in there]
    # It comes back: a page was read while it was gone, and the next one has nothing twice and misses nothing.
    short = slots.find(less, wanted, limit=size)
    if short.next:
        last = everything.index(as_place(short.slots[-1]))
        assert behind(whole, wanted, short.next) == everything[last + 1 :]


def behind(of: slots.Clinic, wanted, cursor: str) -> list:
    return [as_place(slot) for slot in slots.find(of, wanted, limit=100_000, after=cursor).slots]


@unhurried
@given(CASES, st.sampled_from(list(Order)), st.data())
def test_a_broken_cursor_is_refused_or_read_as_a_place_in_the_order(case, order, data):
    of, wanted = engine.clinic(case), engine.request(case, order)
    cursor = slots.find(of, wanted, limit=1).next
    assume(cursor)
    cut = data.draw(st.integers(0, len(cursor) - 1))
    text = data.draw(st.sampled_from([cursor[:cut], cursor[:cut] + "9" + cursor[cut + 1 :], cursor + "."]) | st.text())
    assume(text)
    whole, left = set(offered(case, order)), []
    problems: tuple = ()
    try:
        left = behind(of, wanted, text)
    except BadRequest as refused:
        problems = refused.problems
    assert problems in ((), (Problem("cursor", "broken"),))
    assert len(left) == len(set(left))
    assert set(left) <= whole


@pytest.mark.parametrize("order", list(Order))
def test_every_page_size_gives_the_same_list(order):
    case = next(case for case in map(numbered, range(200)) if 20 < len(offered(case)) < 60 and len(case.people) > 1)
    of, wanted = engine.clinic(case), engine.request(case, order)
    whole = engine.everything(of, wanted)
    for size in range(1, 8):
        assert engine.everything(of, wanted, size) == whole
