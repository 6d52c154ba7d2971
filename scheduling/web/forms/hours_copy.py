"""The form that copies a week of hours to other weeks."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.week import Week
from scheduling.services import hours_copy
from scheduling.services.work_hours import Sheet
from scheduling.web.forms.base import IntentForm


class CopyForm(IntentForm):
    """Which weeks: ticked ones, and every so many up to a day. `seen` is the token of the difference that was shown."""

    weeks = forms.MultipleChoiceField(
        label=gettext_lazy("To these weeks"), required=False, widget=forms.CheckboxSelectMultiple
    )
    every = forms.ChoiceField(
        label=gettext_lazy("And again"),
        required=False,
        choices=[
            ("", gettext_lazy("Only the ticked weeks")),
            ("1", gettext_lazy("Every week")),
            ("2", gettext_lazy("Every second week")),
            ("3", gettext_lazy("Every third week")),
            ("4", gettext_lazy("Every fourth week")),
        ],
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Counted from the week that is copied; at most a year ahead."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Shown on the calendar for these exceptions. No patient names."),
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        offered = [week for week in hours_copy.targets(sheet.today) if week != sheet.week]
        self.fields["weeks"].choices = [(str(week), _label(week)) for week in offered]  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until and not self.sheet.today < until <= self.sheet.today + hours_copy.AHEAD:
            raise forms.ValidationError(_("Choose a day that lies ahead, at most a year."))
        return until

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("every") and not told.get("until") and "until" not in self.errors:
            self.add_error("until", _("Say until when."))
        elif not self.errors and not self.mondays:
            self.add_error("weeks", _("Choose at least one week."))
        return told

    @property
    def mondays(self) -> tuple[date, ...]:
        """The Mondays of the chosen weeks of a valid form."""
        told = self.cleaned_data
        ticked = {Week.parse(text).days[0] for text in told.get("weeks") or ()}
        every, until = told.get("every"), told.get("until")
        if every and until:
            ticked |= set(hours_copy.repeated(self.sheet.week, int(every), until, self.sheet.today))
        return tuple(sorted(ticked))


def _label(week: Week) -> str:
    return _("Week %(number)s, from %(first)s") % {"number": week.number, "first": date_format(week.days[0], "j M")}
