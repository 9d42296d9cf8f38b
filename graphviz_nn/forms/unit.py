"""Units: their names, circles and selection."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.forms.chain import entries
from graphviz_nn.forms.diagram import Place, Shape
from graphviz_nn.forms.examples import one
from graphviz_nn.forms.filling import Filling
from graphviz_nn.forms.weights import value
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.labels import entry, label, plain
from graphviz_nn.style.numbers import number

# The most letters and digits of a symbol in a circle.
LONGEST = 4
# The same for labels with more than a number; circles grow for these.
LONGEST_OWN = 6


def name_of(name: str, number: int) -> str:
    """The name of an entry's circle.

    >>> name_of("a1", 1)
    'a1[2]'
    """
    return f"{name}[{number + 1}]"


def one_for(name: str) -> Shape:
    """The input that is always 1, whose weights are the biases of what comes after a vector or of a unit."""
    return Shape(f"{name} bias", "constant", "1", "", "the number 1")


def members(name: str, slots: Iterable[int | None]) -> tuple[str, ...]:
    """The circles of a column, "" for those left out."""
    return tuple("" if number is None else name_of(name, number) for number in slots)


def circles(graph: Graph, name: str, slots: Iterable[int | None], filling: Filling = Filling()) -> list[Shape]:
    """The circles of some entries of a vector, filled with their values."""
    places = [number for number in slots if number is not None]
    own = [number for number in places if _own_label(graph, name, number)]
    return filling.units(name, {number: _unit(graph, name, number) for number in places}, own)


def _unit(graph: Graph, name: str, number: int) -> Shape:
    length = entries(graph, name)
    title = unit_symbol(graph, name, number)
    if not title or (is_long(graph, name) and not _own_label(graph, name, number)):
        title = str(number + 1) if one(graph, name) else ""
    said = f"unit {number + 1} of {length} of {name}"
    return Shape(name_of(name, number), "unit", title, "", said, text="link", place=(name, (number,)))


def is_long(graph: Graph, name: str) -> bool:
    """Whether a vector's symbol is too long for a circle, which then shows only the number."""
    return sum(map(str.isalnum, plain(symbol(graph, name)))) > LONGEST


def symbol(graph: Graph, name: str, vectors: str = "plain") -> str:
    """TeX for a vector, "" without a name."""
    variable = graph.variable(name)
    is_anonymous = name in graph.graph.get("anonymous", ()) and name not in graph.outputs
    return "" if is_anonymous and variable.label is None else label(name, variable, vectors)


def unit_symbol(graph: Graph, name: str, number: int) -> str:
    """TeX for an entry of a vector, "" without a name; a single number has no entries."""
    if own := _own_label(graph, name, number):
        return own
    whole = symbol(graph, name)
    return entry(whole, (number,) if one(graph, name) else ()) if whole else ""


def _own_label(graph: Graph, name: str, number: int) -> str:
    """The label of an entry that is computed on its own, such as a feature, if it fits a circle."""
    producer = graph.producer(name)
    body = None if producer is None else graph.operation(producer).body
    last = None if body is None else body.producer(body.outputs[0])
    if body is None or last is None or body.operation(last).op != "stack":
        return ""
    made = body.arguments(last).get(number)
    tex = "" if made is None else body.variable(made).label or ""
    return tex if sum(map(str.isalnum, plain(tex))) <= LONGEST_OWN else ""


def weight(graph: Graph, place: Place) -> tuple[str, str, float | None]:
    """TeX for a weight and for its value, and the value, if known."""
    name, index = place
    known = value(graph, place)
    return entry(label(name, graph.variable(name)), index), "" if known is None else number(known), known


def asked(graph: Graph, names: Sequence[str], wish: Any) -> tuple[str, int]:
    """Find the vector and the position, from 0, of a unit given by its label or by a name and a number.

    Raises
    ------
    UsageError
        If there is no such unit, with the nearest name.
    """
    if isinstance(wish, str):
        every = [(name, i) for name in names for i in range(entries(graph, name))]
        labels = {_bare(unit_symbol(graph, *each) or name_of(*each)): each for each in every}
        found = labels.get(_bare(wish)) or {name_of(*each): each for each in every}.get(wish)
        if found is None:
            raise UsageError(f"there is no unit {wish!r}: {suggest(_bare(wish), labels)}")
        return found
    if not isinstance(wish, tuple) or len(wish) != 2:
        raise UsageError(f"unit must be a label such as 'a^{{(1)}}_2' or a pair such as ('a1', 2), found {wish!r}")
    column, number = wish
    known = {_bare(symbol(graph, name)): name for name in names} | {name: name for name in names}
    name = known.get(column) or known.get(_bare(str(column)))
    if name is None:
        raise UsageError(f"there is no column {column!r}: {suggest(str(column), known)}")
    length = entries(graph, name)
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 1 <= number <= length:
        raise UsageError(f"{name} has no unit {number!r}; its units are 1 to {length}")
    return name, int(number) - 1


def _bare(tex: str) -> str:
    """A label without redundant TeX, so that a^{(1)}_2 and a^{(1)}_{2} are equal."""
    return plain(tex).replace(" ", "")
