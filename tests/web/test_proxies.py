"""Forwarded headers count only from the proxies that are named."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

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
