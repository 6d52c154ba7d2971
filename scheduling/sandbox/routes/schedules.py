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
from ..models import Event, Participant, User
from ..queries import Window
from ..rendering import People, event_in_short

router = Router(tags=["schedules"])
CALENDAR = "/{tenant}/{instance}/calendar"


def _asked(caller: Caller, wanted: Window) -> list[UUID]:
    """The ids asked for; all active users where none are."""
    if wanted.end <= wanted.start:
        raise errors.invalid("CALENDAR", {"to": "must be after from"})
    if wanted.asked:
        return wanted.asked
    active = User.objects.filter(tenant=caller.tenant, deleted=False, state=User.State.ACTIVE)
    return list(active.order_by("created_at", "id").values_list("id", flat=True))


def _schedules(caller: Caller, wanted: Window, *, whole: bool) -> list[Json]:
    people = _asked(caller, wanted)
    found = list(
        events.without_cancelled(events.find(caller.instance, wanted.start, wanted.end, people, role="psm")).order_by(
            "starts_at", "id"
        )
    )
    told = _told(caller, found, wanted.viewer_timezone, whole=whole)
    rows = hours.meeting(caller.instance, wanted.start, wanted.end, people)
    records = hours.by_user(caller.instance, rows, wanted.viewer_timezone)
    own = _of_person(found, people)
    return [
        {
            "psmId": str(person),
            "workHours": records.get(person, []),
            "events": [told[key] for key in own.get(person, [])],
        }
        for person in people
    ]


def _told(caller: Caller, found: list[Event], viewer: str | None, *, whole: bool) -> dict[UUID, Json]:
    if whole:
        shown = events.render(caller.instance, found, viewer)
    else:
        people = People(caller.instance, {event.host_id for event in found})
        shown = [event_in_short(event, people, viewer) for event in found]
    return {event.id: body for event, body in zip(found, shown, strict=True)}


def _of_person(found: list[Event], people: list[UUID]) -> dict[UUID, list[UUID]]:
    """Ids of the events each person takes part in as staff, by start."""
    rows = Participant.objects.filter(event__in=[event.id for event in found], role="psm", person_id__in=people)
    own: dict[UUID, list[UUID]] = {}
    for person, event in rows.order_by("starts_at", "event_id").values_list("person_id", "event_id"):
        own.setdefault(person, []).append(event)
    return own


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
    rows = summary.rows(caller.instance, wanted.start, wanted.end, _asked(caller, wanted), instants.now())
    return answer({"startDateTime": written(wanted.start), "endDateTime": written(wanted.end), "summary": rows})
