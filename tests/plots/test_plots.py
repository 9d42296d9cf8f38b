"""Plots show the trained graph, into any Axes, with the same bytes every time."""

import re
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from PIL import Image, ImageSequence
from training.models import linear_regression, network, perceptron

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.plots.look import COLOURS, FORMATS, SHADES, rendered
from graphviz_nn.style.numbers import number
from graphviz_nn.style.sheet import load

QUIET = {"progress": False}


def classes(count):
    """As many points around as many corners of a circle."""
    rng = np.random.default_rng(0)
    numbers = np.arange(30 * count) % count
    angles = 2 * np.pi * numbers / count
    points = np.column_stack([np.cos(angles), np.sin(angles)]) + rng.normal(scale=0.2, size=(len(numbers), 2))
    return gnn.data.arrays(points, numbers)


def softmax_regression(inputs, outputs):
    def loss(x, y, W, b):
        return nn.cross_entropy(nn.softmax(nn.linear(x, W, b)), y)

    specs = {"W": gnn.parameter((outputs, inputs)), "b": gnn.parameter(outputs)}
    return gnn.trace(loss, x=gnn.input(inputs), y=gnn.target(outputs), **specs)


def four_inputs():
    rng = np.random.default_rng(0)
    return gnn.data.arrays(rng.normal(size=(40, 4)), rng.integers(2, size=40))


XOR = gnn.fit(network(3), gnn.data.xor(60, seed=0), test=gnn.data.xor(30, seed=1), steps=20, rate=0.3, **QUIET)
TRAINED = {
    "two classes": XOR,
    "three classes": gnn.fit(softmax_regression(2, 3), classes(3), steps=10, **QUIET),
    "one score": gnn.fit(perceptron(), gnn.data.moons(40, seed=0), steps=5, **QUIET),
    "numbers": gnn.fit(
        linear_regression(), gnn.data.plane(40, seed=0), test=gnn.data.plane(20, seed=1), steps=5, rate=0.01, **QUIET
    ),
}
WIDE = gnn.fit(softmax_regression(4, 2), four_inputs(), steps=3, **QUIET)
# Each plot, and whether it is put into Axes.
PLOTS = {
    "decision_boundary": (gnn.plots.decision_boundary, True),
    "curves": (gnn.plots.curves, True),
    "gradient_norms": (gnn.plots.gradient_norms, True),
    "weights": (gnn.plots.weights, False),
    "panel": (gnn.plots.panel, False),
    "activations": (lambda training: gnn.plots.activations(training, training.prediction), False),
}


def test_every_plot_of_a_training_is_here():
    assert set(PLOTS) == set(gnn.plots.__all__) - {"Film", "activation_functions", "film"}


@pytest.mark.parametrize("trained", TRAINED)
@pytest.mark.parametrize("plot", PLOTS)
def test_every_plot_of_every_kind_of_data(plot, trained):
    draw, into_axes = PLOTS[plot]
    found = [draw(TRAINED[trained]) for _ in range(2)]
    figures = [each.figure if into_axes else each for each in found]
    for suffix in FORMATS:
        assert rendered(figures[0], suffix) == rendered(figures[1], suffix)
    if into_axes:
        ax = Figure().add_subplot()
        assert draw(TRAINED[trained], ax) is ax


@pytest.mark.parametrize("plot", ["weights", "panel", "activations"])
def test_into_a_part_of_a_figure(plot):
    draw = {**PLOTS, "activations": (lambda training, **more: gnn.plots.activations(training, "a1", **more), False)}
    whole = Figure(figsize=(12, 8), layout="constrained")
    _, below = whole.subfigures(2, 1)
    assert draw[plot][0](XOR, into=below) is below
    assert below.axes and rendered(whole, ".png")


def test_a_boundary_is_where_the_prediction_changes():
    ax = gnn.plots.decision_boundary(XOR)
    regions = ax.collections[1]
    rng = np.random.default_rng(0)
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    points = rng.uniform(low, high, (300, 2))
    predicted = XOR.predict(points)
    inside = [any(path.contains_point(point) for path in regions.get_paths()) for point in points]
    # But for the width of a point of the grid.
    assert np.mean(np.array(inside) == (predicted == 1)) > 0.98


def logistic():
    def loss(x, y, w, b):
        return nn.binary_cross_entropy(nn.sigmoid(w @ x + b), y)

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2), b=gnn.parameter(()))


def logits():
    def loss(x, y, w, b):
        return nn.binary_cross_entropy_with_logits(w @ x + b, y)

    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2), b=gnn.parameter(()))


LINES = {
    "one-hot": (lambda: softmax_regression(2, 2), lambda p: (p["W"][1] - p["W"][0], p["b"][1] - p["b"][0])),
    "zero-one": (logistic, lambda p: (p["w"], p["b"])),
    "logits": (logits, lambda p: (p["w"], p["b"])),
}


def strengthened(training, factor):
    return replace(training, parameters={name: factor * value for name, value in training.parameters.items()})


@pytest.mark.parametrize("factor", [1.0, 30.0])
@pytest.mark.parametrize("kind", LINES)
def test_the_boundary_of_a_linear_model_is_a_straight_line(kind, factor):
    """However steep the probabilities are between the points of the grid."""
    graph, line = LINES[kind]
    training = strengthened(gnn.fit(graph(), gnn.data.gaussians(60, seed=0), steps=20, rate=0.1, **QUIET), factor)
    weights, bias = line(training.parameters)
    lines = gnn.plots.decision_boundary(training).collections[2]
    points = np.concatenate([path.vertices for path in lines.get_paths()])
    assert len(points) > 100
    away = np.abs(points @ weights + bias) / np.linalg.norm(weights)
    assert away.max() < 1e-6


@pytest.mark.parametrize("encoding", [*LINES, "signs", "numbers", "three classes"])
def test_the_class_ahead_is_the_predicted_one(encoding):
    trained = {"signs": TRAINED["one score"], "three classes": TRAINED["three classes"]}
    if encoding == "numbers":
        data = gnn.data.gaussians(60, seed=0)
        found = gnn.fit(linear_regression(), data, steps=5, rate=0.01, encoding="numbers", **QUIET)
    else:
        found = trained.get(encoding) or gnn.fit(
            LINES[encoding][0](), gnn.data.gaussians(60, seed=0), steps=5, rate=0.1, **QUIET
        )
    points = np.random.default_rng(1).normal(scale=3.0, size=(200, 2))
    margins, predicted = found.margins(points), found.predict(points)
    assert margins.shape == (200, len(found.data.classes))
    known = np.isin(predicted, range(len(found.data.classes)))
    assert known.any()
    np.testing.assert_array_equal(margins.argmax(axis=1)[known], predicted[known])
    assert ((margins > 0).sum(axis=1)[known] == 1).all()


def test_margins_need_classes():
    with pytest.raises(UsageError, match="margins need classes"):
        TRAINED["numbers"].margins(np.zeros((1, 2)))


@pytest.mark.parametrize("trained", TRAINED)
def test_a_legend_explains_the_points_and_the_title_measures(trained):
    training = TRAINED[trained]
    ax = gnn.plots.decision_boundary(training)
    said = [text.get_text() for text in ax.get_legend().get_texts()]
    test = ["test data"] if training.test is not None else []
    if training.data.classes:
        names = [name if isinstance(name, str) else f"class {name}" for name in training.data.classes]
        assert said == [*names, *test, "wrong"]
        assert f"accuracy {training.accuracy():.1%}" in ax.get_title()
        assert not test or f"test {training.accuracy(training.test):.1%}" in ax.get_title()
    else:
        assert said == ["data", *test]
        assert f"loss {training.loss():.3g}" in ax.get_title()


def test_a_name_of_a_class_is_no_formula():
    data = gnn.data.arrays([[0.0, 1.0], [1.0, 0.0]] * 10, ["a$b$", "c_d"] * 10)
    training = gnn.fit(softmax_regression(2, 2), data, steps=2, **QUIET)
    ax = gnn.plots.decision_boundary(training)
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == [r"a\$b\$", "c_d"]
    assert rendered(ax.figure, ".svg")


@pytest.mark.parametrize(
    ("losses", "top", "is_said"),
    [
        ([1000.0, *np.linspace(3, 1, 99)], 3.0, True),
        ([5000.0, 1000.0, *np.linspace(3, 1, 98)], 3.0, True),
        (list(np.linspace(3, 1, 100)), 3.0, False),
        # A spike in the middle belongs to the course.
        ([*np.linspace(3, 1, 50), 40.0, *np.linspace(1, 0.5, 49)], 40.0, False),
        ([7.0], 7.0, False),
        ([9.0, 1.0], 1.0, True),
        ([0.0, 0.0], None, False),
    ],
)
def test_the_first_steps_do_not_flatten_the_loss(losses, top, is_said):
    losses = np.array(losses)
    steps = np.arange(len(losses)) * 10
    training = replace(TRAINED["numbers"], history={"step": steps, "loss": losses}, step=int(steps[-1]))
    training = replace(training, snapshots={name: [value] * len(losses) for name, value in training.parameters.items()})
    ax = gnn.plots.curves(training)
    assert ax.get_ylim()[0] == 0
    if top is not None:
        assert ax.get_ylim()[1] == pytest.approx(1.05 * top)
    assert [text.get_text() for text in ax.texts] == ([f"↑ ${number(losses[0], 3)}$ at step 0"] if is_said else [])


@pytest.mark.parametrize("trained", TRAINED)
def test_a_legend_explains_the_curves(trained):
    training = TRAINED[trained]
    said = [text.get_text() for text in gnn.plots.curves(training).get_legend().get_texts()]
    expected = ["loss", *["accuracy"] * bool(training.data.classes)]
    assert said == [*expected, *["training", "test"] * (training.test is not None)]


def laid_out(figure):
    FigureCanvasAgg(figure).draw()
    return figure


def shown_size(network, scene):
    """How large letters of a scene are in Axes."""
    figure = network.figure
    box = network.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    return min(1.0, box.width * 72 / scene.width, box.height * 72 / scene.height)


@pytest.mark.parametrize("options", [{}, {"title": "title"}, {"unit": ("a1", 2)}, {"record": 0}])
@pytest.mark.parametrize("data", ["xor", "wide"])
def test_panels_are_in_line_and_letters_equally_large(data, options):
    training = XOR
    if data == "wide":
        points = np.random.default_rng(0).normal(size=(60, 2)) * [4, 2]
        training = gnn.fit(network(3), gnn.data.arrays(points, np.arange(60) % 2), steps=3, **QUIET)
    graph, plane, course, _ = laid_out(gnn.plots.panel(training, **options)).axes[:4]
    boxes = [ax.get_position() for ax in (plane, course)]
    assert boxes[0].y0 == pytest.approx(boxes[1].y0, abs=2e-3)
    assert boxes[0].y1 == pytest.approx(boxes[1].y1, abs=2e-3)
    assert boxes[0].x1 < boxes[1].x0
    scene = gnn.draw(training.graph, view="units").scene
    assert shown_size(graph, scene) > 0.95
    # Letters of the network are as large as those of the plots.
    text = load("lecture").text
    sizes = {ax.xaxis.label.get_size() for ax in (plane, course)} | {course.yaxis.label.get_size()}
    assert sizes == {text.link_size} == {plane.title.get_size()}
    ticks = {tick.get_size() for ax in (plane, course) for tick in ax.get_xticklabels()}
    assert ticks == {text.note_size}


@pytest.mark.parametrize("asked", [("a1", 2), "a1[2]", "a^{(1)}_2", "a^{(1)}_{2}"])
def test_a_picked_unit_is_shown_over_the_plane_and_marked_in_the_network(asked):
    whole = gnn.plots.panel(XOR, unit=asked)
    graph, plane, *_ = whole.axes
    mesh = next(each for each in plane.collections if isinstance(each, QuadMesh))
    rows, columns = mesh.get_array().shape
    x, y = np.meshgrid(np.linspace(*plane.get_xlim(), columns), np.linspace(*plane.get_ylim(), rows))
    points = np.column_stack([x.ravel(), y.ravel()])
    np.testing.assert_allclose(np.ravel(mesh.get_array()), XOR.evaluate(points, "a1")[:, 1], atol=1e-12)
    (painting,) = graph.artists
    widths = {group.name: group.items[0].width for group in painting.scene.groups if group.id.startswith("node-")}
    assert widths.pop("a1[2]") > max(widths.values())
    usual = gnn.draw(XOR.graph, view="units").scene
    assert [group.id for group in painting.scene.groups if group.id.startswith("node-")] == [
        group.id for group in usual.groups if group.id.startswith("node-")
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": ("a1", 9)}, "there is no unit ('a1', 9) in the network's picture"),
        ({"unit": "b"}, "there is no unit 'b'"),
        ({"unit": ("a1", 1), "view": "layers"}, "there is no unit"),
        ({"unit": ("a1",)}, "there is no unit"),
    ],
)
def test_a_unit_that_is_not_in_the_network(options, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        gnn.plots.panel(XOR, **options)


def test_what_is_wrong_has_a_ring():
    ax = gnn.plots.decision_boundary(XOR)
    dots = [each for each in ax.collections if isinstance(each, PathCollection)]
    rings = [each for each in dots if each.get_facecolor().size == 0]
    wrong = sum(int((XOR.predict(data.inputs) != data.targets).sum()) for data in (XOR.data, XOR.test))
    ringed = max(rings, key=lambda each: each.get_sizes()[0]).get_sizes()[0]
    assert sum(len(each.get_offsets()) for each in rings if each.get_sizes()[0] == ringed) == wrong


def examples(ax, training):
    """The dots of a plot by colour and whether they are hollow, and those of numbers by marker; no rings."""
    found = {}
    for each in ax.collections:
        # Rings are larger.
        if not isinstance(each, PathCollection) or each.get_sizes()[0] > 16:
            continue
        hollow = each.get_facecolor().size == 0
        kind = to_hex(each.get_edgecolor()[0]).upper() if training.data.classes else len(each.get_paths()[0].vertices)
        found[kind, hollow] = each
    return found


@pytest.mark.parametrize("trained", [name for name, each in TRAINED.items() if each.data.classes])
def test_each_class_has_its_colour_and_what_is_tested_is_hollow(trained):
    training = TRAINED[trained]
    found = examples(gnn.plots.decision_boundary(training), training)
    expected = {
        (colour, data is training.test): data.inputs[data.targets == number]
        for data in (training.data, training.test)
        for number, colour in enumerate(COLOURS[: len(training.data.classes)])
        if data is not None
    }
    assert found.keys() == expected.keys()
    for kind, points in expected.items():
        np.testing.assert_array_equal(found[kind].get_offsets(), points)
        assert found[kind].get_facecolor().size == 0 or to_hex(found[kind].get_facecolor()[0]).upper() == kind[0]
    # Without colour, markers tell classes apart.
    markers = {kind: each.get_paths()[0].vertices.tobytes() for kind, each in found.items()}
    assert len(set(markers.values())) == len(training.data.classes)
    assert all(markers[kind] == markers[kind[0], False] for kind in markers)


def test_numbers_are_shades_around_the_mean_of_the_targets():
    training = TRAINED["numbers"]
    ax = gnn.plots.decision_boundary(training)
    (round_ones, square_ones) = sorted(examples(ax, training).values(), key=lambda each: -len(each.get_offsets()))
    assert len(round_ones.get_paths()[0].vertices) > len(square_ones.get_paths()[0].vertices)
    for dots, data in ((round_ones, training.data), (square_ones, training.test)):
        np.testing.assert_array_equal(dots.get_offsets(), data.inputs)
        np.testing.assert_array_equal(dots.get_array(), data.targets)
    plane = next(each for each in ax.collections if isinstance(each, QuadMesh))
    places = np.asarray(plane.get_coordinates()).reshape(-1, 2)
    np.testing.assert_allclose(np.ravel(plane.get_array()), training.predict(places))
    middle, blue, orange = training.data.targets.mean(), to_rgb(SHADES[-1]), to_rgb(SHADES[0])
    for each in (plane, round_ones, square_ones):
        assert sum(each.get_clim()) / 2 == pytest.approx(middle)
        np.testing.assert_allclose(each.to_rgba(np.array([1e9, -1e9]))[:, :3], [blue, orange], atol=0.01)


@pytest.mark.parametrize("record", [None, 0, 1, -1])
@pytest.mark.parametrize("trained", TRAINED)
def test_curves_are_the_history_and_what_is_tested_is_dashed(trained, record):
    training = TRAINED[trained]
    history = training.history
    steps = history["step"]
    marked = training.step if record is None else steps[record]
    ax = gnn.plots.curves(training, record=record)
    lines = [line for axes in ax.figure.axes for line in axes.lines]
    (mark,) = [line for line in lines if line.get_linestyle() == ":"]
    assert set(mark.get_xdata()) == {marked}
    shown = [key for key in ("loss", "test_loss", "accuracy", "test_accuracy") if key in history]
    pairs = zip(shown, *[iter(line for line in lines if line is not mark)] * 2, strict=True)
    for key, whole, done in pairs:
        assert whole.get_linestyle() == done.get_linestyle() == ("--" if key.startswith("test") else "-")
        np.testing.assert_array_equal(whole.get_data(), [steps, history[key]])
        so_far = steps <= (steps[-1] if record is None else marked)
        np.testing.assert_array_equal(done.get_data(), [steps[so_far], history[key][so_far]])
        assert (whole.get_alpha() == 1) == so_far.all()
    assert {axes.get_ylabel() for axes in ax.figure.axes} == {"loss", *shown} & {"loss", "accuracy"}


@pytest.mark.parametrize("trained", TRAINED)
def test_gradient_norms_are_those_of_the_training(trained):
    training = TRAINED[trained]
    lines = gnn.plots.gradient_norms(training).lines
    for line, norms in zip(lines, training.gradient_norms.values(), strict=True):
        np.testing.assert_array_equal(line.get_data(), [training.history["step"], norms])


def test_a_record_is_shown_as_it_was():
    first, best = (rendered(gnn.plots.decision_boundary(XOR, record=record).figure, ".svg") for record in (0, None))
    assert first != best
    with pytest.raises(UsageError, match="there is no record 99; there are"):
        gnn.plots.curves(XOR, record=99)


def test_more_inputs_than_a_plane_has():
    with pytest.raises(UsageError, match=r"a plane needs two inputs, but these data have 4: .*inputs=\('x1', 'x2'\)"):
        gnn.plots.decision_boundary(WIDE)
    assert gnn.plots.decision_boundary(WIDE, inputs=("x1", "x3")).get_ylabel() == "$x_{3}$"
    with pytest.raises(UsageError, match="there is no input 'x9': did you mean"):
        gnn.plots.panel(WIDE, inputs=("x1", "x9"))
    with pytest.raises(UsageError, match="needs two names, found 1"):
        gnn.plots.panel(WIDE, inputs=("x1",))


def test_activations_are_those_of_the_unit():
    found = gnn.plots.activations(XOR, "a1")
    shown = [ax for ax in found.axes if ax.get_title()]
    assert len(shown) == 3
    with pytest.raises(UsageError, match="there is no variable 'a9'"):
        gnn.plots.activations(XOR, "a9")


@pytest.mark.parametrize("unit", range(3))
def test_an_activation_is_the_unit_at_each_point_of_the_plane(unit):
    ax = gnn.plots.activations(XOR, "a1").axes[unit]
    plane = next(each for each in ax.collections if isinstance(each, QuadMesh))
    rows, columns = plane.get_array().shape
    x, y = np.meshgrid(np.linspace(*ax.get_xlim(), columns), np.linspace(*ax.get_ylim(), rows))
    points = np.column_stack([x.ravel(), y.ravel()])
    np.testing.assert_allclose(np.ravel(plane.get_array()), XOR.evaluate(points, "a1")[:, unit], atol=1e-12)
    assert f"{unit + 1}" in ax.get_title()


@pytest.mark.parametrize("record", [None, 0])
@pytest.mark.parametrize("trained", TRAINED)
def test_weights_are_those_trained_rows_as_rows_and_vectors_as_columns(trained, record):
    training = TRAINED[trained]
    known = training.parameters if record is None else training.at(record)
    images = [ax.images[0] for ax in gnn.plots.weights(training, record=record).axes if ax.images]
    arrays = [value if value.ndim > 1 else value[:, None] for value in known.values() if value.ndim]
    most = max(np.abs(value).max() for value in arrays)
    for image, value in zip(images, arrays, strict=True):
        np.testing.assert_array_equal(image.get_array(), value)
        assert image.get_clim() == (-most, most)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_film_moves(tmp_path, suffix):
    film = gnn.plots.film(XOR, frames=3)
    path = film.save(tmp_path / f"xor{suffix}", seconds=0.1)
    with Image.open(path) as image:
        frames = [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(image)]
    assert len(frames) == 3 and len(set(frames)) == 3


def test_a_film_as_a_page_is_one_file(tmp_path):
    film = gnn.plots.film(XOR, tmp_path / "xor.html", frames=2)
    text = (tmp_path / "xor.html").read_text(encoding="utf-8")
    # Letters of an image may spell anything.
    assert "http" not in re.sub(r"[A-Za-z0-9+/=]{1000,}", "", text) and text.count("iVBOR") == 2
    assert film.names == ("step 0", "step 20")
    assert film.html() == gnn.plots.film(XOR, frames=2).html()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"to": "film.mp4"}, "a film can't be written as '.mp4'"),
        ({"frames": 1}, "two frames or more"),
        ({"record": 2}, "a film shows all records"),
        ({"seconds": 0.0, "to": "film.gif"}, "must be positive"),
    ],
)
def test_films_that_there_are_not(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        gnn.plots.film(XOR, **{"frames": 2, **options})
    assert not list(tmp_path.iterdir())


def alike(x, y, W1, W_1, theta, θ):
    return np.sum((W1 @ nn.tanh(W_1 @ x) * theta + θ - y) ** 2)


def test_a_plot_writes_no_two_parameters_alike():
    weights = {name: gnn.parameter(np.full((2, 2), 0.5)) for name in ("W1", "W_1")}
    numbers = {name: gnn.parameter(np.full(2, 0.5)) for name in ("theta", "θ")}
    graph = gnn.trace(alike, x=gnn.input(2), y=gnn.target(2), **weights, **numbers)
    trained = gnn.fit(graph, gnn.data.xor(40, seed=0), steps=2, **QUIET)
    legend = [text.get_text() for text in gnn.plots.gradient_norms(trained).get_legend().get_texts()]
    titles = [ax.get_title() for ax in gnn.plots.weights(trained).axes if ax.get_title()]
    assert legend == titles
    assert len(set(legend)) == len(trained.parameters) == 4
