"""Steps that only NumPy's programs have: several operations in one, faster than one after another."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.evaluation.schedule import FRESH as FRESH_OPERATIONS
from graphviz_nn.evaluation.written import share
from graphviz_nn.transforms.passes.listing import Line, Listing
from graphviz_nn.transforms.passes.live import live
from graphviz_nn.transforms.passes.rewriting import Found, Rewriting, operation


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)), exact to the last digits of either sign.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(z))
    found = np.where(z < 0, small, np.ones((), small.dtype))
    found /= 1 + small
    return found[()]


KERNELS: dict[str, Callable[..., Any]] = {"share": share, "sigmoid": sigmoid}
"""The functions of these steps; others are written out."""
FRESH = frozenset({*FRESH_OPERATIONS, *KERNELS, "add_into"})
"""Operations and steps whose result shares no memory with their arguments, besides ufuncs."""


def _share(at: Rewriting, line: Line) -> Found:
    wins, g, rest = line.given
    ties = at.sole(rest, "where")
    half = at.maker(ties.given[1], "multiply") if ties else None
    if not ties or not half or ties.given[2] != 0.0 or half.given != (g, 0.5):
        return None
    return operation(line, "share", g, wins, ties.given[0])


def _sigmoid(at: Rewriting, line: Line) -> Found:
    """exp(-log(1 + exp(-z))), and exp(z - log(1 + exp(z))), which is the slope of its logarithm."""
    if inner := at.maker(line.given[0], "negative"):
        log = at.maker(inner.given[0], "logaddexp")
        minus = at.maker(log.given[1], "negative") if log and log.given[0] == 0 else None
        return operation(line, "sigmoid", *minus.given) if minus else None
    if inner := at.maker(line.given[0], "subtract"):
        log = at.maker(inner.given[1], "logaddexp")
        if log and log.given == (0, inner.given[0]):
            return operation(line, "sigmoid", inner.given[0])
    return None


def _add_into(at: Rewriting, line: Line) -> Found:
    """Added to an array at its place, without an array of zeros around it."""
    for slot, each in enumerate(line.given):
        inner, known = at.sole(each, "add_at"), line.given[1 - slot]
        if inner is None or len(inner.given) != 1 or any(isinstance(i, tuple | str) for i in inner.attributes["index"]):
            continue
        if isinstance(known, str) and at.shape(known) == at.shape(line.result):
            return operation(line, "add_into", known, *inner.given, index=inner.attributes["index"])
    return None


RULES = {"where": (_share,), "exp": (_sigmoid,), "add": (_add_into,)}


class _Lowering(Rewriting):
    """These steps are in no table of operations, so their results are those of the lines before them."""

    def _same(self, found: Any, before: Any) -> bool:
        if not isinstance(found, Line) or found.op not in ("share", "sigmoid", "add_into"):
            return False
        name = found.given[0]
        known = self.variables[name] if isinstance(name, str) else before
        return bool(known.dtype == before.dtype)


def lowered(listing: Listing) -> Listing:
    """The listing with steps that only NumPy's programs have."""
    return live.rewrite(_Lowering(listing, RULES).run())
