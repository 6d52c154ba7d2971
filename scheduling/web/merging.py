"""The three columns of a field that two people changed: what the form showed, what it is now, what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from scheduling.domain import group
from scheduling.domain.event import Event, EventType
from scheduling.services import merging, versions
from scheduling.services.changing import AppointmentChanged
from scheduling.services.desk import Desk
from scheduling.services.merging import Changer, Merge
from scheduling.services.versions import WORDS, text_of
from scheduling.web import clock, visits, words
from scheduling.web.drafts import as_posted, fields_of
from scheduling.web.forms.appointments import EditForm, MoveForm, write_span
from scheduling.web.forms.merging import THEIRS, AskingForm, asking

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Question:
    """One field in question. What it was before and who changed it travel with the form: `first_<name>`, `by_<name>`.

    `first` is None where it is not known what the form showed.
    """

    name: str
    label: words.Word
    before: str
    theirs: str
    mine: str
    by: str
    keep: BoundField
    first: str | None

    @property
    def keep_theirs(self) -> Any:
        return self.keep[0]

    @property
    def keep_mine(self) -> Any:
        return self.keep[1]


def shown(name: str, text: str) -> str:
    """A word of the visit as people read it."""
    table = {"type": words.TYPES, "mode": words.MODES}.get(name, {})
    return str(table.get(versions.plain(name, text), text)) if text.strip() else str(_("empty"))


def by_line(desk: Desk, changer: Changer) -> str:
    """Who changed it, and when, in the viewer's time."""
    at = clock.time(changer.at, desk.zone) if changer.at else ""
    if changer.at and changer.at.astimezone(desk.zone).date() != desk.today:
        at = f"{clock.day(changer.at, desk.zone)}, {at}"
    if not changer.name:
        return _("in Welkin at %(time)s") % {"time": at} if at else _("in Welkin")
    if changer.own:
        return _("by you at %(time)s") % {"time": at}
    return _("by %(name)s at %(time)s") % {"name": changer.name, "time": at}


def stays_sentence(parts: Iterable[str]) -> str:
    """What others changed meanwhile and nobody here touched; empty where that is nothing."""
    told = [str(words.PARTS[part]) for part in parts if part in words.PARTS]
    if not told:
        return ""
    text = ", ".join(told)
    sentence = _("%(parts)s was changed by somebody else meanwhile and stays.")
    if len(told) > 1:
        sentence = _("%(parts)s were changed by somebody else meanwhile and stay.")
    return sentence % {"parts": text[:1].upper() + text[1:]}


def both_sentence(parts: Iterable[str]) -> str:
    """Why nothing was saved, where both changed the same."""
    told = {"parts": ", ".join(str(words.PARTS[part]) for part in parts)}
    return _("The same was changed meanwhile (%(parts)s). Nothing was saved yet: choose what to keep.") % told


# --- Words ------------------------------------------------------------------------------------------------------------


def was(event: Event) -> dict[str, str]:
    """The words as the form shows them, to be sent along with it as `was_<name>`."""
    return {f"was_{name}": text_of(event, name) for name in WORDS}


def was_sent(data: Mapping[str, Any]) -> dict[str, str]:
    return {f"was_{name}": str(data.get(f"was_{name}", ""))[:LONGEST] for name in WORDS}


def questions(form: AskingForm, data: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions of an edit form, from what it carries."""
    return tuple(
        Question(
            name=name,
            label=words.PARTS[name],
            before=_("not known") if first is None else shown(name, first),
            theirs=shown(name, str(data.get(f"was_{name}", ""))),
            mine=shown(name, str(data.get(name, ""))),
            by=str(data.get(f"by_{name}", ""))[:200],
            keep=form[f"keep_{name}"],
            first=first,
        )
        for name in form.questions
        for first in [data.get(f"first_{name}")]
    )


def _carried(form: AskingForm) -> dict[str, list[str]]:
    """What the form sent, without the answers to earlier questions."""
    told = fields_of(cast("QueryDict", form.data))
    return {name: values for name, values in told.items() if not name.startswith(("keep_", "first_", "by_"))}


def _is_refreshed(event: Event, name: str, found: Merge) -> bool:
    """Whether the field is to show what the visit holds by now; the places of what is no group only begin there."""
    return name not in found.own and (name != group.CAPACITY or event.known_type is EventType.GROUP_THERAPY)


def ask(desk: Desk, form: EditForm, changed: AppointmentChanged) -> tuple[EditForm, Merge]:
    """The form anew, about the visit as it is now: a question for each field in question, and every field that was
    not touched here as others left it. So what is sent next can only change what the person meant to change."""
    event, seen = changed.event, form.cleaned_data["seen"]
    found = merging.merge(event, seen, form.texts())
    by = merging.changed_by(desk, event, seen, found.both)
    data = _carried(form)
    data |= {name: [text_of(event, name)] for name in WORDS if name in data and _is_refreshed(event, name, found)}
    for name in found.both:
        shown_then = str(form.data.get(f"was_{name}", ""))
        if versions.is_as_seen(seen, name, shown_then):
            data[f"first_{name}"] = [shown_then]
        data[f"by_{name}"] = [by_line(desk, by[name])]
    data |= {name: [text] for name, text in was(event).items()}
    data |= {"seen": [versions.version(event)], "asked": [asking(found.both)]}
    anew = EditForm(as_posted(data), desk=desk)
    anew.is_valid()
    anew.errors.clear()
    return anew, found


# --- Places -----------------------------------------------------------------------------------------------------------


def ask_place(desk: Desk, form: MoveForm, changed: AppointmentChanged) -> MoveForm:
    """The move form anew, about the visit as it is now. Time and clinician are one place, so whichever of them others
    changed is asked for; keeping theirs is chosen beforehand where it was not touched here."""
    event, sent = changed.event, form.cleaned_data
    by = merging.changed_by(desk, event, sent["seen"], changed.parts)
    now = visits.brief(desk, event)
    typed = {"when": sent["when"] != event.when, "host": sent["host"] != event.host_id}
    touched = {
        "when": write_span(sent["when"]) != sent["was_when"],
        "host": str(sent["host"]) != sent["present"],
    }
    names = [name for name in form.askable if name in changed.parts and typed[name]]
    data = _carried(form)
    for name in names:
        data[f"first_{name}"] = [form.data.get(f"now_{name}", "")]
        data[f"by_{name}"] = [by_line(desk, by[name])]
        data[f"keep_{name}"] = [] if touched[name] else [THEIRS]
    data |= {f"now_{name}": [getattr(now, name)] for name in ("title", "who", "when", "host")}
    data |= {"was_when": [write_span(event.when)], "present": [str(event.host_id or "")]}
    data |= {"seen": [versions.version(event)], "asked": [asking(names)]}
    anew = MoveForm(as_posted(data), desk=desk, people=form.people, length=form.length)
    anew.is_valid()
    anew.errors.clear()
    return anew


def place_questions(desk: Desk, form: MoveForm, data: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions of a move form, from what it carries and what is chosen in it."""
    when = form.typed_when
    chosen = {"when": clock.span(when, desk.zone) if when else _("not known"), "host": form.typed_host}
    return tuple(
        Question(
            name=name,
            label=words.PARTS[name],
            before=first or _("not known"),
            theirs=str(data.get(f"now_{name}", ""))[:200] or _("not known"),
            mine=chosen[name] or _("not known"),
            by=str(data.get(f"by_{name}", ""))[:200],
            keep=form[f"keep_{name}"],
            first=first,
        )
        for name in form.questions
        for first in [str(data.get(f"first_{name}", ""))[:200]]
    )
