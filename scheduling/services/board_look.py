"""How a login likes to see the boards. It is nobody else's business: no audit."""

from scheduling.accounts.models import Density

from .desk import Desk


def set_list(desk: Desk, on: bool) -> None:
    """Whether the boards open as lists for this login from now on."""
    desk.account.board_list = on
    desk.account.save(update_fields=["board_list"])


def set_visits(desk: Desk, on: bool) -> None:
    """Whether the week of a team shows each visit for this login from now on, or figures alone."""
    desk.account.board_visits = on
    desk.account.save(update_fields=["board_visits"])


def set_density(desk: Desk, density: str) -> None:
    """How high time is drawn for this login from now on. Raises ValueError for what is none of `Density`."""
    desk.account.board_density = Density(density)
    desk.account.save(update_fields=["board_density"])
