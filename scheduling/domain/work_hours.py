"""Work-hours records: what a clinician said about the hours they work (welkin-api 6).

`startDateTime`/`endDateTime` are read as inclusive calendar days in the clinician's zone by their UTC dates; times
are wall clock in that zone. `expand` in `hours.py` turns records into intervals.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID


class HoursType(StrEnum):
    WORKING_HOURS = "WORKING_HOURS"
    AVAILABILITY = "AVAILABILITY"


class RuleType(StrEnum):
    DEFAULT = "DEFAULT"
    OVERRIDE = "OVERRIDE"


@dataclass(frozen=True, slots=True)
class DayHours:
    """One entry of `daysInfo`. `day` is the ISO weekday (1 Monday ... 7 Sunday); both times None mean a day off.

    `end` is kept as the API wrote it: 23:59 and its kin mean midnight, which `hours.py` knows and the wire does not.
    """

    day: int
    start: time | None
    end: time | None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WorkHours:
    """One work-hours record of one clinician. `last` None is an open end.

    Not `whole`: something of it could not be read and is missing here, so that it must never be written back.
    """

    id: UUID
    clinician_id: UUID
    first: date
    last: date | None
    days: tuple[DayHours, ...]
    type: str = HoursType.WORKING_HOURS
    rule: str = RuleType.DEFAULT
    name: str = ""
    encounters: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    whole: bool = True

    @property
    def is_override(self) -> bool:
        return self.rule.upper() == RuleType.OVERRIDE

    def covers(self, day: date) -> bool:
        """Whether the record speaks about this calendar day of the clinician."""
        return self.first <= day and (self.last is None or day <= self.last)
