"""The hours that a clinician works: reading them, what a change would do, and making it.

One read for a page. Every write goes through `writes.perform`, one intent for each.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from scheduling.directory.models import StaffMember
from scheduling.domain.event import Event
from scheduling.domain.hours import Hours, expand
from scheduling.domain.interval import Interval, total
from scheduling.domain.person import User
from scheduling.domain.week import Week
from scheduling.domain.work_hours import WorkHours
from scheduling.domain.zone import find_zone, wall
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.welkin.errors import NotFound

from . import calendar, hours_locks, impact, people, writes
from .desk import Desk
from .hours_plan import NotReadWhole, Plan, Step, applied, content_of, draft_of
from .impact import Impact
from .writes import Change, Ending, Outcome

SEE, SET = "hours.see", "hours.set"
# How far around today and the shown week records are asked for: all that a page lists.
AROUND = timedelta(days=5 * 365)
LOOK_AHEAD = timedelta(weeks=8)
# How far the API's clock may be behind ours when it says when a record was made.
SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of one clinician's hours. `today` and `hours` are in `zone`, the clinician's own or the clinic's.

    `hours` covers the seven days of `week`. `unreadable` counts records that could not be read whole. Not `complete`:
    records may be missing.
    """

    clinician: User
    zone: ZoneInfo
    zone_assumed: bool
    week: Week
    hours: Hours
    records: tuple[WorkHours, ...]
    today: date
    unreadable: int
    complete: bool = True

    def record(self, record_id: UUID) -> WorkHours:
        """One of the records. Raises NotFound."""
        found = next((record for record in self.records if record.id == record_id), None)
        if found is None:
            raise NotFound("no such work-hours record")
        return found

    def current(self, day: date) -> WorkHours | None:
        """The regular hours that count on a day."""
        regular = [record for record in self.records if not record.is_override]
        return expand(regular, day, day, self.zone).days[0].decided_by


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one team, or with no name those of none."""

    name: str
    people: tuple[User, ...]


def read(desk: Desk, clinician_id: UUID, week: Week | None = None) -> Sheet:
    """The hours of one clinician and the given week (this one) of them. One call.

    Raises NotAllowed, NotFound for an unknown clinician, WelkinError.
    """
    desk.require(SEE, clinician_id)
    clinician = people.find_user(desk, clinician_id)
    own_zone = find_zone(clinician.timezone)
    zone = own_zone or desk.clinic_zone
    today = wall(desk.now, zone).date()
    shown = week or Week.containing(today)
    found = desk.client.hours.find([clinician_id], _asked(desk.now, shown.interval(zone)))
    records = tuple(record for record in found.rows if record.clinician_id == clinician_id)
    return Sheet(
        clinician=clinician,
        zone=zone,
        zone_assumed=own_zone is None,
        week=shown,
        hours=expand(records, shown.days[0], shown.days[-1], zone),
        records=tuple(sorted(records, key=lambda record: (record.first, record.id.int))),
        today=today,
        unreadable=found.unreadable,
        complete=found.complete,
    )


def to_change(desk: Desk, clinician_id: UUID) -> Sheet:
    """The same for somebody who is about to change them. Raises NotAllowed as well where that is not theirs to do."""
    desk.require(SET, clinician_id)
    return read(desk, clinician_id)


def _asked(now: datetime, shown: Interval) -> Interval:
    return calendar.widened(Interval(min(now - AROUND, shown.start), max(now + AROUND, shown.end)))


def groups(desk: Desk) -> tuple[Group, ...]:
    """Whose hours the login may see, by team; those in no team last. No call. Raises NotAllowed."""
    desk.require_anyhow(SEE)
    visible = [user for user in people.clinicians(desk) if desk.may(SEE, user.id)]
    by_id = {user.id: user for user in visible}
    left = dict(by_id)
    found = []
    for team in people.teams(desk):
        members = [by_id[row] for row in team.members.values_list("welkin_id", flat=True) if row in by_id]
        for member in members:
            left.pop(member.id, None)
        found.append(Group(team.name, tuple(members)))
    return tuple(group for group in (*found, Group("", tuple(left.values()))) if group.people)


def require_whole(sheet: Sheet, plan: Plan) -> None:
    """Raise NotReadWhole unless the records all came, and those that the plan replaces came whole."""
    if not sheet.complete:
        raise NotReadWhole
    plan.require_whole()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would do. `before`/`after` are the hours offered within the next `LOOK_AHEAD`, from today on.

    `impact` is what it does to visits and free time as far as visits can be. `records_unreadable` counts records of
    hours that could not be read whole.
    """

    plan: Plan
    before: timedelta
    after: timedelta
    impact: Impact
    records_unreadable: int = 0

    @property
    def stranded(self) -> tuple[Event, ...]:
        return tuple(each.event for each in self.impact.stranded)

    @property
    def unreadable(self) -> int:
        return self.impact.unreadable

    @property
    def events_sure(self) -> bool:
        """Not so: visits may be missing."""
        return self.impact.sure

    @property
    def token(self) -> str:
        """Changes whenever the plan, what it does or what is doubtful about it would be different."""
        steps = [(step.record and step.record.id, sorted(content_of(step.draft).items())) for step in self.plan.steps]
        doubts = (self.unreadable, self.records_unreadable, self.events_sure)
        told = repr((steps, [each.cause for each in self.impact.stranded], doubts))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def preview(desk: Desk, sheet: Sheet, plan: Plan) -> Preview:
    """What the plan would do, above all which visits it strands. One call for each 62 days with changed hours.

    Raises NotAllowed, NotReadWhole, HoursLocked, WelkinError.
    """
    desk.require(SET, sheet.clinician.id)
    require_whole(sheet, plan)
    hours_locks.require_open(desk, sheet.clinician.id, impact.all_changed_days(sheet, plan, desk.now))
    first, last = sheet.today, sheet.today + LOOK_AHEAD
    before = expand(sheet.records, first, last, sheet.zone)
    after = expand(applied(plan, sheet.records, desk.now), first, last, sheet.zone)
    return Preview(
        plan=plan,
        before=total(before.intervals),
        after=total(after.intervals),
        impact=impact.of_hours(desk, sheet, plan),
        records_unreadable=sheet.unreadable,
    )


def change_of(step: Step) -> Change:
    """The change as intents and the audit know it. The same content has the same digest, also when read back."""
    return Change(
        action=SET,
        people=(step.draft.clinician_id,),
        object_id=step.record.id if step.record else None,
        fields=step.fields,
        content={name: str(value) for name, value in content_of(step.draft).items()},
        before_after=step.before_after,
    )


def write(desk: Desk, intent: str, step: Step) -> Outcome:
    """One step alone, for a run: it stops and goes on between steps.

    Raises NotAllowed, NotReadWhole, IntentRefused, LedgerBusy, and WelkinError where nothing was sent.
    """
    desk.require(SET, step.draft.clinician_id)
    Plan((step,)).require_whole()
    outcome = _write(desk, step, intent)
    if outcome.confirmed:
        _put_on_the_board(desk, step.draft.clinician_id)
    return outcome


def _write(desk: Desk, step: Step, intent: str) -> Outcome:
    old = step.record

    def act() -> Mapping[str, Any]:
        made = desk.client.hours.replace(old.id, step.draft) if old else desk.client.hours.create(step.draft)
        return _facts(made)

    return writes.perform(desk, intent, change_of(step), act)


def _facts(record: WorkHours) -> dict[str, str]:
    return {"clinician": str(record.clinician_id), "record": str(record.id)}


def _put_on_the_board(desk: Desk, clinician_id: UUID) -> None:
    """Whoever has a record is on the board at once, not only when the mirror is read again."""
    StaffMember.objects.filter(Q(has_hours=False), scope=desk.scope, welkin_id=clinician_id).update(has_hours=True)


def find_out(desk: Desk, intent: Intent) -> Outcome:
    """Settle a change whose answer was lost: read the records and look for what was asked for.

    A new record must have been made since it was asked for: an older one may well say the same. That it is not there
    proves nothing (it may still come), so the outcome then stays unknown. Raises WelkinError.
    """
    asked = AuditRecord.objects.filter(intent=intent.key, phase="requested").first()
    if asked is None or not asked.people:
        return writes.outcome_of(intent)
    clinician_id = UUID(asked.people[0])
    sheet = read(desk, clinician_id)
    replaced = UUID(asked.object_id) if asked.object_id else None
    for record in sheet.records:
        change = change_of(Step(draft_of(record), record if replaced else None))
        its_own = record.id == replaced if replaced else _made_since(record, intent.started_at)
        if its_own and record.whole and change.digest == intent.digest:
            return writes.settle(desk, intent.key, change, Ending.CONFIRMED, _facts(record), "found by content")
    return writes.outcome_of(intent)


def _made_since(record: WorkHours, asked_at: datetime | None) -> bool:
    return bool(record.created_at and asked_at and record.created_at >= asked_at - SKEW)
