"""Resuming from a file gives the bits of an uninterrupted training, and refuses any other training."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import FileError
from graphviz_nn.training import OPTIMIZERS
from training.models import linear_regression, logistic_regression, network

XOR = gnn.data.xor(100, seed=1)
QUIET = {"progress": False, "every": 5}


def stopped_at(step):
    def rate(k):
        if k == step:
            raise KeyboardInterrupt
        return 0.1

    return rate


def same(one, other):
    for name in ("parameters", "history", "gradient_norms", "snapshots"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert list(mine) == list(theirs)
        for key in mine:
            assert mine[key].dtype == theirs[key].dtype
            assert mine[key].tobytes() == theirs[key].tobytes(), (name, key)
    assert one.step == other.step


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 30])
@pytest.mark.parametrize("stop", [1, 20, 33])
def test_an_interrupted_training_goes_on_to_the_same_bits(optimizer, batch_size, stop, tmp_path):
    options = {"optimizer": optimizer, "batch_size": batch_size, "steps": 50, "l2": 1e-3, **QUIET}
    whole = gnn.fit(network(3), XOR, rate=0.1, **options)
    part = gnn.fit(network(3), XOR, rate=stopped_at(stop), save=tmp_path / "run.npz", **options)
    assert part.history["step"][-1] <= stop
    assert "interrupted" in part.remarks[0]
    same(whole, gnn.fit(network(3), XOR, rate=0.1, resume=tmp_path / "run.npz", **options))


def test_one_that_is_over_gives_what_it_gave_and_can_be_made_longer(tmp_path):
    path = tmp_path / "run.npz"
    first = gnn.fit(network(3), XOR, steps=50, save=path, **QUIET)
    same(first, gnn.fit(network(3), XOR, steps=50, resume=path, **QUIET))
    same(gnn.fit(network(3), XOR, steps=80, **QUIET), gnn.fit(network(3), XOR, steps=80, resume=path, **QUIET))


def test_the_file_feeds_a_picture_and_is_the_same_each_time(tmp_path):
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    training = gnn.fit(network(3), XOR, steps=20, save=one, **QUIET)
    gnn.fit(network(3), XOR, steps=20, save=other, **QUIET)
    assert one.read_bytes() == other.read_bytes()
    with np.load(one, allow_pickle=False) as arrays:
        assert {name for name in arrays.files if "/" not in name} == set(training.parameters)
        np.testing.assert_array_equal(arrays["W1"], training.parameters["W1"])


SCRIPT = """\
import signal
import sys
import graphviz_nn as gnn
from training.models import network
from graphviz_nn.training import checkpoint

# What is started in the background ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)
checkpoint.PAUSE = 0.0
def rate(step):
    if step == 30:
        print("running", flush=True)
    return 0.1
training = gnn.fit(network(3), gnn.data.xor(100, seed=1), steps=10**9, every=5, rate=rate, save=sys.argv[1])
print(training.history["step"][-1], training.remarks[0])
"""


def test_ctrl_c_leaves_a_whole_file(tmp_path):
    path = tmp_path / "run.npz"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    command = [sys.executable, "-c", SCRIPT, str(path)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=3600)
    assert process.returncode == 0, err
    reached, remark = out.split(maxsplit=1)
    assert "interrupted; the parameters are those of step" in remark
    assert "interrupted" in err
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]
    steps = int(reached) + 10
    resumed = gnn.fit(network(3), XOR, steps=steps, resume=path, **QUIET)
    np.testing.assert_array_equal(
        resumed.parameters["W1"], gnn.fit(network(3), XOR, steps=steps, **QUIET).parameters["W1"]
    )


OTHERS = {
    "more units": (lambda: network(4), {}, r"of another model: its W1 has shape \(3, 2\), but here \(4, 2\)"),
    "other parameters": (logistic_regression, {}, "of another model: it has no parameter W, only W1, b1, W2, b2"),
    "other operations": (None, {}, "operation 3 of its model is tanh, of this one"),
    "optimizer": (lambda: network(3), {"optimizer": "adam"}, "its optimizer is gradient descent, but here it is adam"),
    "seed": (lambda: network(3), {"seed": 7}, "its seed is 0, but here it is 7"),
    "batch size": (lambda: network(3), {"batch_size": 10}, "its batch_size is 100, but here it is 10"),
}


def with_sigmoid():
    def loss(x, y, W1, b1, W2, b2):
        a1 = gnn.nn.sigmoid(gnn.nn.linear(x, W1, b1))
        return gnn.nn.cross_entropy(gnn.nn.softmax(gnn.nn.linear(a1, W2, b2)), y)

    weights = {"W1": (3, 2), "b1": 3, "W2": (2, 3), "b2": 2}
    parameters = {name: gnn.parameter(shape) for name, shape in weights.items()}
    return gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), **parameters)


@pytest.mark.parametrize("case", OTHERS)
def test_a_file_of_another_training_is_refused_with_the_difference(case, tmp_path):
    make, options, message = OTHERS[case]
    path = tmp_path / "run.npz"
    gnn.fit(network(3), XOR, steps=10, save=path, **QUIET)
    with pytest.raises(FileError, match=message) as caught:
        gnn.fit((make or with_sigmoid)(), XOR, steps=10, resume=path, **options, **QUIET)
    assert str(path) in str(caught.value)


def test_a_file_of_other_data_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    gnn.fit(network(3), XOR, steps=10, save=path, **QUIET)
    with pytest.raises(FileError, match="it was trained on other data"):
        gnn.fit(network(3), gnn.data.xor(100, seed=2), steps=10, resume=path, **QUIET)


def test_what_is_no_training_is_refused(tmp_path):
    missing, text, arrays, cut = (tmp_path / name for name in ("missing.npz", "text.npz", "arrays.npz", "cut.npz"))
    text.write_text("hello")
    np.savez(arrays, W1=np.zeros(3))
    gnn.fit(network(3), XOR, steps=10, save=cut, **QUIET)
    cut.write_bytes(cut.read_bytes()[:-200])
    messages = {missing: "No such file", text: "can't be read as", arrays: "has no field", cut: "can't be read as"}
    for path, message in messages.items():
        with pytest.raises(FileError, match=message):
            gnn.fit(network(3), XOR, steps=10, resume=path, **QUIET)
    with pytest.raises(FileError, match=r"write run\.npz"):
        gnn.fit(network(3), XOR, steps=10, save="run.pkl", **QUIET)


def test_what_was_trained_before_it_broke_is_in_the_file(tmp_path):
    path = tmp_path / "run.npz"
    training = gnn.fit(linear_regression(), gnn.data.plane(50), steps=500, rate=1e9, save=path, **QUIET)
    assert " is inf: power (models.py:" in training.remarks[0]
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["theta"], training.parameters["theta"])
        assert np.isfinite(arrays["theta"]).all()


def test_what_is_returned_is_the_callers():
    training = gnn.fit(network(3), XOR, steps=5, **QUIET)
    trained = training.parameters["W1"].copy()
    training.parameters["W1"][...] = 5
    np.testing.assert_array_equal(training.graph.variable("W1").value, trained)
    training.parameters["W1"][...] = 6
    np.testing.assert_array_equal(training.graph.variable("W1").value, trained)
