"""Serving: gunicorn with threads on a socket that is open already."""

import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

from .tenants import default

THREADS = 8
# A fault server keeps people waiting on purpose; the rest is served meanwhile. Threads begin only when they are needed.
THREADS_WITH_FAULTS = 64


class Server(BaseApplication):
    """Gunicorn with one worker: SQLite has one writer, and threads share its cache."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self.listener.fileno()}",
            "worker_class": f"scheduling.sandbox.{'faults.' if settings.FAULTS else ''}worker.Worker",
            "threads": THREADS_WITH_FAULTS if settings.FAULTS else THREADS,
            "workers": 1,
            "keepalive": 30,
            # A hundred ids in one query make a long line; this is the most gunicorn can be asked for.
            "limit_request_line": 8190,
            "loglevel": "warning",
            "graceful_timeout": 1,
        }
        for name, value in options.items():
            self.cfg.set(name, value)
        if "control_socket_disable" in self.cfg.settings:
            self.cfg.set("control_socket_disable", True)

    def load(self) -> Any:
        from .wsgi import application

        if not settings.FAULTS:
            return application
        from .faults.door import Door

        return Door(application)


def serve(listener: socket.socket, host: str, folder: Path) -> None:
    """Print the address and the credentials, then serve until ended."""
    credentials, _instance = default(folder)
    address = f"http://{host}:{listener.getsockname()[1]}"
    lines = {"address": address, "tenant": credentials.tenant, "instance": credentials.instance}
    lines |= {"client": credentials.client, "secret": credentials.secret}
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in lines.items()))
    sys.stdout.flush()
    from django.db import connections

    connections.close_all()  # the worker is forked: it must not share our database connection
    Server(listener).run()
