"""The table of operations: how each is computed, and its properties."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import ShapeError, UsageError, suggest
from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing import signature
from graphviz_nn.tracing.signature import Signature

Rule: TypeAlias = Callable[..., Any]
Pullback: TypeAlias = Rule | tuple[Rule | None, ...] | None


@dataclass(frozen=True)
class Op:
    """An operation as mathematics, without colours.

    Parameters
    ----------
    name : str
        The name in the Array API or NumPy.
    kernel : callable
        Computes the operation on NumPy arrays: ``kernel(*arguments, **attributes)``.
    shape : callable
        ``shape(*shapes, **attributes)`` returns the shape of the result, or raises `ShapeError`. Its keyword-only
        arguments are the attributes; their annotations are the allowed types.
    vjp : callable, or tuple of them, or None
        The gradient rule ``(g, y, *arguments, **attributes)``, written with registered operations: one per argument
        (None if the result doesn't depend on it smoothly), or one for all arguments that also takes ``slot``, the
        number of the argument; None without gradients.
    dtype : callable
        ``dtype(*dtypes, **attributes)`` returns the dtype of the result. Python's number types stand for literals.
    tex : str
        A format template for the operation with its arguments.
    glyph : str
        TeX for the inside of the operation's circle.
    category : str
        The family of the operation.
    commutative : bool
        Whether the order of its arguments is irrelevant.
    """

    name: str
    kernel: Rule
    shape: Rule
    vjp: Pullback
    dtype: Rule
    tex: str
    glyph: str
    category: str
    commutative: bool = False

    @cached_property
    def signature(self) -> Signature:
        """The number of arguments, and the attributes."""
        count: int | None = getattr(self.kernel, "nin", None)
        if count is None and isinstance(self.vjp, tuple):
            count = len(self.vjp)
        return signature.of(self.shape, count)

    @property
    def smooth(self) -> bool:
        """Whether it has neither kinks nor jumps."""
        return self.category in SMOOTH and self.name not in BENT

    def pullback(self, slot: int) -> Rule | None:
        """The gradient rule for one argument, or None."""
        if self.vjp is None:
            return None
        if callable(self.vjp):
            rule = self.vjp
            return lambda *arguments, **attributes: rule(*arguments, slot=slot, **attributes)
        return self.vjp[slot]


# Families of functions with a slope wherever the value is finite, and their exceptions.
SMOOTH = {"arithmetic", "exponentials", "trigonometric", "hyperbolic", "linear algebra"}
SMOOTH |= {"complex numbers", "special functions", "reduction", "shape", "indexing"}
BENT = {"max", "min", "argmax", "argmin", "arctan2", "astype"}

OPS: dict[str, Op] = {}
FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""The Python function of operations that implements a NumPy function on tracers."""

UFUNCS: dict[Any, str] = {}
"""The operation that implements a NumPy ufunc, with the same arguments."""


def promote(*dtypes: Any, **_: Any) -> np.dtype[Any]:
    """NumPy's common dtype; Python's number types stand for literals and adapt."""
    return np.result_type(*(each(0) if isinstance(each, type) else each for each in dtypes))


def inexact(*dtypes: Any, **_: Any) -> np.dtype[Any]:
    """Like `promote`, but integers become float64."""
    common = promote(*dtypes)
    return common if common.kind in "fc" else np.dtype("float64")


def real_only(rule: Rule, remedy: str = "take np.real(z) or np.abs(z)") -> Rule:
    """A dtype rule that refuses complex numbers."""

    def dtype(*dtypes: Any, **attributes: Any) -> np.dtype[Any]:
        if any(each is complex or np.dtype(each).kind == "c" for each in dtypes):
            raise ShapeError(f"it has no rule for complex numbers; {remedy}")
        found: np.dtype[Any] = rule(*dtypes, **attributes)
        return found

    return dtype


def by_ufunc(ufunc: np.ufunc) -> Rule:
    """NumPy's dtype rule for a ufunc."""

    def dtype(*dtypes: Any, **_: Any) -> np.dtype[Any]:
        # Python's booleans have a dtype of their own; its other numbers adapt.
        given = [np.dtype(bool) if each is bool else each for each in dtypes]
        try:
            resolved = ufunc.resolve_dtypes((*given, None))
        except TypeError:
            # Calls with literals alone don't reach this line, so the ufunc has no loop for this dtype.
            names = " and ".join(np.dtype(each).name for each in dtypes)
            taken = "float64" if any(each.startswith("d") for each in ufunc.types) else "int64"
            raise ShapeError(f"{ufunc.__name__} isn't defined for {names}; convert with x.astype({taken!r})") from None
        return np.dtype(resolved[-1])

    return dtype


def op(
    name: str,
    kernel: Rule,
    shape: Rule,
    vjp: Pullback,
    *,
    tex: str = "",
    glyph: str = "",
    category: str,
    dtype: Rule | None = None,
    commutative: bool = False,
) -> Op:
    """Register an operation: a row of the table.

    A ufunc has NumPy's own dtype rule, any other operation the common dtype. The glyph defaults to the operation's
    name, and the template to the glyph with the arguments in brackets.
    """
    if dtype is None:
        dtype = by_ufunc(kernel) if isinstance(kernel, np.ufunc) else promote
    glyph = glyph or rf"\mathrm{{{name.replace('_', ' ')}}}".replace(" ", r"\ ")
    word = glyph.replace("{", "{{").replace("}", "}}")
    arguments = "{0}, {1}" if isinstance(kernel, np.ufunc) and kernel.nin == 2 else "{0}"
    entry = Op(
        name=name,
        kernel=kernel,
        shape=shape,
        vjp=vjp,
        dtype=dtype,
        tex=tex or rf"{word}\left({arguments}\right)",
        glyph=glyph,
        category=category,
        commutative=commutative,
    )
    OPS[name] = entry
    if isinstance(kernel, np.ufunc) and kernel.__name__ == name:
        UFUNCS[kernel] = name
    return entry


def implements(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a Python function of operations as the implementation of NumPy functions on tracers."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for each in functions:
            FUNCTIONS[each] = function
        return function

    return register


def of_scipy(function: Any) -> str | None:
    """The registered name of a function of `scipy.special`; None for all others."""
    module = sys.modules.get("scipy.special")
    own = getattr(function, "__name__", "")
    is_its = module is not None and getattr(module, own, None) is function
    return f"scipy.special.{own}" if is_its and f"scipy.special.{own}" in FUNCTIONS else None


def lookup(name: str) -> Op:
    """Look up an operation by name.

    Raises
    ------
    UsageError
        If there is no such operation, with the nearest name.

    Examples
    --------
    >>> lookup("multiply").glyph
    '\\\\times'
    """
    try:
        return OPS[name]
    except KeyError:
        raise UsageError(f"there is no operation {name!r}: {suggest(name, OPS)}") from None


def infer(op: Op, shapes: list[Shape], dtypes: list[Any], attributes: Mapping[str, Any]) -> tuple[Shape, np.dtype[Any]]:
    """Infer the shape and dtype of an operation's result."""
    return tuple(op.shape(*shapes, **attributes)), op.dtype(*dtypes, **attributes)
