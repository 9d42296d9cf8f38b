"""Equations with equations inside: calls are opened, loops are unrolled, branches become selections."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphviz_nn.importers.jax_functions.abstract import KEY
from graphviz_nn.importers.jax_functions.calls import Chain
from graphviz_nn.importers.jax_functions.late import Late, Place, now
from graphviz_nn.importers.jax_functions.running import Running

# A loop of more steps than this in all is drawn as one.
UNROLLED = 4_000
INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")


def body(eqn: Any) -> tuple[Any, Sequence[Any]] | None:
    """The jaxpr of a call, and its constants; None if the equation isn't a call."""
    if eqn.primitive.name in RULES:
        return None
    for name in INNER:
        inner = eqn.params.get(name)
        if hasattr(inner, "eqns"):
            # A closed jaxpr has equations too, and a jaxpr of its own.
            return (inner.jaxpr, inner.consts) if hasattr(inner, "jaxpr") else (inner, ())
    return None


def size(jaxpr: Any) -> int:
    """The number of equations, with those inside."""
    inner = (each for eqn in jaxpr.eqns for each in eqn.params.values() if hasattr(each, "eqns"))
    return len(jaxpr.eqns) + sum(size(getattr(each, "jaxpr", each)) for each in inner)


def scan(run: Running, eqn: Any, inputs: Sequence[Any], chain: Chain, place: Place) -> Sequence[Any]:
    """One after the other."""
    params, closed = eqn.params, eqn.params["jaxpr"]
    length = params["length"]
    if length * size(closed.jaxpr) > UNROLLED:
        return run.opaque(eqn, inputs, place)
    constants, carried = params["num_consts"], params["num_carry"]
    fixed, carry = list(inputs[:constants]), list(inputs[constants : constants + carried])
    # Every sequence is taken apart where it is used.
    sequences = [now(each) if isinstance(each, Late) else each for each in inputs[constants + carried :]]
    rows: list[list[Any]] = [[] for _ in eqn.outvars[carried:]]
    for step in reversed(range(length)) if params["reverse"] else range(length):
        with place():
            parts = [each if each is KEY else each[step] for each in sequences]
        parts = [np.asarray(each) if isinstance(each, np.generic) else each for each in parts]
        found = run.run(closed.jaxpr, closed.consts, [*fixed, *carry, *parts], (*chain, (f"{id(eqn)}.{step}",)))
        carry = found[:carried]
        for row, each in zip(rows, found[carried:], strict=True):
            row.append(each)
    return [
        *carry,
        *(
            _Stacked(row[::-1] if params["reverse"] else row, var.aval, place)
            for row, var in zip(rows, eqn.outvars[carried:], strict=True)
        ),
    ]


class _Stacked(Late):
    """The results of all steps of a loop, if they are used."""

    def __init__(self, rows: list[Any], aval: Any, place: Place) -> None:
        super().__init__(tuple(aval.shape), np.float32 if not rows else rows[0].dtype, place)
        self.rows = rows

    def make(self) -> Any:
        return np.stack([now(each) for each in self.rows]) if self.rows else np.zeros(self.shape, self.dtype)


def cond(run: Running, eqn: Any, inputs: Sequence[Any], chain: Chain, place: Place) -> Sequence[Any]:
    """The branch that a constant chooses; otherwise both, of which one is selected."""
    branches, (index, *operands) = eqn.params["branches"], inputs
    if isinstance(index, np.ndarray):
        chosen = branches[int(np.clip(index, 0, len(branches) - 1))]
        return run.run(chosen.jaxpr, chosen.consts, operands, chain)
    index = now(index)
    found = [
        run.run(each.jaxpr, each.consts, operands, (*chain, (f"{id(eqn)}.{number}",)))
        for number, each in enumerate(branches)
    ]
    made, given = run.made.get(index.number, ("", ()))
    results = found[0]
    with place():
        for number, each in list(enumerate(found))[1:]:
            is_bool = made == "convert_element_type" and given[0].dtype == bool
            chosen = given[0] if is_bool else index == number if number + 1 < len(found) else index >= number
            results = [np.where(chosen, now(one), now(other)) for one, other in zip(each, results, strict=True)]
    return results


def while_(run: Running, eqn: Any, inputs: Sequence[Any], chain: Chain, place: Place) -> Sequence[Any]:
    """A loop whose end doesn't depend on the arguments."""
    params = eqn.params
    of_cond, of_body = params["cond_nconsts"], params["body_nconsts"]
    test, step = params["cond_jaxpr"], params["body_jaxpr"]
    asked, fixed = list(inputs[:of_cond]), list(inputs[of_cond : of_cond + of_body])
    carry, mark = list(inputs[of_cond + of_body :]), run.replay.recording.mark()
    for number in range(1 + UNROLLED // max(1, size(step.jaxpr))):
        goes_on = run.run(test.jaxpr, test.consts, [*asked, *carry], chain)[0]
        if not isinstance(goes_on, np.ndarray):
            break
        if not goes_on:
            return carry
        carry = run.run(step.jaxpr, step.consts, [*fixed, *carry], (*chain, (f"{id(eqn)}.{number}",)))
    run.replay.recording.back_to(mark)
    return run.opaque(eqn, inputs, place)


RULES: dict[str, Callable[..., Sequence[Any]]] = {"scan": scan, "cond": cond, "while": while_}
