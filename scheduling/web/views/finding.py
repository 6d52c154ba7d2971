"""Find a slot: one address whose query is the question; page or part, with more slots as a part of their own."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.domain.event import Event, Participant
from scheduling.domain.person import Patient
from scheduling.domain.request import BadRequest
from scheduling.domain.week import parse_day
from scheduling.services import finding, people
from scheduling.services.changing import NotPossible
from scheduling.services.desk import NotAllowed
from scheduling.services.finding import Ask, Choices
from scheduling.web import visits, words
from scheduling.web.answers import UNSENT
from scheduling.web.context import may_anyhow
from scheduling.web.failures import Failure, failure_of
from scheduling.web.finding import links
from scheduling.web.finding.page import Answer, Page, PatientChoice, answer
from scheduling.web.forms.finding import FindForm
from scheduling.web.forms.finding_usual import filled
from scheduling.web.htmx import DeskRequest, is_part, render_part
from scheduling.welkin.errors import NotFound, WelkinError

TEMPLATE = "find/page.html"
# What is kept in the session between searches: no patient, no clinician by name.
KEPT = "find"


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DeskRequest) -> HttpResponse:
    """Free times for what the address asks. A POST only looks for a patient by name, for a browser without script."""
    if not may_anyhow(request.desk, "appointment.book"):
        raise NotAllowed("appointment.book")
    gone = request.GET.get("drop", "")
    if gone and not is_part(request):
        return redirect(links.address(request.GET, links.without(request.GET, "patient", gone)))
    search = Search(request)
    if request.method == "POST":
        search.look_for_patients()
    return search.answer()


class Search:
    """One question while it is answered. Whatever goes wrong, the form comes back as it was sent."""

    def __init__(self, request: DeskRequest) -> None:
        self.request, self.desk = request, request.desk
        self.query = _query(request)
        self.failure: Failure | None = None
        self.refused = ""
        self.visit: Event | None = None
        self.patients: tuple[Patient, ...] = ()
        self.found_patients: tuple[Patient, ...] | None = None
        self.typed = ""
        self._prepare()

    def _prepare(self) -> None:
        """The visit that is to move, the people to choose from, the patients: what the form stands on."""
        self._read_visit()
        self.known = self._choices()
        self.data = filled(self.query, self.desk, self.known, self.visit, self.request.session.get(KEPT, {}))
        self._read_patients()
        self.form = FindForm(self.data, desk=self.desk, known=self.known, visit=self.visit, patients=self.patients)

    def _read_visit(self) -> None:
        text = self.query.get("visit", "")
        if not text:
            return
        try:
            self.visit = finding.visit(self.desk, UUID(text))
        except (ValueError, NotFound):
            self.refused = _("The visit to move is not there any more, or the link is wrong.")
        except NotPossible as reason:
            self.refused = str(words.REASONS[reason.reason])
        except WelkinError as error:
            self.failure = failure_of(error)

    def _choices(self) -> Choices:
        known = finding.choices(self.desk, "appointment.move" if self.visit else "appointment.book")
        return finding.with_staff(self.desk, known, self.visit) if self.visit else known

    def _read_patients(self) -> None:
        if self.visit:
            self.patients = tuple(map(_as_patient, self.visit.patients))
            return
        ids = _ids(self.data.getlist("patient"))
        try:
            self.patients = finding.patients(self.desk, ids)
        except WelkinError as error:
            self.patients = tuple(Patient(person) for person in ids)
            self.failure = self.failure or failure_of(error)

    def look_for_patients(self) -> None:
        """Patients by what was typed, each as a link that chooses them."""
        self.typed = self.request.POST.get("q", "")[:100]
        try:
            self.found_patients = people.find_patients(self.desk, self.typed)
        except WelkinError as error:
            self.failure = failure_of(error)

    def answer(self) -> HttpResponse:
        """The page, or its part; only the further slots where those were asked for."""
        valid = self.form.is_valid()
        found = self._found() if valid and not self.failure and not self.refused else None
        if is_part(self.request) and found and self.query.get("cursor"):
            return render(self.request, f"{TEMPLATE}#more", {"answer": found})
        answered = render_part(self.request, TEMPLATE, {"page": self._page(found)}, status=self._status())
        if self.query.get("drop"):
            answered.headers["HX-Push-Url"] = links.address(self.data)
        return answered

    def _found(self) -> Answer | None:
        ask = self._ask()
        try:
            found = finding.find(self.desk, ask)
        except BadRequest as bad:
            for problem in bad.problems:
                self.form.refuse(problem)
            return None
        except WelkinError as error:
            self.failure = failure_of(error)
            return None
        self._keep()
        return answer(self.desk, ask, found, self.data, _day(self.query.get("shown", "")))

    def _keep(self) -> None:
        if self.request.session.get(KEPT) != self.form.kept:
            self.request.session[KEPT] = self.form.kept

    def _ask(self) -> Ask:
        told = self.form.cleaned_data
        return Ask(told["request"], told["people"], self.patients, self.visit, self.query.get("cursor") or None)

    def _status(self) -> int:
        """422 for a form that cannot be asked, and for a part where the API failed: htmx shows no 5xx (answers.py)."""
        if self.failure:
            return UNSENT if is_part(self.request) else self.failure.status
        return 422 if self.form.errors or self.refused else 200

    def _page(self, found: Answer | None) -> Page:
        choices = None
        if self.found_patients is not None:
            choices = tuple(
                PatientChoice(patient, links.address(self.data, {"patient": [str(patient.id)]}))
                for patient in self.found_patients
            )
        return Page(
            form=self.form,
            own=links.address(self.data),
            patients=self.patients,
            moving=visits.brief(self.desk, self.visit) if self.visit else None,
            moving_id=str(self.visit.id) if self.visit else "",
            moving_url=reverse("appointment", args=[self.visit.id]) if self.visit else "",
            answer=found,
            failure=self.failure,
            found_patients=choices,
            typed=self.typed,
            refused=self.refused,
        )


def _query(request: DeskRequest) -> QueryDict:
    """What the address asks, without the patient that is to be dropped."""
    query = request.GET.copy()
    gone = query.get("drop")
    if gone:
        query.setlist("patient", [each for each in query.getlist("patient") if each != gone])
    return query


def _as_patient(row: Participant) -> Patient:
    return Patient(row.person_id, row.first_name, row.last_name, timezone=row.timezone)


def _ids(texts: list[str]) -> tuple[UUID, ...]:
    """The texts that are ids, no more than the form will take."""
    found: dict[UUID, None] = {}
    for text in texts[: finding.MOST_PATIENTS]:
        with suppress(ValueError):
            found[UUID(text)] = None
    return tuple(found)


def _day(text: str) -> str:
    """An ISO date, empty for anything else."""
    try:
        return parse_day(text).isoformat()
    except ValueError:
        return ""
