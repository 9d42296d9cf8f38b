"""Invert colours for dark and light mode, keeping their hues."""

from math import copysign
from typing import TypeAlias

Triple: TypeAlias = tuple[float, float, float]

# The lightness of the darkest page and of the lightest letter, in OKLab (Ottosson, 2020). The lightness in between is
# spread such that lines and letters contrast with their fill.
DARKEST, LIGHTEST, SPREAD = 0.24, 0.96, 1.35
# A pale fill needs a stronger colour to remain distinct when it is dark.
PALE, STRONGER = 0.85, 1.8
TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB = ((1.0, 0.3963377774, 0.2158037573), (1.0, -0.1055613458, -0.0638541728), (1.0, -0.0894841775, -1.2914855480))
FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def is_dark(colour: str) -> bool:
    """Whether a colour is nearer to black than to white.

    >>> is_dark("#1B1F27"), is_dark("#FFFFFF")
    (True, False)
    """
    return _lab(colour)[0] < 0.55


def shaded(colour: str, dark: bool) -> str:
    """A colour of a light page on a `dark` one, or the other way round.

    >>> shaded("#FFFFFF", True), shaded("#000000", True)
    ('#1F1F1F', '#F2F2F2')
    """
    lightness, a, b = _lab(colour)
    room = LIGHTEST - DARKEST
    if dark:
        share = STRONGER if lightness > PALE else 1.0
        return _colour((DARKEST + room * min(1.0, SPREAD * max(0.0, 1 - lightness)), a * share, b * share))
    lighter = 1 - min(max((lightness - DARKEST) / room, 0.0), 1.0) / SPREAD
    share = 1 / STRONGER if lighter > PALE else 1.0
    return _colour((lighter, a * share, b * share))


def _product(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    x, y, z = (sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _lab(colour: str) -> Triple:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    long, middle, short = _product(TO_LMS, (r, g, b))
    return _product(TO_LAB, (long ** (1 / 3), middle ** (1 / 3), short ** (1 / 3)))


def _colour(lab: Triple) -> str:
    long, middle, short = _product(FROM_LAB, lab)
    found = _product(FROM_LMS, (long**3, middle**3, short**3))
    parts = (
        12.92 * part if abs(part) <= 0.0031308 else copysign(1.055 * abs(part) ** (1 / 2.4) - 0.055, part)
        for part in found
    )
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02X}" for part in parts)
