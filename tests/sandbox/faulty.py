"""What the tests of the fault server share: a clinic of one user on a tenant that can be made to fail."""

from dataclasses import dataclass
from typing import Any

import requests

from tests.faults.server import EVENTS, Do, Faults
from tests.sandbox.api import Api, event_of

DAY = {"from_": "2027-05-04T00:00:00Z", "to": "2027-05-05T00:00:00Z"}


@dataclass
class Faulty:
    """A caller, a user to host events, and the control room of the same tenant."""

    api: Api
    host: Any
    faults: Faults

    @classmethod
    def on(cls, faults: Faults) -> "Faulty":
        api = Api(faults.place)
        return cls(api, api.user(), faults)

    def body(self, **fields: Any) -> Any:
        return event_of(self.host, **fields)

    def create(self, **fields: Any) -> requests.Response:
        return self.api.ask("POST", "calendar/events", self.body(**fields))

    def day(self, **query: Any) -> requests.Response:
        """The events of the one day that they all are on."""
        return self.api.ask("GET", "calendar/events", **DAY, **query)

    def ids(self, **query: Any) -> list[str]:
        return [row["id"] for row in self.day(**query).json()["content"]]

    def written(self) -> int:
        """How many events there really are."""
        return len(self.faults.dump())

    def when_creating(self, *do: Do, **match: Any) -> str:
        return self.faults.rule(*do, method="POST", path=EVENTS, **match)

    def when_reading(self, *do: Do, **match: Any) -> str:
        return self.faults.rule(*do, method="GET", path=EVENTS, **match)
