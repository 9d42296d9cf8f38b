"""Gradients by JAX, with its kernels and `jax.value_and_grad`."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphviz_nn.evaluation.backends import imported
from graphviz_nn.evaluation.backends.steps import steps
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.passes.listing import Listing


def gradients(graph: Graph, of: str, names: list[str], values: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """The value and the gradients, in float64.

    Raises
    ------
    UsageError
        If JAX isn't installed.
    GraphError
        If it has no kernel for an operation.
    """
    jax = imported("jax", "against='jax'")
    from graphviz_nn.evaluation.backends.jax_arrays import framework

    with jax.enable_x64(True):
        given = {name: jax.numpy.asarray(value) for name, value in values.items()}

        def value(moved: dict[str, Any]) -> Any:
            found = {name: each + moved[name] if name in moved else each for name, each in given.items()}
            for step in steps(Listing.of(graph), framework()):
                result = step.run(found)
                name = step.call.result
                found[name] = result + moved[name] if name in moved else result
            return found[of].reshape(())

        still = {name: jax.numpy.zeros(graph.variable(name).shape, graph.variable(name).dtype) for name in names}
        found, slopes = jax.value_and_grad(value)(still)
        return np.asarray(found), {name: np.asarray(each) for name, each in slopes.items()}
