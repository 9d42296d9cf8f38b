"""The positions and outlines of letters in a text."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.glyphs import SIZE
from graphviz_nn.layout.measure import font, mathtext, typeset
from graphviz_nn.layout.scripts import UNKNOWN, without
from graphviz_nn.layout.typesetter import placed
from graphviz_nn.scene.primitives import Command, Group, Path, Text
from graphviz_nn.style.runs import Run, runs

# mathtext's replacements for characters of a run, and for missing ones.
SET_AS = {"·": "⋅", "•": "∙", "φ": "ϕ", "∗": "*", "\N{HYPHEN}": "-", "#": "♯", "T": "⊤"}


def origin(text: Text) -> tuple[float, float]:
    """The start of a text's baseline.

    >>> x, y = origin(Text("x", 20.0, 10.0, 10.0, "#000000"))
    >>> 17 < x < 18, 12 < y < 13
    (True, True)
    """
    found = typeset(text.tex, text.family)
    return (
        text.x - (found.left + found.right) / 2 * text.size,
        text.y + (found.top + found.bottom) / 2 * text.size,
    )


def inked(whole: Group) -> Group:
    """A group without its empty texts."""
    items = (each for each in whole.items if isinstance(each, Path) or typeset(each.tex, each.family).path)
    return replace(whole, items=tuple(items))


def outlined(text: Text) -> Path:
    """The outline of a text's letters; it also has quadratic pieces (Q).

    >>> outlined(Text("x", 20.0, 10.0, 10.0, "#000000")).commands[0][0]
    'M'
    """
    x, y = origin(text)
    scale = text.size / SIZE
    commands: list[Command] = []
    for letter, numbers in re.findall(r"([MLQCZ])([^MLQCZ]*)", typeset(text.tex, text.family).path):
        values = [float(each) * scale for each in numbers.split()]
        commands.append((letter, tuple(value + (y if place % 2 else x) for place, value in enumerate(values))))
    return Path(tuple(commands), text.colour)


@dataclass(frozen=True)
class Typed:
    """A run of letters and its position at size 1: its start, with y up from the baseline, its size and width."""

    run: Run
    x: float
    y: float
    size: float
    width: float


@dataclass(frozen=True)
class _Glyph:
    character: str
    x: float
    y: float
    size: float
    width: float


@lru_cache(maxsize=4096)
def typed(tex: str, family: str) -> tuple[Typed, ...]:
    r"""TeX as placed runs of letters; none if it needs more than rows of letters, such as a root.

    >>> [(row.run.text, round(row.size, 1)) for row in typed(r"\theta_{1}", "serif")]
    [('θ', 1.0), ('1', 0.7)]
    >>> typed(r"\sqrt{2}", "serif")
    ()
    """
    glyphs = _glyphs(tex, family) if runs(tex) else []
    rows = [_set(run, glyphs) for run in runs(tex) if run.text.strip()]
    found = tuple(row for row in rows if row is not None)
    return found if len(found) == len(rows) and not glyphs else ()


def _set(run: Run, glyphs: list[_Glyph]) -> Typed | None:
    """A run at the position of its glyphs, which it takes; None if they are missing, or not in one row."""
    mine: list[_Glyph] = []
    for character in "".join(run.text.split()):
        # An accent is a separate glyph.
        parts = [_taken(character, run, glyphs)]
        if parts == [None]:
            parts = [_taken(part, run, glyphs) for part in unicodedata.normalize("NFD", character)]
        mine += [part for part in parts if part is not None and not unicodedata.combining(part.character)]
        if None in parts:
            return None
    if len({(glyph.size, round(glyph.y, 3)) for glyph in mine}) != 1:
        return None
    left, right = min(glyph.x for glyph in mine), max(glyph.x + glyph.width for glyph in mine)
    return Typed(replace(run, text=run.text.strip()), left, mine[0].y, mine[0].size, right - left)


def _taken(character: str, run: Run, glyphs: list[_Glyph]) -> _Glyph | None:
    """The first glyph of a character that no run has taken."""
    for glyph in glyphs:
        shift = 0 if glyph.size == 1 else 1 if glyph.y > 0 else -1
        if glyph.character in (character, SET_AS.get(character), UNKNOWN) and shift == run.shift:
            glyphs.remove(glyph)
            return glyph
    return None


def _glyphs(tex: str, family: str) -> list[_Glyph]:
    with alone():
        return _set_alone(tex, family)


def _set_alone(tex: str, family: str) -> list[_Glyph]:
    shown = mathtext(without(tex, family))
    marks = placed(shown[1:-1], family)
    if marks is not None:
        return [
            _Glyph(letter.character, x / SIZE, y / SIZE, size, letter.advance * size / SIZE)
            for letter, x, y, size in marks
        ]
    from matplotlib.ft2font import LoadFlags
    from matplotlib.mathtext import MathTextParser

    found = MathTextParser("path").parse(shown, 72, font(family, SIZE))
    if found.rects:
        return [_Glyph("", 0.0, 0.0, 0.0, 0.0)]
    glyphs = []
    for face, size, code, *_, x, y in found.glyphs:
        face.set_size(size, 72)
        width = face.load_char(code, flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536
        glyphs.append(_Glyph(chr(code), float(x) / SIZE, float(y) / SIZE, size / SIZE, width / SIZE))
    return glyphs
