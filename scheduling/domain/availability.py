"""One clinician's window as a screen or a conflict check needs it: the timetable's time beside the events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .event import Event
from .hours import Hours, expand
from .interval import Interval, clip, of_seconds
from .occupancy import occupied
from .person import User
from .spans import Spans
from .spans import clip as clip_spans
from .timetable import Closure, Timetable
from .week import days_touched
from .work_hours import WorkHours
from .zone import find_zone


@dataclass(frozen=True, slots=True)
class ClinicianTime:
    """One clinician in one window of real time. Every tuple of intervals is merged, sorted and inside the window.

    `zone_assumed`: the clinician has no readable zone of their own and `zone` is the clinic's. `events` are those of
    this person that meet the window, cancelled ones included, by start. `leave` is granted leave, `pending` leave that
    waits for an answer and takes no time yet. `busy` is the time of every other live event, also outside the hours.
    `claims` is time for which we have asked the API and do not know the answer. `closures` are those that meet the
    window, with their names. `free` is what the slot search offers from: the same computation, not one like it.
    """

    user: User
    window: Interval
    zone: ZoneInfo
    zone_assumed: bool
    hours: Hours
    events: tuple[Event, ...]
    leave: tuple[Interval, ...]
    pending: tuple[Interval, ...]
    closures: tuple[Closure, ...]
    claims: tuple[Interval, ...]
    busy: tuple[Interval, ...]
    free: tuple[Interval, ...]


def clinician_time(
    user: User,
    records: Iterable[WorkHours],
    events: Sequence[Event],
    window: Interval,
    *,
    clinic_zone: ZoneInfo,
    closures: Iterable[Closure] = (),
    claims: Iterable[Interval] = (),
    encounter: str | None = None,
) -> ClinicianTime:
    """What this clinician's window holds. `records` and `events` may be everybody's: those of others are left out.

    `claims` are our own open ones on this clinician. `encounter` asks for the hours as narrowed for that encounter
    template (welkin-api 6.2). A broken or missing zone falls back to `clinic_zone`.
    """
    own_zone = find_zone(user.timezone)
    zone = own_zone or clinic_zone
    records = [record for record in records if record.clinician_id == user.id]
    near = tuple(closure for closure in closures if closure.when.overlaps(window))
    table = Timetable(user.id, zone, window, records, events, closures=near, claims=claims, encounter=encounter)
    hours = expand(records, *days_touched(window, zone), zone, encounter=encounter)
    return ClinicianTime(
        user=user,
        window=window,
        zone=zone,
        zone_assumed=own_zone is None,
        hours=hours.clipped(window),
        events=_events_of(user, events, window, zone),
        leave=_within(table.leave, window),
        pending=_within(table.pending, window),
        closures=near,
        claims=_within(table.claimed, window),
        busy=_within(table.visits, window),
        free=_within(table.free(), window),
    )


def _within(spans: Spans, window: Interval) -> tuple[Interval, ...]:
    """Spans of seconds as intervals inside the window; clipped to the very instant where it begins within a second."""
    return clip(of_seconds(clip_spans(spans, window.outer)), window)


def _events_of(user: User, events: Iterable[Event], window: Interval, zone: ZoneInfo) -> tuple[Event, ...]:
    """The person's events that meet the window, by start."""
    own = (event for event in events if event.involves(user.id) and occupied(event, zone).overlaps(window))
    return tuple(sorted(own, key=lambda event: (event.when, event.id.int)))
