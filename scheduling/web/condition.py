"""The condition of Daybook in plain words: each figure with a sentence that says whether it is as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from scheduling.ledger.models import AuditCheck
from scheduling.services.condition import Condition, Waiting
from scheduling.services.desk import Desk
from scheduling.services.vitals import WORKER_RECENT, Answers
from scheduling.welkin import State

# The worker keeps the weeks every five minutes and verifies the trail every hour: one missed round is no worry.
KEPT_RECENT = timedelta(minutes=15)
CHECK_RECENT = timedelta(hours=3)
# Of a hundred calls; what is asked rarely proves little.
WORRYING_SHARE, FEW_CALLS = 5.0, 20
SLOW = 2000

ACTIONS: Mapping[str, str | Promise] = {
    "appointment.book": _l("Booking a visit"),
    "appointment.move": _l("Moving a visit"),
    "appointment.edit": _l("Changing a visit"),
    "appointment.cancel": _l("Cancelling a visit"),
    "appointment.delete": _l("Deleting a visit"),
    "appointment.mark": _l("Marking a visit"),
    "appointment.unmark": _l("Taking back a mark"),
    "appointment.attend": _l("Noting who came"),
    "appointment.join": _l("Adding a patient to a session"),
    "appointment.take_out": _l("Taking a patient out of a session"),
    "appointment.restore": _l("Setting a visit back"),
    "appointment.withdraw": _l("Taking back leave"),
    "invitation.answer": _l("Answering an invitation"),
    "hours.set": _l("Saving work hours"),
    "leave.ask": _l("Asking for leave"),
    "patient.create": _l("Creating a patient"),
    "user.create": _l("Making a person in Welkin"),
    "user.change": _l("Changing a person in Welkin"),
}
OTHER_ACTION = _l("Another change")


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure, what it is and what it means. `tone` is `ok` or `warn` or `danger`; `url` leads to more, or nowhere."""

    metric: str
    title: str
    value: str
    note: str
    tone: str = "ok"
    url: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    action: str
    begun: str
    next_look: str
    looks: int


@dataclass(frozen=True, slots=True)
class Shown:
    """`api` tells how the service answered, `house` how our own machinery does; `more` rows are not listed."""

    api: tuple[Stat, ...]
    house: tuple[Stat, ...]
    waiting: tuple[WaitingRow, ...]
    more: int


def shown(desk: Desk, told: Condition, here: State) -> Shown:
    return Shown(
        api=(*_answers(told.answers), _token(here)),
        house=(
            _worker(told.beat),
            _readable(told.readable_at, desk.now),
            _queue(told.waiting_in_all),
            _trail(told.check, desk),
        ),
        waiting=tuple(_row(desk, row) for row in told.waiting),
        more=told.waiting_in_all - len(told.waiting),
    )


def age(how_long: timedelta) -> str:
    """`12 s`, `4 min`, `3 h`, `2 days`: the largest unit, rounded down."""
    seconds = int(how_long.total_seconds())
    if seconds < 60:
        return _("%(count)d s") % {"count": seconds}
    if seconds < 3600:
        return _("%(count)d min") % {"count": seconds // 60}
    if seconds < 48 * 3600:
        return _("%(count)d h") % {"count": seconds // 3600}
    return _("%(count)d days") % {"count": seconds // 86400}


def _milliseconds(bound: int | None) -> str:
    if bound is None:
        return "–"
    return f"≤ {bound} ms" if bound < 1000 else f"≤ {bound / 1000:g} s"


def _answers(told: Answers) -> tuple[Stat, Stat, Stat]:
    if not told.calls:
        note = _("nothing was asked in the last hour")
        return (
            Stat("api-half", _("Half of the answers"), "–", note),
            Stat("api-most", _("95 of 100 answers"), "–", note),
            Stat("api-failed", _("Calls that failed"), "–", note),
        )
    slow = told.most_within is not None and told.most_within > SLOW
    bad = told.calls >= FEW_CALLS and told.failed_share >= WORRYING_SHARE
    count = ngettext("%(failed)d of %(calls)d call", "%(failed)d of %(calls)d calls", told.calls)
    count %= {"failed": told.failed, "calls": told.calls}
    return (
        Stat("api-half", _("Half of the answers"), _milliseconds(told.half_within), _("in the last hour")),
        Stat(
            "api-most",
            _("95 of 100 answers"),
            _milliseconds(told.most_within),
            _("slower than people like to wait") if slow else _("in the last hour"),
            "warn" if slow else "ok",
        ),
        Stat(
            "api-failed",
            _("Calls that failed"),
            f"{told.failed_share:.1f} %",
            _("too many: %(count)s") % {"count": count} if bad else count,
            "danger" if bad else "ok",
        ),
    )


def _token(here: State) -> Stat:
    title = _("Age of our token")
    if here.token_age is None or here.token_left is None:
        return Stat("token-age", title, "–", _("none yet; the next call fetches one"))
    left = _("holds for %(time)s more") % {"time": age(timedelta(seconds=here.token_left))}
    return Stat("token-age", title, age(timedelta(seconds=here.token_age)), left)


def _worker(beat: timedelta | None) -> Stat:
    title = _("The worker's last work")
    if beat is None:
        return Stat("worker-beat", title, "–", _("it was never seen: start `python manage.py worker`"), "danger")
    value = _ago(beat)
    if beat > WORKER_RECENT:
        return Stat("worker-beat", title, value, _("it stands still: is `python manage.py worker` running?"), "danger")
    return Stat("worker-beat", title, value, _("it is at work"))


def _readable(at: datetime | None, now: datetime) -> Stat:
    title = _("Kept for an outage")
    if at is None:
        note = _("this week and the next are not kept yet: only pages that were opened stay readable")
        return Stat("kept-age", title, "–", note, "warn")
    value = _ago(now - at)
    if now - at > KEPT_RECENT:
        return Stat("kept-age", title, value, _("older than it should be"), "warn")
    return Stat("kept-age", title, value, _("this week and the next of everybody"))


def _queue(count: int) -> Stat:
    title = _("Changes without a known outcome")
    if not count:
        return Stat("unknown-outcomes", title, "0", _("all settled"))
    return Stat("unknown-outcomes", title, str(count), _("being looked for: see below"), "warn", "#unknown-outcomes")


def _trail(check: AuditCheck | None, desk: Desk) -> Stat:
    title = _("The audit trail was verified")
    if check is None:
        return Stat("audit-check", title, "–", _("not yet: the worker does it every hour"), "warn")
    value = _ago(desk.now - check.at)
    if check.trouble:
        note = _("it is not whole: %(found)s") % {"found": check.trouble}
        return Stat("audit-check", title, value, note, "danger")
    note = ngettext("whole, %(count)d line", "whole, %(count)d lines", check.number) % {"count": check.number}
    old = desk.now - check.at > CHECK_RECENT
    return Stat("audit-check", title, value, note, "warn" if old else "ok")


def _row(desk: Desk, row: Waiting) -> WaitingRow:
    return WaitingRow(
        action=str(ACTIONS.get(row.action, OTHER_ACTION)),
        begun=_ago(desk.now - row.begun_at) if row.begun_at else "–",
        next_look=_coming(row.look_at, desk.now),
        looks=row.looks,
    )


def _coming(at: datetime | None, now: datetime) -> str:
    """When something is done next."""
    return _("in %(time)s") % {"time": age(at - now)} if at and at > now else _("at once")


def _ago(how_long: timedelta) -> str:
    return _("%(time)s ago") % {"time": age(max(how_long, timedelta(0)))}
