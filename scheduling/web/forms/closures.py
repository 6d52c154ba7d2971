"""The forms of closures and of places. Days and times are those of the clinic's zone."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.directory.models import Closure, Place, Team
from scheduling.domain.week import FIRST_YEAR, LAST_YEAR, MIDNIGHT
from scheduling.services import places, public_holidays
from scheduling.services.desk import Desk
from scheduling.services.places import ClosureDraft
from scheduling.web.forms.fields import dates, times

LONGEST = timedelta(days=366)


class ClosureForm(forms.Form):
    """When which place is closed; `closure` is the one that is changed."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give it a name: people read it where they would have booked.")},
        help_text=gettext_lazy("For example “Stocktaking”. It is shown on the boards and beside refused bookings."),
    )
    place = forms.ModelChoiceField(
        queryset=Place.objects.none(),
        label=gettext_lazy("Where"),
        required=False,
        empty_label=gettext_lazy("Everywhere"),
    )
    first = dates(gettext_lazy("First day"))
    last = dates(gettext_lazy("Last day"))
    starts = times(gettext_lazy("From"))
    ends = times(gettext_lazy("Until"))

    def __init__(self, *args: Any, desk: Desk, closure: Closure | None = None, **kwargs: Any) -> None:
        self.closure = closure
        if closure:
            names = ("name", "place", "first", "last", "starts", "ends")
            kwargs["initial"] = {name: getattr(closure, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places.places(desk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last, starts, ends = (told.get(name) for name in ("first", "last", "starts", "ends"))
        if first and last:
            self._clean_days(first, last)
        if (starts is None) != (ends is None) and not {"starts", "ends"} & set(self.errors):
            missing = "ends" if ends is None else "starts"
            self.add_error(missing, _("Give both times, or none of them to close for whole days."))
        if starts is not None and ends is not None and ends != MIDNIGHT and ends <= starts:
            self.add_error("ends", _("It ends before it begins. Until 00:00 is the end of the day."))
        return told

    def _clean_days(self, first: Any, last: Any) -> None:
        if last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif last - first > LONGEST:
            self.add_error("last", _("A closure lasts at most a year."))
        for name, day in (("first", first), ("last", last)):
            if not FIRST_YEAR < day.year < LAST_YEAR:
                self.add_error(name, _("Choose a day between 1971 and 2198."))

    @property
    def draft(self) -> ClosureDraft:
        return ClosureDraft(**self.cleaned_data)


class TeamsField(forms.ModelMultipleChoiceField):
    """Teams, each with the place that it would leave."""

    def label_from_instance(self, obj: Team) -> str:
        if obj.place is None:
            return obj.name
        return _("%(team)s, now at %(place)s") % {"team": obj.name, "place": obj.place.name}


class PlaceForm(forms.Form):
    """A place: its public holidays come from its country, or from a part of it that has days of its own."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give the place a name.")},
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("Its public holidays are closed days. Without a country there are none."),
    )
    subdivision = forms.CharField(
        label=gettext_lazy("State or region"),
        max_length=8,
        required=False,
        help_text=gettext_lazy("Its code, as NY or BY, where it keeps days of its own. It may be empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    teams = TeamsField(
        queryset=Team.objects.none(),
        label=gettext_lazy("Teams that work here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, desk: Desk, place: Place | None = None, **kwargs: Any) -> None:
        self.place = place
        if place:
            kwargs["initial"] = {name: getattr(place, name) for name in ("name", "country", "subdivision")}
            kwargs["initial"]["teams"] = place.teams.all()
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = places.teams(desk)  # type: ignore[attr-defined]
        names = sorted((name, code) for code, name in public_holidays.country_names().items())
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((code, name) for name, code in names if code in public_holidays.countries()),
        ]

    def clean_subdivision(self) -> str:
        code = self.cleaned_data["subdivision"].strip().upper()
        country = self.cleaned_data.get("country", "")
        known = public_holidays.countries().get(country, ())
        if code and code not in known:
            if not known:
                raise forms.ValidationError(_("No part of this country has days of its own: leave it empty."))
            raise forms.ValidationError(_("Not known there. Known are: %(codes)s.") % {"codes": ", ".join(known)})
        return str(code)
