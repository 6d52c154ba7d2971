"""The inbox of invitations as it is printed: days, and one row for each answer that is waited for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.event import Event
from scheduling.services import answering, changing, impact, people, refusing, writes
from scheduling.services.answering import Answered, Back
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.invitations import DAYS_AHEAD, Invitation, Later, Waiting, own_only, sees_leave
from scheduling.services.landing import Landing, Landings
from scheduling.services.versions import version
from scheduling.web import answers, clock, strips, words
from scheduling.web.event_time import when_words
from scheduling.web.strips import Strip
from scheduling.web.words import Word
from scheduling.welkin.errors import WelkinError


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One answer that is waited for. Without `url` the login may not open the visit."""

    event_id: UUID
    person_id: UUID
    person: str
    first: str
    last: str
    own: bool
    type: str
    type_word: Word
    times: str
    day: str
    host: str
    heading: str
    sub: str
    mode: str
    mode_word: Word
    url: str
    answer: str
    answer_word: Word
    intent: str
    seen: str
    start: str
    end: str
    strip: Strip | None = None
    strands: str = ""
    strands_url: str = ""
    others: tuple[str, ...] = ()
    ticked: bool = False
    trouble: str = ""
    refused: str = ""

    @property
    def key(self) -> str:
        return f"{self.event_id}_{self.person_id}"


@dataclass(frozen=True, slots=True)
class InboxDay:
    name: str
    date: str
    rows: tuple[InboxRow, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """What came of answers that were given, or taken back, together. `backs`: with what they are taken back again."""

    text: str
    failed: str = ""
    backs: tuple[Back, ...] = ()
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Inbox:
    """`until` is the last day that was looked at for visits, empty where nothing can wait beyond it. `choices` are
    empty for who gets everything at once.
    """

    days: tuple[InboxDay, ...]
    count: int
    ahead: int
    until: str
    choices: tuple[int, ...]
    sure: bool
    read_at: str
    undrawn: bool = False
    told: Together | None = None


MOST_NAMES = 3


def _patients(event: Event) -> str:
    names = [row.name for row in event.patients if row.name]
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return _("%(names)s and %(more)d more") % {"names": shown, "more": more} if more > 0 else shown


def _lines(event: Event, names: bool, leave: bool = False) -> tuple[str, str]:
    """The patient and then the title; for a group, or for somebody who may not see names, the other way or neither.

    Leave is told by its title, where somebody may know it, and never by a patient.
    """
    if event.is_leave and (names or leave):
        return event.title or str(words.type_of(event)), str(words.type_of(event))
    title = event.title or str(words.type_of(event))
    if not names:
        return str(words.type_of(event)), ""
    patients = _patients(event)
    return (patients, title) if len(event.patients) == 1 and patients else (title, patients)


def _row(desk: Desk, invitation: Invitation, intent: str, staff: Mapping[UUID, str]) -> InboxRow:
    event, row = invitation.event, invitation.row
    heading, sub = _lines(event, invitation.names, invitation.leave)
    return InboxRow(
        event_id=event.id,
        person_id=row.person_id,
        person=row.name or staff.get(row.person_id, _("Unnamed")),
        first=row.first_name,
        last=row.last_name,
        own=row.person_id == desk.account.welkin_id,
        type=(event.type or "").lower(),
        type_word=words.type_of(event),
        times=when_words(event, desk, dated=False),
        day=clock.long_day(event.when.start, desk.zone),
        host=next((each.name for each in event.participants if each.person_id == event.host_id), ""),
        heading=heading,
        sub=sub,
        mode=(event.mode or "").lower(),
        mode_word=words.mode_of(event),
        url=reverse("appointment", args=[event.id]) if invitation.names else "",
        answer=row.answer.strip().capitalize(),
        answer_word=words.answer_of(row.answer),
        intent=intent,
        seen=version(event),
        start=clock.stamp(event.when.start),
        end=clock.stamp(event.when.end),
        refused=refused_words(event) if row.answer.strip().capitalize() == "No" else "",
        strands_url=_strands_url(invitation) if row.answer.strip().capitalize() == "Yes" else "",
    )


def refused_words(event: Event) -> str:
    """What became of leave that was refused; empty for anything else."""
    if not event.is_leave:
        return ""
    if refusing.unfinished(event):
        return _(
            "The leave takes no time any more. It could not be taken out of the calendar just now: Daybook goes on "
            "trying by itself."
        )
    return _("The leave is taken out of the calendar.") if not event.live else ""


def _strands_url(invitation: Invitation) -> str:
    """Where it is decided what becomes of the visits in a leave that was just granted; empty for anything else."""
    if not invitation.leave:
        return ""
    try:
        return reverse("impact-leave", args=[invitation.event.id])
    except NoReverseMatch:
        return ""


def _drawn(row: InboxRow, landing: Landing | None, desk: Desk) -> InboxRow:
    """The row with the day that it lands in."""
    if landing is None:
        return row
    others = tuple(
        _("%(name)s: %(when)s (%(state)s)")
        % {
            "name": other.name,
            "when": clock.span(other.when, desk.zone),
            "state": _("granted") if other.granted else _("asked for"),
        }
        for other in landing.others
    )
    strip = strips.strip_of(landing, desk.zone)
    return replace(row, strip=strip, strands=_strands(landing), others=others)


def _strands(landing: Landing) -> str:
    if not landing.visits:
        return ""
    n = landing.visits
    text = ngettext("%d booked visit lies in this time.", "%d booked visits lie in this time.", n) % n
    return text if landing.whole else f"{text} {_('There may be more.')}"


def row_of(desk: Desk, event: Event, person: UUID) -> InboxRow:
    """One row as it is now, with a new intent, so that the answer can be changed."""
    row = next(each for each in event.participants if each.person_id == person)
    told = Invitation(event, row, changing.may_see(desk, event), sees_leave(desk, event))
    shown = _row(desk, told, writes.mint(desk), {})
    return replace(shown, strands=_stranded_words(desk, event)) if shown.strands_url else shown


def _stranded_words(desk: Desk, event: Event) -> str:
    """How many visits the leave that was just granted strands; empty where that cannot be read now."""
    try:
        n = len(impact.of_leave(desk, event.id).stranded)
    except (WelkinError, NotAllowed):
        return ""
    if not n:
        return _("No visit is stranded by it.")
    return ngettext("%d visit is stranded by it.", "%d visits are stranded by it.", n) % n


def _days(
    desk: Desk,
    invitations: tuple[Invitation, ...],
    keys: Iterator[str],
    landings: Landings,
    failed: Mapping[tuple[UUID, UUID], str],
) -> Iterator[InboxDay]:
    staff = people.names(desk, {invitation.row.person_id for invitation in invitations})
    for day, group in groupby(invitations, key=lambda each: clock.long_day(each.event.when.start, desk.zone)):
        found = list(group)
        rows = tuple(
            _failing(_drawn(_row(desk, each, next(keys), staff), landings.get(key), desk), failed.get(key))
            for each in found
            for key in [(each.event.id, each.row.person_id)]
        )
        yield InboxDay(day, found[0].event.when.start.astimezone(desk.zone).date().isoformat(), rows)


def _failing(row: InboxRow, trouble: str | None) -> InboxRow:
    """What could not be recorded stays ticked, with the reason."""
    return row if trouble is None else replace(row, ticked=True, trouble=trouble)


def view(
    desk: Desk,
    waiting: Waiting,
    landings: Landings,
    tried: Sequence[Answered] = (),
    taken_back: Sequence[bool] = (),
) -> Inbox:
    """The whole page, with an intent for each row.

    `tried` are the answers that were just given together; `taken_back` says which of those from before were undone.
    """
    keys = iter(writes.mint_many(desk, len(waiting.invitations)))
    failed = {(each.event_id, each.person_id): _why(each) for each in tried if not each.recorded}
    return Inbox(
        days=tuple(_days(desk, waiting.invitations, keys, landings, failed)),
        count=len(waiting.invitations),
        ahead=waiting.days,
        until="" if waiting.whole else clock.day(waiting.until, desk.zone),
        choices=() if own_only(desk) else DAYS_AHEAD,
        sure=waiting.sure,
        read_at=clock.time(waiting.read_at, desk.zone),
        undrawn=bool(waiting.invitations) and not landings,
        told=_undone(taken_back) if taken_back else _given(desk, tried) if tried else None,
    )


def _given(desk: Desk, tried: Sequence[Answered]) -> Together:
    recorded = sum(each.recorded for each in tried)
    failed = len(tried) - recorded
    steps = answering.undoable(desk, tried)
    keys = writes.mint_many(desk, len(steps))
    backs = tuple(Back(step.id, key) for step, key in zip(steps, keys, strict=True))
    return Together(_recorded_words(recorded), _failed_words(failed) if failed else "", backs)


def _undone(taken_back: Sequence[bool]) -> Together:
    n, kept = sum(taken_back), len(taken_back) - sum(taken_back)
    text = ngettext("Undone: %d answer is as before.", "Undone: %d answers are as before.", n) % n
    failed = ngettext("%d was not undone.", "%d were not undone.", kept) % kept if kept else ""
    return Together(text if n or not kept else _("Nothing was undone."), failed, undone=True)


def later_words(told: Later, desk: Desk) -> str:
    """What waits after the days that the inbox shows, in one sentence."""
    day = clock.day(told.after, desk.zone)
    if not told.count or told.first is None:
        return _("After %(day)s no visit waits for an answer.") % {"day": day} if told.sure else _unsure(day)
    text = ngettext(
        "After %(day)s %(n)d more answer is waited for, on %(first)s.",
        "After %(day)s %(n)d more answers are waited for, the first on %(first)s.",
        told.count,
    ) % {"day": day, "n": told.count, "first": clock.day(told.first, desk.zone)}
    return text if told.sure else f"{text} {_('There may be more.')}"


def _unsure(day: str) -> str:
    return _("Not all visits after %(day)s could be read, so an invitation may be missing.") % {"day": day}


def _why(tried: Answered) -> str:
    """Why an answer was not recorded."""
    if isinstance(tried.error, NotAllowed):
        return _("Your role does not allow this.")
    if tried.error is not None:
        return answers.trouble_of(tried.error)[0]
    if tried.done is None:
        return _("There was no time left for it. Send it again.")
    if tried.done.open:
        return _("It is not known yet whether this was recorded. Look again in a minute.")
    return answers.reason_of(tried.done.outcome.error)


def _recorded_words(n: int) -> str:
    return ngettext("%d answer is recorded.", "%d answers are recorded.", n) % n


def _failed_words(n: int) -> str:
    return (
        ngettext(
            "%d answer could not be recorded: it is still ticked.",
            "%d answers could not be recorded: they are still ticked.",
            n,
        )
        % n
    )
