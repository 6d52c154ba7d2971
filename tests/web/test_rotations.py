"""A/B weeks from form to records: set up, extended, ended early, with an audit trail and nothing deleted."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from scheduling.directory.models import Rotation
from scheduling.domain.hours import expand
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.ledger.models import AuditRecord
from scheduling.services import hours_copy, hours_locks, rotations, work_hours
from scheduling.services.hours_locks import Wish
from scheduling.services.hours_plan import is_withdrawn
from scheduling.services.writes import mint
from scheduling.web.forms.rotations import HoursField
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, next_monday

from .form_reader import fields_of
from .test_hours_copy import seen

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
OFF = tuple(DayHours(day, None, None) for day in range(1, 8))
B = {f"b{day}": "12-20" for day in range(1, 6)}


def day(weeks: int, days: int = 0) -> date:
    return next_monday() + timedelta(weeks=weeks, days=days)


def address(office: Office) -> str:
    return f"/hours/{office.ada}/rotation/"


def opened(office: Office, **typed: Any) -> dict[str, Any]:
    html = office.browser.get(address(office), headers=PART).content.decode()
    return {"count": "2"} | fields_of(html) | typed


def press(office: Office, fields: dict[str, Any]) -> Any:
    return office.browser.post(address(office), fields, headers=PART)


def save(office: Office, **typed: Any) -> Any:
    """Show what changes, then save it, and say yes to what is asked."""
    fields = opened(office, **typed)
    answer = press(office, fields)
    for _round in range(2):
        if answer.status_code == 200 and "HX-Redirect" not in answer.headers:
            answer = press(office, fields | seen(answer))
    return answer


def turn(office: Office, weeks: int = 6, **typed: Any) -> Any:
    answer = save(office, **(B | {"last": str(day(weeks - 1, 6))} | typed))
    assert "HX-Redirect" in answer.headers, answer.content.decode()
    return answer


def records(office: Office) -> list[WorkHours]:
    return list(work_hours.read(office.desk, office.ada).records)


def worked(office: Office, weeks: int) -> list[str]:
    """When each Monday begins, by the engine: `09` or `12`, `--` for off."""
    sheet = work_hours.read(office.desk, office.ada)
    found = []
    for number in range(weeks):
        hours = expand(sheet.records, day(number), day(number), sheet.zone).intervals
        found.append(f"{hours[0].start.astimezone(sheet.zone):%H}" if hours else "--")
    return found


def test_turns_over_the_hours_of_today_take_exceptions_only(office: Office) -> None:
    turn(office)

    made = [record for record in records(office) if record.is_override]
    assert [(record.first, record.last) for record in made] == [(day(n), day(n, 6)) for n in (1, 3, 5)]
    assert len(records(office)) == 4
    assert worked(office, 8) == ["09", "12"] * 3 + ["09", "09"]
    row = Rotation.objects.get()
    assert (row.anchor, row.first, row.last, len(row.records)) == (day(0), day(0), day(5, 6), 3)


def test_other_hours_make_regular_hours_and_exceptions(office: Office) -> None:
    typed = {f"a{number}": "7-15" for number in range(1, 6)} | {f"c{number}": "" for number in range(1, 8)}

    turn(office, weeks=7, count="3", **typed)

    assert sum(record.is_override for record in records(office)) == 4
    assert worked(office, 9) == ["07", "12", "--", "07", "12", "--", "07", "09", "09"]


def test_the_preview_tells_the_letter_of_every_week_and_saves_nothing(office: Office) -> None:
    answer = press(office, opened(office, **B, last=str(day(3, 6)), anchor=str(day(1, 2))))

    html = answer.content.decode()
    preview = html.split('id="rotation-preview"', 1)[1].split("</section>", 1)[0]
    assert re.findall(r'<li data-letter="(.)">', preview) == ["B", "A", "B", "A"]
    assert "2 records are made." in preview
    assert (len(records(office)), Rotation.objects.count()) == (1, 0)


def test_time_off_that_is_there_keeps_its_days(office: Office) -> None:
    office.api.hours.create(WorkHoursDraft(office.ada, day(1, 2), day(1, 2), OFF, rule=RuleType.OVERRIDE, name="PTO"))
    fields = opened(office, **B, last=str(day(1, 6)))
    assert "These exceptions keep their days:" in press(office, fields).content.decode()

    turn(office, weeks=2)

    sheet = work_hours.read(office.desk, office.ada)
    assert [len(hours_copy.hours_on(sheet, day(1, number))) for number in range(5)] == [1, 1, 0, 1, 1]


def test_extending_goes_on_counting_from_the_same_anchor(office: Office) -> None:
    turn(office, weeks=3)

    answer = save(office, last=str(day(6, 6)))

    assert "HX-Redirect" in answer.headers
    assert worked(office, 8) == ["09", "12", "09", "12", "09", "12", "09", "09"]
    assert (Rotation.objects.get().last, len(Rotation.objects.get().records)) == (day(6, 6), 3)


def test_extending_regular_hours_of_its_own_changes_that_record(office: Office) -> None:
    turn(office, weeks=2, **{f"a{number}": "7-15" for number in range(1, 6)})
    before = len(records(office))

    save(office, last=str(day(3, 6)))

    assert (len(records(office)) - before, worked(office, 5)) == (1, ["07", "12", "07", "12", "09"])


def test_ending_early_takes_back_what_is_to_come(office: Office) -> None:
    turn(office, weeks=6)

    answer = save(office, last=str(day(1, 2)))

    assert "HX-Redirect" in answer.headers
    assert worked(office, 6) == ["09", "12", "09", "09", "09", "09"]
    # A read around today does not even bring the records that were taken back.
    assert [
        (record.first, record.last) for record in records(office) if record.is_override and not is_withdrawn(record)
    ] == [(day(1), day(1, 2))]
    row = Rotation.objects.get()
    assert (row.last, row.ended_at is None) == (day(1, 2), False)
    assert rotations.standing(office.desk, work_hours.read(office.desk, office.ada)) is None


def test_what_somebody_changed_since_is_left_alone(office: Office) -> None:
    turn(office, weeks=4)
    record = next(record for record in records(office) if record.first == day(3))
    office.api.hours.replace(
        record.id, WorkHoursDraft(office.ada, day(3), day(3, 3), record.days, rule=RuleType.OVERRIDE)
    )

    html = office.browser.get(address(office)).content.decode()
    save(office, last=str(day(0, 6)))

    assert "1 of its records was changed since" in html
    assert worked(office, 4) == ["09", "09", "09", "12"]


def test_every_change_of_a_rotation_stands_in_the_audit_trail(office: Office) -> None:
    turn(office, weeks=2)
    save(office, last=str(day(3, 6)))
    save(office, last=str(day(2, 6)))

    rows = AuditRecord.objects.filter(action="hours.rotate", phase="confirmed").order_by("id")
    assert {tuple(row.people) for row in rows} == {(str(office.ada),)}
    made, extended, ended = (row.before_after for row in rows)
    assert [(name, before) for name, before, _after in made] == [
        ("anchor", None),
        ("first", None),
        ("last", None),
        ("weeks", None),
    ]
    assert [after for _name, _before, after in made][:3] == [str(day(0)), str(day(0)), str(day(1, 6))]
    assert extended == [["last", str(day(1, 6)), str(day(3, 6))]]
    assert ended == [["last", str(day(3, 6)), str(day(2, 6))], ["ended", False, True]]


WRONG = {
    "the same twice": ({}, "regular hours will do"),
    "no time": (B | {"b1": "morning"}, "Type times like"),
    "backwards": (B | {"b1": "17-9"}, "The end must be after the start"),
    "overlapping": (B | {"b1": "9-12, 11-13"}, "These times overlap"),
    "too far": (B | {"last": "2099-01-01"}, "or earlier"),
    "begun": (B | {"first": "2020-01-06"}, "Choose a day that lies ahead"),
    "backwards dates": (B | {"last": str(next_monday() - timedelta(days=1))}, "lies before the first"),
}


@pytest.mark.parametrize(("typed", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_the_form(office: Office, typed: dict[str, Any], said: str) -> None:
    answer = press(office, opened(office, **typed))
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Rotation.objects.exists()


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "lifted"])
def test_locked_days_refuse_turns_and_nothing_is_remembered(
    office: Office, make_account: Callable[..., Any], locked: bool
) -> None:
    boss = office.desk_of(make_account("administrator"))
    hours_locks.lock(boss, mint(boss), Wish(day(1), day(1), "Payroll is done", clinician_id=office.ada))
    if not locked:
        hours_locks.lift(boss, mint(boss), hours_locks.standing(boss)[0].id)

    answer = save(office, **B, last=str(day(3, 6)))

    assert ("Payroll is done" in answer.content.decode(), Rotation.objects.exists()) == (locked, not locked)
    assert len(records(office)) == (1 if locked else 3)


TYPED = {
    "two": ("9-12, 13:30-17", ((540, 720), (810, 1020))),
    "words and spaces": (" 9:30 – 12 and 13-17", ((570, 720), (780, 1020))),
    "both ends of a day": ("22-24, 0-6", ((0, 360), (1320, 1440))),
    "off": ("", ()),
}


@pytest.mark.parametrize(("text", "spans"), TYPED.values(), ids=TYPED)
def test_hours_as_they_are_typed(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert HoursField().clean(text) == spans
