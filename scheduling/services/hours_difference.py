"""The hours that a plan gains and loses day by day, before anything is saved. No call."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduling.domain.hours import DayOfHours, expand
from scheduling.domain.interval import subtract, total

from . import impact
from .hours_plan import ONE_DAY, Plan, applied
from .impact import DayChange
from .work_hours import LOOK_AHEAD, Sheet


@dataclass(frozen=True, slots=True)
class Difference:
    """Hours gained and lost on each day that differs, from the first such day on for `LOOK_AHEAD`.

    `further`: days after these differ too.
    """

    days: tuple[DayChange, ...] = ()
    further: bool = False

    @property
    def first(self) -> date | None:
        """The first day that differs, None where none does."""
        return self.days[0].day if self.days else None

    @property
    def gained(self) -> timedelta:
        return sum((day.gained for day in self.days), timedelta())

    @property
    def lost(self) -> timedelta:
        return sum((day.lost for day in self.days), timedelta())

    @property
    def token(self) -> str:
        """By what a form knows that just this was shown; empty where nothing differs."""
        return hashlib.sha256(repr((self.days, self.further)).encode()).hexdigest()[:32] if self.days else ""


def of_plan(sheet: Sheet, plan: Plan, now: datetime) -> Difference:
    """What the plan does to the hours that are offered, from today on (of the clinician)."""
    changed = [day for day in impact.all_changed_days(sheet, plan, now) if day >= sheet.today]
    if not changed:
        return Difference()
    first, last = changed[0], changed[0] + LOOK_AHEAD - ONE_DAY
    before = expand(sheet.records, first, last, sheet.zone)
    after = expand(applied(plan, sheet.records, now), first, last, sheet.zone)
    days = (_change(old, new) for old, new in zip(before.days, after.days, strict=True))
    return Difference(tuple(day for day in days if day.gained or day.lost), changed[-1] > last)


def _change(old: DayOfHours, new: DayOfHours) -> DayChange:
    return DayChange(
        old.day,
        gained=total(subtract(new.intervals, old.intervals)),
        lost=total(subtract(old.intervals, new.intervals)),
    )
