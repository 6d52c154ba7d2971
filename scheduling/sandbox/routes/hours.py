"""Work hours (welkin-api 6)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from .. import errors, hours
from ..answering import answer
from ..bodies import HoursBody
from ..caller import caller_of
from ..documents import HoursOfUser, answers
from ..fields import parse_id
from ..queries import Window

router = Router(tags=["work hours"])
ALL = "/{tenant}/{instance}/calendar/work-hours"


@router.get(ALL, response=answers(200, list[HoursOfUser], 404))
def read_hours(request: HttpRequest, tenant: str, instance: str, wanted: Query[Window]) -> HttpResponse:
    """The records that meet the window, by user; users without one are missing."""
    if wanted.end < wanted.start:
        raise errors.invalid("CALENDAR", {"to": "must not lie before from"})
    rows = hours.meeting(caller_of(request).instance, wanted.start, wanted.end, wanted.asked)
    told = hours.by_user(rows, wanted.viewer_timezone)
    return answer([{"psmId": str(user), "details": details} for user, details in told.items()])


@router.post(ALL, response=answers(201, HoursOfUser, 404))
def create_hours(request: HttpRequest, tenant: str, instance: str, body: HoursBody) -> HttpResponse:
    """New records of one user."""
    return answer(hours.create(caller_of(request), body), status=201)


@router.put(ALL + "/{record}", response=answers(200, HoursOfUser, 404))
def replace_hours(request: HttpRequest, tenant: str, instance: str, record: str, body: HoursBody) -> HttpResponse:
    """Replace one record, its days included; its id stays."""
    return answer(hours.replace(caller_of(request), _id(record), body))


def _id(text: str) -> UUID:
    try:
        return parse_id(text)
    except ValueError:
        raise errors.no_such_hours() from None
