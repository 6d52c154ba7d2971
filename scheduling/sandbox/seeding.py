"""Fill an instance at one stroke: with the demo clinic, or with a workload file.

Everything goes in by one transaction, so a refused or broken load leaves nothing behind.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, models, transaction

from .clinic import Recipe, generate
from .fields import Json
from .instants import now
from .loading import Load
from .models import Event, Instance, Patient, User, WorkHours
from .workload import SECTIONS, WorkloadError, section, with_ids

CHUNK = 400
"""Ids asked for in one query."""


def seed(instance: Instance, *, clinicians: int, weeks: int, number: int, today: date, again: bool = False) -> Json:
    """Generate the demo clinic for `today` (a calendar day) with this seed number and load it; see `load`."""
    try:
        recipe = Recipe(today=today, clinicians=clinicians, weeks=weeks, seed=number)
    except ValueError as error:
        raise WorkloadError(str(error)) from error
    return load(instance, generate(recipe), again=again)


def load(instance: Instance, workload: Json, *, again: bool = False) -> Json:
    """Load `users`, `patients`, `workHours` and `events` (welkin-api 3, 4, 6, 7; ids optional) into an instance.

    Answers counts of the rows added, `teams` and `people` (user ids for the demo logins). Times without a stamp of
    their own are stamped now. A patient an event names and nobody knows becomes a plain one. With `again`, rows whose
    id is known are skipped, and a user whose username is known is that user. Raises WorkloadError with one sentence:
    for a row that does not fit, and for a tenant that has users already unless `again`.
    """
    if not again and User.objects.filter(tenant=instance.tenant_id).exists():
        raise WorkloadError("This tenant already has users; pass --again to add what is missing and keep the rest.")
    for name in SECTIONS:
        section(workload, name)
    workload = _on_known_users(instance, _with_own_ids(instance, workload))
    try:
        with transaction.atomic():
            done = Load(instance, now())
            done.run(workload)
    except IntegrityError as error:
        raise WorkloadError("Two rows share an id, a username or an externalId that must be unique.") from error
    return {
        **done.added,
        "teams": workload.get("teams") or [],
        "people": workload.get("people") or _people(workload, done.user_ids),
    }


def _with_own_ids(instance: Instance, workload: Json) -> Json:
    """The workload under ids of this tenant, where another tenant of the same database holds some of its ids."""
    elsewhere: tuple[tuple[str, str, models.QuerySet[Any]], ...] = (
        ("users", "id", User.objects.exclude(tenant=instance.tenant_id)),
        ("patients", "id", Patient.objects.exclude(instance=instance)),
        ("events", "id", Event.objects.exclude(instance=instance)),
    )
    records = [record for row in section(workload, "workHours") for record in row.get("details") or []]
    taken = any(_any_known(rows, (row.get(key) for row in section(workload, name))) for name, key, rows in elsewhere)
    hours = WorkHours.objects.exclude(instance=instance)
    if taken or _any_known(hours, (row.get("workHoursId") for row in records if isinstance(row, dict))):
        workload = with_ids(workload, lambda text: str(uuid5(instance.id, text.lower())))
    return workload


def _on_known_users(instance: Instance, workload: Json) -> Json:
    """The workload with a user of a known username under that user's id."""
    known = {
        name: str(key) for name, key in User.objects.filter(tenant=instance.tenant_id).values_list("username", "id")
    }
    renamed = {
        str(row["id"]).lower(): known[row["username"]]
        for row in section(workload, "users")
        if row.get("id") and row.get("username") in known and str(row["id"]).lower() != known[row["username"]]
    }
    return with_ids(workload, lambda text: renamed.get(text.lower(), text)) if renamed else workload


def _any_known(rows: models.QuerySet[Any], ids: Iterable[object]) -> bool:
    wanted = [text for text in ids if _is_id(text)]
    chunks = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
    return any(rows.filter(id__in=chunk).exists() for chunk in chunks)


def _is_id(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def _people(workload: Json, user_ids: list[UUID]) -> Json:
    """Demo logins where a file names none: the first user whose calendar has something is the clinician."""
    busy = {str(row.get("psmId")).lower() for row in section(workload, "workHours")}
    ids = [str(key) for key in user_ids]
    clinician = next((key for key in ids if key in busy), ids[0] if ids else None)
    last = ids[-1] if ids else None
    return {"coordinator": None, "manager": last, "clinician": clinician, "administrator": last}
