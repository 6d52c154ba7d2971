"""Reading and setting work hours through the sandbox: bounded calls, rights, order of writes, half-way failures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember
from scheduling.domain.week import Week
from scheduling.domain.work_hours import DayHours, RuleType
from scheduling.ledger.models import AuditRecord, Intent, Run
from scheduling.services import outcomes, runs, work_hours, writes
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.hours_plan import Plan, Step, draft_of, plan_edit, plan_new
from scheduling.services.writes import Ending
from scheduling.welkin.drafts import WorkHoursDraft
from scheduling.welkin.errors import NotFound, Unknown
from tests.clinic_fixture import Office, at, next_monday

pytestmark = pytest.mark.django_db
EVENINGS = tuple(DayHours(day, time(18), time(20)) for day in range(1, 6))


def evenings(person: UUID, first: date | None = None, **more: Any) -> WorkHoursDraft:
    return WorkHoursDraft(person, first or next_monday(), None, EVENINGS, **more)


def kept(office: Office) -> list[tuple[date, date | None, str]]:
    """First day, last day and rule of Ada's records, by first day."""
    return [(row.first, row.last, row.rule) for row in work_hours.read(office.desk, office.ada).records]


def save(office: Office, plan: Plan, key: str = "") -> runs.Told:
    """The plan as a form has it done: one run."""
    parts = runs.wishes_of(plan, ())
    run_id = runs.start(office.desk, key or writes.mint(office.desk), Run.Cause.HOURS, office.ada, parts)
    return runs.advance(office.desk, run_id)


def test_a_sheet_costs_one_call(office: Office, api_calls: Callable[[], Any]) -> None:
    with api_calls() as seen:
        sheet = work_hours.read(office.desk, office.ada, Week.containing(next_monday()))

    assert seen == ["GET /{tenant}/{instance}/calendar/work-hours"]
    assert [sum(part.minutes for part in day.intervals) for day in sheet.hours.days] == [480] * 5 + [0, 0]
    assert (sheet.zone.key, sheet.zone_assumed, sheet.unreadable) == ("America/New_York", False, 0)


def test_without_a_zone_the_clinics_is_used_and_said(office: Office) -> None:
    bea = office.clinic.user("Bea", timezone=None)

    sheet = work_hours.read(office.desk, bea)

    assert (sheet.zone.key, sheet.zone_assumed) == ("America/New_York", True)


def test_an_unknown_clinician_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        work_hours.read(office.desk, uuid4())


@pytest.mark.parametrize(
    ("role", "own", "may_see", "may_set"),
    [
        pytest.param(Role.COORDINATOR, False, True, False, id="coordinator of another team"),
        pytest.param(Role.CLINICIAN, True, True, True, id="the clinician"),
        pytest.param(Role.CLINICIAN, False, False, False, id="another clinician"),
        pytest.param(Role.MANAGER, False, False, False, id="manager of another team"),
        pytest.param(Role.ADMINISTRATOR, False, True, False, id="administrator"),
    ],
)
def test_rights(
    office: Office, make_account: Callable[..., Any], role: Role, own: bool, may_see: bool, may_set: bool
) -> None:
    desk = office.desk_of(make_account(role, welkin_id=office.ada if own else uuid4()))

    assert _allowed(lambda: work_hours.read(desk, office.ada)) == may_see
    assert _allowed(lambda: work_hours.to_change(desk, office.ada)) == may_set


def _allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowed:
        return False
    return True


def test_new_regular_hours_are_created_first_and_the_older_ended_after(
    office: Office, api_calls: Callable[[], Any]
) -> None:
    sheet = work_hours.to_change(office.desk, office.ada)
    plan = plan_new(evenings(office.ada), sheet.records)

    with api_calls() as seen:
        told = save(office, plan)

    assert told.complete
    assert [call.split()[0] for call in seen if "work-hours" in call and not call.startswith("GET")] == ["POST", "PUT"]
    assert kept(office) == [
        (next_monday() - timedelta(weeks=4), next_monday() - timedelta(days=1), "DEFAULT"),
        (next_monday(), None, "DEFAULT"),
    ]


def test_every_write_leaves_its_own_trail(office: Office) -> None:
    sheet = work_hours.to_change(office.desk, office.ada)
    key = writes.mint(office.desk)

    save(office, plan_new(evenings(office.ada), sheet.records), key)

    trail = AuditRecord.objects.filter(action="hours.set").order_by("id")
    assert [(row.intent, row.phase) for row in trail] == [
        (key, "requested"),
        (key, "confirmed"),
        (f"{key}.1", "requested"),
        (f"{key}.1", "confirmed"),
    ]
    assert {tuple(row.people) for row in trail} == {(str(office.ada),)}
    assert [row.fields for row in trail][2:] == [["last"], ["last"]]
    assert trail[2].before_after == [["last", str(sheet.records[0].last), str(next_monday() - timedelta(days=1))]]


def test_the_same_form_saves_once(office: Office) -> None:
    step, key = Step(evenings(office.ada)), writes.mint(office.desk)

    outcomes = [work_hours.write(office.desk, key, step) for _ in range(2)]

    assert [outcome.replayed for outcome in outcomes] == [False, True]
    assert len(kept(office)) == 2


def test_nobody_saves_hours_of_others(office: Office, make_account: Callable[..., Any]) -> None:
    desk = office.desk_of(make_account(Role.MANAGER))

    with pytest.raises(NotAllowed):
        work_hours.write(desk, writes.mint(desk), Step(evenings(office.ada)))

    assert len(kept(office)) == 1


def test_an_edit_is_one_replace_and_keeps_the_id(office: Office, api_calls: Callable[[], Any]) -> None:
    sheet = work_hours.to_change(office.desk, office.ada)
    old = sheet.records[0]
    plan = plan_edit(old, replace(draft_of(old), days=EVENINGS), sheet.records)

    with api_calls() as seen:
        outcome = work_hours.write(office.desk, writes.mint(office.desk), plan.main)

    assert (outcome.confirmed, [call.split()[0] for call in seen]) == (True, ["PUT"])
    now = work_hours.read(office.desk, office.ada).record(old.id)
    assert ([(d.day, d.start, d.end) for d in now.days], now.first, now.last) == (
        [(d.day, d.start, d.end) for d in EVENINGS],
        old.first,
        old.last,
    )


def test_a_preview_counts_the_visits_that_would_lie_outside(office: Office, api_calls: Callable[[], Any]) -> None:
    lost = office.clinic.visit(office.ada, office.theo, start=at(10))
    office.clinic.visit(office.ada, office.theo, start=at(18, day=1))
    office.clinic.visit(office.ada, office.theo, start=at(11), status="CANCELLED")
    sheet = work_hours.to_change(office.desk, office.ada)

    with api_calls() as seen:
        found = work_hours.preview(office.desk, sheet, plan_new(evenings(office.ada), sheet.records))

    assert [event.id for event in found.stranded] == [lost.id]
    assert seen == ["GET /{tenant}/{instance}/calendar/events"] * 6  # the days that change, 62 a call
    assert found.after < found.before


def test_an_exception_without_hours_strands_its_days_only(office: Office) -> None:
    lost = office.clinic.visit(office.ada, office.theo, start=at(10))
    office.clinic.visit(office.ada, office.theo, start=at(10, day=1))
    sheet = work_hours.to_change(office.desk, office.ada)
    off = WorkHoursDraft(office.ada, next_monday(), next_monday(), (DayHours(1, None, None),), rule=RuleType.OVERRIDE)

    found = work_hours.preview(office.desk, sheet, plan_new(off, sheet.records))

    assert [event.id for event in found.stranded] == [lost.id]
    assert found.before - found.after == timedelta(hours=8)


def test_the_token_of_a_preview_confirms_that_one_only(office: Office) -> None:
    sheet = work_hours.to_change(office.desk, office.ada)
    one = work_hours.preview(office.desk, sheet, plan_new(evenings(office.ada), sheet.records))
    same = work_hours.preview(office.desk, sheet, plan_new(evenings(office.ada), sheet.records))
    office.clinic.visit(office.ada, office.theo, start=at(10))
    other = work_hours.preview(office.desk, sheet, plan_new(evenings(office.ada), sheet.records))

    assert (one.token == same.token, one.token == other.token) == (True, False)


def test_who_gets_hours_is_on_the_board_at_once(office: Office, refresh: Callable[[], None]) -> None:
    bea = office.clinic.user("Bea", hours=False)
    refresh()
    keeper = office.coordinator
    keeper.teams.get().members.add(StaffMember.objects.get(welkin_id=bea))
    desk: Desk = office.desk_of(keeper)

    work_hours.write(desk, writes.mint(desk), Step(evenings(bea)))

    assert StaffMember.objects.get(welkin_id=bea).has_hours


def test_groups_are_the_teams_and_those_of_none(office: Office, refresh: Callable[[], None]) -> None:
    bea = office.clinic.user("Bea")
    refresh()

    found = [(group.name, [user.id for user in group.people]) for group in work_hours.groups(office.desk)]

    assert found == [("Nursing", [office.ada]), ("", [bea])]


def lost_answer(office: Office, step: Step) -> str:
    """The state after a write whose answer never came."""

    def act() -> dict[str, str]:
        raise Unknown

    key = writes.mint(office.desk)
    assert writes.perform(office.desk, key, work_hours.change_of(step), act).ending is Ending.UNKNOWN
    return key


def test_a_create_without_an_answer_is_found_by_its_content(office: Office) -> None:
    key = lost_answer(office, Step(evenings(office.ada)))

    waiting = outcomes.tell(office.desk, key)
    made = office.api.hours.create(evenings(office.ada))
    told = outcomes.tell(office.desk, key)

    assert (waiting.open, told.open, told.event_id) == (True, False, None)
    assert told.outcome.facts == {"clinician": str(office.ada), "record": str(made.id)}
    assert Intent.objects.get(key=key).state == "confirmed"


def test_a_replace_without_an_answer_is_found_in_its_own_record(office: Office) -> None:
    old = work_hours.read(office.desk, office.ada).records[0]
    wanted = replace(draft_of(old), days=EVENINGS)
    key = lost_answer(office, Step(wanted, old))

    waiting = outcomes.tell(office.desk, key)
    office.api.hours.create(wanted)
    still_waiting = outcomes.tell(office.desk, key)
    office.api.hours.replace(old.id, wanted)
    told = outcomes.tell(office.desk, key)

    assert (waiting.open, still_waiting.open, told.open) == (True, True, False)


def test_an_older_record_of_the_same_content_does_not_settle_a_create(office: Office) -> None:
    office.api.hours.create(evenings(office.ada))
    later = replace(office.desk, now=office.desk.now + timedelta(minutes=5))
    key = writes.mint(later)

    def act() -> dict[str, str]:
        raise Unknown

    writes.perform(later, key, work_hours.change_of(Step(evenings(office.ada))), act)

    assert work_hours.find_out(later, Intent.objects.get(key=key)).ending is Ending.UNKNOWN
