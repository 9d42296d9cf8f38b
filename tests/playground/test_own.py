"""Models and data of one's own: what is shown of them, and why other things aren't."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import DataError, UsageError
from graphviz_nn.nn import cross_entropy, softmax
from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.session import Session
from playground.test_exports import in_batches, own
from playground.test_session import opened


def flowers(count=90):
    """Three classes by four columns."""
    generator = np.random.default_rng(0)
    classes = np.arange(count) % 3
    inputs = generator.normal(size=(count, 4)) + classes[:, None]
    return gnn.data.Data(inputs, classes, ("a", "b", "c", "d"), ("red", "green", "blue"))


def images(count=40):
    generator = np.random.default_rng(0)
    return gnn.data.Data(generator.uniform(size=(count, 16)), np.arange(count) % 2, classes=("0", "1"))


def of_images():
    def loss(image, y, K=gnn.parameter((2, 1, 3, 3)), W=gnn.parameter((2, 8))):
        maps = gnn.nn.relu(gnn.nn.convolution_2d(image, K))
        return cross_entropy(softmax(W @ maps.reshape(8)), y)

    return Session(gnn.trace(loss, image=gnn.input((1, 4, 4)), y=gnn.target(2)), images())


def of_a_sequence():
    def loss(x, y, W=gnn.parameter((3, 2)), U=gnn.parameter((3, 3)), v=gnn.parameter(3)):
        h = np.zeros(3)
        for t in range(4):
            h = np.tanh(W @ x[t] + U @ h)
        return (v @ h - y) ** 2

    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(60, 8))
    data = gnn.data.Data(inputs, inputs.sum(axis=1) / 8)
    return Session(gnn.trace(loss, x=gnn.input((4, 2)), y=gnn.target(())), data)


def of_flowers():
    def loss(x, y, W=gnn.parameter((3, 4)), b=gnn.parameter(3)):
        return cross_entropy(softmax(W @ x + b), y)

    return Session(gnn.trace(loss, x=gnn.input(4), y=gnn.target(3)), flowers())


@pytest.mark.parametrize("make", [of_images, of_a_sequence, of_flowers])
def test_what_has_no_plane_shows_examples_confusion_and_norms(make):
    session = make()
    answer = session.do({"do": "open", "state": {"view": "layers", "rate": 0.05}})
    model = answer["model"]
    columns = session.subject.train.inputs.shape[1]
    assert model["plane"] is None
    assert f"two inputs, but these data have {columns}" in model["why_not"]["plane"]
    assert model["data"]["train"]["inputs"].shape == (len(session.subject.train), columns)
    first = answer["frame"]["loss"]
    frame = session.do({"do": "step", "count": 40})["frame"]
    assert frame["loss"] < first and "plane" not in frame
    assert {*frame["norms"]} == {*session.subject.layout.shapes}
    if session.subject.train.classes:
        assert frame["confusion"].shape == (len(model["classes"]),) * 2
        assert frame["confusion"].sum() == len(session.subject.test)
    told = session.do({"do": "example", "index": 3, "of": "test"})["example"]
    assert told["target"] in model["classes"] or isinstance(told["target"], float)
    packed(session.frame())


def test_a_frame_of_a_batch_has_the_plane_of_its_examples():
    session = in_batches()
    frame = session.do({"do": "step", "count": 50})["frame"]
    w, b = (session.course.parameters()[name] for name in ("w", "b"))
    low, high = session.frames.responses.limits
    bottom, top = session.frames.responses.scale
    grid = np.stack(np.meshgrid(np.linspace(low[0], high[0], 100), np.linspace(high[1], low[1], 100)), axis=-1)
    share = np.clip((grid @ w + b - bottom) / (top - bottom), 0, 1)
    assert np.abs(frame["plane"] - 255 * share).max() <= 0.51
    assert len(session.subject.test) % 20 == 0 and session.course.options["batch_size"] == 20
    assert session.course.stepper.batch(0).stop == 20


def test_classes_of_ones_own_are_shown_by_their_numbers():
    generator = np.random.default_rng(0)
    classes = np.arange(90) % 3
    data = gnn.data.Data(generator.normal(size=(90, 2)) + 4 * classes[:, None], classes, classes=("a", "b", "c"))
    session = Session(data=data)
    answer = session.do({"do": "open", "state": {"hidden": [4], "rate": 0.1}})
    assert answer["remarks"] == [] and answer["state"]["data"] == "own"
    assert answer["model"]["plane"]["shows"] == "classes" and answer["model"]["classes"] == ["a", "b", "c"]
    frame = session.do({"do": "step", "count": 300})["frame"]
    assert set(np.unique(frame["plane"])) == {0, 1, 2} and frame["accuracy"] > 0.9
    assert session.do({"do": "set", "field": "data", "value": "moons"})["model"]["plane"]["shows"] == "share"
    assert session.do({"do": "set", "field": "data", "value": "bumps"})["state"]["problem"] == "regression"
    assert session.do({"do": "set", "field": "data", "value": "own"})["state"]["problem"] == "classification"


def test_other_numbers_of_columns_are_all_features():
    session = Session(data=flowers())
    answer = session.do({"do": "open", "state": {"hidden": [3]}})
    assert session.subject.layout.shapes["W1"] == (3, 4)
    assert "features" not in answer["choices"] and answer["model"]["columns"] == ["a", "b", "c", "d"]
    assert "own" in answer["choices"]["data"]["words"]
    assert "own" not in opened()._choices()["data"]["words"]


def test_a_link_to_a_model_of_ones_own_restores_it():
    session = own()
    session.do({"do": "set", "field": "data", "value": "moons"})
    session.do({"do": "step", "count": 12})
    state = session.do({"do": "set", "field": "rate", "value": 0.5})["state"]
    again = own()
    answer = again.do({"do": "open", "state": state})
    assert answer["remarks"] == [] and answer["state"] == state
    assert answer["frame"]["loss"] == session.frame()["loss"]
    remarks = own().do({"do": "open", "state": {"hidden": [3]}})["remarks"]
    assert remarks == ["hidden: this model is your own, and has no such field"]


def test_data_that_do_not_fit_are_told():
    def loss(x, y, W=gnn.parameter((2, 3))):
        return cross_entropy(softmax(W @ x), y)

    graph = gnn.trace(loss, x=gnn.input(3), y=gnn.target(2))
    with pytest.raises(DataError, match="the data have 2 input columns"):
        Session(graph, gnn.data.xor(100))
    with pytest.raises(UsageError, match="at most 64 columns for this network, found 100"):
        Session(data=gnn.data.Data(np.zeros((10, 100)), np.arange(10) % 2, classes=("a", "b")))
    with pytest.raises(UsageError, match="at most 20,000 examples"):
        Session(data=gnn.data.Data(np.zeros((20_001, 2)), np.arange(20_001) % 2, classes=("a", "b")))
    session = own()
    answer = session.do({"do": "set", "field": "data", "value": "bumps"})
    assert "cross entropy needs classes" in answer["error"]["what"]
    assert session.state.data == "own" and "error" not in session.do({"do": "step"})
