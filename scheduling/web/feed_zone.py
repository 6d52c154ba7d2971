"""A zone's definition for an iCalendar file (RFC 5545 3.6.5), for the time that the file is about.

The library finds the clock changes. It tells those that go forward by the clock after the change; the standard wants
the clock before it, and readers that take it at its word would be wrong for that hour.
"""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.prop import vDDDLists, vDDDTypes

# A reader must know which offset holds before the first visit, and after the last.
AROUND = timedelta(days=60)


def definition_of(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """The changes of the zone's clock from before `first` until after `last`."""
    made: Any = Timezone.from_tzid(zone.key, first_date=first - AROUND, last_date=last + AROUND)
    made.pop("COMMENT", None)
    for part in made.subcomponents:
        _tell_by_the_clock_before(part)
    return made


def _tell_by_the_clock_before(part: Any) -> None:
    gained = part["TZOFFSETTO"].td - part["TZOFFSETFROM"].td
    if gained <= timedelta(0):
        return
    part["DTSTART"] = vDDDTypes(part["DTSTART"].dt - gained)
    if "RDATE" in part:
        part["RDATE"] = vDDDLists([each.dt - gained for each in part["RDATE"].dts])
