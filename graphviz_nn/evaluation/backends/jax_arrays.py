"""Kernels of JAX: the functions of `jax.numpy`, most of which have NumPy's names and arguments."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from graphviz_nn.evaluation.backends.calls import Kernel
from graphviz_nn.evaluation.backends.steps import Framework
from graphviz_nn.ops.indexing import resolved
from graphviz_nn.tracing.registry import OPS

PLACES = ((np, jnp), (np.linalg, jnp.linalg), (np.fft, jnp.fft))
"""Where NumPy's functions have counterparts of the same name."""


def _namesake(kernel: Kernel) -> Kernel | None:
    """The counterpart of a NumPy function."""
    name = getattr(kernel, "__name__", "")
    for theirs, ours in PLACES:
        if getattr(theirs, name, None) is kernel:
            found: Kernel | None = getattr(ours, name, None)
            return found
    return None


def _sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    lead = x.ndim - len(shape)
    axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1 and x.shape[i + lead] != 1))
    return jnp.reshape(jnp.sum(x, axis=axes), shape)


def _lower(a: Any) -> Any:
    # NumPy reads only the lower triangle.
    return jnp.tril(a) + jnp.matrix_transpose(jnp.tril(a, -1))


def _singular(part: int) -> Kernel:
    return lambda a: jnp.linalg.svd(a, full_matrices=False)[part]


def kernels() -> dict[str, Kernel]:
    """The kernels by operation."""
    same = {name: _namesake(op.kernel) for name, op in OPS.items()}
    return {**{name: kernel for name, kernel in same.items() if kernel is not None}, **OWN}


OWN: dict[str, Kernel] = {
    "erf": jax.scipy.special.erf,
    "root": lambda a: jnp.where(a == 0, a, jnp.sqrt(jnp.where(a == 0, 1, a))),
    "stop_gradient": jax.lax.stop_gradient,
    "sum_to": _sum_to,
    "stack": lambda *arrays, axis: jnp.stack(arrays, axis),
    "concatenate": lambda *arrays, axis: jnp.concatenate(arrays, axis),
    "astype": lambda x, dtype: x.astype(dtype),
    "argsort": lambda x, axis: jnp.argsort(x, axis),
    "einsum": lambda *arrays, subscripts: jnp.einsum(subscripts, *arrays),
    "eigvalsh": lambda a: jnp.linalg.eigvalsh(_lower(a)),
    "eigenvectors": lambda a: jnp.linalg.eigh(_lower(a))[1],
    "cholesky": lambda a: jnp.linalg.cholesky(_lower(a)),
    "singular_values": lambda a: jnp.linalg.svd(a, compute_uv=False),
    "left_singular_vectors": _singular(0),
    "right_singular_vectors": _singular(2),
    "getitem": lambda x, *arrays, index: x[resolved(index, arrays)],
    "add_at": lambda g, *arrays, index, shape: jnp.zeros(shape, g.dtype).at[resolved(index, arrays)].add(g),
}


def framework() -> Framework:
    """JAX, where 64-bit numbers are enabled."""
    return Framework(
        "JAX",
        kernels(),
        lambda value, dtype: np.array(value, dtype),
        lambda dtype: lambda x: x.astype(dtype),
        lambda operation: True,
    )
