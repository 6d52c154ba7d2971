"""The clinic while it is being filled, and how a planned visit becomes a row of the API (welkin-api 7.2)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduling.sandbox.clinic.diary import Diary, Span
from scheduling.sandbox.clinic.people import Member
from scheduling.sandbox.clinic.recipe import Recipe, Row, stamp
from scheduling.sandbox.clinic.shifts import Minutes, instant, windows
from scheduling.sandbox.clinic.stream import Stream, identity
from scheduling.sandbox.clinic.words import (
    CANCEL_REMARKS,
    DESCRIPTIONS,
    ENCOUNTER,
    GROUP,
    LEAVE,
    REMARKS,
    Kind,
    location,
)

SCHEDULED, CANCELLED, COMPLETED, MISSED = "SCHEDULED", "CANCELLED", "COMPLETED", "MISSED"
COLORS = {GROUP: "#3f6fb5", LEAVE: "grey", ENCOUNTER: "#2f8f6b"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A visit before it is a row: its key, kind, time, host and who else takes part, with invited psm and answers."""

    key: tuple[object, ...]
    kind: Kind
    span: Span
    host: Member
    patients: tuple[str, ...] = ()
    invited: tuple[tuple[str, str], ...] = ()
    status: str = SCHEDULED
    all_day: bool = False
    capacity: int | None = None

    @property
    def takes_time(self) -> bool:
        """Whether others are kept out: a cancelled visit and leave that is not granted keep nobody out."""
        asked = self.kind.type == LEAVE and any(answer != "Yes" for _, answer in self.invited)
        return self.status != CANCELLED and not asked


@dataclass
class Book:
    """Everything known so far: people, hours, taken time and the rows made."""

    recipe: Recipe
    members: list[Member]
    hours: dict[str, list[Row]]
    panels: dict[str, list[str]]
    carers: dict[str, list[str]]
    diary: Diary = field(default_factory=Diary)
    rows: list[Row] = field(default_factory=list)
    away: set[tuple[str, date]] = field(default_factory=set)
    _windows: dict[tuple[str, date], list[Minutes]] = field(default_factory=dict)

    def windows(self, member: Member, day: date) -> list[Minutes]:
        """The wall-clock hours of a member on a day; none on a day of leave."""
        key = member.id, day
        if key not in self._windows:
            self._windows[key] = windows(self.hours[member.id], day)
        return [] if key in self.away else self._windows[key]

    def span(self, member: Member, day: date, minute: int, length: int) -> Span:
        """A time of so many real minutes from a wall-clock minute of a member's day."""
        start = instant(day, minute, member.zone)
        return Span(start, start + timedelta(minutes=length))

    def inside(self, member: Member, span: Span) -> bool:
        """Whether the span lies within one stretch of the member's hours."""
        day = span.start.astimezone(member.zone).date()
        spans = (
            (instant(day, start, member.zone), instant(day, end, member.zone))
            for start, end in self.windows(member, day)
        )
        return any(start <= span.start and span.end <= end for start, end in spans)

    def open_to(self, member: Member, span: Span) -> bool:
        """Whether the member works and is free for all of the span."""
        return self.inside(member, span) and self.diary.free(member.id, span)

    def add(self, draft: Draft) -> Row:
        """Take the people's time and keep the row."""
        if draft.takes_time:
            people = () if draft.kind.type == LEAVE else (*draft.patients, *(person for person, _ in draft.invited))
            self.diary.take((draft.host.id, *people), draft.span)
        row = _row(self.recipe, draft)
        self.rows.append(row)
        return row

    def outcome(self, stream: Stream, span: Span) -> str:
        """A likely status: what has ended before today is mostly completed, what is to come is mostly scheduled."""
        if span.end > self.recipe.settled:
            return stream.weighted([(SCHEDULED, 94), (CANCELLED, 6)])
        return stream.weighted([(COMPLETED, 83), (MISSED, 6), (CANCELLED, 8), (SCHEDULED, 3)])


def _row(recipe: Recipe, draft: Draft) -> Row:
    stream = Stream(*draft.key, "row")
    mode = None if draft.kind.type == LEAVE else stream.pick(draft.kind.modes)
    made, changed = _stamps(recipe, draft, stream)
    color = COLORS.get(draft.kind.type, "green")
    return {
        "id": identity(*draft.key),
        "externalId": None,
        "eventTitle": draft.kind.title,
        "eventDescription": stream.pick(DESCRIPTIONS) if len(draft.patients) == 1 and stream.chance(0.12) else "",
        "startDateTime": stamp(draft.span.start),
        "endDateTime": stamp(draft.span.end),
        "allDayEvent": draft.all_day,
        "eventType": draft.kind.type,
        "eventStatus": draft.status,
        "eventMode": mode,
        "eventColor": color,
        "hostId": draft.host.id,
        "timezone": draft.host.zone_name,
        "additionalInfo": None if mode is None else _details(draft, stream, mode),
        "participants": _participants(draft, stream),
        "createdBy": draft.host.manager,
        "createdAt": stamp(made),
        "updatedBy": draft.host.manager if made == changed else draft.host.id,
        "updatedAt": stamp(changed),
    }


def _details(draft: Draft, stream: Stream, mode: str) -> Row:
    remark = stream.pick(CANCEL_REMARKS) if draft.status == CANCELLED else ""
    if not remark and draft.capacity is None and stream.chance(0.09):
        remark = stream.pick(REMARKS)
    attachment = "https://files.example/intake-form.pdf" if stream.chance(0.03) else ""
    room = 1 + (draft.host.index * 2 + stream.below(2)) % 30
    details: Row = {"location": location(draft.kind.title, mode, room), "remarks": remark, "attachment": attachment}
    return details if draft.capacity is None else details | {"capacity": draft.capacity}


def _participants(draft: Draft, stream: Stream) -> list[Row]:
    done = draft.status == COMPLETED
    rows = [(draft.host.id, "psm", "", done)]
    rows += [(person, "psm", answer, done and answer == "Yes") for person, answer in draft.invited]
    present = 0.86 if draft.kind.type == GROUP else 1
    for patient in draft.patients:
        answer = stream.weighted([("", 70), ("Yes", 26), ("Maybe", 2), ("No", 2)])
        rows.append((patient, "patient", answer, done and stream.chance(present)))
    return [
        {
            "id": identity(*draft.key, "participant", person),
            "participantId": person,
            "participantRole": role,
            "participationStatus": answer,
            "attended": attended,
        }
        for person, role, answer, attended in rows
    ]


def _stamps(recipe: Recipe, draft: Draft, stream: Stream) -> tuple[datetime, datetime]:
    """When the row was made and last changed: days or weeks before the visit, never after the start of today."""
    latest = recipe.settled - timedelta(minutes=1 + stream.below(600))
    booked = draft.span.start - timedelta(days=3 + stream.below(25), minutes=stream.below(500))
    made = min(booked, latest)
    if draft.status in (COMPLETED, MISSED):
        return made, min(draft.span.end + timedelta(minutes=stream.below(10)), recipe.settled)
    return made, min(made + timedelta(hours=stream.below(40)), latest) if draft.status == CANCELLED else made
