"""What must hold on PostgreSQL too, run in a process of its own with `DATABASE_URL`; prints one line of JSON.

The tests of this folder use SQLite. Here are the parts that hang on the database: row locks, upserts, column widths.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import django
from django.core.management import call_command
from django.db import connection as database
from django.db import connections

THREADS = 8
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SCOPE = "sandbox|here|one"
VISIT = UUID(int=9)


def at_once(act: Callable[[int], object]) -> list[object]:
    """What came of as many calls that begin together, each in a thread of its own."""
    barrier, found = threading.Barrier(THREADS), []

    def one(number: int) -> None:
        barrier.wait(timeout=30)
        try:
            found.append(act(number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def race(desk: Any) -> dict[str, object]:
    """One form, sent many times at once."""
    from scheduling.ledger.models import AuditRecord, Intent
    from scheduling.services import writes

    key, calls = writes.mint(desk), []
    change = writes.Change(action="appointment.cancel", object_id=VISIT, content={"a": 1})

    def act() -> Mapping[str, Any]:
        calls.append(1)
        return {"event": str(VISIT)}

    outcomes: list[Any] = at_once(lambda _: writes.perform(desk, key, change, act))
    return {
        "calls": len(calls),
        "replayed": sorted(outcome.replayed for outcome in outcomes),
        "phases": list(AuditRecord.objects.order_by("id").values_list("phase", flat=True)),
        "state": Intent.objects.get(key=key).state,
    }


def endings(desk: Any) -> list[str]:
    """How changes end that the API refuses, leaves open, or never gets."""
    from scheduling.services import writes
    from scheduling.welkin import errors

    def failing(error: errors.WelkinError) -> Callable[[], Mapping[str, Any]]:
        def act() -> Mapping[str, Any]:
            raise error

        return act

    told = []
    for error in (errors.Refused("no", code="x" * 90), errors.Unknown("cut off"), errors.Timeout("slow")):
        key = writes.mint(desk)
        try:
            told.append(writes.perform(desk, key, writes.Change(action="a"), failing(error)).ending.value)
        except errors.Timeout:
            told.append(str(writes.earlier(desk, key)))
    return told


def mirrors(client: Any) -> dict[str, object]:
    """A whole refresh, texts that no column takes, many refreshes at once, and somebody who is gone."""
    from scheduling.directory.models import MirrorState, PatientEntry, StaffMember
    from scheduling.domain.person import Patient
    from scheduling.services import mirror

    counts = (mirror.refresh_staff(client, SCOPE, NOW), mirror.refresh_patients(client, SCOPE, NOW))
    odd = Patient(id=uuid4(), first_name="A\0nn" + "e" * 5000, last_name="\ud800Quill", phone="1" * 999)
    mirror.remember_patient(SCOPE, odd)
    row = PatientEntry.objects.get(welkin_id=odd.id)
    people = [Patient(id=uuid4(), first_name=f"P{number}") for number in range(900)]

    def replace_all(number: int) -> int:
        rows = [mirror.patient_row(SCOPE, replace(one, last_name=str(number))) for one in people]
        rows = rows if number % 2 else rows[::-1]
        return mirror._replace(PatientEntry, SCOPE, rows, "patients", NOW, complete=True, sure=True)

    return {
        "read": counts,
        "hours": list(StaffMember.objects.values_list("has_hours", flat=True)),
        "cut": [row.first_name[:4], len(row.first_name), row.last_name, len(row.phone), len(row.search) > 5000],
        "at once": at_once(replace_all),
        "left": PatientEntry.objects.count(),
        "states": sorted(MirrorState.objects.values_list("kind", "rows")),
    }


def race_for_a_time(desk: Any) -> dict[str, object]:
    """Eight that want the same time at once, each with a form of its own; then the same without locks or a look."""
    from scheduling.domain.interval import Interval
    from scheduling.ledger.models import Claim
    from scheduling.services import claims, writes
    from scheduling.services.changing import PlacementRejected
    from scheduling.services.claims import Judged, Wanted
    from scheduling.services.notsent import LedgerBusy

    people, when = (uuid4(), uuid4()), Interval(NOW, NOW + timedelta(minutes=30))

    def only_if_free(holds: tuple[Any, ...]) -> Judged:
        if holds:
            raise PlacementRejected(holds)
        return Judged()

    def want(judge: Any) -> Callable[[int], str]:
        def one(_: int) -> str:
            change = writes.Change("appointment.book", wanted=lambda: Wanted(people, when, judge=judge))
            try:
                return str(writes.perform(desk, writes.mint(desk), change, lambda: {"event": str(uuid4())}).ending)
            except PlacementRejected:
                return "taken"
            except LedgerBusy:
                return "stopped"

        return one

    looked = sorted(map(str, at_once(want(only_if_free))))
    Claim.objects.all().delete()
    lock, claims.lock = claims.lock, lambda *_: None
    try:
        blind = sorted(map(str, at_once(want(lambda _: Judged()))))
    finally:
        claims.lock = lock
    left = Claim.objects.filter(state__in=Claim.LIVE).values("visit").distinct().count()
    Claim.objects.all().delete()
    return {"looked": looked, "blind": blind.count("confirmed"), "left": left}


def reads(desk: Any) -> dict[str, object]:
    """Eight that keep the same answer at once, each of another time; changes and a remembered visit beside them."""
    from scheduling.domain.event import Event
    from scheduling.domain.interval import Interval
    from scheduling.ledger.models import KeptChange, KeptEvent, KeptRead
    from scheduling.services import calendar, keeping, kept
    from scheduling.welkin.values import Listing

    person, window = uuid4(), Interval(NOW, NOW + timedelta(days=1))
    event = Event(VISIT, Interval(NOW, NOW + timedelta(hours=1)), person, title="Wound check", updated_at=NOW)
    query = keeping.Query("events", ("one",), frozenset([person]), keeping.EVENTS)

    def keep(number: int) -> None:
        answer = Listing((event,) * number, 0, number)
        keeping.store(SCOPE, query, keeping.Kept(answer, NOW + timedelta(seconds=number), ""))
        kept.changed(desk, [person, uuid4()])
        kept.remember_event(desk, event)

    at_once(keep)
    newest: Any = keeping.find(SCOPE, query)
    found = kept.Reads(desk).events(calendar.widened(window), [person], cancelled=True)
    return {
        "newest": len(newest.value),
        "whole": newest.value.rows[0] == event,
        "rows": [KeptRead.objects.filter(key=query.key).count(), KeptEvent.objects.count(), KeptChange.objects.count()],
        "mark": keeping.mark_of(SCOPE, [person]).partition(":")[0],
        "laid over": [row.title for row in found],
        "forgotten": kept.forget(NOW + timedelta(days=2)),
    }


def a_run(desk: Any) -> dict[str, object]:
    """Hours that a lock stops, tried again and put back by eight at once each: once is done."""
    from scheduling.directory.models import HoursLock, StaffMember
    from scheduling.domain.work_hours import DayHours
    from scheduling.ledger.models import Run
    from scheduling.services import resuming, runs, undoing, work_hours, writes
    from scheduling.services.hours_plan import is_withdrawn, plan_new
    from scheduling.welkin.drafts import WorkHoursDraft

    ada, first = StaffMember.objects.get(has_hours=True).welkin_id, (NOW + timedelta(days=5)).date()
    lock = HoursLock.objects.create(
        scope=SCOPE, clinician_id=ada, first=first, last=first + timedelta(days=6), reason="Payroll", made_at=NOW
    )
    evenings = tuple(DayHours(day, time(18), time(21)) for day in range(1, 6))
    plan = plan_new(WorkHoursDraft(ada, first, None, evenings), work_hours.to_change(desk, ada).records)
    run = runs.start(desk, writes.mint(desk), Run.Cause.HOURS, ada, runs.wishes_of(plan))

    def again(_: int) -> str:
        try:
            resuming.resume(desk, run)
        except resuming.NotResumable:
            return "not again"
        return "again"

    def states(run_id: UUID) -> list[str]:
        return [str(part.state) for part in runs.advance(desk, run_id).parts]

    told: dict[str, object] = {"stopped": states(run)}
    HoursLock.objects.filter(pk=lock.pk).update(lifted_at=NOW)
    told |= {"resumed": sorted(map(str, at_once(again))), "done": states(run)}
    key = writes.mint(desk)
    undos = set(at_once(lambda _: str(undoing.undo(desk, key, run))))
    told |= {"undos": len(undos), "undone": states(UUID(undos.pop()))}
    left = [row for row in work_hours.read(desk, ada).records if not is_withdrawn(row)]
    return told | {"records": len(left)}


def a_feed(desk: Any) -> dict[str, object]:
    """A clinician's feed that eight programs ask for at once: a change gives its visit one new number, not eight."""
    from scheduling.accounts.models import Account
    from scheduling.directory.models import FeedEntry, StaffMember
    from scheduling.domain.event import Participant, Role
    from scheduling.domain.feed import Detail
    from scheduling.domain.interval import Interval
    from scheduling.services import feed_reading, feeds
    from scheduling.welkin import EventChange, NewEvent

    ada = StaffMember.objects.get(has_hours=True).welkin_id
    own = Account.objects.create_user(username="ada", password="a long enough word", role="clinician", welkin_id=ada)
    when = Interval(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))
    event = desk.client.events.create(NewEvent(when, ada, (Participant(ada, Role.PSM),), title="Supervision"))
    mine = replace(desk, account=own)
    feeds.make(mine, Detail.KIND)
    feed, numbers = feeds.find(mine), []
    for step in range(3):
        if step:
            moved = Interval(when.start + timedelta(hours=step), when.end + timedelta(hours=step))
            desk.client.events.change(event.id, EventChange(when=moved))
        later = replace(mine, now=NOW + timedelta(minutes=10 * step))
        at_once(lambda _, asker=later: feed_reading.contents(asker, feed))
        numbers.append(list(FeedEntry.objects.values_list("sequence", flat=True)))
    return {"numbers": numbers}


def an_emergency(desk: Any) -> dict[str, object]:
    """Emergency access asked for by eight presses at once is opened once."""
    from scheduling.ledger.models import AuditRecord
    from scheduling.services import emergency

    opened = set(at_once(lambda _: emergency.open_access(replace(desk), "Somebody collapsed").pk))
    return {"opened": len(opened), "lines": AuditRecord.objects.filter(action=emergency.OPENED).count()}


FORGERIES = (
    "UPDATE ledger_auditrecord SET action = 'x'",
    "DELETE FROM ledger_auditrecord",
    "TRUNCATE ledger_auditrecord",
    "TRUNCATE accounts_account CASCADE",
    "INSERT INTO ledger_auditrecord SELECT * FROM ledger_auditrecord LIMIT 1 ON CONFLICT (id) DO UPDATE SET code = 'x'",
    "UPDATE ledger_auditseal SET digest = 'x'",
    "DELETE FROM ledger_auditseal",
    "TRUNCATE ledger_auditseal",
)


def refused(statement: str) -> bool:
    """Whether the database refuses it as a change of the trail."""
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "append_only" in str(error)
    return False


def trail() -> dict[str, object]:
    """The audit trail of all that was done here: sealed by many at once, only ever added to, forged and found."""
    from scheduling.ledger.models import AuditRecord, AuditSeal
    from scheduling.services import audit_chain, audit_verify
    from tests.trail import open_trail

    lines = AuditRecord.objects.count()
    at_once(lambda _: audit_chain.seal(NOW))
    audit_chain.seal(NOW)
    told = {
        "sealed": AuditSeal.objects.count() == lines > 10,
        "whole": audit_verify.verify().whole,
        "refused": [refused(statement) for statement in FORGERIES],
    }
    first = AuditRecord.objects.order_by("id").first()
    with open_trail():
        AuditRecord.objects.filter(pk=first.pk).update(code="forged")
        AuditRecord.objects.filter(pk=first.pk + 1).delete()
    return told | {"found": [broken.kind for broken in audit_verify.verify().broken]}


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    from scheduling.accounts.models import Account
    from scheduling.directory.models import StaffMember, Team
    from scheduling.services.desk import Desk
    from scheduling.welkin import Client, Credentials
    from tests.services import claim_cases

    account = Account.objects.create_user(username="cora", password="a long enough word", role="coordinator")
    zone = ZoneInfo("America/New_York")
    with Client(Credentials(**json.loads(os.environ["TENANT"]))) as client:
        desk = Desk(account=account, client=client, scope=SCOPE, clinic_zone=zone, zone=zone, now=NOW, session="s")
        told = {"vendor": database.vendor, "race": race(desk), "endings": endings(desk), "mirrors": mirrors(client)}
        told |= {"claims": claim_cases.told(), "one time": race_for_a_time(desk), "reads": reads(desk)}
        team = Team.objects.create(scope=SCOPE, name="Nursing")
        team.members.add(*StaffMember.objects.all())
        account.teams.add(team)
        told["run"] = a_run(replace(desk, account=Account.objects.get()))
        told |= {
            "feed": a_feed(desk),
            "emergency": an_emergency(replace(desk, account=Account.objects.get(pk=account.pk))),
        }
    told["trail"] = trail()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
