"""Schedules and the event summary (welkin-api 8 and 9)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from .. import errors, events, hours, instants, summary
from ..answering import answer
from ..caller import Caller, caller_of
from ..documents import ScheduleAnswer, SummaryAnswer, answers
from ..fields import Json
from ..instants import written
from ..models import Event, User
from ..queries import Window
from ..rendering import People, event_in_short

router = Router(tags=["schedules"])
CALENDAR = "/{tenant}/{instance}/calendar"


def _asked(caller: Caller, wanted: Window) -> list[UUID]:
    """The ids asked for; all active users where none are."""
    if wanted.end < wanted.start:
        raise errors.invalid("CALENDAR", {"to": "must not lie before from"})
    if wanted.asked:
        return wanted.asked
    active = User.objects.filter(tenant=caller.tenant, deleted=False, state=User.State.ACTIVE)
    return list(active.order_by("created_at", "id").values_list("id", flat=True))


def _schedules(caller: Caller, wanted: Window, *, whole: bool) -> list[Json]:
    people = _asked(caller, wanted)
    own = _events_of(caller, wanted, people)
    told = _told(caller, {event.id: event for group in own.values() for event in group}, wanted, whole=whole)
    records = hours.by_user(hours.meeting(caller.instance, wanted.start, wanted.end, people), wanted.viewer_timezone)
    return [
        {
            "psmId": str(person),
            "workHours": records.get(person, []),
            "events": [told[event.id] for event in own.get(person, [])],
        }
        for person in people
    ]


def _events_of(caller: Caller, wanted: Window, people: list[UUID]) -> dict[UUID, list[Event]]:
    """The events each person takes part in as psm, by start; cancelled ones stay hidden (welkin-api 8)."""
    own: dict[UUID, list[Event]] = {}
    for row in events.staffed(caller.instance, wanted.start, wanted.end, people).select_related("event"):
        if row.event.status != events.CANCELLED:
            own.setdefault(row.person_id, []).append(row.event)
    return own


def _told(caller: Caller, found: dict[UUID, Event], wanted: Window, *, whole: bool) -> dict[UUID, Json]:
    shown, viewer = list(found.values()), wanted.viewer_timezone
    if whole:
        return dict(zip(found, events.render(caller.instance, shown, viewer), strict=True))
    people = People(caller.instance, {event.host_id for event in shown})
    return {event.id: event_in_short(event, people, viewer) for event in shown}


@router.get(CALENDAR + "/psm-schedules", response=answers(200, list[ScheduleAnswer], 404))
def psm_schedules(request: HttpRequest, tenant: str, instance: str, wanted: Query[Window]) -> HttpResponse:
    """Hours and events in short, a row for each id that is asked for."""
    return answer(_schedules(caller_of(request), wanted, whole=False))


@router.get(CALENDAR + "/available-psm-schedules", response=answers(200, list[ScheduleAnswer], 404))
def available_psm_schedules(request: HttpRequest, tenant: str, instance: str, wanted: Query[Window]) -> HttpResponse:
    """The same as psm-schedules: what the service leaves out here is unknown."""
    return answer(_schedules(caller_of(request), wanted, whole=False))


@router.get(CALENDAR + "/full-psm-schedules", response=answers(200, list[ScheduleAnswer], 404))
def full_psm_schedules(request: HttpRequest, tenant: str, instance: str, wanted: Query[Window]) -> HttpResponse:
    """The same with whole events."""
    return answer(_schedules(caller_of(request), wanted, whole=True))


@router.get(CALENDAR + "/psm-event-summary", response=answers(200, SummaryAnswer, 404))
def psm_event_summary(request: HttpRequest, tenant: str, instance: str, wanted: Query[Window]) -> HttpResponse:
    """Counts, hours and occupancy, a row for each id that is asked for."""
    caller = caller_of(request)
    if wanted.end - wanted.start > summary.LONGEST:
        raise errors.invalid("CALENDAR", {"to": f"must lie within {summary.LONGEST.days} days of from"})
    rows = summary.rows(caller.instance, wanted.start, wanted.end, _asked(caller, wanted), instants.now())
    return answer({"startDateTime": written(wanted.start), "endDateTime": written(wanted.end), "summary": rows})
