"""The numbers of the lecture's figures against formulas written by hand, and the pages made of them."""

import re
import sys

import networkx as nx
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.cli.figures import Drawn, figures, page, write_lecture
from graphviz_nn.errors import FileError
from graphviz_nn.scene import Text
from graphviz_nn.style.labels import plain
from graphviz_nn.style.numbers import array

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
    value = {name: variable.value for name, variable in network.model.variables.items()}
    weight = {link.weight for link in neuron.diagram.links if link.weight is not None}
    assert weight == {*value["W1"][0].tolist(), value["b1"][0]}
    every = [link.weight for link in network.diagram.links]
    assert every == np.concatenate([value[name].ravel() for name in ("W1", "W2")]).tolist()


def test_figure_13_fits_a_column():
    picture = FIGURES["deep_network"].picture()
    assert min(item.size for group in picture.scene.groups for item in group.items if isinstance(item, Text)) >= 7.0
    alone = [gnn.draw(picture.panels[0].model, style="column").scene]
    alone.append(gnn.draw(picture.panels[0].model, style="column", view="arrows", detail="merged").scene)
    widths = [scene.width * 2.54 / 72 for scene in alone]
    assert widths[1] <= 8.0 < 1.5 * 8.0 < widths[0]
    # Both are drawn to one scale, with their widths as headings.
    assert picture.scene.width == pytest.approx(alone[0].width)
    said = [group.title for group in picture.scene.groups if group.id.endswith("heading")]
    assert said == [f"as operations, {widths[0]:.1f} cm", f"as arrows, {widths[1]:.1f} cm"]


def test_figure_3_names_both_terms():
    (panel,) = FIGURES["logistic_regression_scores"].picture().panels
    named = {"".join(plain(word) for line in each.said for word in line): each.part for each in panel.diagram.braces}
    assert {name: part.shapes for name, part in named.items()} == {
        "log Σ expofallscores": ("exp", "log"),
        "thetrueclass’sscore": ("stack", "matmul_3"),
    }


def test_figure_20_has_its_message_and_its_path():
    picture = FIGURES["leakage"].picture()
    (panel,) = picture.panels
    strong = {shape.name for shape in panel.diagram.shapes if shape.emphasis == "strong"}
    assert strong == {"y", "concatenate", "features", "linear", "softmax", "p"}
    (said,) = (group.title for group in picture.scene.groups if group.id == "caption")
    assert said == "× the prediction depends on the target: y → concatenate → linear → softmax → p"


def test_figure_14_one_layer_gives_the_same():
    two, one = (panel.graph for panel in FIGURES["linear_collapse"].picture().panels)
    W1, W2 = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]]), np.array([[0.5, 1.0, -1.5], [2.0, 0.0, 1.0]])
    feeds = {"x": X, "y": np.array([0.0, 1.0]), "W1": W1, "W2": W2}
    scores = W2 @ W1 @ X
    for graph in (two, one):
        assert gnn.evaluate(graph, feeds, outputs="z2") == pytest.approx(scores, rel=1e-14)
    np.testing.assert_allclose(gnn.evaluate(one, feeds, outputs="M"), W2 @ W1, rtol=1e-14)
    (value, found), (other, expected) = (gnn.value_and_gradient(graph, feeds) for graph in (one, two))
    assert value == pytest.approx(other, rel=1e-14)
    for name in ("W1", "W2"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12)


def test_figure_14_says_so_and_figure_11_does_not():
    picture = FIGURES["linear_collapse"].picture()
    assert [len([op for op in panel.graph.operations.values() if op.op == "linear"]) for panel in picture.panels] == [
        2,
        1,
    ]
    (remark,) = picture.remarks
    assert remark.startswith(
        "linear_collapse.py:14: two linear layers (linear_collapse.py:14 and linear_collapse.py:15) have "
        "nothing between them; together they compute M x, M = W2 @ W1 of shape (2, 2)"
    )
    drawn = [{shape.label for shape in panel.diagram.shapes} for panel in picture.panels]
    W1, W2 = np.array([[1, -1], [0, 2], [2, 1]]), np.array([[1, 0, -1], [0, 1, -1]])
    weights = [{own.name: own.value for s in panel.diagram.shapes for own in s.learned} for panel in picture.panels]
    assert weights == [{"W1": array(W1), "W2": array(W2)}, {"M": array(W2 @ W1)}]
    values = [{s.label: s.value for s in panel.diagram.shapes if s.value} for panel in picture.panels]
    assert values[0].items() > values[1].items() > {("z^{(2)}", array(np.array([-5, 0])))}
    assert "z^{(1)}" in drawn[0] and "z^{(1)}" not in drawn[1]
    assert not any("linear_collapse" in remark for remark in FIGURES["two_layer_network"].picture().remarks)


def test_an_unstable_formula_is_remarked_where_it_is_drawn():
    (remark,) = FIGURES["logistic_regression_matrix"].picture().remarks
    assert remark.startswith("logistic_regression_matrix.py:16: log of a softmax")
    assert FIGURES["logistic_regression_compact"].picture().remarks == ()
    assert gnn.draw(FIGURES["logistic_regression_matrix"].picture().panels[0].model, detail="merged").remarks == ()


def test_figure_18_numbers():
    """Every value above and every gradient below its edge are those of the formulas, written by hand."""
    regression, network = FIGURES["backpropagation"].picture().panels
    written = [(link.value, link.gradient.split("\\ ")[0]) for link in regression.diagram.links if link.value]
    x, theta, y = np.array([1.0, 2.0]), np.array([0.5, -0.5]), 3.0
    slope = 2 * (theta @ x - y)
    products = [(each, slope) for each in theta * x]
    expected = [*products, (theta @ x, slope), (theta @ x - y, slope)]
    assert sorted(written) == sorted((f"{value:g}", f"{gradient:g}") for value, gradient in expected)
    drawn = [link for link in network.diagram.links if link.label]
    assert [link.variable for link in drawn] == ["z1", "a1", "z2", "p"]
    assert all(link.value and link.gradient.endswith(r"\checkmark") for link in drawn)


def test_figure_18_each_graph_is_on_one_slide():
    for build in FIGURES["backpropagation"].drawn().builds.values():
        for picture in build:
            assert (picture.scene.width, picture.scene.height) == (960.0, 540.0)
            sizes = [item.size for group in picture.scene.groups for item in group.items if isinstance(item, Text)]
            assert min(sizes) >= 12.0
        assert not build[0].noticed


def test_figure_19_the_gradient_is_the_sum_over_both_uses(graphs):
    W, y = np.array([[0.5, -1.0], [1.5, 0.25]]), np.array([0.0, 1.0])

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    a1 = sigmoid(W @ X)
    z2 = W @ a1
    d2 = 2 * (z2 - y)
    d1 = (W.T @ d2) * a1 * (1 - a1)
    value, found = gradients(graphs["shared_parameters"], x=X, y=y, W=W)
    assert value == pytest.approx(np.sum((z2 - y) ** 2), rel=1e-14)
    np.testing.assert_allclose(found["W"], np.outer(d2, a1) + np.outer(d1, X), rtol=1e-12)


def test_figure_19_marks_both_places():
    (panel,) = FIGURES["shared_parameters"].picture().panels
    places = [link.head for link in panel.diagram.links if link.tail == "W"]
    assert len(places) == 2
    parameters = [shape for shape in panel.diagram.shapes if shape.kind == "parameter"]
    assert [shape.label for shape in parameters] == ["W", r"\bar{W}"]
    parts = [link for link in panel.diagram.links if link.head == parameters[1].name]
    assert [link.mark for link in parts] == ["+", "+"]
    # Both parts of the sum have their formula and their numbers, and so has the sum.
    x, y, W = np.array([1, 2]), np.array([0, 1]), np.array([[1, -1], [0.5, 0]])
    a1 = 1 / (1 + np.exp(-W @ x))
    d2 = 2 * (W @ a1 - y)
    d1 = (W.T @ d2) * a1 * (1 - a1)
    written = {array(np.outer(d2, a1)): r"\bar{z}^{(2)}", array(np.outer(d1, x)): r"\bar{z}^{(1)}"}
    assert {link.gradient for link in parts} == set(written)
    assert all(link.label.startswith(written[link.gradient]) for link in parts)
    assert parameters[1].gradient == array(np.outer(d2, a1) + np.outer(d1, x))


@pytest.mark.parametrize("view", ["compact", "layers", "arrows"])
@pytest.mark.parametrize("detail", ["layers", "merged"])
def test_figure_20_draws_the_target_and_names_the_path(view, detail):
    leaking = FIGURES["leakage"].picture().panels[0].model
    picture = gnn.draw(leaking, view=view, detail=detail)
    assert "y" in {shape.name for shape in picture.panels[0].diagram.shapes}
    assert "y" in {link.tail for link in picture.panels[0].diagram.links}
    (remark,) = (remark for remark in picture.remarks if remark.endswith("(leakage)"))
    assert "the prediction depends on the target: y → concatenate → linear → softmax → p" in remark


@pytest.mark.parametrize("view", ["compact", "layers", "arrows"])
def test_a_target_is_drawn_where_a_function_hides_a_leak(view):
    @gnn.function
    def whole(x, y, W):
        return gnn.nn.squared_error(np.tanh(W @ x) * y, y)

    graph = gnn.trace(lambda x, y, W: whole(x, y, W), x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))
    picture = gnn.draw(graph, view=view)
    assert "y" in {link.tail for link in picture.panels[0].diagram.links}
    assert "y → multiply" in picture.remarks[0]


@pytest.mark.parametrize("name", FIGURES)
def test_a_script_runs_by_itself(name, tmp_path):
    import subprocess

    script = FIGURES[name].path
    subprocess.run([sys.executable, "-B", str(script)], cwd=tmp_path, check=True)
    assert all(path.stem.startswith(name) for path in tmp_path.iterdir())
    assert (tmp_path / f"{name}.svg").read_text(encoding="utf-8") == FIGURES[name].picture().svg


def test_the_folder_of_figures(tmp_path):
    index = write_lecture(tmp_path / "new" / "figures")
    text = index.read_text(encoding="utf-8")
    written = {path.name for path in index.parent.iterdir()} - {"index.html"}
    pictures, builds = ({name for name in written if name.endswith(suffix)} for suffix in (".svg", ".html"))
    assert pictures >= {f"{name}.svg" for name in FIGURES} and pictures | builds == written
    assert all(f'<img src="{name}"' in text for name in pictures)
    assert {
        "backpropagation_network.html",
        "backpropagation_regression.html",
        "backpropagation_backward.html",
        *(f"playground_{name}.html" for name in (*"abcde", "moons", "bumps")),
    } <= builds
    assert all(f'<a href="{name}"' in text for name in builds)
    for name, figure in FIGURES.items():
        assert f'<img src="{name}.svg"' in text
        assert figure.title in text
    assert "the prediction depends on the target: y → concatenate" in text
    assert "http" not in text


@pytest.mark.parametrize("stop", [KeyboardInterrupt, FileError])
def test_a_folder_that_is_not_whole_says_so(tmp_path, monkeypatch, stop):
    from graphviz_nn.cli import figures as lecture

    figure = figures()[0]
    drawn = Drawn(figure.picture(), {}, {"steps": gnn.steps(figure.picture().graph)})
    monkeypatch.setattr(lecture, "figures", lambda: [figure])
    monkeypatch.setattr(lecture.Figure, "drawn", lambda _: drawn)
    whole = write_lecture(tmp_path).read_text(encoding="utf-8")
    write, left = lecture.write, 0

    def interrupted(path, data):
        nonlocal left
        left -= 1
        if not left:
            raise stop("here")
        return write(path, data)

    monkeypatch.setattr(lecture, "write", interrupted)
    for number in (2, 3):
        left = number
        with pytest.raises(stop):
            write_lecture(tmp_path)
        said = (tmp_path / "index.html").read_text(encoding="utf-8")
        assert "Not all figures are written" in said and figure.title not in said
    left = 0
    assert write_lecture(tmp_path).read_text(encoding="utf-8") == whole


def test_the_page_escapes_what_it_shows():
    from dataclasses import replace

    figure = replace(figures()[0], title="<script>", code="a < b")
    picture = replace(figure.picture(), noticed=("x < y",))
    text = page([figure], {figure.path.stem: Drawn(picture, {}, {"a&b": None}, measured="1 < 2")})
    assert "x &lt; y" in text
    assert "&lt;script&gt;" in text
    assert "a &lt; b" in text
    assert "a&amp;b.html" in text
    assert "1 &lt; 2" in text


def test_a_folder_that_can_not_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="can't make the folder"):
        write_lecture(tmp_path / "file")


def test_figure_9_the_features_separate_what_no_line_does():
    drawn = FIGURES["checkerboard_features"].drawn()
    line, features = (float(each) for each in re.findall(r"([\d.]+)%", drawn.measured))
    assert 40 <= line <= 60 and features <= 2
    assert drawn.picture.panels[0].model.variable("theta").shape == (2, 5)
    assert list(drawn.plots) == ["line", "features"]


def test_figure_16_the_numbers_in_the_caption(monkeypatch):
    # The pages are drawn with the folder.
    monkeypatch.setattr("graphviz_nn.cli.figures.HOOKS", ("plots", "builds", "measured"))
    drawn = FIGURES["playground"].drawn()
    a, b, c, d, e = (float(each) for each in re.findall(r"([\d.]+)%", drawn.measured))
    assert a == 0 and 40 <= b <= 60 and c <= 2 and e <= 3
    assert max(c, e) < d < b
    assert len(drawn.plots) == 5 and list(drawn.builds) == ["training"]


def test_figure_17_has_the_weights_of_16_d():
    drawn = FIGURES["neuron"].drawn()
    graph = drawn.picture.panels[0].model
    first = [f"{each:.3g}" for each in graph.variable("W1").value[0]]
    assert f"the weights {first[0]} and {first[1]}" in drawn.measured
