"""The sandbox's gunicorn worker, for connections that are to end badly."""

from typing import Any

from .. import worker
from .hanging_up import over


class Worker(worker.Worker):
    """Ends a connection that was hung up at once: politely draining it would hold up everybody else."""

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Takes a connection back from its thread."""
        if conn.sock not in over:
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        conn.close()
