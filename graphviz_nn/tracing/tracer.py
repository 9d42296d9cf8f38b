"""Arrays that record operations on them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from operator import index
from typing import Any, Never

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from graphviz_nn.errors import ShapeError, TracingError
from graphviz_nn.graph.arrays import numbers
from graphviz_nn.graph.ir import Array, Number, Shape, Variable
from graphviz_nn.tracing import frames, refusals
from graphviz_nn.tracing.frames import where as where_in_code
from graphviz_nn.tracing.keywords import fitted
from graphviz_nn.tracing.known import content, number, read
from graphviz_nn.tracing.recording import Recording
from graphviz_nn.tracing.registry import FUNCTIONS, UFUNCS, Op, lookup, of_scipy, promote
from graphviz_nn.tracing.structure import replaced


class NoAttribute(TracingError, AttributeError):
    """A traced array lacks an attribute; `hasattr` works as usual."""


class NotLong(TracingError, TypeError):
    """A traced number has no entries; code that tries to iterate sees a TypeError."""


class Tracer(NDArrayOperatorsMixin):
    """Stands for an array while a function is traced; NumPy's operators and functions work on it."""

    __slots__ = ("own", "place", "recording")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, recording: Recording, number: int, place: Any = None) -> None:
        self.recording = recording
        self.own = number
        # Where its entries are, if it was assigned to or is a view of another array.
        self.place = place

    @property
    def number(self) -> int:
        """The number of its present value."""
        number: int = self.own if self.place is None else self.place.number(self)
        return number

    @property
    def is_view(self) -> bool:
        return self.place is not None and self.place.is_view

    @property
    def _variable(self) -> Variable:
        # What is assigned changes neither the shape nor the dtype.
        return self.recording.values[self.own].variable if self.own >= 0 else self.place.variable

    @property
    def shape(self) -> Shape:
        return self._variable.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self._variable.dtype)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def T(self) -> "Tracer":  # noqa: N802 (NumPy's name)
        transposed: Tracer = self.transpose()
        return transposed

    @property
    def mT(self) -> "Tracer":  # noqa: N802 (NumPy's name)
        transposed: Tracer = self.swapaxes(-1, -2)
        return transposed

    @property
    def real(self) -> "Tracer":
        part: Tracer = FUNCTIONS[np.real](self)
        return part

    @property
    def imag(self) -> "Tracer":
        part: Tracer = FUNCTIONS[np.imag](self)
        return part

    @property
    def flat(self) -> "Tracer":
        entries: Tracer = FUNCTIONS["flat"](self)
        return entries

    def __pow__(self, exponent: Any) -> Any:
        # NumPy computes ** 2 as a square, which differs from a power in the dtype for booleans.
        is_square = self.dtype == bool and type(exponent) is int and exponent == 2
        return np.square(self) if is_square else np.power(self, exponent)

    def __repr__(self) -> str:
        name, known = self.recording.values[self.number].name, self._known()
        text = f"traced {name or 'value'}: {self.dtype}{list(self.shape)}"
        return f"<{text}>" if known is None else f"<{text} = {known}>"

    def _known(self) -> Any:
        """Its numbers, if the function runs on numbers."""
        known = self.recording.known
        return None if known is None else known.value(self.number)

    def __len__(self) -> int:
        if not self.shape:
            raise NotLong(f"a traced number has no length{where_in_code()}; its shape is ()")
        return self.shape[0]

    def __iter__(self) -> Iterator["Tracer"]:
        if not self.shape:
            raise NotLong(f"a traced number can't be iterated over{where_in_code()}; its shape is ()")
        return (self._part(i) for i in range(self.shape[0]))

    def _part(self, place: int) -> "Tracer":
        """An entry from iteration: in ``q, k = x`` each has its own name."""
        found: Tracer = self[place]
        self.recording.name_parts([found], place)
        return found

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if keywords.get("out") is not None:
            return FUNCTIONS["ufunc.out"](ufunc, method, inputs, keywords)
        if ufunc not in UFUNCS and ufunc not in FUNCTIONS:
            if method == "__call__" and not keywords and (scipys := of_scipy(ufunc)):
                return call_function(scipys, inputs, {})
            return _plainly(getattr(ufunc, method), inputs, keywords, ufunc)
        if method != "__call__" or keywords:
            return call_function(f"ufunc.{method}", (ufunc, *inputs), keywords)
        return apply(UFUNCS[ufunc], *inputs) if ufunc in UFUNCS else self.__array_function__(ufunc, (), inputs, {})

    def __array_function__(self, function: Any, types: Any, inputs: Any, keywords: Any) -> Any:
        if function in ASKED and len(inputs) == 1 and inputs[0] is self and not keywords:
            return ASKED[function](self)
        found = call_function(function, inputs, keywords)
        if isinstance(found, list | tuple):
            self.recording.name_parts([each for each in found if isinstance(each, Tracer)])
        return found

    def __radd__(self, other: Any) -> Any:
        # Python's sum(values) begins with 0, which the author didn't write.
        if type(other) is int and other == 0 and self.dtype.kind != "b":
            return Tracer(self.recording, self.number)
        return super().__radd__(other)

    def __getitem__(self, index: Any) -> Any:
        return FUNCTIONS["getitem"](self, index)

    def __getattr__(self, name: str) -> Any:
        function = METHODS.get(name)
        if function is None:
            if name.startswith("_"):
                raise AttributeError(name, name=name, obj=self)
            raise NoAttribute(str(refusals.no_attribute(name, [*METHODS, *PROPERTIES])))
        return lambda *arguments, **keywords: call_function(function, (self, *arguments), keywords)

    def __setitem__(self, index: Any, value: Any) -> None:
        FUNCTIONS["setitem"](self, index, value)

    def __bool__(self) -> bool:
        truth: bool = read(self, bool, refusals.no_truth)
        return truth

    def __int__(self) -> int:
        number: int = read(self, int, refusals.no_number)
        return number

    def __index__(self) -> int:
        number: int = read(self, index, refusals.no_number)
        return number

    def __float__(self) -> float:
        if refusals.would_lose(self):
            raise refusals.no_number(is_known=True)
        refusals.tell_constant(self, "float(…)")
        number: float = read(self, float, refusals.no_number)
        return number

    def item(self) -> Any:
        if refusals.would_lose(self):
            raise refusals.no_number(is_known=True)
        refusals.tell_constant(self, "….item()")
        return read(self, number, refusals.no_number)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if not self._is_varied():
            return np.array(content(self, self._no_array), dtype)
        if frames.is_called_by("numpy.ma"):
            raise TracingError(
                f"a masked array would lose its mask beside a traced value{where_in_code()}; "
                "write masked.filled(0), or np.where"
            )
        raise self._no_array()

    def _no_array(self) -> TracingError:
        # The values of a trace have names when it ends.
        return refusals.ended() if self.recording.names else refusals.no_array()

    def _no_number(self, *_: Any) -> Never:
        raise refusals.no_number(is_known=self._known() is not None)

    def _is_varied(self) -> bool:
        known = self.recording.known
        return known is None or known.is_varied(self.number)

    def __str__(self) -> str:
        return format(self)

    def __format__(self, form: str) -> str:
        known = self._known()
        if known is not None:
            if not self.shape and self.dtype.kind in "iub":
                # A whole number in a text may choose something, such as a key.
                return format(read(self, number, refusals.no_number), form)
            return format(np.asarray(known)[()], form)
        if form:
            raise refusals.no_digits(form)
        return repr(self)

    __complex__ = __round__ = __trunc__ = tolist = _no_number


class Incomplete(ABC):
    """What isn't an array yet, such as entries whose number isn't known."""

    @abstractmethod
    def refused(self) -> TracingError:
        """The error where it is used as an array."""


PROPERTIES = ("T", "dtype", "imag", "mT", "ndim", "real", "shape", "size")
ASKED: dict[Any, Any] = {
    np.shape: lambda array: array.shape,
    np.ndim: lambda array: len(array.shape),
    np.size: lambda array: array.size,
}
"""What is asked of a traced array so often that it's answered at once."""

METHODS: dict[str, Any] = {}
"""The NumPy function behind each array method; the families of operations add theirs."""


def call_function(function: Any, arguments: Any, keywords: Any) -> Any:
    """Apply a NumPy function to tracers."""
    implementation = FUNCTIONS.get(function)
    if implementation is None:
        return _plainly(function, arguments, keywords, function)
    keywords = {k: v for k, v in keywords.items() if v is not np._NoValue}
    if isinstance(keywords.get("out"), Tracer):
        return FUNCTIONS["out"](function, arguments, keywords)
    recording = recording_of((arguments, keywords))
    before = len(recording.values) if recording else 0
    try:
        result = implementation(*arguments, **keywords)
        if function not in VIEWS:
            result = _copied(result, (*arguments, *keywords.values()))
    except ShapeError as error:
        if where_in_code() in str(error):
            raise
        raise ShapeError(f"{refusals.name_of(function)}{where_in_code()}: {error}") from None
    except TypeError:
        fitting = fitted(function, implementation, arguments, keywords)
        if fitting is None:
            raise
        return call_function(function, *fitting)
    if recording is not None:
        # Of several steps, only the last gets the author's name.
        for number, value in enumerate(recording.values[before:], before):
            if value.variable.role == "intermediate" and not (isinstance(result, Tracer) and result.number == number):
                value.name = None
    return result


def _plainly(call: Any, arguments: Any, keywords: Any, function: Any) -> Any:
    """A function without a rule, on numbers that are known and that no gradient goes through."""

    def plain(_: Any, tracer: Tracer) -> Any:
        if tracer._is_varied():
            raise refusals.no_rule(function)
        return content(tracer, lambda: refusals.no_rule(function))

    given = replaced((arguments, keywords), Tracer, plain)
    return call(*given[0], **given[1])


VIEWS: set[Any] = set()
"""The NumPy functions that give an argument itself or a view of it; the families of operations add theirs."""


def _copied(result: Any, arguments: Sequence[Any]) -> Any:
    """A result that is assigned to alone, even if it is an argument or was taken from one."""
    if isinstance(result, list | tuple):
        return type(result)(_copied(each, arguments) for each in result) if type(result) in (list, tuple) else result
    if isinstance(result, Tracer) and (result.is_view or any(result is each for each in arguments)):
        return Tracer(result.recording, result.number)
    return result


def recording_of(value: Any) -> Recording | None:
    """The open trace of the traced values in nested arguments, the innermost one."""
    kind = type(value)
    if kind is Tracer:
        found: Recording = value.recording
        return found
    if kind not in (tuple, list, dict) and (kind in WHOLE or not isinstance(value, list | tuple | Mapping)):
        return value.recording if isinstance(value, Tracer) else None
    innermost: Recording | None = None
    for each in value.values() if isinstance(value, Mapping) else value:
        one = recording_of(each)
        if innermost is None or (one is not None and one is not innermost and one.is_inside(innermost)):
            innermost = one
    return innermost


# What surely holds no traced value.
WHOLE = frozenset([np.ndarray, np.float64, int, float, bool, str, slice, type(None), type])


def apply(name: str, *arguments: Any, **attributes: Any) -> Any:
    """Record an operation, or compute it if no argument is traced.

    Parameters
    ----------
    name : str
        A registered operation.
    *arguments
        Tracers, arrays (which become constants), and numbers (which become literals).
    **attributes
        Static keyword arguments of the operation.
    """
    recording = recording_of(arguments)
    if recording is None:
        return lookup(name).kernel(*(_plain(each) for each in arguments), **attributes)
    given: list[Any] = [
        here(name, recording, each) if isinstance(each, Tracer) else _given(name, each) for each in arguments
    ]
    if any(map(_is_typed_number, given)) and _promote_as_plain(lookup(name), given, attributes):
        given = [each.item() if _is_typed_number(each) else each for each in given]
    if any(isinstance(each, complex) for each in given):
        given = _with_complex(lookup(name), given)
    slots: list[int | Number] = []
    for argument, each in zip(arguments, given, strict=True):
        if isinstance(each, Tracer):
            slots.append(each.number)
        else:
            slots.append(recording.constant(each, held=argument) if isinstance(each, np.ndarray) else each)
    tracers = [isinstance(each, Tracer | np.ndarray) for each in given]
    return Tracer(recording, recording.apply(name, slots, tracers, attributes))


def here(name: str, recording: Recording, value: Tracer) -> Tracer:
    """A traced value in a trace: its own, or one of a trace around it."""
    if value.recording is recording:
        return value
    if recording.is_inside(value.recording):
        return Tracer(recording, recording.lift(value.recording, value.number))
    raise TracingError(
        f"{name}{where_in_code()} mixes values of two traces; pass what the inner function needs as its argument"
    )


def _with_complex(op: Op, given: list[Any]) -> list[Any]:
    """Complex numbers as constants, in the precision of the arrays beside them if the operation lets numbers adapt."""
    beside = [each.dtype for each in given if isinstance(each, Tracer | np.ndarray)]
    adapts = isinstance(op.kernel, np.ufunc) or op.kernel is np.where
    dtype = promote(*beside, complex) if adapts else np.dtype("complex128")
    return [np.array(each, dtype) if isinstance(each, complex) else each for each in given]


def _given(name: str, value: Any) -> Any:
    """Convert plain numbers to Python's types, and everything else to arrays; NumPy's typed numbers have no axes."""
    if isinstance(value, list | tuple) and holds_tracer(value):
        return FUNCTIONS["joined"](value)
    if not isinstance(value, np.generic):
        if isinstance(value, complex):
            return complex(value)
        for kind in (bool, int, float):
            if isinstance(value, kind):
                return kind(value)
    return _array(name, value)


def _is_typed_number(value: Any) -> bool:
    return isinstance(value, np.ndarray) and not value.ndim


def _promote_as_plain(op: Op, given: list[Any], attributes: Mapping[str, Any]) -> bool:
    """Whether Python's numbers instead of NumPy's typed ones would give the same dtypes."""
    dtypes = [each.dtype if isinstance(each, Tracer | np.ndarray) else type(each) for each in given]
    plain = [type(each.item()) if _is_typed_number(each) else dtype for each, dtype in zip(given, dtypes, strict=True)]
    if not {type(each.item()) for each in given if _is_typed_number(each)} <= {bool, int, float}:
        return False
    if not isinstance(op.kernel, np.ufunc) and op.kernel is not np.where:
        # Functions that make arrays of their arguments don't let numbers adapt.
        own = [each.dtype == type(each.item()) for each in given if _is_typed_number(each)]
        return all(own) and op.dtype(*dtypes, **attributes) == op.dtype(*plain, **attributes)
    try:
        same: bool = op.dtype(*dtypes, **attributes) == op.dtype(*plain, **attributes)
    except ShapeError:
        return False
    return same and promote(*dtypes) == promote(*plain)


def _plain(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, list | tuple) else value


def _array(name: str, value: Any) -> Array:
    if isinstance(value, np.ndarray) and value.dtype == object and holds_tracer(value.ravel().tolist()):
        raise refusals.of_objects()
    try:
        return numbers(value)
    except ValueError as error:
        raise TracingError(f"{name}{where_in_code()} got a {type(value).__name__}: it {error}") from None


def holds_tracer(value: Any) -> bool:
    return isinstance(value, Tracer) or (isinstance(value, list | tuple) and any(holds_tracer(each) for each in value))
