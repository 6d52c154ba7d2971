"""What a browser would send for a form as it stands in an answer."""

from html.parser import HTMLParser
from typing import Any

QUIET = frozenset({"submit", "button", "checkbox", "radio", "image", "reset"})


class _Controls(HTMLParser):
    """The named controls of a part, whatever form they stand in: a part of ours has one form."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._area = ""
        self._select = ""
        self._first = ""
        self.feed(text)

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told: dict[str, Any] = dict(attrs)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "input" and name and (told.get("type") not in QUIET or "checked" in told):
            self._add(name, value)
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif tag == "select":
            self._select, self._first = name, ""
        elif tag == "option" and self._select:
            self._first = self._first or value
            if "selected" in told:
                self._add(self._select, value)

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data.removeprefix("\n") if not self.fields[self._area][-1] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            if self._select not in self.fields:
                self._add(self._select, self._first)
            self._select = ""


def fields_of(html: str) -> dict[str, list[str]]:
    """Names and values of the controls that are sent: all but buttons and what is not ticked."""
    told = _Controls(html).fields
    told.pop("csrfmiddlewaretoken", None)
    return told
