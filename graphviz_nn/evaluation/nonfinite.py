"""Find the origin of NaN and infinities: the first step that makes one from finite numbers."""

import warnings
from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np

from graphviz_nn.errors import NumericalWarning
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.fold import BACKWARD

Place = tuple[int, ...]


def explained(graph: Graph, values: Mapping[str, Array], names: Iterable[str]) -> str:
    """A sentence about the first of some variables that isn't finite; empty if all are finite.

    Infinities that a constant has, such as a mask or the padding of a maximum, are meant, unless an output has them.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: 0 * (1 / x), x=input(()))
    >>> values = {"x": np.array(0.0), "v1": np.array(np.inf), "output": np.array(np.nan)}
    >>> explained(graph, values, ["output"])
    'output is nan: divide (...) gives inf of 1.0 and 0.0, then multiply (...) gives nan of 0.0 and inf'
    """
    for name in names:
        if (place := _bad(values[name])) is not None and not _is_meant(graph, values, name):
            # A parameter may be an output, which no step computes.
            return f"{_at(name, place, values)}: {', then '.join(_steps(graph, values, name))}"
    return ""


def warn(sentence: str) -> None:
    """Issue a `NumericalWarning` at the user's line that asked for the numbers."""
    frame = frames.user_frame()
    if frame is None:
        warnings.warn(sentence, NumericalWarning, stacklevel=2)
        return
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    module = frame.f_globals.get("__name__", "")
    warnings.warn_explicit(
        sentence, NumericalWarning, frame.f_code.co_filename, frame.f_lineno, module=module, registry=registry
    )


def _bad(value: Array, kind: np.ufunc = np.isfinite) -> Place | None:
    """The first entry that is NaN (with `np.isnan`), or isn't finite."""
    found = ~np.isfinite(value) if kind is np.isfinite else kind(value)
    return tuple(int(i) for i in np.argwhere(found)[0]) if found.any() else None


def _is_meant(graph: Graph, values: Mapping[str, Array], name: str) -> bool:
    if name in graph.outputs or _bad(values[name], np.isnan) is not None:
        return False
    above = nx.ancestors(graph, name) | {name}
    first = next(
        each for each in graph.variables if each in above and each in values and _bad(values[each]) is not None
    )
    return graph.variable(first).role == "constant"


def _at(name: str, place: Place, values: Mapping[str, Array]) -> str:
    return f"{name}{f' at {list(place)}' if place else ''} is {np.asarray(values[name])[place]}"


def _steps(graph: Graph, values: Mapping[str, Array], name: str) -> list[str]:
    """The steps that led to the value: the one where it became NaN, after the one that gave an infinity."""
    above = nx.ancestors(graph, name) | {name}
    order = [each for each in graph.variables if each in above and each in values]
    last = next((each for each in order if _bad(values[each], np.isnan) is not None), None)
    before = order if last is None else [each for each in order if each in nx.ancestors(graph, last) | {last}]
    first = next(each for each in before if _bad(values[each]) is not None)
    return [_step(graph, values, each) for each in dict.fromkeys([first, last or first])]


def _step(graph: Graph, values: Mapping[str, Array], name: str) -> str:
    place = _bad(values[name], np.isnan)
    place = _bad(values[name]) if place is None else place
    assert place is not None
    producer = graph.producer(name)
    if producer is None:
        return f"the {graph.variable(name).role} {_at(name, place, values)}"
    operation = graph.operation(producer)
    title = str(operation)
    if operation.scope[:1] == (BACKWARD,):
        title = f"{operation.op} on the way back through {operation.scope[-1]}"
        title += f" ({operation.source})" if operation.source else ""
    slots = {slot: values[each] for slot, each in graph.arguments(producer).items()}
    slots.update({slot: np.asarray(each, float) for slot, each in operation.literals.items()})
    entry = np.asarray(values[name])[place]
    if not isinstance(lookup(operation.op).kernel, np.ufunc) or operation.op == "matmul":
        return f"{title} gives {entry}"
    shape = np.shape(values[name])
    given = [str(np.broadcast_to(slots[slot], shape)[place]) for slot in sorted(slots)]
    return f"{title} gives {entry} of {' and '.join(given)}"
