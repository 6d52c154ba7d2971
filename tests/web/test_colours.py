"""The colours of visits, computed from tokens.css: contrast by WCAG 2, and whether colour-blind eyes tell types apart.

Simulated are the three kinds of dichromacy, by the matrices of Machado, Oliveira and Fernandes (2009, severity 1),
which browsers use for the same purpose. How far apart two colours look is their distance in OKLab, in hundredths.
"""

import math
import re
from itertools import combinations, product
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
TYPES = ("appointment", "group", "leave", "encounter", "other")
Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]

LMS_OF_LAB: Matrix = (
    (1, 0.3963377774, 0.2158037573),
    (1, -0.1055613458, -0.0638541728),
    (1, -0.0894841775, -1.291485548),
)
RGB_OF_LMS: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.707614701),
)
LMS_OF_RGB: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
LAB_OF_LMS: Matrix = (
    (0.2104542553, 0.793617785, -0.0040720468),
    (1.9779984951, -2.428592205, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.808675766),
)
EYES: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
# A twentieth of the way from black to white. Where two edges are nearer, fill, word and mark have to do it alone.
FAR_ENOUGH = 5.0


def times(matrix: Matrix, colour: Colour) -> Colour:
    first, second, third = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return first, second, third


def linear(token: str, scheme: str) -> Colour:
    """A token as linear RGB. Only the two forms that tokens.css uses for these are known."""
    (value,) = re.findall(rf"--{token}: light-dark\((.*)\);", TOKENS)
    light, dark = re.fullmatch(r"(#fff|oklch\([^)]*\)), (oklch\([^)]*\))", value).groups()  # type: ignore[union-attr]
    chosen = light if scheme == "light" else dark
    return (1.0, 1.0, 1.0) if chosen == "#fff" else from_oklch(*map(float, re.findall(r"[\d.]+", chosen)))


def from_oklch(percent: float, chroma: float, hue: float) -> Colour:
    turn = math.radians(hue)
    lms = times(LMS_OF_LAB, (percent / 100, chroma * math.cos(turn), chroma * math.sin(turn)))
    red, green, blue = (min(1.0, max(0.0, part)) for part in times(RGB_OF_LMS, tuple(part**3 for part in lms)))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(colour: Colour, eye: str) -> Colour:
    """The colour as such eyes see it, in OKLab."""
    dulled = times(EYES[eye], colour)
    lms = times(LMS_OF_RGB, tuple(min(1.0, max(0.0, part)) for part in dulled))
    return times(LAB_OF_LMS, tuple(part ** (1 / 3) for part in lms))


def apart(one: Colour, other: Colour, eye: str) -> float:
    return 100 * math.dist(seen(one, eye), seen(other, eye))


@pytest.mark.parametrize(("scheme", "kind"), list(product(("light", "dark"), TYPES)))
def test_words_and_edges_of_a_type_stand_out(scheme: str, kind: str) -> None:
    fill, edge = linear(f"{kind}-fill", scheme), linear(f"{kind}-edge", scheme)

    words = [contrast(linear(ink, scheme), fill) for ink in ("visit-ink", "visit-ink-soft")]
    edges = [contrast(edge, ground) for ground in (fill, linear("surface", scheme), linear("outside", scheme))]

    assert min(words) >= 4.5
    assert min(edges) >= 3


@pytest.mark.parametrize(("scheme", "eye"), list(product(("light", "dark"), EYES)))
def test_types_stay_apart_for_every_eye(scheme: str, eye: str) -> None:
    edges = {kind: linear(f"{kind}-edge", scheme) for kind in TYPES}
    near = {pair: apart(edges[pair[0]], edges[pair[1]], eye) for pair in combinations(TYPES, 2)}
    assert {pair: round(far, 1) for pair, far in near.items() if far < FAR_ENOUGH} == {}


@pytest.mark.parametrize(("eye", "one", "other"), [("deutan", 25, 140), ("protan", 0, 175), ("tritan", 85, 10)])
def test_colours_that_such_eyes_confuse_are_found(eye: str, one: float, other: float) -> None:
    first, second = from_oklch(62, 0.1, one), from_oklch(62, 0.1, other)
    assert apart(first, second, "usual") > 2 * FAR_ENOUGH
    assert apart(first, second, eye) < apart(first, second, "usual") / 2


def test_the_measures_agree_with_known_ones() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert seen((1, 1, 1), "usual") == pytest.approx((1, 0, 0), abs=1e-4)
    assert from_oklch(62.796, 0.25768, 29.234) == pytest.approx((1, 0, 0), abs=1e-3)  # red, as CSS Color 4 tells it
