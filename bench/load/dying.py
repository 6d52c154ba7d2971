"""Death at each point of a write: a child of the worker kills itself there, as the machine would (fault F52)."""

import http.client
import os
import signal
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.db import connections

from scheduling.services import writes
from scheduling.welkin.session import Session
from tests.faults.history import UNKNOWN, Attempt, Recorder

from . import doing
from .setting_up import here

POINTS = (
    "before claim",
    "after claim",
    "before send",
    "after send",
    "after answer",
    "before audit",
    "before render",
)
EFFECTS = ("POST", "PATCH", "PUT", "DELETE")


def _end(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal is on its way


def _before(owner: Any, name: str, where: Callable[..., bool] = lambda *_: True) -> None:
    whole = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if where(*args):
            _end()
        return whole(*args, **kwargs)

    setattr(owner, name, dying)


def _after(owner: Any, name: str, where: Callable[..., bool] = lambda *_: True) -> None:
    whole = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        try:
            return whole(*args, **kwargs)
        finally:  # an error is an answer too
            if where(*args):
                _end()

    setattr(owner, name, dying)


def _is_write(session: Session, request: Any, *_: Any) -> bool:
    return bool(request.effect)


def _is_write_on_the_wire(sent: http.client.HTTPConnection) -> bool:
    return getattr(sent, "_method", "") in EFFECTS and "calendar" in getattr(sent, "_daybook_path", "")


def _note_path() -> None:
    whole = http.client.HTTPConnection.putrequest

    def noting(self: http.client.HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        self._daybook_path = url  # type: ignore[attr-defined]  # for _is_write_on_the_wire
        whole(self, method, url, *args, **kwargs)

    http.client.HTTPConnection.putrequest = noting  # type: ignore[method-assign]


def _arm(point: str) -> None:
    """Wrap what stands at this point of a write, in this process that is about to end."""
    if point == "before claim":
        _before(writes, "_take")
    elif point == "after claim":
        _after(writes, "_take")
    elif point == "before send":
        _after(writes, "_leave")
    elif point == "after send":
        _note_path()
        _before(http.client.HTTPConnection, "getresponse", _is_write_on_the_wire)
    elif point == "after answer":
        _after(Session, "call", _is_write)
    elif point == "before audit":
        _before(writes, "_audit", lambda *told: told[2] != "requested")
    else:
        _after(writes, "perform")


def die(job: dict[str, Any]) -> list[str]:
    """Press each button in a child that dies at its point; the intents. Raises RuntimeError where one lived on."""
    recorder = Recorder(Path(job["history"]))
    return [_one(order, recorder) for order in job["orders"]]


def _one(order: dict[str, Any], recorder: Recorder) -> str:
    desk, plan = here(), doing.plan_of(order)
    intent, began = writes.mint(desk), datetime.now(UTC)
    connections.close_all()  # a child must not share them
    child = os.fork()
    if not child:
        _be_killed(plan, intent, order["point"])
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError(f"the child lived through {order['point']}: {os.waitstatus_to_exitcode(status)}")
    seen = {"event": plan.event, "changes": plan.changes, "adds": plan.adds, "code": order["point"]}
    recorder.note(Attempt(intent, plan.op, began, datetime.now(UTC), UNKNOWN, **seen))
    return intent


def _be_killed(plan: doing.Plan, intent: str, point: str) -> NoReturn:
    _arm(point)
    try:
        plan.press(here(), intent)
    except Exception:  # noqa: BLE001  told to the log; the parent sees that this child was not killed
        traceback.print_exc()
    os._exit(7)
