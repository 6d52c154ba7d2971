"""How much a calendar feed tells."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.domain.feed import Detail

LEVELS = (
    (Detail.BUSY, _("Only that there is something: “Appointment”, with its time")),
    (Detail.KIND, _("Also which kind of visit, how and where: “Group session · Video”")),
    (Detail.INITIALS, _("Also the patients' initials: “Appointment · In person · T.M.”")),
)


class DetailForm(forms.Form):
    detail = forms.ChoiceField(
        label=_("What it shows"),
        choices=[(level.value, label) for level, label in LEVELS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it shows."), "invalid_choice": _("Choose one of these.")},
        help_text=_("Whoever has the address, and whoever sees your phone, can read this. Names are never in it."),
    )
