"""A run of many changes through the sandbox: its order, what stops it, crashes, two tabs, and its undo."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import Rotation
from scheduling.domain.event import EventStatus
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval
from scheduling.domain.rotation import Turns, week_of
from scheduling.domain.work_hours import DayHours, RuleType
from scheduling.ledger.models import AuditRecord, Intent, Run, RunPart
from scheduling.services import impact, options, reconciling, rotations, runs, undoing, work_hours, writes
from scheduling.services.hours_plan import Plan, Step, is_withdrawn, plan_new
from scheduling.services.run_parts import Wish
from scheduling.welkin import EventChange, within
from scheduling.welkin.drafts import WorkHoursDraft
from scheduling.welkin.errors import NotFound
from tests.clinic_fixture import Office, at, half_hour, next_monday
from tests.services.run_steps import begin, cancel, keep, mornings, move, states, stranded, to_the_end

pytestmark = pytest.mark.django_db
DONE, FAILED, SKIPPED = "done", "failed", "skipped"


@pytest.fixture
def bea(office: Office, refresh: object) -> UUID:
    """A colleague whom the coordinator may book."""
    person = office.clinic.user("Bea")
    refresh()  # type: ignore[operator]
    team = office.coordinator.teams.get()
    team.members.add(team.members.model.objects.get(welkin_id=person))
    office.desk = office.desk_of(office.coordinator)
    return person


def hours_of(office: Office) -> list[tuple[object, object]]:
    found = work_hours.read(office.desk, office.ada).records
    return [(row.first, row.last) for row in found if not is_withdrawn(row)]


def mint(office: Office) -> str:
    return writes.mint(office.desk)


def turns_of(office: Office) -> rotations.Planned:
    """Two letters for four weeks, neither as the hours are now: regular hours and two exceptions."""
    letters = tuple(week_of(DayHours(day, time(start), time(17)) for day in range(1, 6)) for start in (7, 12))
    turns = Turns(next_monday(), letters, next_monday(), next_monday() + timedelta(days=27))
    made = rotations.planned(work_hours.to_change(office.desk, office.ada), turns, "Turns")
    assert made
    return made


def with_turns(office: Office, made: rotations.Planned, old: rotations.Standing | None = None) -> list[Wish]:
    sheet = work_hours.to_change(office.desk, office.ada)
    return runs.wishes_of(made.plan, [Wish(RunPart.Kind.TURNS, turns=rotations.noting(sheet, made, old))])


def standing(office: Office) -> tuple[date, int] | None:
    """The last day of the turns that stand, and how many of their records are missing."""
    told = rotations.standing(office.desk, work_hours.read(office.desk, office.ada))
    return (told.turns.last, told.missing) if told else None


def test_all_four_actions_are_done_in_one_run_and_undone_in_one(office: Office, bea: UUID) -> None:
    visits = [office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in range(4)]
    before, plan = hours_of(office), mornings(office)
    rows = stranded(office, plan)
    wishes = [keep(rows[0]), cancel(visits[1]), move(visits[2], half_hour(at(10, day=2))), move(visits[3], host=bea)]

    told = to_the_end(office.desk, begin(office, plan, *wishes))

    now = [office.api.events.read(visit.id) for visit in visits]
    assert {state for _, state, _ in states(told)} == {DONE}
    assert [part.kind for part in told.parts] == ["hours", "hours", "keep", "cancel", "move", "move"]
    assert (now[0].when, now[1].status, now[2].when, now[3].host_id) == (
        visits[0].when,
        EventStatus.CANCELLED,
        half_hour(at(10, day=2)),
        bea,
    )
    assert stranded(office, Plan(())) == ()

    back = to_the_end(office.desk, undoing.undo(office.desk, writes.mint(office.desk), told.id))

    now = [office.api.events.read(visit.id) for visit in visits]
    assert {state for _, state, _ in states(back)} == {DONE}
    assert [(event.when, event.host_id, event.live) for event in now] == [
        (visit.when, visit.host_id, True) for visit in visits
    ]
    assert hours_of(office) == before
    assert runs.tell(office.desk, told.id).undone_by == back.id


def test_what_was_kept_is_not_asked_about_again_until_it_is_taken_back(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(13))
    plan = mornings(office)
    [row] = stranded(office, plan)
    told = to_the_end(office.desk, begin(office, plan, keep(row, "She comes for him")))
    to_the_end(office.desk, undoing.undo(office.desk, writes.mint(office.desk), told.id))

    once_more = stranded(office, mornings(office))
    kept = AuditRecord.objects.filter(action="appointment.keep", phase="confirmed").get()

    assert (len(once_more), once_more[0].stranded.cause) == (1, row.stranded.cause)
    assert (kept.reason, kept.object_id) == ("She comes for him", str(row.event.id))


def test_kept_for_the_same_cause_is_not_flagged_again(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    [row] = stranded(office, mornings(office))
    run = runs.start(office.desk, writes.mint(office.desk), Run.Cause.LEAVE, office.ada, [keep(row)])
    to_the_end(office.desk, run)

    same = stranded(office, mornings(office))
    office.api.events.change(visit.id, EventChange(when=half_hour(at(14))))
    moved = stranded(office, mornings(office))

    assert (len(same), len(moved)) == (0, 1)


def test_a_visit_that_somebody_changed_since_stops_its_own_part_only(office: Office) -> None:
    first, second = (office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1))
    run = begin(office, mornings(office), move(first, half_hour(at(10))), cancel(second))
    office.api.events.change(first.id, EventChange(when=half_hour(at(15))))

    told = to_the_end(office.desk, run)

    assert states(told)[2:] == [("move", FAILED, "changed"), ("cancel", DONE, "")]
    assert office.api.events.read(first.id).when == half_hour(at(15))


def test_a_place_that_was_taken_since_stops_its_own_part_only(office: Office) -> None:
    first, second = (office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1))
    run = begin(office, mornings(office), move(first, half_hour(at(10))), cancel(second))
    office.clinic.visit(office.ada, office.clinic.patient("Mia"), start=at(10))

    told = to_the_end(office.desk, run)

    assert states(told)[2:] == [("move", FAILED, "taken"), ("cancel", DONE, "")]


def test_a_record_that_somebody_changed_since_is_not_overwritten(office: Office) -> None:
    """Two people edit one record: the second sees what the first did, also when a run does the writing."""
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    [record] = work_hours.read(office.desk, office.ada).records
    early = tuple(DayHours(day, time(8), time(12)) for day in range(1, 6))
    mine = Step(WorkHoursDraft(office.ada, record.first, record.last, early), record)
    run = begin(office, Plan((mine,)), cancel(visit))
    late = WorkHoursDraft(office.ada, record.first, record.last, (DayHours(1, time(14), time(18)),))
    office.api.hours.replace(record.id, late)

    told = to_the_end(office.desk, run)

    assert states(told) == [("hours", FAILED, "changed"), ("cancel", SKIPPED, "")]
    assert [day.start for day in work_hours.read(office.desk, office.ada).records[0].days] == [time(14)]
    assert office.api.events.read(visit.id).live


def test_undo_leaves_alone_what_was_changed_since_and_tells_it(office: Office) -> None:
    first, second = (office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1))
    told = to_the_end(office.desk, begin(office, mornings(office), move(first, half_hour(at(10))), cancel(second)))
    office.api.events.change(first.id, EventChange(when=half_hour(at(11))))

    back = to_the_end(office.desk, undoing.undo(office.desk, writes.mint(office.desk), told.id))

    assert [state for state in states(back) if state[0] != "hours"] == [
        ("restore", DONE, ""),
        ("move", FAILED, "changed"),
    ]
    assert (office.api.events.read(first.id).when, office.api.events.read(second.id).live) == (half_hour(at(11)), True)


def test_hours_that_somebody_changed_since_keep_the_visits_where_they_are(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    told = to_the_end(office.desk, begin(office, mornings(office), move(visit, half_hour(at(10)))))
    [record] = [row for row in work_hours.read(office.desk, office.ada).records if row.first >= next_monday()]
    late = WorkHoursDraft(office.ada, record.first, record.last, (DayHours(1, time(9), time(18)),))
    office.api.hours.replace(record.id, late)

    back = to_the_end(office.desk, undoing.undo(office.desk, writes.mint(office.desk), told.id))

    assert [(kind, code) for kind, state, code in states(back) if state == FAILED] == [("hours", "changed")]
    assert ("move", SKIPPED, "") in states(back)
    assert (back.may_resume, office.api.events.read(visit.id).when) == (False, half_hour(at(10)))


def test_a_second_undo_does_nothing(office: Office) -> None:
    told = to_the_end(office.desk, begin(office, mornings(office)))
    key = writes.mint(office.desk)
    first = undoing.undo(office.desk, key, told.id)

    assert undoing.undo(office.desk, key, told.id) == first
    with pytest.raises(undoing.NotUndoable):
        undoing.undo(office.desk, writes.mint(office.desk), told.id)


def weeks_around_today(office: Office) -> tuple[Interval, ...]:
    sheet = work_hours.read(office.desk, office.ada)
    first, last = sheet.today - timedelta(days=14), sheet.today + timedelta(days=14)
    return expand(sheet.records, first, last, sheet.zone).intervals


BACK = {
    "to come": (7, RuleType.DEFAULT),
    "from today": (0, RuleType.DEFAULT),
    "days back": (-10, RuleType.DEFAULT),
    "an exception days back": (-3, RuleType.OVERRIDE),
}


@pytest.mark.parametrize(("days", "rule"), BACK.values(), ids=BACK)
def test_undo_of_hours_is_the_identity_also_of_days_that_are_past(office: Office, days: int, rule: RuleType) -> None:
    before, sheet = weeks_around_today(office), work_hours.to_change(office.desk, office.ada)
    first, last = sheet.today + timedelta(days=days), sheet.today + timedelta(days=12)
    nights = tuple(DayHours(day, time(20), time(23)) for day in range(1, 8))
    draft = WorkHoursDraft(office.ada, first, last if rule == RuleType.OVERRIDE else None, nights, rule=rule)
    told = to_the_end(office.desk, begin(office, plan_new(draft, sheet.records)))
    changed = weeks_around_today(office)

    back = to_the_end(office.desk, undoing.undo(office.desk, writes.mint(office.desk), told.id))

    assert (told.complete, back.complete, changed == before) == (True, True, False)
    assert weeks_around_today(office) == before


def test_turns_are_noted_after_a_crash_between_them_and_their_hours(office: Office) -> None:
    """The worker is gone when the last record was written: whoever opens the run's page notes the turns."""
    made = turns_of(office)
    run = runs.start(office.desk, writes.mint(office.desk), Run.Cause.HOURS, office.ada, with_turns(office, made))
    for _step in made.plan.steps:
        with within(runs.ENOUGH - 0.1):
            stopped = runs.advance(office.desk, run)
    noted = Rotation.objects.exists()

    told = to_the_end(office.desk, run)

    assert [state for _, state, _ in states(stopped)] == [DONE] * len(made.plan.steps) + ["waiting"]
    assert (noted, told.complete, Rotation.objects.count()) == (False, True, 1)
    assert standing(office) == (made.turns.last, 0)


def test_undo_of_an_extension_gives_the_turns_their_last_day_again(office: Office) -> None:
    sheet, first = office.ada, turns_of(office)
    to_the_end(office.desk, runs.start(office.desk, mint(office), Run.Cause.HOURS, sheet, with_turns(office, first)))
    told = rotations.standing(office.desk, work_hours.read(office.desk, office.ada))
    assert told
    more = rotations.extended(
        work_hours.to_change(office.desk, office.ada), told, first.turns.last + timedelta(days=14)
    )
    assert more
    wishes = with_turns(office, more, told)
    run = to_the_end(office.desk, runs.start(office.desk, mint(office), Run.Cause.HOURS, office.ada, wishes))
    extended = standing(office)

    back = to_the_end(office.desk, undoing.undo(office.desk, mint(office), run.id))

    assert (run.complete, back.complete) == (True, True)
    assert (extended, standing(office)) == ((more.turns.last, 0), (first.turns.last, 0))


def test_undo_of_turns_ends_them(office: Office) -> None:
    made = turns_of(office)
    before = weeks_around_today(office)
    run = runs.start(office.desk, mint(office), Run.Cause.HOURS, office.ada, with_turns(office, made))
    to_the_end(office.desk, run)

    back = to_the_end(office.desk, undoing.undo(office.desk, mint(office), run))

    assert (back.complete, standing(office), weeks_around_today(office) == before) == (True, None, True)
    assert not Rotation.objects.filter(ended_at=None).exists()


def test_the_same_form_starts_one_run_and_two_tabs_do_each_step_once(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    plan, key = mornings(office), writes.mint(office.desk)
    first = begin(office, plan, cancel(visit), intent=key)
    to_the_end(office.desk, first)

    assert begin(office, plan, cancel(visit), intent=key) == first
    other = runs.advance(office.desk_of(office.coordinator), first)
    sent = AuditRecord.objects.filter(phase="requested").values_list("action", flat=True)
    assert (other.complete, sorted(sent)) == (True, ["appointment.cancel", "hours.set", "hours.set"])


def test_a_worker_that_died_between_steps_is_gone_on_from(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    runs.advance(office.desk, run)
    # The last step was done; the worker died before it could note so in the run.
    RunPart.objects.filter(run_id=run, kind="cancel").update(state="waiting", result={}, settled_at=None)

    told = runs.advance(office.desk, run)

    assert told.complete
    assert AuditRecord.objects.filter(action="appointment.cancel", phase="requested").count() == 1


def test_a_worker_that_died_before_a_step_left_is_given_back_and_done(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    key = Run.objects.get(pk=run).intent
    Intent.objects.filter(key=key).update(
        state="working",
        scope=office.desk.scope,
        action="hours.set",
        started_at=office.desk.now - timedelta(minutes=2),
        lease_until=office.desk.now - timedelta(minutes=1),
    )

    stuck = runs.advance(office.desk, run)
    reconciling.run_due(office.desk.now)
    told = to_the_end(office.desk, run)

    assert (stuck.over, told.complete) == (False, True)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_a_run_is_its_owners_alone(office: Office, make_account: object, role: Role) -> None:
    run = begin(office, mornings(office))
    other = office.desk_of(make_account(role))  # type: ignore[operator]

    with pytest.raises(NotFound):
        runs.tell(other, run)
    with pytest.raises(NotFound):
        runs.advance(other, run)


def test_the_hours_page_knows_what_can_be_undone(office: Office) -> None:
    nothing = runs.latest_for(office.desk, office.ada)
    told = to_the_end(office.desk, begin(office, mornings(office)))
    latest = runs.latest_for(office.desk, office.ada)
    undoing.undo(office.desk, writes.mint(office.desk), told.id)

    assert (nothing, latest and latest.id, runs.latest_for(office.desk, office.ada)) == (None, told.id, None)


def test_slots_and_colleagues_are_those_of_the_new_hours(office: Office, bea: UUID) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(13, day=1))
    busy = office.clinic.visit(office.ada, office.clinic.patient("Mia"), start=at(11, day=1))
    plan = mornings(office)
    sheet = work_hours.to_change(office.desk, office.ada)
    after = {office.ada: work_hours.applied(plan, sheet.records, office.desk.now)}

    [told] = options.offered(office.desk, stranded(office, plan), records=after)

    zone = sheet.zone
    assert len(told.slots) == 5
    assert {slot.start.astimezone(zone).hour for slot in told.slots} <= {9, 10, 11}
    assert not any(slot.overlaps(busy.when) for slot in told.slots)
    assert all(slot.start.astimezone(zone).date() >= next_monday() - timedelta(days=7) for slot in told.slots)
    assert [user.id for user in told.colleagues] == [bea]


def test_nothing_is_offered_that_the_role_may_not_do(office: Office, make_account: object) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(13))
    plan = mornings(office)
    [full] = stranded(office, plan)
    manager = office.desk_of(make_account(Role.MANAGER))  # type: ignore[operator]

    [none] = options.of(manager, impact.of_hours(office.desk, work_hours.to_change(office.desk, office.ada), plan))

    assert (full.may_keep, full.may_cancel, full.may_move) == (True, True, True)
    assert (none.any, none.named) == (False, False)
