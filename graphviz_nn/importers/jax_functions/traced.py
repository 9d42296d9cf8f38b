"""Import what JAX makes of a function: every step with its call, its line and its shape."""

import traceback
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax import tree_util

from graphviz_nn.errors import Error, TracingError
from graphviz_nn.graph.ir import Graph
from graphviz_nn.importers.jax_functions.abstract import KEY, is_key, known
from graphviz_nn.importers.jax_functions.arguments import Leaf, call_of, named
from graphviz_nn.importers.jax_functions.calls import marked, settled
from graphviz_nn.importers.jax_functions.equations import Equations
from graphviz_nn.importers.jax_functions.itself import original
from graphviz_nn.importers.jax_functions.late import now
from graphviz_nn.importers.replay import Replay, needed
from graphviz_nn.tracing.frames import is_users
from graphviz_nn.tracing.original import remember

BRANCHES = (
    jax.errors.TracerBoolConversionError,
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.TracerArrayConversionError,
    jax.errors.NonConcreteBooleanIndexError,
)


def imported(model: Any, examples: Sequence[Any], keywords: Mapping[str, Any]) -> Graph:
    """The graph of a function of JAX arrays, or of a module, for examples of its arguments.

    Raises
    ------
    TracingError
        If the examples don't fit, or the function can't be traced by JAX.
    """
    call = call_of(model, examples, keywords)
    shapes = tuple(each.abstract for each in call.leaves)
    with warnings.catch_warnings():
        # What the framework says of its own code means nothing to the user.
        warnings.simplefilter("ignore")
        with marked(call.itself, call.paths):
            try:
                closed, returned = jax.make_jaxpr(call.function, return_shape=True)(*shapes)
            except Error:
                raise
            except BRANCHES as error:
                raise TracingError(_branching(call.title, error)) from None
            except (TypeError, ValueError) as error:
                if (misfit := _misfit(call.title, error)) is None:
                    raise
                raise TracingError(misfit) from None
        graph = _graph(call.title, call.leaves, closed, returned)
    return remember(graph, original(call, _output_names))


def _graph(title: str, leaves: Sequence[Leaf], closed: Any, returned: Any) -> Graph:
    replay = Replay()
    values = _enter(replay, leaves)
    equations = Equations(replay)
    consts = [np.asarray(each, known(each).dtype) for each in closed.consts]
    found = equations.run(closed.jaxpr, consts, list(values.values()))
    outputs: dict[str, Any] = {}
    paths = [path for path, _ in tree_util.tree_flatten_with_path(returned)[0]]
    for name, value in zip(_output_names(paths), found, strict=True):
        if value is not KEY:
            outputs[name] = now(value)
    replay.recording.remarks.extend(equations.remarks)
    graph = replay.graph(outputs, {"name": title})
    graph = needed(graph)
    settled(graph)
    structures = _structures(graph, leaves, list(values))
    if structures:
        graph.graph["structures"] = structures
    return graph


def _enter(replay: Replay, leaves: Sequence[Leaf]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, leaf in zip(named(leaves), leaves, strict=True):
        if is_key(leaf.abstract.dtype):
            values[name] = KEY
            continue
        each = known(leaf.abstract)
        value = None if leaf.value is None else np.asarray(leaf.value).astype(each.dtype, copy=False)
        values[name] = replay.leaf(name, leaf.role, each, value, leaf.label)
    return values


def _output_names(paths: Sequence[Any]) -> list[str]:
    """Names of results: the keys and fields on the way to them, with places where these don't tell them apart."""
    words = [_words(path) for path in paths]
    alone = Counter(words)
    whole = [name if alone[name] == 1 else _words(path, "idx") for name, path in zip(words, paths, strict=True)]
    count = Counter(whole)
    numbered = (f"output{number}" if len(paths) > 1 else "output" for number in range(1, len(paths) + 1))
    return [
        name if word and count[name] == 1 else other for word, name, other in zip(words, whole, numbered, strict=True)
    ]


def _words(path: Any, *others: str) -> str:
    kinds = ("key", "name", *others)
    keys = (next((getattr(each, kind) for kind in kinds if hasattr(each, kind)), "") for each in path)
    return ".".join(str(key) for key in keys if key != "")


def _structures(graph: Graph, leaves: Sequence[Leaf], names: Sequence[str]) -> dict[Any, Any]:
    """The nested arguments, with names in place of arrays."""
    found: dict[Any, Any] = {}
    for leaf, name in zip(leaves, names, strict=True):
        if len(leaf.path) > 1 and name in graph:
            inner = found
            for key in leaf.path[:-1]:
                inner = inner.setdefault(key, {})
            inner[leaf.path[-1]] = name
    return found


def _line(error: BaseException) -> str:
    """`` (model.py:12)``, the user's line that raised."""
    own = [each for each in traceback.extract_tb(error.__traceback__) if is_users(each.filename)]
    return f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""


def _branching(title: str, error: Exception) -> str:
    return (
        f"{title}{_line(error)} needs the values of its arguments, of which JAX knows only shapes while it traces; "
        "write jax.lax.cond or jax.numpy.where for a choice, and pass plain numbers for lengths"
    )


def _misfit(title: str, error: Exception) -> str | None:
    """What JAX says of shapes that don't fit; None if the user's own code raised."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or is_users(frames[-1].filename):
        return None
    said = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{title}{_line(error)} can't be traced with these arguments: {said}; give examples of other shapes"
