"""The plane of two inputs, with data and predictions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, refuse_unknown
from graphviz_nn.graph.ir import Array
from graphviz_nn.training import Training

# The number of grid points per axis; the margin as a share of the data's range.
POINTS, MARGIN = 240, 0.08


class Plane:
    """A grid over two columns of the data; the other columns are at their means.

    Parameters
    ----------
    inputs : sequence of two str, optional
        The columns; default the only two.

    Raises
    ------
    UsageError
        If there are more than two columns and none are named, or a name is wrong.
    """

    def __init__(self, training: Training, inputs: Sequence[str] | None = None, points: int = POINTS) -> None:
        data = training.data
        if inputs is None and len(data.names) != 2:
            example = ", ".join(repr(name) for name in data.names[:2])
            raise UsageError(
                f"a plane needs two inputs, but these data have {len(data.names)}: {', '.join(data.names)}; "
                f"name two of them: inputs=({example})"
                if len(data.names) > 1
                else f"a plane needs two inputs, but these data have only {data.names[0]}; use curves() or weights()"
            )
        self.names = tuple(inputs or data.names)
        for name in self.names:
            refuse_unknown("input", name, data.names)
        if len(self.names) != 2:
            raise UsageError(f"inputs= needs two names, found {len(self.names)}: {', '.join(self.names)}")
        self.columns = [data.names.index(name) for name in self.names]
        shown = data.inputs if training.test is None else np.concatenate([data.inputs, training.test.inputs])
        low, high = shown[:, self.columns].min(axis=0), shown[:, self.columns].max(axis=0)
        span = np.where(high > low, high - low, 1.0) * MARGIN
        self.x, self.y = (np.linspace(a, b, points) for a, b in zip(low - span, high + span, strict=True))
        self.inputs = np.tile(data.inputs.mean(axis=0), (points * points, 1))
        grid = np.meshgrid(self.x, self.y)
        for column, values in zip(self.columns, grid, strict=True):
            self.inputs[:, column] = values.ravel()

    def of(self, values: Array) -> Array:
        """Arrange the values of the points in rows and columns."""
        return np.asarray(values).reshape(len(self.y), len(self.x), *np.shape(values)[1:])

    def framed(self, ax: Any) -> None:
        """Set the limits and labels of Axes for this plane."""
        from graphviz_nn.graph.ir import Variable
        from graphviz_nn.layout.measure import mathtext
        from graphviz_nn.style.labels import label
        from graphviz_nn.style.symbols import unlike

        across, up = (label(name, Variable(())) for name in self.names)
        ax.set_xlim(self.x[0], self.x[-1])
        ax.set_ylim(self.y[0], self.y[-1])
        ax.set_xlabel(mathtext(across))
        ax.set_ylabel(mathtext(unlike(up, [across], is_array=False)))
        spans = self.x[-1] - self.x[0], self.y[-1] - self.y[0]
        if max(spans) < 3 * min(spans):
            ax.set_aspect("equal")


def at(training: Training, record: int | None) -> Mapping[str, Array] | None:
    """The parameters at a record; default the trained ones.

    Raises
    ------
    UsageError
        If the record doesn't exist.
    """
    if record is None:
        return None
    count = len(training.history["step"])
    if not -count <= record < count:
        raise UsageError(f"there is no record {record}; there are {count}, counted from 0")
    return training.at(record)
