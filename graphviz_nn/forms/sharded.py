"""Variables in the colour of the axes of a mesh over which they are divided."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation.backends.sharding import Axes, divided
from graphviz_nn.forms.diagram import Diagram, Hue, Shape
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.text import words

# The colour of what isn't divided; other colours could be taken for those of axes.
WHOLE = Hue("on every device", -1)


def sharded(diagram: Diagram, graph: Graph, shard: Mapping[str, Any]) -> Diagram:
    """Give the variables that are divided a hue, and their size with the divided axes: 500/data × 2.

    Parameters
    ----------
    shard : dict of str to str or tuple
        As for `compile`. A gradient is divided like its variable.

    Raises
    ------
    UsageError
        For an unknown variable, more axes than it has, and two axes over the same one.
    """
    if not isinstance(shard, Mapping):
        divided(shard, {}, {})
    over = dict.fromkeys(each for spec in shard.values() for axis in _flat(spec) for each in _flat(axis))
    # Whether they divide the shapes depends on the mesh, which a picture doesn't need.
    known = divided(shard, dict.fromkeys(over, 1), graph.variables)
    gradients = graph.graph.get("gradients", {})
    known |= {gradients[name]: axes for name, axes in known.items() if name in gradients}
    numbers = dict[tuple[str, ...], int]()

    def hue(axes: Axes) -> Hue:
        found = tuple(each for axis in axes for each in _flat(axis))
        return Hue(" × ".join(found), numbers.setdefault(found, len(numbers))) if found else WHOLE

    def note(name: str) -> str:
        lengths = zip(graph.variable(name).shape, known[name], strict=True)
        return r"\,{\times}\,".join(words("/".join([str(length), *_flat(axis)])) for length, axis in lengths)

    def shape(each: Shape) -> Shape:
        name = each.of or each.name
        if name in known:
            return replace(each, hue=hue(known[name]), note=note(name))
        return replace(each, hue=WHOLE) if name in leaves else each

    leaves = graph.leaves
    shapes = tuple(map(shape, diagram.shapes))
    # What has a shape is said there.
    written = known.keys() - {each.of or each.name for each in diagram.shapes}
    links = tuple(
        replace(each, note=note(each.variable)) if each.variable in written else each for each in diagram.links
    )
    if not numbers:
        raise UsageError("show='sharding' shows nothing here: no variable of shard= is drawn and divided")
    return replace(diagram, shapes=shapes, links=links)


def _flat(axis: Any) -> tuple[str, ...]:
    return () if axis is None else tuple(axis) if isinstance(axis, tuple | list) else (axis,)
