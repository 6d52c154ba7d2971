"""One HTTP exchange as a value: what to send, and what came back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from pydantic_core import from_json

from .errors import Malformed, NotFound


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the API is and who we are there. `client` is the name of the API client; the secret is never shown.

    Raises ValueError for an address that is not http(s)://host[/path] and for an empty name.
    """

    url: str
    tenant: str
    instance: str
    client: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ValueError("the address of the API must look like https://host")
        if not (self.tenant and self.instance and self.client and self.secret):
            raise ValueError("tenant, instance, client and secret must all be given")
        object.__setattr__(self, "url", self.url.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `route` is a template; values, query and body may hold personal data and are never shown.

    `effect` says that the far end changes something: such a request is never sent twice. `signed` is False for the
    token call alone.
    """

    method: str
    route: str
    path: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Iterable[tuple[str, str]] = field(default=(), repr=False)
    body: object = field(default=None, repr=False)
    effect: bool = False
    signed: bool = True

    def url(self, credentials: Credentials) -> str:
        """The whole address; every value is percent-encoded, commas too (welkin-api 1)."""
        values = {"tenant": credentials.tenant, "instance": credentials.instance, **self.path}
        path = self.route.format_map({name: segment(value) for name, value in values.items()})
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in self.query)
        return credentials.url + path + (f"?{query}" if query else "")

    def content(self) -> bytes | None:
        """The body as JSON. Raises ValueError or TypeError for what JSON does not know."""
        if self.body is None:
            return None
        return json.dumps(self.body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def segment(value: str) -> str:
    """A value as one path segment. Dots alone would climb in the path, so nothing can be found under them."""
    if value.strip() in ("", ".", ".."):
        raise NotFound("not a name")
    return quote(value, safe="")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back with a 2xx status."""

    status: int
    body: bytes = field(repr=False)

    def json(self) -> object:
        """The body as JSON; a byte order mark is passed over. Raises Malformed for anything else, empty included."""
        return parse(self.body)


def parse(body: bytes) -> object:
    """JSON of bytes, or Malformed. The exception of the parser is dropped, because it quotes the body."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    for read in (from_json, _lenient):
        try:
            return read(text)
        except (ValueError, RecursionError):
            continue
    raise Malformed("the answer is not JSON" if text.strip() else "the answer is empty") from None


def _lenient(text: bytes) -> object:
    """For half a surrogate pair, which the fast parser refuses and no page could be written with."""
    return from_json(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))
