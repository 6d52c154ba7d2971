"""Names found by any part: what is stored for a search, and how a typed text becomes the parts to look for."""

import unicodedata

from django.db.models import Case, IntegerField, Q, Value, When


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


def nearness(typed: str) -> Case:
    """For `order_by`: first those in whom every typed part begins a word, then those who have it inside one.

    So "ma" brings Mara and Ellen Marsh before everybody whose e-mail address is at mail.example.
    """
    begins = Q()
    for part in fold(typed).split()[:8]:
        begins &= Q(search__startswith=part) | Q(search__contains=f" {part}")
    return Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
