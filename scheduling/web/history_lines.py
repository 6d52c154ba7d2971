"""The history of a visit as its panel prints it: who did what, as sentences, the latest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from scheduling.services import impact, leave, overlaps, people, refusing
from scheduling.services.desk import Desk
from scheduling.services.visit_history import Entry
from scheduling.web import clock, words

Names = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    at: datetime
    who: str
    did: str
    reason: str
    open: bool
    undo: str = ""
    """Where it is taken back; empty where that is not the login's to do, or not possible any more."""


def _moved(desk: Desk, facts: Mapping[str, Any], names: Names) -> str:
    """Where a moved visit was before: day, time and, where it is known, with whom."""
    start = datetime.fromisoformat(facts["was"][0])
    told = {
        "day": clock.day(start, desk.zone),
        "time": clock.time(start, desk.zone),
        "host": names(facts.get("was_host")),
    }
    if told["host"]:
        return _("moved it; it was %(day)s, %(time)s, %(host)s") % told
    return _("moved it; it was %(day)s, %(time)s") % told


def _leave_ended(entry: Entry) -> str:
    """How leave came to its end, where that is more than a cancel; empty for everything else."""
    if entry.action != "appointment.cancel":
        return ""
    return {refusing.REFUSED: _("refused it"), leave.WITHDRAWN: _("took it back")}.get(entry.reason, "")


def _did(desk: Desk, entry: Entry, names: Names) -> str:
    """What somebody did, as the rest of a sentence that begins with their name."""
    facts = entry.facts
    if entry.action == "appointment.move" and facts.get("was"):
        return _moved(desk, facts, names)
    if entry.action == "appointment.mark":
        status = next((field for field in entry.fields if field in words.STATUSES), "")
        return _("marked it %(status)s") % {"status": str(words.STATUSES.get(status, status)).lower()}
    if entry.action == "appointment.edit":
        return _("changed %(parts)s") % {
            "parts": ", ".join(str(words.PARTS.get(field, field)) for field in entry.fields)
        }
    if entry.action == "invitation.answer":
        return _("recorded an answer: %(answer)s") % {"answer": words.answer_of(str(facts.get("answer", "")))}
    if entry.action == "appointment.join":
        return _("added %(name)s") % {
            "name": ", ".join(filter(None, map(names, map(str, entry.people)))) or _("a patient")
        }
    if entry.action == "appointment.attend":
        return _("noted who came")
    ended = _leave_ended(entry)
    if ended:
        return ended
    return {
        leave.ASK: _("asked for it"),
        "appointment.book": _("booked it"),
        "appointment.move": _("moved it"),
        "appointment.cancel": _("cancelled it"),
        "appointment.delete": _("deleted it"),
        "appointment.restore": _("set it back to scheduled"),
        "appointment.unmark": _("took back what was noted of it"),
        "appointment.take_out": _("took a patient out of it"),
        "appointment.withdraw": _("took it back: it had come a second time, or too late"),
        impact.KEEP: _("kept it although its time is covered no more"),
        impact.UNKEEP: _("took back that it is kept"),
        overlaps.FOUND: _("found that it overlaps with another visit"),
        overlaps.SETTLED: _("saw that it overlaps no more"),
        overlaps.ACCEPTED: _("kept it although it overlaps with another visit"),
    }.get(entry.action, entry.action)


def _line(desk: Desk, entry: Entry, names: Names) -> Line:
    did = _did(desk, entry, names)
    if entry.facts.get("undo"):
        did = _("undid a change: %(did)s") % {"did": did}
    over = ", ".join(str(words.CONFLICTS.get(code, code)) for code in entry.facts.get("over", ()))
    if over:
        did = _("%(did)s although: %(over)s") % {"did": did, "over": over}
    if entry.ending == "refused" and entry.facts.get("absent"):
        did = _("tried: %(did)s (it did not reach the calendar service)") % {"did": did}
    elif entry.ending == "refused":
        did = _("tried: %(did)s (refused by the calendar service)") % {"did": did}
    who = _("Daybook") if entry.action in (overlaps.FOUND, overlaps.SETTLED) else entry.who
    reason = "" if _leave_ended(entry) else entry.reason
    return Line(entry.at, who, did, reason, entry.ending == "unknown")


def lines(
    desk: Desk, entries: Sequence[Entry], undone_at: Mapping[str, str] = MappingProxyType({})
) -> tuple[Line, ...]:
    """What was done with a visit through Daybook; `entries` are the oldest first.

    `undone_at` tells by the intent of a change where it is taken back.
    """
    hosts = {UUID(host) for entry in entries if (host := entry.facts.get("was_host"))}
    joined = {person for entry in entries if entry.action == "appointment.join" for person in entry.people}
    known = people.names(desk, hosts | joined)

    def names(host: str | None) -> str:
        return known.get(UUID(host), "") if host else ""

    told = ((_line(desk, entry, names), undone_at.get(entry.intent, "")) for entry in reversed(entries))
    return tuple(replace(line, undo=address) for line, address in told)
