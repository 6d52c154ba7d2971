"""The control room of a fault server: rules with their accounts, tenant modes, and what really happened."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BeforeValidator, ConfigDict, Field

from .. import errors, instants
from ..answering import answer, nothing
from ..faults import journal
from ..faults.actions import build
from ..faults.actions.registry import NoSuchAction
from ..faults.arrivals import arrivals
from ..faults.lag import lag
from ..faults.rules import Match, Rule, Step, book
from ..models import Tenant

router = Router(tags=["faults"])


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Fits(Strict):
    """`match` of a rule."""

    tenant: str
    method: Annotated[list[str], BeforeValidator(_listed)] = []
    path: str = "*"
    header: dict[str, str] = {}
    nth: Annotated[list[Annotated[int, Field(ge=1)]], BeforeValidator(_listed)] = []
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    seed: int = 0


class NewRule(Strict):
    match: Fits
    do: Annotated[list[str | dict[str, Any]], Field(min_length=1)]
    times: Annotated[int, Field(ge=1)] | None = 1


class Mode(Strict):
    """The switches of a tenant; those left out stay as they are."""

    externalIdUnique: bool | None = None  # noqa: N815
    externalIdKnown: bool | None = None  # noqa: N815
    tokenLifetime: Annotated[int, Field(ge=1, le=86400)] | None = None  # noqa: N815
    pageLimit: Annotated[int, Field(ge=1, le=1000)] | None = None  # noqa: N815
    enabled: bool | None = None


class Whose(Schema):
    tenant: str


class Since(Whose):
    after: int = 0


COLUMNS = {
    "externalIdUnique": "external_id_unique",
    "externalIdKnown": "external_id_known",
    "tokenLifetime": "token_lifetime",
    "pageLimit": "page_limit",
}


def _tenant(name: str) -> Tenant:
    found = Tenant.objects.filter(name=name).first()
    if found is None:
        raise errors.not_found("TENANT", "TENANT_NOT_FOUND", "There is no such tenant")
    return found


def _rule(name: str) -> Rule:
    found = book.find(name)
    if found is None:
        raise errors.not_found("RULE", "RULE_NOT_FOUND", "There is no such rule")
    return found


def _steps(do: list[str | dict[str, Any]]) -> list[Step]:
    steps = []
    for wanted in do:
        named = {wanted: ...} if isinstance(wanted, str) else wanted
        if len(named) != 1:
            raise errors.invalid("RULE", {"do": "each action is a name, or an object with one name"})
        ((name, argument),) = named.items()
        try:
            steps.append(build(name) if argument is ... else build(name, argument))
        except NoSuchAction as error:
            raise errors.invalid("RULE", {"do": str(error)}) from None
    if len({step.name for step in steps}) < len(steps):
        raise errors.invalid("RULE", {"do": "the same action twice"})
    return steps


@router.post("/_faults", auth=None)
def add_rule(request: HttpRequest, body: NewRule) -> HttpResponse:
    """A rule; what it makes of requests is in docs/faults.md."""
    tenant, wanted, steps = _tenant(body.match.tenant), body.match, _steps(body.do)
    if any(step.name == "replica_lag" for step in steps):
        lag.begin(tenant.name)
    match = Match(
        tenant=tenant.name,
        methods=tuple(method.upper() for method in wanted.method),
        path=wanted.path.lstrip("/"),
        header=wanted.header,
        nth=tuple(wanted.nth),
        probability=wanted.probability,
        seed=wanted.seed,
    )
    return answer(book.add(match, steps, body.times).account(), status=201)


@router.get("/_faults", auth=None)
def list_rules(request: HttpRequest, whose: Query[Whose]) -> HttpResponse:
    """The accounts of all rules of a tenant."""
    return answer({"rules": [rule.account() for rule in book.of(_tenant(whose.tenant).name)]})


@router.delete("/_faults", auth=None)
def clear_rules(request: HttpRequest, whose: Query[Whose]) -> HttpResponse:
    """Take away all rules of a tenant."""
    tenant = _tenant(whose.tenant).name
    book.clear(tenant)
    lag.forget(tenant)
    return nothing()


@router.get("/_faults/journal", auth=None)
def read_journal(request: HttpRequest, wanted: Query[Since]) -> HttpResponse:
    """Every applied write to an event."""
    return answer({"entries": journal.entries(_tenant(wanted.tenant).name, wanted.after)})


@router.get("/_faults/dump", auth=None)
def read_dump(request: HttpRequest, whose: Query[Whose]) -> HttpResponse:
    """All events as they are now."""
    return answer({"at": instants.written(instants.now()), "events": journal.dump(_tenant(whose.tenant).name)})


@router.get("/_faults/requests", auth=None)
def read_requests(request: HttpRequest, wanted: Query[Since]) -> HttpResponse:
    """Every request that arrived."""
    found = arrivals.of(_tenant(wanted.tenant).name)
    return answer({"requests": [arrival.told() for arrival in found if arrival.number > wanted.after]})


@router.patch("/_faults/tenants/{tenant}", auth=None)
def change_mode(request: HttpRequest, tenant: str, body: Mode) -> HttpResponse:
    """Change the switches that are sent; all of them are answered."""
    row = _tenant(tenant)
    for name, column in COLUMNS.items():
        if (value := getattr(body, name)) is not None:
            setattr(row, column, value)
    row.save()
    clients = row.clients.all()
    if body.enabled is not None:
        clients.update(enabled=body.enabled)
    told = {name: getattr(row, column) for name, column in COLUMNS.items()}
    return answer({**told, "enabled": all(client.enabled for client in clients.all())})


@router.get("/_faults/{name}", auth=None)
def read_rule(request: HttpRequest, name: str) -> HttpResponse:
    """The account of one rule."""
    return answer(_rule(name).account())


@router.delete("/_faults/{name}", auth=None)
def remove_rule(request: HttpRequest, name: str) -> HttpResponse:
    """Take one rule away."""
    tenant = _rule(name).match.tenant
    book.remove(name)
    if not any(step.name == "replica_lag" for rule in book.of(tenant) for step in rule.steps):
        lag.forget(tenant)
    return nothing()
