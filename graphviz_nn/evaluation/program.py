"""A graph as a Python program: compiled once, run many times."""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np

from graphviz_nn.errors import GraphError, NonFiniteError, listed, refuse_unknown
from graphviz_nn.evaluation.feeds import checked, fed, one_dict
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.evaluation.nonfinite import explained, warn
from graphviz_nn.evaluation.source import executed, readable
from graphviz_nn.graph.ir import Array, Graph, Variable
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.gradient import gradient


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
        Maps the values of the leaves, in order, to those of all variables; they may share memory.

    Programs can be pickled; unpickling compiles the graph again. Each run draws new numbers for random leaves that
    aren't fed. The first run of a program always draws the same.
    """

    graph: Graph
    outputs: tuple[str, ...]
    steps: Callable[..., dict[str, Array]]
    runs: Iterator[int] = field(default_factory=count, repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[..., "Program"], tuple[Graph, tuple[str, ...]]]:
        return compile, (self.graph, self.outputs)

    @cached_property
    def source(self) -> str:
        """Readable Python code of the steps, with the user's lines as comments."""
        return readable(self.graph)

    @cached_property
    def leaves(self) -> dict[str, Variable]:
        """The arguments of `steps`, in order."""
        return self.graph.leaves

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
        found = self.run(checked(self.graph, one_dict(feeds, keywords), (next(self.runs),)))
        if sentence := explained(self.graph, found, self.graph.variables if finite else self.outputs):
            if finite:
                raise NonFiniteError(sentence)
            warn(sentence)
        return {name: self._given(name, found[name]) for name in self.outputs}

    def _given(self, name: str, value: Array) -> Array:
        """A value as a new array: neither a leaf's array nor a view of another one."""
        shared = isinstance(value, np.ndarray) and (name in self.own or value.base is not None)
        return value.copy() if shared else value

    @cached_property
    def own(self) -> dict[str, Array | None]:
        """The default value of each leaf."""
        return {name: variable.value for name, variable in self.graph.leaves.items()}

    def run(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Compute every variable from suitable values of the leaves, without checking that they are finite."""
        try:
            with np.errstate(all="ignore"):
                return self.steps(*(values.get(name, own) for name, own in self.own.items()))
        except IndexError:
            # The exception names the operation.
            return Interpreter(self.graph).run(values)


def compile(graph: Traceable, outputs: str | Iterable[str] | None = None, *, example: Any = ()) -> Program:
    """Compile a program that computes a graph's outputs, or other variables.

    Parameters
    ----------
    graph : Graph or callable
        A model.
    outputs : str or iterable of str, optional
        The variables.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> program = compile(trace(lambda x, theta: (theta @ x) ** 2, x=input(2), theta=parameter(2)))
    >>> program(x=[1.0, 2.0], theta=[3.0, 4.0])
    {'output': np.float64(121.0)}
    """
    graph = computable(graph_of(graph, example))
    variables = graph.variables
    wanted = graph.outputs if outputs is None else tuple(listed("outputs", outputs))
    for name in wanted:
        refuse_unknown("variable", name, variables, GraphError)
    source, space = executed(graph)
    exec(builtins.compile(source, "<graphviz_nn program>", "exec"), space)
    return Program(graph, wanted, space["program"])


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
    names = list(graph.variables) if outputs is None else outputs
    found = compile(graph, names)(given, finite=finite)
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
