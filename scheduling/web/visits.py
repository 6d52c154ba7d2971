"""A visit as its panel prints it: who, when for whom, what may be done, what was done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain import group, rules
from scheduling.domain.conflict import Placement
from scheduling.domain.event import Answer, Event, EventStatus, EventType, Participant
from scheduling.domain.rules import Reason
from scheduling.domain.week import Week, find_zone
from scheduling.services import changing, closing, visit_history, writes
from scheduling.services.appointments import editable, may_move, staff_moved
from scheduling.services.desk import Desk
from scheduling.services.invitations import may_answer_for
from scheduling.services.versions import version
from scheduling.web import clock, history, history_lines, overlaps, words
from scheduling.web.history_lines import Line
from scheduling.web.overlaps import OverlapLine
from scheduling.web.words import Word

ANSWERS = (Answer.YES, Answer.NO, Answer.MAYBE)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One participant. An empty intent means that the small form is not offered."""

    id: UUID
    name: str
    first: str
    last: str
    role: Word
    url: str
    contact: str
    local: str
    host: bool
    patient: bool
    answer: str
    answer_word: Word
    answer_old: bool
    answer_intent: str
    attended: bool
    attend_intent: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button that opens a form of its own."""

    name: str
    label: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A button that says at once what became of the visit."""

    value: str
    label: str
    icon: str
    intent: str

    @property
    def question(self) -> str:
        """What is asked before it is saved."""
        return _("Note “%(label)s”? You can undo this for a week.") % {"label": self.label}


@dataclass(frozen=True, slots=True)
class VisitView:
    """The panel. `heading` is the patient's name, or the title where there are several or none; `sub` is the other."""

    event: Event
    heading: str
    sub: str
    type: str
    type_word: Word
    status: str
    status_word: Word
    mode: str
    mode_word: Word
    day: str
    times: str
    length: str
    start: str
    end: str
    zone: str
    seen: str
    people: tuple[PersonRow, ...]
    actions: tuple[Action, ...]
    marks: tuple[Mark, ...]
    why_not: tuple[Word, ...]
    history: tuple[Line, ...]
    location: str
    remarks: str
    attachment: str
    link: str
    next_url: str = ""
    overlaps: tuple[OverlapLine, ...] = ()

    @property
    def patients(self) -> tuple[PersonRow, ...]:
        return tuple(row for row in self.people if row.patient)

    @property
    def staff(self) -> tuple[PersonRow, ...]:
        return tuple(row for row in self.people if not row.patient)

    @property
    def group(self) -> bool:
        """Several patients: their rows become short ones."""
        return len(self.patients) > 1

    @property
    def has_details(self) -> bool:
        return bool(self.event.description or self.location or self.remarks or self.attachment)

    @property
    def places(self) -> str:
        """How many places of a group session are taken; empty where nobody said how many there are."""
        return places_of(self.event)


def places_of(event: Event) -> str:
    """ "5 of 8 places taken"; empty for what is no group session, and for one that nobody can say this of."""
    capacity = group.capacity_of(event) if event.known_type is EventType.GROUP_THERAPY else None
    if capacity is None:
        return ""
    told = {"taken": group.places_taken(event), "all": capacity}
    return ngettext("%(taken)d of %(all)d place taken", "%(taken)d of %(all)d places taken", capacity) % told


BUTTONS = (
    ("move", "appointment.move", rules.movable, "arrow-left-right"),
    ("edit", "appointment.edit", editable, "pencil"),
    ("cancel", "appointment.cancel", rules.cancellable, "ban"),
    ("delete", "appointment.delete", rules.deletable, "trash-2"),
)
# Why nobody can join is told only where somebody could change that: most visits are no group sessions.
JOINING = ("join", "appointment.book", group.open_to_more, "user-plus")
# A visit that is not cancelled is no news either.
RESTORING = ("restore", "appointment.cancel", rules.restorable, "undo-2")
_CANCELLED = gettext_lazy("This visit is cancelled. Book a new one if it should take place after all.")
_SHARED = gettext_lazy("Moving it changes the calendars of others too: ask a coordinator who looks after all of them.")
STATUS_REASONS = {Reason.CANCELLED, Reason.COMPLETED, Reason.MISSED, Reason.UNKNOWN_STATUS}


def _labels() -> dict[str, str]:
    return {
        "join": _("Add a patient"),
        "restore": _("Set it back to scheduled"),
        "move": _("Move"),
        "edit": _("Edit"),
        "cancel": _("Cancel visit"),
        "delete": _("Delete"),
    }


def may_on(desk: Desk, action: str, event: Event) -> bool:
    return desk.may(action, changing.owner_of(event))


def _actions(desk: Desk, event: Event) -> tuple[Action, ...]:
    labels = _labels()
    return tuple(
        Action(name, labels[name], icon, reverse(f"appointment-{name}", args=[event.id]))
        for name, action, rule, icon in (JOINING, RESTORING, *BUTTONS)
        if may_on(desk, action, event) and rule(event, desk.now) is None
        if name not in WITH_ALL or WITH_ALL[name](desk, event)
    )


def may_restore(desk: Desk, event: Event) -> bool:
    """Whether the login may set it back: cancel it, and book in the calendars of all of its staff."""
    return may_on(desk, "appointment.cancel", event) and desk.may_all("appointment.book", staff_moved(event))


# What changes the calendars of everybody who takes part, so that the right to one of them is not enough.
WITH_ALL: dict[str, Callable[[Desk, Event], bool]] = {"move": may_move, "restore": may_restore}


def undo_of_cancel(desk: Desk, event: Event | None) -> str:
    """Where a visit that was just cancelled is set back; empty where that is not possible or not the login's to do."""
    if event is None or rules.restorable(event, desk.now) or not may_restore(desk, event):
        return ""
    return reverse("appointment-restore", args=[event.id])


def _why_not(desk: Desk, event: Event) -> tuple[Word, ...]:
    """One plain sentence for each reason, the same one once; the role's limits first."""
    if not may_on(desk, "appointment.move", event):
        return (_("You may look at this visit. Changing it is up to its clinician and the coordinators of the team."),)
    checks = [(action, rule) for _name, action, rule, _icon in BUTTONS]
    checks += [("appointment.mark", rules.completable), ("appointment.mark", rules.missable)]
    found = dict.fromkeys(
        reason for action, rule in checks if may_on(desk, action, event) and (reason := rule(event, desk.now))
    )
    settled = [reason for reason in found if reason in STATUS_REASONS]
    if Reason.NOT_STARTED in found:
        found.pop(Reason.NOT_ENDED, None)
    if may_on(desk, "appointment.book", event) and group.open_to_more(event, desk.now) is Reason.NO_CAPACITY:
        found[Reason.NO_CAPACITY] = None
    shared = () if settled or may_move(desk, event) else (_SHARED,)
    if settled[:1] == [Reason.CANCELLED] and not undo_of_cancel(desk, event):
        return (_CANCELLED,)
    return (*shared, *(words.REASONS[reason] for reason in settled[:1] or found))


def _marks(desk: Desk, event: Event, keys: Iterator[str]) -> tuple[Mark, ...]:
    if not may_on(desk, "appointment.mark", event):
        return ()
    labels = {"COMPLETED": (_("Took place"), "circle-check"), "MISSED": (_("Missed"), "circle-slash")}
    return tuple(
        Mark(status, *labels[status], next(keys))
        for status, rule in closing.MARKS.items()
        if rule(event, desk.now) is None
    )


def _local(desk: Desk, event: Event, row: Participant) -> str:
    """The visit's time on this person's clock, where that shows another one."""
    zone = find_zone(row.timezone)
    if zone is None or not clock.differs(event.when, desk.zone, zone):
        return ""
    return f"{clock.there(event.when, zone, desk.zone)} {zone.key}"


def _person(desk: Desk, event: Event, row: Participant, old: frozenset[UUID], keys: Iterator[str]) -> PersonRow:
    answerable = rules.answerable(event, desk.now) is None and may_answer_for(desk, event, row)
    attendable = closing.attendable(event, desk.now) is None and may_on(desk, "appointment.mark", event)
    host = row.person_id == event.host_id
    role = _("Patient") if row.is_patient else _("Clinician")
    week = Week.containing(event.when.start.astimezone(desk.zone).date())
    url = reverse("patient", args=[row.person_id]) if row.is_patient else reverse("week-of", args=[row.person_id, week])
    return PersonRow(
        id=row.person_id,
        name=row.name or _("Unnamed"),
        first=row.first_name,
        last=row.last_name,
        role=role,
        url=url if not row.is_patient or desk.may("patient.find") else "",
        contact=" · ".join(part for part in (row.phone, row.email) if part) if row.is_patient else "",
        local=_local(desk, event, row),
        host=host,
        patient=row.is_patient,
        answer=row.answer.strip().capitalize(),
        answer_word=words.answer_of(row.answer),
        answer_old=row.person_id in old,
        answer_intent=next(keys) if answerable else "",
        attended=row.attended,
        attend_intent=next(keys) if attendable else "",
    )


def _heading(event: Event) -> tuple[str, str]:
    title = event.title or str(words.type_of(event))
    names = [row.name for row in event.patients if row.name]
    if len(names) != 1:
        return title, ""
    return names[0], event.title if event.title != str(words.type_of(event)) else ""


def _in_order(event: Event) -> list[Participant]:
    """A single patient first, then the host, then everybody else as the API has them."""
    alone = len(event.patients) == 1
    return sorted(
        event.participants,
        key=lambda row: (not (alone and row.is_patient), row.person_id != event.host_id, row.is_patient),
    )


def view(desk: Desk, event: Event) -> VisitView:
    """Everything of the panel, with an intent for each small form in it: six queries, no call.

    Raises NotAllowed where the login may not see names: whichever way one comes, there is no panel then.
    """
    changing.require_names(desk, event)
    entries = visit_history.of(desk, event.id)
    old = visit_history.answers_to_old_time(entries, event)
    keys = iter(writes.mint_many(desk, 2 + 2 * len(event.participants)))
    attachment = event.detail("attachment")
    heading, sub = _heading(event)
    return VisitView(
        event=event,
        heading=heading,
        sub=sub,
        type=(event.type or "").lower(),
        type_word=words.type_of(event),
        status=words.status_code(event),
        status_word=words.status_of(event),
        mode=(event.mode or "").lower(),
        mode_word=words.mode_of(event),
        day=clock.long_day(event.when.start, desk.zone),
        times=clock.times(event.when, desk.zone),
        length=clock.length(event.when.minutes),
        start=clock.stamp(event.when.start),
        end=clock.stamp(event.when.end),
        zone=desk.zone.key,
        seen=version(event),
        people=tuple(_person(desk, event, row, old, keys) for row in _in_order(event)),
        actions=_actions(desk, event),
        marks=_marks(desk, event, keys),
        why_not=_why_not(desk, event),
        history=history_lines.lines(desk, entries, history.addresses(desk, event)),
        location=event.detail("location"),
        remarks=event.detail("remarks"),
        attachment=attachment,
        link=attachment if attachment.startswith(("https://", "http://")) else "",
        next_url=next_visit(desk, event),
        overlaps=overlaps.flags(desk, event.id),
    )


FINISHED = (EventStatus.COMPLETED, EventStatus.MISSED)


def next_visit(desk: Desk, event: Event) -> str:
    """Where the next visit of this kind is looked for: the same patient, people, length and mode.

    Empty for a visit that is not finished, for a group, and where the login may not book for all of its staff.
    """
    if event.known_status not in FINISHED:
        return ""
    patients = tuple(row.person_id for row in event.patients)
    wanted = Placement(event.when, staff_moved(event), patients, event.id, event.type)
    return finding_anew(desk, wanted, (event.mode or "").upper())


def finding_anew(desk: Desk, place: Placement, mode: str = "") -> str:
    """Where time is looked for a new visit like this one; empty for a group and where the login may not book it."""
    staff, group_type = place.clinician_ids, (place.type or "").upper() == EventType.GROUP_THERAPY
    alone = len(place.patient_ids) == 1 and not group_type
    if not alone or not staff or not desk.may_all("appointment.book", staff):
        return ""
    told = [("patient", str(place.patient_ids[0])), *(("clinician", str(person)) for person in staff)]
    told += [("together", "all" if len(staff) > 1 else "any"), *([("mode", mode)] if mode else [])]
    return f"{reverse('find')}?{urlencode([*told, ('minutes', str(place.when.minutes))])}"


@dataclass(frozen=True, slots=True)
class Brief:
    """A visit in one line, for the head of a question about it."""

    title: str
    who: str
    when: str
    host: str


def brief_sent(data: Mapping[str, str]) -> Brief:
    """The line as the form brought it back, so that a form can be shown again without the API."""
    return Brief(**{name: data.get(f"now_{name}", "")[:300] for name in Brief.__dataclass_fields__})


def brief(desk: Desk, event: Event) -> Brief:
    host = next((row.name for row in event.participants if row.person_id == event.host_id), "")
    who = ", ".join(row.name for row in event.patients if row.name) or host
    return Brief(event.title or str(words.type_of(event)), who, clock.span(event.when, desk.zone), host)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a part of the visit is now, after somebody changed it."""

    part: Word
    now: str


def differences(desk: Desk, event: Event, parts: tuple[str, ...]) -> tuple[Difference, ...]:
    """The parts that are no longer as they were seen, as they are now."""
    host = next((row.name for row in event.participants if row.person_id == event.host_id), "")
    now = {
        "when": clock.span(event.when, desk.zone),
        "host": host,
        "status": str(words.status_of(event)),
        "people": ", ".join(row.name for row in event.participants),
        "title": event.title,
        "description": event.description,
        "type": str(words.type_of(event)),
        "mode": str(words.mode_of(event)),
        "location": event.detail("location"),
        "remarks": event.detail("remarks"),
        "attachment": event.detail("attachment"),
        "capacity": str(group.capacity_of(event) or ""),
    }
    return tuple(Difference(words.PARTS[part], now.get(part) or _("empty")) for part in parts)
