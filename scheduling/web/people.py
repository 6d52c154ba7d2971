"""Search results as the listbox and the page print them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.person import Patient, User
from scheduling.services.desk import Desk
from scheduling.services.people import MOST_FOUND, Found

LONGEST_TYPED = 100


def typed_text(request: HttpRequest) -> str:
    """What was typed into a search field, from the body of a POST alone: signs that nobody can see are dropped."""
    typed = " ".join(request.POST.get("q", "")[:LONGEST_TYPED].split())
    return "".join(sign for sign in typed if sign.isprintable())


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of the staff, and where a press leads: their week where the login may see it, else the directory."""

    name: str
    first: str
    last: str
    sub: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchView:
    typed: str
    patients: tuple[Patient, ...]
    people: tuple[PersonRow, ...]
    patients_hidden: bool
    may_create: bool
    looked_at: str

    @property
    def empty(self) -> bool:
        return not self.patients and not self.people

    @property
    def more(self) -> bool:
        return MOST_FOUND in (len(self.patients), len(self.people))


def search_view(desk: Desk, found: Found) -> SearchView:
    """What was found, and in words what was looked at."""
    if found.patients_hidden:
        looked_at = _("Looked at names, user names, e-mail addresses and phone numbers of active people.")
    else:
        looked_at = _("Looked at names, e-mail addresses and phone numbers of patients and of active people.")
    return SearchView(
        typed=found.typed,
        patients=found.patients,
        people=tuple(_row(desk, user) for user in found.people),
        patients_hidden=found.patients_hidden,
        may_create=desk.may("patient.create"),
        looked_at=looked_at,
    )


def _row(desk: Desk, user: User) -> PersonRow:
    seen = desk.may("calendar.busy", user.id)
    url = reverse("week-now", args=[user.id]) if seen else f"{reverse('people')}#person-{user.id}"
    return PersonRow(
        name=user.name,
        first=user.first_name or user.username,
        last=user.last_name,
        sub=" · ".join(part for part in (user.credentials, "" if seen else _("not in your teams")) if part),
        url=url,
    )
