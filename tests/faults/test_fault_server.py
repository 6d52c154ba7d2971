"""The fixtures themselves: what they hand out, and that a failure nobody met is not passed over."""

import pytest
import requests

from tests.faults.server import EVENTS, Faults, NotConsumed
from tests.sandbox.api import Api, event_of


def test_a_failure_that_happened_is_accounted_for(faults: Faults) -> None:
    api = Api(faults.place)
    host = api.user()
    lost = faults.rule("apply_then_reset", method="POST", path=EVENTS)

    with pytest.raises(requests.ConnectionError):
        api.ask("POST", "calendar/events", event_of(host, externalId="marker"))

    assert faults.consumed(lost) == 1
    assert [entry["externalId"] for entry in faults.journal()] == ["marker"]
    assert [event["externalId"] for event in faults.dump()] == ["marker"]
    assert faults.token_calls() == 1


def test_a_failure_that_never_happened_fails_the_test(fault_sandbox) -> None:
    control = Faults(fault_sandbox)
    control.rule("apply_then_reset", method="DELETE")

    with pytest.raises(NotConsumed):
        control.check()


def test_a_failure_taken_away_unused_is_not_forgotten(fault_sandbox) -> None:
    control = Faults(fault_sandbox)
    control.rule("html")
    control.clear()

    with pytest.raises(NotConsumed):
        control.check()


def test_too_few_times_are_not_enough(faults: Faults) -> None:
    control = Faults(faults.place)
    api = Api(control.place)
    control.rule({"status": 503}, path="admin/users", times=2)
    assert api.ask("GET", "admin/users").status_code == 503

    with pytest.raises(NotConsumed):
        control.check()
