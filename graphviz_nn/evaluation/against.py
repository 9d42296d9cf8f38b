"""Compare a graph's gradients with gradients from another source."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np

from graphviz_nn.errors import GradientError, UsageError, suggest
from graphviz_nn.evaluation.against_graph import gradients as gradients_of
from graphviz_nn.evaluation.against_graph import is_model
from graphviz_nn.evaluation.differences import LARGE, Line, counted, entry
from graphviz_nn.evaluation.feeds import checked
from graphviz_nn.evaluation.gradient_report import Row, Verdict
from graphviz_nn.evaluation.prepared import DOUBLE
from graphviz_nn.evaluation.slopes import NOISE, Judged
from graphviz_nn.graph.arrays import numbers
from graphviz_nn.graph.ir import Array, Graph, Variable
from graphviz_nn.tracing.model import graph_of
from graphviz_nn.tracing.original import Gradients, original_of
from graphviz_nn.transforms.entries import entry_names

FRAMEWORKS = ("torch", "jax")


@dataclass(frozen=True)
class Theirs:
    """Gradients from another source.

    Parameters
    ----------
    title : str
        The name of the source.
    gradients : dict of str to array, optional
        Gradients by name; empty for a framework that hasn't computed them yet.
    value : array, optional
        The value of the output according to the source.
    itself : callable, optional
        The model's own backward pass in this framework.
    """

    title: str
    gradients: Mapping[str, Array] | None = None
    value: Array | None = None
    itself: Gradients | None = None

    def completed(self, graph: Graph, of: str, names: list[str], values: Mapping[str, Array]) -> "Theirs":
        """Add the requested gradients, computed by the framework if there is one."""
        if self.gradients is None:
            return self._computed(graph, of, names, values)
        for name in names:
            if name not in self.gradients:
                raise GradientError(f"against= has no gradient of {name}; {suggest(name, self.gradients)}")
        if self.value is not None and self.value.size != 1:
            raise GradientError(f"against= returns a value of shape {self.value.shape}, but {of} is a single number")
        return self

    def _computed(self, graph: Graph, of: str, names: list[str], values: Mapping[str, Array]) -> "Theirs":
        """The gradients by the framework: of its own model, and of the graph for what is inside of the model."""
        itself = self.itself if of in graph.outputs else None
        leaves = [name for name in names if itself and name in graph.leaves]
        value, found = itself(values, of, leaves) if itself and leaves else (None, {})
        if inner := [name for name in names if name not in leaves]:
            framework = import_module(f"graphviz_nn.evaluation.against_{self.title}")
            value, slopes = framework.gradients(graph, of, inner, values)
            found = {**found, **slopes}
        return replace(self, gradients=found, value=value, itself=itself if leaves else None)


def theirs(
    graph: Graph, feeds: Mapping[str, Any], against: Any, *, of: str | None = None, wrt: Iterable[str] = ()
) -> Theirs:
    """Read the gradients of another source, and check every array.

    Parameters
    ----------
    of, wrt : str, iterable of str
        The variables for another graph: by default its first output, and all variables that both graphs have.

    Raises
    ------
    UsageError
        For an object that isn't a source of gradients.
    GradientError
        For names and arrays that aren't gradients of this graph.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> graph = trace(lambda t: t**3, t=parameter(()))
    >>> theirs(graph, {"t": 2.0}, lambda t: (t**3, {"t": 3 * t**2})).gradients
    {'t': array(12.)}
    """
    if isinstance(against, Theirs):
        return against
    if isinstance(against, str):
        if against not in FRAMEWORKS:
            raise UsageError(
                f"can't compare with {against!r}: {suggest(against, FRAMEWORKS)}; "
                "or give a dict of arrays, or a function that returns one"
            )
        original = original_of(graph)
        is_random = any(leaf.role == "random" for leaf in graph.leaves.values())
        # What a model draws itself differs from what its graph draws.
        known = original is not None and original.framework == against and not is_random
        return Theirs(against, itself=original.gradients if original and known else None)
    if isinstance(against, Mapping):
        return Theirs("yours", _read(graph, against, "against="))
    if is_model(against):
        other = graph_of(against)
        value, found = gradients_of(graph, other, feeds, of, wrt)
        title = str(other.graph.get("name", ""))
        title = title if title.isidentifier() and title != graph.graph.get("name") else "the other graph"
        return Theirs(title, _read(graph, found, "against="), value)
    if not callable(against):
        raise UsageError(
            f"against= must be a dict of arrays, a function, a graph, {' or '.join(map(repr, FRAMEWORKS))}, "
            f"found a {type(against).__name__}"
        )
    title = getattr(against, "__name__", type(against).__name__)
    title = title if title.isidentifier() else "yours"
    return _called(graph, feeds, against, title)


def _called(graph: Graph, feeds: Mapping[str, Any], function: Callable[..., Any], title: str) -> Theirs:
    checked(graph, feeds)
    # A function may change its arguments.
    given = {name: np.array(value, DOUBLE.get(np.asarray(value).dtype.kind)) for name, value in feeds.items()}
    try:
        found = function(**given)
    except Exception as error:
        # Exceptions of foreign code have no common base class.
        raise GradientError(
            f"{title}({', '.join(given)}) raised {type(error).__name__}: {error}; it must take the feeds as keywords"
        ) from error
    value = None
    if isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], Mapping):
        value, found = _array(found[0], f"the value that {title} returns"), found[1]
    if not isinstance(found, Mapping):
        raise GradientError(
            f"{title} returned a {type(found).__name__}; "
            "it must return a dict of gradients by name, or the value and the dict"
        )
    return Theirs(title, _read(graph, found, f"what {title} returned"), value)


def _read(graph: Graph, arrays: Mapping[Any, Any], where: str) -> dict[str, Array]:
    if not arrays:
        raise GradientError(f"{where} has no gradients; give some by name, {{'W': array}}")
    variables, whole = graph.variables, graph.graph.get("entries", {})
    found: dict[str, Array] = {}
    for name, value in arrays.items():
        array = _array(value, f"{where} {name!r}")
        if name in whole:
            _fits(array, tuple(whole[name]), f"{where} {name!r}")
            found.update({part: array[index] for index, part in entry_names(name, array.shape)})
            continue
        if name not in variables:
            known = [
                each
                for each, v in {**whole, **variables}.items()
                if each in whole or v.dtype.startswith(("float", "complex"))
            ]
            raise GradientError(
                f"{where} has a gradient of {name!r}, which isn't a variable: {suggest(str(name), known)}"
            )
        variable = variables[name]
        if np.dtype(variable.dtype).kind not in "fc":
            raise GradientError(f"{where} {name!r}: {name} is {variable.dtype}, which has no gradient; leave it out")
        _fits(array, variable.shape, f"{where} {name!r}")
        found[name] = array.astype(complex) if variable.dtype.startswith("complex") else array
    return found


def _array(value: Any, where: str) -> Array:
    try:
        array = numbers(value)
        array = array if array.dtype.kind == "c" else array.astype(float)
    except ValueError as error:
        raise GradientError(f"{where} {error}") from None
    if not np.isfinite(array).all():
        place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
        bad = array[tuple(place)]
        raise GradientError(
            f"{where} is {bad}{f' at {place}' if place else ''}; look for 0/0, log(0) or an overflow there"
        )
    return array


def _fits(array: Array, shape: tuple[int, ...], where: str) -> None:
    if array.shape != shape:
        hint = "; its transpose fits" if array.shape == shape[::-1] else ""
        raise GradientError(f"{where} has shape {array.shape}; a gradient has the shape of its variable, {shape}{hint}")


def beside(variable: Variable, name: str, own: Array, line: Line, other: Theirs) -> Row:
    """Compare a gradient with the other source: the worst entry, and the central difference if they differ."""
    assert other.gradients is not None
    own, given, tolerance = np.asarray(own, float), np.asarray(other.gradients[name], float), line.tolerance
    role, shape = variable.role, own.shape
    if not own.size:
        return Row(name, role, shape, "entries", 0, "", 0.0, 0.0, 0.0, "agrees", "it has no entries")
    # If all gradients are only rounding of 0, this bounds their slopes.
    steep = line.around if line.around > 1e-13 * abs(line.middle) else abs(line.middle)
    noise = 8 * np.finfo(float).eps * steep
    distances, sizes = np.abs(own - given), np.maximum(np.abs(own), np.abs(given))
    errors = np.divide(distances, sizes, where=sizes != 0, out=np.zeros(own.shape))
    hidden = (errors > tolerance) & (distances <= noise)
    if hidden.any():
        # Rounding turns this into 0; any other number so small can't be judged.
        rounded = hidden & (line.rounding() > NOISE * np.abs(own))
        errors[rounded] = distances[rounded] * tolerance / noise
        hidden &= ~rounded
    known = np.where(hidden, 0.0, errors)
    unmeasured = int(np.count_nonzero(hidden))
    # NaN agrees with nothing.
    agrees = bool(np.max(known) <= tolerance)
    verdict: Verdict = "differs" if not agrees else "not measurable" if unmeasured else "agrees"
    ranked = np.where(hidden, errors, -1.0) if verdict == "not measurable" else known
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(ranked)), own.shape))
    note = ""
    if verdict == "not measurable":
        why = f"slopes below {noise:.1g} are lost in the rounding of others"
        note = counted(unmeasured, own.size, "entries", "can't be measured", str(list(index)), why)
        there = line.judged(entry(own.shape, index), float(own[index]))
        note += f"; {_known_there(there)}" if there.verdict == "agrees" else ""
    if verdict == "differs":
        wrong = sorted((tuple(map(int, i)) for i in np.argwhere(known > tolerance)), key=lambda i: -float(known[i]))
        for place in wrong[:LARGE]:
            there = line.judged(entry(own.shape, place), float(given[place]))
            index, verdict = place, "kink" if there.verdict == "kink" else "differs"
            note = _known_there(there)
            if verdict == "differs":
                break
    worst = str(list(index)) if index else ""
    return Row(
        name,
        role,
        shape,
        "entries",
        own.size,
        worst,
        float(own[index]),
        float(given[index]),
        float(errors[index]),
        verdict,
        note,
        unmeasured,
    )


def _known_there(there: Judged) -> str:
    """The slope where two gradients differ, in words."""
    if there.verdict == "kink":
        return there.note
    if there.verdict == "not measurable" or not np.isfinite(there.difference):
        return f"the right one can't be measured: {there.note or 'the value is not finite nearby'}"
    return f"the central difference is {there.difference:.6g}"
