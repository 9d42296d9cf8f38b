"""A report as Markdown, its picture in a file beside it."""

import re
from urllib.parse import quote

from graphviz_nn.reporting.page import Page, Rows

# All that can begin something in Markdown or in HTML.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#+|!&$~^])")


def markdown(page: Page, picture: str) -> bytes:
    """The bytes of a page whose picture is in this file.

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
        f"![the computation graph of {escaped(page.title)}]({quote(picture)})",
        *(
            f"## {escaped(heading)}\n\n" + "\n\n".join(f"$$\n{line}\n$$" for line in lines)
            for heading, lines in page.formulas.items()
        ),
        *(f"## {escaped(heading)}\n\n{_table(rows)}" for heading, rows in page.tables.items()),
        *(escaped(sentence) for sentence in page.sentences),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is, on one line.

    >>> escaped("W_1 | <b>")
    'W\\_1 \\| \\<b\\>'
    """
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _table(rows: Rows) -> str:
    head, *body = ([escaped(cell) for cell in row] for row in rows)
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
