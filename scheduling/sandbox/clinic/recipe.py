"""What a clinic is made from: the same recipe always gives the same clinic."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

Row = dict[str, Any]

CLINIC_ZONE = "America/New_York"
"""Where a person without a zone of their own is taken to be."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The size of a clinic and the day it is made for.

    `today` is a calendar day chosen by the caller (nothing here reads a clock). A third of the `weeks` lies before the
    ISO week of `today`, the rest from that week on. Raises ValueError with a sentence for a size out of range.
    """

    today: date
    clinicians: int = 24
    weeks: int = 12
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.clinicians <= 1000:
            raise ValueError("The number of clinicians must be from 1 to 1000.")
        if not 1 <= self.weeks <= 104:
            raise ValueError("The number of weeks must be from 1 to 104.")
        if not 1975 <= self.today.year <= 2190:
            raise ValueError("The day must lie in the years 1975 to 2190.")

    @property
    def patients(self) -> int:
        """400 for the default 24 clinicians, and in that proportion for other sizes (40 at least)."""
        return max(40, self.clinicians * 400 // 24)

    @property
    def monday(self) -> date:
        """The first day of the ISO week that holds today."""
        return self.today - timedelta(days=self.today.weekday())

    @property
    def first(self) -> date:
        """The Monday the clinic begins on."""
        return self.monday - timedelta(weeks=self.weeks // 3)

    @property
    def last(self) -> date:
        """The Sunday the clinic ends on."""
        return self.first + timedelta(days=7 * self.weeks - 1)

    @property
    def settled(self) -> datetime:
        """The instant up to which visits have an outcome: the start of today in UTC.

        Later visits are still to come, whatever hour of the day the clinic is looked at.
        """
        return datetime.combine(self.today, time(), UTC)

    @property
    def mondays(self) -> tuple[date, ...]:
        """The first days of all weeks, in order."""
        return tuple(self.first + timedelta(weeks=week) for week in range(self.weeks))


def stamp(instant: datetime) -> str:
    """An instant as the API writes it: UTC, milliseconds, Z (welkin-api 1)."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
