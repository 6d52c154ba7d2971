"""What a change of hours gains and loses, ready to print: sums, and by weekday or day by day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.services.hours_difference import Difference
from scheduling.services.impact import DayChange
from scheduling.services.work_hours import LOOK_AHEAD
from scheduling.web.hours_words import day_in_words, length_of, range_in_words, weekdays_in_words

MOST_DAYS = 14
Amount = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Line:
    """Some days with what each of them gains and loses; empty where nothing."""

    days: str
    gained: str
    lost: str


@dataclass(frozen=True, slots=True)
class Change:
    """The difference in words. `token` goes along with the form: whoever saves has seen just this."""

    gained: str
    lost: str
    span: str
    lines: tuple[Line, ...]
    more: int
    token: str


def change_of(found: Difference | None) -> Change | None:
    """None where nothing is different or where that cannot be told yet."""
    if found is None or found.first is None:
        return None
    lines = tuple(_by_weekday(found) or _by_day(found))
    return Change(
        gained=_told(found.gained),
        lost=_told(found.lost),
        span=_span(found, found.first),
        lines=lines[:MOST_DAYS],
        more=max(0, len(lines) - MOST_DAYS),
        token=found.token,
    )


def _span(found: Difference, first: date) -> str:
    """What the sums are of: all days that differ, or those of the weeks that were looked at."""
    if not found.further:
        return range_in_words(first, found.days[-1].day)
    weeks = LOOK_AHEAD // timedelta(weeks=1)
    return _("in the %(weeks)s weeks from %(day)s") % {"weeks": weeks, "day": day_in_words(first)}


def _told(amount: timedelta) -> str:
    return length_of(amount) if amount else ""


def _by_weekday(found: Difference) -> list[Line]:
    """A line for weekdays that change alike week after week; none where weeks differ or only one has changes."""
    days: dict[int, list[DayChange]] = defaultdict(list)
    for day in found.days:
        days[day.day.isoweekday()].append(day)
    if any(len({(each.gained, each.lost) for each in same}) > 1 for same in days.values()):
        return []
    if any(len(same) < 2 or not _week_after_week(same) for same in days.values()):
        return []
    return list(_grouped({weekday: (same[0].gained, same[0].lost) for weekday, same in days.items()}))


def _week_after_week(same: list[DayChange]) -> bool:
    return all(later.day - day.day == timedelta(weeks=1) for day, later in pairwise(same))


def _grouped(amounts: dict[int, Amount]) -> Iterator[Line]:
    alike: dict[Amount, list[int]] = {}
    for weekday in sorted(amounts):
        alike.setdefault(amounts[weekday], []).append(weekday)
    for (gained, lost), weekdays in alike.items():
        yield Line(weekdays_in_words(weekdays), _told(gained), _told(lost))


def _by_day(found: Difference) -> list[Line]:
    return [Line(date_format(day.day, "D j M"), _told(day.gained), _told(day.lost)) for day in found.days]
