"""Whether everybody can use what is on the screen: axe in light and dark, wide and narrow; no sideways scrolling."""

import os
from collections.abc import Mapping
from itertools import cycle
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as Late

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
ALL_RULES = {"resultTypes": ["violations"]}
# Nothing but its colours tells the dark page from the light one, so that the dark look needs the rules of colour alone.
COLOURS = {**ALL_RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
LOOKS = (("wide", WIDE, {"light": ALL_RULES}), ("narrow", NARROW, {"dark": ALL_RULES}))
ALL = os.environ.get("PATHS") == "all"
if ALL:
    LOOKS = (
        ("wide", WIDE, {"light": ALL_RULES, "dark": COLOURS}),
        ("narrow", NARROW, {"dark": COLOURS, "light": ALL_RULES}),
    )
# A new colour scheme reaches the screen a frame later, and passes over slowly where something has a transition.
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
CALM = "() => !document.getAnimations().some(each => each instanceof CSSTransition && each.playState === 'running')"
FITS = "() => document.scrollingElement.scrollWidth <= innerWidth"
WIDTHS = "`the page is ${document.scrollingElement.scrollWidth} wide in ${innerWidth}`"


def sideways(page: Page) -> list[str]:
    """Whether the page itself scrolls sideways, once it has followed a new width; a grid may, in its own region."""
    try:
        page.wait_for_function(FITS, timeout=3000)
    except Late:
        return [page.evaluate(WIDTHS)]
    return []


def wear(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Put the page into a colour scheme, and wait until it is all there."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(FRAMES)
    page.wait_for_function(CALM)


def violations(page: Page, options: Mapping[str, object]) -> list[str]:
    """What axe finds wrong, of any impact: the rule and the places."""
    # The script is half a megabyte: it is read once for each document.
    axe = Axe("") if page.evaluate("'axe' in window") else Axe()
    found = axe.run(page, options=dict(options)).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node.get('failureSummary', '')}"
        for each in found
        for node in each["nodes"]
    ]


TURNS = cycle(name for name, _size, _schemes in LOOKS)


def inspect(page: Page) -> list[str]:
    """What is wrong with the page as it stands: wide and light or narrow and dark, by turns; for PATHS=all in all four.

    That nothing scrolls sideways is asked in both sizes.
    """
    told: list[str] = []
    turn = "" if ALL else next(TURNS)
    # Drawing all anew in other colours costs as much as axe does: the narrow page begins in what the wide one ended in.
    for name, size, schemes in LOOKS:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        told += [f"{name}: {each}" for each in sideways(page)]
        for scheme, rules in schemes.items() if turn in ("", name) else ():
            wear(page, scheme)  # type: ignore[arg-type]
            told += [f"{name} {scheme}: {each}" for each in violations(page, rules)]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return told
