"""What to look for in the audit trail. Everything may be left out; nothing that names a patient can be asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.accounts.models import Account
from scheduling.services.audit_search import Wanted
from scheduling.web import audit_words
from scheduling.web.forms.fields import dates

ANY = gettext_lazy("Any")
LARGEST = 2**63 - 1


class AuditForm(forms.Form):
    first = dates(gettext_lazy("First day"))
    last = dates(gettext_lazy("Last day"))
    account = forms.ModelChoiceField(
        queryset=Account.objects.none(), label=gettext_lazy("Login"), required=False, empty_label=ANY
    )
    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    phase = forms.ChoiceField(label=gettext_lazy("Outcome"), required=False)
    about = forms.CharField(
        label=gettext_lazy("About"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("The id of a visit, a person or a request, as it stands in a line."),
    )
    before = forms.IntegerField(min_value=1, max_value=LARGEST, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: tuple[list[Account], list[str], list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts, actions, phases = choices
        logins: Any = self.fields["account"]
        logins.queryset = Account.objects.filter(pk__in=[account.pk for account in accounts])
        logins.label_from_instance = lambda account: account.display_name
        named = sorted(((raw, str(audit_words.action(raw))) for raw in actions), key=lambda each: each[1])
        self._offer("action", named)
        self._offer("phase", [(raw, str(audit_words.phase(raw))) for raw in phases])
        for name in ("first", "last"):
            self.fields[name].required = False

    def _offer(self, name: str, found: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", ANY), *found]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("first") and told.get("last") and told["last"] < told["first"]:
            self.add_error("last", _("It ends before it begins."))
        return told

    @property
    def wanted(self) -> Wanted:
        """What was asked for, of a valid form."""
        told = self.cleaned_data
        return Wanted(**{**told, "account": told["account"].pk if told["account"] else None})
