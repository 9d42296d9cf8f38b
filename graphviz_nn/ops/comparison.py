"""Comparisons of entries, and operations on their truth and their bits, which have no gradient."""

from typing import Any

import numpy as np

from graphviz_nn.ops.rules import array, broadcast
from graphviz_nn.tracing.registry import implements, op
from graphviz_nn.tracing.trace import function

for _ufunc, _tex, _symmetric in (
    (np.equal, "=", True),
    (np.not_equal, r"\neq", True),
    (np.less, "<", False),
    (np.less_equal, r"\leq", False),
    (np.greater, ">", False),
    (np.greater_equal, r"\geq", False),
    (np.logical_and, r"\wedge", True),
    (np.logical_or, r"\vee", True),
    (np.logical_xor, r"\oplus", True),
    (np.bitwise_and, r"\wedge", True),
    (np.bitwise_or, "|", True),
    (np.bitwise_xor, r"\oplus", True),
    (np.left_shift, r"\ll", False),
    (np.right_shift, r"\gg", False),
):
    op(
        _ufunc.__name__,
        _ufunc,
        broadcast,
        None,
        tex=f"{{0}} {_tex} {{1}}",
        glyph=_tex,
        category="comparison",
        commutative=_symmetric,
    )
op("logical_not", np.logical_not, broadcast, None, tex=r"\neg {0}", glyph=r"\neg", category="comparison")
op("invert", np.invert, broadcast, None, tex=r"\sim {0}", glyph=r"\sim", category="comparison")
op("gcd", np.gcd, broadcast, None, category="comparison", commutative=True)
op("lcm", np.lcm, broadcast, None, category="comparison", commutative=True)
op("bitwise_count", np.bitwise_count, broadcast, None, category="comparison")


@implements(np.isclose)
@function
def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    a, b = array(a), array(b)
    near = np.less_equal(np.absolute(a - b), atol + rtol * np.absolute(b))
    found = np.logical_or(np.logical_and(near, np.isfinite(b)), np.equal(a, b))
    return np.logical_or(found, np.logical_and(np.isnan(a), np.isnan(b))) if equal_nan else found


@implements(np.allclose)
def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    return np.all(np.isclose(a, b, rtol, atol, equal_nan))


@implements(np.array_equal)
def array_equal(a1: Any, a2: Any) -> Any:
    return np.shape(a1) == np.shape(a2) and np.all(np.equal(a1, a2))


@implements(np.isin)
@function
def isin(element: Any, test_elements: Any, *, invert: bool = False) -> Any:
    found = np.any(np.equal(np.expand_dims(array(element), -1), np.ravel(array(test_elements))), axis=-1)
    return np.logical_not(found) if invert else found
