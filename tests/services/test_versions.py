"""The token of what was seen: which parts changed, no words of the visit, and no trust in what it cannot read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.services.versions import PARTS, changed, version

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA, THEO = UUID(int=1), UUID(int=2)
EVENT = Event(
    id=UUID(int=9),
    when=Interval(NOON, NOON + timedelta(hours=1)),
    host_id=ADA,
    participants=(Participant(ADA, "psm"), Participant(THEO, "patient")),
    type="APPOINTMENT",
    status="SCHEDULED",
    mode="CALL",
    title="Wound check",
    additional={"location": "Room 3"},
    updated_at=NOON,
)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        pytest.param({"when": EVENT.when.shifted(timedelta(minutes=5))}, ("when",), id="time"),
        pytest.param({"host_id": uuid4()}, ("host",), id="host"),
        pytest.param({"status": "CANCELLED"}, ("status",), id="status"),
        pytest.param({"status": "Scheduled"}, (), id="same-status-in-other-letters"),
        pytest.param({"title": "Other"}, ("title",), id="title"),
        pytest.param({"additional": {"location": "Room 4"}}, ("location",), id="location"),
        pytest.param({"participants": EVENT.participants[:1]}, ("people", "answers", "attendance"), id="people"),
        pytest.param(
            {"participants": (EVENT.participants[0], replace(EVENT.participants[1], answer="Yes"))},
            ("answers",),
            id="answer",
        ),
        pytest.param({"participants": EVENT.participants[::-1]}, (), id="order-of-people"),
        pytest.param({"updated_at": NOON + timedelta(days=1)}, (), id="date-alone"),
    ],
)
def test_it_tells_which_parts_changed(change: dict[str, object], parts: tuple[str, ...]) -> None:
    assert changed(version(EVENT), replace(EVENT, **change)) == parts  # type: ignore[arg-type]


@pytest.mark.parametrize("token", ["", "x", "2026~", version(EVENT)[:-1], version(EVENT) + "0"])
def test_a_token_that_cannot_be_read_means_that_everything_may_differ(token: str) -> None:
    assert changed(token, EVENT) == tuple(PARTS)


def test_it_holds_no_words() -> None:
    assert "Wound" not in version(EVENT)
    assert len(version(EVENT)) < 300
