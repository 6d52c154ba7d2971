"""What the page says: reasons of slots, rules that took time away, and loosenings, in plain words."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_text
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain.person import User
from scheduling.domain.request import EVERY_DAY, Request
from scheduling.domain.slots import Reason, ReasonKind
from scheduling.domain.week import MIDNIGHT
from scheduling.domain.why import Loosening, LooseningKind, Rule
from scheduling.domain.zone import wall
from scheduling.web import clock
from scheduling.web.words import Word

Names = Mapping[UUID, User]

# Which reasons a slot shows, in this order; the wait only where nothing else is to be said.
TONES: Mapping[ReasonKind, tuple[str, str]] = {
    ReasonKind.SOONEST: ("accent", "calendar-check"),
    ReasonKind.LAST_SEEN: ("ok", "history"),
    ReasonKind.CARE_TEAM: ("ok", "users"),
    ReasonKind.JOINS: ("info", "users"),
    ReasonKind.FIRST_WITH: ("", ""),
    ReasonKind.LOAD: ("", ""),
    ReasonKind.WAIT: ("", ""),
}

RULES: Mapping[Rule, Word] = {
    Rule.NO_HOURS: gettext_lazy("not at work"),
    Rule.OUTSIDE_DAYS: gettext_lazy("on days not asked"),
    Rule.OUTSIDE_TIME: gettext_lazy("outside the time of day"),
    Rule.CLOSURE: gettext_lazy("clinic closed"),
    Rule.HOLIDAY: gettext_lazy("public holiday"),
    Rule.LEAVE: gettext_lazy("on leave"),
    Rule.BUSY: gettext_lazy("at work but booked"),
    Rule.CLAIMED: gettext_lazy("being booked just now"),
    Rule.BUFFER: gettext_lazy("kept free around visits"),
    Rule.PATIENT_BUSY: gettext_lazy("the patient is busy"),
    Rule.OTHERS_BUSY: gettext_lazy("the others are not free"),
    Rule.TOO_SHORT: gettext_lazy("gaps that are too short"),
}


def reason(told: Reason, start: datetime, now: datetime, zone: ZoneInfo) -> str:
    """One reason of a slot with this start as the few words of a badge. `zone` is the viewer's."""
    value = told.value
    if told.kind is ReasonKind.LAST_SEEN and isinstance(value, datetime):
        return _("saw the patient on %(day)s") % {"day": date_text(wall(value, zone), "j M")}
    if told.kind is ReasonKind.LOAD and isinstance(value, (int, float)):
        return _("%(share)d %% booked") % {"share": round(value * 100)}
    if told.kind is ReasonKind.JOINS and isinstance(value, int):
        return ngettext("%(n)d place left", "%(n)d places left", value) % {"n": value}
    if told.kind is ReasonKind.WAIT:
        return wait(start, now, zone)
    return str(SHORT[told.kind])


SHORT: Mapping[ReasonKind, Word] = {
    ReasonKind.SOONEST: gettext_lazy("the earliest in these days"),
    ReasonKind.FIRST_WITH: gettext_lazy("their first in these days"),
    ReasonKind.LAST_SEEN: gettext_lazy("saw the patient last"),
    ReasonKind.CARE_TEAM: gettext_lazy("care team"),
    ReasonKind.JOINS: gettext_lazy("group session"),
    ReasonKind.LOAD: gettext_lazy("least booked"),
    ReasonKind.WAIT: gettext_lazy("later"),
}


def wait(start: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How far off it is on the viewer's calendar: "in 5 hours" today, "tomorrow", "in 3 days"."""
    days = (wall(start, zone).date() - wall(now, zone).date()).days
    if days == 1:
        return _("tomorrow")
    if days > 1:
        return _("in %(n)d days") % {"n": days}
    hours = int((start - now).total_seconds() // 3600)
    return ngettext("in %(n)d hour", "in %(n)d hours", hours) % {"n": hours} if hours else _("within the hour")


def weekday(day: int) -> str:
    """The ISO weekday in full."""
    return str(WEEKDAYS[day - 1])


def listed(parts: Collection[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    told = list(parts)
    if len(told) < 2:
        return "".join(told)
    return _("%(some)s and %(last)s") % {"some": ", ".join(told[:-1]), "last": told[-1]}


def either(parts: Collection[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    told = list(parts)
    if len(told) < 2:
        return "".join(told)
    return _("%(some)s or %(last)s") % {"some": ", ".join(told[:-1]), "last": told[-1]}


def day(date_: date) -> str:
    """ "Mon 23 Nov"."""
    return date_text(date_, "D j M")


def long_day(date_: date) -> str:
    """ "Monday 23 November"."""
    return date_text(date_, "l j F")


def hours(value: timedelta) -> str:
    """ "312 h", "32 h 15 min", "15 min"; shorter than half a minute is nothing."""
    return clock.length(round(value.total_seconds() / 60))


def rule(told: Rule, request: Request) -> str:
    """A rule with what it stands for in this question: "Mondays and Tuesdays are not asked"."""
    if told is Rule.OUTSIDE_DAYS:
        asked, missing = sorted(request.weekdays), sorted(EVERY_DAY - request.weekdays)
        if len(missing) <= len(asked):
            return _("not asked: %(days)s") % {"days": listed([weekday(each) for each in missing])}
        return _("not a %(days)s") % {"days": either([weekday(each) for each in asked])}
    if told is Rule.OUTSIDE_TIME and request.between:
        return _("outside %(times)s") % {"times": between(request.between)}
    if told is Rule.TOO_SHORT:
        return _("gaps under %(length)s") % {"length": hours(request.length)}
    return str(RULES[told])


def between(times: tuple[time, time]) -> str:
    """ "09:00–12:00"; midnight at the end is 24:00."""
    start, end = times
    return f"{start:%H:%M}–{'24:00' if end == MIDNIGHT else f'{end:%H:%M}'}"


def loosening(told: Loosening, names: Names, asked: Collection[UUID], zone: ZoneInfo) -> str:
    """What to ask instead, as a thing to do."""
    request = told.request
    if told.kind is LooseningKind.SHORTER:
        return _("Make it %(length)s") % {"length": hours(request.length)}
    if told.kind is LooseningKind.WEEKDAY and isinstance(told.value, int):
        return _("Ask %(day)s too") % {"day": weekday(told.value)}
    if told.kind is LooseningKind.TIME_OF_DAY:
        return _("Ask %(times)s") % {"times": between(request.between)} if request.between else _("Ask the whole day")
    if told.kind is LooseningKind.LATER:
        return _("Look until %(day)s") % {"day": day(wall(request.window.end - timedelta(microseconds=1), zone).date())}
    new = [names[person].name for person in told.clinician_ids if person not in asked and person in names]
    return _("Ask %(name)s too") % {"name": listed(new)} if new else _("Ask somebody else too")
