"""Whether the engine tells truly why a search finds little: its account of the time, and what could be given up.

Each loosening is asked of the walk: it must open a slot that was not there before, the very one that the engine names,
and one step less must open none. Where the engine names none, the widest step must open none.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from scheduling.domain import why
from scheduling.domain.interval import Interval
from scheduling.domain.why import Loosening, LooseningKind

from . import engine
from .clinics import Ask, Case, Person
from .minutes import DAY, EPOCH, Minutes, Place, second_of_day

FEW = 40  # the question why is asked where little was found
QUARTER = 15


def compare(case: Case, walk: Minutes, compared: Counter) -> Iterator[str]:
    """The differences between the engine's account and loosenings, and the walk's."""
    asked, others = split(case)
    walk = walk.asking(asked.ask, asked.people)
    if len(walk.places) > FEW:
        return
    horizon = case.window.end
    found = why.explain(
        engine.clinic(asked),
        engine.request(asked),
        others=[engine.table(case, person) for person in others],
        horizon=horizon,
    )
    yield from accounts(walk, found, compared)
    yield from Loosenings(walk, others, horizon, compared).differences(found.loosenings)


def split(case: Case) -> tuple[Case, tuple[Person, ...]]:
    """The last of several clinicians counts as somebody who was not asked."""
    if len(case.people) == 1:
        return case, ()
    return replace(case, people=case.people[:-1]), case.people[-1:]


def accounts(walk: Minutes, found: why.Why, compared: Counter) -> Iterator[str]:
    """Sums to the second, and for each rule the very cells."""
    window = walk.case.ask.window.duration
    for person, account in zip(walk.case.people, found.clinicians, strict=True):
        compared["accounts"] += 1
        name = f"account of {person.id.int}"
        if sum((removed.time for removed in account.removed), account.left) != window:
            yield f"{name}: its sum is not the window"
        here = {removed.rule.value: cells_of(walk, removed) for removed in account.removed}
        there = walk.account(person)
        left = len(there.pop("", ()))
        if account.left != timedelta(seconds=left * walk.grain):
            yield f"{name}: {account.left} is left, in the walk {left} cells"
        for rule in sorted({*here, *there}):
            if here.get(rule) != there.get(rule):
                yield f"{name}: {rule} takes {len(here.get(rule, ()))} cells, in the walk {len(there.get(rule, ()))}"
        for removed in account.removed:
            if removed.time != sum((when.duration for when in removed.when), timedelta()):
                yield f"{name}: the time of {removed.rule} is not that of its stretches"
        if [*here] != [rule.value for rule in why.Rule if rule.value in here]:
            yield f"{name}: the rules stand out of order"


def cells_of(walk: Minutes, removed: why.Removed) -> set[int]:
    return {cell for when in removed.when for cell in walk.cells(when.start, when.end)}


def _same(place: Place) -> tuple:
    """What makes two slots the same one, whatever their length, and whoever offers the session."""
    return place.start, () if place.joins else place.clinicians, place.joins


class Loosenings:
    """What could be given up, tried one by one."""

    def __init__(self, walk: Minutes, others: tuple[Person, ...], horizon: datetime, compared: Counter) -> None:
        self.walk, self.ask, self.others, self.horizon = walk, walk.case.ask, others, horizon
        self.compared = compared
        self.old = {_same(place) for place in walk.places}

    def new(self, ask: Ask, *more: Person) -> list[Place]:
        """The slots that this request finds and the first one did not, the soonest first."""
        walk = self.walk.asking(ask, (*self.walk.case.people, *more))
        there = [place for place in walk.places if _same(place) not in self.old]
        return sorted(there, key=lambda place: walk.key(place, "SOONEST"))

    def differences(self, found: tuple[Loosening, ...]) -> Iterator[str]:
        named = {loosening.kind: loosening for loosening in found}
        if len(named) != len(found) or [each.size for each in found] != sorted(each.size for each in found):
            yield f"loosenings: {[(each.kind.value, each.size) for each in found]} is no order of different kinds"
        tries = {
            LooseningKind.SHORTER: self.shorter,
            LooseningKind.TIME_OF_DAY: self.time_of_day,
            LooseningKind.WEEKDAY: self.weekday,
            LooseningKind.CLINICIAN: self.clinician,
            LooseningKind.LATER: self.later,
        }
        for kind, tried in tries.items():
            loosening = named.get(kind)
            self.compared[f"loosenings, {kind.lower().replace('_', ' ')}"] += loosening is not None
            for said in tried(loosening):
                yield f"loosening {kind}: {loosening and loosening.value}: {said}"
            if loosening:
                for said in self.kept(loosening):
                    yield f"loosening {kind}: {loosening.value}: {said}"

    def kept(self, loosening: Loosening) -> Iterator[str]:
        """Its own request opens its own slot, and that is the first new one."""
        more = [person for person in self.others if person.id in loosening.clinician_ids]
        if loosening.clinician_ids != (*self.walk.ids, *(person.id for person in more)):
            yield "other clinicians than were asked"
        new = self.new(engine.asked(loosening.request), *more)
        when = loosening.slot.when
        slot = Place(
            *(int((instant - EPOCH).total_seconds()) for instant in (when.start, when.end)),
            loosening.slot.clinician_ids,
            loosening.slot.joins,
        )
        if not new:
            yield "the walk finds no new slot"
        elif slot != new[0]:
            yield f"the first new slot is {new[0]}, not {slot}"

    def same(self, loosening: Loosening, **changes) -> Iterator[str]:
        """Nothing is given up but what it says."""
        if engine.asked(loosening.request) != replace(self.ask, **changes):
            yield f"its request is {engine.asked(loosening.request)}"

    # The kinds

    def shorter(self, loosening: Loosening | None) -> Iterator[str]:
        lengths = range((self.ask.length - 1) // 5 * 5, 4, -5)
        if loosening is None:
            if lengths and self.new(replace(self.ask, length=lengths[-1])):
                yield f"{lengths[-1]} minutes open a slot"
            return
        length = loosening.value // timedelta(minutes=1)
        yield from self.same(loosening, length=length)
        if length not in lengths:
            yield "no multiple of five minutes"
        elif length != lengths[0] and self.new(replace(self.ask, length=length + 5)):
            yield f"{length + 5} minutes open a slot"

    def time_of_day(self, loosening: Loosening | None) -> Iterator[str]:
        if self.ask.between is None:
            yield from ["no time of day was asked for"] if loosening else []
            return
        if loosening is None:
            for wide in self.widened(96):
                if self.new(replace(self.ask, between=wide)):
                    yield f"{wide} opens a slot"
            return
        yield from self.same(loosening, between=loosening.value)
        steps = [step for step in range(1, 97) if loosening.value in self.widened(step)]
        if not steps:
            yield "not by quarter hours at one end"
        elif steps[0] > 1:
            for less in self.widened(steps[0] - 1):
                if self.new(replace(self.ask, between=less)):
                    yield f"{less} opens a slot"

    def widened(self, step: int) -> list[tuple[time, time]]:
        """The asked time of day, by so many quarter hours longer at one end, as far as the day goes."""
        start, end = self.ask.between
        early = max(second_of_day(start) // 60 - step * QUARTER, 0)
        late = min((second_of_day(end) // 60 or 1440) + step * QUARTER, 1440)
        both = [(time(*divmod(early, 60)), end), (start, time(*divmod(late % 1440, 60)))]
        return [wide for wide in both if wide != self.ask.between]

    def weekday(self, loosening: Loosening | None) -> Iterator[str]:
        missing = [day for day in range(1, 8) if day not in self.ask.weekdays]
        first = {day: self.new(replace(self.ask, weekdays=with_day(self.ask, day))) for day in missing}
        soonest = min((new[0].start for new in first.values() if new), default=None)
        if loosening is None:
            if soonest is not None:
                yield f"a day of {missing} opens a slot"
            return
        yield from self.same(loosening, weekdays=with_day(self.ask, loosening.value))
        if not first.get(loosening.value) or first[loosening.value][0].start != soonest:
            yield f"not the day of the soonest new slot: {[(day, bool(new)) for day, new in first.items()]}"

    def clinician(self, loosening: Loosening | None) -> Iterator[str]:
        useful = [] if self.ask.together else self.others
        first = {person.id: self.new(self.ask, person) for person in useful}
        soonest = min((new[0].start for new in first.values() if new), default=None)
        if loosening is None:
            if soonest is not None:
                yield "another clinician has a slot"
            return
        yield from self.same(loosening)
        if not first.get(loosening.value) or first[loosening.value][0].start != soonest:
            yield "not the clinician with the soonest new slot"

    def later(self, loosening: Loosening | None) -> Iterator[str]:
        ends = self.ends()
        if loosening is None:
            if ends and self.new(self.until(ends[-1])):
                yield f"an end of {ends[-1]} opens a slot"
            return
        yield from self.same(loosening, window=Interval(self.ask.window.start, loosening.value))
        if loosening.value not in ends:
            yield f"not one of the midnights {ends}"
        elif loosening.value != ends[0] and self.new(self.until(ends[ends.index(loosening.value) - 1])):
            yield "an earlier end opens a slot"

    def until(self, end: datetime) -> Ask:
        return replace(self.ask, window=Interval(self.ask.window.start, end))

    def ends(self) -> list[datetime]:
        """The midnights after the asked window, in the zone whose days group the answer, and the horizon."""
        walk, end = self.walk, self.ask.window.end
        latest = walk.clock(walk.case.zone).latest
        cells = walk.cells(end, self.horizon)
        midnights = [cell for cell in cells if latest[cell] // DAY > latest[cell - 1] // DAY]
        found = [walk.moment(cell) for cell in midnights if walk.moment(cell) > end]
        return [*found, self.horizon] if self.horizon > end else found


def with_day(ask: Ask, day: int) -> tuple[int, ...]:
    return tuple(sorted({*ask.weekdays, day}))
