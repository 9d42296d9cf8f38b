"""The programs of a page, each once, and what its engine is told of them."""

from base64 import b64encode
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.evaluation import Program
from graphviz_nn.evaluation.javascript import emitted
from graphviz_nn.evaluation.javascript.entries import ARRAYS
from graphviz_nn.evaluation.prepared import in_float64
from graphviz_nn.graph.ir import Array, Variable

PORTABLE = ("uniform", "bernoulli")
"""The distributions whose numbers a page draws as NumPy does."""


@dataclass
class Programs:
    """Programs by number.

    Parameters
    ----------
    sources : list of str
        The different sources.
    told : list of dict
        For each program its source, its constants, and what it takes and returns.
    """

    sources: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    def add(self, program: Program) -> int:
        """The number of a program, which computes in double precision.

        Raises
        ------
        UsageError
            If it draws numbers that only NumPy can draw.
        GraphError
            If JavaScript has no kernel of an operation.
        """
        found = emitted(in_float64(program.graph), program.outputs)
        if found.source not in self.sources:
            self.sources.append(found.source)
        told = {
            "source": self.sources.index(found.source),
            "constants": [sent(each) for each in found.constants],
            "leaves": [_leaf(name, each) for name, each in found.leaves.items()],
            "outputs": [
                {"name": name, "size": prod(each.shape), "shape": list(each.shape)}
                for name, each in found.outputs.items()
            ],
            "lines": [str(each) for each in found.lines],
        }
        if told not in self.told:
            self.told.append(told)
        return self.told.index(told)


def _leaf(name: str, variable: Variable) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "kind": ARRAYS[variable.dtype], "size": prod(variable.shape)}
    if variable.value is not None:
        found["value"] = sent(np.asarray(variable.value), variable.dtype)
    if (draw := variable.draw) is not None:
        if draw.distribution not in PORTABLE:
            raise UsageError(
                f"{name} is drawn from the {draw.distribution} distribution, which a page can't draw as NumPy does; "
                f"it draws {' and '.join(PORTABLE)} numbers, such as those of dropout"
            )
        whole, index = draw.entry or ((), ())
        found["draw"] = {
            "distribution": draw.distribution,
            "seed": list(draw.seed),
            "probability": draw.probability,
            "whole": prod(whole),
            "at": int(np.ravel_multi_index(index, whole)) if whole else 0,
        }
    return found


def sent(array: Array, dtype: str = "") -> dict[str, str]:
    """An array as the engine reads it.

    >>> sent(np.array([0, 1], np.uint8))
    {'kind': 'Uint8Array', 'base64': 'AAE='}
    """
    kind = ARRAYS[dtype or array.dtype.name]
    held = np.ascontiguousarray(array, kind.removesuffix("Array").lower())
    return {"kind": kind, "base64": b64encode(held.tobytes()).decode()}


def compact(array: Array) -> dict[str, str]:
    """An array as the engine reads it, in as few bytes as hold its numbers exactly.

    >>> compact(np.array([0.0, 16.0]))
    {'kind': 'Uint8Array', 'base64': 'ABA=', 'as': 'Float64Array'}
    """
    for dtype in ("uint8", "float32"):
        with np.errstate(all="ignore"):
            smaller = array.astype(dtype)
        if array.dtype.itemsize > smaller.dtype.itemsize and np.array_equal(smaller, array):
            return {**sent(smaller), "as": ARRAYS[array.dtype.name]}
    return sent(array)
