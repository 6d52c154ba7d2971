"""What a feed shows now: its owner's visits of a fixed time, each with a number that rises when it changes.

A reading that is not whole shows nothing as gone: the feed stays as it was last shown, for a day, and is an error
after that. It is never an empty calendar. What vanished is told as cancelled for as long as it lies in the window.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from scheduling.directory.models import Feed, FeedEntry
from scheduling.domain.feed import Detail, Entry, State, entries_of, entry_of
from scheduling.domain.interval import Interval
from scheduling.domain.week import Week
from scheduling.welkin.errors import WelkinError

from . import audit, changing
from .desk import Desk
from .kept import Reads
from .patience import patiently
from .sealing import NotReadable, seal, unseal

log = structlog.get_logger("daybook.feeds")

FILE = "appointment.export"

# From Monday four weeks ago to half a year ahead: whole weeks, so that every reading of a week asks the same.
BEFORE, AHEAD = timedelta(weeks=4), timedelta(weeks=26)
# So long what was shown last stands in for a calendar service that does not answer.
STANDS = timedelta(hours=24)


class NotReadableNow(Exception):
    """The calendar cannot be read, and nothing young enough was shown before."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry with what calendar programs order versions by."""

    entry: Entry
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole feed. `read_at`: when the calendar was read that it shows."""

    shown: tuple[Shown, ...]
    zone: ZoneInfo
    read_at: datetime


def one_visit(desk: Desk, event_id: UUID) -> Shown:
    """One visit for a calendar file: which kind, how and where, without its patients. It is written down first.

    Its number are the seconds from its making to its last change, which only rise. Raises as `changing.read` does,
    and LedgerBusy.
    """
    event = changing.read(desk, event_id)
    _note_file(desk, event_id)
    changed = event.updated_at or event.created_at or desk.now
    sequence = int((changed - (event.created_at or changed)).total_seconds())
    return Shown(entry_of(event, desk.zone, Detail.KIND), max(0, sequence), changed)


@patiently
def _note_file(desk: Desk, event_id: UUID) -> None:
    audit.note(desk, FILE, object_id=str(event_id))


def window_of(desk: Desk) -> Interval:
    """The time that a feed is about."""
    monday = Week.containing(desk.today).interval(desk.zone).start
    return Interval(monday - BEFORE, monday + AHEAD)


def contents(desk: Desk, feed: Feed) -> Contents:
    """What the feed of the desk's login shows. Raises NotReadableNow."""
    window, person = window_of(desk), desk.account.welkin_id
    if person is None:
        raise NotReadableNow
    reads = Reads(desk)
    try:
        found = reads.events(window, [person], cancelled=True)
    except WelkinError as away:
        log.warning("feed_not_read", exception_type=type(away).__name__)
        return _as_last_shown(desk, feed, window)
    if not found.sure:
        return _as_last_shown(desk, feed, window)
    entries = entries_of(found.rows, person, desk.zone, Detail(feed.detail))
    return _renumbered(desk, feed, window, entries, reads.age.read_at)


def _as_last_shown(desk: Desk, feed: Feed, window: Interval) -> Contents:
    if feed.shown_at is None or desk.now - feed.shown_at > STANDS:
        raise NotReadableNow
    return Contents(_shown(FeedEntry.objects.filter(**_whose(feed)), window), desk.zone, feed.shown_at)


@transaction.atomic
def _renumbered(desk: Desk, feed: Feed, window: Interval, entries: list[Entry], read_at: datetime) -> Contents:
    """Number what changed. One at a time for each feed; an older reading never goes over a newer one."""
    locked = Feed.objects.select_for_update().get(pk=feed.pk)
    if locked.shown_at and locked.shown_at > read_at and locked.detail == feed.detail:
        return Contents(_shown(FeedEntry.objects.filter(**_whose(feed)), window), desk.zone, locked.shown_at)
    FeedEntry.objects.filter(**_whose(feed), ends_at__lt=window.start).delete()
    rows = {row.event: row for row in FeedEntry.objects.filter(**_whose(feed))}
    _store(feed, rows, _with_gone(entries, rows), read_at)
    Feed.objects.filter(pk=feed.pk).update(shown_at=read_at)
    return Contents(_shown(rows.values(), window), desk.zone, read_at)


def _with_gone(entries: list[Entry], rows: dict[UUID, FeedEntry]) -> list[Entry]:
    """The entries, and those that were shown and are not there any more, as cancelled."""
    here = {entry.event for entry in entries}
    known = (_opened(row) for event, row in rows.items() if event not in here)
    gone = [replace(entry, state=State.CANCELLED) for entry in known if entry]
    # A cancelled visit that was never shown is news to nobody.
    return [entry for entry in entries if entry.state is not State.CANCELLED or entry.event in rows] + gone


def _store(feed: Feed, rows: dict[UUID, FeedEntry], entries: Iterable[Entry], now: datetime) -> None:
    made, changed = [], []
    for entry in entries:
        row, digest = rows.get(entry.event), _digest(entry)
        if row is not None and row.digest == digest:
            continue
        told = {"digest": digest, "ends_at": entry.end, "changed_at": now, "sealed": seal(entry.facts)}
        if row is None:
            rows[entry.event] = FeedEntry(**_whose(feed), event=entry.event, **told)
            made.append(rows[entry.event])
            continue
        row.sequence += 1
        for name, value in told.items():
            setattr(row, name, value)
        changed.append(row)
    FeedEntry.objects.bulk_create(made)
    FeedEntry.objects.bulk_update(changed, ["digest", "ends_at", "changed_at", "sealed", "sequence"], batch_size=200)


def _whose(feed: Feed) -> dict[str, object]:
    return {"scope": feed.scope, "account_id": feed.account_id}


def _digest(entry: Entry) -> str:
    return hashlib.sha256(json.dumps(entry.facts, sort_keys=True).encode()).hexdigest()


def _opened(row: FeedEntry) -> Entry | None:
    try:
        return Entry.of_facts(unseal(row.sealed))
    except (NotReadable, KeyError, ValueError) as broken:
        log.warning("feed_entry_not_readable", exception_type=type(broken).__name__)
        return None


def _shown(rows: Iterable[FeedEntry], window: Interval) -> tuple[Shown, ...]:
    told = ((row, _opened(row)) for row in rows)
    found = [Shown(entry, row.sequence, row.changed_at) for row, entry in told if entry]
    inside = (each for each in found if Interval(each.entry.start, each.entry.end).overlaps(window))
    return tuple(sorted(inside, key=lambda each: (each.entry.start, each.entry.event.int)))
