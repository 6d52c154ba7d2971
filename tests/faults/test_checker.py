"""The checker itself: a clean run is clean, and each invariant has broken runs that are found out (its control)."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .checker import INVARIANTS, check
from .history import FOREIGN, OK, OUTAGE, REFUSED, UNKNOWN, Attempt, Recorder, instant, read

T0 = datetime(2027, 5, 3, 8, tzinfo=UTC)
ADA, BEN, THEO, UMA = "ada", "ben", "theo", "uma"
NINE, TEN = T0 + timedelta(hours=6), T0 + timedelta(hours=7)
HALF = timedelta(minutes=30)


def place(start: datetime, host: str = ADA) -> list[str]:
    return [instant(start), instant(start + HALF), host]


def attempt(intent: str, op: str, at: int, outcome: str = OK, **more: Any) -> Attempt:
    begun = T0 + timedelta(seconds=at)
    shown = {OK: "U1", REFUSED: "U2", UNKNOWN: "U4"}[outcome]
    return Attempt(intent, op, begun, begun + timedelta(seconds=1), outcome, shown, **more)


def event(number: int, intent: str, start: datetime, *people: str, status: str = "SCHEDULED") -> dict[str, Any]:
    return {
        "id": f"event-{number}",
        "externalId": f"daybook-{intent}",
        "additionalInfo": {"marker": f"daybook-{intent}"},
        "eventTitle": "Wound check",
        "eventType": "APPOINTMENT",
        "eventStatus": status,
        "hostId": people[0],
        "startDateTime": instant(start),
        "endDateTime": instant(start + HALF),
        "participants": [{"participantId": person} for person in people],
    }


def intent(key: str, state: str, action: str, number: int | None = None) -> dict[str, Any]:
    told = {"event": f"event-{number}"} if number else {}
    return {"key": key, "state": state, "action": action, "started_at": instant(T0), "sends": 1, "outcome": told}


def lines(key: str, action: str, *phases: str, object_id: str = "", reason: str = "") -> list[dict[str, Any]]:
    row = {"action": action, "object_id": object_id, "reason": reason, "intent": key, "account_id": 1}
    return [{**row, "phase": phase} for phase in phases]


def claim(key: str, number: int, person: str, start: datetime, state: str = "confirmed") -> dict[str, Any]:
    own = {"visit": f"event-{number}", "resource": person, "state": state, "intent": key}
    return {**own, "starts_at": instant(start), "ends_at": instant(start + HALF)}


def entry(number: int, kind: str, marker: str, *people: str) -> dict[str, Any]:
    own = {"kind": kind, "method": "POST", "event": f"event-{number}", "people": list(people)}
    return {**own, "externalId": f"daybook-{marker}"}


def arrival(number: int, marker: str, at: int = 0) -> dict[str, Any]:
    row = {
        "number": number,
        "method": "POST",
        "path": "live/calendar/events",
        "at": instant(T0 + timedelta(seconds=at)),
    }
    return {**row, "externalId": f"daybook-{marker}" if marker else None}


class Run:
    """A run in which all went well: a visit booked and moved, one refused, one whose answer was lost, one cancelled."""

    def __init__(self) -> None:
        booked = {"place": (None, place(NINE)), "status": (None, "SCHEDULED")}
        self.history = [
            attempt("a", "book", 0, event="event-1", changes=booked, adds=(ADA, THEO)),
            attempt("b", "book", 0, REFUSED, changes=booked, adds=(ADA, UMA)),
            attempt("c", "book", 2, UNKNOWN, changes={"place": (None, place(NINE, BEN))}, adds=(BEN, UMA)),
            attempt("d", "move", 4, event="event-1", changes={"place": (place(NINE), place(TEN))}),
            attempt("e", "book", 6, event="event-3", changes=booked, adds=(ADA, THEO)),
            attempt("f", "cancel", 8, event="event-3", changes={"status": ("SCHEDULED", "CANCELLED")}),
        ]
        self.events = [
            event(1, "a", TEN, ADA, THEO),
            event(2, "c", NINE, BEN, UMA),
            event(3, "e", NINE, ADA, THEO, status="CANCELLED"),
        ]
        self.entries = [
            entry(1, "created", "a", ADA, THEO),
            entry(2, "created", "c", BEN, UMA),
            entry(1, "changed", "a", ADA, THEO),
            entry(3, "created", "e", ADA, THEO),
            entry(3, "changed", "e", ADA, THEO),
        ]
        self.requests = [arrival(number, marker) for number, marker in enumerate("ace")]
        self.intents = [
            intent("a", "confirmed", "appointment.book", 1),
            intent("b", "minted", "appointment.book"),
            intent("c", "confirmed", "appointment.book", 2),
            intent("d", "confirmed", "appointment.move", 1),
            intent("e", "confirmed", "appointment.book", 3),
            intent("f", "confirmed", "appointment.cancel", 3),
        ]
        self.claims = [claim("d", 1, ADA, TEN), claim("d", 1, THEO, TEN), claim("c", 2, BEN, NINE)]
        self.claims += [claim("c", 2, UMA, NINE), claim("e", 3, ADA, NINE, "released")]
        self.edits: list[dict[str, Any]] = []
        self.audit = [
            *lines("a", "appointment.book", "requested", "confirmed"),
            *lines("c", "appointment.book", "requested", "unknown", "confirmed"),
            *lines("d", "appointment.move", "requested", "confirmed", object_id="event-1"),
            *lines("e", "appointment.book", "requested", "confirmed"),
            *lines("f", "appointment.cancel", "requested", "confirmed", object_id="event-3"),
        ]

    def check(self) -> dict[str, list[str]]:
        sandbox = {"events": self.events, "entries": self.entries, "requests": self.requests}
        ours = {"intents": self.intents, "claims": self.claims, "edits": self.edits, "audit": self.audit}
        return check(self.history, sandbox, ours, now=T0 + timedelta(minutes=20))


def test_a_run_without_faults_is_clean() -> None:
    assert Run().check() == {}


def two_at_once(run: Run) -> None:
    """I1: the refused form had its effect beside the accepted one: half an hour later, so that it only meets partly."""
    run.events[1]["participants"].append({"participantId": ADA})
    run.events[1] |= {"startDateTime": instant(TEN + timedelta(minutes=15)), "endDateTime": instant(TEN + HALF * 2)}
    run.history[2] = replace(
        run.history[2], changes={"place": (None, [instant(TEN + timedelta(minutes=15)), instant(TEN + HALF * 2), BEN])}
    )
    run.claims = [row for row in run.claims if row["intent"] != "c"]


def patient_twice(run: Run) -> None:
    """I1: a patient is somebody too."""
    run.events[1]["participants"].append({"participantId": THEO})
    run.events[0] |= {"startDateTime": instant(NINE), "endDateTime": instant(NINE + HALF)}
    run.history[3] = replace(run.history[3], changes={"place": (place(NINE), place(NINE))})
    run.claims = [row for row in run.claims if row["intent"] != "d"]


def sent_twice(run: Run) -> None:
    """I2: the lost create landed after it had been sent again."""
    run.events.append(event(9, "c", NINE + timedelta(hours=4), BEN, UMA))


def never_there(run: Run) -> None:
    """I3: told booked, and the visit is not there."""
    run.history.append(attempt("g", "book", 9, event="event-7", adds=(ADA,)))
    run.intents.append(intent("g", "confirmed", "appointment.book", 7))
    run.audit += lines("g", "appointment.book", "requested", "confirmed")


def at_another_time(run: Run) -> None:
    """I3: told moved, and it stands where it stood."""
    run.events[0] |= {"startDateTime": instant(NINE), "endDateTime": instant(NINE + HALF)}
    run.claims = [row for row in run.claims if row["intent"] != "d"]


def without_the_patient(run: Run) -> None:
    """I3: who was told to take part does not."""
    run.events[0]["participants"].pop()
    run.claims.pop(1)


def there_after_a_no(run: Run) -> None:
    """I4: told "not saved", and it is there later."""
    run.events.append(event(8, "b", NINE + timedelta(hours=3), ADA, UMA))
    run.audit += lines("b", "appointment.book", "requested", "not sent")


def cancelled_after_a_no(run: Run) -> None:
    """I4: told "not cancelled", and it is."""
    run.history[4] = replace(run.history[4], changes={})
    run.history[5] = replace(run.history[5], outcome=REFUSED)
    run.intents[5] = intent("f", "refused", "appointment.cancel", 3)
    run.audit[-1] = run.audit[-1] | {"phase": "refused"}


def overwritten(run: Run) -> None:
    """I6: two who saw the same place both moved the visit."""
    run.history.append(
        attempt("h", "move", 6, event="event-1", changes={"place": (place(NINE), place(TEN + timedelta(hours=1)))})
    )
    run.events[0] |= {"startDateTime": instant(TEN + timedelta(hours=1)), "endDateTime": instant(TEN + HALF * 3)}
    run.intents.append(intent("h", "confirmed", "appointment.move", 1))
    run.audit += lines("h", "appointment.move", "requested", "confirmed", object_id="event-1")
    run.claims = [row for row in run.claims if row["intent"] != "d"]


def posted_blindly(run: Run) -> None:
    """I7: one create arrived three times."""
    run.requests += [arrival(10, "c"), arrival(11, "c")]


def posted_by_the_library(run: Run) -> None:
    """I7: one create arrived twice, and the ledger sent it once."""
    run.requests.append(arrival(10, "c"))


def posted_without_marker(run: Run) -> None:
    """I7: a create that nobody could find again."""
    run.requests.append(arrival(10, ""))


def hammered(run: Run) -> None:
    """I7: an API that is down gets more calls than usual."""
    begun = T0 + timedelta(hours=1)
    run.history.append(Attempt("", OUTAGE, begun, begun + timedelta(seconds=9), UNKNOWN, calls=10))
    read = {"method": "GET", "path": "live/calendar/events", "at": instant(begun + timedelta(seconds=1))}
    run.requests += [read | {"number": number} for number in range(12)]


def without_final_line(run: Run) -> None:
    """I10: the outcome was never written down."""
    run.audit.pop(1)


def with_two_final_lines(run: Run) -> None:
    """I10: the outcome was written down twice."""
    run.audit.append(run.audit[1])


def without_record(run: Run) -> None:
    """I10: a change that nobody asked for."""
    run.audit = [row for row in run.audit if row["intent"] not in ("e", "f")]
    run.intents = [row for row in run.intents if row["key"] not in ("e", "f")]
    run.history = [one for one in run.history if one.intent not in ("e", "f")]
    run.claims.pop()


def open_for_ever(run: Run) -> None:
    """I12: nobody finds out."""
    run.intents[2] = intent("c", "unknown", "appointment.book")
    run.audit = [row for row in run.audit if (row["intent"], row["phase"]) != ("c", "confirmed")]
    run.claims = [row | {"state": "unknown"} if row["intent"] == "c" else row for row in run.claims]


def blocked_for_ever(run: Run) -> None:
    """I12: a claim that no intent works on any more."""
    run.claims.append(claim("b", 5, BEN, TEN, "sent"))


def blocked_for_nothing(run: Run) -> None:
    """I12: a cancelled visit still holds its hour."""
    run.claims[-1]["state"] = "confirmed"


def edit_left_open(run: Run) -> None:
    """I12: nobody can change the visit any more."""
    run.edits.append({"visit": "event-1", "intent": "d"})


def forgotten(run: Run) -> None:
    """I12: the ledger knows nothing of a form that was sent."""
    run.intents.pop(1)


def told_otherwise(run: Run) -> None:
    """I12: the screen said booked, the ledger says that nothing was sent."""
    run.history[1] = replace(run.history[1], outcome=OK, event="event-1", changes={}, adds=())


BROKEN: list[tuple[str, Callable[[Run], None]]] = [
    ("I1", two_at_once),
    ("I1", patient_twice),
    ("I2", sent_twice),
    ("I3", never_there),
    ("I3", at_another_time),
    ("I3", without_the_patient),
    ("I4", there_after_a_no),
    ("I4", cancelled_after_a_no),
    ("I6", overwritten),
    ("I7", posted_blindly),
    ("I7", posted_by_the_library),
    ("I7", posted_without_marker),
    ("I7", hammered),
    ("I10", without_final_line),
    ("I10", with_two_final_lines),
    ("I10", without_record),
    ("I12", open_for_ever),
    ("I12", blocked_for_ever),
    ("I12", blocked_for_nothing),
    ("I12", edit_left_open),
    ("I12", forgotten),
    ("I12", told_otherwise),
]


@pytest.mark.parametrize(("invariant", "breaking"), BROKEN, ids=[f"{name}-{way.__name__}" for name, way in BROKEN])
def test_a_broken_run_is_found_out(invariant: str, breaking: Callable[[Run], None]) -> None:
    run = Run()
    breaking(run)
    found = run.check()
    assert list(found) == [invariant], found


def test_each_invariant_has_a_broken_run() -> None:
    assert {name for name, _ in BROKEN} == set(INVARIANTS)


def test_a_reason_on_record_excuses_an_overlap() -> None:
    run = Run()
    two_at_once(run)
    run.audit = [row | {"reason": "emergency"} if row["intent"] == "c" else row for row in run.audit]
    assert run.check() == {}


def test_touching_ends_do_not_overlap() -> None:
    run = Run()
    run.events[1]["participants"].append({"participantId": ADA})
    run.events[1] |= {"startDateTime": instant(TEN + HALF), "endDateTime": instant(TEN + HALF * 2)}
    run.history[2] = replace(run.history[2], changes={"place": (None, [*place(TEN + HALF)[:2], BEN])})
    run.claims = [row for row in run.claims if row["intent"] != "c"]
    assert run.check() == {}


def test_somebody_elses_program_may_do_what_it_likes() -> None:
    run = Run()
    run.events[0]["eventStatus"] = "CANCELLED"
    run.claims = run.claims[2:]
    told = {"status": ("SCHEDULED", "CANCELLED")}
    run.history.append(attempt("", FOREIGN, 30, event="event-1", changes=told))
    assert run.check() == {}


def test_a_history_comes_back_as_it_was_written(tmp_path: Path) -> None:
    run, path = Run(), tmp_path / "history.jsonl"
    recorder = Recorder(path)
    for one in copy.deepcopy(run.history):
        recorder.note(one)
    kept = read([path])
    assert [one.intent for one in kept] == [one.intent for one in sorted(run.history, key=lambda one: one.start)]
    run.history = kept
    assert run.check() == {}
