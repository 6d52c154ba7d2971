"""Welkin users: making one, and setting time zone and credentials. For administrators."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.domain.person import User
from scheduling.domain.zone import zone_names
from scheduling.services import user_admin, writes
from scheduling.services.user_admin import NameTaken, NothingToChange, UserChanged
from scheduling.services.writes import Ending, LedgerBusy, Outcome
from scheduling.web import answers, drafts
from scheduling.web.forms.users import NewUserForm, UserForm
from scheduling.web.htmx import DeskRequest
from scheduling.web.sudo import fresh_form
from scheduling.welkin.errors import WelkinError

WRONG = 422


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_form
def new(request: DeskRequest) -> HttpResponse:
    """Make a user in Welkin, then show them."""
    request.desk.require(user_admin.MANAGE)
    if request.method != "POST":
        return _new_page(request, NewUserForm(desk=request.desk, initial=_initial(request)))
    form = NewUserForm(request.POST, desk=request.desk)
    outcome = _make(request, form) if form.is_valid() else None
    return _ended(request, outcome, _("Welkin has them now.")) if outcome else _new_page(request, form, WRONG)


def _initial(request: DeskRequest, told: dict[str, str] | None = None) -> dict[str, object]:
    """What was kept of the form, else `told`, under an intent of its own."""
    typed = drafts.opened(request)
    return {"intent": writes.mint(request.desk), **(told or {}), **(typed.dict() if typed else {})}


def _new_page(request: DeskRequest, form: NewUserForm, status: int = 200) -> HttpResponse:
    return render(request, "people/user_new.html", {"form": form, "zones": zone_names()}, status=status)


def _make(request: DeskRequest, form: NewUserForm) -> Outcome | None:
    """The outcome; None where the form comes back, and says why."""
    try:
        outcome = user_admin.create(request.desk, form.cleaned_data["intent"], form.draft)
    except NameTaken:
        form.add_error("username", _("Welkin has a user of this name already."))
    except (LedgerBusy, WelkinError) as unsent:
        form.add_error(None, answers.kept_from(request, unsent)[0])
    else:
        return _unless_refused(request, form, outcome)
    return None


def _unless_refused(request: DeskRequest, form: Form, outcome: Outcome) -> Outcome | None:
    if outcome.ending is not Ending.REFUSED:
        return outcome
    answers.refused(request, form, outcome)
    return None


def _ended(request: DeskRequest, outcome: Outcome, text: str) -> HttpResponse:
    """To the user, where it is done; else to the page that finds out what came of it."""
    if not outcome.confirmed:
        return redirect("outcome", outcome.intent)
    messages.success(request, text)
    return redirect("user-edit", outcome.facts["user"])


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_form
def edit(request: DeskRequest, user_id: UUID) -> HttpResponse:
    """Set time zone and credentials of a user."""
    user = user_admin.find(request.desk, user_id) if request.method != "POST" else None
    if user:
        form = UserForm(desk=request.desk, initial=_initial(request, UserForm.told_of(user)))
        return _edit_page(request, form, user)
    form = UserForm(request.POST, desk=request.desk)
    outcome = _change(request, form, user_id) if form.is_valid() else None
    if outcome:
        return _ended(request, outcome, _("It is saved in Welkin."))
    return _edit_page(request, form, user_admin.known(request.desk, user_id), WRONG)


def _edit_page(request: DeskRequest, form: UserForm, user: User, status: int = 200) -> HttpResponse:
    told = {"form": form, "person": user, "zones": zone_names()}
    return render(request, "people/user_edit.html", told, status=status)


def _change(request: DeskRequest, form: UserForm, user_id: UUID) -> Outcome | None:
    """The outcome; None where the form comes back, and says why."""
    try:
        outcome = user_admin.change(request.desk, form.cleaned_data["intent"], user_id, form.wanted, form.seen)
    except NothingToChange:
        form.add_error(None, _("This is how they are already: nothing is to be saved."))
    except UserChanged as meanwhile:
        for name, value in UserForm.told_of(meanwhile.user).items():
            if name.startswith("seen_"):
                answers.set_field(form, name, value)
        form.add_error(None, _changed(meanwhile.user))
    except (LedgerBusy, WelkinError) as unsent:
        form.add_error(None, answers.kept_from(request, unsent)[0])
    else:
        return _unless_refused(request, form, outcome)
    return None


def _changed(user: User) -> str:
    told = {"zone": user.timezone or _("none"), "credentials": user.credentials or _("none")}
    text = _(
        "Somebody changed this person meanwhile: the time zone is %(zone)s now, credentials are %(credentials)s. "
        "Save once more to replace that by what is here."
    )
    return text % told
