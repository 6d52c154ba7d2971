"""What a page of the boards makes a browser fetch: styles and scripts, as they are sent."""

import re
from urllib.parse import urljoin
from urllib.request import Request, urlopen

LINKED = re.compile(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+\.(?:css|js))"')


def linked(page: str) -> list[str]:
    """The addresses of the page's style sheets and scripts, in its order."""
    return LINKED.findall(page)


def weight(home: str, page: str, encoding: str) -> int:
    """Bytes of all of them as the server sends them to a browser that takes this encoding (gzip or br)."""
    return sum(_length(urljoin(home, address), encoding) for address in linked(page))


def _length(url: str, encoding: str) -> int:
    with urlopen(Request(url, headers={"Accept-Encoding": encoding}), timeout=10) as answer:  # noqa: S310 (our own)
        return len(answer.read())
