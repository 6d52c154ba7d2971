"""The errors that say: nothing has left for the API, and the same form may be sent again."""


class NotSent(Exception):
    """What a change raises that finds, before it has sent anything, that it must not. Its form may be sent again."""


class LedgerBusy(NotSent):
    """Our own database did not let us write in time. Nothing was sent."""
