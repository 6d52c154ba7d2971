"""Reading again behind a page: in a thread, each question once at a time, and no error in silence."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from scheduling.domain.week import Week
from scheduling.services import calendar, kept
from scheduling.services import week as weeks
from scheduling.services.desk import Desk
from tests.clinic_fixture import Office, next_monday

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
WEEK = Week.containing(next_monday())
EVENTS = "GET /{tenant}/{instance}/calendar/events"


@pytest.fixture
def background(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[kept.Background]:
    """Threads of this test's own, as in a server."""
    settings.KEPT_THREADS = 2
    own = kept.Background()
    monkeypatch.setattr(kept, "BACKGROUND", own)
    yield own
    own.close()


def later(office: Office, by: timedelta) -> Desk:
    return office.desk_of(office.coordinator, office.desk.now + by)


def reading(desk: Desk, office: Office) -> calendar.Reading:
    return weeks.week_of(desk, office.ada, WEEK).reading


def test_the_page_does_not_wait_for_it(office: Office, background: kept.Background) -> None:
    reading(office.desk, office)
    shown = reading(later(office, MINUTE), office)
    background.close()

    after = reading(later(office, MINUTE), office)

    assert (shown.read_at, shown.age.pending) == (office.desk.now, True)
    assert (after.read_at, after.age.pending) == (office.desk.now + MINUTE, False)


def test_each_question_is_asked_once_at_a_time(
    office: Office, background: kept.Background, api_calls: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(office.desk, office)
    go, find = threading.Event(), office.api.events.find

    def hesitate(*args: Any, **more: Any) -> Any:
        assert go.wait(30)
        return find(*args, **more)

    monkeypatch.setattr(office.api.events, "find", hesitate)
    with api_calls() as seen:
        pages = [reading(later(office, MINUTE), office) for _page in range(5)]
        go.set()
        background.close()

    assert [page.age.pending for page in pages] == [True] * 5
    assert seen.count(EVENTS) == 1


def test_a_mistake_is_logged_and_the_next_page_asks_itself(
    office: Office, background: kept.Background, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reading(office.desk, office)

    def broken(*args: Any, **more: Any) -> Any:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patch:
        patch.setattr(office.api.events, "find", broken)
        reading(later(office, MINUTE), office)
        background.close()
    after = reading(later(office, 2 * MINUTE), office)

    assert "kept_read_broke" in caplog.text
    assert (after.age.pending, after.events) == (True, ())
    events_were_read = calendar.Reads(later(office, 2 * MINUTE))
    events_were_read.events(calendar.widened(WEEK.interval(office.desk.zone)), [office.ada], cancelled=True)
    assert events_were_read.age.read_at == office.desk.now + 2 * MINUTE
