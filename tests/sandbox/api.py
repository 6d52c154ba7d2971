"""A plain caller of the API for the sandbox's own tests: it adds the token and nothing else."""

from typing import Any

import requests

from tests.sandbox_fixture import Sandbox

Json = Any
SECONDS = 60


class Api:
    """One tenant, spoken to with a valid token. Paths begin behind the scope: `admin/users`, `calendar/events`."""

    def __init__(self, place: Sandbox) -> None:
        self.place = place
        self.session = requests.Session()
        self.session.trust_env = False
        self.token_url = f"{place.url}/{place.tenant}/admin/api_clients/{place.client}"
        answer = self.session.post(self.token_url, json={"secret": place.secret}, timeout=SECONDS)
        self.session.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def url(self, path: str) -> str:
        """The whole address of a path."""
        scope = "" if path.startswith("admin/") else f"{self.place.instance}/"
        return f"{self.place.url}/{self.place.tenant}/{scope}{path}"

    def ask(self, method: str, path: str, body: Json = None, **query: Json) -> requests.Response:
        """One exchange, whatever comes of it. `from_` stands for `from`; an underscore for a hyphen elsewhere."""
        words = {name.rstrip("_").replace("_", "-"): value for name, value in query.items()}
        return self.session.request(
            method, self.url(path), params=words, json=body, timeout=SECONDS, allow_redirects=False
        )

    def told(self, status: int, method: str, path: str, body: Json = None, **query: Json) -> Json:
        """The JSON of an exchange that must end with this status."""
        answer = self.ask(method, path, body, **query)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Json) -> Json:
        return self.told(200, "GET", path, **query)

    def post(self, path: str, body: Json, **query: Json) -> Json:
        return self.told(201, "POST", path, body, **query)

    def patch(self, path: str, body: Json, **query: Json) -> Json:
        return self.told(200, "PATCH", path, body, **query)

    def put(self, path: str, body: Json, **query: Json) -> Json:
        return self.told(200, "PUT", path, body, **query)

    def refused(self, status: int, method: str, path: str, body: Json = None, **query: Json) -> Json:
        """The one error of a refused exchange, its date taken off."""
        (error,) = self.told(status, method, path, body, **query)
        error.pop("date", None)
        return error

    def user(self, username: str = "ada", **fields: Json) -> Json:
        """A fresh user."""
        return self.post("admin/users", {"username": username, "email": f"{username}@harbor.example", **fields})

    def patient(self, first: str = "Theo", last: str = "Marsh", **fields: Json) -> Json:
        """A fresh patient."""
        return self.post("patients", {"firstName": first, "lastName": last, **fields})

    def event(self, host: Json, *patients: Json, **fields: Json) -> Json:
        """A fresh event of one hour on 4 May 2027, unless told otherwise."""
        return self.post("calendar/events", event_of(host, *patients, **fields))


def event_of(host: Json, *patients: Json, **fields: Json) -> Json:
    """The smallest body of an event of this user with these patients."""
    people = [{"participantId": host["id"], "participantRole": "psm"}]
    people += [{"participantId": patient["id"], "participantRole": "patient"} for patient in patients]
    times = {"startDateTime": "2027-05-04T14:00:00.000Z", "endDateTime": "2027-05-04T15:00:00.000Z"}
    return {**times, "hostId": host["id"], "participants": people, **fields}


def invalid(component: str, **details: str) -> Json:
    """The error of a request whose fields do not fit."""
    return {
        "errorCode": "VALIDATION_ERROR",
        "componentType": component,
        "message": "The request is not valid",
        "details": details,
    }


def missing(component: str, code: str, message: str) -> Json:
    """The error for something that is not there."""
    return {"errorCode": code, "componentType": component, "message": message, "details": {}}
