"""Steps that tests of runs share: hours that strand Ada's visits, and a run of them with what becomes of each."""

from datetime import time
from uuid import UUID

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours
from scheduling.ledger.models import Run, RunPart
from scheduling.services import impact, options, runs, work_hours, writes
from scheduling.services.desk import Desk
from scheduling.services.hours_plan import Plan, plan_new
from scheduling.services.options import Options
from scheduling.services.run_parts import Visit, Wish
from scheduling.services.runs import Told
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, next_monday

Kind = RunPart.Kind
MORNINGS = tuple(DayHours(day, time(9), time(12)) for day in range(1, 6))


def mornings(office: Office) -> Plan:
    """From next Monday on Ada works in the mornings only: her afternoon visits lie outside then."""
    sheet = work_hours.to_change(office.desk, office.ada)
    return plan_new(WorkHoursDraft(office.ada, next_monday(), None, MORNINGS), sheet.records)


def stranded(office: Office, plan: Plan) -> tuple[Options, ...]:
    sheet = work_hours.to_change(office.desk, office.ada)
    return options.of(office.desk, impact.of_hours(office.desk, sheet, plan))


def keep(each: Options, reason: str = "Agreed") -> Wish:
    told = each.stranded
    return Wish(Kind.KEEP, Visit.of(each.event), person_id=told.person_id, cause=told.cause, reason=reason)


def cancel(event: Event) -> Wish:
    return Wish(Kind.CANCEL, Visit.of(event), reason="Ada is away")


def move(event: Event, to: Interval | None = None, host: UUID | None = None) -> Wish:
    return Wish(Kind.MOVE, Visit.of(event), to=to or event.when, host=host or event.host_id)


def begin(office: Office, plan: Plan, *wishes: Wish, intent: str = "") -> UUID:
    """The run as it is asked for: nothing of it is done yet."""
    key = intent or writes.mint(office.desk)
    return runs.start(office.desk, key, Run.Cause.HOURS, office.ada, runs.wishes_of(plan, wishes))


def to_the_end(desk: Desk, run_id: UUID, rounds: int = 20) -> Told:
    for _ in range(rounds):
        told = runs.advance(desk, run_id)
        if told.over:
            break
    return told


def states(told: Told) -> list[tuple[str, str, str]]:
    return [(str(part.kind), str(part.state), part.code) for part in told.parts]
