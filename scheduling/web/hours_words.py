"""Work hours in words: days, times and dates as a person would say them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.pattern import fold, merge, total
from scheduling.domain.work_hours import DayHours, WorkHours
from scheduling.services.hours_plan import end_of
from scheduling.web.spans import WEEK, Minutes, shown_of, write_clock

ON_DAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}


def either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s or %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}


def length(minutes: int) -> str:
    """Hours and minutes, `38:30`."""
    sign = "-" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def length_of(duration: timedelta) -> str:
    return length(round(duration / timedelta(minutes=1)))


def spans_in_words(spans: Iterable[Minutes]) -> str:
    """`09:00–12:00 and 13:00–17:00`."""
    return listed([f"{write_clock(start)}–{write_clock(end)}" for start, end in spans])


def weekdays_in_words(weekdays: Sequence[int]) -> str:
    """`Mondays and Wednesdays`, `Mondays to Fridays`; `every day` for all seven."""
    if len(weekdays) == len(WEEK):
        return _("Every day")
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return _("%(first)s to %(last)s") % {"first": ON_DAYS[weekdays[0] - 1], "last": ON_DAYS[weekdays[-1] - 1]}
    return listed([str(ON_DAYS[weekday - 1]) for weekday in weekdays])


def week_in_words(days: Sequence[DayHours], weekdays: Iterable[int] = WEEK) -> str:
    """The hours of a week, days with the same hours together, nights as one. `weekdays`: those that count."""
    alike: dict[tuple[Minutes, ...], list[int]] = {}
    for weekday, spans in fold({weekday: merge(shown_of(days, weekday)) for weekday in weekdays}).items():
        if spans:
            alike.setdefault(spans, []).append(weekday)
    said = [f"{weekdays_in_words(group)} {spans_in_words(spans)}" for spans, group in alike.items()]
    return "; ".join(said) or _("No hours on any day")


def day_in_words(day: date) -> str:
    return date_format(day, "j F Y")


def range_in_words(first: date, last: date | None) -> str:
    """`from 1 June 2026 until further notice`, `on 5 June 2026`, `from 1 June 2026 to 5 June 2026`."""
    if last is None:
        return _("from %(first)s until further notice") % {"first": day_in_words(first)}
    if first == last:
        return _("on %(day)s") % {"day": date_format(first, "l j F Y")}
    return _("from %(first)s to %(last)s") % {"first": day_in_words(first), "last": day_in_words(last)}


def weekdays_covered(record: WorkHours) -> tuple[int, ...]:
    """The weekdays between the record's borders, Monday 1; all seven when it lasts a week or longer."""
    last = end_of(record)
    if last is None or (last - record.first).days >= 6:
        return tuple(WEEK)
    return tuple(sorted((record.first + timedelta(days=n)).isoweekday() for n in range((last - record.first).days + 1)))


def record_in_words(record: WorkHours) -> str:
    """`Mondays and Wednesdays 09:00–12:00, from 1 June 2026 until further notice`."""
    week = week_in_words(record.days, weekdays_covered(record))
    return f"{week}, {range_in_words(record.first, end_of(record))}"


def name_of(record: WorkHours) -> str:
    """What a record is called where there is room for a word or two."""
    return record.name or (_("Exception") if record.is_override else _("Regular hours"))


def minutes_of_week(record: WorkHours) -> int:
    """How long a full week of the record is."""
    return total({weekday: shown_of(record.days, weekday) for weekday in WEEK})


def duplicates(record: WorkHours) -> int:
    """How many entries say what another one says."""
    entries = [(entry.day, entry.start, entry.end) for entry in record.days if entry.start]
    return len(entries) - len(set(entries))
