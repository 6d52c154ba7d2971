"""Group sessions as slots: which of them the patients could join, each offered once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from .asked import Asked
from .clinic import Party
from .timetable import Session


def offered(
    asked: Asked, parties: Sequence[Party], ranks: Sequence[int], patient_ids: Sequence[UUID]
) -> Mapping[int, Sequence[Session]]:
    """The sessions that each party offers, by its number, in the order of time; each calendar is read once.

    A session of several clinicians is one slot, not several: the best ranked of the parties offers it, of equals the
    first. Nobody offers it where one of those who were asked and take part is away then.
    """
    away: set[UUID] = set()
    best: dict[UUID, tuple[int, int, Session]] = {}
    for index, party in enumerate(parties):
        for session in _common(asked, party, patient_ids, away):
            before = best.get(session.event.id)
            if before is None or ranks[index] < before[0]:
                best[session.event.id] = ranks[index], index, session
    shown: defaultdict[int, list[Session]] = defaultdict(list)
    for _, index, session in best.values():
        if session.event.id not in away:
            shown[index].append(session)
    return {index: sorted(each, key=_by_time) for index, each in shown.items()}


def _common(asked: Asked, party: Party, patient_ids: Sequence[UUID], away: set[UUID]) -> list[Session]:
    """The sessions in which all of the party take part, and that lie in what is asked on the clock of each.

    Those for which one of them is away are noted in `away`.
    """
    fitting: list[dict[UUID, Session]] = []
    for table in party:
        known = table.sessions(patient_ids)
        away.update(session.event.id for session in known if session.away)
        fitting.append({s.event.id: s for s in known if asked.fits(s, table.zone)})
    return [session for key, session in fitting[0].items() if all(key in each for each in fitting[1:])]


def _by_time(session: Session) -> tuple[int, int, int]:
    return session.start, session.end, session.event.id.int
