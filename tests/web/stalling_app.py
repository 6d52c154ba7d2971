"""The dashboard as gunicorn serves it, for a test in which the API never answers: nobody's patience ends by itself.

With `PLACES` the bulkhead is as wide as a test wants: its negative control.
"""

import os

from scheduling.wsgi import application as application  # first: it makes Django ready for the rest

# isort: split
from scheduling.services import connection
from scheduling.web.middleware import deadline
from scheduling.welkin import Policy

FOREVER = 300.0


def patient_policy(*, places: int) -> Policy:
    return Policy(places=int(os.environ.get("PLACES") or places), read_deadline=FOREVER)


deadline.READ_SECONDS = FOREVER
connection.Policy = patient_policy  # type: ignore[misc,assignment]
