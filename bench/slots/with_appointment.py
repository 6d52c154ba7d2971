"""django-appointment: its own models in SQLite in memory, its `get_available_slots_for_staff` for each day.

It has one stretch of hours a weekday, so the pause between two shifts is entered as unavailable time, as the events
are. It offers nothing before now plus a buffer, and the workload's weeks may be past: a negative buffer lets it.
It keeps local times without a zone, so that an hour which comes twice is one hour to it, and an event that begins in
the first and ends in the second cannot be stored.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.conf import settings
from django.core.management import call_command

from .contest import Contestant, datetimes_as_minutes, main
from .loop import local_days, window_of

A_CENTURY = 100 * 366 * 24 * 60.0  # minutes


def _start_django() -> None:
    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "appointment"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        LOGGING_CONFIG=None,
    )
    logging.disable(logging.WARNING)
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)  # the package brings no migrations


def load(workload: dict[str, Any]) -> dict[str, Any]:
    """The workload, with its clinicians as staff of the library under `staff`."""
    _start_django()
    from appointment.models import Service

    spec = workload["spec"]
    service = Service.objects.create(name="Visit", duration=timedelta(minutes=spec["duration_min"]), price=0)
    staff = [_hire(number, person, spec) for number, person in enumerate(workload["clinicians"])]
    return {**workload, "staff": staff, "service": service}


def _hire(number: int, person: dict[str, Any], spec: dict[str, Any]) -> Any:
    from appointment.models import StaffMember, Unavailability, WorkingHours
    from django.contrib.auth.models import User

    member = StaffMember.objects.create(
        user=User.objects.create(username=f"u{number}"),
        slot_duration=spec["step_min"],
        appointment_buffer_time=-A_CENTURY,
    )
    for weekday, opens, closes in _day_by_day(person["shifts"]):
        WorkingHours.objects.create(
            staff_member=member, day_of_week=weekday % 7, start_time=_clock(opens), end_time=_clock(closes)
        )
    Unavailability.objects.bulk_create(
        Unavailability(staff_member=member, date=day, start_time=start, end_time=end)
        for day, start, end in (*_pauses(person, spec), *_events(person))
    )
    return StaffMember.objects.get(pk=member.pk)


def _day_by_day(shifts: list[list[int]]) -> list[tuple[int, int, int]]:
    """One stretch for each weekday, from its first shift's begin to its last one's end."""
    days = sorted({day for day, _, _ in shifts})
    own = {day: [shift for shift in shifts if shift[0] == day] for day in days}
    return [(day, own[day][0][1], own[day][-1][2]) for day in days]


def _pauses(person: dict[str, Any], spec: dict[str, Any]) -> Iterator[tuple[date, time, time]]:
    pairs = zip(person["shifts"], person["shifts"][1:], strict=False)
    for (weekday, _, closes), (next_weekday, opens, _) in pairs:
        for day in local_days(spec):
            if weekday == next_weekday == day.isoweekday():
                yield day, _clock(closes), _clock(opens)


def _events(person: dict[str, Any]) -> Iterator[tuple[date, time, time]]:
    zone = ZoneInfo(person["tz"])
    for texts in person["busy"]:
        start, end = (datetime.fromisoformat(text).astimezone(zone) for text in texts)
        if start.time() < end.time():
            yield start.date(), start.time(), end.time()


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))


def every(data: dict[str, Any]) -> list[list[datetime]]:
    from appointment.services import get_available_slots_for_staff

    (begin, end), days = window_of(data["spec"]), local_days(data["spec"])
    length, service = timedelta(minutes=data["spec"]["duration_min"]), data["service"]
    rows = []
    for person, member in zip(data["clinicians"], data["staff"], strict=True):
        zone = ZoneInfo(person["tz"])
        shown = (get_available_slots_for_staff(day, member, day.isoweekday() % 7, service) for day in days)
        starts = (start.replace(tzinfo=zone).astimezone(UTC) for day in shown for start in day)
        rows.append([start for start in starts if begin <= start and start + length <= end])
    return rows


CONTESTANT = Contestant("django-appointment", version("django-appointment"), every, datetimes_as_minutes, load=load)

if __name__ == "__main__":
    main(CONTESTANT)
