"""Rewrite lines one after another by rules that prove the same value."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import Error
from graphviz_nn.graph.ir import Shape, Variable
from graphviz_nn.tracing.registry import OPS, infer
from graphviz_nn.transforms.passes.equal import key_of
from graphviz_nn.transforms.passes.listing import Line, Listing, Slot
from graphviz_nn.transforms.passes.live import live

Found: TypeAlias = Slot | Line | None
"""What a line becomes: another value, another line, or None where a rule doesn't apply."""
Rule: TypeAlias = "Callable[[Rewriting, Line], Found]"
Rules: TypeAlias = Mapping[str, Sequence[Rule]]
"""The rules of each operation, tried in order until none applies."""


class Rewriting:
    """A listing while it is rewritten.

    A rule whose result hasn't the shape and dtype of the line is ignored, so no rule can change them.
    """

    def __init__(self, listing: Listing, rules: Rules) -> None:
        self.listing, self.rules = listing, rules
        self.variables = dict(listing.variables)
        self.wanted = set(listing.outputs)
        self.lines: list[Line] = []
        # A rule reads lines before its own, which are rewritten already.
        self.made: dict[Slot, Line] = {line.result: line for line in listing.lines}
        self._known: dict[str, tuple[dict[Any, str], int]] = {}
        self.standing: dict[str, Slot] = {}
        self.uses = Counter(each for line in listing.lines for each in line.given if isinstance(each, str))
        self.changed = False

    def run(self) -> Listing:
        """The rewritten listing."""
        standing = self.standing
        for line in self.listing.lines:
            if standing and any(isinstance(each, str) and each in standing for each in line.given):
                given = (standing.get(each, each) if isinstance(each, str) else each for each in line.given)
                line = line._replace(given=tuple(given))
            found = self._simple(line) if line.op in self.rules else line
            if found is line is self.made[line.result]:
                self.lines.append(line)
            elif isinstance(found, Line):
                self._keep(found)
            elif line.result not in self.wanted:
                standing[line.result] = found
            elif np.dtype(self.variables[line.result].dtype).kind in "iuf" and isinstance(found, str):
                # An output stays a variable of its own.
                self._keep(line._replace(op="positive", given=(found,), attributes={}))
            else:
                self._keep(line)
        if not self.changed:
            return self.listing
        variables = {name: each for name, each in self.variables.items() if name not in standing}
        return self.listing._replace(lines=self.lines, variables=variables)

    def _keep(self, line: Line) -> None:
        self.lines.append(line)
        self.made[line.result] = line

    def _first(self, line: Line) -> str | None:
        """The result of an equal line before."""
        # Most operations are never asked for, so their lines need no keys.
        known, start = self._known.get(line.op, ({}, 0))
        for each in self.lines[start:]:
            if each.op == line.op:
                known.setdefault(key_of(each), each.result)
        self._known[line.op] = known, len(self.lines)
        return known.get(key_of(line)) if known else None

    def _simple(self, line: Line) -> Slot | Line:
        """A line after all rules that apply."""
        applied, met = True, set[Any]()
        while applied:
            applied = False
            for rule in self.rules.get(line.op, ()):
                found = rule(self, line)
                if found is None or not self._same(found, self.variables[line.result]):
                    continue
                if not isinstance(found, Line):
                    self.changed = True
                    return found
                # Two rules may undo each other.
                met.add(key_of(line))
                if key_of(found) in met:
                    continue
                line, applied, self.changed = found, True, True
                break
        return line

    def _same(self, found: Slot | Line, before: Variable) -> bool:
        """Whether a value has the shape and dtype of another."""
        if isinstance(found, Line):
            try:
                shape, dtype = self._inferred(found.op, found.given, found.attributes)
            except Error:
                return False
            return shape == before.shape and dtype.name == before.dtype
        if not isinstance(found, str):
            return False
        after = self.variables[found]
        return after.shape == before.shape and after.dtype == before.dtype

    def _inferred(self, op: str, given: Sequence[Slot], attributes: Mapping[str, Any]) -> tuple[Shape, "np.dtype[Any]"]:
        shapes = [self.shape(each) for each in given]
        dtypes = [np.dtype(self.variables[each].dtype) if isinstance(each, str) else type(each) for each in given]
        return infer(OPS[op], shapes, dtypes, attributes)

    def add(self, line: Line, op: str, *given: Slot, **attributes: Any) -> Slot:
        """Add an operation before a line, or find it where it has been computed; return its result."""
        new = Line(op, given, attributes, self._unused(line.result), line.name, line.origin)
        first = self._first(new)
        if first is not None:
            return first
        shape, dtype = self._inferred(op, given, attributes)
        self.variables[new.result] = Variable(shape, dtype.name)
        found = self._simple(new)
        if not isinstance(found, Line):
            del self.variables[new.result]
            return found
        first = self._first(found)
        if first is not None:
            del self.variables[new.result]
            return first
        for each in found.given:
            if isinstance(each, str):
                self.uses[each] += 1
        self._keep(found)
        return found.result

    def _unused(self, name: str) -> str:
        count = 1
        while f"{name}_{count}" in self.variables:
            count += 1
        return f"{name}_{count}"

    def found(self, line: Line, op: str, *given: Slot, **attributes: Any) -> str | None:
        """The result of an operation that has been computed already."""
        return self._first(Line(op, given, attributes, "", "", line.origin))

    def maker(self, slot: Slot, *ops: str) -> Line | None:
        """The line that computes a value, if it is one of these operations."""
        line = self.made.get(slot)
        return line if line is not None and line.op in ops else None

    def sole(self, slot: Slot, *ops: str) -> Line | None:
        """Like `maker`, if nothing else takes the value."""
        line = self.made.get(slot)
        if line is None or line.op not in ops or self.uses[line.result] > 1 or line.result in self.wanted:
            return None
        return line

    def shape(self, slot: Slot) -> Shape:
        """The shape of a value."""
        return self.variables[slot].shape if isinstance(slot, str) else ()

    def size(self, *slots: Slot) -> int:
        """The number of entries of values broadcast together."""
        shapes = {self.variables[each].shape for each in slots if isinstance(each, str)}
        return prod(np.broadcast_shapes(*shapes) if len(shapes) > 1 else shapes.pop() if shapes else ())

    def is_float(self, slot: Slot) -> bool:
        """Whether a value has a floating-point dtype."""
        return isinstance(slot, str) and self.variables[slot].dtype.startswith("float")


def rewritten(listing: Listing, rules: Rules) -> Listing:
    """A listing rewritten by rules, without what nothing takes any more."""
    found = Rewriting(listing, rules).run()
    return listing if found is listing else live.rewrite(found)


def operation(line: Line, op: str, *given: Slot, **attributes: Any) -> Line:
    """A line with the same result that computes it otherwise."""
    return line._replace(op=op, given=given, attributes=attributes)
