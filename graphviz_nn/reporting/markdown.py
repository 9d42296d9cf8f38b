"""A report as Markdown, with its picture in a file beside it."""

import re
from os import fsencode
from urllib.parse import quote

from graphviz_nn.errors import LabelError
from graphviz_nn.render.latex import latex
from graphviz_nn.render.svg import writable
from graphviz_nn.reporting.page import Page, Rows

# Characters with a meaning in Markdown or in HTML.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#+|!&$~^])")
# Characters with a meaning only at the start of a line: a list, a rule, an underlined heading.
_FIRST = re.compile(r"^(\d{0,9})([-=.)])(?=[-=\s]|$)")
# TeX that Markdown or HTML could interpret, and LaTeX with the same meaning.
_MATHEMATICS = (
    (re.compile(r"(?<!\\)\$([^$]*)\$"), r"}\1\\text{"),
    (re.compile(r"\\[a-z]+letters "), ""),
    (re.compile("<"), r"\\lt "),
    (re.compile(">"), r"\\gt "),
    (re.compile(r"\](?=[(\[:])"), "]{}"),
    (re.compile("://"), ":{}//"),
    (re.compile("`"), r"\\textquoteleft "),
    (re.compile("~"), r"\\ "),
)


def markdown(page: Page, picture: str) -> bytes:
    """Render a page as Markdown; its picture is in this file.

    Examples
    --------
    >>> from graphviz_nn.scene import Scene
    >>> scene = Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())
    >>> print(markdown(Page("a_b", "1 of 1 agree", True, scene), "my report.svg").decode())
    # a\\_b
    <BLANKLINE>
    1 of 1 agree
    <BLANKLINE>
    ![the computation graph of a\\_b](my%20report.svg)
    <BLANKLINE>
    """
    summary = escaped(page.summary)
    blocks = [
        f"# {escaped(page.title)}",
        summary if page.passed else f"**{summary}**",
        f"![the computation graph of {escaped(page.title)}]({quote(fsencode(picture))})",
        *(f"## {escaped(heading)}\n\n" + "\n\n".join(map(_formula, lines)) for heading, lines in page.formulas.items()),
        *(f"## {escaped(heading)}\n\n{table(rows)}" for heading, rows in page.tables.items()),
        *(escaped(sentence) for sentence in page.sentences),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def escaped(text: str) -> str:
    r"""Escape text for Markdown, on one line.

    >>> escaped("W_1 | <b>")
    'W\\_1 \\| \\<b\\>'
    """
    shown = _MARKS.sub(r"\\\1", " ".join(writable(text).split()))
    return _FIRST.sub(r"\1\\\2", shown)


def _formula(tex: str) -> str:
    """A formula on lines of its own; its TeX as text if LaTeX lacks a command.

    >>> print(_formula("a < b"))
    $$
    a \\lt  b
    $$
    """
    try:
        found = latex(tex)
    except LabelError:
        return escaped(tex)
    for mark, meant in _MATHEMATICS:
        found = mark.sub(meant, found)
    return f"$$\n{found}\n$$"


def table(rows: Rows) -> str:
    head, *body = ([escaped(cell) for cell in row] for row in rows)
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
