"""The form of a set of people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.domain.person import User
from scheduling.web.forms.base import IntentForm


class StaffSetForm(IntentForm):
    """A name, who is in it, and whether others may open it by its address."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=UUID, choices=(), widget=forms.CheckboxSelectMultiple
    )
    shared = forms.BooleanField(
        label=_("Others may open it by its address"),
        required=False,
        help_text=_("They see of it whom they may see anyhow."),
    )

    def __init__(self, *args: Any, choosable: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["people"].choices = [(str(user.id), user.name) for user in choosable]  # type: ignore[attr-defined]
