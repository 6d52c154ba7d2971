"""Visits that overlap, as the pages tell it: who, when, with what, since when, and what can be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain import rules
from scheduling.domain.event import Event
from scheduling.services import overlaps, watched
from scheduling.services.appointments import may_move
from scheduling.services.changing import may_see, owner_of
from scheduling.services.desk import Desk
from scheduling.services.overlaps import Overlap
from scheduling.web import clock, words
from scheduling.web.stale import moment


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One of the two. Without `url` the login may only see that somebody is busy."""

    id: UUID
    title: str
    when: str
    url: str
    ours: bool
    move: str
    another: str
    cancel: str


@dataclass(frozen=True, slots=True)
class OverlapLine:
    """One overlap. `keep` is where somebody with the right may say that both shall stay."""

    id: int
    start: str
    when: str
    who: str
    since: str
    visits: tuple[VisitLine, VisitLine]
    keep: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the board says above its grid."""

    text: str
    url: str


def _title(desk: Desk, event: Event) -> str:
    if not may_see(desk, event):
        return _("another visit")
    told = event.title or str(words.type_of(event))
    patients = [row.name for row in event.patients if row.name]
    return f"{told} ({', '.join(patients[:3])}{' …' if len(patients) > 3 else ''})" if patients else told


def _visit(desk: Desk, overlap: Overlap, event: Event) -> VisitLine:
    seen = may_see(desk, event)
    moving = seen and may_move(desk, event) and rules.movable(event, desk.now) is None
    cancelling = seen and desk.may("appointment.cancel", owner_of(event)) and rules.cancellable(event, desk.now) is None
    return VisitLine(
        id=event.id,
        title=_title(desk, event),
        when=clock.times(event.when, desk.zone),
        url=reverse("appointment", args=[event.id]) if seen else "",
        ours=event.id == overlap.ours.id,
        move=reverse("appointment-move", args=[event.id]) if moving else "",
        another=f"{reverse('find')}?visit={event.id}" if moving else "",
        cancel=reverse("appointment-cancel", args=[event.id]) if cancelling else "",
    )


def _who(desk: Desk, overlap: Overlap) -> str:
    """Whose time it is, as far as the login may know."""
    seen = [event for event in (overlap.ours, overlap.other) if may_see(desk, event)]
    names = {row.person_id: row.name for event in seen for row in event.participants if row.name}
    staff = {row.person_id: row.name for event in (overlap.ours, overlap.other) for row in event.staff if row.name}
    known = staff | names
    return ", ".join(known.get(person) or _("a patient") for person in overlap.people)


def since(desk: Desk, found: Iterable[Overlap]) -> str:
    """Since when the earliest of them is known: the time, with the day where it was not today."""
    at = min(one.found_at for one in found)
    told = clock.time(at, desk.zone)
    return told if at.astimezone(desk.zone).date() == desk.today else f"{clock.day(at, desk.zone)}, {told}"


def line(desk: Desk, overlap: Overlap) -> OverlapLine:
    return OverlapLine(
        id=overlap.id,
        start=clock.stamp(overlap.when.start),
        when=clock.span(overlap.when, desk.zone),
        who=_who(desk, overlap),
        since=since(desk, [overlap]),
        visits=(_visit(desk, overlap, overlap.ours), _visit(desk, overlap, overlap.other)),
        keep=reverse("overlap-keep", args=[overlap.id]) if overlaps.may_accept(desk, overlap) else "",
    )


def lines(desk: Desk) -> list[OverlapLine]:
    """All that the login may see, by time."""
    return [line(desk, overlap) for overlap in overlaps.open_ones(desk)]


def blind_since(desk: Desk) -> str:
    """Since when nobody could look, as a time; empty while the calendar is watched as usual."""
    at = watched.blind_since(desk.scope, desk.now)
    return moment(at, desk) if at else ""


def flags(desk: Desk, event_id: UUID) -> tuple[OverlapLine, ...]:
    """Those of one visit, for its panel."""
    return tuple(line(desk, overlap) for overlap in overlaps.of_visit(desk, event_id))


def notice(desk: Desk) -> Notice | None:
    """What stands above a board, for those who may see the visits; None where nothing overlaps. One query, no call."""
    found = overlaps.concerning(desk)
    if not found:
        return None
    text = ngettext(
        "%(count)d visit overlaps since %(time)s: somebody booked it in Welkin.",
        "%(count)d visits overlap since %(time)s: somebody booked them in Welkin.",
        len(found),
    )
    return Notice(text % {"count": len(found), "time": since(desk, found)}, reverse("overlaps"))
