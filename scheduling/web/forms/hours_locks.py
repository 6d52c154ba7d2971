"""The form that locks the hours of days. Days are those of whoever the lock binds."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.week import FIRST_YEAR, LAST_YEAR
from scheduling.services.hours_locks import Wish
from scheduling.web.forms.base import IntentForm

Choices = Iterable[tuple[str, str]]


class LockForm(IntentForm):
    """Whose hours, which days, and why."""

    whose = forms.ChoiceField(label=gettext_lazy("Whose hours"))
    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Shown to whoever wants to change these hours, for example: payroll is done."),
    )

    def __init__(self, *args: Any, teams: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(_("Teams"), list(teams)), (_("People"), list(people))]
        self.fields["whose"].choices = [("", _("Choose")), *(group for group in told if group[1])]  # type: ignore[attr-defined]

    def clean_first(self) -> date:
        return _sane(self.cleaned_data["first"])

    def clean_last(self) -> date:
        return _sane(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("first") and told.get("last") and told["last"] < told["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return told

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        told = self.cleaned_data
        kind, _sep, key = told["whose"].partition(":")
        return Wish(
            first=told["first"],
            last=told["last"],
            reason=told["reason"],
            team_id=int(key) if kind == "team" else None,
            clinician_id=UUID(key) if kind == "person" else None,
        )


def _sane(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Type a date between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return day
