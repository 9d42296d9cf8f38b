"""Changes while training: options and numbers of parameters, at a step."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.training import OPTIMIZERS
from training.models import network

XOR = gnn.data.xor(100, seed=1)
CHANGES = [(12, "rate", 0.3), (7, "W1", (0, 1), 2.5), (20, "l2", 0.1), (20, "b1", 0, -1.0), (25, "batch_size", 9)]


def fitted(**options):
    return gnn.fit(network(2), XOR, **{"steps": 30, "every": 1, "batch_size": 20, "progress": False, **options})


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_until_a_change_nothing_is_new_and_after_it_the_option_is(optimizer):
    plain, changed = fitted(optimizer=optimizer), fitted(optimizer=optimizer, changes=CHANGES)
    for record in range(7):
        np.testing.assert_array_equal(plain.at(record)["W1"], changed.at(record)["W1"])
    before, after = fitted(optimizer=optimizer, changes=CHANGES, steps=7).at(6), changed.at(7)
    assert after["W1"][0, 1] == 2.5 and before["W1"][0, 1] != 2.5
    assert changed.at(20)["b1"][0] == -1.0
    assert changed.history["rate"].tolist() == [0.1] * 12 + [0.3] * 19


def test_a_change_before_the_first_step_is_the_option_itself():
    start = [(0, "rate", 0.3), (0, "batch_size", 10), (0, "l1", 0.01)]
    for record in (0, 5, 30):
        one, other = fitted(changes=start), fitted(rate=0.3, batch_size=10, l1=0.01)
        np.testing.assert_array_equal(one.at(record)["W1"], other.at(record)["W1"])


@pytest.mark.parametrize("stop", [7, 13, 20, 27])
def test_a_training_with_changes_can_be_resumed(stop, tmp_path):
    fitted(changes=CHANGES, steps=stop, optimizer="adam", save=tmp_path / "run.npz")
    again = fitted(changes=CHANGES, optimizer="adam", resume=tmp_path / "run.npz")
    whole = fitted(changes=CHANGES, optimizer="adam")
    for name, value in whole.at(-1).items():
        np.testing.assert_array_equal(again.at(-1)[name], value)
    np.testing.assert_array_equal(again.history["loss"], whole.history["loss"])


def test_no_steps_measure_the_start_and_a_record_has_its_graph():
    training = fitted(steps=0, changes=[(0, "b1", (1,), 0.5)])
    assert training.history["step"].tolist() == [0]
    assert training.graph_at(-1).variable("b1").value.tolist() == [0.0, 0.5]
    assert training.loss() == pytest.approx(training.history["loss"][0], rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (3, "can't be 3; write"),
        ([(1, "rate")], "write .step, option, value"),
        ([(-1, "rate", 0.1)], "has .-1, 'rate', 0.1."),
        ([(1, "rates", 0.1)], "there is no 'rates': did you mean 'rate'"),
        ([(1, "rate", float("nan"))], "rate must be a number of at least 0, found nan"),
        ([(1, "batch_size", 0)], "at least 1; found 0"),
        ([(1, "W1", (0, 2), 0.1)], "W1 of shape .2, 2. has no entry .0, 2."),
        ([(1, "W1", 0.1)], "has no entry"),
        ([(1, "W1", (0, 0), "x")], "must get a finite number, found 'x'"),
    ],
)
def test_a_bad_change_is_refused(changes, words):
    with pytest.raises(UsageError, match=words):
        fitted(changes=changes)
