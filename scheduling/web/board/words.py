"""Times, days, types and states as the board says them. Everything is in a zone that the caller names."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain.event import Event, EventMode
from scheduling.domain.zone import wall
from scheduling.web.words import STATUSES, TYPES

# As the end of a line; where a mode stands alone it has a word of its own in `web.words`.
MODES: dict[str, str | Promise] = {
    EventMode.IN_PERSON: gettext_lazy("in person"),
    EventMode.CALL: gettext_lazy("by phone"),
    EventMode.VIDEO: gettext_lazy("by video"),
}


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time on the wall: 09:00."""
    return wall(moment, zone).strftime("%H:%M")


def weekday(day: date) -> str:
    return str(WEEKDAYS[day.weekday()])


def weekday_short(day: date) -> str:
    return str(WEEKDAYS_ABBR[day.weekday()])


def day_words(day: date) -> str:
    """Monday 23 November."""
    return _("%(weekday)s %(day)d %(month)s") % {"weekday": weekday(day), "day": day.day, "month": MONTHS[day.month]}


def date_words(day: date) -> str:
    """Monday, 23 November 2026."""
    return f"{weekday(day)}, {day.day} {MONTHS[day.month]} {day.year}"


def span_words(first: date, last: date) -> str:
    """23–29 November 2026, with as much of the first date as differs."""
    end = f"{last.day} {MONTHS[last.month]} {last.year}"
    if first.year != last.year:
        return f"{first.day} {MONTHS[first.month]} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month]} – {end}"
    return f"{first.day}–{end}"


def length_words(duration: timedelta) -> str:
    """45 minutes, 1 hour, 1 hour 30 minutes."""
    hours, minutes = divmod(round(duration.total_seconds() / 60), 60)
    told = []
    if hours:
        told.append(ngettext("%d hour", "%d hours", hours) % hours)
    if minutes or not hours:
        told.append(ngettext("%d minute", "%d minutes", minutes) % minutes)
    return " ".join(told)


def hours_figure(duration: timedelta) -> str:
    """Hours with at most one place and no needless zero: 6.5, 8."""
    return f"{duration / timedelta(hours=1):.1f}".removesuffix(".0")


def type_words(event: Event) -> str:
    """The type for people; an unknown one as it came."""
    known = event.known_type
    return str(TYPES[known]) if known else (event.type or _("Event")).replace("_", " ").capitalize()


def status_words(event: Event) -> str:
    """The status for people; an unknown one as it came."""
    known = event.known_status
    return str(STATUSES[known]) if known else (event.status or "").replace("_", " ").capitalize()


def mode_words(event: Event) -> str:
    """How the visit happens; empty where the API said nothing."""
    return str(MODES.get((event.mode or "").upper(), event.mode or ""))


def city(zone: ZoneInfo) -> str:
    """The zone as people name it: New York."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def offset(moment: datetime, zone: ZoneInfo) -> str:
    """The distance from UTC at an instant: UTC−5, UTC+5:45."""
    minutes = round((wall(moment, zone).utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return "UTC" + (f"{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "")


def zone_words(moment: datetime, zone: ZoneInfo) -> str:
    """New York (UTC−5)."""
    told = offset(moment, zone)
    return city(zone) if city(zone) == told else f"{city(zone)} ({told})"


def zone_short(moment: datetime, zone: ZoneInfo) -> str:
    """What fits over an axis: EST, or UTC+5:45 where the zone has no letters of its own."""
    letters = wall(moment, zone).tzname() or ""
    return letters if letters.isalpha() else offset(moment, zone)
