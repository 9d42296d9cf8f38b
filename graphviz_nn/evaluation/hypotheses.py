"""Explain wrong gradients: a table of common mistakes, recognised by their results."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.backward import backward
from graphviz_nn.transforms.computable import computable


@dataclass(frozen=True)
class Evidence:
    """A wrong gradient, and the right one.

    Parameters
    ----------
    given, right, value : array
        The doubted gradient, the right one, and the value of their variable.
    uses : tuple of str and array
        The contribution of each use of the variable to the right gradient, with its operation, in order.
    unsummed : tuple of array
        The right gradient before it is summed over examples.
    others : dict of str to array
        The right gradients of other variables.
    after : dict of str to str
        Those of these variables that are computed from this one, with their operations.
    examples, entries : tuple of int
        The possible numbers in the model.
    tolerance : float
        The largest relative error that counts as agreement.
    """

    name: str
    given: Array
    right: Array
    value: Array
    uses: tuple[tuple[str, Array], ...] = ()
    unsummed: tuple[Array, ...] = ()
    others: Mapping[str, Array] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()
    tolerance: float = 1e-5

    def fits(self, other: Array) -> bool:
        """Whether the gradient equals this one."""
        if other.shape != self.given.shape or not other.any():
            return False
        return bool(np.max(np.abs(self.given - other)) <= self.tolerance * np.max(np.abs(other)))

    def is_times(self, factor: float) -> bool:
        """Whether the gradient is the right one times a factor."""
        return self.fits(factor * self.right)


Hypothesis = Callable[[Evidence], str]


def _nothing(evidence: Evidence) -> str:
    return "{is} 0: nothing is passed back to it" if not evidence.given.any() else ""


def _sign(evidence: Evidence) -> str:
    return "the sign is reversed" if evidence.is_times(-1) else ""


def _mean(evidence: Evidence) -> str:
    for counts, what in ((evidence.examples, "examples"), (evidence.entries, "entries")):
        for count in counts:
            if evidence.is_times(count):
                return f"{{is}} {count} times too large: the mean over {count} {what}?"
            if evidence.is_times(1 / count):
                return f"{{is}} {count} times too small: the sum over {count} {what}, not their mean?"
    return ""


def _square(evidence: Evidence) -> str:
    if evidence.is_times(0.5):
        return "{is} 2 times too small: the 2 of a square's derivative?"
    return "{is} 2 times too large: a half before a square, or one part added twice?" if evidence.is_times(2) else ""


def _transpose(evidence: Evidence) -> str:
    return "the transpose fits" if evidence.right.ndim > 1 and evidence.fits(evidence.right.T) else ""


def _one_use(evidence: Evidence) -> str:
    uses = evidence.uses
    if len(uses) < 2:
        return ""
    named = {0: "the first step", len(uses) - 1: "the last step"}
    for place, (operation, part) in enumerate(uses):
        if evidence.fits(part):
            return f"equals the part of {named.get(place, operation)} only: sum over the {len(uses)} steps"
    for operation, part in uses:
        if part.any() and evidence.fits(evidence.right - part):
            return f"the part that comes back through {operation} is left out"
    return ""


def _one_example(evidence: Evidence) -> str:
    for whole in evidence.unsummed:
        rows = whole.reshape(-1, *evidence.right.shape)
        for place in (len(rows) - 1, 0):
            if len(rows) > 1 and evidence.fits(rows[place]):
                return f"equals the part of the {'last' if place else 'first'} example only: sum over the {len(rows)}"
    return ""


def _another(evidence: Evidence) -> str:
    for name, gradient in evidence.others.items():
        if evidence.fits(gradient):
            if name in evidence.after:
                return f"equals the gradient by {name}: the step back through {evidence.after[name]} is left out"
            return f"equals the gradient by {name}: are both exchanged?"
    return ""


def _penalty(evidence: Evidence) -> str:
    value, rest = evidence.value, evidence.given - evidence.right
    if value.size < 3 or not value.any():
        return ""
    factor = float(np.sum(rest * value) / np.sum(value * value))
    # The rounding of the difference counts too.
    near = evidence.tolerance * max(float(np.max(np.abs(rest))), float(np.max(np.abs(evidence.right))))
    fits = float(np.max(np.abs(rest - factor * value))) <= near < 0.1 * float(np.max(np.abs(rest)))
    return f"differs by {factor:.3g} times {evidence.name} itself: a penalty that the loss hasn't?" if fits else ""


def _reversed(evidence: Evidence) -> str:
    for axis, side in enumerate(evidence.right.shape):
        if side > 1 and evidence.fits(np.flip(evidence.right, axis)):
            return f"the order along axis {axis} is reversed"
    return ""


def _factor(evidence: Evidence) -> str:
    """Any factor; for a single number it isn't evidence."""
    if np.count_nonzero(evidence.right) < 2:
        return ""
    factor = float(np.sum(evidence.given * evidence.right) / np.sum(evidence.right**2))
    if not evidence.is_times(factor):
        return ""
    times = f"{max(abs(factor), 1 / abs(factor)):.4g}"
    if times == "1":
        return ""
    size = "large" if abs(factor) > 1 else "small"
    return f"{{is}} {times} times too {size}{', with the sign reversed' if factor < 0 else ''}"


# The first match counts.
HYPOTHESES: tuple[Hypothesis, ...] = (
    _nothing,
    _sign,
    _mean,
    _square,
    _transpose,
    _one_use,
    _one_example,
    _another,
    _reversed,
    _penalty,
    _factor,
)


def hints(evidence: Iterable[Evidence], count: int) -> Iterator[str]:
    """Explain the wrong gradients, one sentence per cause; `count` is the number of gradients that aren't 0.

    Examples
    --------
    >>> slope = np.array([1.0, -2.0, 3.0])
    >>> list(hints([Evidence("w", -slope, slope, slope)], 1))
    ['w: the sign is reversed']
    >>> both = [Evidence(name, 5 * slope, slope, slope, examples=(5,)) for name in "wv"]
    >>> list(hints(both, 2))
    ['all gradients are 5 times too large: the mean over 5 examples?']
    >>> list(hints([Evidence("w", slope**2, slope, slope)], 1))
    []
    """
    found: dict[str, list[str]] = {}
    for each in evidence:
        if np.isfinite(each.given).all() and np.isfinite(each.right).all() and each.right.any():
            said = next(filter(None, (hypothesis(each) for hypothesis in HYPOTHESES)), "")
            if said:
                found.setdefault(said, []).append(each.name)
    for said, names in found.items():
        subject = "all gradients" if len(names) == count > 1 else ", ".join(names)
        joint = " " if said.startswith("{is}") else ": "
        yield subject + joint + said.replace("{is}", "are" if len(names) > 1 else "is", 1)


def evidence(
    graph: Graph,
    of: str,
    names: Iterable[str],
    given: Mapping[str, Array],
    right: Mapping[str, Array],
    values: Mapping[str, Array],
    tolerance: float,
    backward_is_right: bool,
) -> Iterator[Evidence]:
    """Collect the evidence on wrong gradients; backward steps only where they are known to be right."""
    cotangents, parts = _taken_apart(graph, of, names, values) if backward_is_right else ({}, {})
    examples, entries = counts(graph)
    for name in names:
        after = {result: step for step in graph.successors(name) for result in graph.results(step)}
        yield Evidence(
            name,
            np.asarray(given[name], float),
            np.asarray(right[name], float),
            np.asarray(values[name], float),
            tuple((str(graph.operation(step)), part) for (step, variable), part in parts.items() if variable == name),
            unsummed(graph, name, cotangents),
            {each: array for each, array in {**cotangents, **right}.items() if each != name},
            {result: str(graph.operation(step)) for result, step in after.items()},
            examples,
            entries,
            max(10 * tolerance, 1e-5),
        )


def _taken_apart(
    graph: Graph, of: str, names: Iterable[str], values: Mapping[str, Array]
) -> tuple[dict[str, Array], dict[tuple[str, str], Array]]:
    """The right gradients of all variables on the way, and the contribution of each use of one, in order."""
    both = backward(graph, of, names)
    facts = both.graph["backward"]
    found = Interpreter(computable(both)).run({name: values[name] for name in graph.leaves})
    order = {name: number for number, name in enumerate(graph.computation_order())}
    parts = sorted(facts["parts"].items(), key=lambda pair: order[pair[0][0]])
    cotangents = {name: np.asarray(found[result]) for name, result in facts["cotangents"].items()}
    return cotangents, {use: np.asarray(found[result]) for use, result in parts}


def counts(graph: Graph) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers of examples and of entries over which a model may take means."""
    leaves = [v.shape for v in graph.leaves.values() if v.role in ("input", "target", "constant") and v.shape]
    examples = _several([*(shape[0] for shape in leaves), *(shape[-1] for shape in leaves)])
    sizes = _several(side for v in graph.variables.values() for side in (*v.shape, int(np.prod(v.shape, dtype=int))))
    return examples, tuple(each for each in sizes if each not in examples)


def _several(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(each for each in numbers if each > 1))


def unsummed(graph: Graph, name: str, cotangents: Mapping[str, Array]) -> tuple[Array, ...]:
    """The gradients of the sums that a variable was broadcast to."""
    shape: Sequence[int] = graph.variable(name).shape
    found = []
    for operation in graph.successors(name):
        for result in graph.results(operation):
            array = cotangents.get(result)
            if graph.operation(operation).op == "add" and array is not None and array.ndim > len(shape):
                found += [array] if array.shape[array.ndim - len(shape) :] == tuple(shape) else []
    return tuple(found)
