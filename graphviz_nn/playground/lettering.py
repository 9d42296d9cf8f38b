"""The letters of numbers as outlines, for a script that sets them as this package does."""

import re
from functools import cache
from typing import TypedDict

from graphviz_nn.layout.measure import Typeset, typeset
from graphviz_nn.style.numbers import number

# The letters of numbers, and the words about arrays that are too large to be written out, in TeX.
LETTERS = {
    **{digit: digit for digit in "0123456789"},
    **{"-": "{-}", ".": ".", "·": r"{\cdot}", "…": r"\ldots", "∞": r"\infty", "(": "(", ")": ")", "[": "[", "]": "]"},
    **{word: rf"\mathrm{{{word}}}" for word in ("NaN", "mean", "all")},
}
# The size of an exponent.
SMALLER = 0.7
# The widest number with three digits and without an exponent.
WIDEST = number(-8.88e-4)
_COMMAND = re.compile("([MLQCZ])([^MLQCZ]*)")


class Letters(TypedDict):
    """Ways to the next letter and outlines, in hundredths of the font size, and how exponents are set.

    `ways` and `outlines` are by letter, and the latter of those in exponents by "^" and the letter. An outline is
    relative to its start on the baseline. `gap` is before an exponent, and `raised` is its height.
    """

    ways: dict[str, float]
    outlines: dict[str, str]
    gap: float
    raised: float
    space: float


@cache
def letters(family: str) -> Letters:
    """The letters of a family.

    Examples
    --------
    >>> letters("serif")["ways"]["0"], letters("serif")["outlines"]["."][:2]
    (50.0, 'm1')
    """

    def found(tex: str) -> Typeset:
        return typeset(tex, family)

    between = {letter: found(f"0{tex}0").right - found("00").right for letter, tex in LETTERS.items()}
    outlines = {letter: relative(found(tex).path) for letter, tex in LETTERS.items()}
    small = {f"^{letter}": relative(found(LETTERS[letter]).path, SMALLER) for letter in "-0123456789"}
    eight, high = found("8"), found("0^{8}")
    return {
        "ways": {letter: round(100 * way, 2) for letter, way in between.items()},
        "outlines": outlines | small,
        "gap": round(100 * (high.right - between["0"] - SMALLER * eight.right), 2),
        "raised": round(100 * (high.top - SMALLER * eight.top), 2),
        "space": round(100 * (found(r"0\ 0").right - found("00").right), 2),
    }


def relative(path: str, scale: float = 1.0) -> str:
    """SVG path data relative to its start.

    >>> relative("M1 2L3 5Q4 4 5 5ZM1 1L2 2Z")
    'm1 2l2 3q1 -1 2 0zm0 -1l1 1z'
    """
    parts, here, start = list[str](), (0.0, 0.0), (0.0, 0.0)
    for letter, given in _COMMAND.findall(path):
        values = [round(scale * float(each), 1) for each in given.split()]
        moved = [value - here[place % 2] for place, value in enumerate(values)]
        parts.append(letter.lower() + " ".join(f"{round(each, 1) + 0.0:g}" for each in moved))
        here = start if letter == "Z" else (values[-2], values[-1])
        start = here if letter == "M" else start
    return "".join(parts)
