"""Times as the API writes them: UTC with three decimals and `Z` out, any ISO 8601 time with an offset in."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from .conditions import clock_offset

ISO_TIME = re.compile(r"(\d{4})-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?")
# A local rendering or a window reaches a little beyond the instant itself, so the outermost years stay free.
FIRST_YEAR, LAST_YEAR = 10, 9989
STEP = timedelta(milliseconds=1)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The present instant by the server's clock, UTC, cut to milliseconds."""
    return _cut(datetime.now(UTC) + clock_offset.get())


def parse(text: object) -> datetime:
    """An instant in UTC from ISO 8601 text with an offset or `Z` and 0 to 6 decimals, cut to milliseconds.

    Raises ValueError for anything else, a time without an offset included (welkin-api 1).
    """
    if not isinstance(text, str) or not (match := ISO_TIME.fullmatch(text)):
        raise ValueError("must be an ISO 8601 date and time with an offset or Z")
    if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return _cut(datetime.fromisoformat(text).astimezone(UTC))


def parse_date(text: object) -> date:
    """A calendar day from `YYYY-MM-DD`, months and days unpadded if need be, a time of day ignored (welkin-api 4)."""
    if not isinstance(text, str) or not (match := ISO_DATE.fullmatch(text)):
        raise ValueError("must be a date")
    return date(int(match[1]), int(match[2]), int(match[3]))


def written(moment: datetime) -> str:
    """`2027-05-04T14:00:00.000Z` of an instant in UTC."""
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def written_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else written(moment)


def written_day(day: date | None) -> str | None:
    """A calendar day as the API writes it: its midnight in UTC."""
    return None if day is None else f"{day.isoformat()}T00:00:00.000Z"


def written_local(moment: datetime | None, zone: tzinfo) -> str | None:
    """`2027-05-04T10:00:00.000-04:00`: an instant on the clocks of a zone."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="milliseconds")


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name, old links such as `US/Eastern` included; None for no name and for an unknown one."""
    return _zone(name) if name else None


def later(moment: datetime, than: datetime) -> datetime:
    """`moment`, or the first millisecond after `than` where the clock has not moved on: updatedAt always grows."""
    return max(moment, than + STEP)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _known_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _zone(name: str) -> ZoneInfo | None:
    return _known_zone(name) if name in _names() else None


def _cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
