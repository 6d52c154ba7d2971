"""Where more visits overlap than can be read side by side: the rest goes behind a "+n" that opens a list of them.

It is a popover, which needs no script and stays open over a refresh. How many lanes stay is decided here and not in
the browser, from the least width of a column: two in 128 px and three in 168 px leave each about 48 px beside the "+n".
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from scheduling.domain.interval import Interval, merge
from scheduling.domain.lanes import Lane

from . import words
from .chips import Look, Spot, drawn

MORE = (
    '<li class="more r{} h{}"><button type="button" popovertarget="{}" aria-label="{}">+{}</button>'
    '<ul id="{}" class="popover" role="list" popover>{}</ul></li>'
)


def is_folded(lane: Lane, most: int) -> bool:
    """Whether a visit in this lane has no room."""
    return lane.lane >= most


def narrowed(spot: Spot, most: int) -> Spot:
    """The place of a visit that stays, in a group that has more lanes than can be read."""
    lane = spot.lane
    if lane.lanes <= most:
        return spot
    kept = min(lane.lane, most - 1)
    return replace(spot, lane=Lane(kept, most, max(1, min(lane.span, most - kept))), crowded=True)


def heaps(times: Sequence[Interval]) -> list[tuple[Interval, list[int]]]:
    """The folded visits that touch one another, as the time they take together and their numbers."""
    return [
        (whole, [number for number, when in enumerate(times) if drawn(when).overlaps(whole)])
        for whole in merge([drawn(when) for when in times])
    ]


def more(when: Interval, place: tuple[int, int], key: str, chips: Sequence[SafeString], look: Look) -> SafeString:
    """The button with its list. `key` tells the column."""
    start, end = words.clock(when.start, look.zone), words.clock(when.end, look.zone)
    count = len(chips)
    label = ngettext("%(count)d more, %(start)s to %(end)s", "%(count)d more, %(start)s to %(end)s", count)
    own = f"m{key}-{start.replace(':', '')}"
    rows = format_html_join("", "{}", ((chip,) for chip in chips))
    return format_html(MORE, *place, own, label % {"count": count, "start": start, "end": end}, count, own, rows)
