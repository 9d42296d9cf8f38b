"""Measure TeX and get its outlines, with matplotlib's mathtext."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphviz_nn.errors import LabelError
from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.scripts import FAMILIES, outline, without
from graphviz_nn.style.dialect import common
from graphviz_nn.style.labels import plain

SIZE = 100.0
# A line of a page has a hundred letters; a text longer than a page of them isn't a label.
LONGEST, SHORT = 5000, 300
_FAMILY: ContextVar[str] = ContextVar("family", default="serif")
_MEASURE: "ContextVar[Callable[[str], Typeset] | None]" = ContextVar("measure", default=None)
# matplotlib's code for the end of an outline.
CLOSE = 79
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
    from matplotlib.textpath import text_to_path

    if not tex.strip():
        return Typeset(0.0, 0.0, 0.0, 0.0, "")
    if len(tex) > LONGEST:
        raise LabelError(f"a label of {len(tex):,} letters, {tex[:40]!r}…, is too long; the most is {LONGEST:,}")
    try:
        with alone():
            drawn = outline(tex, family, SIZE)
            shown = mathtext(without(tex, family))
            vertices, codes = drawn or text_to_path.get_text_path(font(family, SIZE), shown, ismath=True)
    except (ValueError, RuntimeError, IndexError, KeyError) as error:
        percent = r"write \% for a percent sign" if re.search(r"(?<!\\)%", tex) else ""
        raise LabelError(f"the label {tex!r} can't be set: {percent or _reason(str(error))}") from None
    if not len(vertices):
        return Typeset(0.0, 0.0, 0.0, 0.0, "")
    xs, ys = [float(x) for x, _ in vertices], [float(y) for _, y in vertices]
    # The vertex that closes an outline has no meaning.
    inked = [i for i, code in enumerate(codes) if code != CLOSE]
    return Typeset(
        min(xs[i] for i in inked) / SIZE,
        max(xs[i] for i in inked) / SIZE,
        max(ys[i] for i in inked) / SIZE,
        min(ys[i] for i in inked) / SIZE,
        _path_data(xs, ys, [int(c) for c in codes]),
    )


# The outlines of long labels are large.
_typeset_long = lru_cache(maxsize=64)(_typeset.__wrapped__)


def _reason(message: str) -> str:
    unknown = re.search(r"(Unknown symbol: .*|Expected .*|Double .*)", message)
    reason = (unknown[1] if unknown else message.strip().splitlines()[-1]).split(", found")[0]
    return f"{reason}; use commands that matplotlib's mathtext knows and close every brace"


def _path_data(xs: list[float], ys: list[float], codes: list[int]) -> str:
    """SVG path data from matplotlib's codes (1 move, 2 line, 3 quadratic, 4 cubic)."""
    parts = []
    i = 0
    letters = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3)}
    while i < len(codes):
        if codes[i] == CLOSE:
            parts.append("Z")
            i += 1
            continue
        letter, count = letters[codes[i]]
        parts.append(letter + " ".join(f"{_short(xs[j])} {_short(-ys[j])}" for j in range(i, i + count)))
        i += count
    return "".join(parts)


def _short(value: float) -> str:
    # A thousandth of a letter's size is finer than any printer.
    return f"{round(value, 1):g}" if abs(value) >= 0.05 else "0"
