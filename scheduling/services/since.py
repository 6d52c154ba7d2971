"""What changed in the login's own weeks since it last looked: from what the week reads anyway, without a call more.

What stood there is remembered sealed (`LastLook`), of the four weeks from this Monday on. The first look says nothing;
"seen" remembers anew. What somebody did themselves through Daybook is no news to them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter

from scheduling.directory.models import LastLook
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval
from scheduling.domain.news import Look, News, compare, look_at
from scheduling.domain.week import Week, days_touched
from scheduling.ledger.models import AuditRecord

from . import calendar, people
from .calendar import Reading
from .desk import Desk, NotAllowed
from .keeping import packed, unpacked
from .kept import Age
from .writes import Ending

WEEKS = 4
SEE = "calendar.names"
LOOK = TypeAdapter(Look)
NEWS = TypeAdapter(tuple[News, ...])
# Our line of the trail is written as the change begins, and the API dates it when it is done.
ROUND_TRIP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it through Daybook, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Since:
    """What is different since `looked_at`; None where nobody had looked before. `authors` by event id.

    `hours_by`: who changed the hours. `closed_by`: who closed or opened, by the mark
    of the closure. `token` stands for just these changes. `names` knows people whose rows came
    without one. Not `sure`: not everything could be read.
    """

    looked_at: datetime | None
    news: tuple[News, ...]
    authors: Mapping[UUID, Author]
    hours_by: Author | None
    closed_by: Mapping[str, Author]
    names: Mapping[UUID, str]
    token: str
    sure: bool
    age: Age


def own(desk: Desk, person: UUID) -> bool:
    """Whether this is the login's own calendar, whose visits it may see."""
    return person == desk.account.welkin_id and desk.may(SEE, person)


def span_of(desk: Desk) -> Interval:
    """The weeks that are looked after: four from this Monday on, in the viewer's zone."""
    last = desk.this_week
    for _week in range(WEEKS - 1):
        last = last.next or last
    return Interval(desk.this_week.interval(desk.zone).start, last.interval(desk.zone).end)


def covers(desk: Desk, week: Week) -> bool:
    return span_of(desk).covers(week.interval(desk.zone))


def noticed(desk: Desk, person: UUID, reading: Reading) -> int:
    """How many things are different since the login last looked, for a line on the own week.

    `reading` is of the weeks of `span_of`. The first look is remembered here, and says nothing. No call.
    """
    return len(_since(desk, person, reading).news)


def read(desk: Desk) -> Since:
    """What is different, from the reads of the own week: no call where that was just shown.

    Raises NotAllowed, WelkinError.
    """
    person, reading = _reading(desk)
    return _since(desk, person, reading)


def looked_at(desk: Desk) -> datetime | None:
    """When the login last said that it has seen what changed; no call. Raises NotAllowed."""
    if desk.account.welkin_id is None or not own(desk, desk.account.welkin_id):
        raise NotAllowed(SEE)
    row = LastLook.objects.filter(scope=desk.scope, account=desk.account).first()
    return row.looked_at if row else None


def seen(desk: Desk, token: str) -> bool:
    """Remember what stands there now; False where it is not what `token` stands for, or not sure: nothing is done.

    Raises NotAllowed, WelkinError.
    """
    person, reading = _reading(desk)
    if _since(desk, person, reading).token != token or not _certain(reading):
        return False
    _remember(desk, _look(desk, person, reading))
    return True


def _reading(desk: Desk) -> tuple[UUID, Reading]:
    person = desk.account.welkin_id
    if person is None or not own(desk, person):
        raise NotAllowed(SEE)
    user = people.find_user(desk, person)
    return person, calendar.read(desk, [user], desk.this_week.interval(desk.zone), span=span_of(desk))


def _look(desk: Desk, person: UUID, reading: Reading) -> Look:
    """What the reading holds of the login's own calendar."""
    window, zone = span_of(desk), reading.times[person].zone
    records = [record for record in reading.records if record.clinician_id == person]
    hours = expand(records, *days_touched(window, zone), zone).intervals
    return look_at(reading.read_at, window, reading.events, hours, reading.shut.get(person, ()), person)


def _kept(desk: Desk) -> Look | None:
    row = LastLook.objects.filter(scope=desk.scope, account=desk.account).first()
    return unpacked(LOOK, row.sealed) if row else None


def _certain(reading: Reading) -> bool:
    """Whether the reading may be remembered as what is there: whole, and not one of an outage."""
    return reading.trustworthy and not reading.age.stale


def _remember(desk: Desk, look: Look) -> None:
    told = {"looked_at": look.at, "sealed": packed(LOOK, look)}
    LastLook.objects.update_or_create(scope=desk.scope, account=desk.account, defaults=told)


def _since(desk: Desk, person: UUID, reading: Reading) -> Since:
    before, after = _kept(desk), _look(desk, person, reading)
    if before is None or not before.window.overlaps(after.window):
        if _certain(reading):
            _remember(desk, after)
        return Since(None, (), {}, None, {}, {}, _token(()), reading.trustworthy, reading.age)
    if before.closures is None and _certain(reading):
        _remember(desk, replace(before, closures=after.closures))
    # A reading that is kept may be older than the look: it would tell everything backwards.
    told = compare(before, after, desk.zone, sure=reading.trustworthy) if after.at >= before.at else ()
    told, authors, hours_by, closed_by = _attributed(desk, told, reading, before.at)
    return Since(
        looked_at=before.at,
        news=told,
        authors=authors,
        hours_by=hours_by,
        closed_by=closed_by,
        names=people.names(desk, wanted) if (wanted := _unnamed(told)) else {},
        token=_token(told),
        sure=reading.trustworthy,
        age=reading.age,
    )


Attributed = tuple[tuple[News, ...], Mapping[UUID, Author], Author | None, Mapping[str, Author]]


def _attributed(desk: Desk, told: tuple[News, ...], reading: Reading, since: datetime) -> Attributed:
    """The changes that others made, and who: by the last line of our own trail about each. One query, or none."""
    if not told:
        return (), {}, None, {}
    events = {str(news.event.id): news for news in told if news.event}
    marks = [mark for news in told if news.closure for mark in news.closure.marks]
    records = {str(record.id) for record in reading.records}
    rows = AuditRecord.objects.filter(scope=desk.scope, at__gt=since, phase=Ending.CONFIRMED)
    rows = rows.filter(object_id__in=[*events, *records, *marks]).select_related("account").order_by("id")
    last = {row.object_id: row for row in rows}
    of_hours = max((row for key, row in last.items() if key in records), key=lambda row: row.at, default=None)
    authors = {UUID(key): row for key, row in last.items() if key in events and _stands(row, events[key])}
    others = tuple(
        news
        for news in told
        if not _by(desk, authors.get(news.event.id) if news.event else None if news.closure else of_hours)
    )
    named = {key: Author(row.who, row.at) for key, row in authors.items()}
    closed = {key: Author(row.who, row.at) for key, row in last.items() if key in marks}
    return others, named, Author(of_hours.who, of_hours.at) if of_hours else None, closed


def _by(desk: Desk, row: AuditRecord | None) -> bool:
    return row is not None and row.account_id == desk.account.pk


def _stands(row: AuditRecord, news: News) -> bool:
    """Whether the line is the last word on the visit: nobody changed it in Welkin itself later."""
    changed = news.now.changed_at if news.now else None
    return changed is None or changed <= row.at + ROUND_TRIP


def _unnamed(told: Sequence[News]) -> set[UUID]:
    """The patients of whom the rows had no name, and everybody who answered."""
    events = [news.event for news in told if news.event]
    missing = {person for event in events if len(event.names) < len(event.patients) for person in event.patients}
    return missing | {person for event in events for person in event.answers}


def _token(told: Sequence[News]) -> str:
    """A short digest of the changes, so that "seen" counts for what was seen."""
    plain = NEWS.dump_json(tuple(told), fallback=dict, warnings=False)
    return hashlib.sha256(plain).hexdigest()[:16]
