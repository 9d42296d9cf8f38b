"""Letters of the picture's typefaces, with their extent and outline, read once from the fonts."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

# The size at which letters are measured and outlined.
SIZE = 100.0
# The typefaces of mathtext's fonts: family, slant and weight.
FACES = {
    "serif": {
        "rm": ("STIXGeneral", "normal", "normal"),
        "it": ("STIXGeneral", "italic", "normal"),
        "bf": ("STIXGeneral", "normal", "bold"),
    },
    "sans": {
        "rm": ("DejaVu Sans", "normal", "normal"),
        "it": ("DejaVu Sans", "italic", "normal"),
        "bf": ("DejaVu Sans", "normal", "bold"),
    },
}
# matplotlib's code for the end of an outline, and the letters of all codes with the points that they need.
CLOSE = 79
_LETTERS = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), CLOSE: ("Z", 0)}
# A typeface from which mathtext takes a letter first, if it has it.
DISPLAY = {"sans": "DejaVu Sans Display"}


@dataclass(frozen=True, eq=False, slots=True)
class Glyph:
    """A letter at size 100: its ink above and below the baseline, its ink's width, and the way to the next letter."""

    character: str
    font: str
    width: float
    advance: float
    above: float
    below: float
    ink: tuple[float, float, float, float]
    """Left, bottom, right and top of its ink."""
    is_slanted: bool
    index: int


@lru_cache(maxsize=4096)
def glyph(character: str, font: str, family: str) -> Glyph | None:
    """A letter in one of mathtext's fonts, "normal", "rm", "it" or "bf"; None if only mathtext knows where to find it.

    In the normal font letters are italic, and everything else is upright.
    """
    from matplotlib.ft2font import LoadFlags

    display = DISPLAY.get(family)
    if display and _face(display, "normal", "normal").get_char_index(ord(character)):
        return None
    used = _normal(character) if font == "normal" else font
    if used not in FACES[family]:
        return None
    face = _face(*FACES[family][used])
    index = face.get_char_index(ord(character))
    if not index:
        return None
    face.set_size(SIZE, 72)
    found = face.load_glyph(index, flags=LoadFlags.NO_HINTING)
    left, bottom, right, top = (each / 64 for each in found.bbox)
    above, height = found.horiBearingY / 64, found.height / 64
    return Glyph(
        character,
        font,
        found.width / 64,
        found.linearHoriAdvance / 65536,
        above,
        height - above,
        (left, bottom, right, top),
        used == "it",
        index,
    )


def _normal(character: str) -> str:
    is_letter = unicodedata.category(character)[0] == "L"
    return "it" if is_letter and not unicodedata.name(character, "").startswith("GREEK CAPITAL") else "rm"


@cache
def _face(name: str, style: Any, weight: Any) -> Any:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=name, style=style, weight=weight)))


def face(letter: Glyph, family: str) -> tuple[str, str, str]:
    """The family, slant and weight of a letter's typeface.

    >>> face(glyph("x", "normal", "serif"), "serif")
    ('STIXGeneral', 'italic', 'normal')
    """
    used = _normal(letter.character) if letter.font == "normal" else letter.font
    return FACES[family][used]


def _of(letter: Glyph, family: str) -> Any:
    return _face(*face(letter, family))


@lru_cache(maxsize=16384)
def kerning(first: Glyph, second: Glyph, family: str) -> float:
    """How much further apart two letters are than they are wide; only letters of one font have such a distance."""
    from matplotlib.ft2font import Kerning

    if first.font != second.font:
        return 0.0
    face = _of(first, family)
    face.set_size(SIZE, 72)
    # mathtext looks up both letters in the face of the first.
    return float(face.get_kerning(first.index, second.index, Kerning.DEFAULT)) / 64


class Outline(NamedTuple):
    """The points of a path, its extent (left, bottom, right and top; None without a point), its SVG data's pattern."""

    points: Any
    extent: tuple[float, float, float, float] | None
    pattern: str


@lru_cache(maxsize=4096)
def outline(letter: Glyph, family: str) -> Outline:
    """The outline of a letter at size 100."""
    from matplotlib.ft2font import LoadFlags

    face = _of(letter, family)
    face.set_size(SIZE, 72)
    face.load_glyph(letter.index, flags=LoadFlags.NO_HINTING)
    vertices, codes = face.get_path()
    return outlined(vertices, [int(code) for code in codes])


def outlined(vertices: Any, codes: Sequence[int]) -> Outline:
    """The outline of vertices with matplotlib's codes."""
    import numpy as np

    if not len(vertices):
        return Outline(np.empty((0, 2)), None, "")
    # The vertex that closes an outline has no meaning.
    points = np.asarray(vertices, dtype=float)[np.asarray(codes) != CLOSE]
    (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Outline(points, (left, bottom, right, top), pattern(codes))


def pattern(codes: Sequence[int]) -> str:
    """SVG path data for matplotlib's codes, with %s for each number; what closes an outline has none.

    >>> pattern([1, 2, 3, 3, 79])
    'M%s %sL%s %sQ%s %s %s %sZ'
    """
    parts, place = list[str](), 0
    while place < len(codes):
        letter, count = _LETTERS[codes[place]]
        parts.append(letter + " ".join(["%s %s"] * count))
        place += max(count, 1)
    return "".join(parts)
