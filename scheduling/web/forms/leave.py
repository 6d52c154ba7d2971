"""The form that asks for leave, and the one that takes it back. Days and times are on the clinician's clock."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.interval import Interval
from scheduling.domain.week import MIDNIGHT, ONE_DAY, day_borders
from scheduling.services.leave import Asking, Wish
from scheduling.web.forms import moments
from scheduling.web.forms.base import IntentForm
from scheduling.web.forms.fields import dates, times

OTHER = "other"
KINDS = (
    ("Vacation", gettext_lazy("Vacation")),
    ("Training", gettext_lazy("Training")),
    ("Sick leave", gettext_lazy("Sick leave")),
    (OTHER, gettext_lazy("Something else")),
)
# Further ahead the list of leave does not reach.
FURTHEST = timedelta(days=300)


class LeaveForm(IntentForm):
    """Days or a part of one day; who is asked, and who stands in."""

    clinician = forms.UUIDField(widget=forms.HiddenInput)
    first = dates(gettext_lazy("First day"))
    last = dates(gettext_lazy("Last day"))
    starts = times(gettext_lazy("From"))
    ends = times(gettext_lazy("Until"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=KINDS,
        help_text=gettext_lazy("Colleagues see it on the boards. Nothing about anybody's health is needed."),
    )
    other = forms.CharField(label=gettext_lazy("What else"), max_length=80, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note for the manager"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cover = forms.TypedChoiceField(label=gettext_lazy("Cover"), required=False, coerce=UUID, empty_value=None)
    manager = forms.TypedChoiceField(
        label=gettext_lazy("Who is asked"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Choose who is asked.")},
    )

    def __init__(self, *args: Any, asking: Asking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asking = asking
        self.when: Interval | None = None
        managers = [(str(each.id), each.name) for each in asking.managers]
        colleagues = [(str(each.id), each.name) for each in asking.colleagues]
        self.fields["manager"].choices = managers  # type: ignore[attr-defined]
        self.fields["cover"].choices = [("", _("Nobody named")), *colleagues]  # type: ignore[attr-defined]
        self.fields["last"].required = False

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") == OTHER and not told.get("other", "").strip():
            self.add_error("other", _("Say in a few words what it is."))
        first, last = told.get("first"), told.get("last") or told.get("first")
        if first and last and self._clean_days(first, last):
            self._clean_times(first, last)
        if self.when and self.when.end <= self.desk.now:
            self.add_error("first", _("This time is over."))
        return told

    def _clean_days(self, first: date, last: date) -> bool:
        today = self.desk.now.astimezone(self.asking.zone).date()
        if last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first < today:
            self.add_error("first", _("Choose today or a later day."))
        elif last > today + FURTHEST:
            self.add_error("last", _("Leave can be asked for up to 300 days ahead."))
        return not {"first", "last"} & set(self.errors)

    def _clean_times(self, first: date, last: date) -> None:
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if {"starts", "ends"} & set(self.errors):
            return
        if starts is None and ends is None:
            self.when = self._whole(first, last)
        elif starts is None or ends is None:
            missing = "starts" if starts is None else "ends"
            self.add_error(missing, _("Give both times for a part of a day, or none of them for whole days."))
        elif first != last:
            self.add_error("starts", _("Times are for a part of one day. Leave them empty for several days."))
        else:
            self._clean_part(first)

    def _whole(self, first: date, last: date) -> Interval | None:
        start, end = day_borders(first, self.asking.zone)[0], day_borders(last, self.asking.zone)[1]
        if start >= end:
            self.add_error("first", _("There is no such day on this clock."))
            return None
        return Interval(start, end)

    def _clean_part(self, day: date) -> None:
        """A part of one day; until 00:00 is the end of the day."""
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        begin = moments.read(day, starts, self.asking.zone)
        finish = moments.read(day + ONE_DAY if ends == MIDNIGHT else day, ends, self.asking.zone)
        for name, moment in (("starts", begin), ("ends", finish)):
            if moment.problem:
                self.add_error(name, moment.problem)
        if begin.instant and finish.instant:
            if begin.instant >= finish.instant:
                self.add_error("ends", _("It ends before it begins. Until 00:00 is the end of the day."))
            else:
                self.when = Interval(begin.instant, finish.instant)

    def wish(self) -> Wish:
        """What is asked for; for a valid form."""
        told = self.cleaned_data
        if self.when is None:
            raise ValueError("the form is not valid")
        return Wish(
            clinician_id=self.asking.clinician.id,
            manager_id=told["manager"],
            when=self.when,
            all_day=told["starts"] is None,
            title=told["other"].strip() if told["kind"] == OTHER else told["kind"],
            note=told["note"].strip(),
            cover_id=told["cover"],
        )


class WithdrawForm(IntentForm):
    seen = forms.CharField(max_length=400, widget=forms.HiddenInput)
