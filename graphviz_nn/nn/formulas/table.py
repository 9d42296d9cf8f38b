"""The table of formulas of layers. A formula is a function, and so a pattern too.

``@formula("softmax", z=[(5,), (7, 5)])`` adds a row. The keywords are example shapes; the formula matches at every
shape, but ``()`` means a single number. A list of shapes is a list of alternatives. `Many` stands for any number of
arguments of a shape, `NUMBER` for a plain number. A formula may return a tuple of the result and the arguments of the
layer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphviz_nn.graph.ir import Number, Shape, Variable
from graphviz_nn.nn.formulas.roles import ANYTHING, LEARNED, Role
from graphviz_nn.tracing.specs import input

NUMBER = "a number"


@dataclass(frozen=True)
class Many:
    """Any number of arguments of one shape."""

    shape: Shape


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula of a layer.

    Parameters
    ----------
    layer : str
        The name of the layer.
    function : callable
        The formula.
    examples : tuple of dict
        A shape, `NUMBER` or `Many` for each argument.
    definition : callable, optional
        The layer's own definition: the formula counts only if it computes the same.
    stable : bool
        Whether the formula is as exact as the definition; otherwise the definition replaces it.
    roles : mapping of str to Role
        The roles that arguments must have.
    """

    layer: str
    function: Callable[..., Any]
    examples: tuple[Mapping[str, Any], ...]
    definition: Callable[..., Any] | None = None
    stable: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def replacement(self) -> Callable[..., Any] | None:
        """The definition that replaces an unstable formula."""
        return None if self.stable else self.definition

    def shapes(self, count: int) -> Iterator[dict[str, Shape]]:
        """The example shapes by variable, with `count` arguments for a `Many`."""
        for example in self.examples:
            found: dict[str, Shape] = {}
            for name, shape in example.items():
                if isinstance(shape, Many):
                    found.update({f"{name}_{i}": shape.shape for i in range(count)})
                else:
                    found[name] = () if shape is NUMBER else shape
            yield found

    def arguments(self, values: Mapping[str, Any], numbers: Mapping[str, Number]) -> dict[str, Any]:
        """The arguments of the function, from a value for each name that `shapes` gives."""
        found: dict[str, Any] = {}
        for name, example in self.examples[0].items():
            if isinstance(example, Many):
                count = sum(1 for each in values if each.startswith(f"{name}_"))
                found[name] = [values[f"{name}_{i}"] for i in range(count)]
            else:
                found[name] = numbers[name] if name in numbers else values[name]
        return found

    def specs(
        self,
        shapes: Mapping[str, Shape],
        numbers: Mapping[str, Number],
        dtypes: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The specs to trace the formula with."""
        return self.arguments(
            {name: input(shape, dtype=(dtypes or {}).get(name)) for name, shape in shapes.items()}, numbers
        )

    def role(self, name: str) -> Role:
        """The role of an argument; many arguments share one."""
        return self.roles.get(name) or self.roles.get(name.rpartition("_")[0], ANYTHING)

    def refuses(self, name: str, variable: Variable) -> str:
        """Why the shape of a variable doesn't fit this argument; "" if it fits."""
        if self.examples[0].get(name) == () and variable.shape:
            return f"has shape {variable.shape}, where a single number is expected"
        return ""


# The shapes of one example, and of rows of examples.
VECTOR, ROWS = (5,), (7, 5)
FORMULAS: list[Formula] = []
"""Every formula; formulas of equal size are tried in this order."""


def formula(
    layer: str,
    *,
    parameters: tuple[str, ...] = (),
    definition: Callable[..., Any] | None = None,
    stable: bool = False,
    roles: Mapping[str, Role] | None = None,
    **shapes: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a formula of a layer to the table; from then on, views recognise it in every graph.

    Parameters
    ----------
    layer : str
        The name of the layer, also in pictures.
    parameters : tuple of str
        The arguments that must be parameters of the model.
    definition : callable, optional
        The layer's own definition: the formula counts only if it computes the same.
    stable : bool
        Whether the formula is numerically stable; otherwise the definition replaces it.
    roles : mapping of str to Role, optional
        The roles of other arguments, such as ``{"y": TARGET}``.
    **shapes
        For each argument an example shape, a list of alternatives, `NUMBER` or a `Many`.

    Examples
    --------
    >>> import numpy as np
    >>> @formula("mish", z=(5,))
    ... def mish(z):
    ...     return z * np.tanh(np.log(1 + np.exp(z)))
    >>> FORMULAS.pop().layer
    'mish'
    """
    count = max(len(each) if isinstance(each, list) else 1 for each in shapes.values())
    examples = tuple(
        {name: each[i] if isinstance(each, list) else each for name, each in shapes.items()} for i in range(count)
    )

    known = {**dict.fromkeys(parameters, LEARNED), **(roles or {})}

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        FORMULAS.append(Formula(layer, function, examples, definition, stable, known))
        return function

    return register
