"""The steps of a new clinic, in words and with where each is done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.services.first_steps import Key, Step


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the checklist."""

    key: str
    title: str
    text: str
    url: str
    done: bool


def lines(steps: Iterable[Step]) -> Iterator[StepLine]:
    """The lines of the checklist, in the order of the steps."""
    told = {
        Key.CONNECTION: (_("Reach the calendar service"), "connection", _("The worker reads people and patients.")),
        Key.PEOPLE: (_("Have people with time zones"), "people", ""),
        Key.TEAMS: (_("Make teams"), "teams", _("A team needs members and somebody who looks after it.")),
        Key.LOGINS: (_("Invite people"), "logins", _("A coordinator and a clinician at least.")),
    }
    for step in steps:
        title, route, text = told[step.key]
        yield StepLine(step.key, title, text or _people(step), reverse(route), step.done)


def _people(step: Step) -> str:
    """Users are activated in Welkin: the step says so."""
    if not step.left:
        return _("Make them under “New person”; an administrator of Welkin activates them there.")
    text = ngettext(
        "%(people)s person has no time zone: set it under “Change”.",
        "%(people)s people have no time zone: set it under “Change”.",
        step.left,
    )
    return text % {"people": step.left}
