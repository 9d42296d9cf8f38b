"""Sentences as TeX: words of an author, with mathematics between dollars."""

import re
from collections.abc import Iterable

from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import plain

# Mathematics, a break between words, or text.
_PIECES = re.compile(r"\$(?P<math>[^$]+)\$|(?P<space>\s+)|(?P<text>\\\$|[^$\s\\]+|[$\\])")
_QUOTES = (
    (r'(^|[\s(\[])"', "\\1\N{LEFT DOUBLE QUOTATION MARK}"),
    (r"(^|[\s(\[])'", "\\1\N{LEFT SINGLE QUOTATION MARK}"),
)
_SIGNS = {"'": "\N{RIGHT SINGLE QUOTATION MARK}", '"': "\N{RIGHT DOUBLE QUOTATION MARK}", "--": "\N{EN DASH}"}


def prose(text: str) -> tuple[tuple[str, ...], ...]:
    r"""The paragraphs of a text, one per line, as TeX words that can be wrapped.

    Text between two dollars is mathematics; the rest is set upright. ``\$`` is a dollar.

    Examples
    --------
    >>> prose("here $Wx$, as\n50% of it")
    (('\\mathrm{here}', '{Wx}\\mathrm{\\text{,}}', '\\mathrm{as}'), ('\\mathrm{50\\%}', '\\mathrm{of}', '\\mathrm{it}'))
    """
    return tuple(found for line in text.splitlines() if (found := _words(line)))


def spoken(said: Iterable[Iterable[str]]) -> str:
    """Paragraphs of TeX words as plain text on one line.

    >>> spoken(prose("the loss $\\\\ell$,\\nhere"))
    'the loss ℓ, here'
    """
    return " ".join(plain(word) for line in said for word in line)


def _words(line: str) -> tuple[str, ...]:
    for pattern, sign in _QUOTES:
        line = re.sub(pattern, sign, line)
    found, word, upright = list[str](), "", ""
    for piece in _PIECES.finditer(line):
        if piece["text"]:
            upright += piece["text"].removeprefix("\\") if piece["text"] == r"\$" else piece["text"]
            continue
        word, upright = word + _set(upright), ""
        if piece["math"]:
            word += f"{{{piece['math'].strip()}}}" if piece["math"].strip() else ""
        elif word:
            found.append(word)
            word = ""
    return tuple(filter(None, [*found, word + _set(upright)]))


def _set(text: str) -> str:
    for sign, shown in _SIGNS.items():
        text = text.replace(sign, shown)
    # In mathematics, these signs have their own spaces.
    return re.sub(r"[.,;:!<>=+*]", r"\\text{\g<0>}", words(text)) if text else ""
