"""What the tests of closures and of places share."""

from datetime import UTC, datetime
from typing import Any

from scheduling.directory.models import Closure, Place, Team
from scheduling.ledger.models import AuditRecord
from tests.clinic_fixture import Office, next_monday


def html_of(answer: Any) -> str:
    return str(answer.content.decode())


def place_of(office: Office, **more: str) -> Place:
    place = Place.objects.create(scope=office.desk.scope, name="Harbor", **more)
    Team.objects.filter(name="Nursing").update(place=place)
    return place


def audited(action: str) -> list[tuple[str, list[str]]]:
    return [(row.phase, row.fields) for row in AuditRecord.objects.filter(action=action).order_by("id")]


def made(office: Office) -> Closure:
    day = next_monday()
    told = {"scope": office.desk.scope, "name": "Drill", "first": day, "last": day, "made_at": datetime.now(UTC)}
    return Closure.objects.create(**told)
