"""Why two visits that overlap shall both stay."""

from django import forms
from django.utils.translation import gettext_lazy as _


class KeepForm(forms.Form):
    """The reason, which the audit trail keeps."""

    reason = forms.CharField(
        label=_("Why shall both stay?"),
        error_messages={"required": _("Say in a few words why both shall stay.")},
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the audit trail and shown in the history of both visits."),
    )
