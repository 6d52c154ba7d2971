"""Judges a run by what people were told, what the API holds, and what our ledger says (reliability 2.0 and 4.4).

`check(history, sandbox, ours)` answers the violations of each invariant as sentences; nothing found is a clean run.

* `history`: the attempts (history.py), in any order.
* `sandbox`: `events` as its dump tells them, and where they are there `entries` of its journal and `requests`.
* `ours`: `intents`, `claims`, `edits`, `audit` (checker_ledger.py).

An attempt that was told "unknown" may have happened or not; what our ledger says of its intent in the end is what the
person is told in the end, so that is held to be true as well. The dumps are to be taken after everything has settled.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from .history import FOREIGN, OK, OUTAGE, REFUSED, UNKNOWN, Attempt, moment

MARK = "daybook-"
LIVE_CLAIMS = ("reserved", "sent", "unknown", "confirmed")
OPEN = ("working", "unknown")
FINAL = ("confirmed", "refused")
PLACING = ("appointment.book", "appointment.move", "appointment.join", "appointment.restore")
# "15 min": nothing is open longer (reliability 2.0, I12).
PATIENCE = timedelta(minutes=15)
# A create is sent at most once more, with its marker (reliability 4.2 B).
MOST_SENDS = 2
# Calls that go out for each that was meant, in an outage; the retries that a full bucket allows come on top (G6).
AMPLIFICATION = 1.1
PLACE, STATUS, PEOPLE = "place", "status", "people"
WORDS = {"title": "eventTitle", "description": "eventDescription", "mode": "eventMode", "type": "eventType"}

Row = Mapping[str, Any]
Found = Iterator[str]


@dataclass(frozen=True, slots=True)
class Visit:
    """One event of the dump."""

    row: Row

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def live(self) -> bool:
        return str(self.row.get("eventStatus") or "").upper() != "CANCELLED"

    @property
    def is_leave(self) -> bool:
        return str(self.row.get("eventType") or "").upper() == "LEAVE"

    @property
    def markers(self) -> set[str]:
        """The intents that it names, in either place where a marker may stand."""
        told = (self.row.get("externalId"), (self.row.get("additionalInfo") or {}).get("marker"))
        return {str(text).removeprefix(MARK) for text in told if text and str(text).startswith(MARK)}

    @property
    def start(self) -> datetime:
        return moment(self.row["startDateTime"])

    @property
    def end(self) -> datetime:
        return moment(self.row["endDateTime"])

    @property
    def people(self) -> set[str]:
        return {str(row["participantId"]) for row in self.row.get("participants") or ()}

    def part(self, name: str) -> Any:
        """The value of a part, in the words of a history."""
        if name == PLACE:
            return [self.row["startDateTime"], self.row["endDateTime"], self.row.get("hostId")]
        if name == STATUS:
            return str(self.row.get("eventStatus") or "").upper()
        return self.row.get(WORDS.get(name, name))


class Case:
    """Everything that is known, with the indexes that the invariants need."""

    def __init__(self, history: Iterable[Attempt], sandbox: Row, ours: Row, now: datetime, patience: timedelta) -> None:
        self.attempts = [attempt for attempt in history if attempt.op not in (FOREIGN, OUTAGE)]
        self.foreign = [attempt for attempt in history if attempt.op == FOREIGN]
        self.outages = [attempt for attempt in history if attempt.op == OUTAGE]
        self.visits = [Visit(row) for row in sandbox["events"]]
        self.journal: Sequence[Row] = sandbox.get("entries") or ()
        self.requests: Sequence[Row] = sandbox.get("requests") or ()
        self.ours, self.now, self.patience = ours, now, patience
        self.by_id = {visit.id: visit for visit in self.visits}
        self.intents: dict[str, Row] = {row["key"]: row for row in ours["intents"]}

    @cached_property
    def by_marker(self) -> dict[str, list[Visit]]:
        found: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.visits:
            for marker in visit.markers:
                found[marker].append(visit)
        return found

    @cached_property
    def audit_of(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.ours["audit"]:
            found[row["intent"]].append(row)
        return found

    @cached_property
    def made_with(self) -> dict[str, set[str]]:
        """Who took part in each event when it was made."""
        return {row["event"]: set(row["people"]) for row in self.journal if row["kind"] == "created"}

    @cached_property
    def told_of(self) -> dict[str, set[str]]:
        """All that was told of each intent, in the end by the ledger."""
        told: dict[str, set[str]] = defaultdict(set)
        for attempt in self.attempts:
            told[attempt.intent].add(self.ending(attempt))
        return told

    @cached_property
    def touching(self) -> dict[str, list[Attempt]]:
        """The attempts on each event that did something, or may have."""
        found: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in (*self.attempts, *self.foreign):
            event = self.event_of(attempt)
            if event and self.ending(attempt) != REFUSED:
                found[event].append(attempt)
        return found

    def event_of(self, attempt: Attempt) -> str | None:
        """The event that an attempt made or changed, as far as anybody knows."""
        told = attempt.event or (self.intents.get(attempt.intent, {}).get("outcome") or {}).get("event")
        if told:
            return str(told)
        marked = self.by_marker.get(attempt.intent)
        return marked[0].id if marked else None

    def ending(self, attempt: Attempt) -> str:
        """What is told in the end."""
        if attempt.outcome != UNKNOWN:
            return attempt.outcome
        state = self.intents.get(attempt.intent, {}).get("state", "")
        return {"confirmed": OK, "refused": REFUSED, "minted": REFUSED}.get(state, UNKNOWN)

    def last_on(self, event: str, part: str) -> list[Attempt]:
        """The attempts that may have written this part last: none that a later yes certainly came after."""
        writers = [attempt for attempt in self.touching.get(event, ()) if part in attempt.changes]
        sure = [attempt for attempt in writers if self.ending(attempt) == OK]
        return [one for one in writers if not any(other.start > one.end for other in sure)]

    def removed(self, event: str) -> bool:
        return any(attempt.op == "delete" for attempt in self.touching.get(event, ()))


def no_overlap(case: Case) -> Found:
    """I1: nobody has two live visits at once of which one was made or changed through us, unless somebody said why."""
    excused = _overridden(case)
    strange = {attempt.event for attempt in case.foreign}
    ours = {event for event in case.touching if event not in strange}
    ours |= {visit.id for visit in case.visits if visit.markers}
    by_person: dict[str, list[Visit]] = defaultdict(list)
    for visit in case.visits:
        if visit.live and not visit.is_leave:
            for person in visit.people:
                by_person[person].append(visit)
    for person, visits in by_person.items():
        for one, other in _overlapping(visits):
            if {one.id, other.id} & ours and not {one.id, other.id} & (excused | strange):
                yield f"{one.id} and {other.id} overlap for {person} at {max(one.start, other.start):%m-%d %H:%M}"


def _overlapping(visits: list[Visit]) -> Iterator[tuple[Visit, Visit]]:
    ordered = sorted(visits, key=lambda visit: visit.start)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.start >= one.end:
                break
            yield one, other


def _overridden(case: Case) -> set[str]:
    """Events that somebody placed although something stood against it: with their name and a reason on record."""
    found = set()
    for row in case.ours["audit"]:
        if row["action"] in PLACING and row["phase"] == "requested" and row["reason"] and row.get("account_id"):
            outcome = case.intents.get(row["intent"], {}).get("outcome") or {}
            found |= {row["object_id"], str(outcome.get("event", ""))}
            found |= {visit.id for visit in case.by_marker.get(row["intent"], ())}
    return found - {""}


def at_most_once(case: Case) -> Found:
    """I2: one intent makes at most one live visit."""
    for marker, visits in case.by_marker.items():
        live = [visit.id for visit in visits if visit.live]
        if len(live) > 1:
            yield f"intent {marker} has {len(live)} live visits: {', '.join(live)}"


def true_yes(case: Case) -> Found:
    """I3: what was told to be done is there, as it was asked for, unless somebody changed it afterwards."""
    for attempt in case.attempts:
        if case.ending(attempt) == OK:
            yield from (f"{attempt.op} {attempt.intent}: {what}" for what in _missing(case, attempt))
    for event, attempts in case.touching.items():
        visit = case.by_id.get(event)
        if visit is not None:
            yield from _wrong_parts(case, visit, {part for attempt in attempts for part in attempt.changes})


def _missing(case: Case, attempt: Attempt) -> Found:
    event = case.event_of(attempt)
    visit = case.by_id.get(event or "")
    if visit is None:
        if not (event and case.removed(event)):
            yield "was told done, and there is no such visit"
        return
    others = case.touching.get(visit.id, ())
    gone = set(attempt.adds) - visit.people - _handed_on(others)
    if gone and not any(other.op == FOREIGN for other in others):
        yield f"{', '.join(sorted(gone))} should take part in {visit.id}"


def _handed_on(attempts: Iterable[Attempt]) -> set[str]:
    """The hosts whose visit went to another one."""
    places = [attempt.changes[PLACE] for attempt in attempts if PLACE in attempt.changes]
    return {seen[2] for seen, wanted in places if seen and seen[2] != wanted[2]}


def _wrong_parts(case: Case, visit: Visit, parts: Collection[str]) -> Found:
    for part in sorted(parts):
        last = case.last_on(visit.id, part)
        values = [attempt.changes[part][1] for attempt in last]
        before = [attempt.changes[part][0] for attempt in last if case.ending(attempt) == UNKNOWN]
        if values and visit.part(part) not in values + before:
            yield f"{part} of {visit.id} is {visit.part(part)}, and should be {' or '.join(map(str, values))}"


def true_no(case: Case) -> Found:
    """I4: what was told not to be done has not been done by anybody in our name."""
    for attempt in case.attempts:
        if case.told_of[attempt.intent] != {REFUSED}:
            continue
        for visit in case.by_marker.get(attempt.intent, ()):
            if visit.live:
                yield f"{attempt.op} {attempt.intent} was told not done, and {visit.id} is there"
        visit = case.by_id.get(attempt.event or "")
        if visit is not None and attempt.op != "book":
            yield from (f"{attempt.op} {attempt.intent} was told not done: {what}" for what in _done(case, attempt))


def _done(case: Case, attempt: Attempt) -> Found:
    visit = case.by_id[attempt.event or ""]
    others = case.touching.get(visit.id, ())
    for part, (seen, wanted) in attempt.changes.items():
        asked = [other for other in others if part in other.changes and other.changes[part][1] == wanted]
        if seen != wanted and visit.part(part) == wanted and not asked:
            yield f"{part} of {visit.id} is {wanted} all the same"
    added = {person for other in others for person in other.adds} | case.made_with.get(visit.id, visit.people)
    for person in set(attempt.adds) & visit.people - added:
        yield f"{person} takes part in {visit.id} all the same"


def no_lost_update(case: Case) -> Found:
    """I6: nobody replaces a value that they had not seen. Each value is replaced at most as often as it was there."""
    for event, attempts in case.touching.items():
        for part in sorted({part for attempt in attempts for part in attempt.changes}):
            writers = [attempt for attempt in attempts if part in attempt.changes]
            there = Counter(repr(attempt.changes[part][1]) for attempt in writers)
            sure = [attempt for attempt in writers if case.ending(attempt) == OK and attempt.op != FOREIGN]
            replaced = Counter(repr(one.changes[part][0]) for one in sure if one.changes[part][0] is not None)
            first = {repr(one.changes[part][0]) for one in sorted(writers, key=lambda one: one.start)[:1]}
            made = any(attempt.op == "book" for attempt in writers)
            for value, times in replaced.items():
                if times > there[value] + (0 if made else 1 if value in first or not there[value] else 0):
                    yield f"{part} {value} of {event} was replaced {times} times, by people who each saw it"


def budget(case: Case) -> Found:
    """I7: no create without its marker, none sent more often than the ledger knows, no flood in an outage."""
    posts = [row for row in case.requests if _is_create(row)]
    yield from (f"request {row['number']} is a create without a marker" for row in posts if not _intent_of(row))
    for intent, times in Counter(_intent_of(row) for row in posts).items():
        sends = case.intents.get(intent, {}).get("sends")
        if intent and times > min(MOST_SENDS, MOST_SENDS if sends is None else max(1, sends)):
            yield f"the create of {intent} arrived {times} times, the ledger knows {sends}"
    for entry in case.journal:
        if entry["kind"] == "created" and entry["method"] == "POST" and _is_ours(case, entry) and not _marked(entry):
            yield f"{entry['event']} was made without a marker"
    for outage in case.outages:
        out = sum(1 for row in case.requests if outage.start <= moment(row["at"]) <= outage.end)
        if outage.calls and out > AMPLIFICATION * outage.calls:
            yield f"{out} calls went out for {outage.calls} that were meant"


def _is_create(row: Row) -> bool:
    return row["method"] == "POST" and str(row["path"]).rstrip("/").endswith("calendar/events")


def _intent_of(row: Row) -> str:
    return str(row.get("externalId") or "").removeprefix(MARK)


def _marked(entry: Row) -> bool:
    return any(str(entry.get(name) or "").startswith(MARK) for name in ("externalId", "marker"))


def _is_ours(case: Case, entry: Row) -> bool:
    """Whether one of our attempts made it: what a test sets up beforehand is nobody's attempt."""
    made = {attempt.event for attempt in case.attempts if attempt.op == "book" and attempt.event}
    return entry["event"] in made


def audited(case: Case) -> Found:
    """I10: one "requested" and one final outcome for each attempted change, and no change without a record."""
    for key, intent in case.intents.items():
        phases = Counter(row["phase"] for row in case.audit_of.get(key, ()))
        begun = phases["requested"] - phases["not sent"]
        ended = sum(phases[phase] for phase in FINAL)
        final = intent["state"] in FINAL
        if begun != (0 if intent["state"] == "minted" else 1) or ended != int(final):
            yield f"intent {key} is {intent['state']} with the lines {dict(phases)}"
        elif final and not phases[intent["state"]]:
            yield f"intent {key} is {intent['state']}, and its last line says otherwise: {dict(phases)}"
    asked = Counter(row["object_id"] for row in case.ours["audit"] if row["phase"] == "requested")
    strange = {attempt.event for attempt in case.foreign}
    for entry in case.journal:
        marker = str(entry.get("externalId") or entry.get("marker") or "").removeprefix(MARK)
        unmade = entry["kind"] == "created" and _marked(entry) and not case.audit_of.get(marker)
        event = entry["event"]
        unasked = entry["kind"] != "created" and event in case.touching and not asked[event] and event not in strange
        if (unmade or unasked) and not _swept(case, event):
            yield f"{entry['kind']} {event} has no record"


def _swept(case: Case, event: str) -> bool:
    """Whether the ledger speaks of this event in another line than one that asks for a change."""
    return any(row["object_id"] == event for row in case.ours["audit"])


def conserved(case: Case) -> Found:
    """I12: every intent ends, nothing stays blocked without its visit, and the ledger tells what the screen told."""
    yield from _unended(case)
    yield from _blocked(case)
    for edit in case.ours["edits"]:
        if case.intents.get(edit["intent"], {}).get("state") not in OPEN:
            yield f"the edit of {edit['visit']} is open, and nobody works on it"
    for attempt in case.attempts:
        intent = case.intents.get(attempt.intent)
        if intent is None:
            yield f"intent {attempt.intent} is lost"
        elif attempt.outcome == OK and intent["state"] != "confirmed":
            yield f"{attempt.op} {attempt.intent} was told done, and the ledger says {intent['state']}"


def _unended(case: Case) -> Found:
    for key, intent in case.intents.items():
        since = intent.get("started_at")
        if intent["state"] in OPEN and since and case.now - moment(since) > case.patience:
            yield f"intent {key} is {intent['state']} since {since}"


def _blocked(case: Case) -> Found:
    for claim in case.ours["claims"]:
        if claim["state"] not in LIVE_CLAIMS:
            continue
        told = f"{claim['state']} claim of {claim['resource']} for {claim['visit']}"
        if claim["state"] != "confirmed":
            if case.intents.get(claim["intent"], {}).get("state") not in OPEN:
                yield f"{told}: its intent is over"
            continue
        visit = case.by_id.get(claim["visit"])
        held = (moment(claim["starts_at"]), moment(claim["ends_at"]))
        if visit is None or not visit.live or claim["resource"] not in visit.people:
            yield f"{told}: no such visit"
        elif not visit.row.get("allDayEvent") and held != (visit.start, visit.end):
            yield f"{told}: the visit stands elsewhere"


INVARIANTS: Mapping[str, Callable[[Case], Found]] = {
    "I1": no_overlap,
    "I2": at_most_once,
    "I3": true_yes,
    "I4": true_no,
    "I6": no_lost_update,
    "I7": budget,
    "I10": audited,
    "I12": conserved,
}


def check(
    history: Iterable[Attempt],
    sandbox: Row,
    ours: Row,
    *,
    now: datetime | None = None,
    patience: timedelta = PATIENCE,
) -> dict[str, list[str]]:
    """The violations of each invariant that has any. `patience`: how long an intent may be open at `now`."""
    case = Case(list(history), sandbox, ours, now or datetime.now(UTC), patience)
    found = {name: list(invariant(case)) for name, invariant in INVARIANTS.items()}
    return {name: told for name, told in found.items() if told}
