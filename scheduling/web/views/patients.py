"""Patients and the staff directory."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.services import condition, first_steps, patients, staff, writes
from scheduling.services import drafts as kept_forms
from scheduling.services import people as finding
from scheduling.services.staff import NoSuchTeam
from scheduling.services.writes import Ending, LedgerBusy
from scheduling.web import answers, drafts
from scheduling.web.condition import shown
from scheduling.web.context import may_anyhow
from scheduling.web.failures import failure_of
from scheduling.web.first_steps import lines as step_lines
from scheduling.web.forms.patients import PatientForm, StaffFilterForm
from scheduling.web.htmx import DeskRequest, is_part, leave, render_part
from scheduling.web.patients import view_of
from scheduling.web.people import typed_text
from scheduling.web.views.core import parse_date
from scheduling.welkin.errors import WelkinError


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DeskRequest) -> HttpResponse:
    """Patients by any part of their names: options for a picker, or a page without script. Names come by POST."""
    request.desk.require("patient.find")
    typed = typed_text(request)
    found = finding.find_patients(request.desk, typed)
    told = {"typed": typed, "patients": found, "more": len(found) == finding.MOST_FOUND}
    return render_part(request, "patients/find.html", told | {"may_create": request.desk.may("patient.create")})


@require_safe
def show(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """One patient with their visits; `?from=` chooses the 8 weeks that begin there."""
    asked = request.GET.get("from", "")
    start = parse_date(asked) if asked else None
    if asked and start is None:
        raise Http404
    page = view_of(request.desk, patients.show(request.desk, patient_id, start))
    told = {"patient": page, "may_book": may_anyhow(request.desk, "appointment.book"), "beside": is_part(request)}
    return render_part(request, "patients/page.html", told, part="visits")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Make a patient, in a dialog or on a page, then go to their page. A namesake is shown first."""
    request.desk.require("patient.create")
    if request.method != "POST":
        typed = drafts.opened(request)
        initial = {"intent": writes.mint(request.desk), **(typed.dict() if typed else {}), "all_the_same": ""}
        form = PatientForm(desk=request.desk, initial=initial)
        return _form(request, form)
    form = PatientForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _form(request, form, status=422)
    if not form.cleaned_data["all_the_same"] and writes.earlier(request.desk, form.cleaned_data["intent"]) is None:
        told = form.cleaned_data
        same = patients.namesakes(request.desk, told["first_name"], told["last_name"], told["birth_date"])
        if same:
            return _form(request, form, status=422, namesakes=same)
    return _create(request, form)


def _form(request: DeskRequest, form: PatientForm, *, status: int = 200, namesakes: object = ()) -> HttpResponse:
    return render_part(request, "patients/new.html", {"form": form, "namesakes": namesakes}, status=status)


def _create(request: DeskRequest, form: PatientForm) -> HttpResponse:
    """Make the patient; whatever goes wrong, the form comes back with what was typed (422: htmx shows no 5xx)."""
    try:
        made = patients.create(request.desk, form.cleaned_data["intent"], form.draft)
    except (LedgerBusy, WelkinError) as unsent:
        form.add_error(None, answers.kept_from(request, unsent)[0])
        return _form(request, form, status=422)
    if made.outcome.ending is Ending.REFUSED:
        again = form.again(kept_forms.next_intent(request.desk, made.outcome.intent))
        drafts.keep(request, again.data["intent"])
        again.add_error(None, getattr(made.outcome.error, "reason", "") or _("The calendar service refused this."))
        return _form(request, again, status=422)
    if made.outcome.confirmed and made.patient_id:
        return leave(request, reverse("patient", args=[made.patient_id]))
    return leave(request, reverse("outcome", args=[made.outcome.intent]))


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: DeskRequest) -> HttpResponse:
    """The staff directory. The filter comes by POST; from an address only a team is taken, never a typed name."""
    asked = request.POST if request.method == "POST" else {"team": request.GET.get("team", "")}
    form = StaffFilterForm(asked)
    if not form.is_valid():
        raise Http404
    try:
        directory = staff.directory(request.desk, form.wanted)
    except NoSuchTeam as gone:
        raise Http404 from gone
    problem = failure_of(directory.problem) if directory.problem else None
    told: dict[str, object] = {"directory": directory, "wanted": form.wanted, "problem": problem}
    if request.desk.may("system.see"):
        told["connection"] = staff.connection_of(request.desk)
    if request.desk.may(first_steps.MANAGE):
        told["steps"] = tuple(step_lines(first_steps.steps(request.desk)))
    return render_part(request, "people/page.html", told, part="list")


@require_safe
def connection(request: DeskRequest) -> HttpResponse:
    """What Daybook is connected to, examined now: for administrators."""
    findings, connected = staff.examine(request.desk), staff.connection_of(request.desk)
    told = {
        "findings": findings,
        "connection": connected,
        "condition": shown(request.desk, condition.look(request.desk), connected.standing.here),
    }
    return render_part(request, "people/connection.html", told, part="findings")
