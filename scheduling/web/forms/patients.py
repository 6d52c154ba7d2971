"""Looking for patients and people, and making a patient."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from scheduling.domain.week import find_zone
from scheduling.services.staff import Filter
from scheduling.web.forms.base import IntentForm
from scheduling.web.forms.fields import Phone
from scheduling.welkin import NewPatient

OLDEST = 130
# What the vendor's screens know; the API itself takes any word (welkin-api 4).
COMMON_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Europe/London",
    "Europe/Berlin",
    "UTC",
)


class PatientForm(IntentForm):
    """A new patient. `draft` is what to ask the API for; `all_the_same` passes the warning about a namesake."""

    first_name = forms.CharField(label=lazy("First name"), max_length=100)
    last_name = forms.CharField(label=lazy("Last name"), max_length=100)
    birth_date = forms.DateField(
        label=lazy("Birth date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    phone = Phone()
    email = forms.EmailField(
        label=lazy("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    timezone = forms.ChoiceField(label=lazy("Time zone"), required=False)
    all_the_same = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        zone = self.fields["timezone"]
        assert isinstance(zone, forms.ChoiceField)
        names = dict.fromkeys((str(self.desk.clinic_zone), str(self.desk.zone), *COMMON_ZONES))
        zone.choices = [("", _("Not known")), *((name, name.replace("_", " ")) for name in names)]
        self.initial.setdefault("timezone", str(self.desk.clinic_zone))

    def clean_birth_date(self) -> date | None:
        born = self.cleaned_data["birth_date"]
        if born and born > self.desk.today:
            raise forms.ValidationError(_("This date is in the future."))
        if born and born.year < self.desk.today.year - OLDEST:
            raise forms.ValidationError(_("Nobody is older than %(years)d years.") % {"years": OLDEST})
        return born

    def clean_timezone(self) -> str:
        name = self.cleaned_data["timezone"]
        zone = find_zone(name)
        return str(zone) if zone else ""

    def again(self, intent: str) -> "PatientForm":
        """The same typed text under a new intent, validated."""
        told = self.data.copy()  # type: ignore[attr-defined]
        told["intent"] = intent
        form = PatientForm(told, desk=self.desk)
        form.is_valid()
        return form

    @property
    def draft(self) -> NewPatient:
        told = self.cleaned_data
        return NewPatient(
            first_name=told["first_name"],
            last_name=told["last_name"],
            birth_date=told["birth_date"],
            phone=told["phone"],
            email=told["email"],
            timezone=told["timezone"] or None,
        )


class StaffFilterForm(forms.Form):
    """What part of the staff directory to show. Sent by POST: a typed name never stands in an address."""

    team = forms.IntegerField(required=False, min_value=1)
    q = forms.CharField(required=False, max_length=100)
    everybody = forms.BooleanField(required=False)

    @property
    def wanted(self) -> Filter:
        told = self.cleaned_data
        return Filter(told.get("team"), told.get("q", ""), told.get("everybody", False))
