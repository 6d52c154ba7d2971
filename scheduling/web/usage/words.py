"""The words of the report: measures, groups, formula, switches."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.person import User
from scheduling.domain.usage.period import Kind, Period
from scheduling.domain.usage.rates import Switches, Term
from scheduling.domain.usage.tally import Measure, Tally
from scheduling.web import words
from scheduling.web.board.words import day_words, span_words
from scheduling.web.forms.usage import DAY, MODE, MONTH, SWITCHES, TYPE
from scheduling.web.hours_words import length

MEASURES: Mapping[Measure, words.Word] = {
    Measure.OFFERED: gettext_lazy("Offered"),
    Measure.LEAVE: gettext_lazy("Leave"),
    Measure.CLOSED: gettext_lazy("Closed"),
    Measure.BOOKED: gettext_lazy("Booked"),
    Measure.INSIDE: gettext_lazy("Booked inside"),
    Measure.OUTSIDE: gettext_lazy("Booked outside"),
    Measure.COMPLETED: gettext_lazy("Completed"),
    Measure.MISSED: gettext_lazy("Missed"),
    Measure.OPEN: gettext_lazy("Still open"),
    Measure.MISSED_INSIDE: gettext_lazy("missed inside"),
    Measure.MISSED_OUTSIDE: gettext_lazy("missed outside"),
    Measure.GROUP: gettext_lazy("Group"),
    Measure.HEADS: gettext_lazy("Group by head"),
    Measure.EXTRA_INSIDE: gettext_lazy("more by heads"),
    Measure.EXTRA_OUTSIDE: gettext_lazy("more by heads outside"),
    Measure.FREE: gettext_lazy("Free"),
    Measure.IN_LEAVE: gettext_lazy("booked in leave"),
    Measure.MISSED_IN_LEAVE: gettext_lazy("missed in leave"),
    Measure.EXTRA_IN_LEAVE: gettext_lazy("more by heads in leave"),
}
MEANT: Mapping[Measure, words.Word] = {
    Measure.OFFERED: gettext_lazy("Work hours less closures and public holidays; leave does not lessen them."),
    Measure.LEAVE: gettext_lazy("Granted leave inside the offered hours."),
    Measure.CLOSED: gettext_lazy("Work hours lost to closures and public holidays."),
    Measure.BOOKED: gettext_lazy("Time with a visit that is not cancelled; two at once count once."),
    Measure.INSIDE: gettext_lazy("Booked time inside the offered hours."),
    Measure.OUTSIDE: gettext_lazy("Booked time outside the offered hours."),
    Measure.COMPLETED: gettext_lazy("Booked time in which a visit was completed."),
    Measure.MISSED: gettext_lazy("Booked time in which every visit was missed."),
    Measure.OPEN: gettext_lazy("Booked time of visits that are neither completed nor missed."),
    Measure.MISSED_INSIDE: gettext_lazy("Booked time inside the offered hours in which every visit was missed."),
    Measure.MISSED_OUTSIDE: gettext_lazy("Booked time outside the offered hours in which every visit was missed."),
    Measure.GROUP: gettext_lazy("Booked time with a group session, counted once."),
    Measure.HEADS: gettext_lazy("Time of group sessions, counted for each of their patients."),
    Measure.EXTRA_INSIDE: gettext_lazy("What the other patients of group sessions add, inside the offered hours."),
    Measure.EXTRA_OUTSIDE: gettext_lazy("What the other patients of group sessions add, outside the offered hours."),
    Measure.FREE: gettext_lazy("Offered, without leave, visits and changes whose outcome is not known yet."),
    Measure.IN_LEAVE: gettext_lazy("Booked time inside the offered hours in which the clinician has leave."),
    Measure.MISSED_IN_LEAVE: gettext_lazy("Booked time in leave in which every visit was missed."),
    Measure.EXTRA_IN_LEAVE: gettext_lazy("What the other patients of group sessions add, in leave."),
}


def minutes(seconds: int) -> str:
    """Hours and minutes, `38:30`."""
    return length(round(seconds / 60))


def exact(seconds: int) -> str:
    """The same with the seconds where there are any: what lines say must add up to what their sum says."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if seconds % 60 else minutes(seconds)


def formula(found: Tally, switches: Switches) -> str:
    """The whole sum as it was done: `(412:30 booked inside − 3:00 missed inside) ÷ 660:00 offered`."""
    return f"{_side(found, switches.numerator)} ÷ {_side(found, switches.denominator)}"


def _side(found: Tally, terms: tuple[Term, ...]) -> str:
    told = [("−" if sign < 0 else "+", minutes(found.seconds(m)), str(MEASURES[m]).lower()) for sign, m in terms]
    text = " ".join(f"{sign} {value} {name}" for sign, value, name in told).removeprefix("+ ")
    return f"({text})" if len(told) > 1 else text


def share(value: float | None) -> str:
    """`62.4 %`, or that there is nothing to divide by."""
    return _("no hours offered") if value is None else f"{value * 100:.1f} %"


def switches_in_words(switches: Switches) -> list[str]:
    """Those that are on."""
    on = (switches.leave_out, not switches.missed, switches.outside, switches.heads)
    return [str(label) for label, is_on in zip(SWITCHES.values(), on, strict=True) if is_on]


def period_words(period: Period) -> str:
    """`Week 48, 23–29 November 2026`, `November 2026`, `October – December 2026`, or its days."""
    if period.kind is Kind.WEEK:
        told = {"number": period.first.isocalendar().week, "days": span_words(period.first, period.last)}
        return _("Week %(number)d, %(days)s") % told
    if period.kind is Kind.MONTH:
        return month_words(period.first)
    if period.kind is Kind.QUARTER:
        return f"{MONTHS[period.first.month]} – {month_words(period.last)}"
    return days_words(period.first, period.last)


def days_words(first: date, last: date) -> str:
    """`29 February 2028`, `23–29 November 2026`."""
    return f"{first.day} {MONTHS[first.month]} {first.year}" if first == last else span_words(first, last)


def week_words(monday: date, period: Period) -> str:
    """The days of a week that lie in the period: only these are in its row."""
    return days_words(max(monday, period.first), min(monday + timedelta(days=6), period.last))


def month_words(day: date) -> str:
    return f"{MONTHS[day.month]} {day.year}"


def group_words(by: str, key: object) -> str:
    """The name of a row; of clinicians the page knows it."""
    if isinstance(key, date):
        days = {DAY: lambda: day_words(key), MONTH: lambda: month_words(key)}
        return days.get(by, lambda: span_words(key, key + timedelta(days=6)))()
    names: Mapping[str, Mapping[str, words.Word]] = {TYPE: words.TYPES, MODE: words.MODES}
    return str(names[by].get(str(key)) or key or _("not said"))


def person_words(user: User) -> str:
    """The name of a clinician's row."""
    return user.name if user.active else _("%(name)s (no longer active)") % {"name": user.name}


def teams_words(names: Sequence[str]) -> str:
    """The name of a row of teams: who is in several has a row of these together."""
    return " + ".join(names) or _("In no team")


def key_text(key: object) -> str:
    """A group in an address."""
    if isinstance(key, tuple):
        return "+".join(map(str, key))
    return key.isoformat() if isinstance(key, date) else str(key)


def status_words(status: str) -> words.Word:
    """A status as the screen says it; an unknown one as it came."""
    return words.STATUSES.get(status, status)
