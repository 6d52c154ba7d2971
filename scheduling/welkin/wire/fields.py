"""Single values, read as they really come and written as they should."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator

_LOOSE_INSTANT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(.*)", re.DOTALL)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?")
_END_OF_DAY = time(23, 59, 59, 999000)


def read_instant(value: object) -> datetime:
    """An ISO time as UTC. A time without an offset is UTC, as all the API's are (welkin-api 1).

    One-digit months and days stand in the vendor's own samples (`2012-3-12T00:00:00.000Z`, welkin-api 4).
    Raises ValueError.
    """
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        moment = _parse_instant(value.strip())
    else:
        raise ValueError("not a time")  # noqa: TRY004  the validator counts on it
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("a time out of range") from None


def _parse_instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        loose = _LOOSE_INSTANT.fullmatch(text)
        if not loose:
            raise ValueError("not a time") from None
    year, month, day, rest = loose.groups()
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}{rest}")


def read_clock(value: object) -> time:
    """A wall time, seconds and their parts optional; 24:00 is the last millisecond of the day. Raises ValueError."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("not a wall time")
    hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3))
    if (hour, minute, second) == (24, 0, 0):
        return _END_OF_DAY
    return time(hour, minute, second, int(float(match.group(4) or 0) * 1_000_000))


Instant = Annotated[datetime, BeforeValidator(read_instant)]
Clock = Annotated[time, BeforeValidator(read_clock)]


def read_zone(text: str | None) -> str | None:
    """A zone name without the blanks of `America / Los_Angeles`; None where there is none (welkin-api 11, row 26)."""
    return "".join((text or "").split()) or None


def write_instant(moment: datetime) -> str:
    """`2027-05-04T14:00:00.000Z`. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("the API needs times with a zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_first(day: date) -> str:
    """The border at which a range of days begins: midnight UTC (welkin-api 6.2)."""
    return f"{day.isoformat()}T00:00:00.000Z"


def write_last(day: date) -> str:
    return f"{day.isoformat()}T23:59:59.999Z"


def write_clock(clock: time | None) -> str | None:
    return None if clock is None else clock.isoformat(timespec="seconds")


def write_flag(flag: bool) -> str:
    return "true" if flag else "false"


def write_list(values: Iterable[str | UUID]) -> str:
    """One parameter, comma-joined (welkin-api 1); the commas are percent-encoded on the way out."""
    return ",".join(str(value) for value in values)
