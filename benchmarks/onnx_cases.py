"""The operator cases that the package onnx brings, as graphs: passed, failed and opaque by operator.

    python benchmarks/onnx_cases.py [OPERATOR …]

A case passes if the graph's values have the expected shapes, and the expected numbers within the tolerance of the case.
"""

import re
import sys
import warnings
from collections import Counter, defaultdict
from functools import lru_cache

import numpy as np

import graphviz_nn as gnn


@lru_cache(maxsize=1)
def cases():
    """All cases of one operator, with those of the same operator written out by its definition, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.loader import load_model_tests

        return {each.name.removeprefix("test_"): each for each in load_model_tests(kind="node")}


def operator_of(name):
    """The operator that a case is about."""
    whole = re.sub(r"_expanded.*$", "", name)
    nodes = cases().get(whole, cases()[name]).model.graph.node
    return nodes[-1].op_type


def verdict(name):
    """`passed`, `opaque` or `failed`, and why."""
    case = cases()[name]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _compared(case)
    except (gnn.errors.Error, TypeError, ValueError) as error:
        return "failed", f"{type(error).__name__}: {error}"


def _compared(case):
    kinds = [each.type.WhichOneof("value") for each in (*case.model.graph.input, *case.model.graph.output)]
    if set(kinds) != {"tensor_type"}:
        return "opaque", f"takes or gives {', '.join(sorted(set(kinds) - {'tensor_type'}))}"
    for inputs, outputs in case.data_sets:
        given = dict(zip((each.name for each in case.model.graph.input), map(_array, inputs), strict=False))
        # What feeds may not be, constants may: NaN.
        fixed = settings(case) | {name for name, each in given.items() if np.isnan(each).any()}
        model = _with_numbers(case.model, {name: inputs[list(given).index(name)] for name in fixed if name in given})
        graph = gnn.trace(model, **{name: each for name, each in given.items() if name not in fixed})
        unknown = [each for each in graph.remarks if "can't be computed" in each or "partial" in each]
        if unknown:
            return "opaque", unknown[0]
        feeds = {name: each for name, each in given.items() if name in graph.leaves and name not in fixed}
        found = gnn.evaluate(graph, feeds, outputs=list(graph.outputs))
        found = found if isinstance(found, dict) else {graph.outputs[0]: found}
        for wanted, value in zip(map(_array, outputs), found.values(), strict=True):
            if np.shape(value) != np.shape(wanted):
                return "failed", f"shape {np.shape(value)} instead of {np.shape(wanted)}"
            if value.dtype != wanted.dtype:
                return "failed", f"dtype {value.dtype} instead of {wanted.dtype}"
            if not np.allclose(value, wanted, rtol=max(case.rtol, 1e-3), atol=max(case.atol, 1e-7), equal_nan=True):
                return "failed", f"{np.ravel(value)[:4]} instead of {np.ravel(wanted)[:4]}"
    return "passed", ""


def settings(case):
    """The inputs whose numbers the operator must know, such as axes; models have them as constants."""
    from graphviz_nn.importers.onnx_model.operators import row_of

    whole = cases().get(re.sub(r"_expanded.*$", "", case.name.removeprefix("test_")), case)
    found = set()
    for node in whole.model.graph.node:
        row = row_of(node.op_type, whole.model.opset_import[0].version)
        found |= {node.input[slot] for slot in (row.static if row else ()) if slot < len(node.input)}
    return found - {""}


def _with_numbers(model, numbers):
    """The model with these inputs as constants."""
    import onnx

    found = onnx.ModelProto()
    found.CopyFrom(model)
    for name, value in numbers.items():
        tensor = onnx.TensorProto()
        tensor.CopyFrom(value if isinstance(value, onnx.TensorProto) else onnx.numpy_helper.from_array(value))
        tensor.name = name
        found.graph.initializer.append(tensor)
    return found


def _array(value):
    """An array in the dtype that graphs have for it."""
    import onnx

    from graphviz_nn.importers.onnx_model.tensors import array_of

    return array_of(value if isinstance(value, onnx.TensorProto) else onnx.numpy_helper.from_array(value))


def table(names):
    """The verdicts of cases by operator."""
    found = defaultdict(Counter)
    reasons = {}
    for name in names:
        each, reason = verdict(name)
        found[operator_of(name)][each] += 1
        if reason:
            reasons[name] = (each, reason)
    return found, reasons


def main(wanted):
    names = [name for name in cases() if not wanted or operator_of(name) in wanted]
    found, reasons = table(names)
    print("| operator | passed | failed | opaque |\n|---|---|---|---|")
    for operator, count in sorted(found.items()):
        print(f"| {operator} | {count['passed']} | {count['failed']} | {count['opaque']} |")
    total = sum(found.values(), Counter())
    print(f"| **all** | {total['passed']} | {total['failed']} | {total['opaque']} |")
    for name, (each, reason) in reasons.items():
        print(f"{each} {name}: {reason}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
