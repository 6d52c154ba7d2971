"""What a script needs to carry a visit over a board: the form that moves it, and where it could stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from scheduling.domain.interval import Interval
from scheduling.domain.spans import Spans
from scheduling.domain.week import ONE_DAY, days_touched
from scheduling.domain.zone import wall
from scheduling.services import legal, writes
from scheduling.services.changing import NotPossible
from scheduling.services.desk import Desk
from scheduling.services.legal import MOST_PEOPLE, Legal, NoHour
from scheduling.services.versions import version
from scheduling.web import visits
from scheduling.web.board.axis import stretches_of
from scheduling.web.forms.appointments import write_span
from scheduling.web.forms.moments import parse_instant
from scheduling.web.htmx import DeskRequest
from scheduling.web.views.appointments import refused_to_open

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifted:
    """What the template prints. `hidden` are the fields of the move form that do not change with the place.

    `free` is JSON, spans of minutes since 1970 by clinician; `clock` is "minutes:offset minutes:offset", the minutes
    that the viewer's clock is ahead of UTC from then on.
    """

    event_id: UUID
    hidden: tuple[tuple[str, str], ...]
    now: visits.Brief
    host: str
    free: str
    clock: str
    sure: bool


@require_POST
def places(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The move form of a visit with where it could stand: `from`, `to` (instants) and `clinician` say in what.

    It writes nothing: the people of a large board are more than an address holds.
    """
    window, shown = _asked(request.POST)
    try:
        found = legal.places(request.desk, event_id, shown, window)
    except NotPossible as refused:
        return refused_to_open(request, refused)
    except NoHour:
        sentence = _("This takes whole days. Open it to move it.")
        return render(request, "errors/invalid.html#part", {"sentence": sentence}, status=422)
    return render(request, "hand/form.html", {"lifted": lifted(request.desk, found)})


def _asked(query: QueryDict) -> tuple[Interval, list[UUID]]:
    """The window and the people asked for. Raises Http404 for what is none."""
    start, end = parse_instant(query.get("from", "")), parse_instant(query.get("to", ""))
    if start is None or end is None or start >= end:
        raise Http404
    try:
        return Interval(start, end), [UUID(text) for text in query.getlist("clinician")[:MOST_PEOPLE]]
    except ValueError as broken:
        raise Http404 from broken


def lifted(desk: Desk, found: Legal) -> Lifted:
    """The form's fields with a fresh intent and the version that was read, and the places in minutes."""
    event = found.event
    hidden: dict[str, Any] = {
        "intent": writes.mint(desk),
        "seen": version(event),
        "asked": "",
        "present": event.host_id or "",
        "was_when": write_span(event.when),
    }
    return Lifted(
        event_id=event.id,
        hidden=tuple((name, str(value)) for name, value in hidden.items()),
        now=visits.brief(desk, event),
        host=str(event.host_id or ""),
        free=json.dumps({str(person): _minutes(spans) for person, spans in found.free.items()}),
        clock=" ".join(f"{at}:{ahead}" for at, ahead in clock(found.window, desk.zone)),
        sure=found.sure,
    )


def _minutes(spans: Spans) -> list[tuple[int, int]]:
    """Seconds as whole minutes, never more than there is."""
    return [(-(-start // 60), end // 60) for start, end in spans]


def clock(window: Interval, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """From which minute since 1970 on the clock is how many minutes ahead of UTC; the first is the window's start."""
    first, last = days_touched(window, zone)
    days = (first + number * ONE_DAY for number in range((last - first).days + 1))
    starts = [part.start for day in days for part in stretches_of(day, zone)]
    known = None
    for start in sorted({window.start, *(start for start in starts if window.contains(start))}):
        ahead = round((wall(start, zone).utcoffset() or timedelta()) / MINUTE)
        if ahead != known:
            known = ahead
            yield _minute(start), ahead


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
