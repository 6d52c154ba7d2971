"""The history of somebody's hours: every kind of change with who, before and after, and who may read it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.directory.models import HoursLock, Team
from scheduling.domain.rotation import Turns, week_of
from scheduling.domain.work_hours import DayHours, RuleType
from scheduling.ledger.models import AuditRecord
from scheduling.services import contracts, hours_locks, rotations, work_hours, writes
from scheduling.services.desk import Desk
from scheduling.services.hours_locks import Wish
from scheduling.services.hours_plan import Step, draft_of, withdrawn
from scheduling.services.work_hours import Sheet
from scheduling.web.hours_words import day_in_words, range_in_words
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, next_monday
from tests.trail import open_trail

pytestmark = pytest.mark.django_db
MONDAY = next_monday()
SUNDAY = MONDAY + timedelta(days=6)
MORNINGS = tuple(DayHours(day, time(9), time(12)) for day in range(1, 6))
NIGHT = (DayHours(5, time(22), time(23, 59)), DayHours(6, time(0), time(6)))
NINE_TO_FIVE = "Mondays to Fridays 09:00–17:00"


def step(desk: Desk, one: Step) -> None:
    assert work_hours.write(desk, writes.mint(desk), one).confirmed


def add(desk: Desk, sheet: Sheet) -> None:
    step(desk, Step(WorkHoursDraft(sheet.clinician.id, MONDAY, None, MORNINGS, name="Ada's own words")))


def except_(desk: Desk, sheet: Sheet) -> None:
    step(desk, Step(WorkHoursDraft(sheet.clinician.id, MONDAY, SUNDAY, NIGHT, rule=RuleType.OVERRIDE)))


def edit(desk: Desk, sheet: Sheet) -> None:
    step(desk, Step(replace(draft_of(sheet.records[0]), days=MORNINGS), sheet.records[0]))


def end(desk: Desk, sheet: Sheet) -> None:
    for last in (None, SUNDAY):
        (record,) = work_hours.read(desk, sheet.clinician.id).records
        step(desk, Step(replace(draft_of(record), last=last), record))


def rename(desk: Desk, sheet: Sheet) -> None:
    step(desk, Step(replace(draft_of(sheet.records[0]), name="Ada's own words"), sheet.records[0]))


def take_back(desk: Desk, sheet: Sheet) -> None:
    step(desk, withdrawn(sheet.records[0]))


def contract(desk: Desk, sheet: Sheet) -> None:
    for minutes in (2400, 1800):
        contracts.set_minutes(desk, writes.mint(desk), sheet.clinician.id, minutes)


def lock(desk: Desk, sheet: Sheet) -> None:
    hours_locks.lock(desk, writes.mint(desk), Wish(MONDAY, SUNDAY, "Payroll is done", clinician_id=sheet.clinician.id))


def lock_team(desk: Desk, sheet: Sheet) -> None:
    hours_locks.lock(desk, writes.mint(desk), Wish(MONDAY, SUNDAY, "Payroll is done", team_id=Team.objects.get().pk))


def lift(desk: Desk, sheet: Sheet) -> None:
    lock_team(desk, sheet)
    hours_locks.lift(desk, writes.mint(desk), HoursLock.objects.get().pk)


def delegate(desk: Desk, sheet: Sheet) -> None:
    hours_locks.delegate(desk, writes.mint(desk), Team.objects.get().pk, False)


def take_turns(desk: Desk, sheet: Sheet) -> None:
    turns = Turns(MONDAY, (week_of(MORNINGS), week_of(NIGHT)), MONDAY, SUNDAY + timedelta(weeks=1))
    made = rotations.planned(sheet, turns, "Ada's own words")
    assert made
    rotations.keep(desk, writes.mint(desk), rotations.noting(sheet, made))


def shown(day: date) -> str:
    return day_in_words(day)


WEEK = range_in_words(MONDAY, SUNDAY)
KINDS: dict[str, tuple[Callable[[Desk, Sheet], None], str, list[tuple[str, str, str]]]] = {
    "new regular hours": (
        add,
        "added regular hours",
        [
            ("First day", "nothing", shown(MONDAY)),
            ("Last day", "nothing", "until further notice"),
            ("Hours", "nothing", "Mondays to Fridays 09:00–12:00"),
        ],
    ),
    "an exception with a night": (
        except_,
        "added an exception",
        [
            ("First day", "nothing", shown(MONDAY)),
            ("Last day", "nothing", shown(SUNDAY)),
            ("Hours", "nothing", "Fridays 22:00–06:00"),
        ],
    ),
    "other hours": (edit, "changed hours", [("Hours", NINE_TO_FIVE, "Mondays to Fridays 09:00–12:00")]),
    "an earlier end": (end, "set another last day", [("Last day", "until further notice", shown(SUNDAY))]),
    "another name": (rename, "changed hours", [("Name", "", "")]),
    "taken back": (take_back, "took hours back that had not begun", [("Hours", NINE_TO_FIVE, "No hours on any day")]),
    "the contract": (contract, "set the contract hours", [("Hours a week", "40:00", "30:00")]),
    "a lock of the clinician": (lock, "locked days", [("Locked", "not locked", WEEK)]),
    "a lock of the team": (lock_team, "locked days of the team Nursing", [("Locked", "not locked", WEEK)]),
    "a lifted lock": (lift, "lifted a lock of the team Nursing", [("Locked", WEEK, "not locked")]),
    "the switch of the team": (
        delegate,
        "changed who sets the hours of the team Nursing",
        [("Who sets hours", "its people and its coordinators", "its people only")],
    ),
    "weeks that take turns": (
        take_turns,
        "set up weeks that take turns",
        [
            ("Week A is that of", "nothing", shown(MONDAY)),
            ("First day", "nothing", shown(MONDAY)),
            ("Last day", "nothing", shown(SUNDAY + timedelta(weeks=1))),
            ("Hours of each week", "nothing", "A: Mondays to Fridays 09:00–12:00 · B: Fridays 22:00–06:00"),
        ],
    ),
}


MANAGERS = {contract, lock, lock_team, lift, delegate}


@pytest.fixture
def boss(office: Office, make_account: Callable[..., Any]) -> Desk:
    """The manager of Ada's team, who sets all but the hours themselves."""
    manager = make_account(Role.MANAGER, username="mara")
    Team.objects.get().keepers.add(manager)
    return office.desk_of(manager)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").replace("\u2060", "").split())


@pytest.mark.parametrize(("change", "did", "rows"), KINDS.values(), ids=KINDS)
def test_every_kind_of_change_is_told_before_and_after(
    office: Office,
    boss: Desk,
    sign_in: Callable[..., Browser],
    change: Callable[[Desk, Sheet], None],
    did: str,
    rows: list[tuple[str, str, str]],
) -> None:
    desk = boss if change in MANAGERS else office.desk
    change(desk, work_hours.read(desk, office.ada))

    html = sign_in(boss.account).get(f"/hours/{office.ada}/history/").content.decode()
    latest = html.split("data-history", 2)[1]

    assert text_of(latest.split("<h2>", 1)[1].split("</h2>", 1)[0]) == f"{desk.account.display_name} {did}"
    told = [text_of(row) for row in re.findall(r"<div><dt>.*?</dd></div>", latest, re.DOTALL)]
    assert told == [f"{n} before: {b} → after: {a}" if a else f"{n} changed" for n, b, a in rows]
    assert not AuditRecord.objects.filter(before_after__icontains="own words").exists()


def test_without_a_change_the_page_says_so(office: Office) -> None:
    assert "Nobody has changed these hours" in office.browser.get(f"/hours/{office.ada}/history/").content.decode()


def test_a_change_that_was_refused_is_told_as_such(office: Office, boss: Desk, sign_in: Callable[..., Browser]) -> None:
    gone = replace(work_hours.read(boss, office.ada).records[0], id=uuid4())
    assert not work_hours.write(office.desk, writes.mint(office.desk), Step(draft_of(gone), gone)).confirmed

    assert "It was not done." in sign_in(boss.account).get(f"/hours/{office.ada}/history/").content.decode()


def test_a_line_from_before_values_were_kept_tells_its_fields(
    office: Office, boss: Desk, sign_in: Callable[..., Browser]
) -> None:
    edit(office.desk, work_hours.read(office.desk, office.ada))
    with open_trail():
        AuditRecord.objects.update(before_after=[])

    assert "Hours</dt><dd>changed" in sign_in(boss.account).get(f"/hours/{office.ada}/history/").content.decode()


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        pytest.param(Role.CLINICIAN, True, 200, id="the clinician"),
        pytest.param(Role.CLINICIAN, False, 403, id="another clinician"),
        pytest.param(Role.MANAGER, False, 403, id="manager of another team"),
    ],
)
def test_who_may_read_it(
    office: Office,
    make_account: Callable[..., Any],
    sign_in: Callable[..., Browser],
    role: Role,
    own: bool,
    status: int,
) -> None:
    browser = sign_in(make_account(role, welkin_id=office.ada if own else uuid4()))

    assert browser.get(f"/hours/{office.ada}/history/").status_code == status
