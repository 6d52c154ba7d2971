"""The forms of logins, for administrators, and of the link by which their owners set a password."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from scheduling.services import login_admin
from scheduling.services.desk import Desk
from scheduling.services.login_admin import Wanted

# Roles that act as one person of the clinic: without a link to a Welkin user they see nothing of their own.
TIED = {Role.CLINICIAN}
KEEPERS = {Role.COORDINATOR, Role.MANAGER}


class LoginForm(forms.Form):
    """Who a login is. `account` is the one that is changed; without it a new one is invited."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("What they sign in with. It stays."),
        error_messages={"required": gettext_lazy("Give the login a name.")},
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("For signing in, instead of the user name. Daybook sends no mail."),
        error_messages={"invalid": gettext_lazy("This is no e-mail address.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=Role.choices,
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    person = forms.TypedChoiceField(
        label=gettext_lazy("Welkin user"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=gettext_lazy("Whose week, hours and visits are their own. A clinician needs one."),
    )
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        label=gettext_lazy("Looks after"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The teams of a coordinator or manager."),
    )

    def __init__(self, *args: Any, desk: Desk, account: Account | None = None, **kwargs: Any) -> None:
        self.desk, self.account = desk, account
        if account:
            names = ("username", "first_name", "last_name", "email", "role")
            told = {name: getattr(account, name) for name in names}
            told |= {"person": account.welkin_id or "", "teams": login_admin.teams_of(desk, account)}
            kwargs["initial"] = told
        super().__init__(*args, **kwargs)
        people = [(str(row.welkin_id), self._label(row)) for row in login_admin.staff(desk)]
        choice: Any = self.fields["person"]
        choice.choices = [("", _("Nobody")), *people]
        teams: Any = self.fields["teams"]
        teams.queryset = Team.objects.filter(scope=desk.scope)
        if account:
            self.fields["username"].disabled = True

    @staticmethod
    def _label(row: Any) -> str:
        name = f"{row.first_name} {row.last_name}".strip()
        return f"{name} ({row.username})" if name else row.username

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if self.account is None and login_admin.is_taken(name):
            raise ValidationError(_("There is a login of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        person, role = told.get("person"), told.get("role")
        if role in TIED and not person and "person" not in self.errors:
            self.add_error("person", _("Choose whose hours and visits a clinician has."))
        other = login_admin.tied(person, self.account) if person else None
        if other:
            self.add_error("person", _("The login “%(name)s” is this person already.") % {"name": other.username})
        if role and role not in KEEPERS and told.get("teams"):
            self.add_error("teams", _("Only coordinators and managers look after teams."))
        return told

    @property
    def wanted(self) -> Wanted:
        """What was typed, of a valid form."""
        told = self.cleaned_data
        return Wanted(
            Role(told["role"]),
            told["first_name"],
            told["last_name"],
            told["email"],
            told["person"],
            tuple(team.pk for team in told["teams"]),
        )


class PasswordForm(forms.Form):
    """A first password, typed twice. What is too weak is said by the service."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Twelve characters or more; a few words that only you put together are best."),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Type it a second time.")},
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("password") and told.get("again") and told["password"] != told["again"]:
            self.add_error("again", _("These two are not the same."))
        return told
