"""Teams: the list, making, changing and deleting one. For administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.directory.models import Team
from scheduling.services import team_admin
from scheduling.web.forms.teams import TeamForm
from scheduling.web.htmx import DeskRequest
from scheduling.web.sudo import fresh_form, fresh_sign_in
from scheduling.welkin.errors import NotFound

WRONG = 422


@require_safe
def index(request: DeskRequest) -> HttpResponse:
    """All teams."""
    return render(request, "teams/list.html", {"teams": team_admin.rows(request.desk)})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_form
def new(request: DeskRequest) -> HttpResponse:
    """Make a team."""
    return _team(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_form
def edit(request: DeskRequest, number: int) -> HttpResponse:
    """Change a team."""
    return _team(request, team_admin.find(request.desk, number))


def _team(request: DeskRequest, team: Team | None) -> HttpResponse:
    form = TeamForm(request.POST if request.method == "POST" else None, desk=request.desk, team=team)
    if form.is_valid() and _save(request, form, team):
        messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("teams")
    told = {"form": form, "team": team, "seen": team_admin.mark_of(team) if team else ""}
    return render(request, "teams/edit.html", told, status=WRONG if form.is_bound else 200)


def _save(request: DeskRequest, form: TeamForm, team: Team | None) -> bool:
    """Whether it is saved; what forbids it becomes an error of the form."""
    try:
        if team is None:
            team_admin.make(request.desk, form.wanted)
        else:
            team_admin.change(request.desk, team.pk, form.wanted, request.POST.get("seen", ""))
    except team_admin.NameTaken:
        form.add_error("name", _("Another team has this name already."))
    except team_admin.TeamChanged:
        form.add_error(None, _("Somebody changed this team meanwhile. Save once more to replace that by what is here."))
    else:
        return True
    return False


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in
def delete(request: DeskRequest, number: int) -> HttpResponse:
    """Say what goes with it, then delete it for good; refused while locked hours of it lie ahead."""
    try:
        end = team_admin.ending(request.desk, number)
    except NotFound:
        if request.method == "POST":  # the second of two presses
            return redirect("teams")
        raise
    if request.method == "POST" and not end.ahead:
        name = team_admin.delete(request.desk, number)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
        return redirect("teams")
    return render(request, "teams/delete.html", {"end": end}, status=WRONG if request.method == "POST" else 200)
