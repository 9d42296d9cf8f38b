"""Feature maps: which variables are drawn as one solid, and what leads from one to another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from graphviz_nn.forms.spatial import extent, spatial_axes
from graphviz_nn.forms.volume import Slab
from graphviz_nn.graph.folded import Folded
from graphviz_nn.graph.ir import Graph, Shape
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views.captions import WINDOWS, Window, window
from graphviz_nn.views.kinds import Kind

# The operations whose signs tell how maps are joined.
SIGNED = ("add", "subtract", "multiply")
# What steps that are known by NumPy's names do to a map.
PLAIN = {"getitem": "part", "add_at": "pad", "repeat": "upsample"}


@dataclass(frozen=True)
class Way:
    """What leads from a map to another: a variable, by an operation, through a window, or from all of it; its words and
    its sign."""

    variable: str
    by: str = ""
    window: Window | None = None
    is_dense: bool = False
    said: str = ""
    sign: str = ""

    @property
    def is_plain(self) -> bool:
        return self.window is None and not self.is_dense


@dataclass(eq=False)
class Map:
    """What is drawn as one solid: variables of one size, and the operations that give them.

    Parameters
    ----------
    name : str
        The variable that has its size.
    by : str
        The operation that makes it; "" of an input.
    sources : list of Map and Way
        The maps that it comes from, and what leads from there.
    slabs : tuple of Slab
        Its channels, if it joins those of others.
    above : set of Map
        All maps that lead to it.
    depth : int
        The number of maps on the longest way to it.
    """

    name: str
    by: str = ""
    variables: list[str] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    sources: "list[tuple[Map, Way]]" = field(default_factory=list)
    slabs: tuple[Slab, ...] = ()

    def __post_init__(self) -> None:
        before = [source for source, _ in self.sources]
        self.above: set[Map] = set(before).union(*(each.above for each in before))
        self.depth: int = max((1 + each.depth for each in before), default=0)


class Maps:
    """The maps of a graph, gathered in the order of computation.

    Parameters
    ----------
    gone : collection of str
        Operations that aren't drawn, such as a loss.
    """

    def __init__(self, graph: Graph, known: Mapping[str, Kind], gone: Collection[str]) -> None:
        self.wiring, self._known, self._gone = Wiring(graph), known, gone
        self._outputs = graph.outputs
        self._repeats: Mapping[str, Folded] = graph.graph.get("repeats", {})
        self.axes = spatial_axes(self.wiring)
        self._home: dict[str, Map] = {}
        for name, variable in self.wiring.variables.items():
            if variable.role == "input" and not set(self.wiring.users[name]) <= set(gone):
                self._home[name] = Map(name, variables=[name])
        for name in self.wiring.order():
            given = [v for v in dict.fromkeys(self.wiring.arguments[name].values()) if v in self._home]
            for result in self.wiring.results[name] if given and name not in gone else ():
                if self.wiring.users[result] or result in self._outputs:
                    self._put(name, given, result)

    @property
    def found(self) -> list[Map]:
        """The maps, each after those that it comes from."""
        return sorted(dict.fromkeys(self._home.values()), key=lambda each: each.depth)

    def size(self, name: str) -> tuple[Shape, int]:
        """The extents and the channels of a variable."""
        return extent(self.wiring.variables[name].shape, self.axes.get(name, 0))

    def kind(self, found: Map) -> str:
        """The table of the style sheet with the look of a map: by what makes it."""
        if not found.by or found.by in self._repeats:
            return "layer" if found.by else "data"
        return "layer" if self._known[found.by] == "layer" else "function"

    def _put(self, name: str, given: Sequence[str], result: str) -> None:
        """Put the result of an operation where it belongs."""
        homes = list(dict.fromkeys(self._home[v] for v in given))
        if len(homes) > 1:
            self._join(name, given, homes, result)
            return
        (home,) = homes
        if not self._makes(name, given[0], result):
            self._add(home, name, result)
            if result in self.axes and home.name not in self.axes:
                # A vector in rows and columns.
                home.name = result
            return
        way = self._way(name, given[0])
        is_step = bool(home.sources) and all(each.is_plain and not each.sign for _, each in home.sources)
        if way.is_plain and is_step and not home.slabs and self._only(home, name):
            # Several steps that change the size are one.
            self._add(home, name, result)
            home.name = result
            return
        self._add(Map(result, name, sources=[(home, way)]), name, result)

    def _makes(self, name: str, given: str, result: str) -> bool:
        """Whether an operation makes another map from one."""
        op = self.wiring.operations[name].op
        if op in WINDOWS or op == "linear" or name in self._repeats:
            return True
        if given in self.axes and result in self.axes:
            return self.size(given) != self.size(result)
        return prod(self.wiring.variables[given].shape) != prod(self.wiring.variables[result].shape)

    def _way(self, name: str, given: str) -> Way:
        operation = self.wiring.operations[name]
        seen = window(operation, [self.wiring.variables[v].shape for v in self.wiring.arguments[name].values()])
        if seen is not None:
            return Way(given, name, seen, said=f"{seen.name} {seen.step}{seen.further.replace(',', '')}".strip())
        said = self._repeats[name].title if name in self._repeats else PLAIN.get(operation.op, operation.op)
        return Way(given, name, None, self._known[name] == "layer", said)

    def _join(self, name: str, given: Sequence[str], homes: Sequence[Map], result: str) -> None:
        """Put what takes several maps into the last one, if the others lead to it; otherwise it is a map of its own."""
        last = max(homes, key=lambda each: each.depth)
        operation, whole = self.wiring.operations[name], self.size(result)
        carried = {home: next(v for v in given if self._home[v] is home) for home in homes}
        is_grown = operation.op == "concatenate" and all(self.size(v)[0] == whole[0] for v in given)
        sign = OPS[operation.op].glyph if operation.op in SIGNED and operation.body is None else ""
        slabs = tuple(
            slab
            for v in self.wiring.arguments[name].values()
            if v in self._home
            for slab in self._slabs(v, is_own=self._home[v] is last)
        )
        skips = [self._skip(each, carried[each], name, last) for each in homes if each is not last]
        fits = (is_grown and self._only(last, name)) or (not is_grown and self.size(carried[last]) == whole)
        if not fits or None in skips:
            sources = [(each, Way(variable, sign=sign)) for each, variable in carried.items()]
            slabs = tuple(slab._replace(is_copy=False) for slab in slabs)
            self._add(Map(result, name, sources=sources, slabs=slabs if is_grown else ()), name, result)
            return
        for each in homes:
            if each is not last and each not in last.above:
                self._drop(each, last)
        for skip in skips:
            assert skip is not None
            last.sources.append((skip[0], replace(skip[1], sign=sign)))
        self._add(last, name, result)
        if is_grown:
            last.slabs, last.name = slabs, result

    def _skip(self, found: Map, variable: str, user: str, last: Map) -> tuple[Map, Way] | None:
        """What leads past others to the last map: a map before it, also over a step such as a projection."""
        if found in last.above:
            return found, Way(variable)
        if len(found.sources) == 1 and found.depth < last.depth and self._only(found, user):
            ((source, way),) = found.sources
            if source in last.above:
                return source, Way(way.variable, way.by, said=way.said)
        return None

    def _slabs(self, name: str, *, is_own: bool) -> tuple[Slab, ...]:
        home = self._home[name]
        if is_own and home.slabs:
            return home.slabs
        return (Slab(self.size(name)[1], self.kind(home), is_copy=not is_own),)

    def _only(self, found: Map, user: str) -> bool:
        """Whether nothing else takes a map than one operation."""
        inside = {user, *found.operations, *self._gone}
        used = not any(v in self._outputs for v in found.variables)
        return used and all(inside.issuperset(self.wiring.users[v]) for v in found.variables)

    def _drop(self, found: Map, into: Map) -> None:
        """Leave out a map that is only a step beside others."""
        into.operations += found.operations
        into.variables += found.variables
        self._home.update(dict.fromkeys(found.variables, into))

    def _add(self, found: Map, operation: str, result: str) -> None:
        found.variables.append(result)
        found.operations += [operation] * (operation not in found.operations)
        self._home[result] = found
