"""A client for the Welkin Health V8 API: typed, tolerant of what it reads, strict in what it writes.

    with Client(Credentials(url, tenant, instance, client, secret)) as client:
        week = client.events.find(window, participant_ids=[ada.id])

Domain values go in and come out; nothing of the wire leaves this package but the fields of custom data types.
The errors are drawn as a tree in `errors.py`.
"""

from .client import Client
from .drafts import (
    UNSET,
    EventChange,
    NewEvent,
    NewPatient,
    NewUser,
    ParticipantChange,
    PatientChange,
    UserChange,
    WorkHoursDraft,
)
from .limits import Limiter, Unlimited, time_left, within
from .policy import Policy, Runtime
from .request import Credentials
from .resources.patients import PatientKey
from .values import Call, EventSummary, Figure, Listing, Record, RecordResult, Schedule, State

__all__ = [
    "UNSET",
    "Call",
    "Client",
    "Credentials",
    "EventChange",
    "EventSummary",
    "Figure",
    "Limiter",
    "Listing",
    "NewEvent",
    "NewPatient",
    "NewUser",
    "ParticipantChange",
    "PatientChange",
    "PatientKey",
    "Policy",
    "Record",
    "RecordResult",
    "Runtime",
    "Schedule",
    "State",
    "Unlimited",
    "UserChange",
    "WorkHoursDraft",
    "time_left",
    "within",
]
