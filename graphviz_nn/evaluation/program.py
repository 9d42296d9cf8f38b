"""A graph as a Python program: compiled once, run many times."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import count
from typing import Any

import numpy as np

from graphviz_nn.errors import GraphError, NonFiniteError, listed, refuse_unknown
from graphviz_nn.evaluation.backends import backend_of
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.evaluation.counted import cost, memory
from graphviz_nn.evaluation.feeds import all_finite, checked, fed, one_dict
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.evaluation.nonfinite import explained, warn
from graphviz_nn.graph.ir import Array, Graph, Variable
from graphviz_nn.graph.uncollected import uncollected
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.gradient import gradient
from graphviz_nn.transforms.passes import Listing, listed_steps


@dataclass(frozen=True)
class Program:
    """A graph that is ready to run.

    Parameters
    ----------
    graph : Graph
        The graph that it computes, with every folded operation opened.
    outputs : tuple of str
        The variables that a run returns.
    steps : callable
        Maps the values of `leaves`, in order, to those of the outputs, as arrays of the backend; they may share memory.
    engine : Engine
        How the backend computes them.
    settings : dict
        The options of `compile` that chose it.

    Programs can be pickled; unpickling compiles the graph again. Each run draws new numbers for random leaves that
    aren't fed. The first run of a program always draws the same.
    """

    graph: Graph
    outputs: tuple[str, ...]
    steps: Callable[..., tuple[Any, ...]]
    engine: Engine = field(repr=False, compare=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    runs: Iterator[int] = field(default_factory=count, repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[..., "Program"], tuple[Graph, tuple[str, ...]]]:
        return partial(compile, **self.settings), (self.graph, self.outputs)

    @cached_property
    def listing(self) -> Listing:
        """The steps after every pass of the compiler."""
        return listed_steps(self.graph, self.outputs)

    @cached_property
    def source(self) -> str:
        """Readable Python code of the steps, with the user's lines as comments."""
        return self.engine.source()

    @cached_property
    def cost(self) -> int:
        """The floating-point operations of a run, after all passes: two for each pair of factors in a product of
        matrices, otherwise one for each entry that is computed."""
        return cost(self.listing)

    @cached_property
    def memory(self) -> int:
        """The most bytes that the values of a run take at once in NumPy, with the outputs, without the arguments."""
        return memory(self.listing)

    @cached_property
    def leaves(self) -> dict[str, Variable]:
        """The arguments of `steps`, in order; constants are part of the steps."""
        return {name: each for name, each in self.graph.leaves.items() if each.role != "constant"}

    @cached_property
    def arrays(self) -> Callable[..., Sequence[Array]]:
        """The same as `steps` from arrays to arrays, whatever the backend."""
        if self.settings.get("backend", "numpy") == "numpy":
            return self.steps
        names = tuple(self.leaves)
        return lambda *values: self.engine.run(dict(zip(names, values, strict=True)))

    def __call__(
        self, feeds: Mapping[str, Any] | None = None, /, *, finite: bool = False, **keywords: Any
    ) -> dict[str, Array]:
        """Run it on values given as keywords or as one dict.

        Parameters
        ----------
        finite : bool
            Whether to raise when a value isn't finite.

        Raises
        ------
        FeedError
            If a feed is missing, unknown, or doesn't fit.
        NonFiniteError
            With `finite`: the variable, the operation, and the line of the user's code.

        Warns
        -----
        NumericalWarning
            If an output isn't finite, with the same words.
        """
        given = one_dict(feeds, keywords)
        values = checked(self.graph, given, (next(self.runs),), self._leaves)
        if not finite and given.keys().isdisjoint(self._constants):
            found = self.run(values)
            if all(map(all_finite, found.values())):
                return owned(found, self._leaves)
        return _by_operations(self.graph, self.outputs, values, finite=finite)

    @cached_property
    def _leaves(self) -> dict[str, Variable]:
        return self.graph.leaves

    @cached_property
    def _constants(self) -> set[str]:
        return {name for name, each in self.graph.leaves.items() if each.role == "constant"}

    def run(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Compute the outputs from suitable values of the leaves, without checking that they are finite."""
        try:
            with np.errstate(all="ignore"):
                found = self.engine.run({name: values.get(name, each.value) for name, each in self.leaves.items()})
        except self.engine.failures:
            # The exception names the operation.
            return Interpreter(self.graph).run(values)
        return dict(zip(self.outputs, found, strict=True))


def _by_operations(
    graph: Graph, outputs: Iterable[str], values: Mapping[str, Array], *, finite: bool
) -> dict[str, Array]:
    """Compute every variable, operation by operation, and say where a value first isn't finite."""
    found = Interpreter(graph).run(values)
    if sentence := explained(graph, found, graph.variables if finite else outputs):
        if finite:
            raise NonFiniteError(sentence)
        warn(sentence)
    return owned({name: found[name] for name in outputs}, graph.leaves)


def owned(values: Mapping[str, Array], leaves: Container[str]) -> dict[str, Array]:
    """Values as new arrays: none is a leaf's array, a view, or that of another name.

    >>> x = np.ones(3)
    >>> found = owned({"x": x, "part": x[1:], "sum": x.sum()}, ["x"])
    >>> any(np.shares_memory(x, each) for each in found.values())
    False
    """
    found, met = dict[str, Array](), set[int]()
    for name, value in values.items():
        shared = isinstance(value, np.ndarray) and (name in leaves or value.base is not None or id(value) in met)
        found[name] = value.copy() if shared else value
        met.add(id(value))
    return found


@uncollected()
def compile(
    graph: Traceable,
    outputs: str | Iterable[str] | None = None,
    *,
    backend: str = "numpy",
    device: Any = None,
    mesh: Any = None,
    shard: Mapping[str, Any] | None = None,
    example: Any = (),
) -> Program:
    """Compile a program that computes a graph's outputs, or other variables.

    Constants are compiled in: later changes of their arrays have no effect.

    Parameters
    ----------
    graph : Graph or callable
        A model.
    outputs : str or iterable of str, optional
        The variables.
    backend : {"numpy", "torch", "jax", "numba"}
        What computes them; the others need the extra of their name.
    device : str or device, optional
        Where PyTorch or JAX computes, such as "cpu" or "cuda"; default the CPU for PyTorch, JAX's own choice for JAX.
    mesh : dict of str to int, or jax.sharding.Mesh, optional
        With JAX, the names and sizes of the axes of a mesh of devices.
    shard : dict of str to str or tuple, optional
        For leaves and outputs, the axis of the mesh over which each of its axes is divided, or None: ``{"x": "data",
        "W": ("model", None)}``. A gradient is divided like its variable; other leaves are copied to every device.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Raises
    ------
    UsageError
        If a backend isn't installed, a device isn't there, or a mesh doesn't divide a shape.
    GraphError
        If there is no such variable, or the backend has no counterpart of an operation.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> program = compile(trace(lambda x, theta: (theta @ x) ** 2, x=input(2), theta=parameter(2)))
    >>> program(x=[1.0, 2.0], theta=[3.0, 4.0])
    {'output': np.float64(121.0)}
    """
    graph = computable(graph_of(graph, example))
    wanted = wanted_of(graph, outputs)
    gradients = {result: name for name, result in graph.graph.get("gradients", {}).items()}
    engine = backend_of(backend).engine(listed_steps(graph, wanted), gradients, Where(device, mesh, shard))
    settings = {"backend": backend, "device": device, "mesh": mesh, "shard": shard}
    return Program(graph, wanted, engine.steps, engine, settings)


def wanted_of(graph: Graph, outputs: str | Iterable[str] | None) -> tuple[str, ...]:
    """The variables that are asked for, each once.

    Raises
    ------
    GraphError
        If there is no such variable, with the nearest name.
    """
    wanted = graph.outputs if outputs is None else tuple(dict.fromkeys(listed("outputs", outputs)))
    variables = graph.variables
    for name in wanted:
        refuse_unknown("variable", name, variables, GraphError)
    return wanted


def evaluate(
    graph: Traceable,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    outputs: str | Iterable[str] | None = None,
    finite: bool = False,
    example: Any = (),
    **keywords: Any,
) -> Any:
    """Compute the values of all variables of a graph once.

    Parameters
    ----------
    feeds : dict, optional
        Names and values; you can also pass them as keywords.
    outputs : str or iterable of str, optional
        Only these variables; a single name returns its value alone.
    finite : bool
        Whether to raise at the first value that isn't finite.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`; its numbers are fed, too.

    Returns
    -------
    dict of str to array

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: x**2, x=input(()))
    >>> float(evaluate(graph, x=3.0, outputs="output"))
    9.0
    """
    graph, given = fed(graph, feeds, keywords, example)
    graph = computable(graph_of(graph))
    names = tuple(graph.variables) if outputs is None else wanted_of(graph, outputs)
    # A single run takes less time than a compilation.
    found = _by_operations(graph, names, checked(graph, given), finite=finite)
    return found[outputs] if isinstance(outputs, str) else found


def value_and_gradient(
    graph: Traceable,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: str | Iterable[str] | None = None,
    example: Any = (),
    **keywords: Any,
) -> tuple[Array, dict[str, Array]]:
    """Compute the first output of a graph and its gradients, by all parameters or by `wrt`, in one pass.

    Parameters
    ----------
    feeds : dict, optional
        Names and values; you can also pass them as keywords.
    wrt : str or iterable of str, optional
        The variables to differentiate by.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`; its numbers are fed, too.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> value, gradients = value_and_gradient(trace(lambda t: t**3, t=parameter(())), t=2.0)
    >>> float(value), float(gradients["t"])
    (8.0, 12.0)
    """
    graph, given = fed(graph, feeds, keywords, example)
    both = gradient(graph, wrt=wrt)
    names = both.graph["gradients"]
    found = compile(both, [both.outputs[0], *names.values()])(given)
    return found[both.outputs[0]], {name: found[result] for name, result in names.items()}
