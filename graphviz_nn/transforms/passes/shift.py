"""A maximum that a value doesn't depend on, such as the one that softmax subtracts, has no gradient."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import prod
from typing import NamedTuple, TypeAlias

from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.fold import BACKWARD
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass, Slot


class Shifted(NamedTuple):
    """How a value changes with a number m per row: as v + k m, or where it `grows` as v exp(k m)."""

    k: float
    grows: bool


@Pass
def shift(listing: Listing) -> Listing:
    """Remove the gradient through a maximum that is added or subtracted such that it cancels.

    The gradient through it is 0, however large the maximum; its value stays, as it keeps exponentials finite.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import parameter, trace
    >>> from graphviz_nn.transforms.gradient import gradient
    >>> from graphviz_nn.transforms.passes.live import live
    >>> def logarithm_of_sum(z):
    ...     top = np.max(z)
    ...     return np.log(np.sum(np.exp(z - top))) + top
    >>> both = gradient(trace(logarithm_of_sum, z=parameter(3)))
    >>> "equal" in both.operations, "equal" in live(shift(both)).operations
    (True, False)
    """
    if not listing.differentiated or not listing.variables.keys() >= set(listing.differentiated):
        return listing
    alike = defaultdict[tuple[Slot, Sequence[int]], list[Line]](list)
    for line in listing.lines:
        if line.op == "max":
            axes = axes_numbers(line.attributes.get("axis"), len(listing.variables[str(line.given[0])].shape))
            alike[line.given[0], axes].append(line)
    parts = [_parts(listing, lines) for (_, axes), lines in alike.items() if _cancels(listing, lines, axes)]
    return _without(listing, {name for each in parts for name in each}) if any(parts) else listing


def _parts(listing: Listing, maxima: Sequence[Line]) -> set[str]:
    """What these maxima add to a gradient, all of it; nothing if a part isn't added to another one."""
    groups = {(BACKWARD, *line.origin.scope, line.name) for line in maxima}
    # The last step of the gradient of a maximum gives each of the largest entries its share.
    parts = {line.result for line in listing.lines if line.op == "divide" and line.origin.scope in groups}
    users = [line for line in listing.lines if not parts.isdisjoint(line.given)]
    added = [line for line in users if line.op == "add" and len(parts.intersection(line.given)) == 1]
    return parts if len(users) == len(added) == len(parts) and parts.isdisjoint(listing.outputs) else set()


def _without(listing: Listing, parts: set[str]) -> Listing:
    """The lines, with these parts of gradients left out."""
    standing, lines = dict[Slot, Slot](), list[Line]()
    for line in listing.lines:
        given = tuple(standing.get(each, each) for each in line.given) if standing else line.given
        other = next((given[1 - slot] for slot, each in enumerate(line.given) if each in parts), None)
        if other is None:
            lines.append(line._replace(given=given))
        elif line.result in listing.outputs:
            lines.append(line._replace(op="positive", given=(other,)))
        else:
            standing[line.result] = other
    variables = {name: each for name, each in listing.variables.items() if name not in standing}
    return listing._replace(lines=lines, variables=variables)


def _cancels(listing: Listing, maxima: Sequence[Line], axes: Sequence[int]) -> bool:
    """Whether no value that is differentiated depends on these equal maxima, other than by their use as a shift."""
    full = listing.variables[str(maxima[0].given[0])].shape
    kept = tuple(1 if i in axes else n for i, n in enumerate(full))
    rows = _Rows(full, kept, tuple(n for i, n in enumerate(full) if i not in axes), tuple(axes))
    moved: dict[Slot, Shifted] = {line.result: Shifted(1.0, False) for line in maxima}
    for line in listing.lines:
        if moved.keys().isdisjoint(line.given) or line.result in moved or not _has_gradient(line):
            continue
        found = _after(line, [moved.get(each) for each in line.given], rows, listing)
        if found is None:
            return False
        if found.k:
            moved[line.result] = found
    return moved.keys().isdisjoint(listing.differentiated)


def _has_gradient(line: Line) -> bool:
    vjp = OPS[line.op].vjp
    return vjp is not None and not (isinstance(vjp, tuple) and all(rule is None for rule in vjp))


class _Rows(NamedTuple):
    """The shapes in which one maximum per row can meet the rows: all, with rows of length 1, or without them."""

    full: Shape
    kept: Shape
    dropped: Shape
    axes: tuple[int, ...]

    @property
    def is_one(self) -> bool:
        """Whether there is a single maximum, which every value meets."""
        return prod(self.kept) == 1


Known: TypeAlias = Sequence[Shifted | None]
Rule: TypeAlias = Callable[[Known, Sequence[Slot]], Shifted | None]


def _after(line: Line, given: Known, rows: _Rows, listing: Listing) -> Shifted | None:
    """How the result of a line changes; None if it isn't known."""
    if not rows.is_one and not _fits(line, given, rows, listing):
        return None
    if line.op in ("sum", "sum_to"):
        return given[0] if given[0] and given[0].grows else None
    if line.op in ("reshape", "broadcast_to") or adds_axes(line):
        return given[0]
    rule = RULES.get(line.op)
    return rule(given, line.given) if rule else None


def _fits(line: Line, given: Known, rows: _Rows, listing: Listing) -> bool:
    """Whether in a line each row meets its own maximum alone."""
    shape = listing.variables[line.result].shape
    shapes = [listing.variables[str(slot)].shape for slot, each in zip(line.given, given, strict=True) if each]
    if line.op == "sum":
        return shapes[0] == rows.full and axes_numbers(line.attributes.get("axis"), len(rows.full)) == rows.axes
    ends = {*shapes, shape}
    if line.op == "sum_to":
        return shapes[0] == rows.full and shape == rows.kept
    is_reshaped = line.op == "reshape" or adds_axes(line)
    return ends <= {rows.full, rows.kept} or ends == {rows.dropped} or (is_reshaped and rows.full not in ends)


def adds_axes(line: Line) -> bool:
    """Whether an index such as ``[:, None]`` takes everything, with more axes of length 1."""
    return line.op == "getitem" and all(part in (None, slice(None), Ellipsis) for part in line.attributes["index"])


def _added(sign: float) -> Rule:
    def rule(given: Known, slots: Sequence[Slot]) -> Shifted | None:
        first, second = given
        if first and second:
            if first.grows != second.grows:
                return None
            if first.grows:
                return first if first.k == second.k else None
            return Shifted(first.k + sign * second.k, False)
        one = first or second
        if one is None or one.grows:
            return None
        return Shifted(one.k if first else sign * one.k, False)

    return rule


def _multiplied(sign: float) -> Rule:
    def rule(given: Known, slots: Sequence[Slot]) -> Shifted | None:
        first, second = given
        if any(each and not each.grows for each in given):
            return None
        return Shifted((first.k if first else 0.0) + sign * (second.k if second else 0.0), True)

    return rule


def _one(change: Callable[[Shifted], Shifted | None]) -> Rule:
    return lambda given, slots: change(given[0]) if given[0] else None


RULES: dict[str, Rule] = {
    "add": _added(1.0),
    "subtract": _added(-1.0),
    "multiply": _multiplied(1.0),
    "divide": _multiplied(-1.0),
    "negative": _one(lambda x: x if x.grows else Shifted(-x.k, False)),
    "positive": _one(lambda x: x),
    "exp": _one(lambda x: None if x.grows else Shifted(x.k, True)),
    "log": _one(lambda x: Shifted(x.k, False) if x.grows else None),
}
