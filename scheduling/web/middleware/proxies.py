"""Forwarded headers are believed from named proxies only: everybody can send them."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
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
        if not is_listed(request.META.get("REMOTE_ADDR", ""), tuple(settings.TRUSTED_PROXIES)):
            for name in FORWARDED:
                request.META.pop(name, None)
        return get_response(request)

    return handle
