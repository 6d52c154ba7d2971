"""The form of a team, for administrators."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from scheduling.accounts.models import Account
from scheduling.directory.models import StaffMember, Team
from scheduling.services import team_admin
from scheduling.services.desk import Desk
from scheduling.services.team_admin import Wanted


class PeopleField(forms.ModelMultipleChoiceField):
    """Welkin users by name."""

    def label_from_instance(self, obj: Any) -> str:
        person: StaffMember = obj
        return f"{person.first_name} {person.last_name}".strip() or person.username


class LoginsField(forms.ModelMultipleChoiceField):
    """Logins by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        account: Account = obj
        return f"{account.display_name} ({account.get_role_display()})"


class TeamForm(forms.Form):
    """A team. `team` is the one that is changed; without it a new one is made."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give the team a name.")},
    )
    members = PeopleField(
        queryset=StaffMember.objects.none(),
        label=gettext_lazy("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who is planned together."),
    )
    keepers = LoginsField(
        queryset=Account.objects.none(),
        label=gettext_lazy("Looked after by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Coordinators book for the members and see their visits; managers plan their time."),
    )
    delegates_hours = forms.BooleanField(
        label=gettext_lazy("Its coordinators may set the hours of its members"), required=False
    )

    def __init__(self, *args: Any, desk: Desk, team: Team | None = None, **kwargs: Any) -> None:
        told: dict[str, Any] = {"delegates_hours": True}
        if team:
            told = {"name": team.name, "delegates_hours": team.delegates_hours}
            told |= {"members": team.members.all(), "keepers": team.keepers.all()}
        kwargs["initial"] = told
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = team_admin.staff(desk, team)  # type: ignore[attr-defined]
        self.fields["keepers"].queryset = team_admin.logins(desk, team)  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """What was typed, of a valid form."""
        told = self.cleaned_data
        members = frozenset(person.welkin_id for person in told["members"])
        keepers = frozenset(account.pk for account in told["keepers"])
        return Wanted(told["name"], members, keepers, told["delegates_hours"])
