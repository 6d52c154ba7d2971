"""Slots as rows under the days of the viewer: time, who, why here, and the time on everybody else's clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.slots import ReasonKind, Slot
from scheduling.domain.zone import find_zone, wall
from scheduling.services.desk import Desk
from scheduling.services.finding import Ask, Found
from scheduling.web import clock

from . import links, words


@dataclass(frozen=True, slots=True)
class Badge:
    """One reason; `tone` and `icon` are those of docs/look.md, empty for a plain one."""

    code: str
    text: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Person:
    first: str
    last: str
    name: str
    credentials: str


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One press. `again`: the row above begins at the same time, so that the time is printed faintly."""

    key: str
    start: str
    end: str
    date: str
    clinician_ids: str
    times: str
    again: bool
    people: tuple[Person, ...]
    badges: tuple[Badge, ...]
    elsewhere: tuple[str, ...]
    url: str
    joins: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Day:
    """The slots of one day of the viewer. `more`: the page before ended within this day."""

    date: str
    title: str
    note: str
    more: bool
    rows: tuple[SlotRow, ...]


@dataclass(frozen=True, slots=True)
class Printer:
    """What all rows of one answer share."""

    desk: Desk
    ask: Ask
    found: Found
    data: QueryDict

    def days(self, slots: tuple[Slot, ...], shown_last: str = "") -> tuple[Day, ...]:
        """The slots by day. `shown_last` is the ISO date with which the page before ended."""
        groups = groupby(slots, key=lambda slot: wall(slot.when.start, self.desk.zone).date())
        return tuple(self._day(day, tuple(each), shown_last) for day, each in groups)

    def _day(self, day: date, slots: tuple[Slot, ...], shown_last: str) -> Day:
        return Day(
            date=day.isoformat(),
            title=words.long_day(day) if day.year == self.desk.today.year else f"{words.long_day(day)} {day.year}",
            note=self._note(day),
            more=day.isoformat() == shown_last,
            rows=tuple(self._rows(day, slots)),
        )

    def _note(self, day: date) -> str:
        ahead = (day - self.desk.today).days
        return {0: _("today"), 1: _("tomorrow")}.get(ahead, "")

    def _rows(self, day: date, slots: tuple[Slot, ...]) -> Iterator[SlotRow]:
        before: Interval | None = None
        for slot in slots:
            yield self.row(day, slot, again=slot.when == before)
            before = slot.when

    def row(self, day: date, slot: Slot, *, again: bool = False) -> SlotRow:
        """One slot; `day` is the viewer's."""
        people = tuple(self.found.names[person] for person in slot.clinician_ids if person in self.found.names)
        start = clock.stamp(slot.when.start)
        return SlotRow(
            key=_key(start, slot),
            start=start,
            end=clock.stamp(slot.when.end),
            date=day.isoformat(),
            clinician_ids=" ".join(str(person) for person in slot.clinician_ids),
            times=clock.times(slot.when, self.desk.zone),
            again=again,
            people=tuple(_person(user) for user in people),
            badges=self._badges(slot),
            elsewhere=tuple(self._elsewhere(slot, people)),
            url=links.of_slot(self.ask, self.data, slot),
            joins=slot.joins is not None,
            spoken=self._spoken(slot, people),
        )

    def _badges(self, slot: Slot) -> tuple[Badge, ...]:
        told = {reason.kind: reason for reason in slot.reasons}
        if ReasonKind.LAST_SEEN in told:
            told.pop(ReasonKind.CARE_TEAM, None)
        return tuple(
            Badge(kind.value, words.reason(told[kind], slot.when.start, self.desk.now, self.desk.zone), *look)
            for kind, look in words.TONES.items()
            if kind in told
        )

    def _elsewhere(self, slot: Slot, people: tuple[User, ...]) -> Iterator[str]:
        """The same time on the clocks of the clinicians and the patients, where they show another one."""
        by_zone: dict[ZoneInfo, list[str]] = {}
        for user in people:
            by_zone.setdefault(self.found.zones[user.id], []).append(
                _("the clinician") if len(people) == 1 else user.name
            )
        for patient in self.ask.patients:
            zone = find_zone(patient.timezone)
            if zone:
                name = _("the patient") if len(self.ask.patients) == 1 else patient.name
                by_zone.setdefault(zone, []).append(name)
        for zone, names in by_zone.items():
            if clock.differs(slot.when, self.desk.zone, zone):
                yield _("%(time)s for %(name)s (%(zone)s)") % {
                    "time": clock.there(slot.when, zone, self.desk.zone),
                    "name": words.listed(names),
                    "zone": zone.key.replace("_", " "),
                }

    def _spoken(self, slot: Slot, people: tuple[User, ...]) -> str:
        told = {
            "when": f"{clock.long_day(slot.when.start, self.desk.zone)}, {clock.times(slot.when, self.desk.zone)}",
            "names": words.listed([user.name for user in people]),
        }
        if slot.joins:
            return _("Join the group session %(when)s with %(names)s") % told
        if self.ask.visit:
            return _("Move it to %(when)s with %(names)s") % told
        return _("Book %(when)s with %(names)s") % told


def _key(start: str, slot: Slot) -> str:
    """What an element is called: whose, when, and in which session, for two of these may begin together."""
    ids = (*slot.clinician_ids, *((slot.joins,) if slot.joins else ()))
    return "-".join([start.replace(":", ""), *(each.hex for each in ids)])


def _person(user: User) -> Person:
    return Person(user.first_name or user.username, user.last_name, user.name, user.credentials)
