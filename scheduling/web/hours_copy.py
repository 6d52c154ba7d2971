"""What copying a week would change, ready to print."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.work_hours import WorkHours
from scheduling.services.hours_copy import Copy, DayDiff, WeekDiff, token_of
from scheduling.services.hours_plan import Plan, end_of
from scheduling.web.hours import week_label
from scheduling.web.hours_words import length, name_of, range_in_words, spans_in_words


@dataclass(frozen=True, slots=True)
class DayLine:
    name: str
    before: str
    after: str
    change: str
    changed: bool


@dataclass(frozen=True, slots=True)
class WeekLines:
    """One week: its days, and what it gains and loses in words."""

    label: str
    same: bool
    change: str
    days: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the plan would do: for each week, in records, and to other exceptions. `token` is empty for no plan."""

    weeks: tuple[WeekLines, ...]
    records: str
    overruled: tuple[str, ...]
    token: str


def difference_of(copy: Copy) -> Difference:
    return Difference(
        weeks=tuple(_week(week) for week in copy.weeks),
        records=records_in_words(copy.plan),
        overruled=tuple(named(record) for record in copy.overruled),
        token=token_of(copy.plan) if copy.plan else "",
    )


def records_in_words(plan: Plan | None) -> str:
    """How many records would be made and changed."""
    if plan is None:
        return _("Nothing is different: all these weeks have these hours already.")
    made = sum(step.record is None for step in plan.steps)
    changed = len(plan.steps) - made
    told = [ngettext("%(n)s record is made", "%(n)s records are made", made) % {"n": made}] if made else []
    if changed:
        told.append(ngettext("%(n)s record is changed", "%(n)s records are changed", changed) % {"n": changed})
    return "; ".join(told) + "."


def named(record: WorkHours) -> str:
    """`PTO, from 3 to 5 June 2026`."""
    return f"{name_of(record)}, {range_in_words(record.first, end_of(record))}"


def _week(week: WeekDiff) -> WeekLines:
    return WeekLines(
        week_label(week.week), week.same, _change(week.gained, week.lost), tuple(_day(day) for day in week.days)
    )


def _day(day: DayDiff) -> DayLine:
    return DayLine(
        name=date_format(day.day, "D j M"),
        before=spans_in_words(day.before) or _("Off"),
        after=spans_in_words(day.after) or _("Off"),
        change=_change(day.gained, day.lost),
        changed=day.before != day.after,
    )


def _change(gained: int, lost: int) -> str:
    told = [_("%(time)s h gained") % {"time": length(gained)}] if gained else []
    told += [_("%(time)s h lost") % {"time": length(lost)}] if lost else []
    return ", ".join(told)
