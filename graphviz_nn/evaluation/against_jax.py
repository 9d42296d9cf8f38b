"""Gradients by JAX, with the operations of `jax.numpy` (most have NumPy's names) and `jax.value_and_grad`."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphviz_nn.evaluation.frameworks import Kernel, imported, run
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.ops.indexing import resolved
from graphviz_nn.tracing.registry import OPS


def _table(jax: Any) -> dict[str, Kernel]:
    """Operations with another name in `jax.numpy`, or other arguments."""
    jnp = jax.numpy

    def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
        lead = x.ndim - len(shape)
        axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1 and x.shape[i + lead] != 1))
        return jnp.reshape(jnp.sum(x, axis=axes), shape)

    def lower(a: Any) -> Any:
        # NumPy reads only the lower triangle.
        return jnp.tril(a) + jnp.matrix_transpose(jnp.tril(a, -1))

    return {
        "erf": jax.scipy.special.erf,
        "root": lambda a: jnp.where(a == 0, a, jnp.sqrt(jnp.where(a == 0, 1.0, a))),
        "stop_gradient": jax.lax.stop_gradient,
        "sum_to": sum_to,
        "stack": lambda *arrays, axis: jnp.stack(arrays, axis),
        "concatenate": lambda *arrays, axis: jnp.concatenate(arrays, axis),
        "argsort": lambda x, axis: jnp.argsort(x, axis),
        "einsum": lambda *arrays, subscripts: jnp.einsum(subscripts, *arrays),
        "solve": jnp.linalg.solve,
        "eigvalsh": lambda a: jnp.linalg.eigvalsh(lower(a)),
        "cholesky": lambda a: jnp.linalg.cholesky(lower(a)),
        "singular_values": lambda a: jnp.linalg.svd(a, compute_uv=False),
        **{name: getattr(jnp.linalg, name) for name in ("inv", "det", "pinv")},
        "getitem": lambda x, *arrays, index: x[resolved(index, arrays)],
        "add_at": lambda g, *arrays, index, shape: jnp.zeros(shape, g.dtype).at[resolved(index, arrays)].add(g),
    }


def gradients(graph: Graph, of: str, names: list[str], values: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """The value and the gradients, in float64.

    Raises
    ------
    UsageError
        If JAX isn't installed.
    """
    jax = imported("jax")
    with jax.enable_x64(True):
        own = _table(jax)

        def kernel(name: str) -> Kernel | None:
            return own.get(name) or (getattr(jax.numpy, name, None) if name in OPS else None)

        given = {name: jax.numpy.asarray(value) for name, value in values.items()}

        def value(moved: dict[str, Any]) -> Any:
            def seen(name: str, found: Any) -> Any:
                return found + moved[name] if name in moved else found

            leaves = {name: seen(name, each) for name, each in given.items()}
            return run(graph, leaves, kernel, jax.numpy.asarray, seen)[of].reshape(())

        still = {name: jax.numpy.zeros(graph.variable(name).shape) for name in names}
        found, slopes = jax.value_and_grad(value)(still)
        return np.asarray(found), {name: np.asarray(each) for name, each in slopes.items()}
