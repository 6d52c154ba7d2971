"""Our own style sheets and scripts as they are sent: bundles hold what they name, and nothing is for readers only.

A bundle is a file of a comment and `@import "…"` or `import "…"` alone. A browser can follow these too, so that all
works from the plain files; sent as one file it is one request, and compresses to less than its parts do.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from lightningcss import process_stylesheet
from rjsmin import jsmin

OURS = re.compile(r"(css|js)/[\w-]+\.(css|js)")
STYLE = re.compile(r'^@import "\./([\w-]+\.css)";$', re.MULTILINE)
SCRIPT = re.compile(r'^import "\./([\w-]+\.js)";$', re.MULTILINE)
BUNDLE = re.compile(r"\s*(//.*\n|/\*.*\*/\n)?((@import|import) \"\./[\w-]+\.(css|js)\";\n)+")
# What has names for other files, or from them, cannot stand in a block.
LINKED = re.compile(r"^(import\s*[\w*{]|export\b)", re.MULTILINE)

Paths = Mapping[str, tuple[Storage, str]]


def small(paths: Paths) -> dict[str, tuple[Storage, str]]:
    """The files that are collected, by name: their storage and path. Ours come from memory, bundled, without comments.

    Raises ImproperlyConfigured for a bundle that names what is not there or cannot be bundled.
    """
    made = InMemoryStorage()
    found = dict(paths)
    for name in filter(OURS.fullmatch, paths):
        made.save(name, ContentFile(_small(name, _bundled(paths, name)).encode()))
        found[name] = (made, name)
    return found


def _small(name: str, text: str) -> str:
    """Only what a parser takes away: what strips by patterns loses the space of `.a :is(b)` inside of a layer."""
    if name.endswith(".js"):
        return str(jsmin(text))
    try:
        return str(process_stylesheet(text, filename=name, minify=True))
    except ValueError as wrong:
        raise ImproperlyConfigured(f"{name} cannot be read as a style sheet: {wrong}") from wrong


def _bundled(paths: Paths, name: str) -> str:
    text = _read(paths, name)
    if not BUNDLE.fullmatch(text):
        return text
    styles = STYLE.sub(lambda each: _read(paths, f"css/{each[1]}"), text)
    return SCRIPT.sub(lambda each: _block(paths, f"js/{each[1]}"), styles)


def _block(paths: Paths, name: str) -> str:
    """A module in a block of its own: what it declares is its own there too."""
    text = _read(paths, name)
    if LINKED.search(text):
        raise ImproperlyConfigured(f"{name} imports or exports names; it cannot stand in a bundle.")
    return f"{{\n{text}\n}}"


def _read(paths: Paths, name: str) -> str:
    try:
        storage, path = paths[name]
    except KeyError as missing:
        raise ImproperlyConfigured(f"A bundle names {name}, which is not there.") from missing
    with storage.open(path) as file:
        return file.read().decode()
