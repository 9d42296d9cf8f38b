"""Tables for terminals, notebooks, Markdown, CSV and LaTeX."""

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from typing import TYPE_CHECKING, ClassVar

from graphviz_nn.errors import LabelError
from graphviz_nn.graph.text import words
from graphviz_nn.render.latex import latex
from graphviz_nn.render.svg import escape as in_html
from graphviz_nn.reporting.markdown import table as in_markdown

if TYPE_CHECKING:
    from rich.table import Table


class Tabular(ABC):
    """What prints as a table, with a head and a total; two spaces indent a cell."""

    texts: ClassVar[int]
    """How many columns, the first ones, are no numbers."""

    @abstractmethod
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells of the table, with its head and the total."""

    @abstractmethod
    def records(self) -> Iterator[tuple[object, ...]]:
        """The rows as data, for CSV."""

    def __str__(self) -> str:
        rows = list(self.rows())
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        ways = [str.ljust] * self.texts + [str.rjust] * (len(widths) - self.texts)
        lines = [
            "  ".join(way(cell, width) for way, cell, width in zip(ways, row, widths, strict=True)) for row in rows
        ]
        rule = "─" * len(lines[0])
        body = [*lines[1:-1], rule] if lines[1:-1] else []
        return "\n".join(line.rstrip() for line in [lines[0], rule, *body, lines[-1]])

    def __repr__(self) -> str:
        return str(self)

    def __rich__(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        found = Table(show_footer=False, header_style="bold")
        head, *body = self.rows()
        for place, cell in enumerate(head):
            found.add_column(Text(cell), justify="left" if place < self.texts else "right")
        for number, row in enumerate(body):
            found.add_row(*map(Text, row), end_section=number >= len(body) - 2)
        return found

    def _repr_html_(self) -> str:
        head, *body = self.rows()
        lines = ["".join(f"<th>{in_html(cell)}</th>" for cell in head)]
        lines += ["".join(f"<td>{in_html(cell)}</td>" for cell in row) for row in body]
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _markdown(found: Tabular) -> str:
    return in_markdown(tuple(tuple(cell.replace("  ", "\u2003") for cell in row) for row in found.rows())) + "\n"


def _csv(found: Tabular) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(found.records())
    return text.getvalue()


def _in_latex(cell: str) -> str:
    """A cell in LaTeX, indented; characters that LaTeX lacks become question marks."""
    text = cell.lstrip()
    indented = r"\quad " * ((len(cell) - len(text)) // 2)
    if re.fullmatch(r"[\w ,.:;()/+-]*", text, re.ASCII):
        return indented + text.replace("_", r"\_")
    try:
        return indented + f"${latex(words(text))}$" * bool(text)
    except LabelError:
        return _in_latex(cell.encode("ascii", "replace").decode())


def _latex(found: Tabular) -> str:
    head, *body = ([_in_latex(cell) for cell in row] for row in found.rows())
    columns = "l" * found.texts + "r" * (len(head) - found.texts)
    lines = [" & ".join(row) + r" \\" for row in body]
    rules = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", " & ".join(head) + r" \\", r"\midrule", *lines[:-1]]
    return "\n".join([*rules, r"\midrule", lines[-1], r"\bottomrule", r"\end{tabular}"]) + "\n"


FORMATS: Mapping[str, Callable[[Tabular], str]] = {
    ".txt": lambda found: f"{found}\n",
    ".md": _markdown,
    ".csv": _csv,
    ".tex": _latex,
}
"""How a table is written, by the suffix of its file."""
