"""Forwarded headers count only from the proxies that are named."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from scheduling.services import whence
from scheduling.web.middleware.proxies import believe_listed_proxies


@pytest.mark.parametrize(
    ("listed", "peer", "believed"),
    [
        ([], "127.0.0.1", False),
        (["10.9.9.9"], "10.9.9.9", True),
        (["10.9.9.9"], "203.0.113.5", False),
        (["10.0.0.0/8", "fd00::/8"], "10.1.2.3", True),
        (["10.0.0.0/8", "fd00::/8"], "fd00::1", True),
        (["10.0.0.0/8"], "no address", False),
    ],
    ids=["nobody listed", "the one", "a stranger", "a network", "a v6 network", "a socket"],
)
def test_only_a_listed_proxy_says_what_came_in(listed: list[str], peer: str, believed: bool, settings: Any) -> None:
    settings.TRUSTED_PROXIES = listed
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    seen: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.is_secure())
        return HttpResponse()

    believe_listed_proxies(view)(RequestFactory().get("/", headers={"X-Forwarded-Proto": "https"}, REMOTE_ADDR=peer))

    assert seen == [believed]


@pytest.mark.parametrize(
    ("listed", "peer", "forwarded", "address"),
    [
        ([], "203.0.113.5", "198.51.100.1", "203.0.113.5"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", "", "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", "<script>", "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", "2001:DB8::1", "2001:db8::1"),
    ],
    ids=["a stranger", "a proxy", "what the browser made up before it", "nothing told", "no address", "v6"],
)
def test_the_browsers_address_is_the_last_that_no_proxy_of_ours_has(
    listed: list[str], peer: str, forwarded: str, address: str, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = listed
    seen: list[str | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(whence.address())
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded}
    believe_listed_proxies(view)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))

    assert (seen, whence.address()) == ([address], None)
