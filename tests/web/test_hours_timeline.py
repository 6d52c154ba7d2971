"""The timeline on the page of hours: lanes and their table, the winner of each day and why, what the login may do."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import Closure, HoursLock, Team
from scheduling.domain.event import Answer, EventType, Participant
from scheduling.domain.event import Role as PersonRole
from scheduling.domain.interval import Interval
from scheduling.domain.week import Week
from scheduling.domain.work_hours import DayHours, RuleType
from scheduling.welkin import NewEvent
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, at, next_monday

pytestmark = pytest.mark.django_db
MORNINGS = tuple(DayHours(day, time(9), time(12)) for day in range(1, 6))
OFF = tuple(DayHours(day, None, None) for day in range(1, 8))


def page(office: Office, browser: Any = None, **asked: str) -> str:
    asked = {"week": str(Week.containing(next_monday()))} | asked
    answer = (browser or office.browser).get(f"/hours/{office.ada}/", asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def cell(html: str, day: date) -> str:
    """The text of the row of one day."""
    row = html.split(f'data-date="{day}"', 1)[1].split("</tr>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", f"<{row}").split())


def lane(html: str, key: str) -> list[str]:
    """The titles of the bars of a lane; none where the lane is not there."""
    parts = html.split(f'data-lane="{key}"', 1)
    inner = parts[1].split('<span class="hours-lane-name"', 1)[0].split("</section>", 1)[0] if parts[1:] else ""
    return re.findall(r"<title>(.*?)</title>", inner)


def exception(office: Office, first: date, last: date, name: str = "PTO") -> None:
    office.api.hours.create(WorkHoursDraft(office.ada, first, last, OFF, rule=RuleType.OVERRIDE, name=name))


def leave(office: Office, day: int, answer: Answer | None = None) -> None:
    """A day of leave of Ada's: granted, or with an invited person's answer."""
    rows = [Participant(office.ada, PersonRole.PSM)]
    if answer is not None:
        rows.append(Participant(office.clinic.user(f"Boss{day}", hours=False), PersonRole.PSM, answer=answer))
    when = Interval(at(9, day=day), at(17, day=day))
    office.api.events.create(NewEvent(when, office.ada, tuple(rows), title="Private matter", type=EventType.LEAVE))


def test_each_day_says_which_record_wins_and_why(office: Office) -> None:
    monday = next_monday()
    office.api.hours.create(WorkHoursDraft(office.ada, monday + timedelta(days=1), None, MORNINGS, name="Mornings"))
    exception(office, monday + timedelta(days=2), monday + timedelta(days=3))
    exception(office, monday + timedelta(days=3), monday + timedelta(days=3), name="Conference")

    html = page(office)

    said = [cell(html, monday + timedelta(days=number)) for number in range(4)]
    assert "the only record for this day" in said[0]
    assert "Mornings made last of 2 regular records" in said[1]
    assert "Exception “PTO” counts before regular hours" in said[2]
    assert "made last of 2 exceptions, and exceptions count before regular hours" in said[3]
    assert "Conference" in said[3]
    far = cell(page(office, week="2030-W01"), Week.parse("2030-W01").days[0])
    assert "made last" in far or "only record" in far


def test_a_day_without_any_record_says_so(office: Office) -> None:
    week = Week.containing(next_monday() - timedelta(weeks=6))
    assert "no record covers it" in cell(page(office, week=str(week)), week.days[0])


def test_lanes_hold_records_leave_closures_and_locks_and_the_table_says_the_same(office: Office) -> None:
    monday = next_monday()
    exception(office, monday, monday + timedelta(days=4))
    leave(office, day=7)
    leave(office, day=8, answer=Answer.NONE)
    leave(office, day=9, answer=Answer.NO)
    told = {"scope": office.desk.scope, "made_at": office.desk.now}
    Closure.objects.create(name="Roof", first=monday + timedelta(days=10), last=monday + timedelta(days=10), **told)
    HoursLock.objects.create(
        clinician_id=office.ada, first=monday, last=monday, reason="Payroll", made_by=office.coordinator, **told
    )

    html = page(office)

    assert [len(lane(html, key)) for key in ("counts", "default", "override", "availability")] == [2, 1, 1, 0]
    assert lane(html, "override")[0].startswith("PTO: off (from ")
    assert [title.split(" (")[0] for title in lane(html, "leave")] == ["Leave granted", "Leave asked for"]
    assert [title.split(" (")[0] for title in lane(html, "closure")] == ["Roof"]
    assert [title.split(" (")[0] for title in lane(html, "lock")] == ["Locked: Payroll"]
    assert "Private matter" not in html
    table = html.split("The same as a table", 1)[1].split("</table>", 1)[0]
    words = ("PTO: off", "Leave granted", "Leave asked for", "Roof", "Locked: Payroll", "09:00–17:00")
    assert [word for word in words if word not in table] == []
    assert "Locked: Payroll" in cell(html, monday)
    assert "leave granted" in cell(page(office, week=str(Week.containing(monday).next)), monday + timedelta(days=7))


def test_withdrawn_records_are_left_out(office: Office) -> None:
    long_ago = date(2000, 1, 1)
    exception(office, long_ago, long_ago, name="Taken back")
    assert "Taken back" not in page(office, week=str(Week.containing(date(2026, 1, 5))))
    assert "Taken back" not in page(office)


SPANS = {"month": ("4 weeks", 28), "quarter": ("Quarter", 91), "year": ("Year", 364), "nonsense": ("4 weeks", 28)}


@pytest.mark.parametrize(("span", "told"), SPANS.items(), ids=SPANS)
def test_the_timeline_has_the_chosen_length_and_moves_by_it(office: Office, span: str, told: tuple[str, int]) -> None:
    html = page(office, span=span)

    label, days = told
    assert f'aria-current="page">{label}</a>' in html
    later = re.search(r'href="([^"]+)#hours-timeline" aria-label="Later"', html)
    assert later
    assert str(Week.containing(next_monday() + timedelta(days=days))) in later.group(1)


def test_far_away_weeks_have_no_timeline_because_not_every_record_is_known(office: Office) -> None:
    assert "hours-timeline-title" not in page(office, week="2040-W01")
    assert "hours-timeline-title" in page(office)


def test_the_timeline_follows_a_week_that_lies_outside(office: Office) -> None:
    html = page(office, **{"from": "2026-W01"})
    assert f'href="/hours/{office.ada}/?week={Week.containing(next_monday())}&amp;span=year#hours-timeline"' in html
    assert len(lane(html, "counts")) == 1


LINKS = {
    "coordinator": (Role.COORDINATOR, {"Add exception", "Copy this week", "A/B weeks"}),
    "clinician": (Role.CLINICIAN, {"Add exception", "Copy this week", "A/B weeks"}),
    "manager": (Role.MANAGER, {"Locks"}),
    "administrator": (Role.ADMINISTRATOR, {"Locks"}),
}


@pytest.mark.parametrize(("role", "expected"), LINKS.values(), ids=LINKS)
def test_only_what_the_login_may_do_is_offered(
    office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Any], role: Role, expected: set[str]
) -> None:
    own = {"welkin_id": office.ada} if role == Role.CLINICIAN else {}
    account = make_account(role, **own)
    Team.objects.get().keepers.add(account)

    html = page(office, sign_in(account))

    links = html.split('class="hours-links', 1)[1].split("</nav>", 1)[0]
    found = {text.strip() for text in re.findall(r"</svg>\s*([^<]+?)\s*</a>", links)}
    assert found - {"Ask for leave", "Contract", "History"} == expected
    assert ("New regular hours" in html) is (role in (Role.COORDINATOR, Role.CLINICIAN))
