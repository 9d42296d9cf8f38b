"""Real and imaginary parts, conjugates and angles.

The gradient of a real loss by a complex z = x + iy is ∂loss/∂x − i ∂loss/∂y, as in autograd and JAX. So the rule of a
function with a complex derivative is that of the real function; only the functions here conjugate.
"""

from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.ops.many import Argument, batching
from graphviz_nn.ops.rules import array, broadcast
from graphviz_nn.tracing.frames import where
from graphviz_nn.tracing.memory import overwrite, viewed
from graphviz_nn.tracing.recording import holdable
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function
from graphviz_nn.tracing.tracer import METHODS, VIEWS, apply


def is_complex(x: Any) -> bool:
    return bool(array(x).dtype.kind == "c")


def conj(x: Any) -> Any:
    """The conjugate, without a step for what is real."""
    return np.conjugate(x) if is_complex(x) else x


def squared(x: Any) -> Any:
    """The squares of the distances from 0."""
    return np.real(x) ** 2 + np.imag(x) ** 2 if is_complex(x) else x**2


def _part(dtype: Any, **_: Any) -> np.dtype[Any]:
    found: np.dtype[Any] = np.zeros((), dtype).real.dtype
    return found


def _one_part(name: str, kernel: Any, vjp: Any, glyph: str) -> None:
    shape = lambda x: broadcast(x)  # noqa: E731 (it takes one argument)
    op(name, kernel, shape, (vjp,), dtype=_part, glyph=glyph, category="complex numbers")


_one_part("real", np.real, lambda g, y, z: g, r"\mathrm{Re}")
_one_part("imag", np.imag, lambda g, y, z: g * (-1j if is_complex(z) else 0.0), r"\mathrm{Im}")
op(
    "conjugate",
    np.conjugate,
    broadcast,
    (lambda g, y, z: conj(g),),
    tex=r"\overline{{{0}}}",
    glyph=r"(\cdot)^{*}",
    category="complex numbers",
)


@implements("conjugate")
def conjugate(x: Any) -> Any:
    return np.conjugate(x)


@implements(np.real)
def real(val: Any) -> Any:
    if not is_complex(val):
        return val
    return viewed(apply("real", val), val, np.real, lambda p, new: overwrite(p, new + 1j * np.imag(p)))


@implements(np.imag)
def imag(val: Any) -> Any:
    if not is_complex(val):
        return np.zeros(holdable(np.shape(val)), val.dtype)
    return viewed(apply("imag", val), val, np.imag, lambda p, new: overwrite(p, np.real(p) + 1j * new))


@implements(np.angle)
@function
def angle(z: Any, deg: bool = False) -> Any:
    z = z if array(z).dtype.kind in "fc" else z.astype("float64")
    found = np.arctan2(np.imag(z), np.real(z))
    return found * (180 / np.pi) if deg else found


@implements(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    if is_complex(a):
        raise TracingError(
            f"np.real_if_close depends on the numbers, which aren't known yet{where()}; write np.real(z)"
        )
    return a


implements(np.iscomplexobj)(is_complex)
implements(np.isrealobj)(lambda x: not is_complex(x))


VIEWS.update((np.real, np.imag, np.real_if_close))


@batching("real", "imag")
def _of_many(operation: str, size: int, z: Argument) -> Any:
    return apply(operation, z.value)


METHODS.update(conj="conjugate", conjugate="conjugate")
