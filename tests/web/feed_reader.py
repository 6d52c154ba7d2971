"""Reading a feed by two independent libraries, which must agree."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import vobject
from icalendar import Calendar


@dataclass(frozen=True)
class Seen:
    """An event as a calendar program sees it; instants aware, whole days dates."""

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    status: str
    sequence: int
    place: str


def seen(content: bytes) -> list[Seen]:
    """The events of a file, in its order; both libraries read the same."""
    first, second = _by_icalendar(content), _by_vobject(content)
    assert first == second
    return first


def _instant(told: datetime | date) -> datetime | date:
    """In UTC: the libraries' own zones are not equal to each other in hours that come twice."""
    return told.astimezone(UTC) if isinstance(told, datetime) else told


def _by_icalendar(content: bytes) -> list[Seen]:
    calendar: Any = Calendar.from_ical(content)
    return [
        Seen(
            str(row["uid"]),
            _instant(row["dtstart"].dt),
            _instant(row["dtend"].dt),
            str(row["summary"]),
            str(row["status"]),
            int(row["sequence"]),
            str(row.get("location", "")),
        )
        for row in calendar.walk("VEVENT")
    ]


def _by_vobject(content: bytes) -> list[Seen]:
    # It remembers zones by name for ever, also those of another file.
    vars(vobject.icalendar)["__tzidMap"].clear()
    calendar = vobject.readOne(content.decode())
    return [
        Seen(
            row.uid.value,
            _instant(row.dtstart.value),
            _instant(row.dtend.value),
            row.summary.value,
            row.status.value,
            int(row.sequence.value),
            row.location.value if hasattr(row, "location") else "",
        )
        for row in calendar.contents.get("vevent", [])
    ]
