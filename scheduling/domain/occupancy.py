"""Whose time an event takes, which stretch of it, and as what: a visit, or leave by the state it is in (design 4)."""

from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from .event import Answer, Event
from .interval import Interval
from .week import LAST_MINUTE, MIDNIGHT, ONE_DAY, days_touched
from .zone import clock_reaches, find_zone

GREENWICH = ZoneInfo("UTC")


class Use(StrEnum):
    """What an event is for one person. Only VISIT and LEAVE take time."""

    VISIT = "VISIT"
    LEAVE = "LEAVE"
    PENDING_LEAVE = "PENDING_LEAVE"
    REFUSED_LEAVE = "REFUSED_LEAVE"


def use_of(event: Event, person_id: UUID) -> Use | None:
    """What this event is for this person; None for a cancelled one, one of others, and leave that others host."""
    if not event.occupies(person_id):
        return None
    return leave_state(event) if event.is_leave else Use.VISIT


def leave_state(event: Event) -> Use:
    """Where a request for leave stands, by the answers of the staff invited to it besides the host.

    Nobody invited (leave entered elsewhere): granted. A No from anyone refuses it; until all have said Yes it waits,
    is shown and takes no time.
    """
    answers = {row.answer.strip().capitalize() for row in event.staff if row.person_id != event.host_id}
    if Answer.NO in answers:
        return Use.REFUSED_LEAVE
    return Use.LEAVE if answers <= {Answer.YES} else Use.PENDING_LEAVE


def occupied(event: Event, zone: ZoneInfo) -> Interval:
    """The real time of an event: its own, or the whole local days of its host where it is all-day (design 9).

    The host's zone is the one on the host's participant row, else the event's, else `zone`. An all-day event from UTC
    midnight to UTC midnight (or its last minute) means those calendar dates, like the borders of work hours do
    (welkin-api 6.2); read as instants it would spill into the evening before, west of Greenwich.
    """
    if not event.all_day:
        return event.when
    of_host = host_zone(event) or zone
    first, last = days_touched(event.when, GREENWICH if _dates_only(event.when) else of_host)
    start, end = clock_reaches(first, MIDNIGHT, of_host), clock_reaches(last + ONE_DAY, MIDNIGHT, of_host)
    return Interval(start, end) if start < end else event.when


def host_zone(event: Event) -> ZoneInfo | None:
    """The zone of the host: on the own participant row, else the event's; None where neither names one."""
    names = [row.timezone for row in event.staff if row.person_id == event.host_id]
    return next((zone for name in (*names, event.timezone) if (zone := find_zone(name))), None)


def _dates_only(when: Interval) -> bool:
    end = when.end.time()
    return when.start.time() == MIDNIGHT and (end == MIDNIGHT or end >= LAST_MINUTE)
