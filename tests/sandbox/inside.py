"""Looks inside the sandbox: `python -m tests.sandbox.inside FOLDER` prints its queries and their plans as JSON.

A process of its own, since one process has one set of Django settings and the tests' own are the dashboard's.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2027, 5, 3, 8, tzinfo=UTC)
WEEK = {"from": "2027-05-03T00:00:00Z", "to": "2027-05-10T00:00:00Z"}
FEW, MANY = 2, 120


def fill(name: str, count: int) -> Any:
    """A tenant with that many users and patients, and an event for each pair within one week."""
    from scheduling.sandbox import tenants
    from scheduling.sandbox.models import Event, Participant, Patient, User

    credentials = tenants.new_credentials(name)
    instance = tenants.establish(credentials)
    stamps = {"created_at": START, "updated_at": START}
    by = {"created_by": instance.id, "updated_by": instance.id}
    for number in range(count):
        word = f"{name}-{number}"
        user = User.objects.create(tenant=instance.tenant, username=word, email=word, state="ACTIVE", **stamps)
        patient = Patient.objects.create(instance=instance, first_name=word, last_name=word, **stamps, **by)
        starts = START + timedelta(minutes=number)
        times = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "external_id_updated_at": START}
        event = Event.objects.create(instance=instance, host_id=user.id, **times, **stamps, **by)
        for place, (person, role) in enumerate(((user, "psm"), (patient, "patient"))):
            Participant.objects.create(event=event, person_id=person.id, role=role, position=place)
    return instance


def look(instance: Any, path: str, query: dict[str, Any]) -> dict[str, Any]:
    """How many rows and queries one request takes, and the plan of each query."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from scheduling.sandbox import tokens
    from scheduling.sandbox.instants import now

    token = tokens.issue(instance.tenant.clients.get(), now())
    client = Client(headers={"authorization": f"Bearer {token}", "host": "localhost"})
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/{instance.tenant.name}/{path.format(instance=instance.name)}", query)
    told = answer.json()
    plans = []
    with connection.cursor() as cursor:
        for entry in captured.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {entry['sql']}")
            plans.append([row[-1] for row in cursor.fetchall()])
    rows = told if isinstance(told, list) else told.get("content") or told.get("data") or told.get("summary")
    return {"status": answer.status_code, "rows": len(rows), "queries": len(plans), "plans": plans}


def main(folder: str) -> None:
    os.environ["SANDBOX_DATA"], os.environ["SANDBOX_DATABASE_URL"] = folder, ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "scheduling.sandbox.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    told = {}
    for count in (FEW, MANY):
        instance = fill(f"t{count}", count)
        ids = ",".join(str(key) for key in instance.tenant.users.values_list("id", flat=True))
        for name, path, query in (
            ("users", "admin/users", {"size": 1000}),
            ("patients", "{instance}/patients", {"size": 1000}),
            ("events", "{instance}/calendar/events", {**WEEK, "size": 1000}),
            ("events of people", "{instance}/calendar/events", {**WEEK, "size": 1000, "participantIds": ids}),
            ("schedules", "{instance}/calendar/psm-schedules", {**WEEK, "psmIds": ids}),
            ("full schedules", "{instance}/calendar/full-psm-schedules", {**WEEK, "psmIds": ids}),
            ("summary", "{instance}/calendar/psm-event-summary", {**WEEK, "psmIds": ids}),
        ):
            told[f"{name} ({count})"] = look(instance, path, query)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
