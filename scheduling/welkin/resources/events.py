"""Calendar events (welkin-api 7)."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from scheduling.domain.event import Answer, Event, EventStatus
from scheduling.domain.interval import Interval

from ..core import Core, Query, given
from ..drafts import EventChange, NewEvent
from ..errors import Malformed, Unknown, WelkinError
from ..request import Request
from ..values import Listing
from ..wire import calendar, pages, writing
from ..wire.fields import write_flag, write_instant, write_list

_ALL = "/{tenant}/{instance}/calendar/events"
_ONE = "/{tenant}/{instance}/calendar/events/{event}"
_ANSWER = "/{tenant}/{instance}/calendar/events/{event}/invitation-response"
_SORT = "startDateTime,asc"


class Events:
    """Times go in and come out as UTC. The API never refuses an overlap: conflicts are the caller's job (7.3)."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def find(
        self,
        window: Interval,
        *,
        participant_ids: Collection[UUID] | None = None,
        type: str | None = None,
        include_cancelled: bool = False,
        viewer_timezone: str = "",
        include_encounter_info: bool = False,
        exclude_encounter_events: bool = False,
        fresh: bool = False,
        deadline: float | None = None,
    ) -> Listing[Event]:
        """All events that overlap the window, by start, every page (welkin-api 7.3, envelope A).

        `participant_ids` are users and patients, any of whom takes part; None is everybody, an empty collection
        nobody, without a call. Asked in portions of 80 people and 62 days, all at once. An event that is broken but
        for its times is there as a busy one, for everyone asked for if it cannot be told whom it concerns. The same
        find of another thread that is under way is joined, unless this one must be `fresh` (a booking rests on it).
        """
        asked = frozenset(participant_ids or ())
        flags = given(
            eventType=type and str(type),
            viewerTimezone=viewer_timezone,
            includeEncounterInfo=write_flag(True) if include_encounter_info else None,
            excludeAssignedToEncounterEvents=write_flag(True) if exclude_encounter_events else None,
        )
        batches = [()] if participant_ids is None else self._core.batches(asked)
        requests = [
            Request("GET", _ALL, query=_query(part, batch, include_cancelled, flags))
            for part in _parts(window, self._core.policy.days_per_query)
            for batch in batches
        ]
        reading = self._core.reading(deadline)
        found = self._core.pages(
            requests, pages.spring, lambda row: calendar.scan_event(row, asked), reading, sort=_SORT, fresh=fresh
        )
        rows = tuple(sorted(found.rows, key=lambda event: (event.when, event.id)))
        return Listing(rows, found.unreadable, found.total, found.complete)

    def read(self, event_id: UUID, *, viewer_timezone: str = "", deadline: float | None = None) -> Event:
        """The event with this id, cancelled ones too. Raises NotFound."""
        request = Request("GET", _ONE, path=_path(event_id), query=given(viewerTimezone=viewer_timezone))
        return self._core.read(request, calendar.read_event, self._core.reading(deadline))

    def read_by_external_id(self, external_id: str, *, deadline: float | None = None) -> Event:
        """The event that carries this `externalId` (welkin-api 7.3): how a write of unknown outcome is found again.

        Raises NotFound.
        """
        request = Request("GET", _ONE, path={"event": external_id}, query=(("type", "EXTERNAL_ID"),))
        return self._core.read(request, calendar.read_event, self._core.reading(deadline))

    def create(self, event: NewEvent, *, viewer_timezone: str = "", deadline: float | None = None) -> Event:
        """Creates an event (welkin-api 7.3). Sent once: Unknown means look for its `external_id` before a second try.

        Raises Refused, also for a taken `external_id` (`details["externalId"]`), and Forbidden.
        """
        query = given(viewerTimezone=viewer_timezone)
        request = Request("POST", _ALL, query=query, body=writing.event_body(event))
        return self._core.write(request, calendar.read_event, deadline)

    def change(self, event_id: UUID, change: EventChange, *, deadline: float | None = None) -> Event:
        """PATCH: changes the fields that are set, also of a past event (welkin-api 7.3).

        To move an event set `when`; its status stays. Raises NotFound, Refused, Forbidden, Unknown.
        """
        request = Request("PATCH", _ONE, path=_path(event_id), body=writing.event_changes(change))
        return self._core.write(request, calendar.read_event, deadline)

    def replace(self, event_id: UUID, event: NewEvent, *, deadline: float | None = None) -> Event:
        """PUT: the whole event; what the draft leaves empty is cleared (welkin-api 7.3). Prefer `change`."""
        request = Request("PUT", _ONE, path=_path(event_id), body=writing.event_body(event))
        return self._core.write(request, calendar.read_event, deadline)

    def cancel(self, event_id: UUID, *, deadline: float | None = None) -> Event:
        """PATCH to CANCELLED: the event stays, and `find` hides it unless told otherwise (welkin-api 7.3)."""
        return self.change(event_id, EventChange(status=EventStatus.CANCELLED), deadline=deadline)

    def answer(self, event_id: UUID, person_id: UUID, answer: Answer | str, *, deadline: float | None = None) -> Event:
        """Records what an invited person said (welkin-api 7.3); only their row changes.

        `person_id` is the user's or patient's id. Where the answer is empty the event is read again.
        Raises NotFound where they do not take part, Refused, Unknown.
        """
        body = {"participantId": str(person_id), "participationStatus": str(answer)}
        request = Request("PUT", _ANSWER, path=_path(event_id), body=body)
        reply = self._core.send(request, deadline)
        try:
            return calendar.read_event(reply.json())
        except Malformed:
            return self._reread(event_id, reply.status, deadline)

    def _reread(self, event_id: UUID, status: int | None, deadline: float | None) -> Event:
        """The event after a write that went through. That it cannot be read does not mean that nothing was sent."""
        try:
            return self.read(event_id, deadline=deadline)
        except WelkinError:
            told = "the answer was taken, but the event could not be read again"
            raise Unknown(told, method="PUT", route=_ANSWER, status=status) from None

    def delete(self, event_id: UUID, *, deadline: float | None = None) -> None:
        """Deletes an event. Only a future one goes; a past one stays, cancelled, for the same answer (welkin-api 7.3).

        Raises NotFound, Forbidden, Unknown.
        """
        self._core.send(Request("DELETE", _ONE, path=_path(event_id)), deadline)


def _path(event_id: UUID) -> dict[str, str]:
    return {"event": str(event_id)}


def _parts(window: Interval, days: int) -> list[Interval]:
    """The window in portions of so many days."""
    step = timedelta(days=days)
    starts = [window.start + step * number for number in range(-(-window.duration // step))]
    return [Interval(start, min(start + step, window.end)) for start in starts]


def _query(part: Interval, batch: Collection[str], include_cancelled: bool, flags: Query) -> Query:
    return (
        ("from", write_instant(part.start)),
        ("to", write_instant(part.end)),
        *given(participantIds=write_list(batch)),
        ("includeCancelled", write_flag(include_cancelled)),
        *flags,
    )
