"""Another program on the same tenant: an API client of its own, that writes from within the server."""

import json
from typing import Any

from ..instants import now
from ..models import ApiClient, Tenant
from ..tokens import issue
from .answer import Answer, ask
from .exchange import Exchange
from .origin import Origin, coming_from, current

CLIENT = "ELSEWHERE"
Json = dict[str, Any]


class Elsewhere:
    """Writes events in the instance that a request is for."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        tenant, instance, *rest = str(exchange.environ["PATH_INFO"]).strip("/").split("/")
        self._events = f"/{tenant}/{instance}/calendar/events"
        self._this = rest[2] if rest[:2] == ["calendar", "events"] and len(rest) > 2 else ""

    def write(self, method: str, event: str, body: Json, *, copy: bool) -> Answer:
        """One write. `event` is an id or `this`; with `copy` the body begins as that of the request, unmarked."""
        path = self._events
        if method != "POST":
            path += "/" + (self._this if event == "this" else event)
        return self._ask(method, path, {**(self._copied() if copy else {}), **body})

    def _copied(self) -> Json:
        sent = json.loads(self._exchange.body or b"{}")
        return {name: value for name, value in sent.items() if name not in ("externalId", "additionalInfo")}

    def _ask(self, method: str, path: str, body: Json) -> Answer:
        environ = {
            **self._exchange.environ,
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {issue(self._client(), now())}",
        }
        before = current()
        with coming_from(Origin("elsewhere", before.request, method, before.rule)):
            return ask(self._exchange.app, environ, json.dumps(body).encode())

    def _client(self) -> ApiClient:
        tenant = Tenant.objects.get(name=self._exchange.tenant)
        return ApiClient.objects.get_or_create(tenant=tenant, name=CLIENT)[0]
