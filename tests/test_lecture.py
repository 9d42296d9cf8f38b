"""The numbers of the lecture's figures against formulas written by hand, and the pages made of them."""

import sys

import networkx as nx
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import FileError
from graphviz_nn.lecture import figures, page, write_lecture

X, Y, THETA = np.array([1.5, -2.0]), 0.75, np.array([0.5, 0.25])
FIGURES = {figure.path.stem: figure for figure in figures()}


@pytest.fixture(scope="module")
def graphs():
    return {name: figure.picture().graph for name, figure in FIGURES.items()}


def gradients(graph, **feeds):
    """All gradients, by name."""
    return gnn.value_and_gradient(graph, feeds, wrt=list(graph.leaves))


def test_the_figures_are_in_order():
    assert [figure.number for figure in figures()] == sorted(figure.number for figure in figures())
    assert {
        "linear_regression_scalar",
        "linear_regression_vector",
        "logistic_regression_matrix",
    } <= FIGURES.keys()


def test_figure_1_is_the_graph_of_the_formula(graphs):
    def formula(x1, x2, t1, t2, y):
        return (x1 * t1 + x2 * t2 - y) ** 2

    number = {name: gnn.input(()) for name in ("x1", "x2")} | {name: gnn.parameter(()) for name in ("t1", "t2")}
    by_hand = gnn.trace(formula, **number, y=gnn.target(()))

    def kind(data):
        data = data["data"]
        return (data.role, data.shape) if isinstance(data, gnn.Variable) else (data.op, dict(data.literals))

    figure = graphs["linear_regression_scalar"]
    assert nx.is_isomorphic(figure, by_hand, node_match=lambda one, other: kind(one) == kind(other))


def test_figure_1_numbers(graphs):
    graph = graphs["linear_regression_scalar"]
    feeds = {"x_1": X[0], "x_2": X[1], "theta_1": THETA[0], "theta_2": THETA[1], "y": Y}
    error = X[0] * THETA[0] + X[1] * THETA[1] - Y
    value, found = gradients(graph, **feeds)
    assert value == pytest.approx(error**2, rel=1e-15)
    expected = {
        "x_1": 2 * error * THETA[0],
        "x_2": 2 * error * THETA[1],
        "theta_1": 2 * error * X[0],
        "theta_2": 2 * error * X[1],
        "y": -2 * error,
    }
    assert {name: float(each) for name, each in found.items()} == pytest.approx(expected, rel=1e-15)
    assert gnn.check_gradients(graph, feeds).passed


def test_figure_2_numbers(graphs):
    graph = graphs["linear_regression_vector"]
    error = THETA @ X - Y
    value, found = gradients(graph, x=X, y=Y, theta=THETA)
    assert value == pytest.approx(error**2, rel=1e-15)
    np.testing.assert_allclose(found["x"], 2 * error * THETA, rtol=1e-15)
    np.testing.assert_allclose(found["theta"], 2 * error * X, rtol=1e-15)
    np.testing.assert_allclose(found["y"], -2 * error, rtol=1e-15)
    assert gnn.check_gradients(graph, x=X, y=Y, theta=THETA).passed


def test_figures_1_and_2_agree(graphs):
    one, two = graphs["linear_regression_scalar"], graphs["linear_regression_vector"]
    feeds = {"x": X, "y": Y, "theta": THETA}
    assert float(gnn.evaluate(one, feeds, outputs=one.outputs[0])) == pytest.approx(
        float(gnn.evaluate(two, feeds, outputs=two.outputs[0])), rel=1e-15
    )


def test_figure_4_numbers(graphs):
    graph = graphs["logistic_regression_matrix"]
    theta, y = np.array([[0.5, -1.0], [1.5, 0.25]]), np.array([0.0, 1.0])
    scores = theta @ X
    p = np.exp(scores) / np.sum(np.exp(scores))
    value, found = gradients(graph, x=X, y=y, theta=theta)
    assert value == pytest.approx(np.log(np.sum(np.exp(scores))) - scores[1], rel=1e-14)
    np.testing.assert_allclose(found["theta"], np.outer(p - y, X), rtol=1e-13)
    np.testing.assert_allclose(found["x"], theta.T @ (p - y), rtol=1e-13)
    np.testing.assert_allclose(found["y"], -p / (y @ p), rtol=1e-13)
    assert gnn.check_gradients(graph, x=X, y=y, theta=theta).passed


def test_figure_4_shows_its_operations(graphs):
    graph = graphs["logistic_regression_matrix"]
    assert [operation.op for operation in graph.operations.values()] == [
        "matmul",
        "softmax",
        "matmul",
        "log",
        "negative",
    ]


def test_figure_10_numbers():
    picture = FIGURES["learned_features"].picture()
    *each, network, matrix = picture.panels
    x = np.array([0.3, -0.8])
    W = matrix.graph.variable("W").value
    a = 1 / (1 + np.exp(-W @ x))
    np.testing.assert_allclose(gnn.evaluate(matrix.graph, x=x, outputs="a"), a, rtol=1e-15)
    for row, panel in enumerate(each):
        weight = [link.weight for link in panel.diagram.links if link.variable == "W"]
        assert weight == W[row].tolist()
        assert 1 / (1 + np.exp(-np.dot(weight, x))) == pytest.approx(a[row], rel=1e-15)
        np.testing.assert_allclose(gnn.evaluate(panel.graph, x=x, outputs="a"), a, rtol=1e-15)
    assert [link.weight for link in network.diagram.links] == W.ravel().tolist()


def test_figure_17_numbers():
    neuron, network = FIGURES["neuron"].picture().panels
    value = {name: variable.value for name, variable in network.graph.variables.items()}
    a1 = gnn.evaluate(network.graph, x=X, outputs=["a1", "a2"])
    weight = [link.weight for link in neuron.diagram.links if link.weight is not None]
    assert weight == value["W2"][0].tolist()
    assert 1 / (1 + np.exp(-np.dot(weight, a1["a1"]))) == pytest.approx(a1["a2"][0], rel=1e-15)
    every = [link.weight for link in network.diagram.links]
    assert every == np.concatenate([value[name].ravel() for name in ("W1", "W2", "W3")]).tolist()


@pytest.mark.parametrize("name", FIGURES)
def test_a_script_runs_by_itself(name, tmp_path):
    import subprocess

    script = FIGURES[name].path
    subprocess.run([sys.executable, "-B", str(script)], cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.svg"]
    assert (tmp_path / f"{name}.svg").read_text(encoding="utf-8") == FIGURES[name].picture().svg


def test_the_folder_of_figures(tmp_path):
    index = write_lecture(tmp_path / "new" / "figures")
    text = index.read_text(encoding="utf-8")
    assert {path.name for path in index.parent.iterdir()} == {
        "index.html",
        *(f"{name}.svg" for name in FIGURES),
    }
    for name, figure in FIGURES.items():
        assert f'<img src="{name}.svg"' in text
        assert figure.title in text
    assert "http" not in text


def test_the_page_escapes_what_it_shows():
    from dataclasses import replace

    figure = replace(figures()[0], title="<script>", code="a < b")
    text = page([figure])
    assert "&lt;script&gt;" in text
    assert "a &lt; b" in text


def test_a_folder_that_can_not_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="can't make the folder"):
        write_lecture(tmp_path / "file")
