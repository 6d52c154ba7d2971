"""Names found by any part: what is stored for a search, and how a typed text becomes the parts to look for."""

import unicodedata

from django.db.models import Q


def fold(text: str) -> str:
    """Lower case without accents, so that "muller" finds "Müller"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def searchable(*texts: str) -> str:
    """One line with all that may be matched; digits of phone numbers also without their punctuation."""
    parts = [fold(text) for text in texts if text]
    parts += ["".join(filter(str.isdigit, text)) for text in texts if any(letter.isdigit() for letter in text or "")]
    return " ".join(parts)


def matches(typed: str) -> Q | None:
    """The condition that every typed part stands somewhere in `search`; None when nothing was typed."""
    parts = fold(typed).split()
    condition = Q()
    for part in parts[:8]:
        condition &= Q(search__contains=part)
    return condition if parts else None
