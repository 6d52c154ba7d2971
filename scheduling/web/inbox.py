"""The inbox of invitations as it is printed: days, and one row for each answer that is waited for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.event import Event, Participant
from scheduling.services import changing, people, writes
from scheduling.services.desk import Desk
from scheduling.services.invitations import DAYS_AHEAD, Invitation, Waiting
from scheduling.services.versions import version
from scheduling.web import clock, words
from scheduling.web.words import Word


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One answer that is waited for. Without `url` the login may not open the visit."""

    event_id: UUID
    person_id: UUID
    person: str
    first: str
    last: str
    own: bool
    type: str
    type_word: Word
    times: str
    day: str
    host: str
    heading: str
    sub: str
    mode: str
    mode_word: Word
    url: str
    answer: str
    answer_word: Word
    intent: str
    seen: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class InboxDay:
    name: str
    date: str
    rows: tuple[InboxRow, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    days: tuple[InboxDay, ...]
    count: int
    ahead: int
    choices: tuple[int, ...]
    sure: bool
    read_at: str


MOST_NAMES = 3


def _patients(event: Event) -> str:
    names = [row.name for row in event.patients if row.name]
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return _("%(names)s and %(more)d more") % {"names": shown, "more": more} if more > 0 else shown


def _lines(event: Event, names: bool) -> tuple[str, str]:
    """The patient and then the title; for a group, or for somebody who may not see names, the other way or neither."""
    title = event.title or str(words.type_of(event))
    if not names:
        return str(words.type_of(event)), ""
    patients = _patients(event)
    return (patients, title) if len(event.patients) == 1 and patients else (title, patients)


def _row(desk: Desk, event: Event, row: Participant, names: bool, intent: str, staff: dict[UUID, str]) -> InboxRow:
    heading, sub = _lines(event, names)
    return InboxRow(
        event_id=event.id,
        person_id=row.person_id,
        person=row.name or staff.get(row.person_id, _("Unnamed")),
        first=row.first_name,
        last=row.last_name,
        own=row.person_id == desk.account.welkin_id,
        type=(event.type or "").lower(),
        type_word=words.type_of(event),
        times=clock.times(event.when, desk.zone),
        day=clock.long_day(event.when.start, desk.zone),
        host=next((each.name for each in event.participants if each.person_id == event.host_id), ""),
        heading=heading,
        sub=sub,
        mode=(event.mode or "").lower(),
        mode_word=words.mode_of(event),
        url=reverse("appointment", args=[event.id]) if names else "",
        answer=row.answer.strip().capitalize(),
        answer_word=words.answer_of(row.answer),
        intent=intent,
        seen=version(event),
        start=clock.stamp(event.when.start),
        end=clock.stamp(event.when.end),
    )


def row_of(desk: Desk, event: Event, person: UUID) -> InboxRow:
    """One row as it is now, with a new intent, so that the answer can be changed."""
    row = next(each for each in event.participants if each.person_id == person)
    return _row(desk, event, row, changing.may_see(desk, event), writes.mint(desk), {})


def _days(desk: Desk, invitations: tuple[Invitation, ...], keys: Iterator[str]) -> Iterator[InboxDay]:
    staff = people.names(desk, {invitation.row.person_id for invitation in invitations})
    for day, group in groupby(invitations, key=lambda each: clock.long_day(each.event.when.start, desk.zone)):
        found = list(group)
        rows = tuple(_row(desk, each.event, each.row, each.names, next(keys), staff) for each in found)
        yield InboxDay(day, found[0].event.when.start.astimezone(desk.zone).date().isoformat(), rows)


def view(desk: Desk, waiting: Waiting) -> Inbox:
    """The whole page, with an intent for each row."""
    keys = iter(writes.mint_many(desk, len(waiting.invitations)))
    return Inbox(
        days=tuple(_days(desk, waiting.invitations, keys)),
        count=len(waiting.invitations),
        ahead=waiting.days,
        choices=DAYS_AHEAD,
        sure=waiting.sure,
        read_at=clock.time(waiting.read_at, desk.zone),
    )
