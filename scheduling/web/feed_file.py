"""Visits as an iCalendar file (RFC 5545): the words of a feed, and which property tells what.

The library folds and escapes; what it leaves alone is taken out here: characters that are no text (RFC 5545 3.1) and
those that turn the direction of what follows, so that no title can look like another.
"""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Component

from scheduling.domain.feed import Entry, State
from scheduling.services.feed_reading import Shown
from scheduling.web import words
from scheduling.web.feed_zone import definition_of

CONTENT_TYPE = "text/calendar; charset=utf-8"
MAKER = "-//Daybook//Calendar feed//EN"
# Programs that heed it ask no oftener.
ASK_AGAIN = timedelta(hours=1)
NO_TEXT = {"Cf", "Cs", "Co", "Cn"}
LONGEST = 200


def as_file(shown: Iterable[Shown], zone: ZoneInfo, *, one: bool = False) -> bytes:
    """The file; times stand in `zone`, whose definition it holds. `one`: of a single visit, to be taken over once."""
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    if one:
        calendar.add("method", "PUBLISH")
    else:
        _add_name(calendar, zone)
    found = list(shown)
    if found and zone.key != "UTC":
        days = [each.entry.start.date() for each in found]
        calendar.add_component(definition_of(zone, min(days), max(days)))
    for each in found:
        calendar.add_component(_component(each, zone, one=one))
    made: bytes = calendar.to_ical()
    return made


def _add_name(calendar: Calendar, zone: ZoneInfo) -> None:
    """The name stands in menus and on devices that others see: the clinic's, nobody's own."""
    name = plain(settings.CLINIC_NAME)
    for property_name in ("name", "x-wr-calname"):
        calendar.add(property_name, name)
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", ASK_AGAIN, {"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")


def plain(text: object) -> str:
    """The text without characters that are none, on one line, at most LONGEST characters."""
    told = ((letter, unicodedata.category(letter)) for letter in str(text))
    spaced = "".join(" " if kind == "Cc" else "" if kind in NO_TEXT else letter for letter, kind in told)
    return " ".join(spaced.split())[:LONGEST].strip()


def uid_of(entry: Entry, *, one: bool = False) -> str:
    """The visit's name for calendar programs, for ever; a file's own, so that its number never meets the feed's."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"{entry.event}{'.file' if one else ''}@{host}"


def summary_of(entry: Entry) -> str:
    """What the visit is called at the level of detail that the entry has."""
    if entry.leave:
        return _("Leave (asked for)") if entry.state is State.TENTATIVE else _("Leave")
    told = [words.type_word(entry.kind), words.mode_word(entry.mode), entry.initials]
    found = [plain(word) for word in told if word]
    return " · ".join(found) or _("Appointment")


def _component(shown: Shown, zone: ZoneInfo, *, one: bool) -> Component:
    entry, made = shown.entry, Component()
    made.add("uid", uid_of(entry, one=one))
    made.add("dtstamp", shown.changed_at)
    made.add("last-modified", shown.changed_at)
    made.add("sequence", shown.sequence)
    made.add("status", entry.state.value)
    made.add("summary", summary_of(entry))
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT" if entry.state is State.CANCELLED else "OPAQUE")
    _add_time(made, entry, zone)
    if entry.place:
        made.add("location", plain(entry.place))
    # Whoever follows it signs in first; the address holds an id and nothing else.
    made.add("url", f"{settings.PUBLIC_URL}{reverse('appointment', args=[entry.event])}")
    return made


def _add_time(made: Component, entry: Entry, zone: ZoneInfo) -> None:
    if entry.first and entry.last:
        made.add("dtstart", entry.first)
        made.add("dtend", entry.last + timedelta(days=1))
        return
    made.add("dtstart", _local(entry.start, zone))
    made.add("dtend", _local(entry.end, zone))


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    """The time in the zone; in UTC where the clock shows it a second time, which no local time can say (3.3.5)."""
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if local.fold else local
