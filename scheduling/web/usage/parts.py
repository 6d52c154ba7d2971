"""The page of one figure: what it is made of, page by page, with the sum of all of it."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from scheduling.domain.usage import groups
from scheduling.domain.usage.groups import Group
from scheduling.domain.usage.rates import utilisation

from . import words
from .made import Line, figure_of
from .source import UTILISATION, Source, groups_of, made_of, name_of, use_cell
from .stats import Term, terms_of

# More on one page is nobody's reading; the sum is always that of all.
A_PAGE = 200


@dataclass(frozen=True, slots=True)
class About:
    """Which figure, whose and of which time. `whole`: all of the time was read."""

    metric: str
    whose: str
    period: str
    zone: str
    back: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The page of a figure. `value` is its plain value (minutes, a count ...), of all lines, also of those not here.

    A quotient has no lines but the terms `above` and `below` its line, each with its own page.
    """

    about: About
    title: str
    meant: str
    total: str
    value: str
    unit: str = ""
    is_sum: bool = False
    lines: tuple[Line, ...] = ()
    place: str = ""
    previous_url: str = ""
    next_url: str = ""
    above: tuple[Term, ...] = ()
    below: tuple[Term, ...] = ()
    switches: tuple[str, ...] = ()


def parts_of(source: Source, figure: str, key: str | None, hour: str = "", page: int = 1) -> Parts:
    """What a figure of the report is made of; of one row, where a key is given, or of an hour of the week, "1-09".

    Raises Http404 for a figure, a row or a page that is not there.
    """
    group, name = _hour(source, hour) if hour else _group(source, key)
    if figure == UTILISATION:
        return _quotient(source, group, name, key, hour)
    made = figure_of(source, figure, group)
    last = max(1, -(-len(made.parts) // A_PAGE))
    if not 1 <= page <= last:
        raise Http404
    first = (page - 1) * A_PAGE
    some = made.parts[first : first + A_PAGE]
    told = {"first": first + 1, "last": first + len(some), "all": len(made.parts)}
    return Parts(
        _about(source, name, figure),
        title=made.title,
        meant=made.meant,
        total=made.total,
        value=made.value,
        unit=made.unit,
        is_sum=made.is_sum,
        lines=tuple(map(made.line, some)),
        place=_("Lines %(first)d to %(last)d of %(all)d") % told if last > 1 else "",
        previous_url=source.address("usage-parts", page=page - 1) if page > 1 else "",
        next_url=source.address("usage-parts", page=page + 1) if page < last else "",
    )


def _quotient(source: Source, group: Group, name: str, key: str | None, hour: str) -> Parts:
    switches, tally = source.asked.switches, group.tally
    share = use_cell(utilisation(tally, switches).value)

    def address(figure: str) -> str:
        return source.address("usage-parts", figure=figure, hour=hour) if hour else made_of(source, figure, key)

    return Parts(
        _about(source, name, UTILISATION),
        title=_("Utilisation"),
        meant=_("What counts as booked, of what counts as offered. Press a part to see what it is made of."),
        total=share.text,
        value=share.value,
        above=tuple(terms_of(tally, switches.numerator, address)),
        below=tuple(terms_of(tally, switches.denominator, address)),
        switches=tuple(words.switches_in_words(switches)),
    )


def _about(source: Source, name: str, figure: str) -> About:
    return About(
        figure,
        name or _("All of it"),
        words.period_words(source.asked.period),
        source.usage.zone.key,
        source.address(figure="", key="", hour="", page=""),
        source.usage.whole,
    )


def _group(source: Source, key: str | None) -> tuple[Group, str]:
    usage, by = source.usage, source.asked.by
    if key is None:
        return Group(usage.atoms, usage.cases), ""
    wanted = "" if key == "-" else key
    for each, group in groups_of(by, usage).items():
        if words.key_text(each) == wanted:
            return group, name_of(by, each, usage)
    raise Http404


def _hour(source: Source, text: str) -> tuple[Group, str]:
    for (day, hour), group in groups.by_hour(source.usage.atoms, source.usage.zone).items():
        if text == f"{day}-{hour}":
            told = {"day": WEEKDAYS[day - 1], "start": f"{hour:02}:00", "end": f"{hour + 1:02}:00"}
            return group, _("%(day)s %(start)s–%(end)s") % told
    raise Http404
