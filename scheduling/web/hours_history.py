"""What was done with somebody's hours, ready to print: who, when, and each value before and after in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.work_hours import DayHours, HoursType, RuleType
from scheduling.services import contracts, hours_locks, rotations, work_hours
from scheduling.services.hours_history import Entry
from scheduling.services.hours_plan import AS_GOOD_AS_OPEN, WITHDRAWN_DAY
from scheduling.web.hours_words import day_in_words, length, range_in_words, week_in_words

NAMES: dict[str, Promise] = {
    "first": gettext_lazy("First day"),
    "last": gettext_lazy("Last day"),
    "days": gettext_lazy("Hours"),
    "name": gettext_lazy("Name"),
    "encounters": gettext_lazy("Encounters"),
    "anchor": gettext_lazy("Week A is that of"),
    "weeks": gettext_lazy("Hours of each week"),
    "minutes": gettext_lazy("Hours a week"),
    "locked": gettext_lazy("Locked"),
    "delegates_hours": gettext_lazy("Who sets hours"),
}
ENDINGS: dict[str, Promise] = {
    "refused": gettext_lazy("It was not done."),
    "unknown": gettext_lazy("Whether it was done is not known yet."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One value before and after; both empty where only is known that it was changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `note` says what came of it where it was not simply done."""

    at: datetime
    who: str
    did: str
    rows: tuple[Row, ...]
    reason: str
    note: str


def lines_of(entries: tuple[Entry, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(each.at, each.who, _did(each), tuple(_rows(each)), each.reason, str(ENDINGS.get(each.ending, "")))
        for each in entries
    )


def _did(entry: Entry) -> str:
    """The rest of a sentence that begins with a name."""
    told = {"team": entry.team}
    if entry.action == work_hours.SET:
        return _set(entry)
    if entry.action == hours_locks.LOCK:
        return _("locked days of the team %(team)s") % told if entry.team else _("locked days")
    if entry.action == hours_locks.UNLOCK:
        return _("lifted a lock of the team %(team)s") % told if entry.team else _("lifted a lock")
    if entry.action == rotations.ROTATE:
        return _turned(entry)
    if entry.action == contracts.SET:
        return _("set the contract hours")
    return _("changed who sets the hours of the team %(team)s") % told


def _set(entry: Entry) -> str:
    values = {name: (before, after) for name, before, after in entry.before_after}
    if values.get("first", ("", ""))[1] == WITHDRAWN_DAY.isoformat():
        return _("took hours back that had not begun")
    if values.get("type", ("", HoursType.WORKING_HOURS))[1] != HoursType.WORKING_HOURS:
        return _("added when hours may be used")
    if "rule" in values and values["rule"][0] is None:
        exception = values["rule"][1] == RuleType.OVERRIDE
        return _("added an exception") if exception else _("added regular hours")
    return _("set another last day") if set(entry.fields) == {"last"} else _("changed hours")


def _turned(entry: Entry) -> str:
    if "ended" in entry.fields:
        return _("ended weeks that take turns")
    return _("set up weeks that take turns") if "anchor" in entry.fields else _("extended weeks that take turns")


def _rows(entry: Entry) -> Iterator[Row]:
    """The values in words; a day long past, where records are moved that are taken back, is no date to tell."""
    away = WITHDRAWN_DAY.isoformat()
    for name, before, after in entry.before_after:
        if name in NAMES and after != away:
            words = partial(_last, at=entry.at) if name == "last" else WORDS.get(name, str)
            yield Row(str(NAMES[name]), _before(entry, before, words), words(after))
    for name in () if _is_new(entry) else entry.fields:
        if name in NAMES and name not in {told for told, _before, _after in entry.before_after}:
            yield Row(str(NAMES[name]), "", "")


def _is_new(entry: Entry) -> bool:
    return any(name == "first" and before is None for name, before, _after in entry.before_after)


def _before(entry: Entry, value: Any, words: Callable[[Any], str]) -> str:
    """What stood there; of something new there was nothing, which is not the same as an open end."""
    return _("nothing") if _is_new(entry) else words(value)


def _day(value: str | None) -> str:
    return day_in_words(date.fromisoformat(value)) if value else _("nothing")


def _last(value: str | None, at: datetime) -> str:
    """A last day; one decades after the change stands for none, as it does on the page."""
    if value is None or date.fromisoformat(value) - at.date() > AS_GOOD_AS_OPEN:
        return _("until further notice")
    return _day(value)


def _days(value: list[list[Any]] | None) -> str:
    return week_in_words([DayHours(day, _clock(start), _clock(end)) for day, start, end in value or ()])


def _clock(value: str | None) -> time | None:
    return time.fromisoformat(value) if value else None


def _weeks(value: dict[str, list[list[Any]]] | None) -> str:
    return " · ".join(f"{letter}: {_days(week)}" for letter, week in sorted((value or {}).items()))


def _locked(value: list[str] | None) -> str:
    if value is None:
        return _("not locked")
    first, last = map(date.fromisoformat, value)
    return range_in_words(first, last)


def _minutes(value: int | None) -> str:
    return _("not set") if value is None else length(value)


def _who(value: bool) -> str:
    return _("its people and its coordinators") if value else _("its people only")


WORDS: dict[str, Callable[[Any], str]] = {
    "first": _day,
    "days": _days,
    "anchor": _day,
    "weeks": _weeks,
    "minutes": _minutes,
    "locked": _locked,
    "delegates_hours": _who,
}
