"""A run as its page tells it: each part as a sentence, what came of it, and what can be done about it."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain.work_hours import WorkHours
from scheduling.ledger.models import Run, RunPart
from scheduling.services import people
from scheduling.services.desk import Desk
from scheduling.services.hours_plan import Step, end_of, is_withdrawn
from scheduling.services.rotations import Noting
from scheduling.services.run_parts import Visit, Wish
from scheduling.services.runs import Part, Told
from scheduling.web import clock
from scheduling.web.failures import failure_of
from scheduling.web.hours_locks import met
from scheduling.web.hours_words import name_of, range_in_words, record_in_words
from scheduling.welkin.errors import WelkinError

Kind, State = RunPart.Kind, RunPart.State

WHY = {
    "changed": gettext_lazy("Somebody changed it meanwhile, so it was left as it is."),
    "taken": gettext_lazy("Something stands against this place by now."),
    "not_possible": gettext_lazy("Its status does not allow this any more."),
    "not_allowed": gettext_lazy("Your role does not allow this."),
    "locked": gettext_lazy("These days are locked."),
    "not_whole": gettext_lazy("The record could not be read whole."),
    "not_known": gettext_lazy("This step was asked for before with other content."),
    "not_readable": gettext_lazy("What was asked for cannot be read any more."),
    "gone": gettext_lazy("It is not there any more."),
    "refused": gettext_lazy("The calendar service refused it."),
    "absent": gettext_lazy("It did not reach the calendar service."),
    "nothing": gettext_lazy("It was so already."),
}
BADGES = {
    State.DONE: ("ok", gettext_lazy("Done")),
    State.FAILED: ("danger", gettext_lazy("Not done")),
    State.SKIPPED: ("info", gettext_lazy("Not tried")),
    State.UNKNOWN: ("warn", gettext_lazy("Not known yet")),
    State.WAITING: ("info", gettext_lazy("Waiting")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One part: what it is, how it stands, why, and where it is looked at or put right."""

    text: str
    badge: str
    tone: str
    why: str
    url: str
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a run prints."""

    id: UUID
    title: str
    summary: str
    lines: tuple[Line, ...]
    done: int
    total: int
    over: bool
    complete: bool
    may_undo: bool
    may_resume: bool
    stopped: str
    undone_url: str
    undoes_url: str
    trouble: str
    back_url: str
    back_label: str
    zone: str


def page_of(desk: Desk, told: Told) -> Page:
    """A run in words; times of visits are on the viewer's clock."""
    names = people.names(desk, _people(told))
    subject = names.get(told.subject, "") if told.subject else ""
    return Page(
        id=told.id,
        title=_title(told),
        summary=_summary(told),
        lines=tuple(_line(desk, part, names) for part in told.parts),
        done=sum(not part.open for part in told.parts),
        total=len(told.parts),
        over=told.over,
        complete=told.complete,
        may_undo=told.may_undo,
        may_resume=told.may_resume,
        stopped=_stopped(told),
        undone_url=reverse("run", args=[told.undone_by]) if told.undone_by else "",
        undoes_url=reverse("run", args=[told.undoes]) if told.undoes else "",
        trouble=_trouble(told.trouble) if not told.over else "",
        back_url=reverse("hours-of", args=[told.subject]) if told.subject else reverse("home"),
        back_label=_("Hours of %(name)s") % {"name": subject} if subject else _("Back to the start page"),
        zone=desk.zone.key,
    )


def _people(told: Told) -> set[UUID]:
    hosts = {part.wish.host for part in told.parts if part.wish and part.wish.host}
    return hosts | ({told.subject} if told.subject else set())


def _title(told: Told) -> str:
    if not told.over:
        return _("Putting it back …") if told.cause == Run.Cause.UNDO else _("Saving …")
    if told.complete:
        return _("Put back") if told.cause == Run.Cause.UNDO else _("Saved")
    if told.count(State.DONE) == 0:
        return _("Nothing was changed")
    return _("Put back in part") if told.cause == Run.Cause.UNDO else _("Saved in part")


def _summary(told: Told) -> str:
    done, failed = told.count(State.DONE), told.count(State.FAILED) + told.count(State.SKIPPED)
    texts = [ngettext("%(n)s step is done.", "%(n)s steps are done.", done) % {"n": done}]
    if failed:
        texts.append(ngettext("%(n)s step is not.", "%(n)s steps are not.", failed) % {"n": failed})
    return " ".join(texts)


def _stopped(told: Told) -> str:
    """What is true where hours stopped the rest: nobody shall take half of a change for all or nothing of it."""
    if not told.over or not any(part.stops for part in told.parts):
        return ""
    skipped = any(part.state == State.SKIPPED and part.kind not in (Kind.HOURS, Kind.TURNS) for part in told.parts)
    visits = _("The visits below were left where they are.") if skipped else ""
    if any(part.state == State.DONE and part.kind == Kind.HOURS for part in told.parts):
        hours = _("What is marked as done counts already; the hours marked as not done are as they were before.")
    else:
        hours = _("The hours are as they were before.")
    return " ".join(filter(None, (hours, visits)))


def _trouble(error: Exception | None) -> str:
    """Why the last round stopped; empty where it only ran out of time."""
    if error is None:
        return ""
    failure = failure_of(error) if isinstance(error, WelkinError) else None
    if failure:
        return f"{failure.title}. {failure.sentence}"
    return _("Our own database was busy. Nothing is lost: go on.")


def _line(desk: Desk, part: Part, names: dict[UUID, str]) -> Line:
    tone, badge = BADGES[State(part.state)]
    url, label = _repair(part)
    return Line(
        text=_sentence(desk, part.wish, names) if part.wish else _("A step that cannot be read any more"),
        badge=str(badge),
        tone=tone,
        why=why_of(desk, part),
        url=url,
        label=label,
        state=part.state,
    )


def why_of(desk: Desk, part: Part) -> str:
    """Why a part stands as it does; empty where there is nothing to say."""
    if part.code == "locked" and part.lock and part.wish and part.wish.step:
        return met(desk, part.lock, part.wish.step.draft.clinician_id)
    return str(WHY.get(part.code, ""))


def _repair(part: Part) -> tuple[str, str]:
    """Where it is looked at when it was done, and put right when it was not."""
    wish, failed = part.wish, part.state in (State.FAILED, State.SKIPPED)
    if wish is None:
        return "", ""
    if wish.step:
        record, person = wish.step.record, wish.step.draft.clinician_id
        if failed and record:
            return reverse("hours-edit", args=[person, record.id]), _("Put it right by hand")
        return reverse("hours-of", args=[person]), _("See the hours")
    if wish.turns:
        return reverse("hours-rotation", args=[wish.turns.clinician_id]), _("See the weeks")
    if wish.visit is None:
        return "", ""
    if failed and wish.kind == Kind.MOVE:
        return reverse("appointment-move", args=[wish.visit.id]), _("Move it by hand")
    if failed and wish.kind == Kind.CANCEL:
        return reverse("appointment-cancel", args=[wish.visit.id]), _("Cancel it by hand")
    return reverse("appointment", args=[wish.visit.id]), _("Open the visit")


def _sentence(desk: Desk, wish: Wish, names: dict[UUID, str]) -> str:
    if wish.step:
        return _hours_sentence(wish.step)
    if wish.turns:
        return _turns_sentence(wish.turns)
    if wish.visit is None:
        return ""
    told = {"visit": _visit(desk, wish.visit), "reason": wish.reason}
    if wish.kind == Kind.MOVE and wish.to:
        return _move_sentence(desk, wish, names, told)
    return {
        Kind.KEEP: _("%(visit)s stays: %(reason)s") % told,
        Kind.UNKEEP: _("%(visit)s: that it stays is taken back") % told,
        Kind.CANCEL: _("%(visit)s is cancelled: %(reason)s") % told,
        Kind.RESTORE: _("%(visit)s is scheduled again") % told,
    }[Kind(wish.kind)]


def _move_sentence(desk: Desk, wish: Wish, names: dict[UUID, str], told: dict[str, str]) -> str:
    if wish.to is None or wish.visit is None:
        return ""
    more = {"to": _when(desk, wish), "host": names.get(wish.host, "") if wish.host else ""}
    if wish.to == wish.visit.when and wish.host != wish.visit.host:
        return _("%(visit)s goes to %(host)s") % (told | more)
    return _("%(visit)s moves to %(to)s") % (told | more)


def _when(desk: Desk, wish: Wish) -> str:
    return clock.span(wish.to, desk.zone) if wish.to else ""


def _visit(desk: Desk, visit: Visit) -> str:
    who = ", ".join(visit.patients)
    return ", ".join(part for part in (visit.title or _("Visit"), who, clock.span(visit.when, desk.zone)) if part)


def _turns_sentence(noted: Noting) -> str:
    told, before = noted.after, noted.before
    if told.ended and before and before.last == told.last:
        return _("The weeks take turns no longer")
    return _("The weeks take turns %(range)s") % {"range": range_in_words(told.first, told.last)}


def _hours_sentence(step: Step) -> str:
    draft, old = step.draft, step.record
    hours = record_in_words(
        WorkHours(UUID(int=0), draft.clinician_id, draft.first, draft.last, draft.days, rule=draft.rule)
    )
    if old is None:
        return _("New hours: %(hours)s") % {"hours": hours}
    told = {"name": name_of(old), "range": range_in_words(draft.first, end_of(draft)), "hours": hours}
    if is_withdrawn(draft):
        return _("“%(name)s” is withdrawn: it counts for nothing") % told
    if draft.days == old.days:
        return _("“%(name)s” counts %(range)s") % told
    return _("“%(name)s”: %(hours)s") % told
