"""A graph as a Python program: compiled once, run many times."""

import builtins
import linecache
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from keyword import iskeyword
from typing import Any

import numpy as np

from graphviz_nn.errors import GraphError, NonFiniteError, suggest
from graphviz_nn.evaluation.feeds import checked, one_dict
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.evaluation.nonfinite import explained, warn
from graphviz_nn.graph.ir import Array, Graph, Operation, Variable
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.fold import computable
from graphviz_nn.transforms.gradient import gradient

_PROGRAMS = count(1)


@dataclass(frozen=True)
class Program:
    """A graph made ready to run.

    Parameters
    ----------
    graph : Graph
        What it computes, every folded operation opened.
    outputs : tuple of str
        The variables that a run gives.
    source : str
        The Python code that a run executes, with the user's lines as comments.
    """

    graph: Graph
    outputs: tuple[str, ...]
    source: str
    steps: Callable[..., dict[str, Array]]

    @cached_property
    def leaves(self) -> dict[str, Variable]:
        """What `steps` takes, in its order."""
        return self.graph.leaves

    def __call__(
        self, feeds: Mapping[str, Any] | None = None, /, *, finite: bool = False, **keywords: Any
    ) -> dict[str, Array]:
        """Run it on values fed as keywords or as one dict.

        Parameters
        ----------
        finite : bool
            Raise where the first value that isn't finite is computed.

        Raises
        ------
        FeedError
            Where a feed is missing, unknown, or doesn't fit.
        NonFiniteError
            With `finite`: which variable, which operation, which line of the user's code.

        Warns
        -----
        NumericalWarning
            Where one of the outputs isn't finite, with the same words.
        """
        found = self.run(checked(self.graph, one_dict(feeds, keywords)))
        if sentence := explained(self.graph, found, self.graph.variables if finite else self.outputs):
            if finite:
                raise NonFiniteError(sentence)
            warn(sentence)
        return {name: found[name] for name in self.outputs}

    @cached_property
    def own(self) -> dict[str, Array | None]:
        """What each leaf is where nothing else is given."""
        return {name: variable.value for name, variable in self.graph.leaves.items()}

    def run(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Every variable's value, of leaves' values that fit; whether these are finite isn't looked at."""
        try:
            with np.errstate(all="ignore"):
                return self.steps(*(values.get(name, own) for name, own in self.own.items()))
        except IndexError:
            # It names the operation.
            return Interpreter(self.graph).run(values)


def compile(graph: Traceable, outputs: str | Iterable[str] | None = None) -> Program:
    """A program that computes a graph's outputs, or the variables named.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> program = compile(trace(lambda x, theta: (theta @ x) ** 2, x=input(2), theta=parameter(2)))
    >>> program(x=[1.0, 2.0], theta=[3.0, 4.0])
    {'output': np.float64(121.0)}
    """
    graph = computable(graph_of(graph))
    variables = graph.variables
    wanted = graph.outputs if outputs is None else (outputs,) if isinstance(outputs, str) else tuple(outputs)
    for name in wanted:
        if name not in variables:
            raise GraphError(f"there is no variable {name!r}: {suggest(str(name), variables)}")
    source, kernels = _write(graph)
    file = f"<graphviz_nn program {next(_PROGRAMS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space: dict[str, Any] = {"np": np, **kernels}
    exec(builtins.compile(source, file, "exec"), space)
    return Program(graph, wanted, source, space["program"])


def _write(graph: Graph) -> tuple[str, dict[str, Any]]:
    """The Python source of a graph, and the kernels that it uses beside NumPy's."""
    names = _identifiers(graph)
    kernels: dict[str, Any] = {}
    lines = []
    for name in graph.computation_order():
        operation = graph.operation(name)
        (result,) = graph.results(name)
        comment = f"  # {operation.source}" if operation.source else ""
        lines.append(f"    {names[result]} = {_call(graph, name, operation, names, kernels)}{comment}")
    arguments = ", ".join(names[each] for each in graph.leaves)
    returned = ", ".join(f"{name!r}: {names[name]}" for name in graph.variables)
    return "\n".join([f"def program({arguments}):", *lines, f"    return {{{returned}}}", ""]), kernels


def _call(graph: Graph, name: str, operation: Operation, names: Mapping[str, str], kernels: dict[str, Any]) -> str:
    slots = {slot: names[variable] for slot, variable in graph.arguments(name).items()}
    slots.update({slot: _number(number) for slot, number in operation.literals.items()})
    words = [slots[slot] for slot in sorted(slots)]
    words += [f"{key}={value!r}" for key, value in operation.attributes.items()]
    kernel = lookup(operation.op).kernel
    if getattr(np, operation.op, None) is kernel:
        return f"np.{operation.op}({', '.join(words)})"
    kernels[operation.op] = kernel
    return f"{operation.op}({', '.join(words)})"


def _number(number: float) -> str:
    return repr(number) if np.isfinite(number) else f"float({str(number)!r})"


def _identifiers(graph: Graph) -> dict[str, str]:
    """A Python name for every variable: its own where it can be one."""
    reserved = {"np", "program", "float", "slice", "Ellipsis"} | {op.op for op in graph.operations.values()}
    taken: set[str] = set()
    found = {}
    for name in graph.variables:
        word = re.sub(r"\W", "_", name)
        word = word if word.isidentifier() else f"_{word}"
        while word in taken or word in reserved or iskeyword(word):
            word += "_"
        taken.add(word)
        found[name] = word
    return found


def evaluate(
    graph: Traceable,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    outputs: str | Iterable[str] | None = None,
    finite: bool = False,
    **keywords: Any,
) -> Any:
    """The values of all variables of a graph, computed once.

    Parameters
    ----------
    feeds : dict, optional
        Names and values; they may also be given as keywords.
    outputs : str or iterable of str, optional
        Only these variables; for a single name its value alone.
    finite : bool
        Raise at the first value that isn't finite.

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
    graph = graph_of(graph)
    names = list(graph.variables) if outputs is None else outputs
    found = compile(graph, names)(one_dict(feeds, keywords), finite=finite)
    return found[outputs] if isinstance(outputs, str) else found


def value_and_gradient(
    graph: Traceable,
    feeds: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: str | Iterable[str] | None = None,
    **keywords: Any,
) -> tuple[Array, dict[str, Array]]:
    """The first output of a graph and its gradients, by all parameters or by `wrt`, in one pass.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> value, gradients = value_and_gradient(trace(lambda t: t**3, t=parameter(())), t=2.0)
    >>> float(value), float(gradients["t"])
    (8.0, 12.0)
    """
    both = gradient(graph, wrt=wrt)
    names = both.graph["gradients"]
    found = compile(both, [both.outputs[0], *names.values()])(one_dict(feeds, keywords))
    return found[both.outputs[0]], {name: found[result] for name, result in names.items()}
