"""Ending a connection in the middle: with a real TCP reset, or as if all had been said."""

import errno
import socket
import struct
from weakref import WeakSet

over: "WeakSet[socket.socket]" = WeakSet()
"""Connections that nobody is to say anything more on; the worker closes them."""


class HungUp(ConnectionResetError):
    """The request ends here without (any more of) an answer. Gunicorn takes it for a caller who has gone."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "hung up on purpose")


def hang_up(connection: socket.socket, *, reset: bool) -> HungUp:
    """What to raise so that the connection ends: by a reset, else by the ordinary end of the stream.

    A socket that lingers for no time drops what is unsent and sends RST when it is closed (socket(7), SO_LINGER).
    """
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    over.add(connection)
    return HungUp()
