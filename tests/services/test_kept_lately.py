"""Our own latest changes and open claims over readings that lag behind (reliability F25): no booking ever vanishes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.domain.claim import Hold
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.slots import Request
from scheduling.domain.week import Week
from scheduling.ledger.models import Claim
from scheduling.services import calendar, finding, kept, lately, patients
from scheduling.services import week as weeks
from scheduling.services.desk import Desk
from tests.clinic_fixture import Office, at, half_hour, next_monday

pytestmark = pytest.mark.django_db

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WEEK = Week.containing(next_monday())


def later(office: Office, by: timedelta) -> Desk:
    return office.desk_of(office.coordinator, office.desk.now + by)


def reading(desk: Desk, office: Office) -> calendar.Reading:
    return weeks.week_of(desk, office.ada, WEEK).reading


@pytest.fixture
def lagging(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, every find of events answers what a find answered then: a back end that lags."""

    def begin() -> None:
        find = office.api.events.find
        window = Interval(at(0, day=-60), at(0, day=60))
        frozen = find(window, participant_ids=[office.ada, office.theo], include_cancelled=True)

        def answer(asked: Interval, *, participant_ids: Any, include_cancelled: bool = False, **more: Any) -> Any:
            rows = [
                event
                for event in frozen
                if event.when.overlaps(asked)
                and (event.live or include_cancelled)
                and any(map(event.involves, participant_ids))
            ]
            return replace(frozen, rows=tuple(rows), total=len(rows))

        monkeypatch.setattr(office.api.events, "find", answer)

    return begin


def shown(desk: Desk, office: Office) -> list[tuple[UUID, datetime, str | None]]:
    return [(event.id, event.when.start, event.status) for event in reading(desk, office).events]


def test_a_visit_that_was_just_made_is_there(office: Office, lagging: Callable[[], None]) -> None:
    lagging()
    made = office.clinic.visit(office.ada, office.theo, start=at(10))
    assert shown(office.desk, office) == []

    kept.remember_event(office.desk, made)
    kept.changed(office.desk, [office.ada, office.theo])

    assert shown(later(office, SECOND), office) == [(made.id, at(10), "SCHEDULED")]
    assert [visit.event.id for visit in patients.show(later(office, SECOND), office.theo).visits] == [made.id]


def moved(office: Office, event: Event) -> Event:
    from scheduling.welkin import EventChange

    return office.api.events.change(event.id, EventChange(when=half_hour(at(14))))


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (moved, [(at(14), "SCHEDULED")]),
        (lambda office, event: office.api.events.cancel(event.id), [(at(10), "CANCELLED")]),
    ],
    ids=["moved", "cancelled"],
)
def test_a_visit_that_was_just_changed_is_as_it_is_now(
    office: Office, lagging: Callable[[], None], change: Callable[[Office, Event], Event], after: list[Any]
) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    lagging()
    kept.remember_event(office.desk, change(office, event))

    seen = shown(office.desk, office)

    assert [(start, status) for _id, start, status in seen] == after
    assert any(free.contains(at(10)) for free in reading(office.desk, office).times[office.ada].free)


def test_a_visit_that_was_just_deleted_is_gone(office: Office, lagging: Callable[[], None]) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    lagging()
    kept.forget_event(office.desk, event.id)

    assert shown(office.desk, office) == []


def test_a_visit_that_went_to_somebody_else_is_not_in_the_old_column(
    office: Office, lagging: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    lagging()
    bea = uuid4()
    rows = tuple(replace(row, person_id=bea) if row.person_id == office.ada else row for row in event.participants)
    newer = replace(event, host_id=bea, participants=rows, updated_at=office.desk.now + MINUTE)
    kept.remember_event(office.desk, newer)

    assert shown(office.desk, office) == []


def test_what_somebody_else_changed_later_is_believed(office: Office) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    kept.remember_event(office.desk, event)
    moved(office, event)

    assert [start for _id, start, _status in shown(office.desk, office)] == [at(14)]


@pytest.mark.parametrize(("by", "count"), [(SECOND, 1), (5 * MINUTE - SECOND, 1), (5 * MINUTE, 0)])
def test_a_reading_long_after_the_change_speaks_for_itself(office: Office, by: timedelta, count: int) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    kept.remember_event(office.desk, event)
    office.api.events.delete(event.id)

    assert len(shown(later(office, by), office)) == count


def test_a_back_end_may_lag_as_long_as_a_change_may_take_to_settle(settings: Any) -> None:
    settings.SETTLE_SECONDS = 900

    assert lately.lag() == 15 * MINUTE


def test_without_what_is_remembered_the_booking_vanishes(office: Office, lagging: Callable[[], None]) -> None:
    """The negative control of this file: the lag is real."""
    lagging()
    office.clinic.visit(office.ada, office.theo, start=at(10))
    kept.changed(office.desk, [office.ada])

    assert shown(later(office, SECOND), office) == []


def test_a_remembered_visit_of_others_or_of_another_week_is_not_added(office: Office) -> None:
    other = office.clinic.user("Bea")
    kept.remember_event(office.desk, office.clinic.visit(other, start=at(10)))
    kept.remember_event(office.desk, office.clinic.visit(office.ada, start=at(10, day=14)))

    assert shown(office.desk, office) == []


def test_it_is_remembered_for_its_own_tenant(office: Office, lagging: Callable[[], None]) -> None:
    lagging()
    made = office.clinic.visit(office.ada, office.theo, start=at(10))
    kept.remember_event(replace(office.desk, scope="sandbox|another|one"), made)

    assert shown(office.desk, office) == []


def test_in_an_outage_an_older_answer_still_has_it(
    office: Office, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .test_kept import away

    reading(office.desk, office)
    made = office.clinic.visit(office.ada, office.theo, start=at(10))
    kept.remember_event(later(office, MINUTE), made)
    kept.changed(later(office, MINUTE), [office.ada])

    with away(credentials, monkeypatch):
        found = shown(later(office, timedelta(hours=20)), office)

    assert [row[0] for row in found] == [made.id]


# --- Open claims -----------------------------------------------------------------------------------------------------


def claim(office: Office, person: UUID, state: str, start: datetime, **more: Any) -> Claim:
    told = {
        "scope": office.desk.scope,
        "resource": person,
        "visit": "intent:one",
        "starts_at": start,
        "ends_at": start + timedelta(minutes=30),
        "state": state,
        "intent": "one",
        "changed_at": office.desk.now,
    }
    return Claim.objects.create(**(told | more))


def is_free(found: calendar.Reading, person: UUID, moment: datetime) -> bool:
    return any(free.contains(moment) for free in found.times[person].free)


@pytest.mark.parametrize(
    ("state", "blocks"),
    [(state, state in Claim.LIVE) for state in Claim.State],
    ids=[state.value for state in Claim.State],
)
def test_a_live_claim_takes_its_time_from_every_page(office: Office, state: str, blocks: bool) -> None:
    claim(office, office.ada, state, at(10))

    found = reading(office.desk, office)

    assert (is_free(found, office.ada, at(10)), is_free(found, office.ada, at(11))) == (not blocks, True)
    assert [hold.state for hold in found.holds] == ([state] if blocks else [])


def test_a_claim_whose_visit_is_there_is_not_said_twice(office: Office) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    claim(office, office.ada, Claim.State.CONFIRMED, at(10), visit=str(event.id), updated_at=event.updated_at)

    assert reading(office.desk, office).holds == ()


def test_a_claim_that_is_newer_than_what_is_kept_blocks_however_old_that_is(
    office: Office, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against a reading of now it would be over: it is old, and the reading lacks it."""
    from .test_kept import away

    reading(office.desk, office)
    claim(office, office.ada, Claim.State.CONFIRMED, at(10), visit=str(uuid4()), changed_at=office.desk.now + MINUTE)

    with away(credentials, monkeypatch):
        old = reading(later(office, timedelta(hours=2)), office)
    now = reading(later(office, timedelta(hours=2)), office)

    assert (is_free(old, office.ada, at(10)), is_free(now, office.ada, at(10))) == (False, True)


def starts(desk: Desk, office: Office, patients_asked: tuple[Any, ...] = ()) -> set[datetime]:
    request = Request(window=Interval(at(9), at(12)), length=timedelta(minutes=30))
    user = weeks.people.find_user(desk, office.ada)
    asked = tuple(finding.patients(desk, tuple(patients_asked)))
    return {slot.when.start for slot in finding.find(desk, finding.Ask(request, (user,), asked, limit=100)).page.slots}


def test_a_search_offers_no_claimed_time_of_the_clinician(office: Office) -> None:
    before = starts(office.desk, office)
    claim(office, office.ada, Claim.State.UNKNOWN, at(10))

    assert (at(10) in before, at(10) in starts(office.desk, office)) == (True, False)


def test_nor_of_the_patient(office: Office) -> None:
    claim(office, office.theo, Claim.State.SENT, at(10))

    assert (at(10) in starts(office.desk, office), at(10) in starts(office.desk, office, (office.theo,))) == (
        True,
        False,
    )


def test_a_search_never_takes_what_is_kept(office: Office, api_calls: Callable[[], Any]) -> None:
    reading(office.desk, office)
    for _turn in range(2):
        with api_calls() as seen:
            starts(office.desk, office)
        assert sorted(seen) == [
            "GET /{tenant}/{instance}/calendar/events",
            "GET /{tenant}/{instance}/calendar/work-hours",
        ]


def test_the_patients_page_tells_of_the_claim(office: Office) -> None:
    claim(office, office.theo, Claim.State.UNKNOWN, at(10))

    holds: tuple[Hold, ...] = patients.show(office.desk, office.theo).holds

    assert [(hold.when, hold.state) for hold in holds] == [(half_hour(at(10)), "unknown")]
