"""The form by which a patient joins a group session."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from scheduling.web.forms.appointments import PLACING, SeenForm, as_uuid


class JoinForm(SeenForm):
    """Who joins, and why all the same where something stands against it."""

    patient = forms.CharField(max_length=36, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why go ahead all the same?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "form": PLACING}),
        help_text=gettext_lazy("Kept in the audit trail and shown in the visit's history."),
    )

    def clean_patient(self) -> Any:
        try:
            return as_uuid(self.cleaned_data["patient"])
        except ValueError as broken:
            raise forms.ValidationError(gettext_lazy("This is not a patient. Choose one again.")) from broken

    def ask_why(self) -> None:
        """Something stands against it, and the login may go ahead: then a reason is needed."""
        self.fields["reason"].required = True
