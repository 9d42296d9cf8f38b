"""Merge scenes into one list of things, each with its scenes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx

from graphviz_nn.scene.primitives import Group, Path, Scene, Text

Key: TypeAlias = tuple[str, Path | Text, Path | Text | None]


@dataclass(frozen=True)
class Part:
    """A thing of some scenes, with its group; `steps` are the numbers of these scenes, from 0."""

    group: str
    item: Path | Text
    steps: tuple[int, ...]


def merged(scenes: Sequence[Scene]) -> list[Part]:
    """Merge the contents of scenes, equal things once; the stacking order of each scene is kept.

    Examples
    --------
    >>> from graphviz_nn.scene.primitives import Group
    >>> x, y = (Text(tex, 5.0, 5.0, 10.0, "#000000") for tex in "xy")
    >>> one, two = (Scene(9.0, 9.0, "#FFFFFF", "t", "d", (Group("g", "g", items),)) for items in ((x,), (x, y)))
    >>> [(part.item.tex, part.steps) for part in merged([one, two])]
    [('x', (0, 1)), ('y', (1,))]
    """
    order: nx.DiGraph[Key] = nx.DiGraph()
    where: dict[Key, list[int]] = {}
    for number, scene in enumerate(scenes):
        keys = list(dict.fromkeys(key for group in scene.groups for key in _keys(group)))
        for key in keys:
            where.setdefault(key, []).append(number)
        nx.add_path(order, keys)
    places = {key: place for place, key in enumerate(where)}
    if not nx.is_directed_acyclic_graph(order):
        # Views with the same things in another order share nothing.
        return [
            Part(group.id, item, (number,))
            for number, scene in enumerate(scenes)
            for group in scene.groups
            for item in group.items
        ]
    ordered = nx.lexicographical_topological_sort(order, key=places.__getitem__)
    return [Part(key[0], key[1], tuple(where[key])) for key in ordered]


def _keys(group: Group) -> Iterator[Key]:
    # An emphasised line lies further up, and its label too.
    line = group.items[0] if group.ends else None
    return ((group.id, item, line) for item in group.items)
