"""What is left of a clinician's hours: free = hours - leave - closures - busy (design 4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .event import Event
from .hours import Hours, expand
from .interval import Interval, clip, merge, subtract
from .occupancy import Use, occupied, use_of
from .person import User
from .week import MIDNIGHT, days_touched
from .work_hours import WorkHours
from .zone import find_zone, wall


@dataclass(frozen=True, slots=True)
class ClinicianTime:
    """One clinician in one window of real time. Every tuple of intervals is merged, sorted and inside the window.

    `zone_assumed`: the clinician has no readable zone of their own and `zone` is the clinic's. `events` are those of
    this person that meet the window, cancelled ones included, by start. `leave` is granted leave, `pending` leave that
    waits for an answer and takes no time yet. `busy` is the time of every other live event, also outside the hours.
    """

    user: User
    window: Interval
    zone: ZoneInfo
    zone_assumed: bool
    hours: Hours
    events: tuple[Event, ...]
    leave: tuple[Interval, ...]
    pending: tuple[Interval, ...]
    closures: tuple[Interval, ...]
    busy: tuple[Interval, ...]
    free: tuple[Interval, ...]


def clinician_time(
    user: User,
    records: Iterable[WorkHours],
    events: Iterable[Event],
    window: Interval,
    *,
    clinic_zone: ZoneInfo,
    closures: Iterable[Interval] = (),
    encounter: str | None = None,
) -> ClinicianTime:
    """What this clinician's window holds. `records` and `events` may be everybody's: those of others are left out.

    `encounter` asks for the hours as narrowed for that encounter template (welkin-api 6.2). A broken or missing zone
    falls back to `clinic_zone`.
    """
    own_zone = find_zone(user.timezone)
    zone = own_zone or clinic_zone
    own_records = (record for record in records if record.clinician_id == user.id)
    hours = expand(own_records, *days_touched(window, zone), zone, encounter=encounter).clipped(window)
    own, taken = _events_of(user, events, window, zone)
    closed = clip(closures, window)
    return ClinicianTime(
        user=user,
        window=window,
        zone=zone,
        zone_assumed=own_zone is None,
        hours=hours,
        events=own,
        leave=clip(taken[Use.LEAVE], window),
        pending=clip(taken[Use.PENDING_LEAVE], window),
        closures=closed,
        busy=clip(taken[Use.VISIT], window),
        free=subtract(hours.intervals, [*taken[Use.LEAVE], *closed, *taken[Use.VISIT]]),
    )


def _events_of(
    user: User, events: Iterable[Event], window: Interval, zone: ZoneInfo
) -> tuple[tuple[Event, ...], dict[Use, list[Interval]]]:
    """The person's events that meet the window, by start, and the time they take, by use."""
    own: list[Event] = []
    taken: dict[Use, list[Interval]] = {use: [] for use in Use}
    for event in events:
        when = occupied(event, zone)
        if not event.involves(user.id) or not when.overlaps(window):
            continue
        own.append(event)
        use = use_of(event, user.id)
        if use:
            taken[use].append(when)
    return tuple(sorted(own, key=lambda event: (event.when, event.id.int))), taken


def starts(
    free: Iterable[Interval],
    *,
    length: timedelta,
    step: timedelta,
    not_before: datetime | None = None,
    zone: ZoneInfo | None = None,
) -> Iterator[datetime]:
    """Every UTC instant at which a visit of this length can begin within the free time, in order, lazily.

    Starts are whole multiples of `step` after midnight on the clock of `zone` (UTC where none is given: the same for
    quarter hours everywhere), so that they stay on the quarter hour after a ragged visit and a clock change.
    `not_before` is the earliest start. Raises ValueError for a length or step that is not positive.
    """
    if length <= timedelta() or step <= timedelta():
        raise ValueError("a visit and the step between starts last longer than nothing")
    return _starts(merge(free), length, step, not_before, zone)


def _starts(
    free: Iterable[Interval], length: timedelta, step: timedelta, not_before: datetime | None, zone: ZoneInfo | None
) -> Iterator[datetime]:
    for interval in free:
        start = max(interval.start, not_before.astimezone(UTC)) if not_before else interval.start
        start += _to_grid(start, step, zone)
        while start + length <= interval.end:
            yield start
            start += step
            start += _to_grid(start, step, zone)


def _to_grid(instant: datetime, step: timedelta, zone: ZoneInfo | None) -> timedelta:
    """How long until the clock of the zone next shows a multiple of `step` after midnight; nothing where it does."""
    shown = (wall(instant, zone) if zone else instant).replace(tzinfo=None)
    return -(shown - datetime.combine(shown, MIDNIGHT)) % step
