"""The form of the hours a week that somebody is engaged for."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.web.forms.base import IntentForm

HOURS = re.compile(r"(\d{1,3})(?::([0-5]\d)|[.,](\d{1,2}))?")
MOST = 7 * 24 * 60


class ContractForm(IntentForm):
    """Hours as 38:30, 38.5 or 38; empty for none known."""

    hours = forms.CharField(
        label=gettext_lazy("Hours a week"),
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": "38:30"}),
        help_text=gettext_lazy("Like 38:30, 38.5 or 38. Empty: not known, and nothing is compared."),
    )

    def clean_hours(self) -> int | None:
        """Minutes a week, None for none."""
        text = "".join(self.cleaned_data["hours"].split())
        return _minutes(text) if text else None


def _minutes(text: str) -> int:
    found = HOURS.fullmatch(text)
    if not found:
        raise forms.ValidationError(_("Type hours like 38:30 or 38.5."))
    hours, minutes, tenths = found.groups()
    part: Any = int(minutes) if minutes else round(float(f"0.{tenths}") * 60) if tenths else 0
    if int(hours) * 60 + part > MOST:
        raise forms.ValidationError(_("A week has 168 hours."))
    return int(hours) * 60 + int(part)
