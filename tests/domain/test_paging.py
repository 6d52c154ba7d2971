"""Page after page gives what one page gives, whatever happens between two of them."""

from uuid import UUID

import pytest

from scheduling.domain.request import BadRequest, Order, Problem
from scheduling.domain.slots import Page, Standing, find

from .builders import ADA, BEN, CARLA, THEO, ask, at, clinic, event, local, monday, psm, table, told

DAYS = local("2026-11-23 00:00", "2026-11-25 00:00")
STANDINGS = {BEN: Standing(care_team=True), CARLA: Standing(last_seen=at("2026-11-02"))}


def group(number, start, end, *people, host=ADA):
    return event(
        monday(start, end), *people, number=number, host=host, type="GROUP_THERAPY", additional={"capacity": 4}
    )


def a_clinic(*events, hours="09:00-11:00", **fields):
    people = [table(*events, who=who, hours=hours, window=DAYS) for who in (ADA, BEN, CARLA)]
    return clinic(*people, standings=STANDINGS, patient_ids=(THEO,), **fields)


def pages(people, asked, limit):
    after = None
    for _ in range(200):
        page = find(people, asked, limit=limit, after=after)
        yield page
        if page.next is None:
            return
        after = page.next
    raise AssertionError("the pages never end")


BUSY = [
    event(monday("09:30", "10:00"), number=1),
    event(monday("10:00", "10:30"), host=BEN, number=2),
    group(3, "09:00", "10:00", psm(CARLA)),
    group(4, "09:00", "10:30", host=CARLA),
    group(5, "09:00", "10:30", host=CARLA),
]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("fields", [{}, {"join": True}, {"together": True}], ids=["alone", "join", "together"])
def test_pages_of_any_size_give_the_slots_of_one_page(order, fields):
    people, asked = a_clinic(*BUSY), ask(DAYS, length=30, order=order, **fields)
    whole = find(people, asked, limit=1000)
    assert whole.next is None
    assert len(whole.slots) > 2
    for limit in range(1, len(whole.slots) + 2):
        found = list(pages(people, asked, limit))
        assert tuple(slot for page in found for slot in page.slots) == whole.slots
        assert [len(page.slots) for page in found[:-1]] == [limit] * (len(found) - 1)


def test_sessions_that_begin_together_are_two_slots_on_two_pages():
    ada = table(group(3, "10:00", "12:00"), group(2, "10:00", "12:00"), group(1, "10:00", "11:00"), hours="")
    found = list(pages(clinic(ada), ask(join=True), 1))
    assert [slot.joins for page in found for slot in page.slots] == [UUID(int=5000 + number) for number in (1, 2, 3)]


@pytest.mark.parametrize(("limit", "more"), [(3, True), (4, False), (5, False)])
def test_the_last_page_has_no_next(limit, more):
    page = find(clinic(table(hours="09:00-11:30")), ask(), limit=limit)
    assert len(page.slots) == min(limit, 4)
    assert (page.next is not None) == more


def test_an_empty_page_has_no_next():
    assert find(clinic(table(hours="")), ask(), limit=1) == Page((), None)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_without_slots_cannot_be_asked_for(limit):
    with pytest.raises(ValueError):
        find(clinic(table()), ask(), limit=limit)


# What happens between two pages. The first page of four slots is Ada, Ben and Carla at 09:00 and Carla at 09:30, by
# start; by care team it is all of Carla's Monday and Ben's first.

TAKEN = [
    pytest.param(lambda who: [event(monday("09:00", "10:00"), host=who)], id="the first hour is taken"),
    pytest.param(lambda who: [event(monday("00:00", "09:00"), host=who)], id="a visit before it all"),
]


@pytest.mark.parametrize("order", [Order.SOONEST, Order.CARE_TEAM])
@pytest.mark.parametrize("who", [ADA, BEN, CARLA], ids=["Ada", "Ben", "Carla"])
@pytest.mark.parametrize("events", TAKEN)
@pytest.mark.parametrize("freed", [False, True], ids=["taken", "freed"])
def test_what_is_taken_or_becomes_free_moves_nothing_across_the_cursor(order, who, events, freed):
    asked = ask(DAYS, length=30, order=order)
    states = [a_clinic(), a_clinic(*events(who))]
    before, after = reversed(states) if freed else states
    seen = find(before, asked, limit=4)
    then = find(after, asked, limit=1000).slots
    rest = find(after, asked, limit=1000, after=seen.next).slots
    assert rest == then[len(then) - len(rest) :]
    still = {place(slot) for slot in find(before, asked, limit=1000).slots} & {place(slot) for slot in then}
    assert {place(slot) for slot in rest} & still == still - {place(slot) for slot in seen.slots}


def place(slot):
    return slot.when, slot.clinician_ids


def test_the_slot_that_the_cursor_stands_behind_may_be_gone():
    first = find(clinic(table()), ask(), limit=2)
    taken = clinic(table(event(first.slots[-1].when)))
    assert told(find(taken, ask(), after=first.next, limit=2).slots) == ["Ada Mon 10:30", "Ada Mon 11:00"]


def test_the_clinician_that_the_cursor_stands_behind_may_be_gone():
    people = [table(who=who, hours="09:00-10:30") for who in (ADA, BEN, CARLA)]
    first = find(clinic(*people), ask(), limit=4)
    assert told(first.slots)[-1] == "Ada Mon 09:30"
    left = find(clinic(*people[1:]), ask(), after=first.next).slots
    assert told(left) == ["Ben Mon 09:30", "Carla Mon 09:30"]


def test_the_earliest_of_all_is_not_told_again_on_the_next_page():
    page = find(clinic(table()), ask(), limit=1)
    (slot,) = find(clinic(table()), ask(), limit=1, after=page.next).slots
    assert [reason.kind.value for reason in slot.reasons] == ["WAIT"]


BROKEN = [
    pytest.param("x", id="a word"),
    pytest.param("1795442400", id="a part of one"),
    pytest.param("1795442400.2.00000000000000000000000000000001", id="without an end"),
    pytest.param("1795442400.2.0000000000000000000000000000000g.1795446000", id="no hexadecimal"),
    pytest.param("1795442400.2.001.1795446000", id="a short name"),
    pytest.param("-1.2.00000000000000000000000000000001.1795446000", id="before 1970"),
    pytest.param("9" * 13 + ".2.00000000000000000000000000000001.1795446000", id="after every date"),
    pytest.param("１795442400.2.00000000000000000000000000000001.1795446000", id="digits of another script"),
    pytest.param("1795442400.2.00000000000000000000000000000001.1795446000\n", id="a line break behind it"),
    pytest.param(" 1795442400.2.00000000000000000000000000000001.1795446000", id="a blank before it"),
    pytest.param("1795442400.2.00000000000000000000000000000001.1795446000.", id="an empty session"),
    pytest.param("9" * 10_000, id="very long"),
]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("after", BROKEN)
def test_a_text_that_no_page_has_given_is_refused(after, order):
    with pytest.raises(BadRequest) as refused:
        find(clinic(table()), ask(order=order), after=after)
    assert refused.value.problems == (Problem("cursor", "broken"),)


FORGED = [
    pytest.param("0.0.00000000000000000000000000000001.0", 15, id="before everything"),
    pytest.param("9" * 12 + ".999999." + "f" * 32 + "." + "9" * 12 + "." + "f" * 32, 0, id="after everything"),
]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(("after", "left"), FORGED)
def test_a_forged_cursor_is_a_place_like_any_other(after, left, order):
    assert len(find(clinic(table()), ask(order=order), after=after, limit=100).slots) == left


def test_an_empty_cursor_is_the_beginning():
    people = clinic(table())
    assert find(people, ask(), after="") == find(people, ask())
