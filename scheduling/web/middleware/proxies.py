"""Forwarded headers are believed from named proxies only: everybody can send them."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from scheduling.services.whence import asked_from

Handler = Callable[[HttpRequest], HttpResponse]
# Told for a peer without an address: a socket of this machine.
NOWHERE = "::"
FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


@lru_cache(maxsize=1024)
def is_listed(address: str, listed: tuple[str, ...]) -> bool:
    """Whether the address lies in one of the listed addresses or networks."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(told in ipaddress.ip_network(network, strict=False) for network in listed)


def believe_listed_proxies(get_response: Handler) -> Handler:
    """Drop forwarded headers unless the peer is one of TRUSTED_PROXIES (addresses or networks)."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.was_forwarded = any(name in request.META for name in FORWARDED)  # type: ignore[attr-defined]
        if not is_listed(request.META.get("REMOTE_ADDR", ""), tuple(settings.TRUSTED_PROXIES)):
            for name in FORWARDED:
                request.META.pop(name, None)
        with asked_from(client_address(request)):
            return get_response(request)

    return handle


def client_address(request: HttpRequest) -> str:
    """The browser's address: the last one of the forwarded ones that is no named proxy, else the peer's.

    Call it where forwarded headers of others are dropped already; a text that is no address counts for nothing.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    listed = tuple(settings.TRUSTED_PROXIES)
    told = next((hop for hop in reversed(hops) if not is_listed(hop, listed)), "")
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return peer
