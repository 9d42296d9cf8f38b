"""The table of operations: what each computes, and what is known of it."""

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
    """An operation as mathematics; nothing here knows of colours.

    Parameters
    ----------
    name : str
        The Array API's or NumPy's word for it.
    kernel : callable
        Computes it on NumPy arrays: ``kernel(*arguments, **attributes)``.
    shape : callable
        ``shape(*shapes, **attributes)``: the shape of the result; raises `ShapeError`. Attributes are its arguments
        that go by keyword only, their annotations say what they may be.
    vjp : callable, or tuple of them, or None
        The gradient rule ``(g, y, *arguments, **attributes)``, written with registered operations: one for
        each argument (None where the result doesn't depend on it smoothly), or one for all arguments that
        also takes ``slot``, the number of the argument; None where there is no gradient at all.
    dtype : callable
        ``dtype(*dtypes, **attributes)``: the dtype of the result. Python's number types stand for literals.
    tex : str
        A format template that writes the operation with its arguments.
    glyph : str
        TeX for the inside of the operation's circle.
    category : str
        The family it belongs to.
    commutative : bool
        Whether the order of its arguments means nothing.
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
        """How many arguments it takes, and which attributes."""
        count: int | None = getattr(self.kernel, "nin", None)
        if count is None and isinstance(self.vjp, tuple):
            count = len(self.vjp)
        return signature.of(self.shape, count)

    @property
    def smooth(self) -> bool:
        """Whether it is known to have neither kinks nor jumps."""
        return self.category in SMOOTH and self.name not in BENT

    def pullback(self, slot: int) -> Rule | None:
        """The gradient rule for one argument, or None where there is none."""
        if self.vjp is None:
            return None
        if callable(self.vjp):
            rule = self.vjp
            return lambda *arguments, **attributes: rule(*arguments, slot=slot, **attributes)
        return self.vjp[slot]


# Families of functions that have a slope wherever they have a finite value, and what is in them that hasn't.
SMOOTH = {"arithmetic", "exponentials", "trigonometric", "hyperbolic", "linear algebra"}
SMOOTH |= {"reduction", "shape", "indexing"}
BENT = {"max", "min", "argmax", "argmin", "arctan2", "astype"}

OPS: dict[str, Op] = {}
FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""What a NumPy function does on tracers, as a Python function of operations."""

UFUNCS: dict[Any, str] = {}
"""The operation that a NumPy ufunc is, argument for argument."""


def promote(*dtypes: Any, **_: Any) -> np.dtype[Any]:
    """NumPy's common dtype; a Python number type stands for a literal and yields."""
    return np.result_type(*(each(0) if isinstance(each, type) else each for each in dtypes))


def inexact(*dtypes: Any, **_: Any) -> np.dtype[Any]:
    """As `promote`, but whole numbers become float64."""
    common = promote(*dtypes)
    return common if common.kind in "fc" else np.dtype("float64")


def by_ufunc(ufunc: np.ufunc) -> Rule:
    """The dtype rule that NumPy has for a ufunc."""

    def dtype(*dtypes: Any, **_: Any) -> np.dtype[Any]:
        # Python's truth values have a dtype of their own, its other numbers yield.
        given = [np.dtype(bool) if each is bool else each for each in dtypes]
        try:
            resolved = ufunc.resolve_dtypes((*given, None))
        except TypeError:
            # All-literal calls never get here, so this is a dtype that the ufunc has no loop for.
            names = " and ".join(np.dtype(each).name for each in dtypes)
            raise ShapeError(f"{ufunc.__name__} isn't defined for {names}") from None
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
    """Register an operation: one row of the table.

    The dtype rule of a ufunc is NumPy's own, otherwise the common dtype; a glyph that isn't given is the
    operation's name, a template that isn't given the glyph with its arguments in brackets.
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
    """Say that a Python function of operations is what these NumPy functions do on tracers."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for each in functions:
            FUNCTIONS[each] = function
        return function

    return register


def lookup(name: str) -> Op:
    """The operation of this name.

    Raises
    ------
    UsageError
        With the nearest name, where there is none.

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
    """The shape and dtype of an operation's result."""
    return tuple(op.shape(*shapes, **attributes)), op.dtype(*dtypes, **attributes)
