"""Any text as TeX, which labels are."""

import re


def words(text: str) -> str:
    r"""TeX that sets any text upright.

    >>> words("a_b 50%")
    '\\mathrm{a\\_b\\ 50\\%}'
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    escaped = "".join(_ESCAPED.get(character, character) for character in shown)
    return rf"\mathrm{{{escaped or '?'}}}"


def mathematics(label: str) -> str:
    r"""TeX for a label with dollars in it: what stands between two is mathematics, all else is words.

    One without dollars is TeX already, and one whose dollars aren't pairs stays as it is.

    >>> mathematics("$x'$"), mathematics(r"accuracy of $\hat y$"), mathematics("x_1")
    ("x'", '\\mathrm{accuracy\\ of}\\ \\hat y', 'x_1')
    """
    pieces = label.split("$")
    if len(pieces) % 2 == 0 or len(pieces) == 1:
        return label
    return "".join(piece if place % 2 else _between(piece) for place, piece in enumerate(pieces))


def _between(text: str) -> str:
    """Words beside mathematics, with the spaces that part them from it."""
    literal = re.sub(r"\\([%#&_{}])", r"\1", text)
    if not literal.strip():
        return r"\ " if literal else ""
    before, after = (r"\ " if each.isspace() else "" for each in (literal[0], literal[-1]))
    return before + words(literal) + after


# What mathtext would take for a command, or can't set at all.
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
