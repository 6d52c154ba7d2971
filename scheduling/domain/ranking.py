"""What speaks for a slot: what its clinician is to the patient, and the reasons that are told with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class ReasonKind(StrEnum):
    """Why a slot stands where it stands."""

    SOONEST = "SOONEST"
    FIRST_WITH = "FIRST_WITH"
    LAST_SEEN = "LAST_SEEN"
    CARE_TEAM = "CARE_TEAM"
    LOAD = "LOAD"
    JOINS = "JOINS"
    WAIT = "WAIT"


class Reason(NamedTuple):
    """A reason and its figure: LAST_SEEN when, LOAD the share booked (0 to 1), JOINS the places left, WAIT how long."""

    kind: ReasonKind
    value: datetime | timedelta | float | int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a clinician is to the patient."""

    care_team: bool = False
    last_seen: datetime | None = None

    @property
    def tier(self) -> int:
        """0 the clinicians who saw the patient last, 1 the rest of the care team, 2 everybody else."""
        if self.last_seen:
            return 0
        return 1 if self.care_team else 2


STRANGER = Standing()
