"""The visits that a change strands, each with what can be done: rows for a form, and what was chosen in it.

One choice for each visit, as radio buttons, so that it works without script: a value says what is to be done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.zone import wall
from scheduling.ledger.models import RunPart
from scheduling.services.impact import DayChange, Impact, Stranded
from scheduling.services.options import Options
from scheduling.services.run_parts import Visit, Wish
from scheduling.web.board.words import zone_short
from scheduling.web.hours_words import length_of

KEEP, CANCEL, AT, WITH = "keep", "cancel", "at ", "with "
KEEP_OTHERS = "keep-others"
# The button that asks for free times and colleagues; its value is the key of a visit.
OFFER = "offer"
DAYS_SHOWN = 14
Kind = RunPart.Kind


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done with a visit: the value of its button and its words."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A stranded visit. Without the right to names it is `Busy`, has no link and no choices.

    `more`: free times and colleagues were not looked for yet; `asked`: they were just asked for.
    """

    id: UUID
    key: str
    when: str
    what: str
    who: str
    type: str
    url: str
    find_url: str
    slots: tuple[Choice, ...] = ()
    colleagues: tuple[Choice, ...] = ()
    keep: Choice | None = None
    cancel: Choice | None = None
    reason: str = ""
    error: str = ""
    more: bool = False
    asked: bool = False

    @property
    def may(self) -> bool:
        return bool(self.slots or self.colleagues or self.keep or self.cancel or self.more)


@dataclass(frozen=True, slots=True)
class Day:
    """The free time that one day gains or loses, in words."""

    day: str
    gained: str
    lost: str


@dataclass(frozen=True, slots=True)
class Page:
    """The list as a form shows it. `until` is the last day that was looked at."""

    rows: tuple[Row, ...]
    heading: str
    gained: str
    lost: str
    days: tuple[Day, ...]
    more_days: int
    until: str
    kept: int
    unreadable: int
    sure: bool
    may_keep: bool
    others_chosen: bool
    others_reason: str
    others_error: str

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form says of the visits: the parts of a run, and what is wrong by the key of the visit."""

    wishes: tuple[Wish, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.errors


def page_of(impact: Impact, options: Sequence[Options], posted: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    """The list with what was chosen before, times on the clock of whoever each visit is with."""
    until = impact.until
    return Page(
        rows=tuple(_row(each, posted, errors.get(each.stranded.key, "")) for each in options),
        heading=_heading(len(options)),
        gained=length_of(impact.gained) if impact.gained else "",
        lost=length_of(impact.lost) if impact.lost else "",
        days=tuple(_day(day) for day in impact.days[:DAYS_SHOWN]),
        more_days=max(0, len(impact.days) - DAYS_SHOWN),
        until=date_format(until, "j F Y") if until else "",
        kept=len(impact.kept),
        unreadable=impact.unreadable,
        sure=impact.sure,
        may_keep=any(each.may_keep for each in options),
        others_chosen=bool(posted.get(KEEP_OTHERS)),
        others_reason=posted.get("reason-others", ""),
        others_error=errors.get("others", ""),
    )


def _heading(count: int) -> str:
    return ngettext("%(n)s booked visit would fall outside", "%(n)s booked visits would fall outside", count) % {
        "n": count
    }


def _day(change: DayChange) -> Day:
    return Day(
        date_format(change.day, "D j M"),
        length_of(change.gained) if change.gained else "",
        length_of(change.lost) if change.lost else "",
    )


def _row(options: Options, posted: Mapping[str, str], error: str) -> Row:
    stranded, event = options.stranded, options.event
    chosen = posted.get(f"do-{stranded.key}", "")
    return Row(
        id=event.id,
        key=stranded.key,
        when=f"{_span(event.when, stranded)} {zone_short(event.when.start, stranded.zone)}",
        what=(event.title or _("Visit")) if options.named else _("Busy"),
        who=", ".join(patient.name for patient in event.patients) if options.named else "",
        type=(event.type or "").lower(),
        url=reverse("appointment", args=[event.id]) if options.named else "",
        find_url=f"{reverse('find')}?visit={event.id}" if options.may_move else "",
        slots=tuple(_slots(options, chosen)),
        colleagues=tuple(_colleagues(options, chosen)),
        keep=Choice(KEEP, _("Keep it where it is"), chosen == KEEP) if options.may_keep else None,
        cancel=Choice(CANCEL, _("Cancel it"), chosen == CANCEL) if options.may_cancel else None,
        reason=posted.get(f"reason-{stranded.key}", ""),
        error=error,
        more=options.may_move and not options.looked,
        asked=posted.get(OFFER) == stranded.key,
    )


def _span(when: Interval, stranded: Stranded) -> str:
    start, end = wall(when.start, stranded.zone), wall(when.end, stranded.zone)
    return f"{date_format(start, 'D j M, H:i')}–{date_format(end, 'H:i')}"


def _slots(options: Options, chosen: str) -> Iterator[Choice]:
    """The free times, and the one that was chosen when the form was shown before, which may be free no more."""
    times = dict.fromkeys(slot.start for slot in options.slots)
    start = _instant(chosen)
    if start and options.may_move:
        times[start] = None
    for at in sorted(times):
        value = f"{AT}{at.astimezone(UTC).isoformat()}"
        when = Interval(at, at + options.event.when.duration)
        yield Choice(value, _span(when, options.stranded), value == chosen)


def _colleagues(options: Options, chosen: str) -> Iterator[Choice]:
    for user in options.colleagues:
        value = f"{WITH}{user.id}"
        yield Choice(value, user.name, value == chosen)


def _instant(value: str) -> datetime | None:
    """The start that a value of the form names, None for another kind of value or one that is none."""
    if not value.startswith(AT):
        return None
    try:
        told = datetime.fromisoformat(value.removeprefix(AT))
    except ValueError:
        return None
    return told.astimezone(UTC) if told.tzinfo else None


def _person(value: str) -> UUID | None:
    try:
        return UUID(value.removeprefix(WITH)) if value.startswith(WITH) else None
    except ValueError:
        return None


def colleagues_chosen(options: Sequence[Options], posted: Mapping[str, str]) -> dict[str, UUID]:
    """To whom the form gives visits so far, by the key of the visit."""
    told = ((each.stranded.key, _person(posted.get(f"do-{each.stranded.key}", ""))) for each in options)
    return {key: person for key, person in told if person}


# --- What was chosen -------------------------------------------------------------------------------------------------


def chosen(options: Sequence[Options], posted: Mapping[str, str], *, every: bool) -> Chosen:
    """The parts that the form asks for. With `every`, a visit without a choice is an error; what may not be done
    is none of the choices."""
    wishes: list[Wish] = []
    errors: dict[str, str] = {}
    others = posted.get("reason-others", "").strip()
    keep_others = bool(posted.get(KEEP_OTHERS))
    if keep_others and not others:
        errors["others"] = _("Say in a few words why the others stay.")
    for each in options:
        if not each.any:
            continue
        key = each.stranded.key
        value, reason = posted.get(f"do-{key}", ""), posted.get(f"reason-{key}", "").strip()
        if not value and keep_others and each.may_keep:
            value, reason = KEEP, others or "-"
        wish = _wish(each, value, reason)
        if isinstance(wish, Wish):
            wishes.append(wish)
        elif every or value:
            errors[key] = wish
    return Chosen(tuple(wishes), errors | _twice(wishes, options))


def _wish(options: Options, value: str, reason: str) -> Wish | str:
    """The part for one choice, or why there is none."""
    visit, stranded = Visit.of(options.event), options.stranded
    if (value == KEEP and options.may_keep) or (value == CANCEL and options.may_cancel):
        if not reason:
            return _("Give a reason: it is kept in the history of the visit.")
        if value == CANCEL:
            return Wish(Kind.CANCEL, visit, reason=reason[:500])
        return Wish(Kind.KEEP, visit, person_id=stranded.person_id, cause=stranded.cause, reason=reason[:500])
    start, person = _instant(value), _person(value)
    if start and options.may_move:
        return Wish(Kind.MOVE, visit, to=Interval(start, start + visit.when.duration), host=visit.host)
    if person and options.may_move and stranded.person_id == visit.host:
        return Wish(Kind.MOVE, visit, to=visit.when, host=person)
    return _("Say what becomes of this visit.")


def _twice(wishes: Sequence[Wish], options: Sequence[Options]) -> dict[str, str]:
    """What is wrong with visits that were given overlapping times of one person: each of them is told."""
    events = {each.event.id: each.event for each in options}
    keys = {each.event.id: each.stranded.key for each in options}
    moved = [(wish, _people(wish, events)) for wish in wishes if wish.kind == Kind.MOVE and wish.to and wish.visit]
    found: dict[str, str] = {}
    for (one, people), (other, others) in combinations(moved, 2):
        if one.visit and other.visit and one.to and other.to and people & others and one.to.overlaps(other.to):
            for wish, beside in ((one.visit, other.visit), (other.visit, one.visit)):
                found[keys[wish.id]] = _clash(keys[beside.id], events[beside.id], options)
    return found


def _people(wish: Wish, events: Mapping[UUID, Event]) -> frozenset[UUID]:
    """Whose time the visit takes when it has moved."""
    event = events[wish.visit.id]  # type: ignore[union-attr]  # asked only for wishes of a visit
    others = {row.person_id for row in event.participants if row.person_id != event.host_id}
    return frozenset(others | ({wish.host} if wish.host else set()))


def _clash(key: str, event: Event, options: Sequence[Options]) -> str:
    named = next(each.named for each in options if each.stranded.key == key)
    names = ", ".join(row.name for row in event.patients if row.name) if named else ""
    if names:
        return _("This time overlaps the one that was given to the visit of %(names)s on this list.") % {"names": names}
    return _("This time overlaps the one that was given to another visit on this list.")
