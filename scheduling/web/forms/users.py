"""The forms of Welkin users, for administrators."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from scheduling.domain.person import User
from scheduling.services.user_admin import Wanted
from scheduling.web.forms.base import IntentForm
from scheduling.web.forms.fields import Phone, Zone
from scheduling.welkin import NewUser

# A user name stands in addresses of the API (welkin-api 3): what has a meaning there is no part of one.
USERNAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._@+-]*\Z")
ZONES = "zone-names"


def _credentials() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Credentials"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("What stands behind the name, for example RN or MD."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _zone() -> Zone:
    text = gettext_lazy("In which their work hours are meant, for example America/New_York.")
    return Zone(names_from=ZONES, required=False, help_text=text)


class NewUserForm(IntentForm):
    """A user to make in Welkin."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=100,
        validators=[
            RegexValidator(
                USERNAME, gettext_lazy("Use letters, digits and . _ @ + - and begin with a letter or digit.")
            )
        ],
        help_text=gettext_lazy("By which Welkin knows them. It stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Welkin needs a user name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Welkin needs an e-mail address."),
            "invalid": gettext_lazy("This is no e-mail address."),
        },
    )
    first_name = forms.CharField(
        label=gettext_lazy("First name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    credentials = _credentials()
    phone = Phone()
    timezone = _zone()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("timezone", str(self.desk.clinic_zone))

    @property
    def draft(self) -> NewUser:
        """What to ask the API for, of a valid form."""
        told = {name: self.cleaned_data[name] for name in self.fields if name != "intent"}
        return NewUser(**told | {"timezone": told["timezone"] or None})


class UserForm(IntentForm):
    """Zone and credentials of a user. `seen`: how they were when the form was opened, to find a change meanwhile."""

    timezone = _zone()
    credentials = _credentials()
    seen_timezone = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    seen_credentials = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @staticmethod
    def told_of(user: User) -> dict[str, str]:
        """What the fields hold of a user as they are now."""
        now = Wanted.of(user)
        return {
            "timezone": now.timezone,
            "credentials": now.credentials,
            "seen_timezone": now.timezone,
            "seen_credentials": now.credentials,
        }

    @property
    def wanted(self) -> Wanted:
        """What was typed, of a valid form."""
        return Wanted(self.cleaned_data["timezone"], self.cleaned_data["credentials"])

    @property
    def seen(self) -> Wanted:
        """What the form was opened with."""
        return Wanted(self.cleaned_data["seen_timezone"], self.cleaned_data["seen_credentials"])
