"""What was done through Daybook with somebody's hours and what governs them: locks, contract, weeks that take turns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from scheduling.directory.models import HoursLock, Team
from scheduling.ledger.models import AuditRecord, Intent

from . import contracts, hours_locks, rotations, work_hours
from .desk import Desk

ACTIONS = (
    work_hours.SET,
    hours_locks.LOCK,
    hours_locks.UNLOCK,
    hours_locks.DELEGATE,
    contracts.SET,
    rotations.ROTATE,
)
OUTCOMES = {"confirmed", "refused", "unknown"}
# Each change has two lines of the trail, three where it was sent again; the page says how many changes it lists.
MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, by whom, what, how it ended (`confirmed`, `refused`, `unknown`), and why where that was said.

    `before_after` has field, value before and value after; of changes made before these were kept it is empty, and
    `fields` alone tell what was changed. `team` names the team whose lock or switch it is.
    """

    at: datetime
    who: str
    action: str
    ending: str
    reason: str
    fields: tuple[str, ...]
    before_after: tuple[tuple[str, Any, Any], ...]
    team: str = ""


def of(desk: Desk, clinician_id: UUID) -> tuple[Entry, ...]:
    """The latest changes, the newest first. At most three queries, no call. Raises NotAllowed."""
    desk.require(work_hours.SEE, clinician_id)
    teams = _teams(desk, clinician_id)
    about = Q(people__icontains=str(clinician_id)) | Q(object_id__in=teams)
    rows = AuditRecord.objects.filter(about, scope=desk.scope, action__in=ACTIONS).select_related("account")
    return tuple(_entries(rows.order_by("-id")[:MOST_LINES], teams))


def since_opened(desk: Desk, record_id: UUID, form: str) -> tuple[Entry, ...]:
    """What was done with one record since a form of it was opened, the newest first; `form` is its intent. Two queries.

    Changes in Welkin itself are not known here.
    """
    opened = Intent.objects.filter(key=form, account=desk.account).values_list("minted_at", flat=True).first()
    if opened is None:
        return ()
    rows = AuditRecord.objects.filter(scope=desk.scope, object_id=str(record_id), action=work_hours.SET, at__gt=opened)
    return tuple(_entries(rows.select_related("account").order_by("-id")[:MOST_LINES], {}))


def _teams(desk: Desk, clinician_id: UUID) -> dict[str, str]:
    """The names of the person's teams by what the trail calls them and their locks."""
    names = dict(
        Team.objects.filter(members__welkin_id=clinician_id, members__scope=desk.scope).values_list("id", "name")
    )
    locks = HoursLock.objects.filter(team_id__in=names).values_list("id", "team_id")
    told = {f"lock-{lock}": names[team] for lock, team in locks if team}
    return told | {f"team-{team}": name for team, name in names.items()}


def _entries(rows: Iterable[AuditRecord], teams: dict[str, str]) -> Iterable[Entry]:
    """The last word on each change; what was asked for stands in its first line."""
    last: dict[str, AuditRecord] = {}
    for row in rows:
        if row.phase in OUTCOMES:
            last.setdefault(row.intent, row)
        elif row.phase == "requested" and row.intent in last:
            yield _entry(last.pop(row.intent), row, teams)


def _entry(ended: AuditRecord, asked: AuditRecord, teams: dict[str, str]) -> Entry:
    return Entry(
        at=ended.at,
        who=asked.who,
        action=asked.action,
        ending=ended.phase,
        reason=asked.reason,
        fields=tuple(asked.fields),
        before_after=tuple((name, before, after) for name, before, after in asked.before_after),
        team=teams.get(ended.object_id, ""),
    )
