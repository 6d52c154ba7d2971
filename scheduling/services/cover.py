"""Who stands in for somebody on leave: told by the LEAVE events that a page has read already, without any call.

The cover is named in the leave itself (`additionalInfo.cover`, a user's id), so that other programs can read it too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, leave_state, occupied

COVER = "cover"


@dataclass(frozen=True, slots=True)
class Cover:
    """`by` stands in for `away` during `when`. Not `granted`: the leave still waits for its answer."""

    away: UUID
    by: UUID
    when: Interval
    event_id: UUID
    granted: bool


def cover_of(event: Event) -> UUID | None:
    """Who is named as cover; None where nobody is, or where what stands there is no id."""
    try:
        return UUID(event.detail(COVER))
    except ValueError:
        return None


def covers(events: Iterable[Event], zone: ZoneInfo, window: Interval | None = None) -> tuple[Cover, ...]:
    """The covers that the leave among these events names, by start; refused and cancelled leave has none.

    `zone` is the one for people without a zone of their own. With a `window` only those that meet it.
    """
    found = [told for event in events if (told := _told(event, zone)) and (not window or told.when.overlaps(window))]
    return tuple(sorted(found, key=lambda told: (told.when, told.event_id.int)))


def _told(event: Event, zone: ZoneInfo) -> Cover | None:
    by = cover_of(event) if event.is_leave and event.live else None
    if by is None or event.host_id is None:
        return None
    state = leave_state(event)
    if state is Use.REFUSED_LEAVE:
        return None
    return Cover(event.host_id, by, occupied(event, zone), event.id, state is Use.LEAVE)
