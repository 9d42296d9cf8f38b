"""Python's whole numbers as values of a program: where each step gives what it gives with Python's own."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.wiring import Wiring

MOST = 2**31
"""Whole numbers from 1 up to this one may be values of a program: they and their sums are exact as floats."""
JOINED = ("stack", "concatenate")
# Steps with a written whole number, whose result is a whole number again.
SHIFTED = ("add", "subtract", "remainder")


def are_small(leaves: Iterable[Any]) -> bool:
    """Whether the whole numbers among leaves may be values of a program."""
    return all(0 < each < MOST for each in leaves if type(each) is int)


def may_be_values(graph: Graph, names: Iterable[str]) -> bool:
    """Whether a graph gives the same for whole numbers that are leaves as for Python's.

    Python's adapt to other dtypes, and have no largest one. So each may only meet float64, in a product, a sum, a
    quotient or as an exponent of a positive number, be an index, or be shifted once by a written number.
    """
    wiring, whole, shifted = Wiring(graph), set(names), set[str]()
    # A list becomes an array where it meets a traced number, but it's repeated by Python's.
    joined = [name for name, each in wiring.operations.items() if each.op in JOINED]
    repeated = {result for name in joined for result in wiring.results[name]}
    for name in wiring.order():
        operation, given = wiring.operations[name], list(wiring.arguments[name].values())
        met = [each for each in given if each in whole or each in shifted]
        if not met:
            continue
        if _is_shift(operation, given, whole):
            shifted.update(wiring.results[name])
            continue
        if operation.op == "getitem" and given[0] not in whole | shifted:
            # An index.
            continue
        if any(each in repeated or wiring.variables[each].role == "constant" for each in given):
            return False
        if not _is_exact(operation, met[0] in whole, [wiring.variables[each].dtype for each in given]):
            return False
    return not (whole | shifted) & set(graph.outputs)


def _is_shift(operation: Operation, given: list[str], whole: set[str]) -> bool:
    if operation.op not in SHIFTED or len(given) != 1 or given[0] not in whole or operation.attributes:
        return False
    (slot, number), *_ = operation.literals.items()
    if type(number) is not int:
        return False
    return 0 < number < MOST and slot == 1 if operation.op == "remainder" else abs(number) < MOST


def _is_exact(operation: Operation, is_positive: bool, dtypes: list[str]) -> bool:
    """Whether a step takes one whole number, and float64 beside it."""
    if operation.attributes or len(dtypes) + len(operation.literals) != 2:
        return False
    if operation.literals:
        (slot, number), *_ = operation.literals.items()
        # The float32 of a written float32 is lost.
        if type(number) is not float or number == float(np.float32(number)):
            return False
        if operation.op == "power":
            return slot == 0 and number > 0
        # Python refuses to divide by 0.
        return operation.op in ("multiply", "add", "subtract") or (operation.op == "divide" and is_positive)
    return sorted(dtypes) == ["float64", "int64"] and operation.op in ("multiply", "add", "subtract", "divide")
