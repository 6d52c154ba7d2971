"""Every loosening of any small clinic, held against asking for each smaller change one by one."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.domain.interval import Interval
from scheduling.domain.request import Order
from scheduling.domain.slots import Standing, find
from scheduling.domain.why import LooseningKind, explain

from .builders import ADA, BEN, CARLA, NEW_YORK, ask, at, clinic, event, local, table

DAYS = local("2026-10-31 00:00", "2026-11-04 00:00")  # Saturday to Tuesday, and 25 hours of Sunday among them
FIRST_TWO = Interval(DAYS.start, local("2026-11-01 00:00", "2026-11-02 00:00").end)
STANDINGS = {BEN: Standing(care_team=True), CARLA: Standing(last_seen=at("2026-10-02"))}
MIDNIGHTS = [local("2026-11-01 00:00", f"2026-11-0{day} 00:00").end for day in (3, 4)]
FIVE, QUARTER = timedelta(minutes=5), timedelta(minutes=15)

shifts = st.sampled_from(["", "09:00-10:00", "09:00-09:50 13:00-14:00", "00:00-02:30", "16:20-17:00 22:00-23:59"])
weekdays = st.sampled_from(["1234567", "67", "6", "7", "12"])
visits = st.tuples(st.integers(0, 4 * 24 * 4), st.integers(1, 40)).map(
    lambda pair: Interval(DAYS.start + pair[0] * QUARTER, DAYS.start + (pair[0] + pair[1]) * QUARTER)
)


@st.composite
def tables(draw, who):
    events = [event(when, host=who, number=n) for n, when in enumerate(draw(st.lists(visits, max_size=2)))]
    return table(*events, who=who, hours=draw(shifts), days=draw(weekdays), window=DAYS)


@st.composite
def questions(draw):
    people = clinic(
        *(draw(tables(who)) for who in (ADA, BEN)[: draw(st.integers(1, 2))]), zone=NEW_YORK, standings=STANDINGS
    )
    fields = {"length": draw(st.sampled_from([20, 45, 60, 90])), "order": draw(st.sampled_from(Order))}
    fields["weekdays"] = draw(weekdays)
    if draw(st.booleans()):
        fields["between"] = draw(st.sampled_from(["09:00-09:30", "12:00-14:00", "10:20-13:00", "20:00-00:00"]))
    asked = ask(FIRST_TWO, together=draw(st.booleans()), **fields)
    return people, asked, [draw(tables(CARLA))]


def new(question, request=None, extra=()):
    """The slots that a changed question finds and the question as it was does not, in their order."""
    people, asked, _ = question
    known = {place(slot) for slot in find(people, asked, limit=9999).slots}
    changed = replace(people, tables=(*people.tables, *extra))
    return [slot for slot in find(changed, request or asked, limit=9999).slots if place(slot) not in known]


def place(slot):
    return slot.when.start, slot.clinician_ids


def shorter(asked):
    """(size, request) for every shorter length, and so on for each kind below."""
    steps = range(1, int(asked.length / FIVE))
    return [(n / 3, replace(asked, length=asked.length - n * FIVE)) for n in steps]


def other_times(asked):
    if not asked.between:
        return []
    start, end = (each.hour * 60 + each.minute for each in asked.between)
    end = end or 1440
    earlier = [(max(0, start - 15 * n), end) for n in range(1, 97)]
    later = [(start, min(1440, end + 15 * n)) for n in range(1, 97)]
    sized = [
        ((high - low - end + start) / 15, low, high) for low, high in earlier + later if (low, high) != (start, end)
    ]
    return [
        (size, replace(asked, between=(time(low // 60, low % 60), time(high // 60 % 24, high % 60))))
        for size, low, high in sorted(set(sized))
    ]


def other_weekdays(asked):
    return [(4, replace(asked, weekdays=asked.weekdays | {day})) for day in sorted({*range(1, 8)} - asked.weekdays)]


def later(asked):
    ends = enumerate(MIDNIGHTS, 1)
    return [(2 * n, replace(asked, window=Interval(asked.window.start, end))) for n, end in ends]


CHANGES = {
    LooseningKind.SHORTER: shorter,
    LooseningKind.TIME_OF_DAY: other_times,
    LooseningKind.WEEKDAY: other_weekdays,
    LooseningKind.LATER: later,
}


def explained(question):
    people, asked, others = question
    return explain(people, asked, others=others, horizon=DAYS.end).loosenings


@given(questions())
def test_each_loosening_brings_exactly_its_slot(question):
    for found in explained(question):
        extra = [table for table in question[2] if table.clinician_id in found.clinician_ids]
        assert found.clinician_ids == tuple(each.clinician_id for each in (*question[0].tables, *extra))
        assert new(question, found.request, extra)[0] == found.slot


@given(questions())
def test_nothing_smaller_would_have_done_and_none_is_forgotten(question):
    found = {each.kind: each for each in explained(question)}
    for kind, changes in CHANGES.items():
        sizes = [size for size, request in changes(question[1]) if new(question, request)]
        assert (round(found[kind].size, 6) if kind in found else None) == (round(min(sizes), 6) if sizes else None)


@given(questions())
def test_a_weekday_and_a_clinician_are_those_with_the_soonest_slot(question):
    found = {each.kind: each for each in explained(question)}
    firsts = [slots[0].when for _, request in other_weekdays(question[1]) if (slots := new(question, request))]
    weekday, clinician = found.get(LooseningKind.WEEKDAY), found.get(LooseningKind.CLINICIAN)
    assert (weekday.slot.when if weekday else None) == min(firsts, default=None)
    helps = not question[1].together and bool(new(question, extra=question[2]))
    assert bool(clinician) == helps


@given(questions())
def test_the_smallest_comes_first_and_each_kind_once(question):
    found = explained(question)
    assert list(found) == sorted(found, key=lambda each: (each.size, each.slot.when))
    assert len({each.kind for each in found}) == len(found)


def test_the_questions_have_loosenings_of_every_kind():
    seen = set()

    @settings(derandomize=True, max_examples=400)
    @given(questions())
    def collect(question):
        seen.update(each.kind for each in explained(question))

    collect()
    assert seen == set(LooseningKind)
