"""Properties of any model: a collapsed chain computes the same, and a report depends only on the model."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.graph.file import to_document
from graphviz_nn.linting import RULES, lint

LAYERS = {
    "vector": lambda h, W, b: W @ h if b is None else W @ h + b,
    "rows": lambda h, W, b: h @ W.T if b is None else h @ W.T + b,
    "function": gnn.nn.linear,
}


@settings(max_examples=40, deadline=None)
@given(
    widths=st.lists(st.integers(1, 5), min_size=3, max_size=6),
    biased=st.lists(st.booleans(), min_size=5, max_size=5),
    form=st.sampled_from(sorted(LAYERS)),
    transposed=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_a_collapsed_chain_has_the_same_outputs_and_gradients(widths, biased, form, transposed, seed):
    rng, shapes = np.random.default_rng(seed), list(zip(widths[1:], widths, strict=False))
    rows = form == "rows" or (form == "function" and transposed)

    def model(x, W, b):
        h = x
        for weight, bias in zip(W, b, strict=True):
            h = LAYERS[form](h, weight, bias)
        return np.sum(np.tanh(h)), h

    graph = gnn.trace(
        model,
        x=gnn.input((7, widths[0]) if rows else widths[0]),
        W=[gnn.parameter(shape) for shape in shapes],
        b=[gnn.parameter(shape[0]) if has else None for shape, has in zip(shapes, biased, strict=False)],
    )
    values = {name: rng.standard_normal(variable.shape) for name, variable in graph.leaves.items()}
    one = gnn.collapsed(graph)
    gnn.check(one)
    (finding,) = lint(graph)
    assert finding.rule == "linear_collapse"
    # What is narrower inside than at both ends may be meant to be of low rank.
    narrow = min(widths[1:-1]) < min(widths[0], widths[-1])
    assert finding.level == ("note" if narrow else "warning")
    assert (f"its rank is at most {min(widths)}," in finding.message) == ("rank" in finding.message) == narrow
    assert lint(one).passed
    np.testing.assert_allclose(
        gnn.evaluate(one, values, outputs=one.outputs[1]),
        gnn.evaluate(graph, values, outputs=graph.outputs[1]),
        rtol=1e-10,
        atol=1e-10,
    )
    expected, found = (gnn.value_and_gradient(each, values, wrt=list(values))[1] for each in (graph, one))
    for name in values:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-10, atol=1e-10)


MODEL = """\
def model(x, y, L, V, b):
    h = L @ np.concatenate([x, y])
    k = np.exp(h)
    s = V @ (V @ h)
    p = np.exp(s) / np.sum(np.exp(s))
    return (nn.softmax(p) - y) ** 2
"""


def test_the_order_of_the_rules_is_of_no_matter(traced, monkeypatch):
    graph = traced(MODEL)
    before = str(lint(graph))
    assert before.splitlines()[-1] == "2 errors, 5 warnings, 1 note"
    reversed_rules = dict(reversed(list(RULES.items())))
    monkeypatch.setattr("graphviz_nn.linting.RULES", reversed_rules)
    assert str(lint(graph)) == before


def test_the_order_of_definition_is_of_no_matter(traced):
    graph = traced(MODEL)
    expected = sorted(map(str, lint(graph)))
    for seed in range(5):
        other = gnn.Graph()
        other.graph.update(graph.graph)
        names = list(graph)
        other.add_nodes_from(
            (names[i], graph.nodes[names[i]]) for i in np.random.default_rng(seed).permutation(len(names))
        )
        other.add_edges_from(graph.edges(keys=True))
        assert sorted(finding.rule for finding in lint(other)) == sorted(finding.rule for finding in lint(graph))
        assert {str(f) for f in lint(other) if f.rule == "leakage"} <= set(expected)


def test_the_hash_seed_is_of_no_matter(tmp_path):
    (tmp_path / "my_model.py").write_text(
        f"import numpy as np\nimport graphviz_nn as gnn\nfrom graphviz_nn import nn\n{MODEL}\n"
        "graph = gnn.trace(model, x=gnn.input(2), y=gnn.target(3), L=gnn.parameter((3, 5)),\n"
        "    V=gnn.parameter((3, 3)), b=gnn.parameter(3))\n"
    )
    command = [sys.executable, "-m", "graphviz_nn", "lint", "my_model.py"]
    reports = {
        subprocess.run(command, cwd=tmp_path, env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True).stdout
        for seed in "012"
    }
    assert len(reports) == 1
    assert b"2 errors, 5 warnings, 1 note" in reports.pop()


def test_the_graph_is_left_as_it_is(traced):
    graph = traced(MODEL)
    before = to_document(graph)
    lint(graph)
    assert to_document(graph) == before


@pytest.mark.parametrize(
    "first", ["graphviz_nn.linting", "graphviz_nn.linting.rules", "graphviz_nn.cli", "graphviz_nn"]
)
def test_lint_is_the_function_whatever_was_imported_before(first):
    code = (
        f"import {first}; import graphviz_nn as gnn; from graphviz_nn import lint; "
        "import graphviz_nn.linting.unstable; assert lint is gnn.lint; "
        "print(gnn.lint(gnn.trace(lambda x: x * 2, x=gnn.input(2))))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "nothing found\n"


def test_long_models_take_time_in_proportion():
    def calls(count):
        def model(x, y, W):
            h = x
            for _ in range(count):
                h = h + np.tanh(W @ h)
            return np.sum((h - y) ** 2)

        graph = gnn.trace(model, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))
        counted = []
        sys.setprofile(lambda frame, event, argument: counted.append(event))
        try:
            lint(graph)
        finally:
            sys.setprofile(None)
        return len(counted)

    calls(10)
    assert calls(1200) < 5 * calls(300)
