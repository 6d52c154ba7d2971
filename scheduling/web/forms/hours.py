"""The form of weekly hours: seven days with several intervals each, in the clinician's wall clock.

Times are text fields, so that 24:00 can be typed: a day ends at midnight, which the API writes as 23:59 (welkin-api
6.2). A day whose intervals were not touched is sent back as the record has it, odd seconds and duplicates included.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.week import FIRST_YEAR, LAST_YEAR
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.services.hours_plan import end_of
from scheduling.web.forms.base import IntentForm
from scheduling.web.spans import MIDNIGHT, WEEK, Minutes, as_time, read_clock, senseless, shown_of, write_clock

LEAST_ROWS, MOST_ROWS = 3, 10


@dataclass
class Entry:
    """One row of a day: what was typed, and what is wrong with it. `wanted`: shown although it is empty."""

    weekday: int
    number: int
    start: str = ""
    end: str = ""
    error: str = ""
    wanted: bool = False
    added: bool = False

    @property
    def name(self) -> str:
        return f"d{self.weekday}-{self.number}"

    @property
    def empty(self) -> bool:
        return not self.start and not self.end

    def tidy(self) -> None:
        """Write what was typed as 09:00, where it makes sense."""
        span = _span(self)
        if span:
            self.start, self.end = write_clock(span[0]), write_clock(span[1])


@dataclass
class Day:
    """One day of the form. `total` is in minutes and counts what can be read."""

    weekday: int
    entries: list[Entry] = field(default_factory=list)
    error: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        return str(WEEKDAYS[self.weekday - 1])

    @property
    def spans(self) -> tuple[Minutes, ...]:
        """The intervals without an error, sorted."""
        read = (_span(entry) for entry in self.entries if not entry.empty)
        return tuple(sorted(span for span in read if span))

    @property
    def total(self) -> int:
        minutes, reached = 0, 0
        for start, end in self.spans:
            minutes += max(0, end - max(start, reached))
            reached = max(reached, end)
        return minutes

    @property
    def full(self) -> bool:
        return len(self.entries) >= MOST_ROWS


def _span(entry: Entry) -> Minutes | None:
    start, end = read_clock(entry.start), read_clock(entry.end)
    if start is None or end is None:
        return None
    end = end or MIDNIGHT
    return (start, end) if start < end else None


def _fault(entry: Entry) -> str:
    """What is wrong with one row on its own."""
    if not entry.start or not entry.end:
        return _("Give both a start and an end, or leave both empty.")
    start, end = read_clock(entry.start), read_clock(entry.end)
    if start is None or end is None:
        return _("Type times like 09:00 or 17:30; the end of the day is 24:00.")
    if start >= (end or MIDNIGHT):
        return _("The end must be after the start. Hours past midnight go on the next day, from 00:00.")
    return ""


class WeekForm(IntentForm):
    """Weekly hours of one clinician, bound or filled from a record. `days` are the seven rows of the page."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What are these?"),
        choices=[
            (RuleType.DEFAULT.value, gettext_lazy("Regular hours")),
            (RuleType.OVERRIDE.value, gettext_lazy("Exception")),
        ],
        widget=forms.RadioSelect(attrs={"class": "segmented"}),
        help_text=gettext_lazy(
            "An exception replaces the regular hours on its days, for example a holiday or an extra Saturday."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Shown on the calendar, for example PTO. No patient names."),
    )
    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day. Empty: until further notice."),
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        record: WorkHours | None = None,
        pattern: Sequence[DayHours] = (),
        typed: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """`record` is the one that is edited, `pattern` fills the days of a new one.

        `typed` is what stands in a form that is only to be shown again, unchecked.
        """
        super().__init__(*args, initial=kwargs.pop("initial", None) or dict(typed.items() if typed else ()), **kwargs)
        self.record = record
        self.known = record.days if record else tuple(pattern)
        if record:
            del self.fields["kind"]
        filled = self.data if self.is_bound else typed
        self.days = _typed_days(filled) if filled is not None else _shown_days(self.known)
        for day in self.days:
            day.note = _note(senseless(record.days, day.weekday)) if record else ""

    @property
    def rule(self) -> str:
        return self.record.rule if self.record else self.cleaned_data.get("kind", RuleType.DEFAULT.value)

    @property
    def is_override(self) -> bool:
        return self.rule.upper() == RuleType.OVERRIDE

    @property
    def total(self) -> int:
        """Minutes of the week."""
        return sum(day.total for day in self.days)

    def add_row(self, weekday: int) -> None:
        """One more empty row, up to the most that a day may have."""
        day = self.days[weekday - 1]
        if not day.full:
            day.entries.append(Entry(weekday, len(day.entries), added=True))
        for entry in day.entries:
            entry.wanted = True

    def clean_first(self) -> date:
        return _sane(self.cleaned_data["first"])

    def clean_last(self) -> date | None:
        last = self.cleaned_data["last"]
        return _sane(last) if last else None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        self._check_dates(told.get("first"), told.get("last"))
        for day in self.days:
            if not self._untouched(day):
                self._check_day(day, told.get("first"), told.get("last"))
        return told

    def _check_dates(self, first: date | None, last: date | None) -> None:
        if "first" in self.errors or "last" in self.errors or first is None:
            return
        if last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        if last is None and self.is_override:
            self.add_error("last", _("An exception needs a last day; for one day, the same as the first."))

    def _check_day(self, day: Day, first: date | None, last: date | None) -> None:
        for entry in day.entries:
            entry.error = "" if entry.empty else _fault(entry)
            entry.tidy()
        clash = next(((a, b) for a, b in pairwise(day.spans) if b[0] < a[1]), None)
        if clash:
            day.error = _("%(some)s and %(others)s overlap.") % {
                "some": _written(clash[0]),
                "others": _written(clash[1]),
            }
        elif day.spans and first and last and first <= last and not _falls_between(day.weekday, first, last):
            day.error = _("There is no %(day)s between these dates.") % {"day": day.label}
        for text in (*(entry.error for entry in day.entries), day.error):
            if text:
                self.add_error(None, f"{day.label}: {text}")

    def _untouched(self, day: Day) -> bool:
        """Whether the day still says what the record that is edited says."""
        if self.record is None or any(not entry.empty and _fault(entry) for entry in day.entries):
            return False
        return day.spans == shown_of(self.record.days, day.weekday)

    def day_hours(self) -> tuple[DayHours, ...]:
        """The days for the record: untouched ones as they were, others as typed, a day without hours as a day off."""
        if self.record and all(self._untouched(day) for day in self.days):
            return self.record.days
        return tuple(entry for day in self.days for entry in self._hours_of(day))

    def _hours_of(self, day: Day) -> tuple[DayHours, ...]:
        if self._untouched(day):
            return tuple(entry for entry in self.known if entry.day == day.weekday)
        spans = tuple(DayHours(day.weekday, as_time(start), as_time(end)) for start, end in day.spans)
        return spans or (DayHours(day.weekday, None, None),)

    def last_day(self) -> date | None:
        """The last day to save. An end decades away, shown as none, stays what it is while nobody sets another."""
        typed: date | None = self.cleaned_data["last"]
        return self.record.last if typed is None and self.record and end_of(self.record) is None else typed


def _shown_days(known: Sequence[DayHours]) -> list[Day]:
    shown = ((weekday, shown_of(known, weekday)) for weekday in WEEK)
    return [_day(weekday, [(write_clock(start), write_clock(end)) for start, end in spans]) for weekday, spans in shown]


def _typed_days(data: Mapping[str, Any]) -> list[Day]:
    return [_day(weekday, list(_typed(data, weekday))) for weekday in WEEK]


def _day(weekday: int, texts: list[tuple[str, str]]) -> Day:
    texts += [("", "")] * (LEAST_ROWS - len(texts))
    return Day(weekday, [Entry(weekday, number, *pair) for number, pair in enumerate(texts)])


def _typed(data: Mapping[str, Any], weekday: int) -> Iterable[tuple[str, str]]:
    """The rows of a day as they were typed, up to the last one that was sent."""
    names = [f"d{weekday}-{number}" for number in range(MOST_ROWS)]
    sent = [name for name in names if f"{name}-start" in data or f"{name}-end" in data]
    for name in sent:
        yield str(data.get(f"{name}-start", "")).strip()[:8], str(data.get(f"{name}-end", "")).strip()[:8]


def _note(left_out: Sequence[str]) -> str:
    if not left_out:
        return ""
    return _("%(hours)s counts for nothing and is not shown. It stays as it is unless you change this day.") % {
        "hours": ", ".join(left_out)
    }


def _sane(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Type a date between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return day


def _written(span: Minutes) -> str:
    return f"{write_clock(span[0])}–{write_clock(span[1])}"


def _falls_between(weekday: int, first: date, last: date) -> bool:
    return (weekday - first.isoweekday()) % 7 <= (last - first).days


class EndForm(IntentForm):
    """The new last day of a record that is to end early."""

    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: WorkHours, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record

    def clean_last(self) -> date:
        last = _sane(self.cleaned_data["last"])
        if last < self.record.first:
            raise forms.ValidationError(_("It cannot end before its first day."))
        end = end_of(self.record)
        if end and last >= end:
            raise forms.ValidationError(_("It ends on that day or earlier as it is."))
        return last
