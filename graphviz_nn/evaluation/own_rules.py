"""Compare gradient rules of the author's with the functions that they belong to."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.ops.custom import CUSTOM, Custom, custom_of, pulled
from graphviz_nn.transforms.gradient import arguments_of

# The step of a difference, the error that counts, and the most examples that are looked at.
STEP, OFF, EXAMPLES = 1e-6, 1e-4, 3


def wrong_rules(graph: Graph, values: Mapping[str, Any]) -> Iterator[str]:
    """Name the functions of a graph whose own gradient rule differs from central differences of the function.

    Parameters
    ----------
    values : dict of str to array
        The values of all variables.
    """
    told = set[str]()
    wiring = Wiring(graph)
    for name, operation in wiring.operations.items():
        if operation.op != CUSTOM:
            continue
        custom, many = custom_of(operation.attributes["rule"]), operation.attributes.get("many", ())
        given = [np.asarray(each) for each in arguments_of(wiring, name, values)]
        for place in range(min(len(given[0]), EXAMPLES) if many else 1):
            one = [
                each[place] if is_many else each
                for each, is_many in zip(given, many or [False] * len(given), strict=True)
            ]
            sentence = _off(custom, one[0], one[1:])
            if sentence and sentence not in told:
                told.add(sentence)
                yield sentence


def _off(custom: Custom, y: Any, arguments: list[Any]) -> str:
    """Say by which argument a rule is wrong."""
    rng = seeded(0)
    g = rng.normal(size=np.shape(y))
    parts = pulled(custom, g, y, tuple(arguments))
    for place, (part, argument) in enumerate(zip(parts, arguments, strict=True)):
        if np.asarray(argument).dtype.kind != "f":
            continue
        along = rng.normal(size=np.shape(argument))

        def at(h: float, place: int = place, along: Any = along) -> Any:
            return custom.function(*(each + h * along if i == place else each for i, each in enumerate(arguments)))

        with np.errstate(all="ignore"):
            measured = float(np.sum(g * (at(STEP) - at(-STEP)))) / (2 * STEP)
            found = 0.0 if part is None else float(np.sum(part * along))
        if not abs(found - measured) <= OFF * max(1.0, abs(found), abs(measured)):
            return (
                f"the gradient rule of {custom.title} differs from the function for argument {place}: "
                f"{found:.6g} along a direction, where the function's difference is {measured:.6g}"
            )
    return ""
