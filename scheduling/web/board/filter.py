"""Who is shown on a board of several people, and which visits are brought out: by type, status and mode.

All of it is told by the address. Whoever is not chosen has no column, and no part in the figures.

A filter of visits only takes the words off those that do not match; they keep their place, so that time never looks
free because of it, and free pieces and figures stay those of the whole calendar. Names of patients are no part of it:
an address is kept by browsers and servers. The search for words stays on the page (static/js/board-words.js).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.event import Event, EventMode, EventStatus, EventType
from scheduling.domain.person import User
from scheduling.services.choice import Choice
from scheduling.web.words import MODES, STATUSES, TYPES, Word, status_code

from .chips import awaiting
from .model import FilterBar, Group, Links, Option

AWAITING = "awaiting"
INITIALS = "initials"
# An address stays short enough for any proxy.
MOST_PEOPLE = 40
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
    """What is asked for; in each of the four, nothing means everything.

    `view`: grid or list, in the week of a team visits or figures, if told. `initials`: patients are shown by their
    initials, for paper and for screens that others look at.
    """

    type: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    view: str = ""
    initials: bool = False
    person: tuple[UUID, ...] = ()

    @property
    def active(self) -> bool:
        return bool(self.type or self.status or self.mode)

    def narrowed(self, choice: Choice) -> Choice:
        """The people asked for; those of another team are passed over."""
        return choice.only(self.person) if self.person else choice

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
        told = [("person", str(person)) for person in self.person]
        told += [(name, value) for name in CHOICES for value in getattr(self, name)]
        told += [("view", self.view)] if self.view else []
        return urlencode([*told, ("names", INITIALS)] if self.initials else told)


EVERYTHING = Filter()


def asked(query: QueryDict, views: Sequence[str] = VIEWS) -> Filter:
    """The filter of an address; what is no choice, or none of these views, is left out."""
    told = {name: _known([_code(value) for value in query.getlist(name)], _choices(name)) for name in CHOICES}
    view = query.get("view", "")
    people = tuple(dict.fromkeys(_ids(query.getlist("person"))))[:MOST_PEOPLE]
    return Filter(**told, view=view if view in views else "", initials=query.get("names") == INITIALS, person=people)


def _ids(values: Iterable[str]) -> Iterator[UUID]:
    for value in values:
        with suppress(ValueError):
            yield UUID(value)


def _choices(name: str) -> dict[str, Word]:
    more = {AWAITING: _("Awaiting answer")} if name == "status" else {}
    return {**CHOICES[name], **more}


def _known(values: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def bar(chosen: Filter, own: str, shown: int, count: int, people: Sequence[User] = ()) -> FilterBar:
    """The form on the page of address `own` (without a filter), where `shown` of `count` visits match.

    `people`: all of whom some can be chosen.
    """
    clear = with_query(own, replace(chosen, type=(), status=(), mode=(), person=()).query)
    path, _mark, query = clear.partition("?")
    labels = {"type": _("Type"), "status": _("Status"), "mode": _("Mode")}
    groups = tuple(Group(name, labels[name], _options(name, getattr(chosen, name))) for name in CHOICES)
    somebody = _somebody(chosen, people)
    told = " ".join(filter(None, (_people_told(somebody), _told(shown, count) if chosen.active else "")))
    back = with_query(own, replace(chosen, view="").query)
    other = with_query(own, replace(chosen, initials=not chosen.initials).query)
    return FilterBar(path, tuple(parse_qsl(query)), groups, told, clear, back, other, chosen.initials, somebody)


def _somebody(chosen: Filter, people: Sequence[User]) -> Group | None:
    """The people as a question of the filter; no question where there is only one."""
    options = tuple(Option(str(user.id), user.name, user.id in chosen.person) for user in people)
    return Group("person", _("People"), options) if len(options) > 1 else None


def _people_told(somebody: Group | None) -> str:
    if somebody is None or not 0 < somebody.count < len(somebody.options):
        return ""
    told = {"shown": somebody.count, "count": len(somebody.options)}
    return (
        ngettext("%(shown)d of %(count)d person shown.", "%(shown)d of %(count)d people shown.", told["count"]) % told
    )


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
    told["everybody"] = links.everybody and with_query(links.everybody, replace(chosen, person=()).query)
    views = tuple(replace(view, url=with_query(view.url, chosen.query)) for view in links.views)
    return replace(links, **told, views=views)


BOARDS = ("own", "previous", "next", "today")


def _with_query(links: Links, query: str) -> Iterator[tuple[str, str]]:
    for row in fields(links):
        url = getattr(links, row.name)
        if row.name in BOARDS and url:
            yield row.name, with_query(url, query)


def with_query(url: str, query: str) -> str:
    """The address with a part more; unchanged for an empty one."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
