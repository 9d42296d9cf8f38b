"""Check the values that a user feeds to a graph, before anything runs."""

from cmath import isfinite
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graphviz_nn.errors import FeedError, suggest
from graphviz_nn.graph import arrays
from graphviz_nn.graph.draw import Moment, drawn
from graphviz_nn.graph.ir import Array, Graph, Variable
from graphviz_nn.tracing.model import Traceable, graph_of, takes
from graphviz_nn.tracing.original import original_of
from graphviz_nn.tracing.structure import Path, parts, spelled
from graphviz_nn.transforms.entries import entry_names


def one_dict(feeds: Mapping[str, Any] | None, keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Join feeds given as a dict and as keywords."""
    if feeds is not None and not isinstance(feeds, Mapping):
        raise FeedError(f"feeds must be a dict of names and values or keywords, found a {type(feeds).__name__}")
    twice = set(feeds or ()) & set(keywords)
    if twice:
        raise FeedError(f"{min(twice)} is fed twice, in the dict and as a keyword; leave one out")
    return {**(feeds or {}), **keywords}


def fed(
    model: Traceable, feeds: Mapping[str, Any] | None, keywords: Mapping[str, Any], example: Any = ()
) -> tuple[Graph, dict[str, Any]]:
    """The graph of a model, and its feeds: those given, and for other arguments the numbers of its example.

    A graph needs no example; if it has an argument of that name, the keyword is a feed.

    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda example: 2 * example, example=input(()))
    >>> fed(graph, None, {}, 3.0)[1]
    {'example': 3.0}
    """
    if not (isinstance(example, tuple) and not example) and takes(model, "example"):
        keywords, example = {**keywords, "example": example}, ()
    given = one_dict(feeds, keywords)
    if isinstance(model, Graph):
        return model, given
    graph = graph_of(model, example)
    original = original_of(graph)
    # What the model doesn't use isn't in its graph.
    own = {name: value for name, value in original.given.items() if name in graph} if original else {}
    return graph, {**own, **flat(graph, given)}


def checked(
    graph: Graph, feeds: Mapping[str, Any], moment: Moment = (0,), leaves: Mapping[str, Variable] | None = None
) -> dict[str, Array]:
    """The value of every leaf, fed or default, as an array of its shape and dtype; an array that fits isn't copied.

    Parameters
    ----------
    moment : tuple of int
        Selects the draw of random leaves that aren't fed.
    leaves : dict of str to Variable, optional
        The graph's leaves, if they are known.

    Raises
    ------
    FeedError
        If a feed is missing, unknown, NaN, or has another shape or type.
    """
    leaves = graph.leaves if leaves is None else leaves
    feeds = flat(graph, feeds)
    split: dict[str, Any] = {}
    whole = graph.graph.get("entries", {})
    for name, value in feeds.items():
        if name in whole:
            kinds = (leaves[entry].dtype for _, entry in entry_names(name, whole[name]) if entry in leaves)
            dtype = "complex128" if "complex" in next(kinds, "") else "float64"
            array = fitted(name, value, Variable(tuple(whole[name]), dtype))
            split.update({entry: array[index] for index, entry in entry_names(name, array.shape)})
        elif name in leaves:
            split[name] = value
        else:
            known = [*whole, *(each for each, variable in leaves.items() if variable.role != "constant")]
            raise FeedError(f"the graph has no argument {name!r}: {suggest(str(name), known)}")
    found = {}
    for name, variable in leaves.items():
        if name in split:
            found[name] = fitted(name, split[name], variable)
        elif variable.value is not None:
            found[name] = variable.value
        elif variable.draw is not None:
            found[name] = drawn(variable, moment)
        else:
            shape = f"an array of shape {variable.shape}" if variable.shape else "a number"
            file = dict(graph.graph.get("elsewhere", ())).get(name)
            problem = f"is in {file}, which isn't read" if file else "isn't fed"
            raise FeedError(f"the {variable.role} {name} {problem}; give {name}=… ({shape})")
    return found


def flat(graph: Graph, feeds: Mapping[str, Any]) -> dict[str, Any]:
    """Feeds by variable; nested values, such as a dict of weights, are flattened as in the trace.

    Raises
    ------
    FeedError
        If a part is missing.
    """
    structures, found = graph.graph.get("structures", {}), dict[str, Any]()
    for name, value in feeds.items():
        if name in structures:
            found.update(_taken_apart(structures[name], value, (name,)))
        else:
            found[name] = value
    return found


def _taken_apart(structure: Any, value: Any, path: Path) -> Iterator[tuple[str, Any]]:
    if isinstance(structure, str):
        yield structure, value
        return
    inside = parts(value)
    for key, part in structure.items():
        if key not in inside:
            raise FeedError(f"{spelled(path)} has no {key!r}: {suggest(str(key), map(str, inside))}")
        yield from _taken_apart(part, inside[key], (*path, key))


def fitted(name: str, value: Any, variable: Variable) -> Array:
    """A value as an array of a variable's shape and dtype."""
    if type(value) is np.ndarray and value.dtype == variable.dtype and value.shape == variable.shape:
        # NumPy's sum is NaN if an entry is.
        if value.dtype.kind != "f" or (total := _sum(value)) == total:
            return value
    elif type(value) is float and variable.shape == () and variable.dtype == "float64" and value == value:
        return np.array(value)
    try:
        array = arrays.numbers(value)
    except ValueError as error:
        raise FeedError(f"{name} {error}") from None
    if array.shape != variable.shape:
        many = f"; for many examples use batch(graph, over={name!r})" if array.shape[1:] == variable.shape else ""
        raise FeedError(f"{name} has shape {array.shape}; the graph was traced with {variable.shape}{many}")
    if array.dtype.kind in "fc" and np.isnan(array).any():
        where = [int(i) for i in np.argwhere(np.isnan(array))[0]]
        raise FeedError(f"{name} is NaN{f' at {where}' if where else ''}; replace or remove such values")
    return cast(name, array, np.dtype(variable.dtype))


FEW = 64
"""So many numbers are summed faster by Python than by NumPy."""


def _sum(array: Array) -> Any:
    if array.size <= FEW:
        return sum(array.ravel().tolist())
    with np.errstate(all="ignore"):
        return np.add.reduce(array, axis=None)


def all_finite(value: Any) -> bool:
    """Whether every entry is finite.

    >>> all_finite(np.array([1.0, 2.0])), all_finite(np.array([1e308, 1e308])), all_finite(np.array([1.0, np.inf]))
    (True, True, False)
    """
    # A sum is finite only if every entry is.
    return isfinite(_sum(value)) or bool(np.isfinite(value).all())


def cast(name: str, array: Array, dtype: "np.dtype[Any]") -> Array:
    """Convert an array to another dtype, keeping or rounding its numbers.

    Raises
    ------
    FeedError
        If the dtype can't represent a number.

    Examples
    --------
    >>> cast("x", np.array([1.0, 300.0]), np.dtype("int8"))
    Traceback (most recent call last):
    graphviz_nn.errors.FeedError: x is 300.0 at [1]; it must be int8, whole numbers from -128 to 127; ...
    """
    try:
        return arrays.cast(array, dtype)
    except ValueError as error:
        raise FeedError(f"{name} {error}; feed other values, or trace with another dtype") from None
