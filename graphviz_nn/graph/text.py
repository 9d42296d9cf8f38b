"""Convert text to TeX labels."""

import re


def words(text: str) -> str:
    r"""TeX that typesets text upright.

    >>> words("a_b 50%")
    '\\mathrm{a\\_b\\ 50\\%}'
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    escaped = "".join(_ESCAPED.get(character, character) for character in shown)
    return rf"\mathrm{{{escaped or '?'}}}"


def mathematics(label: str) -> str:
    r"""TeX for a label with dollars: text between dollars is mathematics, the rest is words.

    A label without dollars is TeX already. A label with unpaired dollars stays unchanged.

    >>> mathematics("$x'$"), mathematics(r"accuracy of $\hat y$"), mathematics("x_1")
    ("x'", '\\mathrm{accuracy\\ of}\\ \\hat y', 'x_1')
    """
    pieces = label.split("$")
    if len(pieces) % 2 == 0 or len(pieces) == 1:
        return label
    return "".join(piece if place % 2 else _between(piece) for place, piece in enumerate(pieces))


def _between(text: str) -> str:
    """Words beside mathematics, with the spaces that separate them."""
    literal = re.sub(r"\\([%#&_{}])", r"\1", text)
    if not literal.strip():
        return r"\ " if literal else ""
    before, after = (r"\ " if each.isspace() else "" for each in (literal[0], literal[-1]))
    return before + words(literal) + after


# Characters that mathtext would read as commands, or can't typeset.
_ESCAPED = {
    "-": "\N{HYPHEN}",
    " ": r"\ ",
    "$": r"\$",
    "%": r"\%",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "#": r"\sharp ",
    "\\": r"\backslash ",
    "^": r"\wedge ",
    "~": r"\sim ",
    '"': "\N{RIGHT DOUBLE QUOTATION MARK}",
    "`": "\N{LEFT SINGLE QUOTATION MARK}",
}
