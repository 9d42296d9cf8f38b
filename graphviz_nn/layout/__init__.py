"""Positions for everything in a diagram."""

from graphviz_nn.layout.align import aligned
from graphviz_nn.layout.columns import in_columns
from graphviz_nn.layout.crossed import uncrossed
from graphviz_nn.layout.flip import flipped
from graphviz_nn.layout.length import largest_letters, least_area, least_length
from graphviz_nn.layout.marks import marked
from graphviz_nn.layout.obeyed import unmet
from graphviz_nn.layout.parted import honest
from graphviz_nn.layout.perspective import in_perspective
from graphviz_nn.layout.place import MOST, place
from graphviz_nn.layout.result import Layout
from graphviz_nn.layout.rows import in_rows

__all__ = [
    "MOST",
    "Layout",
    "aligned",
    "flipped",
    "honest",
    "in_columns",
    "in_perspective",
    "in_rows",
    "largest_letters",
    "least_area",
    "least_length",
    "marked",
    "place",
    "uncrossed",
    "unmet",
]
