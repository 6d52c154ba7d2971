"""Why there is little: a table of what took the time away, for each clinician, and what to ask instead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.week import days_touched
from scheduling.domain.why import Account, Loosening, Rule
from scheduling.domain.zone import wall
from scheduling.services.desk import Desk
from scheduling.services.finding import Ask, Found

from . import links, words
from .rows import Printer, SlotRow

# How the bar is drawn: parts of the time at work, in thousandths of its width.
WIDTH = 1000
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Column:
    """One rule that took time from somebody."""

    code: str
    title: str

    @property
    def kind(self) -> str:
        """The end of its class."""
        return self.code.lower()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; `kind` is the rule's code in lower case, "left" for what is left."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Cell:
    code: str
    text: str
    minutes: int


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One clinician: what was taken, by rule, what is left, and the same as a bar and as a sentence."""

    clinician_id: str
    name: str
    cells: tuple[Cell, ...]
    left: Cell
    bar: tuple[Part, ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One loosening: what to ask instead, and the first slot that it gives."""

    kind: str
    label: str
    when: str
    url: str
    slot: SlotRow


@dataclass(frozen=True, slots=True)
class WhyView:
    """`intro` says what is compared; `columns` are the rules that took anything."""

    intro: str
    columns: tuple[Column, ...]
    rows: tuple[WhyRow, ...]
    choices: tuple[Choice, ...]


def view(desk: Desk, ask: Ask, found: Found, data: QueryDict) -> WhyView | None:
    """What the panel prints; None where nothing has to be explained."""
    why = found.why
    if why is None:
        return None
    taking = {each.rule for account in why.clinicians for each in account.removed if _minutes(each.time)}
    rules = tuple(rule for rule in Rule if rule in taking)
    printer = Printer(desk, ask, found, data)
    return WhyView(
        intro=_intro(desk, ask),
        columns=tuple(Column(rule.value, words.rule(rule, ask.request)) for rule in rules),
        rows=tuple(_row(ask, found, account, rules) for account in why.clinicians),
        choices=tuple(_choice(printer, loosening) for loosening in why.loosenings),
    )


def _minutes(value: timedelta) -> int:
    return round(value.total_seconds() / 60)


def _intro(desk: Desk, ask: Ask) -> str:
    first, last = days_touched(ask.request.window, desk.zone)
    days = (last - first).days + 1
    told = ngettext("%(n)d day was searched", "%(n)d days were searched", days) % {"n": days}
    return _("%(days)s, from %(start)s. Each hour is counted once, under the first rule that rules it out.") % {
        "days": told,
        "start": words.day(wall(ask.request.window.start, desk.zone).date()),
    }


def _row(ask: Ask, found: Found, account: Account, rules: tuple[Rule, ...]) -> WhyRow:
    by_rule = {each.rule: each.time for each in account.removed}
    cells = tuple(Cell(rule.value, *_told(by_rule.get(rule, NOTHING))) for rule in rules)
    name = found.names[account.clinician_id].name
    return WhyRow(
        clinician_id=str(account.clinician_id),
        name=name,
        cells=cells,
        left=Cell("LEFT", *_told(account.left)),
        bar=tuple(_bar(by_rule, account.left)),
        spoken=_spoken(ask, name, by_rule, rules, account.left),
    )


def _told(value: timedelta) -> tuple[str, int]:
    minutes = _minutes(value)
    return (words.hours(value) if minutes else "–"), minutes


def _bar(by_rule: Mapping[Rule, timedelta], left: timedelta) -> Iterator[Part]:
    """The time at work by what became of it, in the order of the rules; nothing for somebody without hours."""
    told = [(rule.value.lower(), by_rule.get(rule, NOTHING)) for rule in Rule if rule is not Rule.NO_HOURS]
    told.append(("left", left))
    worked = sum((time for _kind, time in told), NOTHING)
    passed = NOTHING
    for kind, time in told:
        if time:
            start, end = (round(WIDTH * at / worked) for at in (passed, passed + time))
            yield Part(kind, start, max(end - start, 1))
        passed += time


def _spoken(ask: Ask, name: str, by_rule: Mapping[Rule, timedelta], rules: tuple[Rule, ...], left: timedelta) -> str:
    """The bar as a sentence."""
    told = [
        f"{words.hours(by_rule[rule])} {words.rule(rule, ask.request)}"
        for rule in rules
        if rule is not Rule.NO_HOURS and _minutes(by_rule.get(rule, NOTHING))
    ]
    told.append(_("%(time)s left") % {"time": words.hours(left)})
    return _("%(name)s, time at work: %(parts)s") % {"name": name, "parts": "; ".join(told)}


def _choice(printer: Printer, loosening: Loosening) -> Choice:
    desk, slot = printer.desk, loosening.slot
    row = printer.row(wall(slot.when.start, desk.zone).date(), slot)
    names = words.listed([person.name for person in row.people])
    told = {"when": f"{words.day(wall(slot.when.start, desk.zone).date())}, {row.times}", "names": names}
    return Choice(
        kind=loosening.kind.value,
        label=words.loosening(loosening, printer.found.names, {user.id for user in printer.ask.people}, desk.zone),
        when=_("%(when)s with %(names)s") % told,
        url=links.loosened(printer.data, loosening, desk.zone),
        slot=row,
    )
