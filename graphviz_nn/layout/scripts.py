"""Letters that a picture's typefaces lack, set in a typeface of the system."""

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from graphviz_nn.style.runs import Run, runs

# matplotlib's typeface for words, and the matching one for mathematics.
FAMILIES = {"serif": ("STIXGeneral", "stix"), "sans": ("DejaVu Sans", "dejavusans")}
# mathtext's replacement for a missing letter.
UNKNOWN = "¤"
# The size of a script's small letters, and their offset from the line.
SMALL, RAISED, LOWERED = 0.7, 0.35, -0.15
# Letters that mathtext replaces, or finds in symbol fonts.
MADE = ("COMBINING", "MATHEMATICAL", "BOTTOM CURLY BRACKET", "TOP CURLY BRACKET")
# Typefaces of boxes with the number of a letter in them.
PLACEHOLDERS = ("Last Resort",)
# Scripts whose letters join, or run from right to left.
SHAPED = ("ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "SYRIAC", "KHMER", "MYANMAR")
# From this version on, matplotlib shapes text.
SHAPING = (3, 11)


class Typeface(NamedTuple):
    """A font of the system, and its letters."""

    name: str
    file: str
    letters: frozenset[int]


@cache
def installed() -> tuple[Typeface, ...]:
    """The upright typefaces of the system, by name."""
    from matplotlib.font_manager import fontManager, get_font

    upright = {
        each.name: each.fname
        for each in sorted(fontManager.ttflist, key=lambda each: (each.name, each.fname), reverse=True)
        if each.style == "normal" and each.weight in (400, "normal", "regular", "book", "medium", 500)
    }
    return tuple(
        Typeface(name, file, frozenset(get_font(file).get_charmap()))
        for name, file in sorted(upright.items())
        if not name.startswith(PLACEHOLDERS)
    )


@lru_cache(maxsize=8)
def _known(family: str) -> frozenset[int]:
    """The letters that mathtext sets in a family."""
    own = FAMILIES[family][0]
    return frozenset().union(*(each.letters for each in installed() if each.name == own))


def lacking(tex: str, family: str) -> str:
    """The letters of a label that its family lacks, each once."""
    if tex.isascii():
        return ""
    shown = (each for each in dict.fromkeys(tex) if not each.isascii() and unicodedata.category(each)[0] in "LMNS")
    others = (each for each in shown if not unicodedata.name(each, "").startswith(MADE))
    return "".join(each for each in others if ord(each) not in _known(family))


@lru_cache(maxsize=4096)
def typeface(letters: str) -> Typeface | None:
    """The first typeface of the system that has all of some letters."""
    wanted = frozenset(map(ord, letters))
    return next((each for each in installed() if wanted <= each.letters), None)


def outline(tex: str, family: str, size: float) -> tuple[Any, list[int]] | None:
    """The outline of a label with letters of another script; None if there are none, or no typeface has them."""
    letters = lacking(tex, family)
    found = typeface(letters) if letters else None
    rows = runs(tex) if found else ()
    if found is None or not rows:
        return None
    import numpy as np

    points, codes, x = [np.empty((0, 2))], list[int](), 0.0
    for row in rows:
        vertices, more, width = _row(row, found, family, size)
        points.append(np.add(vertices, [x, 0.0]))
        codes += more
        x += width
    return np.concatenate(points), codes


def _row(row: Run, other: Typeface, family: str, size: float) -> tuple[Any, list[int], float]:
    """The outline of a run, and its extent."""
    import numpy as np
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    scale = SMALL if row.shift else 1.0
    look = FontProperties(
        family=[FAMILIES[family][0], other.name],
        size=size * scale,
        style="italic" if row.italic and row.text.isascii() else "normal",
        weight="bold" if row.bold else "normal",
    )
    vertices, codes = text_to_path.get_text_path(look, row.text)
    width, _, _ = text_to_path.get_text_width_height_descent(row.text, look, ismath=False)
    lift = size * {1: RAISED, -1: LOWERED}.get(row.shift, 0.0)
    return np.add(np.asarray(vertices).reshape(-1, 2), [0.0, lift]), [int(code) for code in codes], float(width)


def without(tex: str, family: str) -> str:
    """A label with a sign in place of each letter that no typeface has."""
    gone = lacking(tex, family)
    return tex.translate(dict.fromkeys(map(ord, gone), UNKNOWN)) if gone else tex


def remarks(labels: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Remarks on letters that can't be set, from labels and their families, one sentence each.

    Examples
    --------
    >>> remarks([("x", "serif")])
    ()
    """
    import matplotlib

    missing, unshaped = dict[str, None](), dict[str, None]()
    for tex, family in labels:
        letters = lacking(tex, family)
        if letters and (typeface(letters) is None or not runs(tex)):
            missing.update(dict.fromkeys(letters))
        elif letters and matplotlib.__version_info__ < SHAPING:
            unshaped.update(dict.fromkeys(each for each in letters if script(each).upper() in SHAPED))
    found = []
    if missing:
        scripts = " and ".join(dict.fromkeys(map(script, missing)))
        found.append(
            f"no typeface of this system has {' '.join(list(missing)[:6])} ({scripts}), so {UNKNOWN} replaces each: "
            "install one, such as Noto, or save as .pptx, .drawio, .mmd, or .svg with text=True, for other typefaces"
        )
    if unshaped:
        scripts = " and ".join(dict.fromkeys(map(script, unshaped)))
        found.append(f"letters of {scripts} aren't joined or reordered; install matplotlib 3.11 or later")
    return tuple(found)


def script(letter: str) -> str:
    """The script of a letter, from the first word of its Unicode name.

    >>> script("前"), script("ش"), script("순")
    ('Chinese', 'Arabic', 'Korean')
    """
    first = unicodedata.name(letter, "symbol").split()[0].split("-")[0]
    called = {"CJK": "Chinese", "HANGUL": "Korean", "HIRAGANA": "Japanese", "KATAKANA": "Japanese"}
    return called.get(first, first.capitalize())
