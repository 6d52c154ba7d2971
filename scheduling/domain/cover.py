"""Whose visits lose cover when hours, leave or closures change. Cover is hours - leave - closures, in real time.

A visit is stranded when it is live, still to come, and less of it is covered than before: what lay outside already is
nothing new.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from .event import Event
from .interval import Interval, clip, subtract, total
from .occupancy import Use, occupied, use_of


@dataclass(frozen=True, slots=True)
class Cover:
    """One person's cover before and after a change, within what is looked at. `zone` is the person's."""

    person_id: UUID
    zone: ZoneInfo
    before: tuple[Interval, ...]
    after: tuple[Interval, ...]

    @classmethod
    def of(
        cls,
        person_id: UUID,
        zone: ZoneInfo,
        worked: Iterable[Interval],
        to_work: Iterable[Interval],
        away: Iterable[Interval],
        to_be_away: Iterable[Interval],
        window: Interval,
    ) -> "Cover":
        """From hours, and leave with closures, before and after. Outside `window` nothing is known to be covered."""
        return cls(person_id, zone, clip(subtract(worked, away), window), clip(subtract(to_work, to_be_away), window))


def stranded(cover: Cover, events: Iterable[Event], now: datetime) -> Iterator[tuple[Event, tuple[Interval, ...]]]:
    """The visits of this person that lose cover, each with all that has none afterwards. Leave is no visit.

    A visit that has begun is not still to come.
    """
    for event in events:
        if use_of(event, cover.person_id) is not Use.VISIT:
            continue
        when = occupied(event, cover.zone)
        left = subtract([when], cover.after)
        if when.start >= now and total(left) > total(subtract([when], cover.before)):
            yield event, left
