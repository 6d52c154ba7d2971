"""Rows and instants of one column, for scripts that turn a place on the screen into a moment without knowing zones."""

from datetime import UTC, datetime, timedelta

from .axis import Scale, Visible

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ruler(scale: Scale, visible: Visible) -> str:
    """The parts of the day as "row:minutes row:minutes", rows counted from the first visible one, minutes since 1970.

    The last pair is where the day ends, and begins nothing. A row is five minutes; between two parts the minutes never
    pass those with which the next one begins. Rows may lie outside what is shown. Empty for a day that a zone skipped.
    """
    pairs = [(unit, stretch.start) for stretch, unit in scale.parts]
    if scale.parts:
        stretch, unit = scale.parts[-1]
        pairs.append((unit + stretch.length, stretch.end))
    return " ".join(f"{unit - visible.first}:{round((moment - EPOCH) / MINUTE)}" for unit, moment in pairs)
