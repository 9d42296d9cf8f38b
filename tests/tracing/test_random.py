"""gnn.random: new numbers in each run, the same for the same seed, through the whole pipeline."""

import pickle

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import GraphError, TracingError
from graphviz_nn.graph.distribution import Draw
from graphviz_nn.graph.ir import Variable
from graphviz_nn.views import detailed

RNG = np.random.default_rng(7)
WEIGHTS = {"W": (2, 3), "S": (2, 3), "D": (3, 2)}
FEEDS = {"x": RNG.normal(size=3), "y": RNG.normal(size=3)}
FEEDS |= {name: 0.3 * RNG.normal(size=shape) for name, shape in WEIGHTS.items()}


def vae(x, y, W, S, D):
    mu, log_sigma = W @ x, S @ x
    epsilon = gnn.random(2)
    z = mu + np.exp(log_sigma) * epsilon
    penalty = 0.5 * np.sum(mu**2 + np.exp(2 * log_sigma) - 2 * log_sigma - 1)
    return np.sum((D @ z - y) ** 2) + penalty


def graph_of(function=vae):
    return gnn.trace(
        function,
        x=gnn.input(3),
        y=gnn.target(3),
        **{name: gnn.parameter(shape) for name, shape in WEIGHTS.items()},
    )


GRAPH = graph_of()


def test_each_run_draws_anew_and_every_program_the_same():
    one, two = gnn.compile(GRAPH), gnn.compile(GRAPH)
    first = [float(one(FEEDS)["vae"]) for _ in range(4)]
    assert len(set(first)) == 4
    assert [float(two(FEEDS)["vae"]) for _ in range(4)] == first
    assert float(pickle.loads(pickle.dumps(one))(FEEDS)["vae"]) == first[0]
    assert gnn.evaluate(GRAPH, FEEDS, outputs="vae") == first[0]


def test_what_is_drawn_can_be_fed():
    drawn = gnn.evaluate(GRAPH, FEEDS)
    again = gnn.evaluate(GRAPH, FEEDS, epsilon=drawn["epsilon"])
    assert again["vae"] == drawn["vae"]
    w = {name: FEEDS[name] for name in WEIGHTS}
    epsilon = np.array([0.5, -1.0])
    mu, log_sigma = w["W"] @ FEEDS["x"], w["S"] @ FEEDS["x"]
    expected = np.sum((w["D"] @ (mu + np.exp(log_sigma) * epsilon) - FEEDS["y"]) ** 2)
    expected += 0.5 * np.sum(mu**2 + np.exp(2 * log_sigma) - 2 * log_sigma - 1)
    assert gnn.evaluate(GRAPH, FEEDS, epsilon=epsilon, outputs="vae") == pytest.approx(expected, rel=1e-12)


def test_seeds_decide_and_leaves_of_one_seed_differ():
    def model(seed):
        graph = gnn.trace(
            lambda x: np.stack([x + gnn.random(4, seed=seed), x + gnn.random(4, seed=seed)]), x=gnn.input(4)
        )
        return gnn.evaluate(graph, x=np.zeros(4), outputs=graph.outputs[0])

    assert (model(3) == model(3)).all()
    assert not (model(3) == model(4)).any()
    assert not (model(3)[0] == model(3)[1]).any()


@pytest.mark.parametrize(
    ("distribution", "mean", "deviation"),
    [("normal", 0.0, 1.0), ("uniform", 0.5, 12**-0.5), ("bernoulli", 0.25, (0.25 * 0.75) ** 0.5)],
)
def test_distributions(distribution, mean, deviation):
    spec = gnn.random(40_000, distribution, probability=0.25, dtype="float32")
    found = gnn.evaluate(gnn.trace(lambda r: r * 1, r=spec), outputs="r")
    assert found.dtype == np.float32
    assert np.mean(found) == pytest.approx(mean, abs=0.02)
    assert np.std(found) == pytest.approx(deviation, abs=0.02)
    if distribution == "bernoulli":
        assert set(np.unique(found)) == {0, 1}


def test_gradients_are_checked_with_the_draw_held():
    report = gnn.check_gradients(GRAPH, FEEDS)
    assert report
    assert [row.name for row in report.rows] == ["x", "y", "W", "S", "D"]
    assert gnn.check_gradients(GRAPH, FEEDS, wrt=["epsilon", "S"])
    value, gradients = gnn.value_and_gradient(GRAPH, FEEDS)
    assert value == gnn.evaluate(GRAPH, FEEDS, outputs="vae")
    assert gradients.keys() == WEIGHTS.keys()


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows", "scalars"])
def test_every_view_draws_the_same_numbers(view):
    seen = gnn.draw(GRAPH, view=view).graph
    gnn.check(seen)
    assert gnn.evaluate(seen, FEEDS, outputs=seen.outputs[0]) == pytest.approx(
        gnn.evaluate(GRAPH, FEEDS, outputs="vae"), rel=1e-10
    )


def test_the_backward_pass_and_all_that_is_told_of_it(tmp_path):
    from graphviz_nn.transforms.backward import backward

    for graph in (GRAPH, gnn.draw(GRAPH, view="layers").graph):
        back = backward(graph)
        gnn.check(back)
        found = gnn.evaluate(back, FEEDS)
        expected = gnn.value_and_gradient(GRAPH, FEEDS)[1]
        for name, gradient in back.graph["gradients"].items():
            assert found[gradient] == pytest.approx(expected[name], rel=1e-10, abs=1e-12)
    assert "exp" in str(gnn.chain_rule(GRAPH, "S", FEEDS))
    assert gnn.gradient_report(GRAPH, FEEDS, tmp_path / "report.md")


@needs("torch")
def test_pytorch_is_given_the_same_numbers():
    assert gnn.check_gradients(GRAPH, FEEDS, against="torch")


def test_the_command_line_draws_what_isnt_fed(tmp_path, monkeypatch):
    from graphviz_nn.cli import main

    text = "import graphviz_nn as gnn\ndef f(x=gnn.input(2), w=gnn.parameter(2), e=gnn.random(2)):\n"
    (tmp_path / "m.py").write_text(f"{text}    return ((w * x + e) ** 2).sum()\n")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "m.py:f"]) == 0


def test_entries_are_those_of_their_array():
    graph = gnn.trace(lambda x: np.sum(x * gnn.random((2, 3))), x=gnn.input((2, 3)))
    x = np.arange(6.0).reshape(2, 3)
    entries = detailed("scalars", graph)
    whole, single = gnn.compile(graph), gnn.compile(entries)
    for _ in range(3):
        (one,), (two,) = whole(x=x).values(), single(x=x).values()
        assert one == pytest.approx(two, rel=1e-12)


def test_it_is_kept_in_files(tmp_path):
    again = gnn.load(gnn.save(GRAPH, tmp_path / "graph.json"))
    assert again.variable("epsilon") == GRAPH.variable("epsilon")
    assert gnn.evaluate(again, FEEDS, outputs="vae") == gnn.evaluate(GRAPH, FEEDS, outputs="vae")


def test_every_example_has_its_own():
    many = gnn.batch(GRAPH, ("x", "y"), size=5)
    assert many.variable("epsilon").shape == (5, 2)
    feeds = {**FEEDS, "x": np.tile(FEEDS["x"], (5, 1)), "y": np.tile(FEEDS["y"], (5, 1))}
    found = gnn.evaluate(many, feeds)
    assert len(set(found["vae"].tolist())) == 5
    for i in range(5):
        alone = gnn.evaluate(GRAPH, FEEDS, epsilon=found["epsilon"][i], outputs="vae")
        assert found["vae"][i] == pytest.approx(alone, rel=1e-12)


def test_where_nothing_is_traced_it_is_an_array_drawn_at_each_use():
    arrays = [FEEDS[name] for name in ("x", "y", *WEIGHTS)]
    assert vae(*arrays) != vae(*arrays)
    assert np.shape(np.asarray(gnn.random((2, 3)))) == (2, 3)
    assert (gnn.random(3, "bernoulli", probability=1.0) + np.ones(3)).tolist() == [2, 2, 2]


DATA = gnn.data.arrays(np.random.default_rng(0).normal(size=(24, 3)), np.random.default_rng(0).normal(size=(24, 3)))


def test_training_draws_anew_at_each_step_by_its_seed(tmp_path):
    options = {"rate": 0.01, "batch_size": 8, "progress": False, "every": 1}
    whole = gnn.fit(GRAPH, DATA, steps=12, **options)
    assert (gnn.fit(GRAPH, DATA, steps=12, **options).history["loss"] == whole.history["loss"]).all()
    started = {"initial": {name: FEEDS[name] for name in WEIGHTS}}
    one, other = (gnn.fit(GRAPH, DATA, steps=2, seed=seed, **started, **options) for seed in (0, 1))
    assert one.history["loss"][0] != other.history["loss"][0]
    still = gnn.fit(GRAPH, DATA, steps=6, rate=1e-12, every=1, progress=False)
    assert len(set(still.history["loss"].tolist())) == 7
    gnn.fit(GRAPH, DATA, steps=5, save=tmp_path / "half.npz", **options)
    resumed = gnn.fit(GRAPH, DATA, steps=12, resume=tmp_path / "half.npz", **options)
    assert (resumed.history["loss"] == whole.history["loss"]).all()


def test_a_vae_learns():
    inputs = np.random.default_rng(1).normal(size=(60, 1)) @ np.array([[1.0, -1.0, 0.5]])
    data = gnn.data.arrays(inputs, inputs)
    training = gnn.fit(GRAPH, data, steps=400, rate=0.02, optimizer="adam", progress=False)
    # The prediction is what is decoded of the mean: no chance is left in it.
    assert (training.predict(inputs) == training.predict(inputs)).all()
    assert np.mean((training.predict(inputs) - inputs) ** 2) < 0.4 * np.mean(inputs**2)
    assert training.loss() == training.loss()


def test_dropout_drops_others_at_each_run_and_nothing_in_predictions():
    network = nn.Sequential(nn.Linear(2, 16), nn.Dropout(0.5, training=True), nn.Tanh(), nn.Linear(16, 2))
    graph = gnn.trace(lambda x, y: nn.cross_entropy(nn.softmax(network(x)), y), x=gnn.input(2), y=gnn.target(2))
    gnn.check(graph)
    program = gnn.compile(graph)
    assert program(x=[1.0, 2.0], y=[0.0, 1.0]) != program(x=[1.0, 2.0], y=[0.0, 1.0])
    training = gnn.fit(graph, gnn.data.gaussians(60), steps=60, progress=False)
    inputs = training.data.inputs
    silent = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
    for name, value in silent.parameters.items():
        value[...] = training.parameters[name]
    assert training.evaluate(inputs, training.prediction) == pytest.approx(nn.softmax(silent(inputs)), abs=1e-12)
    assert training.accuracy() > 0.9


def test_dropout_keeps_the_mean_and_the_dtype():
    graph = gnn.trace(lambda x: nn.dropout(x, 0.25, training=True), x=gnn.input(40_000, dtype="float32"))
    found = gnn.evaluate(graph, x=np.ones(40_000), outputs=graph.outputs[0])
    assert found.dtype == np.float32
    assert np.mean(found) == pytest.approx(1, abs=0.02)
    assert np.unique(found) == pytest.approx([0, 4 / 3])


def test_pictures_say_what_is_drawn():
    text = gnn.draw(GRAPH).mermaid
    assert "∼" in text or "sim" in text
    network = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5, training=True), nn.Linear(4, 2))
    layers = gnn.draw(gnn.trace(network, x=gnn.input(3)), view="layers").mermaid
    assert "dropout" in layers and "Bernoulli" not in layers


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gnn.random(3, "gauss"), "there is no distribution 'gauss' .*normal"),
        (lambda: gnn.random(3, "bernoulli", probability=1.5), "a probability must be a number from 0 to 1"),
        (lambda: gnn.random(3, seed=-1), "a seed must be a whole number"),
        (lambda: gnn.random([1.0, 2.0]), "random numbers take a shape"),
        (lambda: gnn.random(3, dtype="complex64"), "can't be traced"),
    ],
)
def test_what_cant_be_drawn_is_refused(call, message):
    with pytest.raises(TracingError, match=message):
        call()


@pytest.mark.parametrize(
    "variable",
    [
        Variable((2,), role="random"),
        Variable((2,), role="input", draw=Draw("normal", (0,))),
        Variable((2,), role="random", draw=Draw("cauchy", (0,))),
        Variable((2,), role="random", draw=Draw("normal", (-1,))),
        Variable((2,), role="random", draw=Draw("bernoulli", (0,), 2.0)),
        Variable((), role="random", draw=Draw("normal", (0,), entry=((2,), (5,)))),
    ],
)
def test_a_graph_says_how_its_random_leaves_are_drawn(variable):
    graph = gnn.Graph()
    graph.add_variable("r", variable)
    with pytest.raises(GraphError, match="r "):
        gnn.check(graph)
