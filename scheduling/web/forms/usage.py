"""The question of the report: which time, whose, by what, and what counts. All of it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.person import User
from scheduling.domain.usage.period import MOST_DAYS, Backwards, Compare, Kind, OutOfReach, Period, TooLong
from scheduling.domain.usage.rates import Switches
from scheduling.services import usage
from scheduling.services.desk import Desk
from scheduling.services.usage import Chosen
from scheduling.web.forms.fields import dates

CLINICIAN, TEAM, DAY, WEEK, MONTH, TYPE, MODE = "clinician", "team", "day", "week", "month", "type", "mode"
BY = {
    CLINICIAN: gettext_lazy("Clinician"),
    TEAM: gettext_lazy("Team"),
    DAY: gettext_lazy("Day"),
    WEEK: gettext_lazy("Week"),
    MONTH: gettext_lazy("Month"),
    TYPE: gettext_lazy("Type of visit"),
    MODE: gettext_lazy("Way of meeting"),
}
KINDS = {
    Kind.WEEK: gettext_lazy("Week"),
    Kind.MONTH: gettext_lazy("Month"),
    Kind.QUARTER: gettext_lazy("Quarter"),
    Kind.CUSTOM: gettext_lazy("From … to"),
}
COMPARED = {
    Compare.NOTHING: gettext_lazy("with nothing"),
    Compare.BEFORE: gettext_lazy("with the time before"),
    Compare.YEAR: gettext_lazy("with a year before"),
}
ORDERS = {
    "": gettext_lazy("as they come"),
    "most": gettext_lazy("most used first"),
    "least": gettext_lazy("least used first"),
}
SWITCHES = {
    "leave_out": gettext_lazy("Leave lessens the hours offered"),
    "missed_out": gettext_lazy("Missed visits do not count"),
    "outside": gettext_lazy("Visits outside the hours count"),
    "heads": gettext_lazy("A group session counts for each patient"),
}
REFUSED = gettext_lazy("Choose one of the list.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for. `other` is the period to compare with."""

    period: Period
    other: Period | None
    compare: Compare
    team: int | None
    person: UUID | None
    by: str
    order: str
    switches: Switches


def _named(user: User) -> str:
    return user.name if user.active else _("%(name)s (no longer active)") % {"name": user.name}


def choice(label: Any, known: Mapping[Any, Any], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=required,
        choices=[(str(value), name) for value, name in known.items()],
        error_messages={"invalid_choice": REFUSED},
    )


class UsageForm(forms.Form):
    """`asked` is there in a valid form."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Time"), choices=list(KINDS.items()), error_messages={"invalid_choice": REFUSED}
    )
    day = dates(gettext_lazy("That holds"))
    first = dates(gettext_lazy("From"))
    last = dates(gettext_lazy("Until"))
    compare = choice(gettext_lazy("Compare"), COMPARED, required=False)
    team = choice(gettext_lazy("Team"), {}, required=False)
    person = choice(gettext_lazy("Person"), {}, required=False)
    by = choice(gettext_lazy("A row for each"), BY)
    order = choice(gettext_lazy("Order"), ORDERS, required=False)

    def __init__(self, data: Mapping[str, Any], desk: Desk, known: Chosen) -> None:
        self._desk = desk
        today = desk.now.astimezone(desk.clinic_zone).date().isoformat()
        usual = {"kind": Kind.MONTH, "day": today, "first": today, "last": today, "by": CLINICIAN}
        super().__init__({**usual, **{name: value for name, value in data.items() if value}}, prefix=None)
        teams = {"": _("All my teams"), **{str(team.pk): team.name for team in known.teams}}
        people = {"": _("Everybody"), **{str(row.id): _named(row) for row in known.people}}
        self.fields["team"] = choice(gettext_lazy("Team"), teams, required=False)
        self.fields["person"] = choice(gettext_lazy("Person"), people, required=False)
        for name, label in SWITCHES.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["team"] and cleaned["person"] and not self._in_team(cleaned["team"], cleaned["person"]):
            self.add_error("person", _("This person is in another team. Choose “Everybody”, or all teams."))
            return cleaned
        try:
            cleaned["asked"] = self._asked(cleaned)
        except Backwards:
            self.add_error("last", _("This is before the first day."))
        except TooLong:
            self.add_error("last", _("At most %(days)d days at once.") % {"days": MOST_DAYS})
        except OutOfReach:
            self.add_error("day", _("Daybook knows the years 1970 to 2199."))
        return cleaned

    def _in_team(self, team: str, person: str) -> bool:
        people = usage.choose(self._desk, int(team)).people
        return any(str(user.id) == person for user in people)

    def _asked(self, told: dict[str, Any]) -> Asked:
        kind, compare = Kind(told["kind"]), Compare(told["compare"])
        period = (
            Period.custom(told["first"], told["last"]) if kind is Kind.CUSTOM else Period.holding(kind, told["day"])
        )
        others = {Compare.BEFORE: lambda: period.before, Compare.YEAR: lambda: period.year_before}
        return Asked(
            period=period,
            other=others[compare]() if compare in others else None,
            compare=compare,
            team=int(told["team"]) if told["team"] else None,
            person=UUID(told["person"]) if told["person"] else None,
            by=told["by"],
            order=told["order"],
            switches=Switches(told["leave_out"], not told["missed_out"], told["outside"], told["heads"]),
        )
