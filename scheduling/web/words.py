"""The words of the screen for the API's values: types, statuses, modes, answers. Unknown ones stay as they are."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling.domain.conflict import ConflictKind
from scheduling.domain.event import Answer, Event, EventMode, EventStatus, EventType
from scheduling.domain.rules import Reason

Word = str | Promise

TYPES: Mapping[str, Word] = {
    EventType.APPOINTMENT: _("Appointment"),
    EventType.GROUP_THERAPY: _("Group session"),
    EventType.LEAVE: _("Leave"),
    EventType.ENCOUNTER: _("Encounter"),
}
STATUSES: Mapping[str, Word] = {
    EventStatus.SCHEDULED: _("Scheduled"),
    EventStatus.CANCELLED: _("Cancelled"),
    EventStatus.COMPLETED: _("Completed"),
    EventStatus.MISSED: _("Missed"),
}
MODES: Mapping[str, Word] = {
    EventMode.IN_PERSON: _("In person"),
    EventMode.CALL: _("Call"),
    EventMode.VIDEO: _("Video"),
}
ANSWERS: Mapping[str, Word] = {
    Answer.NONE: _("Awaiting answer"),
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
    Answer.MAYBE: _("Maybe"),
}
REASONS: Mapping[str, Word] = {
    Reason.CANCELLED: _("This visit is cancelled. Set it back to scheduled first, or book a new one."),
    Reason.COMPLETED: _(
        "This visit took place: it cannot be moved, cancelled or marked again. Corrections are not offered yet."
    ),
    Reason.MISSED: _(
        "This visit was missed: it cannot be moved, cancelled or marked again. Corrections are not offered yet."
    ),
    Reason.UNKNOWN_STATUS: _("Daybook does not know this status, so the visit can only be read here."),
    Reason.NOT_STARTED: _("Whether it took place or was missed can be noted once it has begun."),
    Reason.NOT_ENDED: _("It can be marked missed once it has ended: until then the patient may still come."),
    Reason.STARTED: _("It has begun, so it cannot be deleted any more. Cancel it instead."),
    Reason.NOT_CANCELLED: _("This visit is not cancelled, so there is nothing to set back."),
    Reason.NOT_MARKED: _("Nothing is noted of this visit, so there is nothing to take back."),
    Reason.ENDED: _("It is over, so nobody can answer it, join it or set it back any more."),
    Reason.LEAVE: _("Leave is neither completed nor missed."),
    Reason.NOBODY_ASKED: _(
        "Nobody else was asked about this leave, so nobody could grant it to another one. Cancel it, and ask for leave "
        "anew."
    ),
    Reason.NOT_WHOLE: _(
        "A part of this visit could not be read. Who takes part, when, and its details stay as they are: changing them "
        "from here would delete what is missing."
    ),
    Reason.NOT_GROUP: _("Only group sessions can be joined."),
    Reason.NO_CAPACITY: _("Nobody said how many places this session has, so nobody can join it. Edit it to say so."),
    Reason.FULL: _("All places are taken. Choose another session, or give this one more places."),
    Reason.TAKES_PART: _("This patient takes part already."),
}
CONFLICTS: Mapping[str, Word] = {
    ConflictKind.OUTSIDE_HOURS: _("outside working hours"),
    ConflictKind.CLOSURE: _("clinic closed"),
    ConflictKind.HOLIDAY: _("public holiday"),
    ConflictKind.LEAVE: _("on leave"),
    ConflictKind.CLINICIAN_BUSY: _("clinician busy"),
    ConflictKind.CLAIMED: _("being booked"),
    ConflictKind.BUFFER: _("too close to another visit"),
    ConflictKind.PATIENT_BUSY: _("patient busy"),
    ConflictKind.GROUP_FULL: _("group full"),
    "UNREADABLE": _("calendar not fully readable"),
}
PARTS: Mapping[str, Word] = {
    "when": _("time"),
    "host": _("clinician"),
    "status": _("status"),
    "people": _("people"),
    "answers": _("answers"),
    "attendance": _("attendance"),
    "title": _("title"),
    "description": _("description"),
    "type": _("type"),
    "mode": _("mode"),
    "location": _("location"),
    "remarks": _("remarks"),
    "attachment": _("link"),
    "capacity": _("places"),
}


def type_of(event: Event) -> Word:
    """The visit's type in words; an unknown one as it came, "Visit" where there is none."""
    return type_word(event.type or "") or _("Visit")


def type_word(raw: str) -> Word:
    """A type as the API tells it, in words; an unknown one as it came, empty where there is none."""
    return TYPES.get(raw.upper(), raw)


def status_of(event: Event) -> Word:
    known = event.known_status
    return STATUSES[known] if known else event.status or ""


def status_code(event: Event) -> str:
    """For `data-status`: lower case; an unknown one verbatim (design 8)."""
    return event.known_status.lower() if event.known_status else event.status or ""


def mode_of(event: Event) -> Word:
    return mode_word(event.mode or "")


def mode_word(raw: str) -> Word:
    """A mode as the API tells it, in words; an unknown one as it came."""
    return MODES.get(raw.upper(), raw)


def answer_of(answer: str) -> Word:
    """The answer in words, whatever its letter case; an unknown one as it came."""
    return ANSWERS.get(answer.strip().capitalize(), answer)
