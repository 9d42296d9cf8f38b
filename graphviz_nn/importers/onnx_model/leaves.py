"""The leaves of a model's graph: its inputs, and the tensors that steps need."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn.errors import one_line
from graphviz_nn.graph.ir import Role
from graphviz_nn.graph.text import words
from graphviz_nn.importers.onnx_model.table import Row
from graphviz_nn.importers.onnx_model.tensors import Held
from graphviz_nn.importers.onnx_model.values import SMALL, array_in
from graphviz_nn.importers.replay import SYMBOLS, Known, Replay
from graphviz_nn.tracing.tracer import Tracer


class Leaves:
    """A graph in the making, and its leaves.

    Attributes
    ----------
    elsewhere : dict of str to str
        The files of the tensors that are in other files.
    """

    def __init__(self) -> None:
        self.replay = Replay()
        self.elsewhere: dict[str, str] = {}
        self._names: set[str] = set()
        self._entered: list[Held] = []

    def enter(self, name: str, known: Known) -> Tracer:
        """Add an input."""
        return self.replay.leaf(self._unique(name), "input", known, tex=label_of(name))

    def arguments(self, values: Sequence[Any], row: Row) -> tuple[list[Any], str]:
        """The arguments of a rule: traced values where these are weights, arrays where it must know the numbers; and
        why they don't suffice."""
        found: list[Any] = []
        reason = ""
        for slot, each in enumerate(values):
            array = array_in(each)
            if each is None or isinstance(each, Tracer):
                found.append(each)
            elif slot in row.static and array is not None:
                found.append(array)
            elif isinstance(each, Held) and (array is None or array.size > SMALL or not each.is_plain):
                if slot in row.static:
                    reason = f"its numbers are in {each.file}"
                found.append(self.leaf(each, row, slot))
            else:
                found.append(array)
        return found, reason

    def _unique(self, name: str) -> str:
        """A leaf's name, which is one line."""
        name = one_line(name) or "unnamed"
        while name in self._names:
            name += "_"
        self._names.add(name)
        return name

    def leaf(self, each: Held, row: Row, slot: int) -> Tracer:
        """The leaf of a tensor that the file holds."""
        if each.entered is None:
            is_weight = (each.is_learned or slot in row.weights) and slot not in row.statistics
            is_real = np.dtype(each.known.dtype).kind == "f"
            # A constant must have its numbers.
            role: Role = "parameter" if each.array is None or (is_weight and is_real) else "constant"
            name = self._unique(each.name)
            if each.array is None:
                self.elsewhere[name] = each.file
            each.entered = self.replay.leaf(name, role, each.known, each.array, label_of(name))
            self._entered.append(each)
        found: Tracer = each.entered
        return found

    def mark(self) -> tuple[int, int, dict[str, str]]:
        """A point to which `back_to` returns."""
        return self.replay.recording.mark(), len(self._entered), dict(self.replay.opaque)

    def back_to(self, mark: int, entered: int, opaque: dict[str, str]) -> None:
        """Forget the steps and leaves that came after a point."""
        self.replay.recording.back_to(mark)
        for each in self._entered[entered:]:
            each.entered = None
        del self._entered[entered:]
        self.replay.opaque = opaque


def label_of(name: str) -> str | None:
    """Words for a name that isn't a symbol: the last part of a path."""
    last = name.rpartition("/")[2] or name
    if SYMBOLS.get(last.rpartition(".")[2]) or name.isidentifier():
        return None
    return words(last if len(last) <= 40 else f"{last[:39]}…")
