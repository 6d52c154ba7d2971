"""What pages read, in three ages: fresh, shown while it is read again, and kept for an outage (reliability 4.2 F)."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from scheduling.domain.week import Week
from scheduling.ledger.models import KeptChange, KeptEvent, KeptRead
from scheduling.services import calendar, connection, keeping, kept, patients, sealing, summary
from scheduling.services import week as weeks
from scheduling.services.desk import Desk, NotAllowed
from scheduling.welkin import Client, Credentials
from scheduling.welkin.errors import Forbidden, Malformed, NotFound, Unavailable, Unreachable, WelkinError
from tests.clinic_fixture import Office, at, next_monday
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WEEK = Week.containing(next_monday())
TWO_READS = ["GET /{tenant}/{instance}/calendar/events", "GET /{tenant}/{instance}/calendar/work-hours"]


def later(office: Office, by: timedelta) -> Desk:
    return office.desk_of(office.coordinator, office.desk.now + by)


def reading(desk: Desk, office: Office) -> calendar.Reading:
    return weeks.week_of(desk, office.ada, WEEK).reading


@contextmanager
def away(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An address where nobody listens, for the desks made inside."""
    with monkeypatch.context() as patch:
        nobody = replace(credentials, url="http://127.0.0.1:9")
        patch.setattr(connection, "credentials", lambda: nobody)
        yield


# --- The three ages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "calls", "pending"),
    [
        (0 * SECOND, [], False),
        (30 * SECOND, [], False),
        # In the tests the reading behind the page is done at once (KEPT_THREADS).
        (31 * SECOND, TWO_READS, True),
        (5 * MINUTE, TWO_READS, True),
        (5 * MINUTE + SECOND, TWO_READS, False),
        (23 * HOUR, TWO_READS, False),
    ],
    ids=["at once", "fresh to its end", "read again behind", "to its end", "read first", "read first after a day"],
)
def test_what_an_age_costs(
    office: Office, api_calls: Callable[[], Any], age: timedelta, calls: list[str], pending: bool
) -> None:
    first = reading(office.desk, office)

    with api_calls() as seen:
        second = reading(later(office, age), office)

    assert (sorted(seen), second.age.pending, second.age.stale) == (calls, pending, False)
    shown_from = first.read_at if pending or not calls else office.desk.now + age
    assert second.read_at == shown_from


def test_while_it_is_read_again_the_page_shows_the_time_of_what_it_shows(office: Office) -> None:
    reading(office.desk, office)
    event = office.clinic.visit(office.ada, office.theo, start=at(10))

    shown = reading(later(office, MINUTE), office)
    after = reading(later(office, MINUTE + SECOND), office)

    assert ([row.id for row in shown.events], shown.read_at) == ([], office.desk.now)
    assert ([row.id for row in after.events], after.read_at) == ([event.id], office.desk.now + MINUTE)


def test_an_older_reading_never_replaces_a_newer_one(office: Office) -> None:
    reading(later(office, HOUR), office)
    reading(office.desk, office)

    assert reading(later(office, HOUR), office).read_at == office.desk.now + HOUR


def test_the_clock_of_another_process_may_be_ahead_but_not_much(office: Office, api_calls: Callable[[], Any]) -> None:
    reading(later(office, 20 * SECOND), office)
    with api_calls() as seen:
        reading(office.desk, office)
    assert seen == []

    reading(later(office, HOUR), office)
    with api_calls() as seen:
        reading(office.desk, office)
    assert sorted(seen) == TWO_READS


# --- In an outage ----------------------------------------------------------------------------------------------------


def test_in_an_outage_the_last_answer_is_shown_with_its_time(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    reading(office.desk, office)

    with away(credentials, monkeypatch):
        shown = reading(later(office, 24 * HOUR), office)

    assert [row.id for row in shown.events] == [event.id]
    assert (shown.read_at, shown.age.stale, type(shown.age.problem)) == (office.desk.now, True, Unreachable)


def test_after_a_day_nothing_is_shown(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(office.desk, office)

    with away(credentials, monkeypatch), pytest.raises(Unreachable):
        reading(later(office, 24 * HOUR + SECOND), office)


def test_with_nothing_kept_an_outage_is_an_error(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(credentials, monkeypatch), pytest.raises(Unreachable):
        reading(later(office, SECOND), office)


def test_it_goes_on_when_the_api_is_back(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(office.desk, office)
    with away(credentials, monkeypatch):
        reading(later(office, HOUR), office)

    back = reading(later(office, HOUR + SECOND), office)

    assert (back.age.stale, back.read_at) == (False, office.desk.now + HOUR + SECOND)


def test_after_a_failed_reading_behind_the_next_page_says_so(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(office.desk, office)
    with away(credentials, monkeypatch):
        first = reading(later(office, MINUTE), office)
        second = reading(later(office, MINUTE + SECOND), office)
    back = reading(later(office, 2 * MINUTE), office)

    assert [first.age.stale, second.age.stale, back.age.stale] == [False, True, False]
    assert back.read_at == office.desk.now + 2 * MINUTE


def test_one_that_finds_the_api_away_asks_it_once(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch, api_calls: Callable[[], Any]
) -> None:
    reading(office.desk, office)
    with away(credentials, monkeypatch), api_calls() as seen:
        reading(later(office, HOUR), office)

    assert not [call for call in seen if call.endswith("/calendar/events")]


TROUBLE: dict[str, tuple[int, Any, type[WelkinError]]] = {
    "cannot be read": (200, {"nothing": "known"}, Malformed),
    "asks to be left alone": (503, [], Unavailable),
}


@pytest.mark.parametrize(("status", "body", "kind"), TROUBLE.values(), ids=TROUBLE)
def test_what_counts_as_an_outage(
    office: Office, garble: Garble, status: int, body: Any, kind: type[WelkinError]
) -> None:
    reading(office.desk, office)
    garble("/calendar/events", lambda _: body, status=status)

    assert isinstance(reading(later(office, HOUR), office).age.problem, kind)


@pytest.mark.parametrize(("status", "kind"), [(403, Forbidden), (404, NotFound)])
def test_a_clear_no_is_told_as_one(office: Office, garble: Garble, status: int, kind: type[WelkinError]) -> None:
    reading(office.desk, office)
    garble("/calendar/events", lambda _: [{"message": "no"}], status=status)

    with pytest.raises(kind):
        reading(later(office, HOUR), office)


# --- Never free by mistake -------------------------------------------------------------------------------------------

BROKEN: dict[str, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "an empty list": lambda _: [],
    "an empty object": lambda _: {},
    "a text": lambda _: "<html><body>Welcome</body></html>",
    "a number": lambda _: 0,
    "rows of the wrong type": lambda body: body | {"content": "none"},
    "no rows, but a count": lambda body: body | {"content": []},
    "rows cut off": lambda body: body | {"totalElements": body["totalElements"] + 3},
    "a row that is null": lambda body: body | {"content": [None]},
    "a row without times": lambda body: body | {"content": [{"id": str(uuid4())}]},
}


def free_at_ten(shown: calendar.Reading, person: UUID) -> bool:
    """Whether a page may call the half hour free in which the visit stands."""
    return shown.trustworthy and any(free.contains(at(10)) for free in shown.times[person].free)


@pytest.mark.parametrize("distort", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_never_looks_free_and_is_never_kept(
    office: Office, garble: Garble, distort: Callable[[Any], Any]
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    garble("/calendar/events", distort)
    desk = later(office, SECOND)

    with suppress(Malformed):  # a page that says so
        assert not free_at_ten(reading(desk, office), office.ada)
    rows = KeptRead.objects.filter(scope=desk.scope)
    assert not [row for row in rows if "content" in str(sealing.unseal(row.sealed))]
    assert rows.count() <= 1  # the hours


def test_the_table_of_broken_answers_has_a_good_one_beside_it(office: Office, garble: Garble) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    garble("/calendar/events", lambda body: body)
    shown = reading(later(office, SECOND), office)

    assert (free_at_ten(shown, office.ada), KeptRead.objects.filter(scope=office.desk.scope).count()) == (False, 2)
    assert any(free.contains(at(11)) for free in shown.times[office.ada].free)


# --- Changes ---------------------------------------------------------------------------------------------------------


def test_a_change_makes_the_answers_about_its_people_old(office: Office, api_calls: Callable[[], Any]) -> None:
    reading(office.desk, office)
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    kept.changed(office.desk, [office.ada, office.theo])

    with api_calls() as seen:
        shown = reading(later(office, SECOND), office)

    assert ([row.id for row in shown.events], sorted(seen)) == ([event.id], TWO_READS)


def test_a_change_of_somebody_else_leaves_them(office: Office, api_calls: Callable[[], Any]) -> None:
    reading(office.desk, office)
    kept.changed(office.desk, [office.theo, uuid4()])

    with api_calls() as seen:
        reading(later(office, SECOND), office)

    assert seen == []


def test_a_change_while_it_is_read_makes_that_reading_old_too(
    office: Office, api_calls: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = office.api.hours.find

    def change_meanwhile(*args: Any, **more: Any) -> Any:
        found = find(*args, **more)
        kept.changed(office.desk, [office.ada])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(office.api.hours, "find", change_meanwhile)
        reading(office.desk, office)
    with api_calls() as seen:
        reading(later(office, SECOND), office)

    assert "GET /{tenant}/{instance}/calendar/work-hours" in seen


# --- Whose it is -----------------------------------------------------------------------------------------------------


def test_rights_are_asked_each_time(office: Office, make_account: Callable[..., Any]) -> None:
    reading(office.desk, office)
    stranger = office.desk_of(make_account(Role.CLINICIAN, welkin_id=uuid4()))

    with pytest.raises(NotAllowed):
        reading(stranger, office)


def test_two_tenants_with_the_same_ids_share_nothing(office: Office, api_calls: Callable[[], Any]) -> None:
    reading(office.desk, office)
    other = replace(office.desk, scope="sandbox|another|one")

    with api_calls() as seen:
        calendar.read(other, [weeks.people.find_user(office.desk, office.ada)], WEEK.interval(other.zone))

    assert sorted(seen) == TWO_READS
    assert KeptRead.objects.filter(scope=office.desk.scope).count() == 2


CANARY = "Zebulon Quackenbush"


def raw_rows() -> bytes:
    """What stands in the tables as anybody reads it who has the file."""
    rows = [*KeptRead.objects.all(), *KeptEvent.objects.all(), *KeptChange.objects.all()]
    return b"".join(str(vars(row)).encode() + bytes(getattr(row, "sealed", None) or b"") for row in rows)


def keep_canary(office: Office) -> bytes:
    event = office.clinic.visit(office.ada, office.theo, start=at(10), title=CANARY)
    reading(office.desk, office)
    kept.remember_event(office.desk, event)
    patients.show(office.desk, office.theo)
    return raw_rows()


def test_nothing_that_is_kept_can_be_read_in_the_file(office: Office) -> None:
    stored = keep_canary(office)

    assert stored
    assert [name for name in (CANARY, "Quackenbush", "Theo", "Marsh") if name.encode() in stored] == []


def test_the_search_finds_the_name_where_nothing_is_sealed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "seal", lambda value: json.dumps(value).encode())

    assert CANARY.encode() in keep_canary(office)


def test_what_another_key_sealed_is_read_anew(office: Office, settings: Any, api_calls: Callable[[], Any]) -> None:
    reading(office.desk, office)
    settings.SECRET_KEY = "another-" + "y" * 50
    settings.SECRET_KEY_FALLBACKS = []

    with api_calls() as seen:
        shown = reading(later(office, SECOND), office)

    assert (sorted(seen), shown.age.stale) == (TWO_READS, False)


def test_what_is_kept_comes_back_as_it_was(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), mode="VIDEO", additional={"location": "Room 3"})
    first, second = reading(office.desk, office), reading(office.desk, office)

    assert (first.events, first.records, first.times) == (second.events, second.records, second.times)


# --- The other pages -------------------------------------------------------------------------------------------------


def test_the_summary_is_kept_with_its_own_figures(
    office: Office, make_account: Callable[..., Any], api_calls: Callable[[], Any]
) -> None:
    manager = make_account(Role.MANAGER)
    Team.objects.get(name="Nursing").keepers.add(manager)
    desk = office.desk_of(manager)
    first = summary.read(desk, WEEK)
    with api_calls() as seen:
        second = summary.read(desk, WEEK)

    assert (seen, second.rows[0].comparison, second.age) == ([], first.rows[0].comparison, first.age)


def test_a_patients_page_costs_nothing_twice(office: Office, api_calls: Callable[[], Any]) -> None:
    first = patients.show(office.desk, office.theo)
    with api_calls() as seen:
        second = patients.show(later(office, SECOND), office.theo)

    assert (seen, second.patient, second.age.read_at) == ([], first.patient, office.desk.now)


def test_another_period_of_the_patient_asks_the_same_question_a_minute_later(
    office: Office, api_calls: Callable[[], Any]
) -> None:
    start = office.desk.today - timedelta(days=100)
    patients.show(office.desk, office.theo, start)
    with api_calls() as seen:
        patients.show(later(office, SECOND), office.theo, start)

    assert seen == []


def test_a_patient_who_is_gone_is_gone(office: Office, garble: Garble) -> None:
    patients.show(office.desk, office.theo)
    garble(f"/patients/{office.theo}", lambda _: [], status=404)

    for _turn in range(2):
        with pytest.raises(NotFound):
            patients.show(later(office, HOUR), office.theo)
    assert not KeptRead.objects.filter(key=_patient_key(office)).exists()


def _patient_key(office: Office) -> str:
    return keeping.Query("patient", (), frozenset([office.theo]), keeping.PATIENT).key


# --- Warm and forget -------------------------------------------------------------------------------------------------


def test_what_the_worker_kept_serves_pages_that_nobody_has_opened(
    office: Office, credentials: Credentials, monkeypatch: pytest.MonkeyPatch, api_calls: Callable[[], Any]
) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    gone = office.clinic.visit(office.ada, office.theo, start=at(12))
    office.api.events.cancel(gone.id)
    with api_calls() as seen:
        assert kept.warm(office.api, office.desk.scope, office.desk.now) == 2
    assert sorted(seen) == TWO_READS

    with away(credentials, monkeypatch):
        desk = later(office, HOUR)
        shown = reading(desk, office)
        day = weeks.day_of(desk, next_monday()).reading
        with pytest.raises(Unreachable):
            weeks.week_of(desk, office.ada, Week(2027, 40))

    live = calendar_live(shown)
    assert (live, calendar_live(day), shown.read_at, shown.age.stale) == (
        [event.id],
        [event.id],
        office.desk.now,
        True,
    )
    assert gone.id in [row.id for row in shown.events]
    assert shown.times[office.ada].hours.intervals


def calendar_live(shown: calendar.Reading) -> list[UUID]:
    return [row.id for row in shown.events if row.live]


def test_nothing_unsure_is_warmed(office: Office, garble: Garble) -> None:
    garble("/calendar/events", lambda body: body | {"content": [{"id": str(uuid4())}], "totalElements": 1})
    through: Client = later(office, SECOND).client

    kept.warm(through, office.desk.scope, office.desk.now)

    assert not KeptRead.objects.filter(scope=office.desk.scope).exists()


def test_what_is_too_old_is_forgotten(office: Office) -> None:
    reading(office.desk, office)
    kept.changed(office.desk, [office.ada])
    kept.remember_event(office.desk, office.clinic.visit(office.ada, office.theo, start=at(10)))

    counts = [
        (kept.forget(office.desk.now + by), KeptRead.objects.count(), KeptEvent.objects.count())
        for by in (24 * HOUR, 24 * HOUR + SECOND, 25 * HOUR)
    ]

    assert counts == [(0, 2, 1), (3, 0, 1), (1, 0, 0)]


def test_a_database_that_does_not_take_it_harms_no_page(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(*args: object, **more: object) -> None:
        raise OperationalError("database is locked")

    refusing = SimpleNamespace(filter=busy)
    stub = SimpleNamespace(objects=refusing)
    query = keeping.Query("hours", (), frozenset([office.ada]), keeping.HOURS)
    hours = office.api.hours.find([office.ada], WEEK.interval(office.desk.zone))
    monkeypatch.setattr(keeping, "KeptRead", stub)

    keeping.store(office.desk.scope, query, keeping.Kept(hours, office.desk.now, ""))

    assert re.search("kept_not_stored", caplog.text)


def test_times_are_aware(office: Office) -> None:
    shown = reading(office.desk, office)
    assert isinstance(shown.read_at, datetime)
    assert shown.read_at.tzinfo is not None
