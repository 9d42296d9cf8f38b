"""What a model answers over the plane of its inputs: its prediction, and each of its units, as shades.

The numbers are only looked at, so the programs compute with half of the digits.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.graph.draw import means
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.playground.subject import Subject
from graphviz_nn.training.model import Model
from graphviz_nn.training.targets import input_feeds

POINTS, SMALL = 100, 24
"""The points per side of the plane, and of the response of a unit."""
MARGIN = 0.08
WIDEST, MOST = 64, 256
"""The most units of a variable that has responses, and of all."""
BOUNDED = frozenset(["tanh", "sigmoid", "softmax"])


class Grid:
    """A program of some variables on a grid of points.

    Parameters
    ----------
    names : sequence of str
        The variables; all depend on inputs, and on no target. May be none.
    points : int
        The points per side; rows from the top.
    """

    def __init__(
        self, model: Model, names: Sequence[str], low: Array, high: Array, points: int, columns: Sequence[str]
    ) -> None:
        self.names, self.points, self.together = tuple(names), points, model.together
        across, up = (np.linspace(a, b, points) for a, b in zip(low, high, strict=True))
        grid = np.stack([each.ravel() for each in np.meshgrid(across, up[::-1])], axis=1)
        count = self.together.count
        # The last point fills up an incomplete group.
        places = np.minimum(np.arange(-(-len(grid) // count) * count), len(grid) - 1)
        given = input_feeds(model, grid[places], tuple(columns))
        self.feeds = {name: _looked_at(self.together.grouped(each)) for name, each in given.items()}
        self.inputs = {name: self.together.apart(each)[: points**2] for name, each in self.feeds.items()}
        self.program = model.program(names[0], len(places) // count, *names[1:]) if names else None
        leaves = self.program.leaves if self.program else {}
        self.means = {name: _looked_at(each) for name, each in means(leaves).items()}

    def values(self, parameters: Mapping[str, Array]) -> dict[str, Array]:
        """Each variable at each point, with a leading axis of points."""
        if self.program is None:
            return {}
        known = {**{name: _looked_at(each) for name, each in parameters.items()}, **self.means, **self.feeds}
        given = [known.get(name, leaf.value) for name, leaf in self.program.leaves.items()]
        with np.errstate(all="ignore"):
            found = self.program.arrays(*given)
        count = self.points**2
        return {n: self.together.apart(np.asarray(v))[:count] for n, v in zip(self.names, found, strict=True)}


def _looked_at(values: Array) -> Array:
    return values.astype(np.float32) if values.dtype == np.float64 else values


class Responses:
    """The plane of a subject, and the responses of its units."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.model = subject, subject.model

    @cached_property
    def why_not(self) -> str:
        """Why there is no plane; empty if there is one."""
        columns = self.subject.train.inputs.shape[1]
        if columns != 2:
            return f"the boundary needs two inputs, but these data have {columns}; examples are shown instead"
        return ""

    @cached_property
    def limits(self) -> tuple[Array, Array]:
        """The lowest and the highest coordinates, with a margin."""
        parts = [each.inputs for each in (self.subject.train, self.subject.test) if each is not None]
        inputs = np.concatenate(parts)
        low, high = inputs.min(axis=0), inputs.max(axis=0)
        span = np.where(high > low, high - low, 1.0) * MARGIN
        return low - span, high + span

    @cached_property
    def scale(self) -> tuple[float, float]:
        """The numbers that are shown as 0 and 255 where there are no classes."""
        targets = self.subject.train.targets
        middle, low, high = float(targets.mean()), float(targets.min()), float(targets.max())
        most = max(high - middle, middle - low) or 1.0
        return middle - most, middle + most

    @cached_property
    def units(self) -> dict[str, int]:
        """The variables with responses, and the number of units of each."""
        if self.why_not:
            return {}
        graph, found = self.model.layers, dict[str, int]()
        above = set(self.model.inputs).union(*(nx.descendants(graph, name) for name in self.model.inputs))
        targets = set().union(*(nx.descendants(graph, name) for name in self.model.targets))
        whole = set(self.model.whole.variables)
        for name, variable in graph.variables.items():
            if name in (above & whole) - targets and self.model.together.holds(variable.shape):
                size = prod(self.model.together.one(variable.shape))
                if size <= WIDEST and size + sum(found.values()) <= MOST and not _is_before_activation(graph, name):
                    found[name] = size
        return found

    @cached_property
    def _plane(self) -> Grid:
        return Grid(self.model, [self.model.prediction], *self.limits, POINTS, self.subject.train.names)

    @cached_property
    def _grids(self) -> dict[tuple[str, ...], Grid]:
        return {}

    def _small(self, names: Sequence[str]) -> Grid:
        key = tuple(names)
        if key not in self._grids:
            self._grids[key] = Grid(self.model, key, *self.limits, SMALL, self.subject.train.names)
        return self._grids[key]

    def plane(self, parameters: Mapping[str, Array]) -> Array:
        """The prediction at each point: 0 for the first class, 255 for the second; the class number if there are more;
        without classes, 0 for the lowest target, 255 for the highest."""
        (found,) = self._plane.values(parameters).values()
        classes, encoding = len(self.subject.train.classes), self.subject.objective.encoded
        if encoding is None:
            low, high = self.scale
            return _shades((found.reshape(len(found), -1)[:, 0] - low) / (high - low), POINTS)
        if classes > 2:
            return encoding.classes(found).astype(np.uint8).reshape(POINTS, POINTS)
        return _shades(encoding.second(found), POINTS)

    def of_units(self, parameters: Mapping[str, Array], names: Sequence[str]) -> dict[str, Array]:
        """Each unit's response: 128 is 0, 0 and 255 are the largest number of either sign; 1, if it has that bound.

        Parameters
        ----------
        names : sequence of str
            Some of `units`.
        """
        if not names:
            return {}
        grid = self._small([name for name in names if name not in self.model.inputs])
        found = {**grid.inputs, **grid.values(parameters)}
        return {name: self._shaded(name, found[name].reshape(SMALL**2, -1).T) for name in names}

    def _shaded(self, name: str, rows: Array) -> Array:
        producer = self.model.layers.producer(name)
        op = self.model.layers.operation(producer).op if producer else ""
        with np.errstate(all="ignore"):
            if op in BOUNDED:
                most: Any = 1.0
            else:
                size = np.abs(rows)
                # Entries of one layer have one scale; features and inputs have their own.
                most = size.max(axis=1, keepdims=True) if op in ("", "features") else size.max()
                most = np.where((most > 0) & np.isfinite(most), most, 1)
            return _shades(0.5 + 0.5 * rows / most, SMALL)


def _shades(shares: Array, side: int) -> Array:
    """Shares from 0 to 1 as bytes; what isn't a number is in the middle."""
    with np.errstate(all="ignore"):
        found = np.clip(shares * 255 + 0.5, 0, 255)
    return np.nan_to_num(found, nan=128.0).astype(np.uint8).reshape(*shares.shape[:-1], side, side)


def _is_before_activation(graph: Graph, name: str) -> bool:
    """Whether a layer is drawn as one with the activation that follows."""
    producer = graph.producer(name)
    users = list(graph.successors(name))
    if producer is None or graph.operation(producer).op != "linear" or len(users) != 1:
        return False
    (result,) = graph.results(users[0])[:1]
    return graph.variable(result).shape == graph.variable(name).shape and len(graph.arguments(users[0])) == 1
