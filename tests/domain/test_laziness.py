"""A year of a clinic at five-minute steps holds millions of starts. What an answer does not need is never read."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.request import Order
from scheduling.domain.slots import find, starts
from scheduling.domain.timetable import Timetable

from .builders import ADA, BEN, MONDAY, NEW_YORK, ask, clinic, entries, event, local, monday, record, table, told

YEAR = local("2026-01-05 00:00", "2027-01-06 00:00")


class Unread(Sequence):
    """The calendar of somebody whom the search has no reason to look at."""

    def __len__(self):
        raise AssertionError("this calendar was looked at")

    __getitem__ = __iter__ = __len__


def colleague(number, hours):
    who = UUID(int=number)
    records = [record(*entries("1234567", *hours.split()), clinician_id=who)]
    return Timetable(who, NEW_YORK, YEAR, records, Unread())


def a_year_of_a_clinic(**fields):
    """Ada from eight, and two hundred colleagues from noon whose calendars nobody may read."""
    ada = table(hours="08:00-17:00", window=YEAR)
    rest = [colleague(1000 + n, "12:00-20:00") for n in range(200)]
    return clinic(*rest[:100], ada, *rest[100:], **fields)


def test_a_year_of_five_minute_steps_gives_its_first_twenty_at_once():
    page = find(a_year_of_a_clinic(), ask(YEAR, step=5, length=5), limit=20)
    assert told(page.slots)[::19] == ["Ada Mon 08:00", "Ada Mon 09:35"]
    assert page.slots[-1].when == local("2026-01-05 09:35", "2026-01-05 09:40")
    assert page.next


def test_the_pages_after_it_look_no_further():
    asked = ask(YEAR, step=5, length=5)
    first = find(a_year_of_a_clinic(), asked, limit=20)
    second = find(a_year_of_a_clinic(), asked, limit=20, after=first.next)
    assert told(second.slots)[::19] == ["Ada Mon 09:40", "Ada Mon 11:15"]


@pytest.mark.parametrize(
    ("limit", "fields"),
    [
        pytest.param(48, {}, id="one more than Ada has before noon"),
        pytest.param(20, {"order": Order.EVEN_LOAD}, id="an order that needs to know every load"),
        pytest.param(20, {"join": True}, id="sessions, which may lie before the hours"),
        pytest.param(20, {"between": "12:00-13:00"}, id="times at which others could be first"),
    ],
)
def test_calendars_are_read_where_the_answer_needs_them(limit, fields):
    with pytest.raises(AssertionError, match="this calendar was looked at"):
        find(a_year_of_a_clinic(), ask(YEAR, step=5, length=5, **fields), limit=limit)


@pytest.mark.parametrize(
    ("start", "fields"),
    [
        pytest.param("08:07", {}, id="while all are at work"),
        pytest.param("06:00", {"between": "10:00-12:00"}, id="at a time of day at which all are at work"),
    ],
)
def test_of_many_who_could_be_first_only_those_are_read_whose_turn_comes(start, fields):
    window = Interval(local(f"2026-01-05 {start}", "2026-01-06 00:00").start, YEAR.end)
    ada, ben = table(window=YEAR, hours="08:00-17:00"), table(who=BEN, window=YEAR, hours="08:00-17:00")
    rest = [colleague(1000 + n, "08:00-17:00") for n in range(200)]

    page = find(clinic(ada, ben, *rest), ask(window, length=30, step=15, **fields), limit=1)

    assert page.slots[0].clinician_ids == (ADA,)


def test_as_many_as_the_first_has_before_the_next_begins():
    assert len(find(a_year_of_a_clinic(), ask(YEAR, step=5, length=5), limit=47).slots) == 47


def test_one_who_is_never_at_work_is_never_looked_at():
    absent = colleague(1, "")
    assert find(clinic(absent), ask(YEAR)).slots == ()
    together = clinic(colleague(2, "08:00-17:00"), absent)
    assert find(together, ask(YEAR, together=True)).slots == ()


def test_every_start_of_a_year_is_counted_without_making_slots():
    ada = table(hours="00:00-23:59", window=YEAR)
    (found,) = starts(clinic(ada), ask(YEAR, step=5, length=5))
    assert len(found) == 366 * 24 * 12
    assert YEAR.duration == timedelta(days=366)


def test_a_search_reads_each_calendar_once():
    class Counted(list):
        reads = 0

        def __iter__(self):
            self.reads += 1
            return super().__iter__()

    visits = Counted([event(monday("09:00", "10:00"), host=BEN)])
    records = [record(*entries("1", "09:00-17:00"), clinician_id=BEN)]
    ben = Timetable(BEN, NEW_YORK, MONDAY, records, visits)
    for length in (15, 30, 45):
        find(clinic(table(), ben), ask(length=length), limit=50)
        starts(clinic(ben), ask(length=length))
    assert visits.reads == 1
