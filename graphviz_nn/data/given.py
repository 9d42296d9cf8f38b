"""Data from arrays."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from graphviz_nn.data.data import Data, numbers_of, words_of
from graphviz_nn.errors import DataError


def arrays(x: Any, y: Any, *, names: Iterable[str] = (), classes: Iterable[str] = ()) -> Data:
    """Make data from an array of inputs and an array of targets.

    Words, booleans and integers are classes; floats are numbers.

    Parameters
    ----------
    names : iterable of str
        The names of the columns; default x1, x2, ….
    classes : iterable of str
        The names of the classes, in order of the sorted targets; default the targets themselves.

    Shapes
    ------
    x : (examples, columns)
    y : (examples,); numbers also (examples, numbers)

    Raises
    ------
    DataError
        If the shapes don't fit, or there is only one class or one row.

    Examples
    --------
    >>> arrays([[0.0], [1.0], [2.0]], ["no", "yes", "yes"]).classes
    ('no', 'yes')
    """
    inputs, targets = numbers_of("inputs", x), words_of("targets", y)
    if inputs.ndim and len(inputs) < 2:
        raise DataError(f"there {'is 1 row' if len(inputs) else 'are 0 rows'}; learning needs at least two")
    if targets.dtype.kind == "f":
        return Data(inputs, targets, tuple(names))
    if targets.ndim != 1:
        raise DataError(f"classes must have one entry per row, found shape {targets.shape}; give numbers as floats")
    found, numbers = np.unique(targets, return_inverse=True)
    called = tuple(classes) or tuple(map(str, found.tolist()))
    if len(called) < len(found):
        raise DataError(f"there are {len(called)} names for {len(found)} classes; give one each")
    return Data(inputs, numbers, tuple(names), called)
