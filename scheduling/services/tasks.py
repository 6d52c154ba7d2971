"""Background work: idempotent tasks in the database queue, and the table of what is due when (design D11).

Any worker may run any of them, twice or at the same time, without harm.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.core.management import call_command
from django.db import DatabaseError
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks.signals import task_finished

from scheduling.welkin.errors import WelkinError

from . import (
    audit_chain,
    audit_verify,
    claims,
    connection,
    drafts,
    kept,
    metrics,
    mirror,
    overlaps,
    presence,
    reconciling,
    refusing,
    steps,
    vitals,
    writes,
)

log = structlog.get_logger("daybook.worker")


def _refresh(kind: str, now: datetime) -> int:
    chosen = connection.credentials()
    client, scope = connection.client_for(chosen), connection.scope_of(chosen)
    if not mirror.is_due(scope, kind, now):
        return 0
    refresh = {"staff": mirror.refresh_staff, "patients": mirror.refresh_patients}[kind]
    return refresh(client, scope, now)


@task()
def refresh_mirror(kind: str) -> int:
    """Rebuild the mirror of `staff` or `patients` when it is due; an API that does not answer is tried again later."""
    try:
        rows = _refresh(kind, timezone.now())
    except (WelkinError, connection.NotConfigured) as error:
        log.warning("mirror_not_refreshed", kind=kind, exception_type=type(error).__name__)
        return 0
    log.info("mirror_refreshed", kind=kind, count=rows)
    return rows


@task()
def keep_readable(_: str) -> int:
    """Keep this week and the next one of everybody, so that an outage finds them readable; forget what is too old."""
    now = timezone.now()
    kept.forget(now)
    try:
        chosen = connection.credentials()
        return kept.warm(connection.client_for(chosen), connection.scope_of(chosen), now)
    except (WelkinError, connection.NotConfigured) as error:
        log.warning("week_not_kept", exception_type=type(error).__name__)
        return 0


@task()
def reconcile(_: str) -> int:
    """Find out what became of changes without a clear answer (reconciling.py)."""
    try:
        return reconciling.run_due(timezone.now(), timezone.now).settled
    except connection.NotConfigured:
        return 0


@task()
def watch_overlaps(_: str) -> int:
    """Find visits that overlap because somebody wrote to the calendar from elsewhere (overlaps.py)."""
    try:
        return overlaps.watch(timezone.now())
    except (WelkinError, connection.NotConfigured) as error:
        log.warning("overlaps_not_watched", exception_type=type(error).__name__)
        return 0


@task()
def sweep(_: str) -> int:
    """Take back what came late or twice, cancel refused leave, and forget what is too old to be of use."""
    now = timezone.now()
    try:
        taken_back = reconciling.sweep(now) + refusing.finish(now)
    except connection.NotConfigured:
        return 0
    claims.forget(now)
    writes.forget_unsent(now)
    drafts.purge(now)
    steps.forget(now)
    overlaps.forget(now)
    presence.forget(now)
    vitals.forget(now)
    return taken_back


@task()
def seal_trail(_: str) -> int:
    """Give every new line of the audit trail its link of the chain (audit_chain.py)."""
    return audit_chain.seal(timezone.now())


@task()
def verify_trail(_: str) -> int:
    """Verify the whole chain and keep what was found for the page of the trail; the number of the last link."""
    return audit_verify.keep_check(timezone.now()).number


@task()
def forget_old_tasks(days: str) -> None:
    """Delete what the queue remembers of finished work after so many days."""
    call_command("prune_db_task_results", min_age_days=int(days))


@receiver(task_finished)
def tell_alive(**_: object) -> None:
    """Whatever was done, and however it ended: the worker is there and takes what is queued."""
    with suppress(connection.NotConfigured):
        if metrics.is_counting():
            connection.note_standing()
    try:
        vitals.beat(timezone.now())
    except DatabaseError as error:
        log.warning("beat_not_kept", exception_type=type(error).__name__)


class Due(NamedTuple):
    """A piece of periodic work: what to enqueue, with which word, every how many seconds.

    `needed` says whether there is anything to do: what is asked often then leaves no rows behind.
    """

    name: str
    word: str
    every: int
    needed: Callable[[datetime], bool] | None = None


def _unsettled(now: datetime) -> bool:
    try:
        return reconciling.anything_due(now)
    except connection.NotConfigured:
        return False


def _placed(now: datetime) -> bool:
    try:
        return overlaps.anything_placed(now)
    except connection.NotConfigured:
        return False


TASKS: dict[str, Task[[str], Any]] = {
    "refresh_mirror": refresh_mirror,
    "keep_readable": keep_readable,
    "reconcile": reconcile,
    "watch_overlaps": watch_overlaps,
    "sweep": sweep,
    "seal_trail": seal_trail,
    "verify_trail": verify_trail,
    "forget_old_tasks": forget_old_tasks,
}
DUE = (
    Due("refresh_mirror", "staff", 300),
    Due("refresh_mirror", "patients", 300),
    Due("keep_readable", "", 300),
    Due("reconcile", "", 2, _unsettled),
    Due("watch_overlaps", "", 30, _placed),
    Due("sweep", "", 60),
    Due("seal_trail", "", 30, audit_chain.anything_to_seal),
    Due("verify_trail", "", 3600),
    Due("forget_old_tasks", "3", 6 * 3600),
)


def enqueue(due: Due) -> None:
    """Put one piece of due work into the queue, where there is anything to do."""
    if due.needed and not due.needed(timezone.now()):
        return
    TASKS[due.name].enqueue(due.word)
