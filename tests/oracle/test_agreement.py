"""The engine and the walk along the minutes say the same of every clinic. The full form: `python -m tests.oracle`."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .agreement import differences, explain
from .clinics import DAY, clinic, describe, numbered, smallest
from .features import EVERYTHING, features
from .minutes import Minutes

SHORT_FORM, BATCH = 240, 40
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.parametrize("first", range(0, SHORT_FORM, BATCH))
def test_the_engine_agrees_with_a_walk_along_the_minutes(first):
    for seed in range(first, first + BATCH):
        case = numbered(seed)
        assert not differences(case), explain(case)


@settings(max_examples=20, deadline=None, suppress_health_check=LARGE)
@given(st.randoms(use_true_random=False))
def test_the_engine_agrees_on_clinics_of_hypothesis(chance):
    case = clinic(chance)
    found = differences(case)
    assert not found, "\n".join([describe(case), *found])


def test_the_short_form_tries_everything():
    tried = Counter(name for case in map(numbered, range(SHORT_FORM)) for name in features(case, Minutes(case)))
    assert {name: tried[name] for name in EVERYTHING if tried[name] < 3} == {}


def test_a_numbered_clinic_is_always_the_same():
    assert [numbered(7), describe(numbered(8))] == [numbered(7), describe(numbered(8))]
    assert numbered(7) != numbered(8)


def test_the_smallest_clinic_keeps_what_the_difference_needs():
    case = next(case for case in map(numbered, range(50)) if len(case.events) > 5)
    kept = case.events[3].id

    def needs_it(candidate):
        return any(event.id == kept for event in candidate.events) and candidate.ask.window.duration < 9 * DAY

    small = smallest(case, needs_it)
    assert [event.id for event in small.events] == [kept]
    assert (small.records, small.shuts, small.patients, len(small.people)) == ((), (), (), 1)
    assert small.ask.step == 15
    assert case.window.duration > timedelta()
