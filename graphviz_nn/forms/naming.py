"""Resolve the author's names in a diagram."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from graphviz_nn.forms.diagram import Diagram, Link, Part, Shape
from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.style.labels import label, plain
from graphviz_nn.transforms.entries import entry_names


class Names:
    """The names of a diagram: of nodes of the graph, of columns, of opened blocks; and unambiguous symbols.

    Examples
    --------
    >>> from graphviz_nn.forms.operations import operations
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: -(x**2), x=input(2))
    >>> Names(operations(graph), graph).part("power_1")
    Part(shapes=('power',), links=())
    """

    def __init__(self, diagram: Diagram, graph: Graph) -> None:
        self.diagram = diagram
        self._whole = graph.graph.get("entries", {})

    @cached_property
    def known(self) -> dict[str, Part]:
        """Every name with the part that it refers to."""
        diagram = self.diagram
        carried: dict[str, list[int]] = defaultdict(list)
        for number, link in enumerate(diagram.links):
            carried[link.variable].append(number)
        found = {name: Part(links=tuple(numbers)) for name, numbers in carried.items()}
        found.update((frame.name, Part(frame.members)) for frame in diagram.frames)
        for column in diagram.columns:
            members = {name for name in column.members if name}
            heads = tuple(number for number, link in enumerate(diagram.links) if link.head in members)
            found.update((name, Part(links=heads)) for name in column.operations)
        found.update((column.name, Part(tuple(filter(None, column.members)))) for column in diagram.columns)
        standing: dict[str, list[str]] = defaultdict(list)
        for shape in diagram.shapes:
            for name in (shape.name, *shape.also):
                standing[name].append(shape.name)
        # A node drawn in several places refers to all of them.
        found.update((name, Part(tuple(places))) for name, places in standing.items())
        for name, shape in self._whole.items():
            entries = [found[entry] for _, entry in entry_names(name, tuple(shape)) if entry in found]
            if entries and name not in found:
                found[name] = _joined(entries)
        return found

    @cached_property
    def _symbols(self) -> dict[str, set[str]]:
        """Names by their symbols, as plain text."""
        said: list[tuple[str, str]] = [(column.heading, column.name) for column in self.diagram.columns]
        said += [(shape.label, shape.name) for shape in self.diagram.shapes]
        said += [(link.label, link.variable) for link in self.diagram.links]
        found: dict[str, set[str]] = defaultdict(set)
        for tex, name in said:
            if tex:
                found[_bare(tex)].add(name)
        return found

    def part(self, name: str) -> Part | None:
        """The part that a name refers to, or None; the first of several operations also has the name NAME_1."""
        found = self.known.get(name) or self.known.get(re.sub(r"_1$", "", name))
        return found or next((self.known[n] for n in self._written(name) if n in self.known), None) or self._loss(name)

    def _loss(self, name: str) -> Part | None:
        """The loss, whatever its name."""
        losses = [shape.name for shape in self.diagram.shapes if shape.kind == "loss"]
        return Part((losses[-1],)) if name == "loss" and losses else None

    def _written(self, name: str) -> Iterable[str]:
        """The name that is drawn with this symbol, given as TeX or as a name."""
        wanted = [_bare(name), *(_bare(label(name, Variable(shape))) for shape in ((), (1,)))] if name.strip() else []
        for each in dict.fromkeys(wanted):
            if len(self._symbols.get(each, ())) == 1:
                yield from self._symbols[each]

    def shapes(self, part: Part) -> list[Shape]:
        """The shapes of a part."""
        return [shape for shape in self.diagram.shapes if shape.name in part.shapes]

    def links(self, part: Part) -> list[Link]:
        """The links of a part."""
        return [self.diagram.links[number] for number in part.links]


def _joined(parts: Iterable[Part]) -> Part:
    parts = list(parts)
    return Part(
        tuple(dict.fromkeys(name for part in parts for name in part.shapes)),
        tuple(dict.fromkeys(number for part in parts for number in part.links)),
    )


def _bare(tex: str) -> str:
    """The visible text, without TeX's syntax."""
    return re.sub(r"[\s{}_]", "", plain(tex))
