"""The form that carries a visit over a board: what it tells, and that posting it moves the visit."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.urls import reverse

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.web.clock import stamp
from scheduling.web.legal import clock
from tests.clinic_fixture import Office, at

from .form_reader import fields_of

PART = {"HX-Request": "true", "HX-Current-URL": "http://testserver/day/"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute(moment: datetime) -> int:
    return round((moment - EPOCH) / timedelta(minutes=1))


@pytest.mark.parametrize(
    ("zone", "start", "days", "told"),
    [
        pytest.param("America/New_York", datetime(2026, 11, 23, 5, tzinfo=UTC), 7, [(0, -300)], id="one clock"),
        pytest.param(
            "America/New_York", datetime(2026, 10, 26, 4, tzinfo=UTC), 7, [(0, -240), (146 * 60, -300)], id="back"
        ),
        pytest.param(
            "America/New_York", datetime(2026, 3, 2, 5, tzinfo=UTC), 7, [(0, -300), (146 * 60, -240)], id="forward"
        ),
        pytest.param("Asia/Kathmandu", datetime(2026, 11, 23, tzinfo=UTC), 1, [(0, 345)], id="a quarter"),
    ],
)
def test_the_clock_of_the_viewer(zone: str, start: datetime, days: int, told: list[tuple[int, int]]) -> None:
    window = Interval(start, start + timedelta(days=days))

    assert list(clock(window, ZoneInfo(zone))) == [(minute(start) + after, ahead) for after, ahead in told]


@pytest.fixture
def visit(office: Office) -> Event:
    office.clinic.visit(office.ada, office.clinic.patient("Una", "Moorland"), start=at(11))
    return office.clinic.visit(office.ada, office.theo, start=at(10))


def ask(office: Office, visit: Event, **told: object) -> HttpResponse:
    asked = told or {"from": stamp(at(0)), "to": stamp(at(23)), "clinician": [office.ada]}
    return office.browser.post(reverse("appointment-places", args=[visit.id]), asked, headers=PART)


@pytest.mark.django_db
def test_the_form_moves_the_visit_and_names_nobody_else(office: Office, visit: Event) -> None:
    answer = ask(office, visit)
    page = answer.content.decode()
    fields = fields_of(page)
    told = {"host": str(office.ada), "date": f"{at(14):%Y-%m-%d}", "start": "14:15", "minutes": "45"}

    moved = office.browser.post(reverse("appointment-move", args=[visit.id]), fields | told, headers=PART)

    assert (answer.status_code, "Moorland" in page) == (200, False)
    assert (moved.status_code, moved.headers["HX-Reswap"]) == (200, "none")
    when = office.api.events.read(visit.id).when
    assert (when.start, when.minutes) == (at(14, 15), 45)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"from": ""}, id="nothing"),
        pytest.param({"from": "2026-11-23T05:00:00Z", "to": "2026-11-23T05:00:00Z"}, id="no time"),
        pytest.param({"from": "2026-11-23T05:00:00Z", "to": "2026-11-24T05:00:00Z", "clinician": "x"}, id="nobody"),
    ],
)
def test_a_question_that_says_nothing_is_not_found(office: Office, visit: Event, told: dict[str, str]) -> None:
    assert ask(office, visit, **told).status_code == 404


@pytest.mark.django_db
def test_a_board_of_two_hundred_can_be_asked_about(office: Office, visit: Event) -> None:
    """Their ids alone are longer than a server takes in an address."""
    people = [*(uuid4() for _ in range(199)), office.ada]

    answer = ask(office, visit, **{"from": stamp(at(0)), "to": stamp(at(23)), "clinician": people})

    assert str(office.ada) in answer.content.decode()


@pytest.mark.django_db
def test_a_visit_that_is_over_with_says_why_it_stays(office: Office, visit: Event) -> None:
    office.api.events.cancel(visit.id)

    answer = ask(office, visit)

    assert (answer.status_code, "cancelled" in answer.content.decode()) == (422, True)
