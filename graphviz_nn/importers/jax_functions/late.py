"""Values whose plumbing waits: what broadcasting, axes of length 1 and transposes mean is known only where they are
used, and mostly they mean nothing to NumPy."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing.tracer import Tracer

Place = Callable[[], Any]
"""Opens the modules and the line that a value belongs to."""


class Late(ABC):
    """A value that is recorded where it is used.

    Attributes
    ----------
    shape : tuple of int
        The shape that the framework sees.
    place : callable
        Opens the place in the model where the value is written.
    """

    def __init__(self, shape: Shape, dtype: Any, place: Place) -> None:
        self.shape, self.dtype, self.place = shape, np.dtype(dtype), place
        self._made: Any = None

    @abstractmethod
    def make(self) -> Any:
        """Record the value."""

    def now(self) -> Any:
        """The value, recorded once."""
        if self._made is None:
            with self.place():
                self._made = self.make()
        return self._made

    def loose(self) -> Any:
        """A value that NumPy broadcasts to this one."""
        return self.now()


class Reduced(Late):
    """A reduction, with its axes or without, as it turns out."""

    def __init__(
        self, function: Any, x: Any, axes: tuple[int, ...], place: Place, kept: "Reduced | None" = None
    ) -> None:
        shape = np.shape(x)
        self.keeps = kept is not None
        found = [1 if i in axes else n for i, n in enumerate(shape) if self.keeps or i not in axes]
        super().__init__(tuple(found), x.dtype, place)
        self.function, self.x, self.axes = function, x, axes
        self.other = kept

    def make(self) -> Any:
        if self.other is not None and self.other._made is not None:
            return np.reshape(self.other._made, self.shape)
        axis = self.axes if len(self.axes) > 1 else self.axes[0]
        axis = -1 if axis == np.ndim(self.x) - 1 else axis
        return self.function(self.x, axis=axis, keepdims=self.keeps)

    @property
    def kept(self) -> "Reduced":
        """The same with the reduced axes."""
        if self.keeps:
            return self
        if self.other is None:
            self.other = Reduced(self.function, self.x, self.axes, self.place, self)
        return self.other

    @property
    def count(self) -> int:
        """How many entries become one."""
        return math.prod(np.shape(self.x)[i] for i in self.axes)

    def mean(self) -> "Reduced":
        """The mean instead of the sum."""
        found = Reduced(np.mean, self.x, self.axes, self.place)
        return found.kept if self.keeps else found


class Spread(Late):
    """A value along these axes of a larger shape."""

    def __init__(self, source: Any, axes: tuple[int, ...], shape: Shape, place: Place) -> None:
        super().__init__(shape, source.dtype, place)
        self.source, self.axes = source, axes

    def loose(self) -> Any:
        source = self.source
        if isinstance(source, Reduced) and not source.keeps and len(self.shape) == np.ndim(source.x):
            rest = tuple(i for i in range(np.ndim(source.x)) if i not in source.axes)
            if rest == self.axes:
                return source.kept.now()
        wanted = [1] * len(self.shape)
        for length, axis in zip(np.shape(source), self.axes, strict=True):
            wanted[axis] = length
        least = np.ndim(source)
        while len(wanted) > least and wanted[0] == 1:
            del wanted[0]
        found = now(source)
        if np.shape(found) == tuple(wanted):
            return found
        with self.place():
            return np.reshape(found, tuple(wanted))

    def make(self) -> Any:
        found = self.loose()
        if np.ndim(found) < len(self.shape) and math.prod(self.shape) == math.prod(np.shape(found)):
            return np.reshape(found, self.shape)
        return np.broadcast_to(found, self.shape)


class Permuted(Late):
    """A value with its axes in another order."""

    def __init__(self, source: Any, order: tuple[int, ...], place: Place) -> None:
        super().__init__(tuple(np.shape(source)[i] for i in order), source.dtype, place)
        self.source, self.order = source, order

    def make(self) -> Any:
        return np.transpose(self.source, self.order)


class Reciprocal(Late):
    """1 / √x; what it is multiplied by is divided by the root."""

    def __init__(self, source: Any, shape: Shape, place: Place) -> None:
        super().__init__(shape, source.dtype, place)
        self.source, self._root = source, None

    @property
    def root(self) -> Any:
        if self._root is None:
            with self.place():
                self._root = np.sqrt(self.source)
        return self._root

    def make(self) -> Any:
        return np.broadcast_to(1 / self.root, self.shape)


class Counted(Late):
    """An index of which a negative one counts from the end, as NumPy's do."""

    def __init__(self, source: Any, written: Callable[[], Any], place: Place) -> None:
        super().__init__(np.shape(source), source.dtype, place)
        self.source, self.written = source, written

    def make(self) -> Any:
        return self.written()


class Joined(Late):
    """Indices of several axes, joined along a last one."""

    def __init__(self, columns: tuple[Any, ...], shape: Shape, place: Place) -> None:
        super().__init__(shape, columns[0].dtype, place)
        self.columns = columns

    def make(self) -> Any:
        return np.concatenate([now(each) for each in self.columns], axis=-1)


def now(value: Any) -> Any:
    """A value that may be late."""
    return value.now() if isinstance(value, Late) else value


def is_traced(value: Any) -> bool:
    """Whether a value depends on an argument."""
    if isinstance(value, Spread):
        return is_traced(value.source)
    return isinstance(value, Tracer | Late)


def constant(value: Any) -> Any:
    """The array of a value that depends on no argument; None if it does."""
    return None if is_traced(value) else now(value)


def spread(value: Any, axes: tuple[int, ...], shape: Shape, place: Place) -> Any:
    """A value along these axes of a larger shape."""
    if np.shape(value) == shape:
        return value
    if isinstance(value, np.ndarray) and value.ndim:
        row = [1] * len(shape)
        for length, axis in zip(value.shape, axes, strict=True):
            row[axis] = length
        return np.broadcast_to(np.reshape(value, row), shape)
    if isinstance(value, Reduced) and not value.keeps:
        rest = tuple(i for i in range(np.ndim(value.x)) if i not in value.axes)
        if rest == axes and shape == value.kept.shape:
            return value.kept
    if isinstance(value, Spread):
        inner = tuple(axes[each] for each in value.axes)
        lengths = zip(value.axes, np.shape(value.source), strict=True)
        if all(value.shape[axis] == length for axis, length in lengths):
            return Spread(value.source, inner, shape, place)
    return Spread(value, axes, shape, place)


def permuted(value: Any, order: tuple[int, ...], place: Place) -> Any:
    """A value with its axes in another order."""
    if isinstance(value, Permuted):
        order, value = tuple(value.order[i] for i in order), value.source
    if order == tuple(range(len(order))):
        return value
    if isinstance(value, np.ndarray):
        return np.transpose(value, order)
    if isinstance(value, Spread):
        inverse = [order.index(axis) for axis in value.axes]
        if inverse == sorted(inverse):
            return Spread(value.source, tuple(inverse), tuple(value.shape[i] for i in order), place)
    return Permuted(now(value), order, place)
