"""Our own open claims on the board: time that is taken and that the calendar does not show yet. Nobody is named."""

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.claim import Hold
from scheduling.ledger.models import Claim
from scheduling.web.clock import stamp

from . import words
from .chips import Look, Spot, place_classes

WORDS: dict[str, str | Promise] = {
    Claim.State.UNKNOWN: gettext_lazy("Checking whether it is saved"),
    Claim.State.CONFIRMED: gettext_lazy("Just booked"),
}
BEING_BOOKED = gettext_lazy("Being booked")

HOLD = (
    '<li class="{} hold"><span data-hold="{}" data-start="{}" data-end="{}" title="{}">'
    '<span class="sr-only">{}</span><span aria-hidden="true">{}</span></span></li>'
)


def state_words(hold: Hold) -> str:
    """What is going on with this time."""
    return str(WORDS.get(hold.state, BEING_BOOKED))


def hold_chip(hold: Hold, spot: Spot, look: Look) -> SafeString:
    """The claimed time as a block that cannot be pressed."""
    word, start, end = state_words(hold), words.clock(hold.when.start, look.zone), words.clock(hold.when.end, look.zone)
    sentence = _("%(word)s, %(day)s, %(start)s to %(end)s") % {
        "word": word,
        "day": spot.day,
        "start": start,
        "end": end,
    }
    shown = f"{word}\n{start}–{end}" if hold.when.minutes >= 30 else f"{start} {word}"
    times = stamp(hold.when.start), stamp(hold.when.end)
    return format_html(HOLD, place_classes(spot), hold.state, *times, word, sentence, shown)
