"""The contents of a report, in any format."""

from dataclasses import dataclass, field
from typing import TypeAlias

from graphviz_nn.scene import Scene
from graphviz_nn.scene.page import PAGES

# Colours, and the width of text and picture in pt, as on a page of a paper.
INK, QUIET, PASSED, FAILED = "#1F2937", "#4B5563", "#166534", "#991B1B"
WIDTH = PAGES["page"].width
Rows: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Page:
    """A report; its text isn't escaped.

    Parameters
    ----------
    title, summary : str
        The subject, and the result.
    passed : bool, optional
        Whether the result is good; None if undecided.
    picture : Scene
        The graph with its numbers.
    formulas : dict of str to tuple of str
        TeX for each line, by heading.
    tables : dict of str to rows
        Rows by heading; the first row is the header.
    sentences : tuple of str
        Notes besides the tables.
    """

    title: str
    summary: str
    passed: bool | None
    picture: Scene
    formulas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
