"""A session: the numbers of `fit`, forward and back, with changes on the way."""

import json

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.playground.changes import changes_for_fit, penalties
from graphviz_nn.playground.networks import network
from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.session import Session
from graphviz_nn.playground.state import State
from graphviz_nn.playground.subject import data_of, parted


def opened(session=None, **state):
    session = session or Session()
    answer = session.do({"do": "open", "state": state})
    assert answer["remarks"] == []
    return session


def parameters(session):
    return {name: each.copy() for name, each in session.course.parameters().items()}


def fitted(session):
    """What `fit` gives for the state of a session of the classic model."""
    page = session.state
    train, test = parted(data_of(page, None), page.test, page.data_seed)
    return gnn.fit(
        network(page),
        train,
        test=test,
        steps=page.step,
        every=page.step,
        rate=page.rate,
        batch_size=page.batch_size,
        optimizer=page.optimizer,
        seed=page.seed,
        changes=changes_for_fit(page.changes, page.regularisation, page.regularisation_rate),
        progress=False,
        **penalties(page.regularisation, page.regularisation_rate),
    )


def same(session, training):
    frame = session.frame()
    assert frame["loss"] == training.history["loss"][-1]
    assert frame["test_loss"] == training.history["test_loss"][-1]
    if training.data.classes:
        assert frame["test_accuracy"] == training.history["test_accuracy"][-1]
    for name, value in training.at(-1).items():
        np.testing.assert_array_equal(parameters(session)[name], value)


@pytest.mark.parametrize(
    "state",
    [
        {"data": "xor", "hidden": [4, 2]},
        {"data": "gaussians", "hidden": [], "batch_size": 10_000, "optimizer": "momentum"},
        {"data": "spiral", "features": ["x1", "x1^2", "sin x2"], "hidden": [3], "optimizer": "adam", "seed": 5},
        {"data": "bumps", "problem": "regression", "activation": "relu", "regularisation": "l2"},
        {"data": "moons", "activation": "linear", "regularisation": "l1", "regularisation_rate": 1e-3, "noise": 0.1},
    ],
)
def test_a_session_has_the_numbers_of_fit(state):
    session = opened(**state)
    for _ in range(4):
        session.do({"do": "step", "count": 20})
    same(session, fitted(session))


def test_changes_while_training_are_those_of_fit_and_a_link_restores_them():
    session = opened(hidden=[3], optimizer="adam")
    session.do({"do": "edit", "parameter": "W1", "index": [0, 1], "value": 0.25})
    session.do({"do": "step", "count": 15})
    session.do({"do": "set", "field": "rate", "value": 0.2})
    session.do({"do": "edit", "parameter": "b2", "index": [1], "value": -1.5})
    session.do({"do": "step", "count": 10})
    session.do({"do": "set", "field": "batch_size", "value": 32})
    session.do({"do": "set", "field": "regularisation", "value": "l2"})
    session.do({"do": "set", "field": "regularisation_rate", "value": 0.01})
    answer = session.do({"do": "step", "count": 20})
    assert [change[:2] for change in answer["state"]["changes"]] == [
        *[[0, "edit"], [15, "rate"], [15, "edit"]],
        *[[25, "batch_size"], [25, "regularisation"], [25, "regularisation_rate"]],
    ]
    assert answer["options"]["rate"] == 0.2 and answer["state"]["rate"] == 0.03
    same(session, fitted(session))
    again = opened(**json.loads(json.dumps(session.state.short())))
    for name, value in parameters(session).items():
        np.testing.assert_array_equal(parameters(again)[name], value)
    assert again.state == session.state


def test_back_is_exact_and_forward_again_too():
    session = opened(hidden=[3], optimizer="adam")
    at = {0: parameters(session)}
    for step in range(1, 41):
        session.do({"do": "step"})
        if step == 20:
            session.do({"do": "set", "field": "rate", "value": 0.3})
        if step == 30:
            session.do({"do": "edit", "parameter": "W1", "index": [0, 0], "value": 2.0})
        at[step] = parameters(session)
    # As if only every eighth state were known.
    session.course.past.latest.clear()
    session.course.past.spaced = {s: v for s, v in session.course.past.spaced.items() if s % 8 == 0}
    for step in (39, 31, 30, 29, 12, 0, 25, 40, 8):
        move = step - session.course.step
        answer = session.do({"do": "back" if move < 0 else "step", "count": abs(move)})
        assert answer["frame"]["step"] == step
        assert answer["options"]["rate"] == (0.3 if step >= 20 else 0.03)
        for name, value in at[step].items():
            np.testing.assert_array_equal(parameters(session)[name], value)
    session.do({"do": "set", "field": "rate", "value": 0.1})
    assert [change[:2] for change in session.state.changes] == [(8, "rate")]


def test_the_next_frame_is_a_step_or_an_epoch_ahead():
    session = opened(n=100, test=0.5, batch_size=20, step=1)
    assert session.ahead() == 2
    session.do({"do": "set", "field": "batch_size", "value": 10})
    assert session.ahead() == 4
    for speed, ahead in (("step", 1), ("fast", None)):
        session.do({"do": "set", "field": "speed", "value": speed})
        assert session.ahead() == ahead and session.state.step == 1


def test_reset_keeps_the_options_and_drops_the_edits():
    session = opened(hidden=[3])
    start = parameters(session)
    session.do({"do": "step", "count": 9})
    session.do({"do": "set", "field": "rate", "value": 0.3})
    session.do({"do": "edit", "parameter": "W1", "index": [0, 0], "value": 2.0})
    answer = session.do({"do": "reset"})
    assert (answer["state"]["step"], answer["state"]["rate"], answer["state"]["changes"]) == (0, 0.3, [])
    for name, value in start.items():
        np.testing.assert_array_equal(parameters(session)[name], value)


def test_a_huge_rate_is_named_with_step_and_operation_and_one_goes_back():
    session = opened()
    session.do({"do": "step", "count": 12})
    good = parameters(session)
    session.do({"do": "set", "field": "rate", "value": 1e9})
    answer = session.do({"do": "step", "count": 50})
    assert answer["stopped"]["step"] == 13 and answer["frame"]["step"] == 13
    assert answer["stopped"]["operation"].startswith("linear") and "rate of 1e+09" in answer["stopped"]["what"]
    session.do({"do": "step", "count": 5})
    answer = session.do({"do": "last_good"})
    assert answer["frame"]["step"] == 12 and "stopped" not in answer
    for name, value in good.items():
        np.testing.assert_array_equal(parameters(session)[name], value)


def test_a_number_that_is_not_finite_is_named_and_one_goes_back():
    session = opened(data="plane", problem="regression", hidden=[3], activation="relu")
    session.do({"do": "step", "count": 3})
    session.do({"do": "edit", "parameter": "b2", "index": [0], "value": 1e200})
    answer = session.do({"do": "set", "field": "view", "value": "layers"})
    assert answer["stopped"]["step"] == 3 and answer["stopped"]["operation"].startswith("power in squared_error")
    assert session.do({"do": "step", "count": 50})["stopped"]
    json.dumps(packed(answer), allow_nan=False)
    answer = session.do({"do": "last_good"})
    assert answer["frame"]["step"] == 2 and np.isfinite(answer["frame"]["loss"])


def test_frames_are_what_the_model_says():
    session = opened(hidden=[8, 8])
    session.do({"do": "step", "count": 200})
    frame, responses = session.frame(), session.frames.responses
    low, high = responses.limits
    training = gnn.fit(
        session.subject.graph, session.subject.train, steps=1, initial=parameters(session), progress=False
    )
    for side, shown in ((100, frame["plane"]), (24, frame["units"]["a2"][3])):
        across, up = (np.linspace(a, b, side) for a, b in zip(low, high, strict=True))
        grid = np.stack([each.ravel() for each in np.meshgrid(across, up[::-1])], axis=1)
        now = parameters(session)
        found = training.evaluate(grid, "p" if side == 100 else "a2", parameters=now)
        share = found[:, 1] if side == 100 else 0.5 + 0.5 * found[:, 3]
        assert shown.shape == (side, side) and shown.dtype == np.uint8
        assert np.abs(shown.ravel() - 255 * share).max() <= 0.51
    assert {name: each.shape for name, each in frame["units"].items()} == {
        "x": (2, 24, 24),
        "a1": (8, 24, 24),
        "a2": (8, 24, 24),
        "p": (2, 24, 24),
    }
    assert frame["confusion"].sum() == 250
    assert np.trace(frame["confusion"]) / 250 == frame["test_accuracy"]


def test_a_picked_example_has_its_values_and_gradients():
    session = opened(hidden=[3])
    session.do({"do": "step", "count": 20})
    point = session.subject.test.inputs[7] + 1e-6
    answer = session.do({"do": "example", "point": point.tolist(), "of": "test"})
    assert answer["example"]["index"] == 7 and session.state.example == ("test", 7)
    target = session.subject.test.targets[7]
    known = {"x": session.subject.test.inputs[7], "y": np.eye(2)[target], **parameters(session)}
    values = gnn.evaluate(session.subject.graph, known)
    _, gradients = gnn.value_and_gradient(session.subject.graph, known, wrt=["W1", "a1"])
    frame = session.frame()
    for name in ("a1", "p", "loss"):
        np.testing.assert_allclose(frame["values"][name], values[name], rtol=1e-6)
    for name, value in gradients.items():
        np.testing.assert_allclose(frame["gradients"][name], value, rtol=1e-5, atol=1e-7)
    assert answer["example"]["target"] == session.subject.test.classes[target]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"do": "jump"}, "there is no 'jump'"),
        ({}, "there is no None"),
        ({"do": "set", "field": "rate", "value": None}, "rate: must be a number"),
        ({"do": "set", "field": "changes", "value": []}, "changes: can't be set"),
        ({"do": "set", "field": ["n"], "value": 3}, "there is no such field"),
        ({"do": "set", "field": "data", "value": "own"}, "there are no data of your own"),
        ({"do": "step", "count": 10**9}, "count: must be a whole number"),
        ({"do": "edit", "parameter": "W9", "index": [0, 0], "value": 1.0}, "there is no 'W9'"),
        ({"do": "edit", "parameter": "W1", "index": [0, 9], "value": 1.0}, "no entry"),
        ({"do": "edit", "parameter": "W1", "index": 0, "value": 1.0}, "a change is"),
        ({"do": "edit", "parameter": "W1", "index": [0, 0], "value": float("inf")}, "finite"),
        ({"do": "example", "index": 10**6}, "there is no example"),
        ({"do": "example", "point": [1.0]}, "a point has 2 numbers"),
        ({"do": "example", "index": 1, "of": "both"}, "train or test"),
    ],
)
def test_a_bad_message_is_answered_and_nothing_changes(message, words):
    session = opened(hidden=[3])
    session.do({"do": "step", "count": 5})
    before = session.state, parameters(session)
    assert words in session.do(message)["error"]["what"]
    assert session.state == before[0]
    session.do({"do": "step"}), session.do({"do": "back"})
    for name, value in before[1].items():
        np.testing.assert_array_equal(parameters(session)[name], value)


def test_a_wrong_link_is_told():
    answer = Session().do({"do": "open", "state": {"hidden": [3], "n": -1, "foo": 2}})
    assert answer["state"]["hidden"] == [3] and len(answer["remarks"]) == 2
    edit = [[3, "edit", ["W7", [0], 1.0]]]
    answer = Session().do({"do": "open", "state": {"hidden": [3], "changes": edit}})
    assert "W7" in answer["remarks"][0]


def test_state_and_schema_of_a_model_of_ones_own():
    def loss(x, y, W, b):
        return gnn.nn.cross_entropy(gnn.nn.softmax(W @ x + b), y)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2))
    session = Session(graph, gnn.data.gaussians(100), name="mine")
    answer = session.do({"do": "open"})
    assert answer["model"]["kind"] == "own" and answer["model"]["name"] == "mine"
    assert not {"hidden", "features"} & {*answer["state"], *answer["choices"]}
    assert "can't be set" in session.do({"do": "set", "field": "hidden", "value": [3]})["error"]["what"]
    session.do({"do": "step", "count": 30})
    page = State(data="own")
    train, test = gnn.data.gaussians(100).split(page.test, page.data_seed)
    options = {"steps": 30, "rate": 0.03, "batch_size": 10, "every": 30, "progress": False}
    assert session.frame()["loss"] == gnn.fit(graph, train, test=test, **options).history["loss"][-1]


def test_a_link_to_what_isnt_there_is_told_and_a_long_way_is_shown():
    session, said = Session(), []
    session.say = said.append
    given = {"step": 300, "example": ["test", 99999], "unit": ["<b>", 99]}
    example, unit = session.do({"do": "open", "state": given})["remarks"]
    assert "no example 99999" in example and "no unit 99 of '<b>'" in unit
    ways = [each["opening"] for each in said]
    assert ways[0] == {"done": 0, "count": 300} and [each["done"] for each in ways] == sorted(
        each["done"] for each in ways
    )
    assert session.do({"do": "open", "state": {"unit": ["a1", 3]}})["remarks"] == []


def test_the_gradients_of_an_example_are_checked():
    session = opened(hidden=[3], features=["x1", "x2^2"])
    session.do({"do": "example", "index": 3, "of": "test"})
    answer = session.do({"do": "check"})
    assert (
        answer["passed"] and answer["words"] == "parameters: 4 of 4 agree with central differences, 17 numbers in all"
    )
    assert [row["parameter"] for row in answer["rows"]] == ["W1", "b1", "W2", "b2"]
    gradients = session.frame()["gradients"]
    for row in answer["rows"]:
        assert row["passed"] and row["verdict"] == "agrees"
        assert gradients[row["parameter"]][tuple(row["index"])] == pytest.approx(row["difference"], rel=1e-5, abs=1e-8)


def test_three_rates_side_by_side_are_three_trainings():
    session, told = opened(hidden=[3]), []
    session.do({"do": "step", "count": 7})
    session.say = told.append
    before = session.state
    answer = session.do({"do": "sweep", "rates": [0.01, 0.3, 1e9], "steps": 60})
    assert session.state == before
    for run in answer["runs"][:2]:
        training = fitted(opened(hidden=[3], rate=run["rate"], step=60))
        assert (run["steps"][-1], run["loss"][-1]) == (60, training.history["loss"][-1])
        assert run["test_loss"][-1] == training.history["test_loss"][-1]
    assert answer["runs"][2]["stopped"]["step"] == 1 and answer["runs"][2]["steps"] == [0]
    assert len(told) >= 5 and {*told[0]} == {"sweep"}
    for message in ({"rates": []}, {"rates": [-1]}, {"rates": 3}, {"rates": [0.1], "steps": 0}):
        assert "error" in session.do({"do": "sweep", **message})
