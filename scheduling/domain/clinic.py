"""What a search looks at: the clinicians, and the patients who would come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from .ranking import STRANGER, Standing
from .request import Request
from .spans import Spans
from .timetable import Timetable

Party = Sequence[Timetable]


@dataclass(frozen=True, slots=True)
class Clinic:
    """What a search looks at: clinicians in the order that decides ties, and the patients who would come.

    `zone` is the one whose days group the answer. `patient_busy`: spans of `timetable.patient_busy`.
    """

    tables: Sequence[Timetable]
    zone: ZoneInfo
    patient_ids: tuple[UUID, ...] = ()
    patient_busy: Spans = field(default_factory=list)
    standings: Mapping[UUID, Standing] = field(default_factory=dict)

    def standing(self, clinician_id: UUID) -> Standing:
        return self.standings.get(clinician_id, STRANGER)

    def parties(self, request: Request) -> Sequence[Party]:
        """Who would see the patients: each clinician alone, or all of them at once."""
        if request.together:
            return [self.tables] if self.tables else []
        return [(table,) for table in self.tables]
