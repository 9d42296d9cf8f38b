"""Rules to compute an operation for many examples at once; each rule is in the file of its family.

A rule gets the number of examples, the arguments (with a leading axis of examples if they have it), and the attributes
for a single example. Its result has the examples along its leading axis.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from graphviz_nn.errors import GradientError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.rules import broadcast
from graphviz_nn.tracing.registry import OPS, lookup
from graphviz_nn.tracing.tracer import apply


class Argument(NamedTuple):
    """An argument of an operation: a tracer or a number, and whether its leading axis counts examples."""

    value: Any
    many: bool

    @property
    def shape(self) -> Shape:
        """The shape for a single example."""
        return tuple(np.shape(self.value))[int(self.many) :]

    def padded(self, axes: int) -> Any:
        """Its value with this many axes per example; new leading axes have length 1 for broadcasting."""
        if not self.many or len(self.shape) >= axes:
            return self.value
        return reshaped(self.value, (np.shape(self.value)[0], *(1,) * (axes - len(self.shape)), *self.shape))

    def whole(self, size: int) -> Any:
        """Its value for each example, repeated if it is the same for all."""
        return self.value if self.many else apply("broadcast_to", self.value, shape=(size, *self.shape))


Rule: TypeAlias = Callable[..., Any]
RULES: dict[str, Rule] = {}


def rule(operation: str) -> Rule:
    """The rule of an operation; an operation that broadcasts its arguments needs no row of its own.

    Raises
    ------
    GradientError
        If there is none.

    Examples
    --------
    >>> many = Argument(np.ones((500, 2)), True), Argument(np.ones(2), False)
    >>> rule("matmul")(500, *many).shape, rule("multiply")(500, *many).shape
    ((500,), (500, 2))
    """
    found = RULES.get(operation)
    if found is not None:
        return found
    if lookup(operation).shape is broadcast:
        return lambda size, *arguments, **attributes: _each_entry(operation, arguments, attributes)
    known = ", ".join(sorted({*RULES, *(name for name, op in OPS.items() if op.shape is broadcast)}))
    raise GradientError(f"{operation} has no rule for many examples at once; there are rules for {known}")


def batching(*operations: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of these operations; with several, it gets the name."""

    def register(function: Rule) -> Rule:
        for each in operations:
            RULES[each] = function if len(operations) == 1 else _told(function, each)
        return function

    return register


def _told(function: Rule, operation: str) -> Rule:
    return lambda size, *arguments, **attributes: function(operation, size, *arguments, **attributes)


def _each_entry(operation: str, arguments: tuple[Argument, ...], attributes: dict[str, Any]) -> Any:
    axes = max(len(each.shape) for each in arguments)
    return apply(operation, *(each.padded(axes) for each in arguments), **attributes)


def reshaped(value: Any, shape: Shape) -> Any:
    """Reshape a value, unless it has the shape already."""
    return value if np.shape(value) == shape else apply("reshape", value, shape=shape)


def later(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of an example as axes of many."""
    return tuple(axis + 1 for axis in axes)
