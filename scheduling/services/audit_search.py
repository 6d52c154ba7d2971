"""Looking through the audit trail, for administrators and auditors: newest first, by what a line holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from scheduling.accounts.models import Account
from scheduling.directory.models import StaffMember
from scheduling.domain.week import day_borders
from scheduling.ledger.models import AuditCheck, AuditRecord, AuditSeal

from . import audit, audit_reads
from .desk import Desk
from .patience import patiently

READ = "audit.read"
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; empty parts ask nothing. Days are the viewer's, both included.

    `about`: an id of a visit, a person, a form or a request. `before`: only lines with a smaller id, the next page.
    """

    first: date | None = None
    last: date | None = None
    account: int | None = None
    action: str = ""
    phase: str = ""
    about: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of lines. `names`: of the staff that stand in them. `next`: the `before` of the page after, if any."""

    rows: tuple[AuditRecord, ...]
    names: Mapping[str, str]
    next: int | None


@dataclass(frozen=True, slots=True)
class Chain:
    """How the chain stands: the last verification (None: none yet), links, and lines without one."""

    check: AuditCheck | None
    links: int
    waiting: int


def look(desk: Desk, wanted: Wanted) -> Found:
    """One page; that the desk looked is a line itself, once in a quarter of an hour. Raises NotAllowed, LedgerBusy."""
    desk.require(READ)
    rows = list(_matching(desk, wanted).select_related("account").order_by("-id")[: A_PAGE + 1])
    _note(desk)
    shown = tuple(rows[:A_PAGE])
    return Found(shown, _names(desk, shown), shown[-1].pk if len(rows) > A_PAGE else None)


def _matching(desk: Desk, wanted: Wanted) -> QuerySet[AuditRecord]:
    # Signing in happens before it is known on which tenant.
    rows = AuditRecord.objects.filter(scope__in=[desk.scope, ""])
    told = {"account": wanted.account, "action": wanted.action, "phase": wanted.phase, "id__lt": wanted.before}
    rows = rows.filter(**{name: value for name, value in told.items() if value})
    if wanted.first:
        rows = rows.filter(at__gte=_midnight(desk, wanted.first))
    if wanted.last:
        rows = rows.filter(at__lt=_midnight(desk, wanted.last + timedelta(days=1)))
    return rows.filter(_about(wanted.about)) if wanted.about else rows


def _midnight(desk: Desk, day: date) -> datetime:
    return day_borders(day, desk.zone)[0]


def _about(text: str) -> Q:
    in_column = Q(object_id=text) | Q(request_id=text) | Q(intent=text)
    try:
        return in_column | Q(people__icontains=str(UUID(text)))
    except ValueError:
        return in_column


def _names(desk: Desk, rows: Iterable[AuditRecord]) -> dict[str, str]:
    """Names of staff by id, from the mirror. Patients have none here: the auditor sees that, not whom."""
    ids = {person for row in rows for person in row.people} | {row.object_id for row in rows}
    known = [each for each in ids if _is_id(each)]
    staff = StaffMember.objects.filter(scope=desk.scope, welkin_id__in=known)
    return {str(row.welkin_id): f"{row.first_name} {row.last_name}".strip() or row.username for row in staff}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@patiently
def _note(desk: Desk) -> None:
    since = desk.now - audit_reads.ONCE_IN
    if not AuditRecord.objects.filter(action=READ, account=desk.account, scope=desk.scope, at__gt=since).exists():
        audit.note(desk, READ, audit.READ)


def choices(desk: Desk) -> tuple[list[Account], list[str], list[str]]:
    """Logins, actions and outcomes that stand in the trail. Raises NotAllowed."""
    desk.require(READ)
    rows = AuditRecord.objects.filter(scope__in=[desk.scope, ""]).order_by()
    accounts = Account.objects.filter(pk__in=rows.values("account")).order_by("last_name", "username")
    actions, phases = (sorted(rows.values_list(name, flat=True).distinct()) for name in ("action", "phase"))
    return list(accounts), actions, phases


def chain(desk: Desk) -> Chain:
    """How the chain stands. Raises NotAllowed."""
    desk.require(READ)
    links = AuditSeal.objects.count()
    return Chain(AuditCheck.objects.order_by("-id").first(), links, max(0, AuditRecord.objects.count() - links))
