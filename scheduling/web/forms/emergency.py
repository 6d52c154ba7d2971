"""Why somebody opens emergency access."""

from django import forms
from django.utils.translation import gettext_lazy as _

LEAST, MOST = 10, 500


class EmergencyForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        min_length=LEAST,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who needs help, and why it cannot wait for the team. It is kept and read."),
        error_messages={
            "required": _("Say why names are needed."),
            "min_length": _("Say it in a few words more, at least %(limit_value)d letters."),
            "max_length": _("At most %(limit_value)d letters."),
        },
    )
