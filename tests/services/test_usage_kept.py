"""Months that are over are kept as figures are made from them: read once, dated, and old as soon as they changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventMode, EventStatus, EventType
from scheduling.domain.usage.period import Kind, Period
from scheduling.ledger.models import AuditRecord, KeptRead
from scheduling.services import lately, usage, usage_kept
from scheduling.services.desk import Desk
from scheduling.services.sealing import unseal
from tests.clinic_fixture import Office, at

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10)
WEEK = Period.holding(Kind.WEEK, at(12, day=-21).date())


@pytest.fixture
def manager(office: Office, make_account: Any, make_team: Any) -> Callable[[datetime], Desk]:
    """A manager's desk at a time. Two weeks ago Ada had visits of every kind."""
    account = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("=Managed", members=[office.ada], keepers=[account])
    visit, other = office.clinic.visit, office.clinic.patient("Una", "Canary")
    visit(office.ada, office.theo, start=at(10, day=-21), status=EventStatus.COMPLETED)
    visit(office.ada, office.theo, start=at(11, day=-21), status=EventStatus.MISSED, mode=EventMode.VIDEO)
    visit(office.ada, office.theo, start=at(13, day=-21), status=EventStatus.CANCELLED)
    visit(office.ada, office.theo, other, start=at(14, day=-20), type=EventType.GROUP_THERAPY)
    visit(office.ada, start=at(9, day=-19), minutes=120, type=EventType.LEAVE)
    visit(office.ada, office.theo, start=at(10, day=-19))
    return lambda now: office.desk_of(account, now=now)


def figures(found: usage.Usage) -> tuple[object, ...]:
    told = found.tally
    return told.times, dict(told.by_status), told.cancelled_late, told.visits


def read(desk: Desk, people: Any) -> usage.Usage:
    return usage.read(desk, people, WEEK)


@pytest.fixture
def first(manager: Any, office: Office) -> usage.Usage:
    desk = manager(office.desk.now)
    return read(desk, usage.choose(desk).people)


def test_what_was_read_once_costs_no_call_and_says_the_same(
    manager: Any, office: Office, first: usage.Usage, api_calls: Any
) -> None:
    desk = manager(office.desk.now + LATER)
    with api_calls() as calls:
        again = read(desk, first.people)

    assert calls == []
    assert figures(again) == figures(first)
    assert first.tally.visits == 4
    assert (first.kept_at, again.kept_at) == (None, office.desk.now)


def test_what_is_kept_holds_no_name(first: usage.Usage, office: Office) -> None:
    kept = [str(unseal(row.sealed)) for row in KeptRead.objects.all()]
    slim = [text for text in kept if "Wound" not in text]

    assert len(slim) < len(kept)
    assert any("GROUP_THERAPY" in text for text in slim)
    assert [text for text in slim if "Canary" in text or "Marsh" in text or str(office.theo) in text] == []


def hours_changed(office: Office) -> None:
    AuditRecord.objects.create(
        at=office.desk.now + timedelta(minutes=1),
        account=office.coordinator,
        role="coordinator",
        scope=office.desk.scope,
        action="hours.set",
        phase="confirmed",
        people=[str(office.ada)],
    )


def visit_changed(office: Office) -> None:
    """A visit of that week, changed through Daybook a minute later."""
    found = office.api.events.find(WEEK.interval(office.desk.clinic_zone), participant_ids=[office.ada])
    [event] = [row for row in found if row.known_status is EventStatus.MISSED]
    lately.remember_event(office.desk_of(office.coordinator, now=office.desk.now + timedelta(minutes=1)), event)


def visit_came(office: Office) -> None:
    """A visit that was moved into that week."""
    event = office.clinic.visit(office.ada, office.theo, start=at(15, day=-18))
    lately.remember_event(office.desk_of(office.coordinator, now=office.desk.now + timedelta(minutes=1)), event)


def visit_elsewhere(office: Office) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(15))
    lately.remember_event(office.desk_of(office.coordinator, now=office.desk.now + timedelta(minutes=1)), event)


def nothing(office: Office) -> None:
    """Nobody did anything."""


CHANGES = {
    "nothing": (nothing, False),
    "a visit of another week": (visit_elsewhere, False),
    "a visit of that week": (visit_changed, True),
    "a visit that came into that week": (visit_came, True),
    "hours": (hours_changed, True),
}


@pytest.mark.parametrize(("change", "old"), CHANGES.values(), ids=CHANGES)
def test_a_change_that_concerns_it_makes_it_old(
    manager: Any, office: Office, first: usage.Usage, api_calls: Any, change: Any, old: bool
) -> None:
    change(office)
    with api_calls() as calls:
        read(manager(office.desk.now + LATER), first.people)
    assert bool(calls) is old


@pytest.mark.parametrize(
    ("after", "old"), [(usage_kept.KEPT - LATER, False), (usage_kept.KEPT + LATER, True)], ids=["in time", "too old"]
)
def test_it_is_kept_for_some_hours(
    manager: Any, office: Office, first: usage.Usage, api_calls: Any, after: timedelta, old: bool
) -> None:
    with api_calls() as calls:
        read(manager(office.desk.now + after), first.people)
    assert bool(calls) is old


def test_it_is_read_again_when_asked(manager: Any, office: Office, first: usage.Usage, api_calls: Any) -> None:
    desk = manager(office.desk.now + LATER)
    usage.read_again(desk, first.people, WEEK, None)
    with api_calls() as calls:
        read(desk, first.people)
    assert len(calls) == 2


def test_a_week_that_is_not_over_is_not_kept(manager: Any, office: Office, api_calls: Any) -> None:
    desk, week = manager(office.desk.now), Period.holding(Kind.WEEK, office.desk.today)
    people = usage.choose(desk).people
    usage.read(desk, people, week)
    with api_calls() as calls:
        found = usage.read(manager(office.desk.now + LATER), people, week)
    assert (len(calls), found.kept_at) == (2, None)


def test_cancelled_late_is_told_by_our_own_record_whatever_was_edited_since(
    manager: Any, office: Office, first: usage.Usage
) -> None:
    """The visit last changed after it would have begun; Daybook cancelled it two days before."""
    [case] = [case for case in first.cases if not case.event.live]
    assert case.cancelled_late
    AuditRecord.objects.create(
        at=case.event.when.start - timedelta(days=2),
        account=office.coordinator,
        role="coordinator",
        scope=office.desk.scope,
        action="appointment.cancel",
        phase="confirmed",
        object_id=str(case.event.id),
    )
    desk = manager(office.desk.now)
    usage.read_again(desk, first.people, WEEK, None)
    for _kept_too in range(2):
        [case] = [case for case in read(desk, first.people).cases if not case.event.live]
        assert not case.cancelled_late
