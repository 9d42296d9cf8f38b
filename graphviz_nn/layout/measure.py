"""Measure TeX and get its outlines, with matplotlib's mathtext."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from graphviz_nn.errors import LabelError
from graphviz_nn.layout import glyphs
from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.scripts import FAMILIES, outline, without
from graphviz_nn.layout.typesetter import Mark, placed
from graphviz_nn.style.dialect import common
from graphviz_nn.style.labels import plain

# A line of a page has a hundred letters; a text longer than a page of them isn't a label.
LONGEST, SHORT = 5000, 300
_FAMILY: ContextVar[str] = ContextVar("family", default="serif")
_MEASURE: "ContextVar[Callable[[str], Typeset] | None]" = ContextVar("measure", default=None)
# The height above the baseline at which the eye sees the middle of a word.
WORD_MIDDLE = 0.28


@dataclass(frozen=True)
class Typeset:
    """TeX at a font size of 1: the box of its ink, with y up from the baseline, and its outline for SVG.

    Lengths are in font sizes; the path is in hundredths of one, with y pointing down.
    """

    left: float
    right: float
    top: float
    bottom: float
    path: str

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


_NOTHING = Typeset(0.0, 0.0, 0.0, 0.0, "")


@dataclass(frozen=True)
class Line:
    """The extent of a line of text above and below its baseline, at size 1: at least that of most letters."""

    above: float
    below: float
    middle: float

    @property
    def height(self) -> float:
        return self.above + self.below


def line(tex: str) -> Line:
    """The line of a piece of TeX, so that neighbours share a baseline.

    Examples
    --------
    >>> line(r"\\mathrm{so}").height == line(r"\\mathrm{pole}").height
    True
    """
    text, strut = typeset(tex), typeset(r"\mathrm{lp}")
    return Line(max(text.top, strut.top), max(-text.bottom, -strut.bottom), (text.top + text.bottom) / 2)


def level(tex: str) -> float:
    """The distance of a word's ink below the middle of its place, at size 1: words share a baseline.

    Symbols are centred by their ink.
    """
    shown, text = plain(tex), typeset(tex)
    is_word = len(shown) > 1 and shown[0].isalpha() and all(each.isalnum() or each in " \N{HYPHEN}" for each in shown)
    return WORD_MIDDLE - (text.top + text.bottom) / 2 if is_word else 0.0


@contextmanager
def set_in(family: str, measure: "Callable[[str], Typeset] | None" = None) -> Iterator[None]:
    """Set all text in this family in this context, or measure it by another function than mathtext.

    Examples
    --------
    >>> with set_in("sans"):
    ...     wide = typeset(r"\\mathrm{sum}").width
    >>> wide > typeset(r"\\mathrm{sum}").width
    True
    """
    token, other = _FAMILY.set(family), _MEASURE.set(measure)
    try:
        yield
    finally:
        _FAMILY.reset(token)
        _MEASURE.reset(other)


def font(family: str, size: float) -> Any:
    """A font of matplotlib, as a new object that the caller may change."""
    from matplotlib.font_manager import FontProperties

    words, math = FAMILIES[family]
    return FontProperties(family=words, math_fontfamily=math, size=size)


def typeset(tex: str, family: str = "") -> Typeset:
    """Typeset TeX (without dollars) in math mode, by default in the current family.

    Raises
    ------
    LabelError
        If it isn't valid TeX; the error names the problem.

    Examples
    --------
    >>> 0.4 < typeset("x").width < 0.5
    True
    """
    measure = None if family else _MEASURE.get()
    if measure:
        return measure(tex)
    return (_typeset if len(tex) <= SHORT else _typeset_long)(tex, family or _FAMILY.get())


def mathtext(tex: str) -> str:
    """Prepare TeX for matplotlib, whose raised prime is too small.

    >>> mathtext("f'(x)")
    '$f\\\\prime (x)$'
    """
    return "$" + re.sub(r"(?<!\\)'", r"\\prime ", common(tex)) + "$"


@lru_cache(maxsize=8192)
def _typeset(tex: str, family: str) -> Typeset:
    if not tex.strip():
        return _NOTHING
    if len(tex) > LONGEST:
        raise LabelError(f"a label of {len(tex):,} letters, {tex[:40]!r}…, is too long; the most is {LONGEST:,}")
    try:
        with alone():
            return _set(tex, family)
    except (ValueError, RuntimeError, IndexError, KeyError) as error:
        percent = r"write \% for a percent sign" if re.search(r"(?<!\\)%", tex) else ""
        raise LabelError(f"the label {tex!r} can't be set: {percent or _reason(str(error))}") from None


def _set(tex: str, family: str) -> Typeset:
    other = outline(tex, family, SIZE)
    shown = mathtext(without(tex, family))
    if other is None and (marks := placed(shown[1:-1], family)) is not None:
        return _joined([_marked(mark, family) for mark in marks])
    if other is None:
        from matplotlib.textpath import text_to_path

        vertices, numbers = text_to_path.get_text_path(font(family, SIZE), shown, ismath=True)
        other = vertices, [int(code) for code in numbers]
    return _drawn(glyphs.outlined(*other))


@lru_cache(maxsize=16384)
def _marked(mark: Mark, family: str) -> Typeset:
    """A letter in its place: labels that differ in a digit have all others in common."""
    return _drawn(glyphs.outline(mark.letter, family), mark.size, mark.x, mark.y)


def _joined(letters: Sequence[Typeset]) -> Typeset:
    inked = [each for each in letters if each.path]
    if not inked:
        return _NOTHING
    return Typeset(
        min(each.left for each in inked),
        max(each.right for each in inked),
        max(each.top for each in inked),
        min(each.bottom for each in inked),
        "".join(each.path for each in inked),
    )


def _drawn(outline: glyphs.Outline, size: float = 1.0, x: float = 0.0, y: float = 0.0) -> Typeset:
    """An outline at a size and a place."""
    if outline.extent is None:
        return _NOTHING
    left, bottom, right, top = outline.extent
    points = (outline.points * size + (x, y)) * (1.0, -1.0)
    path = outline.pattern % tuple(map(_written, _tenths(points)))
    return Typeset(
        (left * size + x) / SIZE, (right * size + x) / SIZE, (top * size + y) / SIZE, (bottom * size + y) / SIZE, path
    )


def _tenths(points: Any) -> list[int]:
    """Lengths in tenths: a thousandth of a letter's size is finer than any printer."""
    import numpy as np

    exact = points.ravel() * 10.0
    found = np.rint(exact)
    # Which of two tenths is nearer may depend on the last bit, which the product may have changed.
    for place in np.flatnonzero(abs(abs(exact - found) - 0.5) < 1e-6).tolist():
        found[place] = 10 * round(float(points.flat[place]), 1)
    whole: list[int] = np.rint(found).astype(int).tolist()
    return whole


@cache
def _written(tenths: int) -> str:
    return f"{tenths / 10:g}"


# The outlines of long labels are large.
_typeset_long = lru_cache(maxsize=64)(_typeset.__wrapped__)
KNOWN = (_typeset, _typeset_long, _marked)


def _reason(message: str) -> str:
    unknown = re.search(r"(Unknown symbol: .*|Expected .*|Double .*)", message)
    reason = (unknown[1] if unknown else message.strip().splitlines()[-1]).split(", found")[0]
    return f"{reason}; use commands that matplotlib's mathtext knows and close every brace"
