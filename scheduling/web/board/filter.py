"""Which visits of a board are brought out: by type, status and mode, told by the address.

A filter only takes the words off the visits that do not match; they keep their place, so that time never looks free
because of it, and free pieces and figures stay those of the whole calendar. Names of patients are no part of it: an
address is kept by browsers and servers. The search for words stays on the page (static/js/board-words.js).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.event import Event, EventMode, EventStatus, EventType
from scheduling.web.words import MODES, STATUSES, TYPES, Word, status_code

from .chips import awaiting
from .model import FilterBar, Group, Links, Option

AWAITING = "awaiting"
INITIALS = "initials"
VIEWS = ("grid", "list")
TEAM_VIEWS = ("visits", "figures")
VISITS = (EventType.APPOINTMENT, EventType.GROUP_THERAPY, EventType.ENCOUNTER)


def _code(value: str | None) -> str:
    """A value of the API as the address has it: lower case, and with one way to write "in person"."""
    return (value or "").lower().replace("_", "-")


CHOICES: Mapping[str, Mapping[str, Word]] = {
    "type": {_code(value): TYPES[value] for value in VISITS},
    "status": {_code(value): STATUSES[value] for value in EventStatus},
    "mode": {_code(value): MODES[value] for value in EventMode},
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; in each of the three, nothing means everything.

    `view`: grid or list, in the week of a team visits or figures, if told. `initials`: patients are shown by their
    initials, for paper and for screens that others look at.
    """

    type: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    view: str = ""
    initials: bool = False

    @property
    def active(self) -> bool:
        return bool(self.type or self.status or self.mode)

    def shows(self, event: Event, now: datetime) -> bool:
        """Whether a visit matches. One that waits for an answer is both scheduled and awaiting."""
        if self.type and _code(event.type) not in self.type:
            return False
        if self.mode and _code(event.mode) not in self.mode:
            return False
        return (
            not self.status or status_code(event) in self.status or (AWAITING in self.status and awaiting(event, now))
        )

    @property
    def query(self) -> str:
        """The filter as a part of an address, without a question mark; empty when everything is shown."""
        told = [(name, value) for name in CHOICES for value in getattr(self, name)]
        told += [("view", self.view)] if self.view else []
        return urlencode([*told, ("names", INITIALS)] if self.initials else told)


EVERYTHING = Filter()


def asked(query: QueryDict, views: Sequence[str] = VIEWS) -> Filter:
    """The filter of an address; what is no choice, or none of these views, is left out."""
    told = {name: _known([_code(value) for value in query.getlist(name)], _choices(name)) for name in CHOICES}
    view = query.get("view", "")
    return Filter(**told, view=view if view in views else "", initials=query.get("names") == INITIALS)


def _choices(name: str) -> dict[str, Word]:
    more = {AWAITING: _("Awaiting answer")} if name == "status" else {}
    return {**CHOICES[name], **more}


def _known(values: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def bar(chosen: Filter, own: str, shown: int, count: int) -> FilterBar:
    """The form on the page of address `own` (without a filter), where `shown` of `count` visits match."""
    clear = with_query(own, replace(chosen, type=(), status=(), mode=()).query)
    path, _mark, query = clear.partition("?")
    labels = {"type": _("Type"), "status": _("Status"), "mode": _("Mode")}
    groups = tuple(Group(name, labels[name], _options(name, getattr(chosen, name))) for name in CHOICES)
    told = _told(shown, count) if chosen.active else ""
    back = with_query(own, replace(chosen, view="").query)
    other = with_query(own, replace(chosen, initials=not chosen.initials).query)
    return FilterBar(path, tuple(parse_qsl(query)), groups, told, clear, back, other, chosen.initials)


def _options(name: str, chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple(Option(value, str(word), value in chosen) for value, word in _choices(name).items())


def _told(shown: int, count: int) -> str:
    if count and not shown:
        return ngettext("The one visit does not match.", "None of the %d visits matches.", count) % (
            () if count == 1 else count
        )
    text = ngettext("%(shown)d of %(count)d visit shown.", "%(shown)d of %(count)d visits shown.", count)
    return text % {"shown": shown, "count": count}


def keep(links: Links, chosen: Filter) -> Links:
    """The links with the filter in each that leads to a board."""
    if not chosen.query:
        return links
    told = dict(_with_query(links, chosen.query))
    views = tuple(replace(view, url=with_query(view.url, chosen.query)) for view in links.views)
    return replace(links, **told, views=views)


BOARDS = ("own", "previous", "next", "today", "whole", "trimmed", "everybody")


def _with_query(links: Links, query: str) -> Iterator[tuple[str, str]]:
    for row in fields(links):
        url = getattr(links, row.name)
        if row.name in BOARDS and url:
            yield row.name, with_query(url, query)


def with_query(url: str, query: str) -> str:
    """The address with a part more; unchanged for an empty one."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
