"""Days, times and lengths as people read them, always in a zone that is told. 24-hour clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_text
from django.utils.translation import gettext as _

from scheduling.domain.interval import Interval
from scheduling.domain.zone import wall


def day(instant: datetime, zone: ZoneInfo) -> str:
    """ "Tue 24 Nov 2026"."""
    return date_text(wall(instant, zone), "D j M Y")


def long_day(instant: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday 24 November 2026"."""
    return date_text(wall(instant, zone), "l j F Y")


def time(instant: datetime, zone: ZoneInfo) -> str:
    """ "09:30"."""
    return date_text(wall(instant, zone), "H:i")


def times(when: Interval, zone: ZoneInfo) -> str:
    """ "09:30–10:00"; with the day at the end where it ends on another one."""
    start, end = wall(when.start, zone), wall(when.end, zone)
    until = time(when.end, zone) if start.date() == end.date() else f"{day(when.end, zone)}, {time(when.end, zone)}"
    return f"{time(when.start, zone)}–{until}"


def span(when: Interval, zone: ZoneInfo) -> str:
    """ "Tue 24 Nov 2026, 09:30–10:00"."""
    return f"{day(when.start, zone)}, {times(when, zone)}"


def length(minutes: int) -> str:
    """ "45 min", "1 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%(n)d h") % {"n": hours}] if hours else []
    return " ".join(parts + ([_("%(n)d min") % {"n": rest}] if rest or not hours else []))


def differs(when: Interval, zone: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether the two zones show this stretch differently."""
    return any(wall(edge, zone).utcoffset() != wall(edge, other).utcoffset() for edge in (when.start, when.end))


def there(when: Interval, zone: ZoneInfo, here: ZoneInfo) -> str:
    """The time on a clock elsewhere, with the day only where it is another one than here."""
    same_day = wall(when.start, zone).date() == wall(when.start, here).date()
    return times(when, zone) if same_day else span(when, zone)


def stamp(instant: datetime) -> str:
    """An instant for `data-start`, links and forms: "2026-11-23T14:00:00Z"."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
