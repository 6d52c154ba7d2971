"""When an event is, as people read it: a time on the viewer's clock, or whole days."""

from datetime import timedelta

from scheduling.domain.event import Event
from scheduling.domain.occupancy import occupied
from scheduling.domain.zone import find_zone
from scheduling.services.desk import Desk
from scheduling.web import clock

MOMENT = timedelta(seconds=1)


def when_words(event: Event, desk: Desk, *, dated: bool = True) -> str:
    """Its times, with the day where it is `dated`; for whole days the days, as its host counts them."""
    if not event.all_day:
        return (clock.span if dated else clock.times)(event.when, desk.zone)
    whole = occupied(event, desk.clinic_zone)
    zone = find_zone(event.timezone) or desk.clinic_zone
    first, last = clock.day(whole.start, zone), clock.day(whole.end - MOMENT, zone)
    return first if first == last else f"{first} – {last}"
