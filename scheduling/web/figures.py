"""One figure of a summary as it is printed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from scheduling.domain.usage.figures import Figures


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its documented name, its text, its plain value (minutes, per cent or a count), what it is made of."""

    metric: str
    text: str
    value: str = ""
    differs: bool = False
    url: str = ""


def use_of(figures: Figures) -> Cell:
    """Utilisation in per cent with one decimal, or that there is nothing to divide by."""
    share = figures.utilisation
    if share is None:
        return Cell("utilisation", _("no hours offered"))
    return Cell("utilisation", f"{share:.1%}".replace("%", " %"), f"{share * 100:.1f}")
