"""What a worker's threads do: press buttons through the real services, and write down what they were told."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

import structlog
from django.db import connection as database
from django.db import connections

from scheduling.domain.event import Event, EventStatus, EventType
from scheduling.domain.interval import Interval
from scheduling.services import appointments, closing, joining, restoring, versions, writes
from scheduling.services.appointments import Move, Wish
from scheduling.services.changing import AppointmentChanged, Done, NothingToChange, NotPossible
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.joining import Join
from scheduling.services.placing import PlacementRejected
from scheduling.services.writes import Ending, LedgerBusy, NotSent
from scheduling.welkin.errors import NotFound, WelkinError
from tests.faults.history import OK, REFUSED, UNKNOWN, Attempt, Recorder, digest, instant

from .setting_up import here

log = structlog.get_logger("daybook.load")

# What a person is shown for each way a change can be refused (reliability 2.0).
SHOWN: tuple[tuple[type[Exception], str], ...] = (
    (PlacementRejected, "U2"),
    (AppointmentChanged, "U6"),
    (NotPossible, "U6"),
    (NothingToChange, "U6"),
    (NotFound, "U6"),
    (NotAllowed, "U8"),
    (NotSent, "U3"),
    (WelkinError, "U3"),
)
ENDINGS = {Ending.CONFIRMED: (OK, "U1"), Ending.REFUSED: (REFUSED, "U3")}
LIVE, CANCELLED = EventStatus.SCHEDULED.value, EventStatus.CANCELLED.value
Rows = list[dict[str, Any]]


@dataclass
class Plan:
    """One press of a button. `changes` and `adds` as in a history."""

    op: str
    press: Callable[[Desk, str], Done]
    args: tuple[object, ...]
    event: str | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    adds: tuple[str, ...] = ()


def _place(when: Interval, host: UUID | None) -> list[str | None]:
    return [instant(when.start), instant(when.end), str(host) if host else None]


# --- The buttons -----------------------------------------------------------------------------------------------------


def book(order: Mapping[str, Any]) -> Plan:
    """`order`: start, minutes, staff, patients; a group session where it has a capacity."""
    start = datetime.fromisoformat(order["start"])
    when = Interval(start, start + timedelta(minutes=order.get("minutes", 30)))
    staff, patients = (tuple(map(UUID, order[name])) for name in ("staff", "patients"))
    capacity = order.get("capacity")
    kind = EventType.GROUP_THERAPY if capacity else EventType.APPOINTMENT
    wish = Wish(when, staff, patients, type=kind, title="Wound check", capacity=capacity)
    return Plan(
        "book",
        lambda desk, intent: appointments.book(desk, intent, wish),
        (when, staff, patients),
        changes={"place": (None, _place(when, staff[0])), "status": (None, LIVE)},
        adds=(*map(str, staff), *map(str, patients)),
    )


def move(event: Event, to: Interval, host: UUID, op: str = "move") -> Plan:
    wish = Move(event.id, to, host, versions.version(event))
    return Plan(
        op,
        lambda desk, intent: appointments.move(desk, intent, wish),
        (event.id, to, host),
        str(event.id),
        {"place": (_place(event.when, event.host_id), _place(to, host))},
        (str(host),) if host != event.host_id else (),
    )


def cancel(event: Event) -> Plan:
    seen = versions.version(event)
    return Plan(
        "cancel",
        lambda desk, intent: closing.cancel(desk, intent, event.id, seen=seen, reason="the patient called"),
        (event.id,),
        str(event.id),
        {"status": (LIVE, CANCELLED)},
    )


def restore(event: Event) -> Plan:
    seen = versions.version(event)
    return Plan(
        "restore",
        lambda desk, intent: restoring.restore(desk, intent, event.id, seen=seen),
        (event.id,),
        str(event.id),
        {"status": (CANCELLED, LIVE)},
    )


def join(event: Event, patient: UUID) -> Plan:
    wish = Join(event.id, patient, versions.version(event))
    return Plan(
        "join",
        lambda desk, intent: joining.join(desk, intent, wish),
        (event.id, patient),
        str(event.id),
        adds=(str(patient),),
    )


# --- Pressing --------------------------------------------------------------------------------------------------------


def _opened(desk: Desk) -> str:
    """The form's intent; a form that cannot be made ready is opened again, as a person does."""
    while True:
        with suppress(LedgerBusy):
            return writes.mint(desk)


def press(plan: Plan, recorder: Recorder, worker: str) -> dict[str, Any]:
    """Press the button as a view would, and note what the person was told: the class of answer, and the seconds."""
    desk = here()
    intent = _opened(desk)
    began, clock = datetime.now(UTC), time.monotonic()
    done, outcome, shown, code = _told(plan, desk, intent)
    seconds = time.monotonic() - clock
    event = plan.event or (str(done.event_id) if done and done.event_id else None)
    recorder.note(
        Attempt(
            intent=intent,
            op=plan.op,
            start=began,
            end=datetime.now(UTC),
            outcome=outcome,
            shown=shown,
            user=str(desk.account),
            worker=worker,
            digest=digest(*plan.args),
            event=event,
            changes=plan.changes,
            adds=plan.adds,
            code=code,
        )
    )
    return {"shown": shown, "code": code, "event": event, "began": clock, "seconds": seconds}


def _told(plan: Plan, desk: Desk, intent: str) -> tuple[Done | None, str, str, str]:
    try:
        done = plan.press(desk, intent)
    except Exception as error:  # a server error is a finding of the run, not its end
        shown = next((shown for kind, shown in SHOWN if isinstance(error, kind)), "U8")
        if shown == "U8":
            log.exception("unexpected")
        # What a page cannot explain it must not call refused either.
        return None, UNKNOWN if shown == "U8" else REFUSED, shown, type(error).__name__
    outcome, shown = ENDINGS.get(done.outcome.ending, (UNKNOWN, "U4"))
    return done, outcome, shown, "replay" if done.outcome.replayed else ""


def _crew(job: Mapping[str, Any], plans: Callable[[random.Random], Plan | None]) -> Rows:
    """So many threads that begin at one moment, each pressing what it is given until there is nothing left."""
    recorder, found = Recorder(Path(job["history"])), []
    barrier = threading.Barrier(job["threads"])

    def one(number: int) -> Rows:
        chance, name = random.Random(f"{job['seed']}/{number}"), f"{job.get('name', 0)}/{number}"
        try:
            database.ensure_connection()
            barrier.wait(timeout=60)
            time.sleep(max(0.0, job["begin"] - time.monotonic()))
            while (plan := plans(chance)) is not None:
                found.append(press(plan, recorder, name))
        finally:
            connections.close_all()
        return found

    with ThreadPoolExecutor(job["threads"]) as threads:
        list(threads.map(one, range(job["threads"])))
    return found


def _queue(rows: Iterable[Any]) -> SimpleQueue[Any]:
    queue: SimpleQueue[Any] = SimpleQueue()
    for row in rows:
        queue.put(row)
    return queue


def _next(queue: SimpleQueue[Any]) -> Any:
    try:
        return queue.get_nowait()
    except Empty:
        return None


def attempts(job: dict[str, Any]) -> Rows:
    """Press the buttons that the job names, each once. What each was told."""
    waiting = _queue(job["orders"])

    def take(_: random.Random) -> Plan | None:
        order = _next(waiting)
        return plan_of(order) if order else None

    return _crew(job, take)


def plan_of(order: Mapping[str, Any]) -> Plan:
    """Orders on a visit are given with its id: the form is opened (read) first."""
    if order["op"] == "book":
        return book(order)
    event = here().client.events.read(UUID(order["event"]))
    if order["op"] in ("move", "resize", "reassign"):
        start = datetime.fromisoformat(order["start"])
        to = Interval(start, start + timedelta(minutes=order["minutes"]))
        return move(event, to, UUID(order["host"]), order["op"])
    if order["op"] == "join":
        return join(event, UUID(order["patient"]))
    return {"cancel": cancel, "restore": restore}[order["op"]](event)


# --- All kinds at once -----------------------------------------------------------------------------------------------

WEIGHTS = {"book": 40, "move": 18, "resize": 4, "reassign": 8, "cancel": 14, "restore": 8, "join": 8}


def mixed(job: dict[str, Any]) -> Rows:
    """So many presses of all kinds on few people and few places, each kind where a visit for it can be seen."""
    left = _queue(range(job["count"]))

    def take(chance: random.Random) -> Plan | None:
        return None if _next(left) is None else _any_plan(job, chance)

    return _crew(job, take)


def _any_plan(job: Mapping[str, Any], chance: random.Random) -> Plan:
    op = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    event = _visible(job, op, chance) if op != "book" else None
    return book(_random_order(job, chance)) if event is None else _plan_on(job, op, event, chance)


def _random_order(job: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """A visit in one of the places; one of five is a group session of two clinicians."""
    start, minutes = chance.choice(job["places"])
    group = chance.random() < 0.2
    staff = chance.sample(job["staff"], 2 if group else 1)
    patients = chance.sample(job["patients"], chance.randint(1, 2) if group else 1)
    order = {"start": start, "minutes": minutes, "staff": staff, "patients": patients}
    return order | ({"capacity": 4} if group else {})


def _visible(job: Mapping[str, Any], op: str, chance: random.Random) -> Event | None:
    """A visit on somebody's screen that has this button."""
    start = datetime.fromisoformat(chance.choice(job["places"])[0])
    window = Interval(start - timedelta(hours=2), start + timedelta(hours=2))
    host = UUID(chance.choice(job["staff"]))
    try:
        rows = here().client.events.find(window, participant_ids=[host], include_cancelled=True)
    except WelkinError:
        return None  # an empty screen has no buttons
    fitting = [event for event in rows.rows if _has_button(event, op)]
    return chance.choice(fitting) if fitting else None


def _has_button(event: Event, op: str) -> bool:
    if op == "restore":
        return not event.live
    return event.live and (op != "join" or event.known_type is EventType.GROUP_THERAPY)


def _plan_on(job: Mapping[str, Any], op: str, event: Event, chance: random.Random) -> Plan:
    host = event.host_id or UUID(job["staff"][0])
    if op == "cancel":
        return cancel(event)
    if op == "restore":
        return restore(event)
    if op == "join":
        return join(event, UUID(chance.choice(job["patients"])))
    length = event.when.end - event.when.start
    if op == "resize":
        minutes = timedelta(minutes=chance.choice((15, 30, 45, 60)))
        return move(event, Interval(event.when.start, event.when.start + minutes), host, op)
    if op == "reassign":
        return move(event, event.when, UUID(chance.choice(job["staff"])), op)
    start = datetime.fromisoformat(chance.choice(job["places"])[0])
    return move(event, Interval(start, start + length), host)


# --- An outage -------------------------------------------------------------------------------------------------------


def calls(job: dict[str, Any]) -> int:
    """Reads of the calendar one after another for `seconds`, whatever comes of them: how many were meant."""
    until = time.monotonic() + job["seconds"]
    window = Interval(datetime.now(UTC), datetime.now(UTC) + timedelta(days=1))

    def one(number: int) -> int:
        chance, meant = random.Random(number), 0
        while time.monotonic() < until:
            meant += 1
            try:
                here().client.events.find(window, participant_ids=[UUID(int=chance.getrandbits(128))])
            except WelkinError:
                time.sleep(job["pause"])
        connections.close_all()
        return meant

    with ThreadPoolExecutor(job["threads"]) as threads:
        return sum(threads.map(one, range(job["threads"])))
