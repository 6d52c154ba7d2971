"""Group sessions as slots: which of them the patients could join, each offered once."""

from collections.abc import Sequence
from uuid import UUID

from .asked import Asked
from .clinic import Party
from .timetable import Session


def offered(asked: Asked, parties: Sequence[Party], index: int, patient_ids: Sequence[UUID]) -> list[Session]:
    """The sessions that this party is the first to offer: one of several clinicians is one slot, not several."""
    own = _joinable(asked, parties[index], patient_ids)
    earlier = {session.event.id for party in parties[:index] for session in _shared(asked, party, own, patient_ids)}
    return [session for session in own if session.event.id not in earlier]


def _shared(asked: Asked, party: Party, sessions: list[Session], patient_ids: Sequence[UUID]) -> list[Session]:
    """Those of the sessions that this party offers as well."""
    if not any(session.event.involves(party[0].clinician_id) for session in sessions):
        return []
    return _joinable(asked, party, patient_ids)


def _joinable(asked: Asked, party: Party, patient_ids: Sequence[UUID]) -> list[Session]:
    """The sessions in which all of the party take part, and that lie in what is asked on the clock of each."""
    each = [[s for s in table.sessions(patient_ids) if asked.fits(s, table.zone)] for table in party]
    common = set.intersection(*({session.event.id for session in sessions} for sessions in each))
    return [session for session in each[0] if session.event.id in common]
