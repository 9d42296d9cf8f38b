"""Rows of letters with scripts and accents, set from the fonts' letters as mathtext sets them, in a tenth of the time.

The rules and numbers are those of mathtext in `VERIFIED` versions of matplotlib. Everything else is left to mathtext:
other versions, other commands, and TeX that is wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

from graphviz_nn.layout.glyphs import SIZE, Glyph, glyph, kerning

VERIFIED = ((3, 11),)
SMALLER = 0.7
SPACES = {
    **{r"\,": 0.16667, r"\/": 0.16667, r"\>": 0.22222, r"\:": 0.22222, r"\;": 0.27778, r"\ ": 0.33333, "~": 0.33333},
    **{r"\quad": 1.0, r"\qquad": 2.0, r"\!": -0.16667},
}
THIN, AROUND = SPACES[r"\,"], 0.2
FONTS = {r"\mathrm": "rm", r"\mathit": "it", r"\mathbf": "bf"}
ACCENTS = {
    **{r"\hat": "\u0302", r"\bar": "\u0304", r"\tilde": "\u0303", r"\dot": "\u0307", r"\ddot": "\u0308"},
    r"\vec": "\u20d7",
}
# Signs with space on both sides between two operands, and between any two.
BINARY = {
    **{"+": "+", "*": "*", "-": "−", "−": "−", r"\times": "×", r"\div": "÷", r"\pm": "±", r"\bullet": "∙"},
    **{r"\cdot": "⋅", r"\circ": "∘", r"\odot": "⊙", r"\otimes": "⊗", r"\oplus": "⊕", r"\wedge": "∧", r"\vee": "∨"},
}
RELATIONS = {
    **{"=": "=", "<": "<", ">": ">", ":": ":", r"\leq": "≤", r"\geq": "≥", r"\neq": "≠", r"\ne": "≠", r"\in": "∈"},
    **{r"\approx": "≈", r"\sim": "∼", r"\top": "⊤", r"\bot": "⊥", r"\propto": "∝", r"\mid": "∣"},
    **{r"\rightarrow": "→", r"\to": "→", r"\leftarrow": "←", r"\mapsto": "↦"},
}
PUNCTUATION = frozenset(",;.!")
NAMED = {
    **{rf"\{name}": letter for name, letter in zip("%${}_", "%${}_", strict=True)},
    **{r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\zeta": "ζ", r"\eta": "η", r"\theta": "θ"},
    **{r"\iota": "ι", r"\kappa": "κ", r"\lambda": "λ", r"\mu": "μ", r"\nu": "ν", r"\xi": "ξ", r"\pi": "π"},
    **{r"\rho": "ρ", r"\sigma": "σ", r"\tau": "τ", r"\upsilon": "υ", r"\chi": "χ", r"\psi": "ψ", r"\omega": "ω"},
    **{r"\Gamma": "Γ", r"\Delta": "Δ", r"\Theta": "Θ", r"\Lambda": "Λ", r"\Xi": "Ξ", r"\Pi": "Π", r"\Sigma": "Σ"},
    **{r"\Phi": "Φ", r"\Psi": "Ψ", r"\Omega": "Ω", r"\ell": "ℓ", r"\partial": "∂", r"\nabla": "∇", r"\infty": "∞"},
    **{r"\prime": "′", r"\ldots": "…", r"\checkmark": "✓", r"\boxtimes": "⊠"},
}
FUNCTIONS = frozenset(
    rf"\{name}" for name in ("exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arg", "det", "dim")
)
OPENING, DELIMITERS = frozenset("([<"), frozenset("([<)]>|/.")
# What mathtext reads in other ways than as a letter; in the sans family it takes a prime from another typeface.
LEFT_OUT = frozenset("&'`\"#$%^~\\")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[^\\]", re.DOTALL)
# Letters as they are, without the distances of signs.
_AS_IT_IS = re.compile(r"\\text\s*\{([^{}\\$]+)\}")
# mathtext skips these.
_BLANK = frozenset(" \t\n\r")


class Constants(NamedTuple):
    """Lengths of a family: of the letter x and of an em, then shares of the height of x, as in mathtext."""

    x_height: float
    em: float | None
    after: float
    beside: float
    slanted: float
    drop_above: float
    drop_below: float
    raised: float
    lowered: float
    lowered_both: float


CONSTANTS = {
    "serif": Constants(45.0, 100.0, 0.1, 0.05, 0.3, 386 / 450, 50.0002 / 450, 413 / 450, 150 / 450, 309 / 450),
    "sans": Constants(
        *(1120 / 2048 * SIZE, None, 0.05, 0.025, 0.2, 790.527 / 1120, 102.4 / 1120),
        *(845.824 / 1120, 307.199 / 1120, 632.832 / 1120),
    ),
}
RULE = 0.75 / 12 * SIZE


class Mark(NamedTuple):
    """A letter at its place, with y up from the baseline, and its share of the full size."""

    letter: Glyph
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter, a space or a row of them."""

    width: float
    above: float = 0.0
    below: float = 0.0
    marks: tuple[Mark, ...] = ()
    letter: Glyph | None = None
    is_space: bool = False
    is_flat: bool = True
    """Without a script above another or an accent."""
    last: "Piece | None" = None
    """The last piece of a row."""
    holds_accent: bool = False


class _Unknown(Exception):
    """TeX that is left to mathtext."""


def placed(tex: str, family: str) -> list[Mark] | None:
    """The letters of TeX in their places; None if only mathtext can set them.

    Examples
    --------
    >>> [mark.letter.character for mark in placed("x^{2}", "serif")]
    ['x', '2']
    >>> placed(r"\\dfrac{1}{2}", "serif") is None
    True
    """
    from matplotlib import __version_info__

    if __version_info__[:2] not in VERIFIED:
        return None
    try:
        whole = _Setter(tex, family).row(None)
    except _Unknown:
        return None
    # mathtext moves the baseline, so that a label's height is a whole number.
    lift = ceil(whole.above) - whole.above
    return [Mark(letter, x, y + lift, size) for letter, x, y, size in whole.marks]


class _Setter:
    def __init__(self, tex: str, family: str) -> None:
        self.tex, self.family = tex, family
        self.constants = CONSTANTS[family]
        self.tokens = [(found[0], found.start()) for found in _TOKEN.finditer(tex)]
        self.at = 0

    def row(self, end: str | None, font: str = "normal") -> Piece:
        """Pieces up to the end of a group, or of all, in a row."""
        pieces: list[Piece] = []
        while (token := self._next()) != end:
            if token is None or token in ("}", "^", "_"):
                raise _Unknown
            piece = self._space(token) or self._unit(token, font)
            pieces.append(self._scripted(piece, font))
        return self._packed(pieces)

    def _next(self) -> str | None:
        while self.at < len(self.tokens) and self.tokens[self.at][0] in _BLANK:
            self.at += 1
        self.at += 1
        return self.tokens[self.at - 1][0] if self.at <= len(self.tokens) else None

    def _peek(self) -> str | None:
        found = self._next()
        self.at -= 1
        return found

    def _space(self, token: str) -> Piece | None:
        return self._gap(SPACES[token]) if token in SPACES else None

    def _gap(self, share: float) -> Piece:
        em = self.constants.em
        return Piece(share * (self._glyph("m", "normal").advance if em is None else em), is_space=True)

    def _unit(self, token: str, font: str) -> Piece:
        """A letter, a group, or a command with its argument."""
        if token == "{":
            return self.row("}", font)
        if token in FONTS:
            if self._next() != "{":
                raise _Unknown
            return self.row("}", FONTS[token])
        if token == r"\text":
            return self._as_it_is()
        if token in ACCENTS:
            return self._accented(ACCENTS[token], self._argument(font), font)
        if token in FUNCTIONS:
            return self._function(token)
        return self._symbol(token, font)

    def _as_it_is(self) -> Piece:
        found = _AS_IT_IS.match(self.tex, self.tokens[self.at - 1][1])
        if found is None:
            raise _Unknown
        while self.at < len(self.tokens) and self.tokens[self.at][1] < found.end():
            self.at += 1
        return self._packed([self._letter(each, "rm") for each in found[1]])

    def _argument(self, font: str) -> Piece:
        token = self._next()
        if token is None or token in SPACES or token in ("}", "^", "_"):
            raise _Unknown
        return self._unit(token, font)

    def _glyph(self, character: str, font: str) -> Glyph:
        found = glyph(character, font, self.family)
        if found is None:
            raise _Unknown
        return found

    def _letter(self, character: str, font: str) -> Piece:
        found = self._glyph(character, font)
        return Piece(found.width, found.above, found.below, (Mark(found, 0.0, 0.0, 1.0),), letter=found)

    def _symbol(self, token: str, font: str) -> Piece:
        place = self.tokens[self.at - 1][1]
        before = self.tex[:place].rstrip(" ")[-1:]
        if token in BINARY or token in RELATIONS:
            letter = self._letter((BINARY.get(token) or RELATIONS[token]), font)
            if token in BINARY and (not self.tex[:place].split() or before in {"{", *OPENING, "=", "<", ">", ":"}):
                return letter
            return self._packed([self._gap(AROUND), letter, self._gap(AROUND)])
        character = NAMED.get(token, token)
        is_left_out = character in LEFT_OUT and token not in NAMED
        if len(character) != 1 or is_left_out or (token == r"\prime" and self.family == "sans"):
            raise _Unknown
        letter = self._letter(character, font)
        if token in PUNCTUATION:
            after = self.tex[place + 1 :].lstrip(" ")[:1]
            alone = token == "," and (before, after) == ("{", "}")
            if alone or (token == "." and before.isdigit() and after.isdigit()):
                return letter
            return self._packed([letter, self._gap(AROUND)])
        return letter

    def _function(self, token: str) -> Piece:
        after = self._peek() or ""
        if after in ("^", "_"):
            raise _Unknown
        letters = [self._letter(each, "rm") for each in token[1:]]
        return self._packed(letters if after in DELIMITERS else [*letters, self._gap(THIN)])

    def _packed(self, pieces: Sequence[Piece]) -> Piece:
        """Pieces side by side, with the distances of letters."""
        x = above = below = 0.0
        marks: list[Mark] = []
        for place, piece in enumerate(pieces):
            marks += [Mark(letter, own + x, y, size) for letter, own, y, size in piece.marks] if x else piece.marks
            x += piece.width
            above, below = max(above, piece.above), max(below, piece.below)
            if piece.letter is not None:
                following = pieces[place + 1].letter if place + 1 < len(pieces) else None
                x += piece.letter.advance - piece.width
                x += kerning(piece.letter, following, self.family) if following else 0.0
        is_flat = all(piece.is_flat for piece in pieces)
        holds = any(piece.holds_accent for piece in pieces)
        return Piece(x, above, below, tuple(marks), None, False, is_flat, pieces[-1] if pieces else None, holds)

    def _accented(self, accent: str, under: Piece, font: str) -> Piece:
        """A piece with an accent above its middle."""
        if not under.marks or under.width < 0.0:
            raise _Unknown
        found, width = self._glyph(accent, font), under.width
        left, bottom, right, top = found.ink
        # mathtext rounds the space before an accent.
        start = round((width - (width / 4 + right - left)) / 2) + width / 4
        row = self._packed([under])
        height = row.above + 2 * RULE
        mark = Mark(found, start - left, height - bottom, 1.0)
        total = height + top - bottom
        return Piece(max(width, row.width), total, row.below, (mark, *row.marks), is_flat=False, holds_accent=True)

    def _scripted(self, nucleus: Piece, font: str) -> Piece:
        """A piece with the subscript and superscript that follow it."""
        if self._peek() not in ("^", "_"):
            return nucleus
        scripts = dict[str, Piece]()
        while self._peek() in ("^", "_"):
            sign = self._next() or ""
            if sign in scripts:
                raise _Unknown
            scripts[sign] = self._argument(font)
        last = nucleus if nucleus.letter is not None or nucleus.last is None else nucleus.last
        if nucleus.is_space or last.is_space or any(each.holds_accent for each in scripts.values()):
            raise _Unknown
        if not nucleus.marks or not all(each.marks for each in scripts.values()):
            raise _Unknown
        return self._joined(self._packed([nucleus]), last, scripts.get("^"), scripts.get("_"))

    def _joined(self, nucleus: Piece, last: Piece, upper: Piece | None, lower: Piece | None) -> Piece:
        of, x = self.constants, self.constants.x_height
        right = below = of.beside * x
        if last.letter is not None and last.letter.is_slanted:
            right += of.beside * x + of.slanted * (last.above - x * 2 / 3)
            below = 0.0
        up = 0.0 if nucleus.is_flat else nucleus.above - of.drop_above * (SMALLER * x)
        down = 0.0 if nucleus.is_flat else nucleus.below + of.drop_below * (SMALLER * x)
        high, low = self._small(upper, right), self._small(lower, below)
        moved: list[tuple[Piece, float]] = []
        if high is None:
            assert low is not None
            moved = [(low, -max(down, of.lowered * x, low.above - x * 4 / 5))]
        else:
            up = max(up, of.raised * x, high.below + x / 4)
            if low is not None:
                down = max(down, of.lowered_both * x)
                close = 4 * RULE - ((up - high.below) - (low.above - down))
                if close > 0.0:
                    down += close
                    close = x * 4 / 5 - up + high.below
                    if close > 0.0:
                        up, down = up + close, down - close
                moved.append((low, -down))
            moved.insert(0, (high, up))
        marks = [
            Mark(letter, nucleus.width + own, y + lift, size)
            for piece, lift in moved
            for letter, own, y, size in piece.marks
        ]
        return Piece(
            nucleus.width + max(piece.width for piece, _ in moved) + of.after * x,
            max([nucleus.above, *(piece.above + lift for piece, lift in moved)]),
            max([nucleus.below, *(piece.below - lift for piece, lift in moved)]),
            (*nucleus.marks, *marks),
            is_flat=nucleus.is_flat and len(moved) == 1 and all(piece.is_flat for piece, _ in moved),
            last=moved[-1][0],
            holds_accent=nucleus.holds_accent,
        )

    def _small(self, piece: Piece | None, space: float) -> Piece | None:
        """A script after a space, at its smaller size."""
        if piece is None:
            return None
        row = self._packed([Piece(space), piece])
        marks = [Mark(mark.letter, mark.x * SMALLER, mark.y * SMALLER, mark.size * SMALLER) for mark in row.marks]
        return replace(
            row,
            width=row.width * SMALLER,
            above=row.above * SMALLER,
            below=row.below * SMALLER,
            marks=tuple(marks),
        )
