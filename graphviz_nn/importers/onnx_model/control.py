"""Branches and loops: a branch that is known is taken, of one that depends on the data both sides are computed; a loop
is unrolled if its length is known."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Never, Protocol

import numpy as np

from graphviz_nn.importers.onnx_model.attributes import attributes_of
from graphviz_nn.importers.onnx_model.reading import nodes_in
from graphviz_nn.importers.onnx_model.table import axis_of, whole
from graphviz_nn.importers.onnx_model.values import array_in, truth_in
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.tracing.tracer import Tracer

UNROLLED = 4_000
"""The most nodes that all loops of a model may run, and all branches by the data."""


class Walk(Protocol):
    """What branches and loops need of the walk through a model."""

    unrolled: int

    def body(self, graph: Any, values: Sequence[Any]) -> list[Any]:
        """The results of a subgraph for these values of its inputs."""

    def plain(self, value: Any) -> Any:
        """A value as an array, traced or not."""


def cannot(problem: str) -> Never:
    """Raise the reason why a step is drawn as one; a broken file raises errors of this package."""
    raise NoRule(problem)


def _attribute(node: Any, name: str) -> Any:
    found = attributes_of(node).get(name)
    return cannot(f"it has no {name}") if found is None else found


def branch(walk: Walk, node: Any, values: Sequence[Any]) -> Sequence[Any]:
    """The results of an If."""
    (condition,) = values
    is_true = truth_in(condition)
    if is_true is not None:
        return walk.body(_attribute(node, "then_branch" if is_true else "else_branch"), ())
    if not isinstance(condition, Tracer) or np.size(condition) != 1:
        cannot("its condition isn't one truth value")
    graphs = [_attribute(node, name) for name in ("then_branch", "else_branch")]
    for each in graphs:
        _spend(walk, each, 1)
    sides = [walk.body(each, ()) for each in graphs]
    condition = np.reshape(condition, ()) if np.ndim(condition) else condition
    return [_selected(condition, *map(walk.plain, both)) for both in zip(*sides, strict=True)]


def _selected(condition: Any, one: Any, other: Any) -> Any:
    if isinstance(one, list) or isinstance(other, list):
        cannot("a sequence depends on its condition")
    if np.shape(one) != np.shape(other) or one.dtype != other.dtype:
        cannot(f"its branches differ in shape: {np.shape(one)} and {np.shape(other)}")
    return np.where(condition, one, other)


def _spend(walk: Walk, graph: Any, count: int) -> None:
    """Count the nodes of both sides of a branch, or of a loop's passes.

    Raises
    ------
    NoRule
        If there are more than may be unrolled.
    """
    walk.unrolled += count * (1 + sum(1 for _ in nodes_in(graph.node)))
    if walk.unrolled > UNROLLED:
        cannot(f"with its passes and branches there are more than {UNROLLED:,} steps")


def loop(walk: Walk, node: Any, values: Sequence[Any]) -> Sequence[Any]:
    """The results of a Loop: what its passes hand on, and what each leaves behind."""
    graph = _attribute(node, "body")
    count, condition, *carried = values
    most = None if count is None else array_in(count)
    if count is not None and most is None:
        cannot("how often it runs depends on the model's input")
    limit = None if most is None else whole(most, "count")[0]
    if limit is not None and limit > UNROLLED and condition is None:
        cannot(f"its {limit:,} passes are more than {UNROLLED:,}")
    goes_on = True if condition is None else truth_in(condition)
    rows: list[list[Any]] = [[] for _ in graph.output[1 + len(carried) :]]
    passes = 0
    while limit is None or passes < limit:
        if goes_on is None:
            cannot("when it ends depends on the model's input")
        if not goes_on:
            break
        _spend(walk, graph, 1)
        found = walk.body(graph, [np.asarray(passes, "int64"), np.asarray(True), *carried])
        goes_on, carried = truth_in(found[0]), found[1 : 1 + len(carried)]
        for row, each in zip(rows, found[1 + len(carried) :], strict=True):
            row.append(each)
        passes += 1
    return [*carried, *(_stacked(walk, row, 0) for row in rows)]


def _stacked(walk: Walk, row: list[Any], axis: int) -> Any:
    if not row:
        cannot("it runs no pass, so the shape of its results isn't known")
    row = [walk.plain(each) for each in row]
    if len({np.shape(each) for each in row}) > 1:
        cannot("its passes leave arrays of different shapes")
    return np.stack(row, axis=axis)


def scan(walk: Walk, node: Any, values: Sequence[Any]) -> Sequence[Any]:
    """The results of a Scan over the slices of arrays."""
    known = attributes_of(node)
    count = _attribute(node, "num_scan_inputs")
    cut = len(values) - count
    return _scanned(
        walk,
        _attribute(node, "body"),
        values[:cut],
        values[cut:],
        known.get("scan_input_axes") or [0] * count,
        known.get("scan_input_directions") or [0] * count,
        known.get("scan_output_axes"),
        known.get("scan_output_directions"),
    )


def _scanned(
    walk: Walk,
    graph: Any,
    states: Sequence[Any],
    given: Sequence[Any],
    axes: Sequence[int],
    directions: Sequence[int],
    result_axes: Sequence[int] | None = None,
    result_directions: Sequence[int] | None = None,
) -> list[Any]:
    arrays = [walk.plain(each) for each in given]
    along = [axis_of(axis, array) for axis, array in zip(axes, arrays, strict=True)]
    lengths = {np.shape(array)[axis] for array, axis in zip(arrays, along, strict=True)}
    if len(lengths) != 1:
        cannot(f"its arrays have different lengths: {sorted(lengths)}")
    (length,) = lengths
    _spend(walk, graph, length)
    carried, results = list(states), len(graph.output) - len(states)
    rows: list[list[Any]] = [[] for _ in range(results)]
    for step in range(length):
        parts = [
            array[(*(slice(None),) * axis, length - 1 - step if back else step)]
            for array, axis, back in zip(arrays, along, directions, strict=True)
        ]
        parts = [np.asarray(each) if isinstance(each, np.generic) else each for each in parts]
        found = walk.body(graph, [*carried, *parts])
        carried = found[: len(states)]
        for row, each in zip(rows, found[len(states) :], strict=True):
            row.append(each)
    backwards, ends = result_directions or [0] * results, result_axes or [0] * results
    return [
        *carried,
        *(
            _stacked(walk, row[::-1] if back else row, axis)
            for row, back, axis in zip(rows, backwards, ends, strict=True)
        ),
    ]


def scan_of_examples(walk: Walk, node: Any, values: Sequence[Any]) -> Sequence[Any]:
    """The results of a Scan as version 8 has it: for each example of a batch."""
    known = attributes_of(node)
    lengths, *rest = values
    if lengths is not None:
        cannot("its examples have lengths of their own")
    count = _attribute(node, "num_scan_inputs")
    directions = known.get("directions") or [0] * count
    arrays = [walk.plain(each) for each in rest]
    cut = len(arrays) - count
    examples = [
        _scanned(walk, _attribute(node, "body"), each[:cut], each[cut:], [0] * count, directions)
        for each in ([array[number] for array in arrays] for number in range(np.shape(arrays[-1])[0]))
    ]
    return [_stacked(walk, list(row), 0) for row in zip(*examples, strict=True)]


def mapped(walk: Walk, node: Any, values: Sequence[Any]) -> Sequence[Any]:
    """The results of a SequenceMap, which are lists: one entry for each of the first list."""
    graph = _attribute(node, "body")
    count = len(values[0]) if isinstance(values[0], list) else cannot("its first input isn't a sequence")
    rows = []
    for number in range(count):
        _spend(walk, graph, 1)
        rows.append(walk.body(graph, [each[number] if isinstance(each, list) else each for each in values]))
    return [[row[place] for row in rows] for place in range(len(graph.output))]


CONTROL: Mapping[str, Callable[[Walk, Any, Sequence[Any]], Sequence[Any]]] = {
    "If": branch,
    "Loop": loop,
    "Scan": scan,
    "SequenceMap": mapped,
}
"""The operators that run subgraphs."""
