"""Examples with their targets."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.errors import DataError
from graphviz_nn.graph.arrays import numbers, refuse_others
from graphviz_nn.graph.ir import Array


@dataclass(frozen=True, eq=False)
class Data:
    """Examples, one per row, with their targets.

    Parameters
    ----------
    inputs : array
        A row for each example, a column for each feature.
    targets : array
        The class number of each example, counted from 0; or the numbers to predict.
    names : tuple of str
        The names of the columns; default x1, x2, ….
    classes : tuple of str
        The names of the classes; empty if the targets are numbers.

    Shapes
    ------
    inputs : (examples, columns)
    targets : (examples,), or (examples, numbers)

    Raises
    ------
    DataError
        If a number isn't finite, with its column and row, or the shapes don't fit.

    Examples
    --------
    >>> data = Data([[0.0, 1.0], [2.0, 3.0]], [0, 1], classes=("red", "blue"))
    >>> len(data), data.names
    (2, ('x1', 'x2'))
    """

    inputs: Any
    targets: Any
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        inputs = numbers_of("inputs", self.inputs).astype(float)
        if inputs.ndim != 2 or not inputs.size:
            raise DataError(f"inputs must have a row per example and a column per feature, found shape {inputs.shape}")
        names = tuple(self.names) or tuple(f"x{i}" for i in range(1, inputs.shape[1] + 1))
        if len(names) != inputs.shape[1]:
            raise DataError(f"there are {len(names)} names for {inputs.shape[1]} columns of inputs; give one each")
        _check_finite(inputs, names)
        targets = numbers_of("targets", self.targets)
        if targets.ndim not in (1, 2) or len(targets) != len(inputs):
            raise DataError(f"targets must have {len(inputs)} entries, one per example, found shape {targets.shape}")
        classes = tuple(map(str, self.classes))
        if classes:
            targets = _numbered(targets, classes)
        else:
            targets = targets.astype(float)
            _check_finite(targets.reshape(len(targets), -1), ("target",) * (targets.size // len(targets)))
        for name, value in (("inputs", inputs), ("targets", targets), ("names", names), ("classes", classes)):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, rows: Any) -> "Data":
        """Select examples by a slice, or by their numbers.

        Examples
        --------
        >>> len(Data([[0.0], [1.0], [2.0]], [0.5, 1.5, 2.5])[:2])
        2
        """
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])

    def split(self, test: float = 0.5, seed: int = 0) -> "tuple[Data, Data]":
        """Split the examples at random into a training set and a test set.

        Parameters
        ----------
        test : float
            The share of test examples, between 0 and 1.
        seed : int
            The same seed selects the same examples.

        Examples
        --------
        >>> train, test = Data([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], classes=("no", "yes")).split(0.25)
        >>> len(train), len(test)
        (3, 1)
        """
        if not 0 < test < 1:
            raise DataError(f"the share of test data must be between 0 and 1, found {test!r}")
        count = round(len(self) * test)
        if not 0 < count < len(self):
            raise DataError(f"{len(self)} examples can't be split: {test:.0%} of them leaves one set empty")
        order = seeded(seed).permutation(len(self))
        return self[np.sort(order[count:])], self[np.sort(order[:count])]


def numbers_of(what: str, values: Any) -> Array:
    """Convert values to an array of numbers."""
    try:
        return numbers(values)
    except ValueError as error:
        raise DataError(f"{what} {error}") from None


def words_of(what: str, values: Any) -> Array:
    """Convert values to an array of numbers or class names."""
    try:
        refuse_others(values)
        return np.asarray(values)
    except ValueError as error:
        raise DataError(f"{what} can't be converted to an array: {error}") from None


def _check_finite(columns: Array, names: tuple[str, ...]) -> None:
    if not np.isfinite(columns).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(columns))[0])
        raise DataError(
            f"column {names[column]!r}, row {row + 1}: {columns[row, column]} isn't a finite number; "
            "leave the row out or replace it"
        )


def _numbered(targets: Array, classes: tuple[str, ...]) -> Array:
    """The targets as class numbers."""
    if len(classes) < 2:
        raise DataError(f"there is only one class, {classes[0]!r}; learning needs at least two")
    whole = targets.astype(int)
    if targets.ndim != 1 or not np.array_equal(whole, targets) or whole.min() < 0 or whole.max() >= len(classes):
        raise DataError(f"targets must be class numbers from 0 to {len(classes) - 1}, one per row")
    return whole
