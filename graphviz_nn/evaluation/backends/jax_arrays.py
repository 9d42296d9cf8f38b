"""Kernels of JAX: the functions of `jax.numpy`, most of which have NumPy's names and arguments."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from graphviz_nn.evaluation.backends.bessel import bessel
from graphviz_nn.evaluation.backends.calls import Kernel, Prepared
from graphviz_nn.evaluation.backends.engine import Engine, Where
from graphviz_nn.evaluation.backends.jax_devices import placed
from graphviz_nn.evaluation.backends.steps import Framework
from graphviz_nn.evaluation.backends.straight_line import StraightLine
from graphviz_nn.ops.indexing import resolved
from graphviz_nn.tracing.places import is_basic
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Listing

PLACES = ((np, jnp), (np.linalg, jnp.linalg), (np.fft, jnp.fft))
"""Where NumPy's functions have counterparts of the same name."""

WIDE = ("float64", "int64", "uint64", "complex128")


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
    return jnp.tril(a) + jnp.conj(jnp.matrix_transpose(jnp.tril(a, -1)))


def _singular(part: int) -> Kernel:
    return lambda a: jnp.linalg.svd(a, full_matrices=False)[part]


def _getitem(x: Any, *arrays: Any, index: Any) -> Any:
    # JAX would take the nearest entry for one out of bounds; NaN leads to NumPy's error.
    return jnp.asarray(x).at[resolved(index, arrays)].get(mode="fill") if arrays else x[resolved(index, arrays)]


def _set_at(x: Any, value: Any, *arrays: Any, index: Any) -> Any:
    if is_basic(index):
        return jnp.asarray(x).at[index].set(value)
    # The value that stays at each entry is the last one; JAX leaves open which it is.
    places = jnp.arange(x.size).reshape(x.shape)[resolved(index, arrays)]
    values = jnp.broadcast_to(value, places.shape).reshape(-1)
    owner = jnp.full(x.size, -1).at[places.reshape(-1)].max(jnp.arange(places.size)).reshape(x.shape)
    return jnp.where(owner >= 0, values[owner], x) if values.size else x


def kernels() -> dict[str, Kernel | Prepared]:
    """The kernels by operation."""
    same = {name: _namesake(op.kernel) for name, op in OPS.items()}
    return {**{name: kernel for name, kernel in same.items() if kernel is not None}, **OWN}


SPECIAL = (
    *("erfc", "erfinv", "ndtr", "log_ndtr", "ndtri", "gamma", "gammaln", "beta", "betaln", "xlogy", "xlog1py"),
    *("gammainc", "gammaincc", "betainc"),
)

OWN: dict[str, Kernel | Prepared] = {
    "erf": jax.scipy.special.erf,
    "root": lambda a: jnp.where(a == 0, a, jnp.sqrt(jnp.where(a == 0, 1, a))),
    "stop_gradient": jax.lax.stop_gradient,
    "custom_gradient": lambda a, *_, rule, many=(): a,
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
    **{name: getattr(jax.scipy.special, name) for name in SPECIAL},
    "erfcinv": lambda x: jax.scipy.special.erfinv(1 - x),
    "rgamma": lambda x: 1 / jax.scipy.special.gamma(x),
    "polygamma": lambda x, order: jax.scipy.special.polygamma(order, x),
    **bessel(jnp, jax.scipy.special),
    "sinc": jnp.sinc,
    "log_det": lambda a: jnp.linalg.slogdet(a)[1],
    "det_sign": lambda a: jnp.linalg.slogdet(a)[0],
    "qr_q": lambda a: jnp.linalg.qr(a)[0],
    "qr_r": lambda a: jnp.linalg.qr(a)[1],
    "eigvals": jnp.linalg.eigvals,
    "right_eigenvectors": lambda a: jnp.linalg.eig(a)[1],
    "fftn": lambda x, axes, norm="backward": jnp.fft.fftn(x, axes=axes, norm=norm),
    "ifftn": lambda x, axes, norm="backward": jnp.fft.ifftn(x, axes=axes, norm=norm),
    "rfftn": lambda x, axes, norm="backward": jnp.fft.rfftn(jnp.real(x), axes=axes, norm=norm),
    "irfftn": lambda x, axes, n, norm="backward": jnp.fft.irfftn(
        x, [*(x.shape[axis] for axis in axes[:-1]), n], axes=axes, norm=norm
    ),
    "getitem": _getitem,
    "set_at": _set_at,
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


def engine(listing: Listing, gradients: Mapping[str, str], where: Where) -> Engine:
    """The steps compiled by XLA, sharded over a mesh of devices if one is given.

    Raises
    ------
    UsageError
        If there is no such device, or a variable can't be sharded.
    """
    line = StraightLine(listing, framework())
    leaves = {name: each for name, each in listing.leaves.items() if each.role != "constant"}
    places = placed(listing, gradients, where)
    function = jax.jit(
        line.function,
        in_shardings=[places.get(name) for name in leaves] if places else None,
        out_shardings=tuple(places.get(name) for name in listing.outputs) if places else None,
    )
    # JAX makes 64-bit numbers 32-bit ones, unless the process or a context says otherwise.
    wide = any(np.dtype(each.dtype).name in WIDE for each in listing.variables.values())
    in_context = wide and jnp.zeros(()).dtype != np.float64

    def steps(*values: Any) -> Any:
        with jax.enable_x64(True):
            return function(*values)

    def enter(name: str, value: Any) -> Any:
        with jax.enable_x64(True):
            return jax.device_put(value, places.get(name))

    return Engine(steps if in_context else function, lambda: line.source, enter, lambda found: [*map(np.array, found)])
