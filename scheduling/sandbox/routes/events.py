"""Calendar events (welkin-api 7)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from .. import errors, events, instants
from ..answering import answer, nothing
from ..bodies import EventChange, Invitation, NewEvent
from ..caller import Caller, caller_of
from ..documents import EventAnswer, SpringPage, answers
from ..fields import parse_id
from ..models import Event
from ..paging import order_by, spring
from ..queries import EventKey, EventList, Viewer

router = Router(tags=["calendar events"])
ALL = "/{tenant}/{instance}/calendar/events"
ONE = ALL + "/{event}"
SORTABLE = {
    "startDateTime": "starts_at",
    "endDateTime": "ends_at",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "eventTitle": "title",
    "eventType": "type",
    "eventStatus": "status",
    "id": "id",
}


def _told(caller: Caller, event: Event, viewer: str | None, status: int = 200) -> HttpResponse:
    return answer(events.render(caller.instance, [event], viewer)[0], status=status)


def _id(text: str) -> UUID:
    try:
        return parse_id(text)
    except ValueError:
        raise errors.no_such_event() from None


@router.get(ALL, response=answers(200, SpringPage, 404))
def find_events(request: HttpRequest, tenant: str, instance: str, wanted: Query[EventList]) -> HttpResponse:
    """A page of the events that overlap the window, by start; cancelled ones only when asked for."""
    caller = caller_of(request)
    if wanted.end < wanted.start:
        raise errors.invalid("CALENDAR", {"to": "must not lie before from"})
    rows = events.find(caller.instance, wanted.start, wanted.end, wanted.participant_ids)
    if wanted.type:
        rows = rows.filter(type=wanted.type)
    if not wanted.include_cancelled:
        rows = events.without_cancelled(rows)
    page = wanted.page_of(caller.tenant.page_limit, sorted=True)
    found, total = page.of(rows.order_by(*(order_by(wanted.sort, SORTABLE, "CALENDAR") or ["starts_at", "id"])))
    return answer(spring(page, events.render(caller.instance, found, wanted.viewer_timezone), total))


@router.post(ALL, response=answers(201, EventAnswer, 404))
def create_event(
    request: HttpRequest, tenant: str, instance: str, viewer: Query[Viewer], body: NewEvent
) -> HttpResponse:
    """A new event. Overlaps and times outside work hours are accepted, as at the real service."""
    caller = caller_of(request)
    return _told(caller, events.create(caller, body, instants.now()), viewer.viewer_timezone, 201)


@router.get(ONE, response=answers(200, EventAnswer, 404))
def read_event(request: HttpRequest, tenant: str, instance: str, event: str, key: Query[EventKey]) -> HttpResponse:
    """One event by id, or by external id with `type=EXTERNAL_ID`."""
    caller = caller_of(request)
    rows = Event.objects.filter(instance=caller.instance)
    by_external = key.type.upper() == "EXTERNAL_ID"
    if by_external and not caller.tenant.external_id_known:
        raise errors.no_such_event()
    row = (rows.filter(external_id=event).order_by("created_at") if by_external else rows.filter(id=_id(event))).first()
    if row is None:
        raise errors.no_such_event()
    return _told(caller, row, key.viewer_timezone)


@router.patch(ONE, response=answers(200, EventAnswer, 404))
def change_event(
    request: HttpRequest, tenant: str, instance: str, event: str, viewer: Query[Viewer], body: EventChange
) -> HttpResponse:
    """Change the fields that are sent."""
    caller = caller_of(request)
    row = events.change(caller, _id(event), body.sent(), instants.now())
    return _told(caller, row, viewer.viewer_timezone)


@router.put(ONE, response=answers(200, EventAnswer, 404))
def replace_event(
    request: HttpRequest, tenant: str, instance: str, event: str, viewer: Query[Viewer], body: NewEvent
) -> HttpResponse:
    """Replace the whole event; optional fields left out become null."""
    caller = caller_of(request)
    row = events.change(caller, _id(event), events.replacement(body), instants.now())
    return _told(caller, row, viewer.viewer_timezone)


@router.delete(ONE, response=answers(204, None, 404))
def delete_event(request: HttpRequest, tenant: str, instance: str, event: str) -> HttpResponse:
    """Delete a future event; one that has begun stays readable as cancelled."""
    events.delete(caller_of(request), _id(event), instants.now())
    return nothing()


def answer_invitation(request: HttpRequest, tenant: str, instance: str, event: str, body: Invitation) -> HttpResponse:
    """Set one participant's answer."""
    caller = caller_of(request)
    row = events.respond(caller, _id(event), body.person_id, body.status, instants.now())
    return _told(caller, row, None)


# The service takes PUT; an early text had GET for it, so the sandbox takes the writing methods alike (welkin-api 11).
for _method in ("PUT", "POST", "PATCH"):
    router.add_api_operation(
        ONE + "/invitation-response",
        [_method],
        answer_invitation,
        response=answers(200, EventAnswer, 404),
        operation_id=f"answer_invitation_by_{_method.lower()}",
    )
