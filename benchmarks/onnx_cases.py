"""The cases that the package onnx brings, as graphs: passed, failed and opaque by operator.

    python benchmarks/onnx_cases.py [OPERATOR …]

A case passes if the graph's values have the expected shapes and types, and the expected numbers within the tolerance of
the case. `python -m docs.onnx_operators` writes all of them into the docs.
"""

import re
import sys
import warnings
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

import numpy as np

import graphviz_nn as gnn

# The operators that published models use most.
COMMON = set(
    re.findall(
        r"\w+",
        """
        Reshape Conv Gemm Relu Add ReduceMean MaxPool Mul Concat Softmax Transpose MatMul Gather ConstantOfShape
        AveragePool Unsqueeze Sigmoid LayerNormalization Gelu Slice BatchNormalization Tanh Split Pow Dropout Sub
        Squeeze Expand Sqrt Reciprocal LRN Div Einsum Clip HardSwish Pad Sum HardSigmoid Where Neg Equal Not
        GlobalAveragePool InstanceNormalization ReduceL2 Identity Exp Log Abs ReduceSum ReduceMax Max Min Flatten
        LogSoftmax LeakyRelu Elu Softplus Erf Cast Shape Constant SoftmaxCrossEntropyLoss Greater Less ArgMax
        """,
    )
)

# What the operators need to know besides the inputs that their rows name: how often a loop runs, where a list is cut.
SETTINGS = {"Loop": (0, 1), "SequenceAt": (1,), "SequenceErase": (1,), "SequenceInsert": (2,), "SplitToSequence": (1,)}

# Random numbers aren't the same elsewhere; of these cases the shapes and types are compared.
DRAWN = {"Bernoulli"}


@lru_cache(maxsize=1)
def cases():
    """All cases of one operator, with those of the same operator written out by its definition, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.loader import load_model_tests

        return {each.name.removeprefix("test_"): each for each in load_model_tests(kind="node")}


@lru_cache(maxsize=1)
def models():
    """The small models that PyTorch and Caffe2 wrote into files, by name."""
    import onnx
    from onnx.backend.test.loader import load_model_tests

    found = {}
    for kind in ("pytorch-converted", "pytorch-operator", "simple"):
        for case in load_model_tests(kind=kind):
            folder = Path(case.model_dir)
            sets = []
            for each in sorted(folder.glob("test_data_set_*")):
                files = [sorted(each.glob(f"{side}_*.pb"), key=_number) for side in ("input", "output")]
                sets.append(tuple([onnx.TensorProto.FromString(file.read_bytes()) for file in side] for side in files))
            case.model, case.data_sets = onnx.load(folder / "model.onnx"), sets
            found[case.name.removeprefix("test_")] = case
    return found


def _number(file):
    return int(file.stem.rpartition("_")[2])


def whole_of(name):
    """The case of the operator itself, of a case that writes out its definition."""
    return cases().get(re.sub(r"_expanded.*$", "", name), cases().get(name))


def operator_of(name):
    """The operator that a case is about."""
    return whole_of(name).model.graph.node[-1].op_type


def operators_in(case):
    """All operators of a case's model."""
    from graphviz_nn.importers.onnx_model.reading import nodes_in

    return {node.op_type for node in nodes_in(case.model.graph.node)}


def is_real(case):
    """Whether all of a case's inputs and outputs are real numbers."""
    kinds = {each.type.tensor_type.elem_type for each in (*case.model.graph.input, *case.model.graph.output)}
    return kinds <= {1, 10, 11, 16}


def verdict(name):
    """`passed`, `opaque` or `failed`, and why."""
    case = cases().get(name) or models()[name]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _compared(case, name)
    except (gnn.errors.Error, TypeError, ValueError) as error:
        return "failed", f"{type(error).__name__}: {error}"


def _compared(case, name):
    drawn = name in cases() and operator_of(name) in DRAWN
    for inputs, outputs in case.data_sets:
        weights = {each.name for each in case.model.graph.initializer}
        entries = [each for each in case.model.graph.input if each.name not in weights]
        given = {each.name: value for each, value in zip(entries, inputs, strict=False)}
        if any(each is None for each in given.values()):
            return "opaque", "takes nothing where an optional value may be"
        model, given = _unpacked(case.model, given)
        # What feeds may not be, constants may: NaN.
        fixed = settings(case, name) | {each for each, array in given.items() if np.isnan(array).any()}
        model = _with_numbers(model, {each: given[each] for each in fixed if each in given})
        graph = gnn.trace(model, **{each: array for each, array in given.items() if each not in fixed})
        unknown = [each for each in graph.remarks if "can't be computed" in each or "partial" in each]
        if unknown:
            return "opaque", unknown[0]
        feeds = {each: array for each, array in given.items() if each in graph.leaves and each not in fixed}
        found = gnn.evaluate(graph, feeds, outputs=list(graph.outputs))
        found = found if isinstance(found, dict) else {graph.outputs[0]: found}
        kinds = [each.type.tensor_type.elem_type for each in case.model.graph.output]
        wanted = [array for each in outputs for array in map(_array, each if isinstance(each, list) else [each])]
        for each, value, kind in zip(wanted, found.values(), [*kinds, *[0] * len(wanted)], strict=False):
            difference = _difference(value, each, case, kind, drawn)
            if difference:
                return "failed", difference
        if len(wanted) != len(found):
            return "failed", f"{len(found)} results instead of {len(wanted)}"
    return "passed", ""


def _difference(value, wanted, case, kind, drawn):
    """How a value differs from the wanted one; nothing if it doesn't."""
    from graphviz_nn.importers.onnx_model.formats import SHORT

    if np.shape(value) != np.shape(wanted):
        return f"shape {np.shape(value)} instead of {np.shape(wanted)}"
    if value.dtype != wanted.dtype:
        return f"dtype {value.dtype} instead of {wanted.dtype}"
    if drawn:
        return ""
    least = 1e-7
    if kind in SHORT:
        # They are computed in a wider type, and may differ by a unit of the last digit of the largest entry.
        largest = float(np.max(np.abs(np.where(np.isfinite(wanted), wanted, 0)), initial=0))
        least = 2.0 ** -SHORT[kind].digits * max(1.0, largest)
    if not np.allclose(value, wanted, rtol=max(case.rtol, 1e-3), atol=max(case.atol, least), equal_nan=True):
        return f"{np.ravel(value)[:4]} instead of {np.ravel(wanted)[:4]}"
    return ""


def settings(case, name):
    """The inputs whose numbers the operator must know, such as axes; models have them as constants."""
    from graphviz_nn.importers.onnx_model.operators import row_of

    whole = whole_of(name) or case
    found = set()
    for node in whole.model.graph.node:
        row = row_of(node.op_type, whole.model.opset_import[0].version)
        static = SETTINGS.get(node.op_type, row.static if row else ())
        found |= {node.input[slot] for slot in static if slot < len(node.input)}
    return found - {""}


def _unpacked(model, given):
    """The model with the arrays of sequences as inputs of their own; and all arrays by name."""
    import onnx

    found = onnx.ModelProto()
    found.CopyFrom(model)
    arrays, made = {}, []
    for name, value in given.items():
        if not isinstance(value, list):
            arrays[name] = _array(value)
            continue
        parts = {f"{name}.{number}": _array(each) for number, each in enumerate(value)}
        arrays |= parts
        kept = [each for each in found.graph.input if each.name != name]
        for part, array in parts.items():
            kind = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
            kept.append(onnx.helper.make_tensor_value_info(part, kind, array.shape))
        del found.graph.input[:]
        found.graph.input.extend(kept)
        made.append(onnx.helper.make_node("SequenceConstruct" if parts else "SequenceEmpty", list(parts), [name]))
    nodes = [*made, *found.graph.node]
    del found.graph.node[:]
    found.graph.node.extend(nodes)
    for each in found.graph.input:
        # An optional array that is there is an array.
        if each.type.WhichOneof("value") == "optional_type" and each.type.optional_type.elem_type.HasField(
            "tensor_type"
        ):
            tensor = onnx.TypeProto()
            tensor.CopyFrom(each.type.optional_type.elem_type)
            each.type.CopyFrom(tensor)
    return found, arrays


def _with_numbers(model, numbers):
    """The model with these inputs as constants."""
    import onnx

    found = onnx.ModelProto()
    found.CopyFrom(model)
    for name, value in numbers.items():
        tensor = onnx.numpy_helper.from_array(value)
        tensor.name = name
        found.graph.initializer.append(tensor)
    return found


def _array(value):
    """An array in the dtype that graphs have for it."""
    import onnx

    from graphviz_nn.importers.onnx_model.tensors import array_of

    return array_of(value if isinstance(value, onnx.TensorProto) else onnx.numpy_helper.from_array(np.asarray(value)))


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
