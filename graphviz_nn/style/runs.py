"""TeX as runs of text, for programs with letters, italics, subscripts and superscripts but no TeX."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from graphviz_nn.style.dialect import common
from graphviz_nn.style.labels import plain

# The styles of letters: (upright, bold).
FACES = {
    "mathrm": (True, False),
    "text": (True, False),
    "operatorname": (True, False),
    "mathit": (False, False),
    "mathtt": (True, False),
    "mathsf": (True, False),
    "mathbf": (True, True),
    "boldsymbol": (False, True),
}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308"}
FUNCTIONS = frozenset(
    [
        "exp",
        "log",
        "ln",
        "max",
        "min",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "arg",
        "det",
        "dim",
        "lim",
        "sup",
        "inf",
    ]
)
SPACES = {r"\ ": " ", r"\,": "\N{THIN SPACE}", r"\:": "\N{THIN SPACE}", r"\;": " ", r"\quad": "  ", r"\!": ""}
# Symbols with spaces on both sides when they are between two operands.
BINARY = frozenset("+−×÷·⊗=<>≤≥≠≈∼∧∨∈→±")
OPENING = frozenset("([{|,;")
SUBSCRIPTS = dict(zip("0123456789+−=(),aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎,ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
SUPERSCRIPTS = dict(
    zip("0123456789+−=(),abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾,ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ", strict=True)
)
SIGNS = {"-": "\N{MINUS SIGN}", "*": "\N{ASTERISK OPERATOR}", "'": "\N{PRIME}", "~": " "}


@dataclass(frozen=True)
class Run:
    """Letters of one look; `shift` is 1 for a superscript, -1 for a subscript."""

    text: str
    italic: bool = False
    bold: bool = False
    shift: int = 0


class _TooMuch(Exception):
    """TeX that isn't a row of letters."""


@lru_cache(maxsize=4096)
def runs(tex: str) -> tuple[Run, ...]:
    r"""TeX in math mode as runs of text; none if it needs more than a row of letters, such as a root.

    >>> runs(r"\theta_{1}")
    (Run(text='θ', italic=True, bold=False, shift=0), Run(text='1', italic=False, bold=False, shift=-1))
    >>> "".join(run.text for run in runs(r"\hat{y} - \mathrm{log\ loss}"))
    'ŷ − log loss'
    >>> runs(r"\dfrac{1}{2}")
    ()
    """
    tokens = re.findall(r"\\[A-Za-z]+|\\.|[{}^_]|[^\s\\]", common(tex), re.DOTALL)
    try:
        letters = _row(iter(tokens), Run(""), upright=False)
    except _TooMuch:
        return ()
    looks = groupby(letters, key=lambda letter: replace(letter, text=""))
    return tuple(replace(look, text="".join(each.text for each in same)) for look, same in looks)


def in_unicode(tex: str) -> str:
    r"""TeX as text, with small indices if Unicode has all of their letters.

    >>> in_unicode("z^{(2)}_{3}"), in_unicode(r"\theta_{\mathrm{out}}")
    ('z₃⁽²⁾', 'θₒᵤₜ')
    """
    found = runs(tex)
    if not found:
        return plain(tex)
    parts = []
    for run in found:
        small = {1: SUPERSCRIPTS, -1: SUBSCRIPTS}.get(run.shift, {})
        if not run.shift:
            parts.append(run.text)
        elif all(letter in small for letter in run.text):
            parts.append("".join(small[letter] for letter in run.text))
        else:
            # Like an author's name: b_out; a power needs its brackets.
            needs_none = len(run.text) == 1 or (run.shift < 0 and run.text.replace(",", "").isalnum())
            parts.append(("^" if run.shift > 0 else "_") + (run.text if needs_none else f"({run.text})"))
    return "".join(parts)


def _row(tokens: Iterator[str], look: Run, upright: bool) -> list[Run]:
    """Parse up to the end of a group."""
    pieces: list[list[Run]] = []
    symbols: list[str] = []
    for token in tokens:
        if token == "}":
            break
        if token in (r"\left", r"\right"):
            # These only let a bracket grow.
            token = next(tokens, ".")
            if token == ".":
                continue
        piece = _piece(token, tokens, look, upright)
        # In a row, a subscript comes before a superscript.
        is_late = token == "_" and bool(pieces) and all(run.shift > look.shift for run in pieces[-1])
        pieces.insert(len(pieces) - is_late, piece)
        # A sign in braces is an ordinary symbol, as in 3{\times}1.
        symbols.append(piece[0].text if len(piece) == 1 and token not in ("{", "^", "_") else "")
    # TeX adds no spaces in words and in small letters.
    return [run for piece in (pieces if upright or look.shift else _spaced(pieces, symbols)) for run in piece]


def _spaced(pieces: list[list[Run]], symbols: list[str]) -> Iterator[list[Run]]:
    """The pieces, with spaces around the symbols between two of them."""
    for place, (piece, symbol) in enumerate(zip(pieces, symbols, strict=True)):
        is_last = place + 1 == len(pieces)
        before = symbols[place - 1] if place else "("
        after = " " if is_last else symbols[place + 1]
        is_raised = not is_last and any(run.shift for run in pieces[place + 1])
        if symbol in BINARY and not is_last and before not in BINARY | OPENING and not before.isspace():
            yield [Run(" "), *piece, Run(" ")]
        elif symbol == "," and not after.isspace():
            yield [*piece, Run(" ")]
        elif symbol in FUNCTIONS and after not in OPENING and not after.isspace() and not is_raised:
            yield [*piece, Run("\N{THIN SPACE}")]
        else:
            yield piece


def _piece(token: str, tokens: Iterator[str], look: Run, upright: bool) -> list[Run]:
    """A unit: a letter, a group, or a command with its arguments."""
    name = token[1:] if len(token) > 1 else ""
    if token == "{":
        return _row(tokens, look, upright)
    if token in ("^", "_"):
        if look.shift:
            raise _TooMuch
        return _argument(tokens, replace(look, shift=1 if token == "^" else -1), upright)
    if name in FACES:
        straight, bold = FACES[name]
        return _argument(tokens, replace(look, bold=bold), straight)
    if name in ACCENTS:
        return [_accented(ACCENTS[name], _argument(tokens, look, upright))]
    if token in SPACES:
        return [replace(look, text=SPACES[token])]
    if name in FUNCTIONS:
        return [replace(look, text=name)]
    text = _letter(token)
    is_letter = text.isalpha() and not "Α" <= text <= "Ω"
    return [replace(look, text=text, italic=is_letter and not upright)]


def _argument(tokens: Iterator[str], look: Run, upright: bool) -> list[Run]:
    token = next(tokens, "}")
    return [] if token == "}" else _piece(token, tokens, look, upright)


def _accented(accent: str, under: list[Run]) -> Run:
    """A letter with its accent, if Unicode has both as one; fonts place others badly."""
    text = unicodedata.normalize("NFC", "".join(run.text for run in under) + accent)
    if len(under) != 1 or len(text) != 1:
        raise _TooMuch
    return replace(under[0], text=text)


def _letter(token: str) -> str:
    if len(token) == 1:
        return SIGNS.get(token, token)
    text = plain(token) if token[1].isalpha() else token[1:]
    if len(text) != 1 or text in "√\\":
        raise _TooMuch
    return text
