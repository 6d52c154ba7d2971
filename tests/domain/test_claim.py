"""Our own claims beside a reading: which of them count, which the reading shows to be over."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from scheduling.domain.claim import MARKER, Hold, carries, marker_of, sorted_out, times_of, unseen, visit_key
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval

from .builders import ADA, BEN, at, event, minutes

TEN, ELEVEN = minutes(600, 630), minutes(660, 690)
VISIT = UUID(int=77)
READ = at("2026-11-23 09:00")
LONG_AGO = READ - timedelta(seconds=120)
THEN, LATER = READ - timedelta(hours=2), READ - timedelta(hours=1)


def hold(**more: object) -> Hold:
    told = {
        "person_id": ADA,
        "when": TEN,
        "visit": str(VISIT),
        "state": "confirmed",
        "intent": "key",
        "overridden": False,
        "updated_at": THEN,
        "changed_at": READ,
    }
    return Hold(**(told | more))  # type: ignore[arg-type]


def shown(when: Interval = TEN, **more: object) -> Event:
    return replace(event(when), **({"id": VISIT, "updated_at": THEN} | more))  # type: ignore[arg-type]


COUNT, SILENT, OVER = "counts", "the reading speaks for it", "over"
CASES = [
    pytest.param(hold(), shown(), SILENT, id="shown where it is"),
    pytest.param(hold(), None, COUNT, id="not shown yet"),
    pytest.param(hold(changed_at=THEN), None, OVER, id="not shown any more"),
    pytest.param(hold(), shown(ELEVEN), COUNT, id="moved by us, and the reading lags"),
    pytest.param(hold(), shown(ELEVEN, updated_at=LATER), OVER, id="moved by others since"),
    pytest.param(hold(), shown(status="CANCELLED", updated_at=LATER), OVER, id="cancelled by others since"),
    pytest.param(hold(), shown(status="CANCELLED"), COUNT, id="cancelled in the same millisecond"),
    pytest.param(hold(changed_at=THEN), shown(status="CANCELLED"), OVER, id="cancelled, long ago"),
    pytest.param(hold(updated_at=None), shown(ELEVEN, updated_at=LATER), COUNT, id="without a time to compare"),
    pytest.param(hold(), shown(minutes(540, 720), updated_at=LATER), SILENT, id="made longer by others"),
    pytest.param(hold(person_id=BEN), shown(updated_at=LATER), OVER, id="somebody taken out by others"),
    pytest.param(hold(state="unknown", changed_at=THEN), None, COUNT, id="unknown, however old"),
    pytest.param(hold(state="sent"), shown(ELEVEN, updated_at=LATER), COUNT, id="on its way"),
    pytest.param(hold(visit="intent:key"), None, COUNT, id="being made"),
    pytest.param(hold(visit="intent:key"), shown(external_id="daybook-key"), SILENT, id="made, by its external id"),
    pytest.param(
        hold(visit="intent:key", state="unknown"),
        shown(additional={MARKER: "daybook-key"}),
        SILENT,
        id="made, by its marker beside",
    ),
    pytest.param(hold(visit="intent:key"), shown(external_id="daybook-other"), COUNT, id="made by another form"),
]


@pytest.mark.parametrize(("claim", "seen", "said"), CASES)
def test_what_a_claim_is_beside_a_reading(claim: Hold, seen: Event | None, said: str) -> None:
    counting, over = sorted_out([claim], [seen] if seen else [], LONG_AGO)

    assert (counting, over) == ((claim,) if said == COUNT else (), (claim,) if said == OVER else ())


def test_claims_that_are_over_do_not_count() -> None:
    claims = [hold(), hold(visit=str(uuid4())), hold(changed_at=THEN, visit=str(uuid4()))]

    assert unseen(claims, [shown()], LONG_AGO) == (claims[1],)


def test_the_claimed_time_of_each_person() -> None:
    assert times_of([hold(), hold(person_id=BEN), hold(when=ELEVEN)]) == {ADA: [TEN, ELEVEN], BEN: [TEN]}


def test_a_visit_is_known_by_its_id_or_by_the_form_that_makes_it() -> None:
    assert [visit_key(VISIT, "key"), visit_key(None, "key")] == [str(VISIT), "intent:key"]
    assert [hold().event_id, hold(visit="intent:key").event_id] == [VISIT, None]


def test_an_event_carries_the_marker_of_its_form_only() -> None:
    own = shown(external_id=marker_of("key"))

    assert [carries(own, "key"), carries(own, "k"), carries(shown(), "key")] == [True, False, False]
