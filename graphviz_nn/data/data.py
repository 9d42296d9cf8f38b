"""Examples with what should come out for each."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.errors import DataError
from graphviz_nn.graph.arrays import numbers, refuse_others
from graphviz_nn.graph.ir import Array


@dataclass(frozen=True, eq=False)
class Data:
    """Examples, a row each, with their targets.

    Parameters
    ----------
    inputs : array
        A row for each example, a column for each number known of it.
    targets : array
        The number of the class of each example, counted from 0; or the numbers that should come out.
    names : tuple of str
        What the columns are called; x1, x2, … where not given.
    classes : tuple of str
        What the classes are called; empty where the targets are numbers.

    Shapes
    ------
    inputs : (examples, columns)
    targets : (examples,), or (examples, numbers)

    Raises
    ------
    DataError
        Where something isn't a finite number, with its column and row, or doesn't fit.

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
            raise DataError(f"inputs must be a row for each example and a column for each number, found {inputs.shape}")
        names = tuple(self.names) or tuple(f"x{i}" for i in range(1, inputs.shape[1] + 1))
        if len(names) != inputs.shape[1]:
            raise DataError(f"there are {len(names)} names for {inputs.shape[1]} columns of inputs; give one each")
        _check_finite(inputs, names)
        targets = numbers_of("targets", self.targets)
        if targets.ndim not in (1, 2) or len(targets) != len(inputs):
            raise DataError(f"targets must be one for each of {len(inputs)} examples, found shape {targets.shape}")
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
        """The examples of a slice, or with these numbers.

        Examples
        --------
        >>> len(Data([[0.0], [1.0], [2.0]], [0.5, 1.5, 2.5])[:2])
        2
        """
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])

    def split(self, test: float = 0.5, seed: int = 0) -> "tuple[Data, Data]":
        """Examples to train on and others to test with, chosen at random.

        Parameters
        ----------
        test : float
            The share of the examples to test with, between 0 and 1.
        seed : int
            The same seed chooses the same examples.

        Examples
        --------
        >>> train, test = Data([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], classes=("no", "yes")).split(0.25)
        >>> len(train), len(test)
        (3, 1)
        """
        if not 0 < test < 1:
            raise DataError(f"the share to test with must be between 0 and 1, found {test!r}")
        count = round(len(self) * test)
        if not 0 < count < len(self):
            raise DataError(f"{len(self)} examples can't be split: {test:.0%} of them leaves one side without any")
        order = seeded(seed).permutation(len(self))
        return self[np.sort(order[count:])], self[np.sort(order[:count])]


def numbers_of(what: str, values: Any) -> Array:
    """An array of numbers, where values are such."""
    try:
        return numbers(values)
    except ValueError as error:
        raise DataError(f"{what} {error}") from None


def words_of(what: str, values: Any) -> Array:
    """An array, where values can be made one; of numbers or of the names of classes."""
    try:
        refuse_others(values)
        return np.asarray(values)
    except ValueError as error:
        raise DataError(f"{what} can't be made an array: {error}") from None


def _check_finite(columns: Array, names: tuple[str, ...]) -> None:
    if not np.isfinite(columns).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(columns))[0])
        raise DataError(
            f"column {names[column]!r}, row {row + 1}: {columns[row, column]} isn't a number to compute with; "
            "leave the row out or replace it"
        )


def _numbered(targets: Array, classes: tuple[str, ...]) -> Array:
    """The targets as numbers of classes."""
    if len(classes) < 2:
        raise DataError(f"there is one class, {classes[0]!r}: nothing can be learned from it; two are needed at least")
    whole = targets.astype(int)
    if targets.ndim != 1 or not np.array_equal(whole, targets) or whole.min() < 0 or whole.max() >= len(classes):
        raise DataError(f"targets must be numbers of the {len(classes)} classes, 0 to {len(classes) - 1}, for each row")
    return whole
