"""What stands on a page, whatever it is written in."""

from dataclasses import dataclass, field
from typing import TypeAlias

from graphviz_nn.scene import Scene
from graphviz_nn.scene.page import PAGES

# Colours, and in pt how wide text and picture are, as on a page of a paper.
INK, QUIET, PASSED, FAILED = "#1F2937", "#4B5563", "#166534", "#991B1B"
WIDTH = PAGES["page"].width
Rows: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Page:
    """A report; all text is as it is to be read, nothing escaped.

    Parameters
    ----------
    title, summary : str
        What it is about, and what was found.
    passed : bool, optional
        Whether that is good; None where it can't be told.
    picture : Scene
        The graph with its numbers.
    formulas : dict of str to tuple of str
        By heading, TeX for a line each.
    tables : dict of str to rows
        By heading; the first row is the head.
    sentences : tuple of str
        What there is to say beside the tables.
    """

    title: str
    summary: str
    passed: bool | None
    picture: Scene
    formulas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
