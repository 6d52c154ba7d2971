"""The form of weekly hours: seven days with several intervals each, in the clinician's wall clock.

Times are text fields, so that 24:00 can be typed: a day ends at midnight, which the API writes as 23:59 (welkin-api
6.2). A night, 22:00 to 06:00, is two entries of the API and one row here. A day whose intervals were not touched is
sent back as the record has it, odd seconds and duplicates included.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.pattern import Placed, next_day, overlaps, total, unfold
from scheduling.domain.week import FIRST_YEAR, LAST_YEAR
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.services.hours_plan import end_of
from scheduling.web.forms.base import IntentForm
from scheduling.web.hours_words import spans_in_words
from scheduling.web.spans import MIDNIGHT, Minutes, as_time, senseless, shown_of

from .hours_days import Day, Entry, pattern_of, placed_in_words, shown_days, typed_days

ROW = re.compile(r"d[1-7]-\d+-(start|end)")


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
        self.typed = typed
        filled = self.data if self.is_bound else typed
        self.days = typed_days(filled) if filled is not None else shown_days(self.known)
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
        return total(pattern_of(self.days))

    def say_what_counts(self) -> None:
        """Beside each day that the record says otherwise than the form: what it says now."""
        for day in self.days:
            now = shown_of(self.known, day.weekday)
            if self.unfolded[day.weekday] != now:
                day.told = _("The record says now: %(hours)s.") % {"hours": spans_in_words(now) or _("off")}

    def as_sent(self) -> dict[str, str]:
        """What a form that is shown again would send as it stands, with what a button did to its rows."""
        told = {name: str(value) for name, value in (self.typed or {}).items() if not ROW.fullmatch(name)}
        for entry in (entry for day in self.days for entry in day.entries):
            told |= {f"{entry.name}-start": entry.start, f"{entry.name}-end": entry.end}
        return told

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
            self._check_rows(day)
        clashing = overlaps(pattern_of(self.days))
        for day in self.days:
            if not self._untouched(day):
                self._check_day(day, clashing[day.weekday], told.get("first"), told.get("last"))
        return told

    def _check_dates(self, first: date | None, last: date | None) -> None:
        if "first" in self.errors or "last" in self.errors or first is None:
            return
        if last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        if last is None and self.is_override:
            self.add_error("last", _("An exception needs a last day; for one day, the same as the first."))

    def _check_rows(self, day: Day) -> None:
        """What is wrong with single rows; what can be read is written tidily."""
        for entry in day.entries:
            entry.error = entry.fault
            if entry.error:
                self.add_error(None, f"{day.label}: {entry.error}")
            entry.tidy()

    def _check_day(
        self, day: Day, clashing: Sequence[tuple[Placed, Placed]], first: date | None, last: date | None
    ) -> None:
        if clashing:
            some, others = (placed_in_words(each, day.weekday) for each in clashing[0])
            day.error = _("%(some)s and %(others)s overlap.") % {"some": some, "others": others}
        elif day.spans and first and last and first <= last and not self._counts(day, first, last):
            day.error = _("There is no %(day)s between these dates.") % {"day": day.label}
        if day.error:
            self.add_error(None, f"{day.label}: {day.error}")

    def _counts(self, day: Day, first: date, last: date) -> bool:
        """Whether any of the day falls between the dates; of a night, its second half may."""
        lies = _falls_between(day.weekday, first, last)
        return lies or all(
            span[1] > MIDNIGHT and _falls_between(next_day(day.weekday), first, last) for span in day.spans
        )

    def _untouched(self, day: Day) -> bool:
        """Whether the day still says what the record that is edited says, halves of nights included."""
        if self.record is None or any(entry.fault for entry in day.entries):
            return False
        return self.unfolded[day.weekday] == shown_of(self.record.days, day.weekday)

    @property
    def unfolded(self) -> Mapping[int, tuple[Minutes, ...]]:
        """What can be read of the days as the API knows them: without nights."""
        return unfold(pattern_of(self.days))

    def day_hours(self) -> tuple[DayHours, ...]:
        """The days for the record: untouched ones as they were, others as typed, a day without hours as a day off."""
        if self.record and all(self._untouched(day) for day in self.days):
            return self.record.days
        return tuple(entry for day in self.days for entry in self._hours_of(day))

    def _hours_of(self, day: Day) -> tuple[DayHours, ...]:
        if self._untouched(day):
            return tuple(entry for entry in self.known if entry.day == day.weekday)
        found = self.unfolded[day.weekday]
        spans = tuple(DayHours(day.weekday, as_time(start), as_time(end)) for start, end in found)
        return spans or (DayHours(day.weekday, None, None),)

    def last_day(self) -> date | None:
        """The last day to save. An end decades away, shown as none, stays what it is while nobody sets another."""
        typed: date | None = self.cleaned_data["last"]
        return self.record.last if typed is None and self.record and end_of(self.record) is None else typed


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
