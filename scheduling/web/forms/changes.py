"""The form that takes a change back."""

from django import forms
from django.utils.translation import gettext_lazy

from scheduling.web.forms.base import IntentForm


class UndoForm(IntentForm):
    """One press; a reason is asked for only where something stands against what is put back."""

    reason = forms.CharField(
        label=gettext_lazy("Why go ahead all the same?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept in the audit trail and shown in the visit's history."),
    )

    def ask_why(self) -> None:
        """Something stands against it: then a reason is needed."""
        self.fields["reason"].required = True
