"""One mistake per model: lint finds it, at its line, and nothing else."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.linting import RULES

LINEAR = "put an activation such as np.tanh between them, or merge them: graphviz_nn.collapsed(graph)"

# The rule, its level, the model with the line of the mistake marked, and what is said.
BAD = [
    (
        "constant_attribute",
        "warning",
        """\
class Network:
    def __init__(self):
        self.W = np.ones((3, 2))

    def forward(self, x):
        return np.tanh(self.W @ x)  # here

model = Network().forward
""",
        "W (self.W) is a constant: it isn't learned, and its gradient isn't checked; trace the method of "
        "graphviz_nn.parameters_of(object)",
    ),
    (
        "frozen_random",
        "warning",
        """\
def model(x, W):
    return np.maximum(0, W @ x) * (np.random.rand(3) < 0.5)  # here
""",
        "the traced function drew random numbers from np.random",
    ),
    (
        "leakage",
        "error",
        """\
def model(x, y, L):
    features = np.concatenate([x, y])  # here
    p = nn.softmax(L @ features)
    return nn.cross_entropy(p, y)
""",
        "the prediction depends on the target: y → concatenate → linear → softmax → p; "
        "remove y from the arguments of concatenate; only the loss may depend on a target",
    ),
    (
        "leakage",
        "error",
        """\
def model(x, y, W):
    p = W @ x + 0.5 * y  # here
    return np.mean(np.abs(p - y))
""",
        "y → multiply → add → p",
    ),
    (
        "leakage",
        "error",
        """\
@gnn.function
def predict(x, y, W):
    return np.tanh(W @ x) * y  # here

@gnn.function
def loss(x, y, W):
    return nn.squared_error(predict(x, y, W), y)

def model(x, y, W):
    return loss(x, y, W)
""",
        "y → multiply",
    ),
    (
        "linear_collapse",
        "warning",
        """\
def model(x, A, B):
    h = A @ x  # here
    return B @ h
""",
        "two linear layers (model.py:2 and model.py:3) have nothing between them; together they compute M x, "
        f"M = B @ A of shape (2, 2), [[1., 2.], [6., 8.]]; {LINEAR}",
    ),
    (
        "linear_collapse",
        "warning",
        """\
def model(rows, W, b, U, c):
    h = nn.linear(rows, W, b)  # here
    return nn.linear(h, U, c)
""",
        "together they compute M rows + c', M = U @ W of shape (2, 2), c' = U @ b + c",
    ),
    (
        "linear_collapse",
        "warning",
        """\
def model(x, W, U):
    return U @ W @ x  # here
""",
        "together they compute M = U @ W of shape (2, 2)",
    ),
    (
        "linear_collapse",
        "warning",
        """\
def model(x, U, V, W):
    return U @ V @ W @ x  # here
""",
        "3 linear layers (model.py:2) have nothing between them; together they compute M = U @ V @ W of shape (2, 2)",
    ),
    (
        "linear_collapse",
        "note",
        """\
def model(x, narrow, wide):
    return wide @ (narrow @ x)  # here
""",
        "its rank is at most 1, which may be intended",
    ),
    (
        "unused",
        "warning",
        """\
def model(x, z, W):  # here
    return W @ x
""",
        "no output depends on z, an input; use z in the result, or remove it from the arguments",
    ),
    (
        "unused",
        "warning",
        """\
def model(x, W, b):  # here
    return W @ x
""",
        "no output depends on b, a parameter; its gradient is 0",
    ),
    (
        "dead_branch",
        "warning",
        """\
def model(x, W):
    z = W @ x
    h = np.tanh(z)
    k = h * 2  # here
    return z
""",
        "no output depends on k, the last of 2 steps (model.py:3 and model.py:4); "
        "return k too, use it in the result, or delete the line",
    ),
    (
        "loss_shape",
        "warning",
        """\
def model(x, y, W):
    error = (W @ x - y) ** 2  # here
    return error
""",
        "error has shape (3,), but the loss of a model with a target and parameters is a single number; "
        "return np.mean(error) or np.sum(error)",
    ),
    (
        "shared_parameter",
        "note",
        """\
def model(z, V):
    h = np.tanh(V @ z)  # here
    return np.tanh(V @ h)
""",
        "V is used in 2 places (model.py:2 and model.py:3); its gradient is the sum over them; nothing to do",
    ),
    (
        "softmax_twice",
        "error",
        """\
def model(x, y, W):
    p = nn.softmax(W @ x)
    return nn.cross_entropy_with_logits(p, y)  # here
""",
        "the loss expects logits and applies softmax; its argument is a softmax (model.py:2) already, "
        "so no class can be certain; leave out softmax (model.py:2)",
    ),
    (
        "softmax_twice",
        "error",
        """\
def model(x, y, W):
    p = nn.sigmoid(W @ x)
    return nn.binary_cross_entropy_with_logits(p, y)  # here
""",
        "its argument is a sigmoid (model.py:2) already",
    ),
    (
        "softmax_twice",
        "error",
        """\
def model(rows, Y, W):
    p = nn.softmax(nn.linear(rows, W))
    return -np.mean(np.sum(Y * nn.log_softmax(p), axis=-1))  # here
""",
        "applies softmax",
    ),
]
UNSTABLE = [
    ("np.exp(z) / np.sum(np.exp(z))", "warning", "a quotient of exp without a shift: exp overflows above 709.78"),
    ("np.exp(z) / (1 + np.exp(z))", "warning", "use nn.softmax, nn.sigmoid or np.tanh"),
    ("(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))", "warning", "inf / inf is NaN"),
    ("1 / (1 + np.exp(-z))", "note", "a quotient by exp: exp overflows above 709.78: the value stays right"),
    ("np.log(np.sum(np.exp(z)))", "warning", "log of a sum of exp without a shift"),
    ("np.log(1 + np.exp(z))", "warning", "use nn.softplus, np.logaddexp(0, z)"),
    ("np.log1p(np.exp(z))", "warning", "use nn.softplus"),
    ("np.log(nn.softmax(z))", "warning", "log of a softmax: softmax rounds to 0 from a difference of 745"),
    ("-np.log(nn.softmax(z)[0])", "warning", "use nn.log_softmax, or nn.cross_entropy_with_logits of z"),
    ("np.log(nn.sigmoid(z))", "warning", "write -np.logaddexp(0, -z) for log(sigmoid(z))"),
    ("np.log(1 - nn.sigmoid(z))", "warning", "log of a sigmoid"),
]
for formula, level, says in UNSTABLE:
    text = f"def model(z):\n    a = z * 2\n    return {formula.replace('z', 'a')}  # here\n"
    BAD.append(("unstable", level, text, says))


@pytest.mark.parametrize(("rule", "level", "text", "says"), BAD)
def test_a_mistake_is_found_at_its_line(traced, rule, level, text, says):
    (line,) = (number for number, row in enumerate(text.splitlines(), 1) if row.endswith("# here"))
    (finding,) = gnn.lint(traced(text))
    assert (finding.rule, finding.level, str(finding.source)) == (rule, level, f"model.py:{line}")
    assert says in str(finding)


def test_every_rule_has_a_bad_model():
    assert {rule for rule, *_ in BAD} == set(RULES)


def test_a_mistake_planted_in_a_good_model_is_found(traced):
    good = """\
def model(x, y, W, b, V):
    a = nn.sigmoid(nn.linear(x, W, b))
    z = nn.linear(a, V)
    return nn.cross_entropy_with_logits(z, y)
"""
    assert str(gnn.lint(traced(good))) == "nothing found"
    for rule, right, wrong in [
        ("linear_collapse", "nn.sigmoid(nn.linear(x, W, b))", "nn.linear(x, W, b)"),
        ("softmax_twice", "nn.linear(a, V)\n", "nn.softmax(nn.linear(a, V))\n"),
        ("leakage", "linear(a, V)", "linear(a + y, V)"),
        ("unused", "(x, W, b)", "(x, W)"),
        ("dead_branch", "    z =", "    k = a * 2\n    z ="),
        ("loss_shape", "return nn.cross_entropy_with_logits(z, y)", "return (z - y) ** 2"),
        ("shared_parameter", "linear(a, V)", "linear(np.tanh(V @ a), V)"),
        ("unstable", "cross_entropy_with_logits(z, y)", "squared_error(np.exp(z) / np.sum(np.exp(z)), y)"),
    ]:
        assert right in good
        assert [finding.rule for finding in gnn.lint(traced(good.replace(right, wrong)))] == [rule]


def test_a_graph_without_lines_is_linted_too(traced):
    from dataclasses import replace

    for _, _, text, _ in BAD:
        graph = traced(text)
        graph.graph.pop("source")
        if frozen := graph.graph.get("frozen"):
            graph.graph["frozen"] = tuple((name, None) for name, _ in frozen)
        for name, operation in graph.operations.items():
            graph.nodes[name]["data"] = replace(operation, source=None)
        (finding,) = gnn.lint(graph)
        assert finding.source is None
        assert "None" not in str(finding)
        assert "()" not in str(finding).replace("shape ()", "")


def test_the_report_prints_as_a_table(traced):
    report = gnn.lint(traced(next(text for rule, _, text, _ in BAD if rule == "leakage")))
    assert str(report).splitlines()[0].startswith("✗  leakage  model.py:2  the prediction depends on the target")
    assert str(report).splitlines()[1].lstrip().startswith("→ remove y")
    assert report.summary == "1 error"
    assert not report.passed
    assert gnn.lint(traced("def model(x, W):\n    return np.tanh(W @ x)\n")).passed


def test_a_chain_of_many_layers_is_said_shortly():
    net = gnn.nn.Sequential(*(gnn.nn.Linear(2, 2) for _ in range(50)))
    (finding,) = gnn.lint(gnn.trace(net, x=gnn.input(2)))
    assert finding.message.startswith("50 linear layers")
    assert "M = W50 @ … @ W1" in finding.message
    assert len(finding.message) < 300


def test_the_matrix_is_the_product():
    A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    graph = gnn.trace(lambda x, A, B: x @ A @ B, x=gnn.input((5, 2)), A=gnn.parameter(A), B=gnn.parameter(B))
    (finding,) = gnn.lint(graph)
    assert (
        f"x M, M = A @ B of shape (2, 2), {' '.join(np.array2string(A @ B, separator=', ').split())}" in finding.message
    )
