"""How long the sandbox takes to find one week in a large calendar: `python -m bench.sandbox_find`.

Loads many events through the ORM into a folder of its own (SQLite, or an empty PostgreSQL database that
SANDBOX_DATABASE_URL names), asks for one week of all clinicians in several ways through the whole request stack, and
prints a table. `--data DIR` keeps the folder, so that a second run measures without loading.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

FIRST_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)
BATCH = 5000
ROUNDS = 7
IDS_IN_ONE_CALL = 80


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--clinicians", type=int, default=200)
    parser.add_argument("--patients", type=int, default=5000)
    parser.add_argument("--data", type=Path)
    return parser.parse_args()


def prepare(folder: Path) -> None:
    """Django over this folder, with a token that anybody may have."""
    os.environ["SANDBOX_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "scheduling.sandbox.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def load(instance: Any, wanted: argparse.Namespace) -> None:
    """Users, patients and as many visits, spread over whole weeks of Monday to Friday from eight to six."""
    from scheduling.sandbox.models import Event, Participant, Patient, User

    now, chance = datetime.now(UTC), random.Random(1)
    stamps = {"created_at": now, "updated_at": now}
    by = {"created_by": instance.id, "updated_by": instance.id}
    users = User.objects.bulk_create(
        User(tenant=instance.tenant, username=f"u{n}", email=f"u{n}@x.example", state="ACTIVE", **stamps)
        for n in range(wanted.clinicians)
    )
    patients = Patient.objects.bulk_create(
        Patient(instance=instance, first_name=f"p{n}", last_name="x", **stamps, **by) for n in range(wanted.patients)
    )
    weeks = max(1, wanted.events // (25 * wanted.clinicians))

    def events() -> Iterator[Any]:
        for number in range(wanted.events):
            day = FIRST_MONDAY + WEEK * chance.randrange(weeks) + timedelta(days=chance.randrange(5))
            start = day + timedelta(minutes=15 * chance.randrange(8 * 4, 18 * 4))
            host = users[number % len(users)]
            yield Event(
                instance=instance,
                starts_at=start,
                ends_at=start + timedelta(minutes=chance.choice((30, 45, 60))),
                title="Visit",
                type="APPOINTMENT",
                status="SCHEDULED",
                host_id=host.id,
                external_id_updated_at=now,
                **stamps,
                **by,
            )

    source = events()
    while batch := list(islice(source, BATCH)):
        Event.objects.bulk_create(batch)
        Participant.objects.bulk_create(
            Participant(event=event, person_id=person, role=role, position=place)
            for event in batch
            for place, (person, role) in enumerate(((event.host_id, "psm"), (chance.choice(patients).id, "patient")))
        )


def calls(instance: Any, weeks: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is asked, by its name: path and query."""
    from scheduling.sandbox.models import User

    ids = [str(key) for key in User.objects.order_by("username").values_list("id", flat=True)]
    start = FIRST_MONDAY + WEEK * (weeks // 2)
    week = {"from": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "to": (start + WEEK).strftime("%Y-%m-%dT%H:%M:%SZ")}
    base = f"/{instance.tenant.name}/{instance.name}/calendar"
    some, one = ",".join(ids[:IDS_IN_ONE_CALL]), ids[0]
    return {
        "everybody, size 1": (f"{base}/events", {**week, "size": 1}),
        "everybody, size 1000": (f"{base}/events", {**week, "size": 1000}),
        "everybody, page 4 of 1000": (f"{base}/events", {**week, "size": 1000, "page": 4}),
        f"{IDS_IN_ONE_CALL} by id, size 1000": (f"{base}/events", {**week, "size": 1000, "participantIds": some}),
        f"all {len(ids)} by id, size 1000": (f"{base}/events", {**week, "size": 1000, "participantIds": ",".join(ids)}),
        "one by id, size 1000": (f"{base}/events", {**week, "size": 1000, "participantIds": one}),
        "summary of everybody": (f"{base}/psm-event-summary", week),
    }


def measure(instance: Any, weeks: int) -> None:
    """Print one line for each call: median and worst of some rounds, rows and queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from scheduling.sandbox import tokens
    from scheduling.sandbox.instants import now
    from scheduling.sandbox.models import ApiClient

    caller = ApiClient.objects.select_related("tenant").get(tenant=instance.tenant)
    client = Client(headers={"authorization": f"Bearer {tokens.issue(caller, now())}", "host": "localhost"})
    print(f"{'call':32}{'rows':>8}{'queries':>9}{'in queries':>12}{'median':>10}{'worst':>10}")
    for name, (path, query) in calls(instance, weeks).items():
        client.get(path, query)
        spent = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = client.get(path, query)
            spent.append((time.perf_counter() - began) * 1000)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(path, query)
        inside = sum(float(entry["time"]) for entry in captured.captured_queries) * 1000
        rows = len(answer.json().get("content", answer.json().get("summary", ())))
        print(
            f"{name:32}{rows:8}{len(captured):9}{inside:9.0f} ms{statistics.median(spent):7.0f} ms{max(spent):7.0f} ms"
        )


def main() -> None:
    wanted = options()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (wanted.data or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        prepare(folder)
        from scheduling.sandbox import tenants
        from scheduling.sandbox.models import Event

        _credentials, instance = tenants.default(folder)
        if not Event.objects.exists():
            began = time.perf_counter()
            load(instance, wanted)
            print(f"loaded {wanted.events} events in {time.perf_counter() - began:.0f} s")
        measure(instance, max(1, wanted.events // (25 * wanted.clinicians)))


if __name__ == "__main__":
    main()
