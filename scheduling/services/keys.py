"""Which keys act for a login."""

from .desk import Desk


def set_letters(desk: Desk, on: bool) -> None:
    """Whether single letters act on the boards, for this login from now on. It is nobody else's business: no audit."""
    desk.account.letter_keys = on
    desk.account.save(update_fields=["letter_keys"])
