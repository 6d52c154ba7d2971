"""The booking dialog: one URL, page or part. Steps that only change who comes are submits of the same form."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.domain.conflict import Placement
from scheduling.domain.event import EventMode, EventType
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.domain.zone import wall
from scheduling.services import appointments, patients, people, placing, visit_defaults, writes
from scheduling.services.changing import Done, PlacementRejected
from scheduling.services.desk import Desk
from scheduling.services.placing import Checked
from scheduling.services.writes import Ending, LedgerBusy
from scheduling.web import answers, clock, drafts, placement
from scheduling.web.forms.appointments import BOOKABLE, BookingForm, ids_sent
from scheduling.web.forms.moments import parse_instant
from scheduling.web.forms.patients import PatientForm
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.placement import CheckView
from scheduling.web.whereabouts import in_view
from scheduling.welkin.errors import NotFound, WelkinError

TEMPLATE = "appointments/new.html"
# So many people of a kind are taken from a link.
MOST_ASKED = 20


@dataclass
class Dialog:
    """What the dialog prints, gathered while a request is answered."""

    request: DeskRequest
    form: BookingForm
    bookable: list[User]
    newcomer: PatientForm
    chosen: list[Patient] = field(default_factory=list)
    found: tuple[Patient, ...] | None = None
    q: str = ""
    namesakes: tuple[Patient, ...] = ()
    check: CheckView | None = None
    trouble: str = ""

    def show(self, status: int = 200) -> HttpResponse:
        context = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "request"}
        context |= {
            "check_url": reverse("appointment-check"),
            "may_create": self.request.desk.may("patient.create"),
        }
        if self.check and self.check.blocked:
            self.form.ask_why()
        return render_part(self.request, TEMPLATE, context, status=status)


NEWCOMER = "newcomer"


def _newcomer(desk: Desk, intent: str, typed: QueryDict | None = None) -> PatientForm:
    """The fields of a patient to be made, with what was typed so far. They are read only when that is asked for."""
    sent = typed or QueryDict()
    initial = {name: sent[f"{NEWCOMER}-{name}"] for name in PatientForm.base_fields if f"{NEWCOMER}-{name}" in sent}
    return PatientForm(desk=desk, prefix=NEWCOMER, initial={**initial, "intent": intent})


def _asked_ids(query: QueryDict, name: str) -> tuple[UUID, ...]:
    """The ids of one name in the query string, in its order. A broken one is a link that leads nowhere."""
    try:
        return tuple(dict.fromkeys(UUID(text) for text in query.getlist(name)[:MOST_ASKED] if text))
    except ValueError as broken:
        raise Http404 from broken


def _asked_words(query: QueryDict) -> dict[str, str]:
    """Type and mode of the link, where they are such as can be booked."""
    kinds, modes = [str(kind.value) for kind in BOOKABLE], [str(mode.value) for mode in EventMode]
    asked = {"type": (query.get("type", ""), kinds), "mode": (query.get("mode", ""), modes)}
    return {name: value for name, (value, known) in asked.items() if value in known}


def _initial(desk: Desk, start: datetime | None, host: UUID | None, day: date | None) -> dict[str, Any]:
    local = wall(start, desk.zone) if start else None
    return {
        "date": local.date() if local else day or desk.today,
        "start": local.time().replace(second=0, microsecond=0, tzinfo=None) if local else None,
        "which": clock.stamp(start) if start else "",
        "host": str(host or desk.account.welkin_id or ""),
        "type": EventType.APPOINTMENT.value,
        "mode": EventMode.IN_PERSON.value,
    }


def _open(request: DeskRequest) -> HttpResponse:
    """The empty dialog, filled in as far as the link says."""
    desk, query = request.desk, request.GET
    seen = in_view(request, desk.today)
    staff, coming = _asked_ids(query, "clinician"), _asked_ids(query, "patient")
    host = staff[0] if staff else None
    bookable = placing.bookable(desk, "appointment.book", *staff)
    start = parse_instant(query.get("start", ""))
    intent, patient_intent = writes.mint_many(desk, 2)
    chosen = placing.patients_of(desk, coming)
    near = seen.clinician_id if any(user.id == seen.clinician_id for user in bookable) else None
    initial = _initial(desk, start, host or near, seen.day)
    initial |= {"intent": intent, "patient": [str(each.id) for each in chosen], **_asked_words(query)}
    initial |= {
        "others": [str(person) for person in staff[1:]],
        "minutes": _asked_minutes(desk, query, initial["type"]),
    }
    form = BookingForm(desk=desk, people=bookable, length=initial["minutes"], initial=initial)
    dialog = Dialog(request, form, bookable, _newcomer(desk, patient_intent), chosen)
    if start and host:
        when = Interval(start, start + initial["minutes"] * appointments.MINUTE)
        wanted = Placement(when, staff, coming, None, initial["type"])
        dialog.check = _checked(desk, wanted, chosen)
    return dialog.show()


def _asked_minutes(desk: Desk, query: QueryDict, kind: str = EventType.APPOINTMENT) -> int:
    """A length in the link (drawn on the board), within what can be booked; the type's usual one otherwise."""
    text = query.get("minutes", "")
    if text.isdecimal() and appointments.SHORTEST_MINUTES <= int(text[:4]) <= appointments.LONGEST_MINUTES:
        return int(text[:4])
    return visit_defaults.of(desk).length_of(kind)


def _checked(desk: Desk, wanted: Placement, chosen: list[Patient]) -> CheckView:
    return placement.view(desk, placing.check(desk, wanted), chosen)


def _posted(request: DeskRequest, sent: QueryDict) -> Dialog:
    """The dialog as it was sent, bound and validated."""
    desk = request.desk
    bookable = placing.bookable_as_sent(desk, "appointment.book", *ids_sent(sent, "host"))
    form = BookingForm(sent, desk=desk, people=bookable, length=_asked_minutes(desk, sent))
    intent = sent.get(f"{NEWCOMER}-intent", "")
    dialog = Dialog(request, form, bookable, _newcomer(desk, intent, sent))
    form.is_valid()
    dialog.chosen = placing.patients_of(desk, form.cleaned_data.get("patient", ()))
    return dialog


def _reopened(request: DeskRequest, typed: QueryDict) -> HttpResponse:
    """A form that was kept: as it was typed, with a fresh look at its place."""
    dialog = _posted(request, typed)
    dialog.form.errors.clear()
    dialog.q = typed.get("q", "")[:100]
    _look(dialog)
    return dialog.show()


def _wanted(dialog: Dialog) -> Placement | None:
    """Where it should go, as far as the form says; None while time or clinician are missing."""
    data = dialog.form.cleaned_data
    if not data.get("when") or not dialog.form.clinician_ids:
        return None
    return Placement(data["when"], dialog.form.clinician_ids, data.get("patient", ()), None, data.get("type"))


def _look(dialog: Dialog) -> None:
    """Check what the form asks for, or say what is missing."""
    wanted = _wanted(dialog)
    if wanted:
        dialog.check = _checked(dialog.request.desk, wanted, dialog.chosen)
    elif dialog.form.moment and dialog.form.moment.problem:
        dialog.check = CheckView(problem=dialog.form.moment.problem)


def _unvalidated(dialog: Dialog, **changes: list[str]) -> None:
    """The same form with some values replaced and without its errors: a step, not the booking."""
    data = dialog.request.POST.copy()
    for name, values in changes.items():
        data.setlist(name, values)
    desk = dialog.request.desk
    form = BookingForm(data, desk=desk, people=dialog.bookable, length=_asked_minutes(desk, data))
    form.is_valid()
    form.errors.clear()
    dialog.form = form
    dialog.chosen = placing.patients_of(dialog.request.desk, form.cleaned_data.get("patient", ()))


def _add(dialog: Dialog, *more: str) -> None:
    present = dialog.request.POST.getlist("patient")
    _unvalidated(dialog, patient=list(dict.fromkeys([*present, *more])))


def _step_add(dialog: Dialog) -> HttpResponse:
    _add(dialog, *[text for text in dialog.request.POST.getlist("add_patient") if text])
    _look(dialog)
    return dialog.show()


def _step_drop(dialog: Dialog) -> HttpResponse:
    gone = dialog.request.POST.get("drop", "")
    _unvalidated(dialog, patient=[text for text in dialog.request.POST.getlist("patient") if text != gone])
    _look(dialog)
    return dialog.show()


def _step_find(dialog: Dialog) -> HttpResponse:
    _unvalidated(dialog)
    dialog.q = dialog.request.POST.get("q", "")[:100]
    dialog.found = people.find_patients(dialog.request.desk, dialog.q)
    return dialog.show()


def _step_newcomer(dialog: Dialog) -> HttpResponse:
    """Create a patient and choose them; somebody of the same name is shown first."""
    desk = dialog.request.desk
    newcomer = dialog.newcomer = PatientForm(dialog.request.POST, desk=desk, prefix=NEWCOMER)
    _unvalidated(dialog)
    if not newcomer.is_valid():
        return dialog.show(status=422)
    told = newcomer.cleaned_data
    if not told["all_the_same"] and writes.earlier(desk, told["intent"]) is None:
        dialog.namesakes = patients.namesakes(desk, told["first_name"], told["last_name"], told["birth_date"])
        if dialog.namesakes:
            return dialog.show(status=422)
    return _create(dialog)


def _create(dialog: Dialog) -> HttpResponse:
    desk, newcomer = dialog.request.desk, dialog.newcomer
    made = patients.create(desk, newcomer.cleaned_data["intent"], newcomer.draft)
    if made.outcome.confirmed and made.patient_id:
        dialog.newcomer = _newcomer(desk, writes.mint(desk))
        _add(dialog, str(made.patient_id))
        _look(dialog)
        return dialog.show()
    drafts.keep(dialog.request)
    if made.outcome.ending is Ending.REFUSED:
        answers.set_field(newcomer, f"{NEWCOMER}-intent", writes.mint(desk))
        dialog.trouble = answers.reason_of(made.outcome.error)
    else:
        dialog.trouble = _(
            "It is not known yet whether the patient was created. Search for them in a minute before you try again."
        )
    return dialog.show(status=422)


def _book(dialog: Dialog) -> HttpResponse:
    desk, form = dialog.request.desk, dialog.form
    if any(dialog.request.POST.getlist("add_patient")):
        return _step_add(dialog)  # ticked and not yet chosen: shown first, so that nobody is booked without being seen
    if dialog.request.POST.get("q", "").strip() and not dialog.chosen:
        return _step_find(dialog)
    if not form.is_valid():
        _look(dialog)
        return dialog.show(status=422)
    try:
        done = appointments.book(desk, form.cleaned_data["intent"], form.wish(), reason=form.cleaned_data["reason"])
    except PlacementRejected as rejected:
        return _rejected(dialog, rejected.checked)
    return _booked(dialog, done)


def _rejected(dialog: Dialog, checked: Checked) -> HttpResponse:
    drafts.keep(dialog.request)
    dialog.check = placement.view(dialog.request.desk, checked, dialog.chosen)
    if dialog.check.may_override:
        dialog.form.add_error("reason", _("Choose another time, or say why it should be booked all the same."))
    else:
        dialog.form.add_error(None, _("This time cannot be booked. Choose another one."))
    return dialog.show(status=422)


def _booked(dialog: Dialog, done: Done) -> HttpResponse:
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed or not done.event_id:
        answers.refused(dialog.request, dialog.form, done.outcome)
        return dialog.show(status=422)
    when = clock.span(dialog.form.cleaned_data["when"], dialog.request.desk.zone)
    names = ", ".join(patient.name for patient in dialog.chosen)
    words = (_("Booked: %(names)s, %(when)s."), _("Booked: %(when)s."))
    if done.outcome.replayed:
        words = (_("This was booked already: %(names)s, %(when)s."), _("This was booked already: %(when)s."))
    text, kept = words[0] % {"names": names, "when": when}, words[1] % {"when": when}
    to = reverse("appointment", args=[done.event_id])
    again = done.outcome.replayed
    return answers.succeeded(dialog.request, text, to=to, kept=kept, see=to if again else "", done=done)


STEPS = {"add": _step_add, "find": _step_find, "newcomer": _step_newcomer, "book": _book}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Book a visit. Whatever happens, the form comes back with what was typed."""
    if request.method != "POST":
        typed = drafts.opened(request)
        return _reopened(request, typed) if typed else _open(request)
    dialog = _posted(request, request.POST)
    step = _step_drop if request.POST.get("drop") else STEPS.get(request.POST.get("step", "book"), _book)
    try:
        return step(dialog)
    except NotFound:
        drafts.keep(request)
        dialog.trouble = _("This clinician or patient is not there any more. Choose another one.")
    except (LedgerBusy, WelkinError) as unsent:
        dialog.trouble = answers.kept_from(request, unsent)[0]
    return dialog.show(status=answers.UNSENT)


@require_POST
def check(request: DeskRequest) -> HttpResponse:
    """What stands against the place that the form asks for now; asked while somebody is still choosing."""
    dialog = _posted(request, request.POST)
    try:
        _look(dialog)
    except WelkinError as unsent:
        dialog.check = CheckView(problem=answers.trouble_of(unsent)[0])
    dialog.form.errors.clear()
    if dialog.check and dialog.check.blocked:
        dialog.form.ask_why()
    context = {"form": dialog.form, "check": dialog.check, "check_url": reverse("appointment-check")}
    return render_part(request, "appointments/check.html", context)
