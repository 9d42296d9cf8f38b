"""Read a graph as a model: its loss, its prediction, and the form of its target."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Any

import networkx as nx

from graphviz_nn.errors import UsageError, refuse_unknown
from graphviz_nn.evaluation import Program, compile
from graphviz_nn.graph.ir import Graph, Operation, Role
from graphviz_nn.linting.model import Model as Seen
from graphviz_nn.training.together import Together, together
from graphviz_nn.transforms.batch import batch
from graphviz_nn.transforms.fold import shallow, unfold
from graphviz_nn.transforms.gradient import gradient
from graphviz_nn.transforms.origin import made_of
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.transforms.stable import joined

HOW = "end the model with one, such as gnn.nn.cross_entropy(p, y) with y=gnn.target(2)"


@dataclass(frozen=True, eq=False)
class Model:
    """A graph of one example, read as a model to train.

    Parameters
    ----------
    graph : Graph
        The graph; a backward pass in it is ignored.
    wanted : str, optional
        The name of the prediction; found if not given.
    columns : int, optional
        The number of features of an example.
    engine : dict
        The options of `compile` that say what computes losses and gradients, and where.
    """

    graph: Graph
    wanted: str | None = None
    columns: int | None = None
    engine: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def layers(self) -> Graph:
        """The graph with layers as single operations, recognised formulas included; they compute their stable
        definitions."""
        return recognise(Seen(self.graph).folded)

    @cached_property
    def loss(self) -> str:
        """The variable to minimize: the first output.

        Raises
        ------
        UsageError
            If it isn't a number that depends on parameters, inputs and a target.
        """
        name = next(iter(self.layers.outputs), None)
        if name is None:
            raise UsageError(f"the graph has no output to minimize; {HOW}")
        if prod(self.layers.variable(name).shape) != 1:
            raise UsageError(f"{name} has shape {self.layers.variable(name).shape}; a loss is a single number; {HOW}")
        roles = {each.role for each in up_to(self.layers, name).leaves.values()}
        for role in ("target", "parameter", "input"):
            if role not in roles:
                remedy = HOW if role == "target" else "use one in the model"
                raise UsageError(f"{name} depends on no {role}, so it isn't a loss to train with; {remedy}")
        return name

    @cached_property
    def whole(self) -> Graph:
        """The loss, and everything it is computed from."""
        return up_to(self.layers, self.loss)

    def _of_role(self, role: Role) -> tuple[str, ...]:
        return tuple(name for name, each in self.whole.leaves.items() if each.role == role)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs that the loss depends on."""
        return self._of_role("input")

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets that the loss depends on."""
        return self._of_role("target")

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that the loss depends on."""
        return self._of_role("parameter")

    @cached_property
    def together(self) -> Together:
        """The number of examples that the graph takes at once."""
        if self.columns is None:
            return Together()
        inputs, targets = (
            {name: self.whole.variable(name).shape for name in names} for names in (self.inputs, self.targets)
        )
        return together(inputs, targets, self.columns)

    @cached_property
    def _compared(self) -> dict[str, Operation]:
        """The variables compared with the target on the way to the loss, with the comparing operations."""
        graph = self.whole
        targets = made_of(graph, "target")
        of_target = set(targets).union(*(nx.descendants(graph, name) for name in self.targets))
        of_input = set(self.inputs).union(*(nx.descendants(graph, name) for name in self.inputs))
        predicted = of_input - of_target - set(self.inputs)
        found: dict[str, Operation] = {}
        beside: dict[str, Operation] = {}
        for name in graph.computation_order():
            given = graph.arguments(name).values()
            if name in of_target:
                # Variables that no target meets directly, such as an added penalty, count only if there are no others.
                where = beside if targets.isdisjoint(given) else found
                where.update({v: graph.operation(name) for v in given if v in predicted})
        return found or beside

    @cached_property
    def prediction(self) -> str:
        """The last variable on the way to the loss that doesn't depend on a target.

        Raises
        ------
        UsageError
            If there are several, or none.
        """
        if self.wanted is not None:
            self._check_known(self.wanted)
            return self.wanted
        found = list(self._compared)
        if not found:
            raise UsageError(f"no result of {', '.join(self.inputs)} is compared with the target; {HOW}")
        # If a variable appears several times, as in y log p + (1 - y) log(1 - p), the others are computed from it.
        first = [
            name for name in found if all(name == each or name in nx.ancestors(self.whole, each) for each in found)
        ]
        if not first:
            raise UsageError(
                f"several variables are compared with the target: {', '.join(found)}; name the prediction: prediction=…"
            )
        return first[0]

    @cached_property
    def kind(self) -> str:
        """The name of the loss function, such as "cross_entropy"; "" for your own function."""
        compared = {operation.op for operation in self._compared.values() if operation.body is not None}
        return compared.pop() if len(compared) == 1 else ""

    @property
    def is_margin(self) -> bool:
        """Whether the loss depends on the target only through its product with the prediction."""
        return [operation.op for operation in self._compared.values()] == ["multiply"]

    @property
    def is_compared(self) -> bool:
        """Whether the prediction itself is the argument of the loss."""
        return self.prediction in self._compared

    def _with(self, variable: str) -> Graph:
        """The layers, or the original graph if a variable is inside a layer."""
        graph = self.layers if variable in self.layers.variables else unfold(self.graph)
        refuse_unknown("variable", variable, graph.variables)
        return graph

    def losses(self, size: int, *, differentiated: bool, one_hot: bool = False) -> Program:
        """The program of the mean loss over groups of examples and of all predictions, or of the mean gradients.

        Parameters
        ----------
        differentiated : bool
            Whether it computes the gradients by the parameters, and nothing else.
        one_hot : bool
            Whether each target is known to be 1 for one class and 0 for the others.
        """
        whole = up_to(self._with(self.prediction), self.loss, self.prediction)
        if one_hot:
            whole = joined(shallow(whole), one_hot=True)
        found = batch(whole, (*self.inputs, *self.targets), size=size, reduce="mean")
        if not differentiated:
            return compile(found, [self.loss, self.prediction], **self.engine)
        found = gradient(found, of=self.loss, wrt=self.parameters)
        return compile(found, found.graph["gradients"].values(), **self.engine)

    def program(self, variable: str, size: int, *others: str) -> Program:
        """Compile a program that computes a variable, and others, for `size` groups of examples.

        Raises
        ------
        UsageError
            If there is no such variable, it depends on the target, or it doesn't have an entry per example.
        """
        names = variable, *others
        for name in names:
            self._check_known(name)
        whole = next((graph for name in names if (graph := self._with(name)) is not self.layers), self.layers)
        part = up_to(whole, *names)
        for name in names:
            if not self.together.holds(shape := part.variable(name).shape):
                raise UsageError(f"{name} has shape {shape}, not one entry for each of {self.together.count} examples")
        inputs = [name for name in self.inputs if name in part]
        return compile(batch(part, inputs, size=size), names)

    def _check_known(self, variable: str) -> None:
        """Refuse a variable that the inputs alone don't determine."""
        leaves = up_to(self._with(variable), variable).leaves
        target = next((name for name, each in leaves.items() if each.role == "target"), None)
        if target is not None:
            raise UsageError(f"{variable} depends on the target {target}, which other inputs lack; name the prediction")
        if not any(each.role == "input" for each in leaves.values()):
            raise UsageError(f"{variable} depends on no input, so it is the same for all; read training.parameters")
        if variable in leaves:
            raise UsageError(f"{variable} is an input; name a variable computed from it")


def up_to(graph: Graph, variable: str, *others: str) -> Graph:
    """The part of a graph that computes a variable and others, with the first as the only output.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> def model(x):
    ...     z = 2 * x
    ...     return z**2
    >>> list(up_to(trace(model, x=input(())), "z").variables)
    ['x', 'z']
    """
    kept = {variable, *others}.union(*(nx.ancestors(graph, name) for name in (variable, *others)))
    part: Graph = graph.subgraph(kept).copy()
    for name in (variable, *part.outputs):
        if name in part and part.producer(name) is not None:
            role: Role = "output" if name == variable else "intermediate"
            part.add_variable(name, replace(part.variable(name), role=role))
    part.outputs = (variable,)
    part.graph["anonymous"] = tuple(name for name in part.graph.get("anonymous", ()) if name in part)
    return part
