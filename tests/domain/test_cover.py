"""The list of stranded visits equals the brute force's, and the brute force can tell a wrong list."""

import pytest

from scheduling.domain.cover import Cover, stranded
from scheduling.domain.event import EventStatus, EventType
from tests.domain.builders import ADA, BEN, NEW_YORK, at, event, psm, span
from tests.domain.stranded_clinics import by_brute_force, by_engine, case, disagreements

CLINICS = 150


def test_the_stranded_visits_are_those_of_the_brute_force() -> None:
    assert disagreements(range(CLINICS)) == []


def test_the_clinics_have_something_to_find_and_something_to_leave() -> None:
    found = [by_engine(case(seed)) for seed in range(CLINICS)]

    assert sum(map(bool, found)) > CLINICS // 5
    assert sum(not each for each in found) > CLINICS // 10


def test_a_brute_force_that_forgets_leave_disagrees() -> None:
    told = [case(seed) for seed in range(CLINICS)]

    assert any(by_engine(each) != by_brute_force(each, leave_counts=False) for each in told)


WHEN = ("2026-11-24 14:00", "2026-11-24 15:00")


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (event(span(*WHEN)), True),
        (event(span(*WHEN), status=EventStatus.CANCELLED), False),
        (event(span(*WHEN), type=EventType.LEAVE), False),
        (event(span(*WHEN), host=BEN), False),
        (event(span(*WHEN), psm(ADA), host=BEN), True),
        (event(span(*WHEN), status="SOMETHING"), True),
        (event(span("2026-11-24 13:00", "2026-11-24 14:00")), False),
        (event(span("2026-11-24 12:30", "2026-11-24 14:30")), True),
        (event(span("2026-11-24 20:00", "2026-11-24 21:00")), False),
        (event(span("2026-11-23 14:00", "2026-11-23 15:00")), False),
    ],
    ids=[
        "lost",
        "cancelled",
        "leave",
        "others",
        "takes-part",
        "odd-status",
        "covered",
        "in-part",
        "outside-anyway",
        "begun",
    ],
)
def test_who_is_stranded(visit, expected) -> None:
    morning = span("2026-11-24 12:00", "2026-11-24 14:00")
    day, whole = span("2026-11-24 12:00", "2026-11-24 18:00"), span("2026-11-20 00:00", "2026-11-30 00:00")
    cover = Cover.of(ADA, NEW_YORK, [day], [morning], (), (), whole)

    assert bool(list(stranded(cover, [visit], at("2026-11-24 09:00")))) is expected
