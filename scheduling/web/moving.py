"""Where the dialog proposes to move a visit: to the time of a link, such as one that was found free."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, QueryDict

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.services.appointments import LONGEST_MINUTES, MINUTE, SHORTEST_MINUTES
from scheduling.web.forms.moments import parse_instant

MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """A time and a host. `chosen`: a link said so; otherwise it is where the visit stands."""

    when: Interval
    host_id: UUID | None
    chosen: bool = False


def proposal(query: QueryDict, event: Event) -> Proposal:
    """What `?start=`, `?minutes=` and `?clinician=` propose; what they leave out stays as it is.

    The first clinician takes the host's place, unless the host is among them. Raises Http404 for a broken id.
    """
    start = parse_instant(query.get("start", ""))
    if start is None:
        return Proposal(event.when, event.host_id)
    try:
        asked = [UUID(text) for text in query.getlist("clinician")[:MOST_ASKED] if text]
    except ValueError as broken:
        raise Http404 from broken
    minutes = query.get("minutes", "")
    usable = minutes.isdecimal() and len(minutes) < 4 and SHORTEST_MINUTES <= int(minutes) <= LONGEST_MINUTES
    length = int(minutes) * MINUTE if usable else event.when.duration
    host = event.host_id if event.host_id in asked or not asked else asked[0]
    return Proposal(Interval(start, start + length), host, chosen=True)
