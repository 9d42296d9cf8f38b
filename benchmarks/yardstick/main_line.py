"""The main line of a picture: whether it is straight, where it runs, and how even its gaps are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from graphviz_nn.forms.diagram import Diagram
from yardstick.flat import Flat, Outline

# What differs by less, in pt, is at one height.
LEVEL = 1.0


@dataclass(frozen=True)
class MainLine:
    """What everything passes on its way from the input to the output.

    Parameters
    ----------
    share : float
        How much of the longest way through the picture it is, from 0 to 1.
    straight : bool
        Whether all its shapes are at one height (one distance from the left, where the flow goes down).
    aside : float
        How far it runs from the middle of the picture: 0 there, 1 along the rim.
    gaps : tuple of float
        Between neighbours along it, in pt.
    """

    share: float
    straight: bool
    aside: float
    gaps: tuple[float, ...]


def main_line(picture: Flat, diagram: Diagram, *, sideways: bool) -> MainLine | None:
    """The main line; none where the picture has no two shapes on one."""
    shapes = {each.name: each for each in picture.shapes}
    line = [shapes[name] for name in diagram.spine if name in shapes]
    if len(line) < 2:
        return None
    along, across = (0, 1) if sideways else (1, 0)
    heights = [_middle(each, across) for each in line]
    middle = (picture.height if sideways else picture.width) / 2
    gaps = [b.box[along] - a.box[along + 2] for a, b in pairwise(line) if b.box[along] >= a.box[along]]
    return MainLine(
        len(line) / max(len(line), _longest(diagram)),
        max(heights) - min(heights) < LEVEL,
        abs(sum(heights) / len(heights) - middle) / middle,
        tuple(gaps),
    )


def _middle(shape: Outline, axis: int) -> float:
    return (shape.box[axis] + shape.box[axis + 2]) / 2


def _longest(diagram: Diagram) -> int:
    """How many shapes the longest way passes."""
    drawn: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in diagram.links if not link.is_back)
    path: Sequence[str] = nx.dag_longest_path(drawn) if nx.is_directed_acyclic_graph(drawn) else ()
    return len(path)
