"""The data structure: variables and operations that alternate in a networkx graph."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np

from graphviz_nn.errors import GraphError, suggest
from graphviz_nn.graph.distribution import Draw
from graphviz_nn.graph.order import order

Array: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Any]]
Shape: TypeAlias = tuple[int, ...]
Number: TypeAlias = bool | int | float
Role: TypeAlias = Literal["input", "target", "parameter", "constant", "random", "intermediate", "output"]
ROLES: tuple[str, ...] = get_args(Role)
LEAF_ROLES = ("input", "target", "parameter", "constant", "random")


@dataclass(frozen=True, eq=False)
class Variable:
    """A value in a graph, before it is computed.

    Parameters
    ----------
    shape : tuple of int
        The traced shape; ``()`` is a single number.
    dtype : str
        The NumPy dtype of its entries.
    role : str
        One of `ROLES`.
    label : str, optional
        TeX (without dollars) for pictures; default the name.
    value : numpy.ndarray, optional
        The value of a constant, or the initial value of a parameter.
    draw : Draw, optional
        The distribution of a random leaf.
    """

    shape: Shape
    dtype: str = "float64"
    role: Role = "intermediate"
    label: str | None = None
    value: Array | None = None
    draw: Draw | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Variable):
            return NotImplemented
        mine, theirs = self.value, other.value
        same_value = mine is theirs or (
            mine is not None
            and theirs is not None
            and mine.dtype == theirs.dtype
            and mine.shape == theirs.shape
            and mine.tobytes() == theirs.tobytes()
        )
        names = [each.name for each in fields(self) if each.name != "value"]
        return same_value and all(getattr(self, name) == getattr(other, name) for name in names)

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype, self.role, self.label))


@dataclass(frozen=True)
class Source:
    """The line of the user's code that an operation comes from.

    It has the file's name without the folder, so that a graph is the same on every machine.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class ModuleCall:
    """A call of a module of a framework's model, such as ``layer1.0``, a BasicBlock.

    Parameters
    ----------
    path : str
        The module's path from the model, with dots; "" for the model itself.
    kind : str
        The name of its class.
    call : int
        Which call of the module it is, from 1.
    """

    path: str
    kind: str
    call: int = 1

    def __str__(self) -> str:
        again = f", call {self.call}" if self.call > 1 else ""
        return f"{self.path} ({self.kind}{again})" if self.path else self.kind


@dataclass(frozen=True, eq=True)
class Operation:
    """A step of a computation.

    Parameters
    ----------
    op : str
        The registered name of the function; with a `body`, the name of the folded function.
    attributes : mapping
        Static keyword arguments, such as ``axis``.
    literals : mapping of int to number
        Argument slots with a plain number instead of a variable.
    spelled : mapping of int to str
        How the author wrote some of these numbers, such as ``"sqrt(d_k)"``.
    scope : tuple of str
        The calls around it, outermost first, each with its number.
    source : Source, optional
        The line where the user wrote it.
    body : Graph, optional
        The definition of a folded operation: its leaves are the arguments in order, its outputs the results.
    written : Graph, optional
        The author's own formula, if `body` is a definition that replaces it; with the same variable names.
    modules : tuple of ModuleCall
        The modules of an imported model that it belongs to, outermost first, without the model itself.
    """

    op: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    literals: Mapping[int, Number] = field(default_factory=dict)
    spelled: Mapping[int, str] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    source: Source | None = None
    body: "Graph | None" = None
    written: "Graph | None" = None
    modules: tuple[ModuleCall, ...] = ()

    __hash__ = None  # type: ignore[assignment]

    @property
    def around(self) -> tuple[str, ...]:
        """The calls around it; a folded call isn't inside itself."""
        return self.scope[:-1] if self.body is not None else self.scope

    def __str__(self) -> str:
        around = [*(each.path for each in self.modules[-1:]), *self.scope]
        inside = f" in {'/'.join(around)}" if around else ""
        return f"{self.op}{inside}" + (f" ({self.source})" if self.source else "")


if TYPE_CHECKING:
    MultiDiGraph: TypeAlias = nx.MultiDiGraph[str]
else:
    MultiDiGraph = nx.MultiDiGraph


class Graph(MultiDiGraph):
    """A computation graph: a bipartite, acyclic ``networkx.MultiDiGraph``.

    Each node has a `Variable` or an `Operation` as its attribute ``data``. The key of an edge into an operation is its
    argument slot; the key of an edge out of it is its result slot. All state is in attributes, so every networkx
    function works, and returns a `Graph`.

    >>> graph = Graph()
    >>> graph.add_variable("x", Variable((2,), role="input"))
    >>> graph.add_operation("sum", Operation("sum"), ["x"], ["total"])
    >>> graph.add_variable("total", Variable((), role="output"))
    >>> graph.outputs = ("total",)
    >>> list(nx.topological_sort(graph))
    ['x', 'sum', 'total']
    """

    shown: ClassVar[Callable[["Graph"], dict[str, str]]]
    """The notebook representation of a graph; set by the package, which knows pictures."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return type(self).shown(self)

    def add_variable(self, name: str, variable: Variable) -> None:
        """Add a variable, or replace it."""
        self.add_node(name, data=variable)

    def add_operation(self, name: str, operation: Operation, arguments: Iterable[str], results: Iterable[str]) -> None:
        """Add an operation between its arguments (those that aren't literals, in order) and its results."""
        self.add_node(name, data=operation)
        slot = 0
        for argument in arguments:
            while slot in operation.literals:
                slot += 1
            self.add_edge(argument, name, key=slot)
            slot += 1
        for position, result in enumerate(results):
            self.add_edge(name, result, key=position)

    def connect(self, edges: Iterable[tuple[str, str, int]]) -> None:
        """Add edges by tail, head and slot, several times faster than networkx."""
        for tail, head, slot in edges:
            self.add_edge(tail, head, key=slot)

    def _data(self, name: str) -> Any:
        if name not in self:
            raise GraphError(f"the graph has no node {name!r}: {suggest(name, self.nodes)}")
        return self.nodes[name].get("data")

    def variable(self, name: str) -> Variable:
        """The variable of this name."""
        data = self._data(name)
        if not isinstance(data, Variable):
            raise GraphError(f"{name!r} isn't a variable: {suggest(name, self.variables)}")
        return data

    def operation(self, name: str) -> Operation:
        """The operation of this name."""
        data = self._data(name)
        if not isinstance(data, Operation):
            raise GraphError(f"{name!r} isn't an operation: {suggest(name, self.operations)}")
        return data

    def contents(self) -> Iterator[tuple[str, Any]]:
        """Every node with its variable or operation, in order of definition."""
        return iter(self.nodes(data="data"))

    @property
    def variables(self) -> dict[str, Variable]:
        """All variables by name, in order of definition."""
        return {n: d for n, d in self.contents() if isinstance(d, Variable)}

    @property
    def operations(self) -> dict[str, Operation]:
        """All operations by name, in order of definition."""
        return {n: d for n, d in self.contents() if isinstance(d, Operation)}

    @property
    def leaves(self) -> dict[str, Variable]:
        """The variables that no operation computes."""
        return {n: v for n, v in self.variables.items() if v.role in LEAF_ROLES}

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the variables that the traced function returns."""
        return tuple(self.graph.get("outputs", ()))

    @outputs.setter
    def outputs(self, names: Iterable[str]) -> None:
        self.graph["outputs"] = tuple(names)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks made while the graph was built, one sentence each."""
        return tuple(self.graph.get("remarks", ()))

    def remark(self, sentence: str) -> None:
        """Add a remark, once."""
        if sentence not in self.remarks:
            self.graph["remarks"] = (*self.remarks, sentence)

    def arguments(self, operation: str) -> dict[int, str]:
        """The variables in an operation's argument slots."""
        given: Any = self.pred[operation]
        return dict(sorted((slot, v) for v, slots in given.items() for slot in slots))

    def results(self, operation: str) -> tuple[str, ...]:
        """The variables that an operation computes."""
        made: Any = self.succ[operation]
        return tuple(v for _, v in sorted((slot, v) for v, slots in made.items() for slot in slots))

    def producer(self, variable: str) -> str | None:
        """The operation that computes a variable, or None for a leaf."""
        return next(iter(self.predecessors(variable)), None)

    def part(self, names: Iterable[str]) -> "Graph":
        """The subgraph of these nodes, in order of definition; networkx's `subgraph` may change the order."""
        kept = set(names)
        found = Graph()
        found.graph.update(self.graph)
        found.add_nodes_from((name, {"data": data}) for name, data in self.contents() if name in kept)
        found.connect((t, h, k) for t, h, k in self.edges(keys=True) if t in kept and h in kept)
        return found

    def computation_order(self) -> Iterator[str]:
        """The operations in the order of computation, otherwise in order of definition."""
        preceded, followed = self.pred, self.succ
        needs = {
            name: sum(len(slots) for v, slots in preceded[name].items() if preceded[v]) for name in self.operations
        }
        return order(needs, lambda name: (user for v in followed[name] for user, n in followed[v].items() for _ in n))
