"""Leave, ready to print: the list, what a wish would meet, and asking before it is taken back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain import rules
from scheduling.domain.event import Event
from scheduling.services import leave, refusing, writes
from scheduling.services.desk import Desk
from scheduling.services.leave import Leave, Look, Overview, State
from scheduling.web import clock
from scheduling.web.board import words as board_words
from scheduling.web.event_time import when_words
from scheduling.web.visits import undo_of_cancel

STATES: Mapping[State, tuple[str | Promise, str]] = {
    State.ASKED: (gettext_lazy("Asked for"), "warn"),
    State.GRANTED: (gettext_lazy("Granted"), "ok"),
    State.REFUSED: (gettext_lazy("Refused"), "danger"),
    State.WITHDRAWN: (gettext_lazy("Taken back"), "info"),
}


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """One leave. Addresses are empty where there is nothing to do; `intent` and `seen` are for saying No after all."""

    event_id: UUID
    person: str
    own: bool
    title: str
    when: str
    state: str
    word: str | Promise
    tone: str
    said: str
    cover: str
    withdraw_url: str
    undo_url: str
    visits_url: str
    refuse_as: UUID | None
    intent: str
    seen: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str | Promise
    lines: tuple[LeaveLine, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class LeavePage:
    """`ask_urls`: where to ask, for whom."""

    groups: tuple[Group, ...]
    sure: bool
    may_ask: bool
    empty: bool


def page_of(desk: Desk, told: Overview) -> LeavePage:
    parts: list[tuple[str | Promise, list[Leave], bool]] = [
        (_("Waiting for an answer"), [each for each in told.leave if _ahead(each, State.ASKED)], False),
        (_("Granted"), [each for each in told.leave if _ahead(each, State.GRANTED)], False),
        (_("Refused or taken back"), [each for each in told.leave if _ended(each)], False),
        (_("Past"), [each for each in reversed(told.leave) if each.over], True),
    ]
    groups = tuple(Group(name, _lines(desk, rows, told.names), fold) for name, rows, fold in parts if rows)
    return LeavePage(groups, told.sure, bool(leave.askable(desk)), not groups)


def _ahead(each: Leave, state: State) -> bool:
    return each.state is state and not each.over


def _ended(each: Leave) -> bool:
    return each.state in (State.REFUSED, State.WITHDRAWN) and not each.over


def _lines(desk: Desk, rows: Iterable[Leave], names: Mapping[UUID, str]) -> tuple[LeaveLine, ...]:
    rows = list(rows)
    keys = writes.mint_many(desk, len([each for each in rows if _refusing(desk, each)]))
    left = iter(keys)
    return tuple(_line(desk, each, names, next(left) if _refusing(desk, each) else "") for each in rows)


def _line(desk: Desk, each: Leave, names: Mapping[UUID, str], intent: str) -> LeaveLine:
    event, own = each.event, each.event.host_id == desk.account.welkin_id
    word, tone = STATES[each.state]
    live = each.state in (State.ASKED, State.GRANTED) and not each.over
    return LeaveLine(
        event_id=event.id,
        person=names.get(event.host_id, "") if event.host_id else "",
        own=own,
        title=event.title or _("Leave"),
        when=when_words(event, desk),
        state=each.state.value,
        word=word,
        tone=tone,
        said=" ".join(filter(None, (_said(desk, each, names), _still_there(each)))),
        cover=names.get(each.cover, "") if each.cover else "",
        withdraw_url=reverse("leave-withdraw", args=[event.id]) if live and _may_withdraw(desk, event) else "",
        undo_url=undo_of_cancel(desk, event) if each.state is State.WITHDRAWN else "",
        visits_url=visits_url(event.id) if live and desk.may("calendar.busy", event.host_id) else "",
        refuse_as=_refusing(desk, each),
        intent=intent,
        seen=leave.seen_of(event) if intent else "",
    )


def _may_withdraw(desk: Desk, event: Event) -> bool:
    allowed = desk.may("appointment.cancel", event.host_id) and desk.may(leave.ASK, event.host_id)
    return allowed and rules.cancellable(event, desk.now) is None


def _refusing(desk: Desk, each: Leave) -> UUID | None:
    """The login's own invitation to leave that it granted: its mind may change."""
    own = desk.account.welkin_id
    granted = each.state is State.GRANTED and not each.over and own != each.event.host_id
    invited = any(row.person_id == own for row in each.event.staff)
    return own if granted and invited else None


def visits_url(event_id: UUID) -> str:
    """Where it is decided what becomes of the visits in a leave; empty where there is no such page."""
    try:
        return reverse("impact-leave", args=[event_id])
    except NoReverseMatch:
        return ""


def _said(desk: Desk, each: Leave, names: Mapping[UUID, str]) -> str:
    """Who granted or refused it, and when that was recorded here."""
    name = names.get(each.said_by, "") if each.said_by else ""
    if not name:
        return ""
    told = {"name": name, "when": clock.day(each.said_at, desk.zone) if each.said_at else ""}
    if each.state is State.REFUSED:
        return _("Refused by %(name)s on %(when)s") % told if told["when"] else _("Refused by %(name)s") % told
    return _("Granted by %(name)s on %(when)s") % told if told["when"] else _("Granted by %(name)s") % told


def _still_there(each: Leave) -> str:
    """Why refused leave is still shown in calendars."""
    if not refusing.unfinished(each.event):
        return ""
    return _("It takes no time. It could not be taken out of the calendar yet: Daybook goes on trying by itself.")


def look_words(desk: Desk, found: Look) -> tuple[str, str]:
    """What lies in the time that is asked for: a sentence with the number, and the number by day; empty for nothing."""
    n = len(found.visits)
    if not n and found.sure:
        return "", ""
    text = ngettext("%d booked visit lies in this time.", "%d booked visits lie in this time.", n) % n
    if not found.sure:
        text = f"{text} {_('Not everything could be read, so there may be more.')}"
    days = Counter(event.when.start.astimezone(desk.zone).date() for event in found.visits)
    told = " · ".join(f"{board_words.day_words(day)}: {count}" for day, count in sorted(days.items()))
    stay = _("They stay booked until the leave is granted and somebody decides. Ask all the same?")
    return text, f"{told}. {stay}" if told else stay


def token_of(found: Look) -> str:
    """What was shown when somebody says "ask all the same"."""
    return f"{len(found.visits)}{'' if found.sure else '+'}"


def overlap_words(desk: Desk, events: Iterable[Event]) -> str:
    """Why leave cannot be asked for: what there is already."""
    told = "; ".join(f"{event.title or _('Leave')}, {when_words(event, desk)}" for event in events)
    return _("There is other leave in this time already: %(leave)s. Take that back first, or choose other days.") % {
        "leave": told
    }
