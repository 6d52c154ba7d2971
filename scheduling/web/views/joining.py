"""Joining a group session: one URL, page or part. First who, then what stands against it and the places there are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from scheduling.domain import group
from scheduling.domain.event import Event
from scheduling.domain.person import Patient
from scheduling.domain.rules import Reason
from scheduling.domain.zone import find_zone
from scheduling.services import changing, joining, people, placing, presence, writes
from scheduling.services.changing import AppointmentChanged, Done, NotPossible, PlacementRejected
from scheduling.services.desk import Desk
from scheduling.services.joining import Join, OthersUnderWay
from scheduling.services.placing import Checked
from scheduling.services.versions import version
from scheduling.services.writes import LedgerBusy
from scheduling.web import answers, clock, drafts, placement, visits
from scheduling.web.forms.joining import JoinForm
from scheduling.web.htmx import DeskRequest, is_part, render_part
from scheduling.web.placement import CheckView
from scheduling.web.views.appointments import refused_to_open
from scheduling.web.views.panel import changed_panel
from scheduling.web.visits import Brief
from scheduling.welkin.errors import WelkinError

TEMPLATE = "appointments/join.html"


@dataclass
class Dialog:
    """What the dialog prints. Without `now` only the search is there; `places` is empty where nobody could be asked."""

    request: DeskRequest
    event_id: UUID
    form: JoinForm
    now: Brief | None = None
    places: str = ""
    left: str = ""
    patient: Patient | None = None
    check: CheckView | None = None
    theirs: tuple[visits.Difference, ...] = ()
    closed: bool = False
    trouble: str = ""
    q: str = ""
    found: tuple[Patient, ...] | None = None
    elsewhere: tuple[str, ...] = ()

    def describe(self, event: Event) -> None:
        """Say of the session what is known of it now."""
        left = group.places_left(event) or 0
        self.now = visits.brief(self.request.desk, event)
        self.places = visits.places_of(event)
        self.left = ngettext("%(count)d place left", "%(count)d places left", left) % {"count": left}
        self.closed = group.open_to_more(event, self.request.desk.now) is not None
        self.elsewhere = tuple(_local_times(self.request.desk, event))

    def look(self, checked: Checked) -> None:
        """Say what stands against it. That the session's own clinician is in it is no news, so only the patient's
        freedom is told."""
        chosen = [self.patient] if self.patient else []
        check = placement.view(self.request.desk, checked, chosen)
        if check.clear and self.patient:
            check = replace(check, clear=_("%(name)s is free then.") % {"name": self.patient.name})
        self.check = check
        if check.blocked:
            self.form.ask_why()

    def show(self, status: int = 200) -> HttpResponse:
        context = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "request"}
        return render_part(self.request, TEMPLATE, context, status=status)


def _local_times(desk: Desk, event: Event) -> Iterator[str]:
    """The session's time on the clocks of its clinicians, where they show another one than the viewer's."""
    for row in event.staff:
        zone = find_zone(row.timezone)
        if zone and clock.differs(event.when, desk.zone, zone):
            yield placement.elsewhere_line(row.name, event.when, zone, desk.zone)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Add a patient to a group session. Whatever happens, the form comes back with what was typed."""
    if request.method != "POST":
        return _open(request, event_id)
    step = request.POST.get("step", "join")
    if step == "join":
        return _join(request, event_id)
    return _step(request, event_id, step)


def _asked_patient(request: DeskRequest) -> Patient | None:
    """The patient of the link. A broken or unknown id is a link that leads nowhere. Raises NotFound, WelkinError."""
    text = request.GET.get("patient", "")
    return placing.patients_of(request.desk, (_as_id(text),))[0] if text else None


def _session_of(request: DeskRequest, event_id: UUID) -> Event:
    """The session for a dialog that opens. Raises NotPossible where nobody can join it, NotAllowed, WelkinError."""
    request.desk.require("patient.find")
    event = joining.session(request.desk, event_id)
    changing.allow(group.open_to_more, event, request.desk.now)
    return event


def _open(request: DeskRequest, event_id: UUID) -> HttpResponse:
    try:
        event = _session_of(request, event_id)
    except NotPossible as refused:
        return refused_to_open(request, refused)
    typed = drafts.opened(request)
    return _reopened(request, event, typed) if typed else _opened(request, event, _asked_patient(request))


def _reopened(request: DeskRequest, event: Event, typed: QueryDict) -> HttpResponse:
    """A form that was kept: as it was typed, with a fresh look at what stands against it."""
    presence.opened(request.desk, event, typed.get("intent", ""))
    form = JoinForm(typed, desk=request.desk)
    form.is_valid()
    form.errors.clear()
    patient = placing.patients_of(request.desk, (_as_id(typed.get("patient", "")),))[0]
    dialog = Dialog(request, event.id, form, patient=patient)
    dialog.describe(event)
    dialog.look(joining.check(request.desk, event, patient.id))
    return dialog.show()


def _opened(request: DeskRequest, event: Event, patient: Patient | None) -> HttpResponse:
    """The search, or with a patient what their coming means."""
    desk = request.desk
    refused = group.joinable(event, patient.id, desk.now) if patient else None
    if refused or patient is None:
        dialog = Dialog(request, event.id, JoinForm(desk=desk))
        dialog.describe(event)
        dialog.trouble = _already(patient) if patient else ""
        return dialog.show(status=answers.REFUSED if refused else 200)
    initial = {"intent": writes.mint(desk), "seen": version(event), "patient": str(patient.id)}
    presence.opened(desk, event, initial["intent"])
    dialog = Dialog(request, event.id, JoinForm(desk=desk, initial=initial), patient=patient)
    dialog.describe(event)
    dialog.look(joining.check(desk, event, patient.id))
    return dialog.show()


def _already(patient: Patient) -> str:
    return _("%(name)s takes part already. Choose somebody else.") % {"name": patient.name}


def _step(request: DeskRequest, event_id: UUID, step: str) -> HttpResponse:
    """Choose a patient who was picked, or find some by a typed name, which stands in no address."""
    chosen = next((text for text in request.POST.getlist("patient") if text), "")
    if step == "choose" and chosen and not is_part(request):
        return redirect(f"{reverse('appointment-join', args=[event_id])}?patient={_as_id(chosen)}")
    try:
        event = _session_of(request, event_id)
    except NotPossible as refused:
        return refused_to_open(request, refused)
    if step == "choose" and chosen:
        return _opened(request, event, placing.patients_of(request.desk, (_as_id(chosen),))[0])
    dialog = Dialog(request, event_id, JoinForm(desk=request.desk), q=request.POST.get("q", "")[:100])
    dialog.describe(event)
    dialog.found = people.find_patients(request.desk, dialog.q)
    return dialog.show()


def _as_id(text: str) -> UUID:
    """An id that was sent. A broken one was made up."""
    try:
        return UUID(text)
    except ValueError as broken:
        raise Http404 from broken


# --- The press --------------------------------------------------------------------------------------------------------


def _join(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk, form = request.desk, JoinForm(request.POST, desk=request.desk)
    dialog = Dialog(request, event_id, form, now=visits.brief_sent(request.POST))
    if not form.is_valid():
        return dialog.show(status=answers.UNSENT)
    told = form.cleaned_data
    wish = Join(event_id, told["patient"], told["seen"], told["reason"])
    try:
        dialog.patient = placing.patients_of(desk, (wish.patient_id,))[0]
        done = joining.join(desk, told["intent"], wish)
    except PlacementRejected as rejected:
        return _rejected(dialog, rejected.checked)
    except (AppointmentChanged, NotPossible, LedgerBusy, WelkinError) as trouble:
        return _again(dialog, trouble)
    return _ended(dialog, done)


def _rejected(dialog: Dialog, checked: Checked) -> HttpResponse:
    drafts.keep(dialog.request)
    dialog.look(checked)
    if dialog.check and dialog.check.may_override:
        dialog.form.add_error("reason", _("Choose another session, or say why they should join all the same."))
    else:
        dialog.form.add_error(None, _("They cannot join this session. Choose another one."))
    return dialog.show(status=answers.UNSENT)


def _again(dialog: Dialog, trouble: Exception) -> HttpResponse:
    """The dialog again, with the session as it is now where that is why nothing was done."""
    sentence, status = answers.kept_from(dialog.request, trouble)
    if isinstance(trouble, AppointmentChanged | NotPossible):
        dialog.describe(trouble.event)
    if isinstance(trouble, AppointmentChanged) and not isinstance(trouble, OthersUnderWay):
        answers.set_field(dialog.form, "seen", version(trouble.event))
        dialog.theirs = visits.differences(dialog.request.desk, trouble.event, trouble.parts)
    if isinstance(trouble, NotPossible) and trouble.reason is Reason.TAKES_PART:
        dialog.closed = True
    dialog.form.add_error(None, sentence)
    return dialog.show(status=status)


def _ended(dialog: Dialog, done: Done) -> HttpResponse:
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        answers.refused(dialog.request, dialog.form, done.outcome)
        return dialog.show(status=answers.UNSENT)
    return _joined(dialog, done)


def _joined(dialog: Dialog, done: Done) -> HttpResponse:
    """It worked: a toast, the panel as it is now, and what somebody else did in the same moment."""
    request = dialog.request
    when = clock.span(done.event.when, request.desk.zone) if done.event else dialog.now.when if dialog.now else ""
    name = dialog.patient.name if dialog.patient else _("The patient")
    text = _("Added: %(name)s, %(when)s.") % {"name": name, "when": when}
    kept = _("Added to the session: %(when)s.") % {"when": when}
    warning = _warning(done)
    if warning and not is_part(request):
        messages.warning(request, warning)
    parts = changed_panel(request, done) + (_warning_toast(request, warning) if warning else "")
    to = reverse("appointment", args=[dialog.event_id])
    return answers.succeeded(request, text, to=to, parts=parts, kept=kept, done=done)


def _warning(done: Done) -> str:
    """What the session was found to be after the write, where that is not what was wished for."""
    facts = done.outcome.facts
    if facts.get("missing"):
        return _("Somebody else changed the session in the same moment: the patient is not in it any more. Look at it.")
    count = int(facts.get("too_many") or 0)
    return (
        ngettext(
            "Somebody else added a patient in the same moment: there is now %(count)d patient more than places.",
            "Somebody else added patients in the same moment: there are now %(count)d patients more than places.",
            count,
        )
        % {"count": count}
        if count
        else ""
    )


def _warning_toast(request: DeskRequest, text: str) -> str:
    return render_to_string("appointments/warning.html", {"text": text}, request)
