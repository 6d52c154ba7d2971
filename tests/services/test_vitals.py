"""What our own machinery tells of itself: the worker's beat and how the API answered, the same for all processes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduling.services import tasks, vitals
from scheduling.services.vitals import Answers, CallTally, percentile
from scheduling.vitals.models import Beat, CallMinute
from scheduling.welkin import Call

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = int(NOW.timestamp() // 60)


def call(seconds: float = 0.1, status: int | None = 200) -> Call:
    return Call("GET", "/{tenant}/things", status, seconds)


PERCENTILES: dict[str, tuple[dict[int, int], int | None, int | None]] = {
    "nothing": ({}, None, None),
    "one": ({50: 1}, 50, 50),
    "half and half": ({50: 5, 200: 5}, 50, 200),
    "a slow twentieth": ({50: 95, 4000: 5}, 50, 50),
    "more than a twentieth": ({50: 94, 4000: 6}, 50, 4000),
    "unsorted": ({4000: 1, 50: 1, 200: 1}, 200, 4000),
}


@pytest.mark.parametrize(("within", "half", "most"), PERCENTILES.values(), ids=PERCENTILES)
def test_percentiles_are_bounds(within: dict[int, int], half: int | None, most: int | None) -> None:
    assert (percentile(within, 50), percentile(within, 95)) == (half, most)


FAILURES = {200: False, 201: False, 404: False, 422: False, 429: True, 500: True, 503: True, None: True}


@pytest.mark.parametrize(("status", "failed"), FAILURES.items(), ids=map(str, FAILURES))
def test_a_refusal_is_an_answer(status: int | None, failed: bool) -> None:
    assert vitals.is_failure(call(status=status)) == failed


@pytest.mark.django_db
def test_the_last_hour_and_no_more() -> None:
    for minute, within, failed, calls in [
        (MINUTE, 100, False, 3),
        (MINUTE - 59, 100, False, 4),
        (MINUTE - 59, 2000, True, 3),
        (MINUTE - 60, 8000, True, 50),
        (MINUTE + 1, 8000, True, 50),
    ]:
        CallMinute.objects.create(minute=minute, within=within, failed=failed, calls=calls)

    assert vitals.answers(NOW) == Answers(10, 3, 100, 2000)
    assert vitals.answers(NOW).failed_share == 30.0
    assert vitals.answers(NOW + timedelta(days=1)) == Answers(0, 0, None, None)


@pytest.mark.django_db(transaction=True)
def test_two_processes_add_up(settings: Any) -> None:
    settings.CALLS_KEPT_EVERY = 3600
    first, second = CallTally(), CallTally()
    for tally in (first, second):
        tally.note(call(0.09))
        tally.note(call(0.09))
        tally.note(call(70.0, status=None))
        tally.keep()
    first.keep()

    rows = CallMinute.objects.values_list("within", "failed", "calls")
    kept = {(within, failed): 0 for within, failed, _ in rows}
    for within, failed, calls in rows:
        kept[within, failed] += calls
    assert kept == {(100, False): 4, (60_000, True): 2}


@pytest.mark.django_db(transaction=True)
def test_what_the_database_does_not_take_is_added_later(settings: Any) -> None:
    from django.db import connection

    settings.CALLS_KEPT_EVERY = 3600
    tally = CallTally()
    tally.note(call())
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        tally.keep()
        cursor.execute("ROLLBACK")
    assert CallMinute.objects.count() == 0

    tally.keep()

    assert [row.calls for row in CallMinute.objects.all()] == [1]


@pytest.mark.django_db
def test_old_minutes_are_forgotten() -> None:
    for ago in (0, 24 * 60, 24 * 60 + 1):
        CallMinute.objects.create(minute=MINUTE - ago, within=50, failed=False, calls=1)

    assert vitals.forget(NOW) == 1
    assert CallMinute.objects.count() == 2


@pytest.mark.django_db
def test_a_worker_that_never_was_has_no_beat() -> None:
    assert vitals.beat_age(NOW) is None
    vitals.beat(NOW)
    vitals.beat(NOW + timedelta(seconds=5))
    assert Beat.objects.count() == 1
    assert vitals.beat_age(NOW + timedelta(seconds=65)) == timedelta(seconds=60)
    assert vitals.beat_age(NOW) == timedelta(0)


@pytest.mark.django_db
def test_any_finished_work_is_a_beat() -> None:
    tasks.seal_trail.enqueue("")
    assert vitals.beat_age(datetime.now(UTC)) is not None
