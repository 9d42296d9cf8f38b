"""A graph computed operation by operation with the kernels of another framework."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from graphviz_nn.errors import GradientError, UsageError
from graphviz_nn.graph.ir import Graph

Kernel: TypeAlias = Callable[..., Any]


def imported(framework: str) -> Any:
    """A framework's module.

    Raises
    ------
    UsageError
        Where it isn't installed; it says by which extra it is.
    """
    try:
        return import_module(framework)
    except ImportError as error:
        raise UsageError(
            f"against={framework!r} needs {framework}, which can't be imported ({error}); "
            f"install it by pip install 'graphviz_nn[{framework}]'"
        ) from None


def run(
    graph: Graph,
    leaves: Mapping[str, Any],
    kernel: Callable[[str], Kernel | None],
    number: Callable[[Any], Any],
    seen: Callable[[str, Any], Any],
) -> dict[str, Any]:
    """The values of all variables.

    Parameters
    ----------
    leaves : dict of str to array
        Of the framework.
    kernel : callable
        What computes an operation, given its name.
    number : callable
        An array of the framework for a plain number.
    seen : callable
        Is shown each variable that is computed, and says what to go on with.

    Raises
    ------
    GradientError
        Where the framework has no kernel for an operation.
    """
    found = dict(leaves)
    for name in graph.computation_order():
        operation = graph.operation(name)
        (result,) = graph.results(name)
        function = kernel(operation.op)
        if function is None:
            raise GradientError(
                f"{operation} has no counterpart in the other framework; compare another part with of=…"
            )
        slots = {slot: found[each] for slot, each in graph.arguments(name).items()}
        slots.update({slot: number(literal) for slot, literal in operation.literals.items()})
        found[result] = seen(result, function(*(slots[slot] for slot in sorted(slots)), **operation.attributes))
    return found
