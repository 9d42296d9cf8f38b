"""The backward pass as a graph: a backward step for each operation of the forward pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.errors import GradientError
from graphviz_nn.graph.ir import Array, Graph, Operation, Variable
from graphviz_nn.graph.uncollected import uncollected
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.model import Traceable, graph_of
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.replay import replay
from graphviz_nn.tracing.tracer import Tracer, apply
from graphviz_nn.transforms.computable import computable
from graphviz_nn.transforms.contract import Unused
from graphviz_nn.transforms.fold import BACKWARD
from graphviz_nn.transforms.gradient import after, before, ends, pulled_back

# The name of a backward step is that of its operation with this suffix.
ENDING = "_backward"


@dataclass(frozen=True)
class Step:
    """The backward step of an operation.

    Parameters
    ----------
    operation : str
        The operation of the forward pass.
    taken : tuple of str
        The variables of the forward pass that it needs; for a result in `given`, its cotangent.
    given : tuple of str
        The results whose cotangents are inputs.
    made : tuple of str
        The arguments to whose cotangents it adds.
    body : Graph
        The computation from the given cotangents, then the taken variables, to the results.
    """

    operation: str
    given: tuple[str, ...]
    taken: tuple[str, ...]
    made: tuple[str, ...]
    body: Graph


@uncollected()
def backward(
    graph: Traceable, of: str | None = None, wrt: str | Iterable[str] | None = None, *, example: Any = ()
) -> Graph:
    """Add the backward pass to a graph, with one backward step per operation.

    `gradient` computes the same numbers in the smallest steps. Here, the gradient of a folded layer is one operation,
    and sums over broadcast axes are inside the step that needs them.

    Parameters
    ----------
    graph : Graph or callable
        A model, or the graph of a picture, such as ``draw(model, view="layers").graph``; it stays unchanged.
    of : str, optional
        The variable to differentiate, a single number; default the first output.
    wrt : str or iterable of str, optional
        The variables to differentiate by; default all parameters.
    example : tensor, tuple of them, or mapping, optional
        What a model of another framework takes, as for `draw`.

    Returns
    -------
    Graph
        The mapping ``graph.graph["gradients"]`` names the gradient of each of `wrt`. ``graph.graph["backward"]`` has
        the backward step of each operation ("steps"), the cotangent of each variable ("cotangents"), and the
        contribution of each use of a variable to its cotangent, by operation and argument slot ("parts").

    Raises
    ------
    GradientError
        If a gradient doesn't exist.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, target, trace
    >>> def loss(x, y, theta):
    ...     return (theta @ x - y) ** 2
    >>> graph = backward(trace(loss, x=input(2), y=target(()), theta=parameter(2)))
    >>> graph.graph["backward"]["steps"]
    {'power': 'power_backward', 'subtract': 'subtract_backward', 'matmul': 'matmul_backward'}
    >>> graph.graph["gradients"]
    {'theta': 'grad_theta'}
    """
    graph = graph_of(graph, example)
    of, names = ends(graph, of, wrt)
    if prod(graph.variable(of).shape) != 1:
        raise GradientError(
            f"{of} has shape {graph.variable(of).shape}, but only a single number has gradients; sum it first"
        )
    if np.dtype(graph.variable(of).dtype).kind == "c":
        raise GradientError(
            f"{of} is {graph.variable(of).dtype}, but only a real number has gradients; take np.real(z)"
        )
    steps = list(_steps(Wiring(graph), of, names))
    found = graph.copy()
    pass_back = _Pass(graph, found, of, steps)
    for step in steps:
        pass_back.add(step)
    gradients = {name: pass_back.gradient(name) for name in names}
    found.outputs = (*graph.outputs, *(name for name in gradients.values() if name not in graph.outputs))
    found.graph["gradients"] = gradients
    found.graph["backward"] = {
        "of": of,
        "steps": pass_back.steps,
        "cotangents": pass_back.cotangents,
        "parts": pass_back.parts,
    }
    return found


class _Pass:
    """A backward pass under construction."""

    def __init__(self, graph: Graph, found: Graph, of: str, steps: Iterable[Step]) -> None:
        self.graph, self.found, self.of = graph, found, of
        self.unused = Unused(graph)
        self.steps: dict[str, str] = {}
        self.parts: dict[tuple[str, str], str] = {}
        self.cotangents: dict[str, str] = {}
        self._uses = Counter(variable for step in steps for variable in step.made)
        self._summands: dict[str, list[str]] = defaultdict(list)
        known = graph.variable(of)
        self._constant(of, np.ones(known.shape, known.dtype))

    def add(self, step: Step) -> None:
        """Add a step, after summing its cotangents."""
        data = self.graph.operation(step.operation)
        name = self.unused(f"{step.operation}{ENDING}")
        self.steps[step.operation] = name
        given = [self._cotangent(result) for result in step.given]
        made = []
        for variable in step.made:
            made.append(
                self.unused(f"grad_{variable}" if self._uses[variable] == 1 else f"grad_{variable}_{step.operation}")
            )
            self.parts[step.operation, variable] = made[-1]
            self._summands[variable].append(made[-1])
        back = Operation(f"{data.op}{ENDING}", scope=(BACKWARD, *data.scope), source=data.source, body=step.body)
        self.found.add_operation(name, back, [*given, *step.taken], made)
        for variable, part in zip(step.made, made, strict=True):
            self._computed(part, variable)

    def gradient(self, name: str) -> str:
        """Make the gradient by a variable an output."""
        if name not in self.cotangents and not self._summands[name]:
            self.found.remark(f"{self.of} doesn't depend on {name}: its gradient is 0")
            return self._nothing(name)
        found = self._cotangent(name)
        if self.found.producer(found) is not None:
            self.found.add_variable(found, replace(self.found.variable(found), role="output"))
        return found

    def _nothing(self, variable: str) -> str:
        """A cotangent of 0, without an array of zeros in the graph."""
        known = self.graph.variable(variable)
        if not known.shape:
            return self._constant(variable, np.zeros((), known.dtype))
        name, zero = self.unused(f"grad_{variable}"), self.unused("zero")
        self.found.add_variable(zero, Variable((), known.dtype, "constant", value=np.zeros((), known.dtype)))
        spread = Operation("broadcast_to", {"shape": known.shape}, scope=(BACKWARD,))
        self.found.add_operation(self.unused("broadcast_to"), spread, [zero], [name])
        self.found.add_variable(name, Variable(known.shape, known.dtype, "output"))
        self.cotangents[variable] = name
        return name

    def _cotangent(self, variable: str) -> str:
        """The cotangent of a variable: the sum of the contributions of its uses."""
        if variable not in self.cotangents:
            total, *more = self._summands[variable]
            for number, part in enumerate(more, 1):
                whole = self.unused(f"grad_{variable}" if number == len(more) else f"grad_{variable}_sum")
                self.found.add_operation(
                    self.unused("add"), Operation("add", scope=(BACKWARD,)), [total, part], [whole]
                )
                self._computed(whole, variable)
                total = whole
            self.cotangents[variable] = total
        return self.cotangents[variable]

    def _constant(self, variable: str, value: Array) -> str:
        known = self.graph.variable(variable)
        name = self.cotangents[variable] = self.unused(f"grad_{variable}")
        self.found.add_variable(name, Variable(known.shape, known.dtype, "constant", value=value))
        return name

    def _computed(self, name: str, variable: str) -> None:
        known = self.graph.variable(variable)
        self.found.add_variable(name, Variable(known.shape, known.dtype))


def _steps(wiring: Wiring, of: str, names: list[str]) -> Iterator[Step]:
    """The backward steps from a variable to others, starting with the last operation."""
    between = before(wiring, [of]) & after(wiring, names)
    reached = {of}
    for name in reversed(wiring.order()):
        given = [result for result in wiring.results[name] if result in reached]
        wanted = [variable for variable in dict.fromkeys(wiring.arguments[name].values()) if variable in between]
        if name in between and given and wanted:
            step = _step(wiring, name, given, wanted)
            if step.made:
                reached.update(step.made)
                yield step


def _step(wiring: Wiring, name: str, given: list[str], wanted: list[str]) -> Step:
    inner, outer = _inside(wiring, name)
    recording, unused = Recording(names_from_code=False), Unused(inner)

    def leaf(variable: str, wish: str) -> Tracer:
        known = replace(inner.variable(variable), role="input", value=None, draw=None)
        return Tracer(recording, recording.add(known, wish, fixed=True))

    ends = {variable: each for each, variable in outer.items()}
    cotangents = {ends[result]: unused(f"grad_{result}") for result in given}
    starts = {result: leaf(result, cotangent) for result, cotangent in cotangents.items()}
    if wiring.operations[name].body is None:
        # A rule may also need the result, which is available.
        tracers = {variable: leaf(variable, variable) for variable in inner.variables}
    else:
        tracers = replay(inner, recording)
    back = pulled_back(Wiring(inner), recording, tracers, starts, [ends[variable] for variable in wanted])
    made = tuple(variable for variable in wanted if ends[variable] in back)
    numbers: list[int] = []
    for variable in made:
        part = back[ends[variable]]
        if not isinstance(part, Tracer):
            part = starts[ends[given[0]]] * 0.0 + part
        is_taken = part.number in numbers or any(part.number == start.number for start in starts.values())
        numbers.append((apply("positive", part) if is_taken else part).number)
    whole = recording.graph(numbers, {})
    body = whole.part(n for each in whole.outputs for n in (each, *nx.ancestors(whole, each)))
    leaves = [each for each, variable in body.leaves.items() if variable.role != "constant"]
    read = [each for each in leaves if each not in cotangents.values()]
    body.graph["arguments"] = (*cotangents.values(), *read)
    return Step(name, tuple(given), tuple(outer[each] for each in read), made, body)


def _inside(wiring: Wiring, name: str) -> tuple[Graph, dict[str, str]]:
    """The computation of an operation, and the graph's variables for its arguments and results."""
    operation, arguments, results = wiring.operations[name], wiring.arguments[name], wiring.results[name]
    if operation.body is None:
        alone = Graph()
        for each in sorted({name, *arguments.values(), *results}, key=wiring.position.__getitem__):
            alone.add_node(each, data=operation if each == name else wiring.variables[each])
        alone.connect((each, name, slot) for slot, each in arguments.items())
        alone.connect((name, each, slot) for slot, each in enumerate(results))
        return alone, {variable: variable for variable in (*arguments.values(), *results)}
    inner = computable(operation.body)
    found = dict(zip(inner.graph["arguments"], arguments.values(), strict=True))
    return inner, found | dict(zip(inner.outputs, results, strict=True))
