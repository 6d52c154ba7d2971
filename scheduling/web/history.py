"""One's own changes as pages and toasts tell them: what was done, what undoing it does, why it cannot be undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from scheduling.domain.event import Event, EventStatus
from scheduling.services import changing, invitations, people, undo
from scheduling.services.desk import Desk
from scheduling.services.undo import Told, Why
from scheduling.web import words
from scheduling.web.event_time import when_words

WHY: Mapping[Why, str | Promise] = {
    Why.OPEN: _l("Whether it was saved is still being checked. It can be undone once that is known."),
    Why.UNDONE: _l("This is undone already."),
    Why.BEING_UNDONE: _l("It is being undone; whether that was saved is still being checked."),
    Why.LOST: _l("What stood there before cannot be read any more, so it cannot be undone here."),
    Why.NOT_ALLOWED: _l("Your role does not allow the way back. Ask a coordinator who looks after all of its people."),
    Why.OVER: _l("Its time is over, so it cannot be set back to scheduled any more."),
    Why.WAS_CANCELLED: _l("It was cancelled before it was deleted, so there is nothing to book again."),
    Why.GONE: _l("The visit was deleted after this. Undo that first."),
    Why.LEAVE: _l("Leave that was deleted is asked for anew."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One own change. `url` leads to the question whether to undo it, or to do it again where `redo`; empty for `why`.

    `visit` is the page of the visit, empty where there is none. `what` names the visit, `when` its time before.
    """

    id: int
    at: datetime
    did: str
    what: str
    when: str
    back: str
    visit: str = ""
    url: str = ""
    redo: bool = False
    why: str | Promise = ""
    undone: bool = False


Names = Callable[[UUID | None], str]


def _nobody(_: UUID | None) -> str:
    return ""


def _names(desk: Desk, told: list[Told]) -> Names:
    """Names by id from the mirrors, for visits that were kept before they had any."""
    known = people.names(desk, {person for step in told for person in _people(step)})
    return lambda person: known.get(person, "") if person else ""


def _people(step: Told) -> set[UUID]:
    if step.was is None:
        return set()
    event = step.was.event
    nameless = {row.person_id for row in event.participants if not row.name}
    return nameless | set(step.was.people) | ({event.host_id} if event.host_id else set())


def lines(desk: Desk) -> tuple[Line, ...]:
    """The login's own changes, the latest first."""
    told = list(undo.listed(desk))
    names = _names(desk, told)
    return tuple(_line(desk, step, names) for step in told)


def line(desk: Desk, step: Told) -> Line:
    """One of them, or one that takes one back."""
    return _line(desk, step, _names(desk, [step]))


def addresses(desk: Desk, event: Event) -> dict[str, str]:
    """Where the login's own changes of this visit that are as they left it are undone, by intent."""
    return {key: address(step.id) for key, step in undo.on_visit(desk, event).items()}


def address(number: int) -> str:
    return reverse("change-undo", args=[number])


def _line(desk: Desk, step: Told, names: Names) -> Line:
    event = step.was.event if step.was else None
    open_to = event is not None and changing.may_see(desk, event)
    shown = open_to or (event is not None and invitations.sees_leave(desk, event))
    names = names if shown else _nobody
    gone = step.visit is None or step.why is Why.GONE or (step.action == "appointment.delete" and not step.again)
    number = step.again or step.id
    return Line(
        id=step.id,
        at=step.at,
        did=_did(step, names),
        what=_what(event, names) if event and shown else _("A visit"),
        when=_when(desk, step, event, names) if event and shown else "",
        back=_back(desk, step, names),
        visit="" if gone or not open_to else reverse("appointment", args=[step.visit]),
        url=address(number) if step.why is None or step.again else "",
        redo=step.again is not None,
        why="" if step.again else WHY.get(step.why, "") if step.why else "",
        undone=step.why is Why.UNDONE,
    )


def _what(event: Event, names: Names) -> str:
    patients = ", ".join(filter(None, (row.name or names(row.person_id) for row in event.patients)))
    title = event.title or str(words.type_of(event))
    return f"{patients} · {title}" if patients else title


def _when(desk: Desk, step: Told, event: Event, names: Names) -> str:
    """The visit's time; of one that was moved where it was before, so that nobody takes it for where it is."""
    told = {"when": when_words(event, desk), "host": _host(event, names)}
    return _("before: %(when)s, %(host)s") % told if step.action == "appointment.move" else told["when"]


def _whom(step: Told, names: Names) -> str:
    return ", ".join(filter(None, map(names, step.was.people if step.was else ()))) or _("a participant")


def _came(step: Told) -> bool:
    """What was noted of somebody before."""
    event, whom = (step.was.event, step.was.people) if step.was else (None, ())
    return bool(event) and any(row.attended for row in event.participants if row.person_id in whom)  # type: ignore[union-attr]


def _parts(step: Told) -> str:
    return ", ".join(str(words.PARTS.get(name, name)) for name in step.fields)


def _did(step: Told, names: Names) -> str:
    """What was done, in a few words."""
    if step.action == "appointment.mark":
        status = next((field for field in step.fields if field in words.STATUSES), "")
        return _("Marked: %(status)s") % {"status": words.STATUSES.get(status, status)}
    if step.action == "appointment.move":
        return _("Moved (%(parts)s)") % {"parts": _parts(step)}
    if step.action == "appointment.edit":
        return _("Changed: %(parts)s") % {"parts": _parts(step)}
    if step.action == "appointment.attend":
        told = _("Noted that %(name)s did not come") if _came(step) else _("Noted that %(name)s came")
        return told % {"name": _whom(step, names)}
    if step.action == "invitation.answer":
        said = words.answer_of(step.was.said if step.was else "")
        return _("Recorded for %(name)s: %(answer)s") % {"name": _whom(step, names), "answer": said}
    if step.action in ("appointment.join", "appointment.take_out"):
        told = _("Added %(name)s") if step.action == "appointment.join" else _("Took out %(name)s")
        return told % {"name": _whom(step, names)}
    return str(DID[step.action])


DID: Mapping[str, Promise] = {
    "appointment.book": _l("Booked"),
    "appointment.cancel": _l("Cancelled"),
    "appointment.restore": _l("Set back to scheduled"),
    "appointment.unmark": _l("Took back what was noted"),
    "appointment.delete": _l("Deleted"),
}


def _back(desk: Desk, step: Told, names: Names) -> str:
    """What taking it back does, as a sentence."""
    event = step.was.event if step.was else None
    told = {"name": _whom(step, names), "parts": _parts(step)}
    if step.action == "appointment.book" and step.undoes is not None:
        return _("It is deleted again.")
    if step.action == "appointment.edit" and step.undoes is not None:
        return _("The change is made again: %(parts)s.") % told
    if step.action == "appointment.move" and event:
        told |= {"when": when_words(event, desk), "host": _host(event, names)}
        return _("It goes back to %(when)s, %(host)s, with the answers that were given for that time.") % told
    if step.action == "appointment.unmark" and event:
        return _("It is marked again: %(status)s.") % {"status": words.STATUSES[event.known_status or ""]}
    if step.action == "appointment.attend":
        return (_("%(name)s is noted as having come.") if _came(step) else _("%(name)s is not noted any more.")) % told
    if step.action == "invitation.answer" and event:
        before = next((row.answer for row in event.participants if step.was and row.person_id in step.was.people), "")
        return _("The answer of %(name)s is again: %(answer)s.") % (told | {"answer": words.answer_of(before)})
    return str(BACK.get(step.action, "")) % told


def _host(event: Event, names: Names) -> str:
    row = next((row for row in event.participants if row.person_id == event.host_id), None)
    return (row.name if row else "") or names(event.host_id)


BACK: Mapping[str, Promise] = {
    "appointment.book": _l("The visit is cancelled: it stays readable, and its time is free."),
    "appointment.edit": _l("What stood there before comes back: %(parts)s."),
    "appointment.cancel": _l("The same visit is scheduled again, if its time is still free."),
    "appointment.restore": _l("It is cancelled again."),
    "appointment.mark": _l("What was noted is taken back: the visit is scheduled as before."),
    "appointment.join": _l("%(name)s is taken out of the session again."),
    "appointment.take_out": _l("%(name)s is added to the session again, if a place is free."),
    "appointment.delete": _l(
        "It is booked again as a new visit with a new id: links to the deleted one stay dead, and its answers are gone."
    ),
}

UNDONE: Mapping[str, Promise] = {
    "appointment.book": _l("Undone: the visit is cancelled."),
    "appointment.move": _l("Undone: it is where it was."),
    "appointment.edit": _l("Undone: what stood there before is back."),
    "appointment.cancel": _l("Undone: the visit is scheduled again."),
    "appointment.restore": _l("Undone: it is cancelled again."),
    "appointment.mark": _l("Undone: the visit is scheduled as before."),
    "appointment.unmark": _l("Done again: it is marked as before."),
    "appointment.attend": _l("Undone: the attendance is as before."),
    "appointment.join": _l("Undone: the patient is not in the session any more."),
    "appointment.take_out": _l("Done again: the patient is in the session."),
    "appointment.delete": _l("Undone: it is booked again, as a new visit with a new id."),
    "invitation.answer": _l("Undone: the answer is as before."),
}


def undone(step: Told, event: Event | None) -> str:
    """What the toast says once it is taken back, or done again."""
    if step.undoes is None:
        return str(UNDONE[step.action])
    if step.action == "appointment.book":
        return _("Done again: it is deleted.")
    over = event is not None and event.known_status is EventStatus.CANCELLED
    return _("Done again: the visit is cancelled.") if over else _("Done again.")
