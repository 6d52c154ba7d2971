"""Watches a page while a test drives it: whatever a browser complains of is kept, and fails the test at its end."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

# Sent to us the moment it happens, from every document, before any script of the page runs.
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
ANSWERED = re.compile(r"the server responded with a status of (\d+)")
# A form that comes back with errors is a 422, one that somebody else overtook a 409.
OF_FORMS = frozenset({409, 422})
# The page was left, or a newer question made this one needless.
LEFT = "net::ERR_ABORTED"


class Watch:
    """The troubles of one context. `expected`: the statuses that a test provokes on purpose, and those of forms."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.host = urlsplit(home).netloc
        self.expected = set(OF_FORMS)
        self.troubles: list[str] = []
        context.expose_binding("reportViolation", lambda _source, told: self.note(f"content policy: {told}"))
        context.add_init_script(LISTEN)
        context.on("page", self.follow)

    def note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    def follow(self, page: Page) -> None:
        """Listen to a page of the context, also to one that a link opened."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.note(f"page error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        answered = ANSWERED.search(message.text)
        if not (answered and int(answered[1]) in self.expected):
            self.note(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme in ("http", "https") and there.netloc != self.host:
            self.note(f"asked another host: {there.scheme}://{there.netloc}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.note(f"failed: {request.method} {request.url} {request.failure}")
