"""Write `docs/functions.md`: what works of NumPy's functions, tried call by call.

Run ``python -m docs.functions`` in the repository's folder, with the extras ``torch``, ``jax`` and ``numba``.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np

import graphviz_nn as gnn
from graphviz_nn.errors import Error
from graphviz_nn.evaluation.backends import BACKENDS
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing.lists import lists_traced
from graphviz_nn.tracing.registry import FUNCTIONS, UFUNCS
from graphviz_nn.tracing.unsized import UNSIZED
from graphviz_nn.views import detailed
from tests.numpy_functions import TABLE, Row

PAGE = Path(__file__).with_suffix(".md")
INTRODUCTION = """# NumPy's functions

`python -m docs.functions` writes this page. It tries each call; the tests try the same calls with other shapes
and dtypes.

- *value*: the traced call has NumPy's value, shape and dtype;
- *gradient*, *second*: the gradient, and the gradient of that, agree with central differences; `–` where the result
  has no slope, since it is a whole number or a truth value, or has a slope of 0;
- *batch*: `gnn.batch` computes it for many examples;
- *numbers*: the view `scalars` shows it with single numbers;
- *backends*: those that compute the call and its gradient as NumPy does.

Also traced: every other name of these functions (`np.abs`, `np.concat`, `np.pow`, …), their keywords where they have
NumPy's default, `np.r_`, `np.c_`, `np.array([a, b])`, and ufuncs with `dtype=`, `.reduce`, `.accumulate`, `.reduceat`,
`.outer` and `.at`. Functions whose result has a size that depends on its numbers can't be traced (`np.unique`,
`np.nonzero`, `np.histogram`, …); the error says what to write instead.
"""
STEP = 1e-5


def page() -> str:
    """The whole page."""
    found = [INTRODUCTION]
    for title, rows in TABLE.items():
        found.append(f"## {title}\n")
        found.append("| call | value | gradient | second | batch | numbers | backends |\n|---|---|---|---|---|---|---|")
        found.extend([*map(line, rows), ""])
    return "\n".join([*found, *_names()])


SETTINGS = ("array2string", "asmatrix", "busday", "bmat", "datetime", "err", "file", "format", "info", "load", "mat")
SETTINGS += ("options", "print", "repr", "save", "shares", "show", "str", "test", "txt", "type", "buf", "fortran")
"""Parts of the names of functions that compute nothing: files, text, settings, types, calendars, plain arrays."""


def _names() -> Iterable[str]:
    """All functions of NumPy, by what happens to them."""
    functions = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
    functions = {name: each for name, each in functions.items() if callable(each) and not isinstance(each, type)}
    with lists_traced():
        wrapped = {name for name, each in functions.items() if getattr(np, name) is not each}
    traced = {name for name, each in functions.items() if each in FUNCTIONS or each in UFUNCS} | wrapped
    rest = functions.keys() - traced - UNSIZED.keys()
    idle = {name for name in rest if any(part in name for part in SETTINGS)}
    yield f"## Every function of numpy\n\nOf the {len(functions)} functions of `numpy`, {len(traced)} can be traced:\n"
    yield fill(", ".join(sorted(traced)), 120)
    yield "\nOf these the size of the result depends on the numbers, so they are refused by name:\n"
    yield fill(", ".join(sorted((UNSIZED.keys() - traced) & functions.keys())), 120)
    yield "\nThese make arrays of numbers that aren't traced, or have no rule:\n"
    yield fill(", ".join(sorted(rest - idle)), 120)
    yield "\nThese compute nothing (files, text, settings, types, calendars):\n"
    yield fill(", ".join(sorted(idle)), 120)
    yield ""


def line(row: Row) -> str:
    """A line of the table."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return f"| {' | '.join(_cells(row))} |"


def _cells(row: Row) -> Iterable[str]:
    arrays = row.example
    yield f"`{row.source}`"
    yield _tried(lambda: _value(row, arrays))
    loss = traced(row.loss, arrays) if row.has_slope else None
    if loss is None or not np.any(_gradient(loss, arrays)):
        yield from ("–", "–")
    else:
        yield _tried(lambda: _first(row, loss, arrays))
        yield _tried(lambda: _second(loss, arrays))
    graph = traced(row.function, arrays)
    yield _tried(lambda: _batch(row, graph))
    yield _tried(lambda: bool(detailed("scalars", graph)))
    whole = gnn.gradient(loss, wrt=list(arrays)) if loss is not None else graph
    yield ", ".join(name for name in BACKENDS if _tried(lambda name=name: _agrees(name, whole, arrays)) == "yes")


def _agrees(backend: str, graph: Graph, arrays: Mapping[str, Array]) -> bool:
    """Whether a backend gives NumPy's value and gradients."""
    names = [graph.outputs[0], *graph.graph.get("gradients", {}).values()]
    found, right = (gnn.compile(graph, names, backend=each)(arrays) for each in (backend, "numpy"))
    rough = 1e-5 if any(each.dtype == "float32" for each in graph.variables.values()) else 1e-9
    return all(np.allclose(found[name], right[name], rtol=rough, atol=rough, equal_nan=True) for name in names)


def _tried(check: Callable[[], bool]) -> str:
    try:
        return "yes" if check() else "wrong"
    except Error:
        return "no"


def traced(function: Callable[..., Any], arrays: Mapping[str, Array]) -> Graph:
    """The graph of a function of these arrays."""
    specs = {name: gnn.input(each.shape, dtype=each.dtype.name) for name, each in arrays.items()}
    return gnn.trace(lambda **given: function(*given.values()), **specs)


def _value(row: Row, arrays: Mapping[str, Array]) -> bool:
    graph, right = traced(row.function, arrays), np.asarray(row.function(*arrays.values()))
    found = np.asarray(gnn.compile(graph).run(arrays)[graph.outputs[0]])
    return found.dtype == right.dtype and found.shape == right.shape and np.allclose(found, right, equal_nan=True)


def _gradient(loss: Graph, arrays: Mapping[str, Array]) -> Array:
    _, found = gnn.value_and_gradient(loss, arrays, wrt=list(arrays))
    return np.concatenate([np.ravel(found[name]) for name in arrays])


def _ends(arrays: Mapping[str, Array]) -> list[dict[str, Array]]:
    return [{name: each + by for name, each in arrays.items()} for by in (STEP, -STEP)]


def _first(row: Row, loss: Graph, arrays: Mapping[str, Array]) -> bool:
    up, down = (row.loss(*each.values()) for each in _ends(arrays))
    rough = 0.1 if "float32" in row.source else 1e-6
    return bool(np.isclose(np.sum(_gradient(loss, arrays)), (up - down) / (2 * STEP), rtol=rough, atol=1e-6))


def _second(loss: Graph, arrays: Mapping[str, Array]) -> bool:
    up, down = (_gradient(loss, each) for each in _ends(arrays))
    names = list(arrays)
    first = gnn.gradient(loss, wrt=names)
    parts = []
    for name in names:
        ones = np.ones(arrays[name].shape)
        again = gnn.gradient(first, first.graph["gradients"][name], names, cotangent=ones)
        found = gnn.evaluate(again, arrays, outputs=again.graph["gradients"].values())
        parts.append(np.concatenate([np.ravel(found[again.graph["gradients"][each]]) for each in names]))
    measured = (up - down) / (2 * STEP)
    rough = 0.05 if "float32" in str([v.dtype for v in loss.variables.values()]) else 1e-6
    return bool(np.allclose(np.sum(parts, axis=0), measured, rtol=0, atol=rough * max(1, np.abs(measured).max())))


def _batch(row: Row, graph: Graph) -> bool:
    each = [row.arrays(row.kind.shapes[0], row.dtype, seed) for seed in range(2)]
    many = gnn.batch(graph, size=2)
    together = gnn.compile(many).run({name: np.stack([one[name] for one in each]) for name in each[0]})
    alone = [gnn.compile(graph).run(one)[graph.outputs[0]] for one in each]
    return bool(np.allclose(together[many.outputs[0]], np.stack(alone), equal_nan=True))


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
