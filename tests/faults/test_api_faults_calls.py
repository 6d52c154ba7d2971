"""The API is away, slow, cut off or half heard (reliability F01 to F09, F16, F30): what the client makes of one call.

A read is tried again within its deadline and never becomes an empty answer; a change is sent once, and where its
outcome cannot be known the client says so.
"""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from scheduling.domain.event import Participant, Role
from scheduling.domain.interval import Interval
from scheduling.welkin import Client, EventChange, NewEvent
from scheduling.welkin.errors import Timeout, Unknown, Unreachable, WelkinError
from tests.clinic_fixture import at, half_hour
from tests.faults.impatience import HURRIED, IMPATIENT, client_of, credentials_of
from tests.faults.server import EVENTS, ONE_EVENT, Do, Faults
from tests.sandbox.api import Api
from tests.sandbox_fixture import Sandbox

DAY = Interval(at(0), at(23))


class Stage:
    """A clinician with one visit, and clients on the same tenant."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        own = Api(faults.place)
        self.ada = UUID(own.user()["id"])
        self.client = client_of(faults.place)
        self.visit = self.client.events.create(self.draft(10)).id
        self.hurried = client_of(faults.place, HURRIED)
        self.hurried.check()

    def draft(self, hour: int = 12, marker: str | None = None) -> NewEvent:
        return NewEvent(half_hour(at(hour)), self.ada, (Participant(self.ada, Role.PSM),), external_id=marker)

    def create(self, client: Client | None = None) -> Any:
        return (client or self.client).events.create(self.draft(marker="marker"))

    def day(self, client: Client | None = None) -> Any:
        return (client or self.client).events.find(DAY, participant_ids=[self.ada])

    def arrived(self, method: str = "POST") -> int:
        """How many creates (or reads of the day) reached the server, the first visit's not counted."""
        return len(self.faults.requests(method, "calendar/events")) - (method == "POST")

    def written(self) -> int:
        """How many creates were applied, the first visit's not counted."""
        return sum(entry["kind"] == "created" for entry in self.faults.journal()) - 1

    def when_creating(self, *do: Do, **more: Any) -> str:
        return self.faults.rule(*do, method="POST", path=EVENTS, **more)

    def when_reading(self, *do: Do, **more: Any) -> str:
        return self.faults.rule(*do, method="GET", path=EVENTS, **more)


@pytest.fixture
def stage(faults: Faults) -> Iterator[Stage]:
    made = Stage(faults)
    yield made
    made.client.close()
    made.hurried.close()


def nowhere(place: Sandbox) -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


AWAY = [
    pytest.param(nowhere, id="refused"),
    pytest.param(lambda _: "http://nobody.invalid", id="dns"),
    pytest.param(lambda place: place.url.replace("http://", "https://"), id="tls"),
]


@pytest.mark.parametrize("address", AWAY)
@pytest.mark.parametrize("call", ["read", "write"])
def test_f01_an_api_that_is_away_was_sent_nothing(stage: Stage, address: Callable[..., str], call: str) -> None:
    away = replace(credentials_of(stage.faults.place), url=address(stage.faults.place))
    with Client(away, policy=IMPATIENT) as client, pytest.raises(Unreachable):
        stage.day(client) if call == "read" else stage.create(client)
    assert (stage.arrived("GET"), stage.arrived(), stage.written()) == (0, 0, 0)


@pytest.mark.parametrize("apply", ["before", "after", "never"])
def test_f02_a_change_without_an_answer_is_unknown(stage: Stage, apply: str) -> None:
    stage.when_creating({"stall": {"seconds": 2, "apply": apply}})
    with pytest.raises(Unknown):
        stage.create(stage.hurried)
    assert stage.arrived() == 1


def test_f02_a_read_without_an_answer_ends_with_its_deadline(stage: Stage) -> None:
    stage.when_reading({"stall": 60}, times=None)
    with pytest.raises(Timeout):
        stage.day(stage.hurried)
    assert stage.arrived("GET") == 1, "the deadline is that of the whole call, so nothing is left for a second try"


@pytest.mark.parametrize("head", [False, True], ids=["body", "head"])
def test_f03_a_drip_is_ended_by_the_deadline_of_the_whole_call(stage: Stage, head: bool) -> None:
    """Each byte comes in time; only the sum of them does not."""
    stage.when_reading({"drip": {"rate": 20, "head": head}}, times=None)
    with pytest.raises(Timeout):
        stage.day(stage.hurried)


def test_f03_a_dripping_answer_to_a_change_leaves_it_unknown(stage: Stage) -> None:
    stage.when_creating({"drip": 20})
    with pytest.raises(Unknown):
        stage.create(stage.hurried)
    assert (stage.arrived(), stage.written()) == (1, 1)


def test_f04_a_read_that_is_reset_is_read_again(stage: Stage) -> None:
    stage.when_reading("reset_before_apply", times=2)
    assert [event.id for event in stage.day()] == [stage.visit]
    assert stage.arrived("GET") == 3


def test_f04_a_read_that_is_always_reset_is_given_up_after_three(stage: Stage) -> None:
    stage.when_reading("reset_before_apply", times=None)
    with pytest.raises(Unreachable):
        stage.day()
    assert stage.arrived("GET") == 3


LOST = [
    pytest.param("apply_then_reset", 1, id="F05 after the effect"),
    pytest.param("reset_before_apply", 0, id="F06 before any effect"),
    pytest.param({"delay_apply": 0.2}, 1, id="F07 an effect that comes later"),
    pytest.param({"delay_apply": {"seconds": 0.2, "then": "close"}}, 1, id="F07 and a plain end"),
    pytest.param({"delay_apply": {"seconds": 0.2, "then": 504}}, 1, id="F07 and a 504"),
    pytest.param({"apply_then_status": 500}, 1, id="F08 a 500 after the effect"),
    pytest.param({"apply_then_status": 502}, 1, id="F08 a 502 after the effect"),
    pytest.param({"apply_then_status": 504}, 1, id="F08 a 504 after the effect"),
    pytest.param({"apply_then_status": {"code": 503, "body": "<html>"}}, 1, id="F08 a 503 of HTML after the effect"),
    pytest.param({"status": 502}, 0, id="F08 a 502 without effect"),
    pytest.param({"cut": 0}, 1, id="F16 a 201 without its body"),
    pytest.param({"cut": 1}, 1, id="F16 a 201 of one byte"),
    pytest.param({"cut": 0.5}, 1, id="F16 a 201 cut in half"),
    pytest.param({"cut": -1}, 1, id="F16 a 201 without its last byte"),
    pytest.param("bad_gzip", 1, id="F16 a 201 that cannot be unpacked"),
    pytest.param("garbage", 1, id="F16 a 201 of noise"),
    pytest.param("html", 1, id="F17 a 201 of HTML"),
    pytest.param({"apply_then_status": {"code": 201, "body": ""}}, 1, id="F17 an empty 201"),
    pytest.param({"apply_then_status": {"code": 201, "body": "null"}}, 1, id="F17 a 201 of null"),
]


@pytest.mark.parametrize(("do", "effects"), LOST)
def test_f05_to_f08_f16_f17_a_create_is_sent_once_and_its_outcome_unknown(stage: Stage, do: Do, effects: int) -> None:
    """From what the client sees nobody can tell whether there is an effect: so it never guesses."""
    rule = stage.when_creating(do)
    with pytest.raises(Unknown):
        stage.create()
    while stage.faults.account(rule)["pending"]:
        time.sleep(0.02)
    assert (stage.arrived(), stage.written()) == (1, effects)


CHANGES = [
    pytest.param("PATCH", lambda stage: stage.client.events.change(stage.visit, EventChange(title="x")), id="change"),
    pytest.param("PATCH", lambda stage: stage.client.events.cancel(stage.visit), id="cancel"),
    pytest.param("DELETE", lambda stage: stage.client.events.delete(stage.visit), id="delete"),
]


@pytest.mark.parametrize(("method", "change"), CHANGES)
@pytest.mark.parametrize("do", ["apply_then_reset", "reset_before_apply", {"apply_then_status": 502}], ids=str)
def test_f09_a_change_whose_answer_is_lost_is_sent_once(
    stage: Stage, do: Do, method: str, change: Callable[[Stage], Any]
) -> None:
    stage.faults.rule(do, method=method, path=ONE_EVENT)
    with pytest.raises(Unknown):
        change(stage)
    assert len(stage.faults.requests(method)) == 1
    assert len(stage.faults.journal()) == (1 if do == "reset_before_apply" else 2)


CUTS = [{"cut": 0}, {"cut": 1}, {"cut": 0.5}, {"cut": -1}, "bad_gzip", "garbage"]


@pytest.mark.parametrize("do", CUTS, ids=str)
def test_f16_a_read_that_is_half_heard_is_no_empty_calendar(stage: Stage, do: Do) -> None:
    stage.when_reading(do, times=None)
    with pytest.raises(WelkinError) as caught:
        stage.day()
    assert not isinstance(caught.value, Unknown)


@pytest.mark.parametrize("do", CUTS[:4], ids=str)
def test_f16_a_read_that_is_cut_once_is_read_again(stage: Stage, do: Do) -> None:
    stage.when_reading(do)
    assert [event.id for event in stage.day()] == [stage.visit]


@pytest.mark.parametrize("how", ["close", "reset"])
def test_f30_a_connection_that_ended_while_idle_is_not_noticed_by_a_read(stage: Stage, how: str) -> None:
    stage.when_reading({"close_after": how}, times=3)
    assert [[event.id for event in stage.day()] for _ in range(5)] == [[stage.visit]] * 5


@pytest.mark.parametrize("how", ["close", "reset"])
def test_f30_a_change_on_a_connection_that_ended_while_idle_happens_at_most_once(stage: Stage, how: str) -> None:
    stage.when_reading({"close_after": how})
    stage.day()
    try:
        stage.create()
    except Unknown:
        known = False
    else:
        known = True
    assert (stage.arrived() <= 1, stage.written()) == (True, stage.arrived())
    assert stage.written() or not known
