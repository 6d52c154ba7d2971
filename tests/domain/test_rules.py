"""What may still be done with an event, by status and time."""

import pytest

from scheduling.domain import rules

from .builders import event, span

BEFORE, START, DURING, END = (
    span("2026-11-23", f"2026-11-23 {clock}").end for clock in ("13:59", "14:00", "14:30", "15:00")
)
VISIT = span("2026-11-23 14:00", "2026-11-23 15:00")
RULES = ("movable", "cancellable", "deletable", "answerable", "completable", "missable")

# What each rule says, in the order above.
TABLE = [
    ("scheduled, before", {"status": "SCHEDULED"}, BEFORE, (None, None, None, None, "NOT_STARTED", "NOT_ENDED")),
    ("mixed case, before", {"status": "Scheduled"}, BEFORE, (None, None, None, None, "NOT_STARTED", "NOT_ENDED")),
    ("null status, before", {"status": None}, BEFORE, (None, None, None, None, "NOT_STARTED", "NOT_ENDED")),
    ("scheduled, as it starts", {"status": "SCHEDULED"}, START, (None, None, "STARTED", None, None, "NOT_ENDED")),
    ("scheduled, during", {"status": "SCHEDULED"}, DURING, (None, None, "STARTED", None, None, "NOT_ENDED")),
    ("scheduled, as it ends", {"status": "SCHEDULED"}, END, (None, None, "STARTED", "ENDED", None, None)),
    ("completed", {"status": "COMPLETED"}, END, ("COMPLETED", "COMPLETED", "STARTED", *["COMPLETED"] * 3)),
    ("missed", {"status": "MISSED"}, END, ("MISSED", "MISSED", "STARTED", *["MISSED"] * 3)),
    ("cancelled, before", {"status": "CANCELLED"}, BEFORE, ("CANCELLED", "CANCELLED", None, *["CANCELLED"] * 3)),
    ("cancelled, after", {"status": "cancelled"}, END, ("CANCELLED", "CANCELLED", "STARTED", *["CANCELLED"] * 3)),
    ("unknown, before", {"status": "RESCHEDULED"}, BEFORE, ("UNKNOWN_STATUS",) * 6),
    ("not read whole, before", {"whole": False}, BEFORE, ("NOT_WHOLE", *[None] * 3, "NOT_STARTED", "NOT_ENDED")),
    ("leave, after", {"status": "SCHEDULED", "type": "LEAVE"}, END, (None, None, "STARTED", "ENDED", "LEAVE", "LEAVE")),
]


@pytest.mark.parametrize(("fields", "now", "reasons"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_what_may_be_done(fields, now, reasons):
    visit = event(VISIT, **fields)
    assert tuple(getattr(rules, rule)(visit, now) for rule in RULES) == reasons
