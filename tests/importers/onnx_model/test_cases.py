"""The operator cases of the package onnx: each operator that has rows, sampled; the whole table is a benchmark."""

from pathlib import Path

import pytest
from frameworks import beside

pytestmark = list(beside("onnx"))
pytest.importorskip("onnx")

onnx_cases = pytest.importorskip("onnx_cases")

# A graph holds numbers and truth values.
BEYOND = {"equal_string", "equal_string_broadcast", "optional_has_element_empty_optional_input"}

RECURRENT = {"GRU", "LSTM", "RNN"}

# Branches, loops, sequences and definitions, which have no rows.
WITHOUT_ROWS = [
    "if",
    "loop11",
    "loop13_seq",
    "loop16_seq_none",
    "scan_sum",
    "scan9_multi_state",
    "range_float_type_positive_delta_expanded",
    "linear_attention_gated_delta_expanded",
    "sequence_map_add_1_sequence_1_tensor",
    "sequence_insert_at_front",
    "split_to_sequence_nokeepdims",
    "identity_opt",
    "sequence_model3",
    "sequence_model5",
    "operator_clip",
    "PReLU_2d_multiparam",
]


def sample():
    """At most six cases of each common operator, the same each time, and one of each other operator with rows."""
    from graphviz_nn.importers.onnx_model.operators import ROWS

    by_operator = {}
    for name in onnx_cases.cases():
        by_operator.setdefault(onnx_cases.operator_of(name), []).append(name)
    for operator in ROWS:
        names = by_operator.get(operator, [])
        most = 6 if operator in onnx_cases.COMMON | RECURRENT else 1
        yield from names[:: max(1, len(names) // most)][:most]


@pytest.mark.parametrize("name", [*(each for each in sample() if each not in BEYOND), *WITHOUT_ROWS])
def test_values_are_the_expected_ones(name):
    assert onnx_cases.verdict(name) == ("passed", "")


def test_every_common_operator_has_cases():
    assert {onnx_cases.operator_of(name) for name in onnx_cases.cases()} >= onnx_cases.COMMON


@pytest.mark.parametrize("name", sorted(BEYOND))
def test_what_a_graph_cannot_hold_is_refused(name):
    verdict, reason = onnx_cases.verdict(name)
    assert verdict != "passed" and ("STRING" in reason or "optional" in reason)


def test_a_wrong_value_fails(monkeypatch):
    from graphviz_nn.importers.onnx_model.operators import ROWS, Row

    monkeypatch.setitem(ROWS, "Relu", [Row(lambda x: x)])
    assert onnx_cases.verdict("relu")[0] == "failed"


def test_a_step_without_a_row_is_opaque(monkeypatch):
    from graphviz_nn.importers.onnx_model.operators import ROWS

    monkeypatch.delitem(ROWS, "Tanh")
    verdict, reason = onnx_cases.verdict("tanh")
    assert verdict == "opaque" and reason.startswith("Tanh is drawn")
    assert Path(onnx_cases.__file__).name == "onnx_cases.py"
