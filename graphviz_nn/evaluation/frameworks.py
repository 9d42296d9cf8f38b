"""Compute a graph operation by operation with the kernels of another framework."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from graphviz_nn.errors import GradientError, UsageError
from graphviz_nn.graph.ir import Graph

Kernel: TypeAlias = Callable[..., Any]


def imported(framework: str) -> Any:
    """Import a framework.

    Raises
    ------
    UsageError
        If it isn't installed; the error names the extra.
    """
    try:
        return import_module(framework)
    except ImportError as error:
        raise UsageError(
            f"against={framework!r} needs {framework}, which can't be imported ({error}); "
            f"install it with pip install 'graphviz_nn[{framework}]'"
        ) from None


def run(
    graph: Graph,
    leaves: Mapping[str, Any],
    kernel: Callable[[str], Kernel | None],
    number: Callable[[Any], Any],
    seen: Callable[[str, Any], Any],
) -> dict[str, Any]:
    """Compute the values of all variables.

    Parameters
    ----------
    leaves : dict of str to array
        Arrays of the framework.
    kernel : callable
        Returns the function that computes an operation, by name.
    number : callable
        Converts a number to an array of the framework.
    seen : callable
        Called with each computed variable; returns the value to continue with.

    Raises
    ------
    GradientError
        If the framework has no kernel for an operation.
    """
    found = dict(leaves)
    for name in graph.computation_order():
        operation = graph.operation(name)
        (result,) = graph.results(name)
        function = kernel(operation.op)
        if function is None:
            raise GradientError(
                f"the other framework has no counterpart of {operation}; compare another part with of=…"
            )
        slots = {slot: found[each] for slot, each in graph.arguments(name).items()}
        slots.update({slot: number(literal) for slot, literal in operation.literals.items()})
        found[result] = seen(result, function(*(slots[slot] for slot in sorted(slots)), **operation.attributes))
    return found
