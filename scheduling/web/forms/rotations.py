"""The forms of weeks that take turns: setting them up, extending them, ending them early."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.pattern import Span, merge
from scheduling.domain.rotation import LETTERS, Turns, WeekOfHours, monday_of
from scheduling.services.rotations import Standing, latest_end
from scheduling.services.work_hours import Sheet
from scheduling.web.forms.base import IntentForm
from scheduling.web.spans import MIDNIGHT, read_clock, write_clock

BETWEEN = re.compile(r"[,;]|\band\b")
DASH = re.compile(r"[-–—]")


@dataclass(frozen=True, slots=True)
class Column:
    """The seven fields of one letter."""

    letter: str
    fields: tuple[forms.BoundField, ...]


class TurnsForm(IntentForm):
    """Two to four weeks, which of them the anchor's week is, and from when to when they stand."""

    count = forms.ChoiceField(
        label=gettext_lazy("How many weeks take turns?"),
        choices=[("2", gettext_lazy("A and B")), ("3", gettext_lazy("A, B and C")), ("4", gettext_lazy("A to D"))],
        widget=forms.RadioSelect(attrs={"class": "segmented"}),
    )
    anchor = forms.DateField(
        label=gettext_lazy("A day in a week A"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("All letters are counted from here, over the turn of a year too."),
    )
    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("At most a year ahead; it can be extended later."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Shown on the calendar. No patient names."),
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for letter in LETTERS:
            for weekday in range(1, 8):
                self.fields[_name(letter, weekday)] = HoursField(
                    label=_("%(letter)s, %(day)s") % {"letter": letter, "day": WEEKDAYS[weekday - 1]}
                )

    @property
    def columns(self) -> tuple[Column, ...]:
        """The fields of the days by letter."""
        return tuple(Column(each, tuple(self[_name(each, weekday)] for weekday in range(1, 8))) for each in LETTERS)

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first <= self.sheet.today:
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return first

    def clean_last(self) -> date:
        return within(self.cleaned_data["last"], self.sheet)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        first, last = told.get("first"), told.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        if not self.errors and len(set(self.turns.weeks)) == 1:
            self.add_error(None, _("All letters have the same hours: regular hours will do."))
        return told

    @property
    def turns(self) -> Turns:
        """What a valid form says."""
        told = self.cleaned_data
        weeks = tuple(
            tuple(told[_name(letter, weekday)] for weekday in range(1, 8)) for letter in LETTERS[: int(told["count"])]
        )
        return Turns(monday_of(told["anchor"]), weeks, told["first"], told["last"])


def within(last: date, sheet: Sheet) -> date:
    """A last day that is not too far ahead. Raises ValidationError."""
    if last > latest_end(sheet.today):
        until = date_format(latest_end(sheet.today), "j F Y")
        raise forms.ValidationError(_("Choose %(until)s or earlier.") % {"until": until})
    return last


class HoursField(forms.CharField):
    """The hours of a day as text, `9-12, 13:30-17`; nothing for a day off."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("off")})
        super().__init__(required=False, max_length=80, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[Span, ...]:
        text = super().clean(value)
        spans = [_span(part) for part in BETWEEN.split(text) if part.strip()]
        if sum(end - start for start, end in merge(spans)) != sum(end - start for start, end in spans):
            raise forms.ValidationError(_("These times overlap."))
        return merge(spans)


def _span(text: str) -> Span:
    clocks = [read_clock(part) for part in DASH.split(text)]
    if len(clocks) != 2 or clocks[0] is None or clocks[1] is None:
        raise forms.ValidationError(_("Type times like 9-12, 13:30-17; leave a day off empty."))
    span = clocks[0], clocks[1] or MIDNIGHT
    if span[0] >= span[1]:
        raise forms.ValidationError(_("The end must be after the start. Hours past midnight go on the next day."))
    return span


def _name(letter: str, weekday: int) -> str:
    return f"{letter.lower()}{weekday}"


def filled_with(week: WeekOfHours) -> dict[str, str]:
    """The initial values of all letters: what is worked now."""
    return {_name(letter, day): _written(spans) for letter in LETTERS for day, spans in enumerate(week, 1)}


def _written(spans: Sequence[Span]) -> str:
    return ", ".join(f"{write_clock(start)}-{write_clock(end)}" for start, end in spans)


class LastDayForm(IntentForm):
    """Another last day of a rotation: a later one extends it, an earlier one ends it early."""

    last = forms.DateField(
        label=gettext_lazy("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: Sheet, told: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.told = sheet, told

    def clean_last(self) -> date:
        last = within(self.cleaned_data["last"], self.sheet)
        if last < self.sheet.today:
            raise forms.ValidationError(_("What was worked already stays: choose today or later."))
        if last == self.told.turns.last:
            raise forms.ValidationError(_("It ends on that day as it is."))
        return last

    @property
    def extends(self) -> bool:
        return bool(self.cleaned_data["last"] > self.told.turns.last)
